package golang

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// goType is the type of a struct field.
func goType(parent string, f *spec.Field) jen.Code {
	switch f.Shape() {
	case spec.Whole:
		return jen.Qual(pkgWire, "Int")
	case spec.Fraction:
		return jen.Qual(pkgWire, "Decimal")
	case spec.Truth:
		return jen.Qual(pkgWire, "Bool")
	case spec.Moment, spec.Day, spec.Seconds:
		return jen.Qual(pkgWire, "Time")
	case spec.List:
		return jen.Index().Id(memberType(parent, f))
	case spec.Scalars:
		return jen.Index().Add(goType(parent, f.Member()))
	case spec.Record:
		return jen.Op("*").Id(memberType(parent, f))
	case spec.Raw:
		return jen.Index().Byte()
	}
	if f.TellsAbsent() {
		return jen.Qual(pkgWire, "Text")
	}
	return jen.String()
}

// tags are the rules of a field in the vocabulary of validator/v10.
func tags(f *spec.Field) string {
	var out []string
	k := f.Shape()
	switch {
	case f.Blank && f.IsRequired() || f.MayBeNull():
		out = append(out, "sent", "omitempty")
	case f.IsRequired() && k == spec.Text && f.Separator != "":
		out = append(out, "required", "parts="+escapeTag(f.Separator))
	case f.IsRequired() && k == spec.Text:
		out = append(out, "required", "notblank")
	case f.IsRequired() && (k == spec.List || k == spec.Scalars):
		out = append(out, "required", "min=1")
	case f.IsRequired():
		out = append(out, "required")
	case f.IsConditional() && conditionTag(f) != "":
		out = append(out, conditionTag(f), "omitempty")
	default:
		out = append(out, "omitempty")
	}
	out = append(out, barredTags(f)...)
	if f.MinItems > 0 || f.MaxItems > 0 {
		tag := "items="
		if f.Type == spec.Map {
			tag = "properties="
		}
		out = append(out, tag+itoa(f.MinItems)+" "+itoa(f.MaxItems))
	}
	if f.Keyed != nil {
		out = append(out, "key_names="+patternTag(keyed.Pattern(f.Keyed)))
	}
	if k != spec.Scalars && !f.HasValues() {
		out = append(out, valueTags(f, k)...)
	}
	switch k {
	case spec.List:
		out = append(out, "dive")
	case spec.Scalars:
		if each := valueTags(f.Member(), f.Member().Shape()); len(each) > 0 {
			out = append(append(out, "dive", "omitempty"), each...)
		}
	}
	if len(out) == 1 && out[0] == "omitempty" {
		return ""
	}
	return strings.Join(out, ",")
}

// replyTags are the rules of a field of a response: those of a request, but that a
// list, and what may be blank, may be empty.
func replyTags(f *spec.Field) string {
	if k := f.Shape(); f.IsRequired() && (f.Blank || f.Nullable || k == spec.List || k == spec.Scalars) {
		optional := *f
		optional.Required, optional.Nullable = spec.No, false
		return tags(&optional)
	}
	return tags(f)
}

// lengthTag ends the name of a tag for a length that is no characters.
func lengthTag(f *spec.Field) string {
	if f.LengthIn == "" {
		return ""
	}
	return "_" + f.LengthIn
}

// valueTags are the rules of a value that is there.
func valueTags(f *spec.Field, k spec.Shape) []string {
	var out []string
	if f.Length > 0 && k == spec.Text {
		out = append(out, "max"+lengthTag(f)+"="+itoa(f.Length))
	}
	if f.MinLength > 0 && k == spec.Text {
		out = append(out, "min"+lengthTag(f)+"="+itoa(f.MinLength))
	}
	if f.Decimals.Set && k == spec.Fraction {
		out = append(out, map[bool]string{true: "places_rounded=", false: "places="}[f.Rounded]+itoa(f.WholeDigits())+" "+itoa(f.Decimals.N))
	}
	switch {
	case f.IsSum():
		out = append(out, "sum_of="+strings.Join(f.Allowed(), " "))
	case f.IsNumberList():
		out = append(out, "number_among="+words(f.AllowedNumbers()))
	case f.IsClosed() && f.Separator != "":
		out = append(out, partsTag(f))
	case f.IsClosed() && (k == spec.Text || k == spec.Whole):
		out = append(out, listTag("oneof", "among", f.Allowed()))
	}
	if f.EnumBy != nil {
		out = append(out, casesTag(f))
	}
	bounds := []struct{ bound, whole, decimal string }{{f.Min, "gte", "decimalmin"}, {f.Max, "lte", "decimalmax"}}
	for _, b := range bounds {
		switch {
		case b.bound == "":
		case k == spec.Whole:
			out = append(out, b.whole+"="+b.bound)
		case k == spec.Fraction:
			out = append(out, b.decimal+"="+b.bound)
		}
	}
	switch {
	case f.StartsWith != "":
		out = append(out, strings.TrimSuffix("behind="+f.GoNameOf(f.StartsWith)+" "+patternTag(f.Pattern), " "))
	case f.Pattern != "":
		out = append(out, "pattern="+patternTag(f.Pattern))
	}
	switch f.Format {
	case "mobile":
		out = append(out, "mobile")
	case "email":
		out = append(out, "mail")
	case "idcard":
		if len(f.FormatIf) > 0 {
			out = append(out, "idcard_if="+f.GoNameOf(f.FormatIf[0].Name)+" "+validate.EscapeTag(f.FormatIf[0].Value))
		} else {
			out = append(out, "idcard")
		}
	}
	return out
}

