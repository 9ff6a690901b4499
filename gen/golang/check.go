package golang

import (
	"fmt"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// checks reports whether an object has a rule, or one inside it.
func checks(fields spec.Fields) bool {
	for _, field := range fields {
		if len(fieldChecks("", field, fields)) > 0 {
			return true
		}
	}
	return false
}

// checkMethod generates the rules of an object, in the document's order. The types of the
// objects around it are outer.
func checkMethod(f *file, name string, fields spec.Fields, outer []string) {
	for _, field := range fields {
		declared := func(name, what, pattern string) {
			f.declare(fmt.Sprintf("%s is the pattern of %s%s.", name, what, field.DocPath),
				jen.Var().Id(name).Op("=").Qual(pkgRegexp, "MustCompile").Call(rawLines("^(?:"+pattern+")$")))
		}
		if field.Pattern != "" {
			declared(patternName(name, field), "", field.Pattern)
		}
		if keys := keyed.Pattern(field.Keyed); keys != "" {
			declared(keysName(name, field), "the names in ", keys)
		}
	}
	var body []jen.Code
	for _, field := range fields {
		body = append(body, fieldChecks(name, field, fields)...)
	}
	body = append([]jen.Code{
		jen.Id("c").Op(":=").Qual(pkgValidate, "Checker").
			Values(jen.Id("List").Op(":").Id("list"), jen.Id("Names").Op(":").Id(tableNames(name))),
	}, body...)
	f.declare("Check adds every rule that q breaks to list.",
		jen.Func().Params(jen.Id("q").Op("*").Id(name)).Id("Check").
			Params(append([]jen.Code{jen.Id("list").Op("*").Qual(pkgProblem, "List")}, outerParams(fields.Outermost(), outer)...)...).
			Block(body...))
}

// rawLines is raw with a long text on several lines.
func rawLines(text string) jen.Code {
	if parts, several := rawParts(text); several {
		return jen.Line().Add(parts).Op(",").Line()
	}
	return raw(text)
}

// rawParts is a text in raw literals of a line each; several says that there is more
// than one.
func rawParts(text string) (parts *jen.Statement, several bool) {
	const width = 90
	runes := []rune(text)
	parts = jen.Null()
	if len(runes) <= width+20 {
		return parts.Add(raw(text)), false
	}
	for ; len(runes) > width; runes = runes[width:] {
		parts = parts.Add(raw(string(runes[:width]))).Op("+").Line()
	}
	return parts.Add(raw(string(runes))), true
}

// patternName is the variable that holds a field's compiled pattern.
func patternName(parent string, f *spec.Field) string {
	return lowerName(parent) + f.GoMember() + "Pattern"
}

// keysName is the variable that holds the compiled pattern of the names in a map.
func keysName(parent string, f *spec.Field) string {
	return lowerName(parent) + f.GoMember() + "Keys"
}

// fieldChecks are the rules of one field.
func fieldChecks(parent string, f *spec.Field, siblings spec.Fields) []jen.Code {
	var out []jen.Code
	check := func(method string, args ...jen.Code) {
		args = append([]jen.Code{jen.Lit(f.Name)}, args...)
		out = append(out, jen.Id("c").Dot(method).Add(packedCall(args)))
	}
	value := jen.Id("q").Dot(f.GoName())
	text := textOf(f)
	switch k := f.Shape(); {
	case f.Blank || f.MayBeNull():
		check("Present", value.Clone().Dot("Sent").Call())
	case f.IsRequired() && k == spec.Text && f.Separator != "":
		check("RequiredParts", text, jen.Lit(f.Separator))
	case f.IsRequired() && k == spec.Text:
		check("Required", text)
	case f.IsRequired():
		check("Present", present(f))
	case f.IsConditional():
		if when := condition(f, siblings); when != nil {
			method, arg := "NeededPresent", present(f)
			if k == spec.Text {
				method, arg = "Needed", text
			}
			out = append(out, jen.If(when).Block(jen.Id("c").Dot(method).Call(jen.Lit(f.Name), arg)))
		}
	}
	if when := barred(f, siblings); when != nil {
		out = append(out, jen.If(when).Block(jen.Id("c").Dot("Absent").Call(jen.Lit(f.Name), present(f))))
	}
	switch f.Shape() {
	case spec.Scalars:
		out = append(out, memberChecks(parent, f, value)...)
	case spec.List, spec.Record:
		out = append(out, itemsCheck(f, value)...)
		if checks(f.Fields) {
			out = append(out, nestedChecks(f, value))
		}
	case spec.Raw:
		out = append(out, itemsCheck(f, value)...)
		if f.Keyed != nil {
			check("Keys", value.Clone(), jen.Id(keysName(parent, f)))
		}
		if f.HasValues() {
			out = append(out, valuesCheck(parent, f, value)...)
		} else if f.IsTyped() && checks(f.Fields) {
			out = append(out, entriesCheck(jen.Id(memberType(parent, f)), f, value))
		}
	default:
		valueChecks(parent, f, siblings, value, text, check, &out)
	}
	return out
}

// casesChecks hold a value against the list that another field's value leaves.
func casesChecks(parent string, f *spec.Field, siblings spec.Fields, value, text jen.Code) []jen.Code {
	listed := func(e *spec.Enum) (out []jen.Code) {
		one := &spec.Field{Name: f.Name, Rules: spec.Rules{Type: f.Type, Enum: e, Blank: f.Blank}}
		valueChecks(parent, one, siblings, value, text, func(method string, args ...jen.Code) {
			out = append(out, jen.Id("c").Dot(method).Add(packedCall(append([]jen.Code{jen.Lit(f.Name)}, args...))))
		}, &out)
		return out
	}
	var cases []jen.Code
	for _, c := range f.EnumBy.Cases {
		cases = append(cases, jen.Case(deciderOf(f, siblings, c.Name).equals(c.Match)).Block(listed(c.Enum)...))
	}
	return []jen.Code{jen.Switch().Block(append(cases, jen.Default().Block(listed(f.Enum)...))...)}
}

// valueChecks are the rules of a value that is no object and no array.
func valueChecks(
	parent string, f *spec.Field, siblings spec.Fields, value, text jen.Code, check func(string, ...jen.Code), out *[]jen.Code,
) {
	switch f.Shape() {
	case spec.Text:
		stringChecks(parent, f, siblings, text, check, out)
	case spec.Whole:
		switch {
		case f.EnumBy != nil:
			*out = append(*out, casesChecks(parent, f, siblings, value, text)...)
		case f.IsSum():
			check("IntSumOf", append([]jen.Code{value}, each(f.Allowed(), func(v string) jen.Code { return jen.Id(v) })...)...)
		case f.IsNumberList():
			check("IntAmong", append([]jen.Code{value}, each(f.AllowedNumbers(), func(v string) jen.Code { return jen.Lit(v) })...)...)
		case f.IsClosed():
			check("IntOneOf", append([]jen.Code{value}, each(f.Allowed(), func(v string) jen.Code { return jen.Id(v) })...)...)
		}
		bounds(f, "", value, check)
	case spec.Fraction:
		if f.Decimals.Set {
			check(placesRule(f), value, jen.Lit(f.WholeDigits()), jen.Lit(f.Decimals.N))
		}
		if f.IsNumberList() {
			check("NumberAmong", append([]jen.Code{value}, each(f.AllowedNumbers(), func(v string) jen.Code { return jen.Lit(v) })...)...)
		}
		bounds(f, "Decimal", value, check)
	}
}

// itemsCheck counts the members of an array or a map.
func itemsCheck(f *spec.Field, value *jen.Statement) []jen.Code {
	if f.MinItems == 0 && f.MaxItems == 0 {
		return nil
	}
	if f.Type == spec.Map {
		return []jen.Code{jen.Id("c").Dot("Properties").Call(jen.Lit(f.Name), value.Clone(), jen.Lit(f.MinItems), jen.Lit(f.MaxItems))}
	}
	return []jen.Code{jen.Id("c").Dot("Items").Call(jen.Lit(f.Name), jen.Len(value.Clone()), jen.Lit(f.MinItems), jen.Lit(f.MaxItems))}
}

// memberChecks are the rules of an array of scalars: how many there are, and those of
// each.
func memberChecks(parent string, f *spec.Field, value *jen.Statement) []jen.Code {
	out := itemsCheck(f, value)
	each := memberRules(parent, f, value.Clone().Index(jen.Id("i")))
	if len(each) == 0 {
		return out
	}
	each = append(append([]jen.Code{jen.Id("c").Dot("Enter").Call(jen.Lit(f.Name), jen.Id("i"))}, each...), jen.Id("c").Dot("Leave").Call())
	return append(out, jen.For(jen.Id("i").Op(":=").Range().Add(value.Clone())).Block(each...))
}

// memberRules are the rules of one member of an array, or one value of a map, of scalars.
func memberRules(parent string, f *spec.Field, one *jen.Statement) (each []jen.Code) {
	check := func(method string, args ...jen.Code) {
		each = append(each, jen.Id("c").Dot(method).Add(packedCall(append([]jen.Code{jen.Lit("")}, args...))))
	}
	member := f.Member()
	member.Name = f.Name // of its pattern
	valueChecks(parent, member, nil, one, one, check, &each)
	return each
}

// valuesCheck are the rules of the values of a map of scalars.
func valuesCheck(parent string, f *spec.Field, value *jen.Statement) []jen.Code {
	each := memberRules(parent, f, jen.Id("v"))
	if len(each) == 0 {
		return nil
	}
	member := f.Member()
	body := append([]jen.Code{
		jen.Var().Id("v").Add(goType("", member)),
		jen.Id("member").Dot(decoderOf(member)).Call(jen.Lit(0), jen.Op("&").Id("v")),
	}, each...)
	return []jen.Code{jen.Qual(pkgValidate, "Values").Call(jen.Op("&").Id("c"), jen.Lit(f.Name), value.Clone(),
		jen.Func().Params(jen.Id("member").Op("*").Qual(pkgWire, "Object")).Block(body...))}
}

// placesRule is the method that counts the digits of a number.
func placesRule(f *spec.Field) string {
	if f.Rounded {
		return "PlacesRounded"
	}
	return "Places"
}

// entriesCheck are the rules of the values of a map.
func entriesCheck(typ *jen.Statement, f *spec.Field, value *jen.Statement) jen.Code {
	args := []jen.Code{jen.Op("&").Id("c"), jen.Lit(f.Name), value}
	levels := f.Fields.Outermost()
	if levels == 0 {
		return jen.Qual(pkgValidate, "Entries").Types(typ).Call(args...)
	}
	check := jen.Id("one").Dot("Check").Call(append([]jen.Code{jen.Id("list")}, outerArgs(levels)...)...)
	args = append(args, jen.Func().Params(jen.Id("one").Op("*").Add(typ)).Block(check))
	return jen.Qual(pkgValidate, "EntriesWith").Call(args...)
}

// nestedChecks are the rules of the objects in a field.
func nestedChecks(f *spec.Field, value *jen.Statement) jen.Code {
	within := func(object *jen.Statement, place jen.Code) []jen.Code {
		return []jen.Code{
			jen.Id("c").Dot("Enter").Call(jen.Lit(f.Name), place),
			object.Dot("Check").Call(append([]jen.Code{jen.Id("list")}, outerArgs(f.Fields.Outermost())...)...),
			jen.Id("c").Dot("Leave").Call(),
		}
	}
	if f.Shape() == spec.List {
		each := value.Clone().Index(jen.Id("i"))
		return jen.For(jen.Id("i").Op(":=").Range().Add(value.Clone())).Block(within(each, jen.Id("i"))...)
	}
	return jen.If(value.Clone().Op("!=").Nil()).Block(within(value.Clone(), jen.Lit(-1))...)
}

// counted ends the names of the methods that check lengths.
func counted(f *spec.Field) string {
	return map[string]string{"": "Chars", spec.LengthBytes: "Bytes", spec.LengthGBK: "GBK"}[f.LengthIn]
}

// stringChecks are the rules of a text.
func stringChecks(
	parent string, f *spec.Field, siblings spec.Fields, text jen.Code, check func(string, ...jen.Code), out *[]jen.Code,
) {
	if f.Length > 0 {
		check("Max"+counted(f), text, jen.Lit(f.Length))
	}
	if f.MinLength > 0 {
		check("Min"+counted(f), text, jen.Lit(f.MinLength))
	}
	if f.StartsWith != "" {
		check("StartsWith", text, textOf(f.Sibling(siblings, f.StartsWith)))
	}
	if f.EnumBy != nil {
		*out = append(*out, casesChecks(parent, f, siblings, text, text)...)
	} else if f.IsClosed() {
		var values []jen.Code
		for _, v := range f.Allowed() {
			values = append(values, jen.Lit(v))
		}
		if f.Separator != "" {
			check("EachOf", append([]jen.Code{text, jen.Lit(f.Separator)}, values...)...)
		} else {
			check("OneOf", append([]jen.Code{text}, values...)...)
		}
	}
	if f.Pattern != "" {
		pattern := jen.Id(patternName(parent, f))
		if f.StartsWith != "" {
			check("PatternBehind", text, textOf(f.Sibling(siblings, f.StartsWith)), pattern)
		} else {
			check("Pattern", jen.Add(text).Op("==").Lit("").Op("||").Add(pattern).Dot("MatchString").Call(text))
		}
	}
	method := map[string]string{"mobile": "Mobile", "idcard": "IDCard", "email": "Email"}[f.Format]
	if method == "" {
		return
	}
	if len(f.FormatIf) == 0 {
		check(method, text)
		return
	}
	var when *jen.Statement
	for _, m := range f.FormatIf {
		other := deciderOf(f, siblings, m.Name)
		one := jen.Parens(jen.Op("!").Add(other.present()).Op("||").Add(other.equals(m)))
		if when == nil {
			when = one
		} else {
			when = when.Op("&&").Add(one)
		}
	}
	if len(f.FormatIf) == 1 {
		other := deciderOf(f, siblings, f.FormatIf[0].Name)
		when = jen.Add(other.absent()).Op("||").Add(other.equals(f.FormatIf[0]))
	}
	*out = append(*out, jen.If(when).Block(jen.Id("c").Dot(method).Call(jen.Lit(f.Name), text)))
}

// bounds are the rules of min and max.
func bounds(f *spec.Field, prefix string, value jen.Code, check func(string, ...jen.Code)) {
	for _, b := range []struct{ method, bound string }{{"Min", f.Min}, {"Max", f.Max}} {
		switch {
		case b.bound == "":
		case prefix == "":
			check(b.method, value, jen.Id(b.bound))
		default:
			check(prefix+b.method, value, jen.Lit(b.bound))
		}
	}
}

// textOf is the text of a string field.
func textOf(f *spec.Field) jen.Code { return (decider{f, "q", nil}).text() }

// itoa is short for the decimal text of n.
func itoa(n int) string { return strconv.Itoa(n) }