// casesTag lists what a value may be by what another field is.
func casesTag(f *spec.Field) string {
	out := []string{f.GoNameOf(f.EnumBy.Name)}
	for _, c := range f.EnumBy.Cases {
		values := []string{validate.EscapeTag(c.Value)}
		for _, v := range f.While(&c).Allowed() {
			values = append(values, validate.EscapeTag(v))
		}
		out = append(out, strings.Join(values, ";"))
	}
	return "among_by=" + strings.Join(out, " ")
}

// words are texts as the words of the parameter of a tag.
func words(list []string) string {
	var out []string
	for _, text := range list {
		out = append(out, validate.EscapeTag(text))
	}
	return strings.Join(out, " ")
}

// partsTag lists what the parts of a text may be.
func partsTag(f *spec.Field) string {
	list := strings.Join(f.Allowed(), f.Separator)
	if hex(f.Separator + " " + list) {
		return "eachof_escaped=" + validate.EscapeTag(f.Separator) + " " + validate.EscapeTag(list)
	}
	return "eachof=" + escapeTag(f.Separator+" "+list)
}

// conditionTag is the condition under which a field is required.
func conditionTag(f *spec.Field) string {
	names := func(list []string) string {
		var out []string
		for _, n := range list {
			out = append(out, f.GoNameOf(n))
		}
		return strings.Join(out, " ")
	}
	switch {
	case len(f.RequiredIf) > 0 && !slices.ContainsFunc(f.RequiredIf, func(m spec.Match) bool { return m.IsSpecial() || looksOut(m.Name) }):
		var parts []string
		for _, m := range f.RequiredIf {
			parts = append(parts, f.GoNameOf(m.Name), m.Value)
		}
		return listTag("required_if", "needed_if", parts)
	case len(f.RequiredIf) > 0:
		return "needed_if=" + matchTag(f, f.RequiredIf)
	case len(f.RequiredUnless) > 0:
		return "needed_unless=" + matchTag(f, f.RequiredUnless)
	}
	for _, one := range []struct {
		tag  string
		list []string
	}{{"with", f.RequiredWith}, {"without", f.RequiredWithout}, {"without_all", f.RequiredWithoutAll}} {
		switch {
		case slices.ContainsFunc(one.list, looksOut):
			return "needed_" + one.tag + "=" + names(one.list)
		case len(one.list) > 0:
			return "required_" + one.tag + "=" + names(one.list)
		}
	}
	return ""
}

// looksOut says whether a condition names a field around the object, for which validator/v10
// has no name, or in an object beside it, which it takes for absent where the object is.
func looksOut(name string) bool { return strings.Contains(name, "/") }

// barredTags are the conditions that forbid a field.
func barredTags(f *spec.Field) (out []string) {
	if len(f.PresentIf) > 0 {
		out = append(out, "present_if="+matchTag(f, f.PresentIf))
	}
	if len(f.AbsentIf) > 0 {
		out = append(out, "absent_if="+matchTag(f, f.AbsentIf))
	}
	if len(f.AbsentWith) > 0 {
		var names []string
		for _, n := range f.AbsentWith {
			names = append(names, f.GoNameOf(n))
		}
		out = append(out, "absent_with="+strings.Join(names, " "))
	}
	return out
}

// matchTag is a list of conditions on values: the name of each field, and what it has
// to be.
func matchTag(f *spec.Field, list []spec.Match) string {
	var out []string
	for _, m := range list {
		operator := m.Order
		if m.Number {
			operator = m.Compares()
		}
		var values []string
		for _, v := range append([]string{m.Value}, m.Or...) {
			values = append(values, operator+validate.EscapeTag(v))
		}
		out = append(out, f.GoNameOf(m.Name), strings.Join(values, ";"))
	}
	return strings.Join(out, " ")
}

// listTag is a tag with a list of texts: validator's own, or where that cannot say one
// of them ours, which escapes.
func listTag(theirs, ours string, list []string) string {
	name, write := theirs, quotedTag
	if slices.ContainsFunc(list, unquotable) {
		name, write = ours, validate.EscapeTag
	}
	var out []string
	for _, v := range list {
		out = append(out, write(v))
	}
	return name + "=" + strings.Join(out, " ")
}

// unquotable says whether a list of validator/v10 cannot have a text: it takes every
// apostrophe for a quote, parts at white space, and turns 0x2C and 0x7C into
// characters.
func unquotable(text string) bool {
	return text == "" || strings.ContainsFunc(text, func(r rune) bool { return r == '\'' || r != ' ' && unicode.IsSpace(r) }) || hex(text)
}

// hex says whether validator/v10 would take a part of a text for an escape.
func hex(text string) bool { return strings.Contains(text, "0x2C") || strings.Contains(text, "0x7C") }

// quotedTag is one value of a tag's list: quoted where it holds a space.
func quotedTag(v string) string {
	if strings.ContainsRune(v, ' ') {
		v = "'" + v + "'"
	}
	return escapeTag(v)
}

// escapeTag escapes the characters that mean something to validator/v10: commas and
// bars.
func escapeTag(s string) string {
	return strings.NewReplacer(",", "0x2C", "|", "0x7C").Replace(s)
}

// patternTag is a pattern in a tag. The escapes of validator/v10 stay what they are
// by another spelling of their first digit.
func patternTag(pattern string) string {
	return escapeTag(strings.NewReplacer("0x2C", `\x30x2C`, "0x7C", `\x30x7C`).Replace(pattern))
}
