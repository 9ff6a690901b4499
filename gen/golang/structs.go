package golang

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// object is one object of an interface as a struct, with the methods that somebody
// calls.
type object struct {
	of     *spec.Interface
	name   string
	doc    string
	fields spec.Fields

	outer []string // the types of the objects around it, the nearest first

	decoded, checked, encoded bool
	stored                    map[*spec.Field]bool     // whose members a statement returns as JSON, which is decoded
	tags                      func(*spec.Field) string // of a field's rules; nil: there are none
}

// requestStructs generates what is sent with an interface. We read and check it; a
// client writes it, and so do handlers that fill a notification themselves.
func requestStructs(f *file, i *spec.Interface) error {
	o := object{
		of: i, name: requestType(i), doc: fmt.Sprintf("%s is the request of %s.", requestType(i), i.Cmd), fields: i.Request,
		decoded: true, checked: true, encoded: called(i), tags: tags,
	}
	if i.Kind == spec.Notify {
		o.doc = fmt.Sprintf("%s is the notification %s.", o.name, i.Cmd)
		o.encoded = i.Status == "active" // operators send it by jiekoud notify send, and handlers may
	}
	return o.print(f)
}

// responseStructs generates what an interface answers, if anything answers it. We
// write it; a client reads it. The rules are those that a handler's response is
// held to.
func responseStructs(f *file, i *spec.Interface) error {
	if i.Answer == nil {
		return nil
	}
	o := object{
		of: i, name: responseType(i), doc: fmt.Sprintf("%s is the response of %s.", responseType(i), i.Cmd),
		fields: i.Response, decoded: called(i), encoded: true,
	}
	if byHand(i) {
		o.tags = replyTags
	}
	var err error
	if o.stored, err = storedJSON(i); err != nil {
		return err
	}
	return o.print(f)
}

// storedJSON are the fields of a response whose members come from the database as JSON.
func storedJSON(i *spec.Interface) (map[*spec.Field]bool, error) {
	if !declaredAnswer(i) {
		return nil, nil
	}
	compiled, err := statement.Compile(i)
	if err != nil {
		return nil, err
	}
	stored := map[*spec.Field]bool{}
	for _, s := range compiled.Statements() {
		for _, c := range s.Columns {
			if c.JSON {
				stored[c.Field] = true
			}
		}
	}
	return stored, nil
}

// called reports whether the typed client calls an interface.
func called(i *spec.Interface) bool {
	return i.System.Client && i.Kind != spec.Notify && i.Answer != nil && i.Status != "unimplemented"
}

// print generates the struct, its methods, and those of the objects inside. One
// without fields is wire.Empty.
func (o object) print(f *file) error {
	if len(o.fields) == 0 {
		return nil
	}
	if len(o.fields) > wire.MaxFields {
		return fmt.Errorf("%s has %d fields; at most %d can be decoded", o.name, len(o.fields), wire.MaxFields)
	}
	o.structType(f)
	if checked := o.checked && checks(o.fields); o.decoded || checked {
		names := tableNames(o.name)
		f.declare(fmt.Sprintf("%s are the fields of %s, in order.", names, o.name),
			jen.Var().Id(names).Op("=").Index().String().Add(packed(each(o.fields, func(field *spec.Field) jen.Code { return jen.Lit(field.Name) }))))
		if o.decoded {
			o.decodeMethod(f)
		}
		if checked {
			checkMethod(f, o.name, o.fields, o.outer)
		}
	}
	if o.encoded {
		encodeMethod(f, o)
	}
	for _, field := range o.fields {
		k := field.Shape()
		if entries := field.IsTyped() && len(field.Fields) > 0 && o.checked; k != spec.List && k != spec.Record && !entries {
			continue
		}
		inner := o
		inner.decoded = o.decoded || o.stored[field]
		inner.name, inner.fields, inner.outer = memberType(o.name, field), field.Fields, append([]string{o.name}, o.outer...)
		inner.doc = fmt.Sprintf("%s is %s of %s.", inner.name, field.DocPath, o.of.Cmd)
		if k == spec.Raw {
			inner.doc, inner.encoded = fmt.Sprintf("%s is a value of %s of %s.", inner.name, field.DocPath, o.of.Cmd), false
		}
		if k == spec.List {
			inner.doc = fmt.Sprintf("%s is a member of %s of %s.", inner.name, field.DocPath, o.of.Cmd)
		}
		if err := inner.print(f); err != nil {
			return err
		}
	}
	return nil
}

// structType generates the struct.
func (o object) structType(f *file) {
	f.declare(o.doc, jen.Type().Id(o.name).StructFunc(func(g *jen.Group) {
		for _, field := range o.fields {
			for _, line := range wrap(fieldDoc(field), 92) {
				g.Comment(line)
			}
			tag := map[string]string{"json": field.Name}
			if o.tags != nil {
				if t := o.tags(field); t != "" {
					tag["validate"] = t
				}
			}
			g.Id(field.GoName()).Add(goType(o.name, field)).Tag(tag)
		}
	}))
}

// payloadType is the type of a request or a response: name, or wire.Empty where it
// has no fields.
func payloadType(fields spec.Fields, name *jen.Statement) *jen.Statement {
	if len(fields) == 0 {
		return jen.Qual(pkgWire, "Empty")
	}
	return name
}

// fieldDoc says what a field is and which rules it keeps.
func fieldDoc(f *spec.Field) string {
	var rules []string
	switch f.Required {
	case spec.Yes:
		rules = append(rules, "required"+blankDoc(f))
	case spec.Conditional:
		rules = append(rules, "required: "+cmp.Or(f.Condition, conditionWords(f)))
	}
	rules = append(rules, barredWords(f)...)
	_, unit := f.LengthUnit()
	if f.Length > 0 && f.Shape() == spec.Text {
		rules = append(rules, fmt.Sprintf("at most %d %s", f.Length, unit))
	}
	if f.MinLength > 0 {
		rules = append(rules, fmt.Sprintf("at least %d %s", f.MinLength, unit))
	}
	if f.Decimals.Set {
		rules = append(rules, placesDoc(f))
	}
	if f.MinItems > 0 {
		rules = append(rules, fmt.Sprintf("at least %d members", f.MinItems))
	}
	if f.MaxItems > 0 {
		rules = append(rules, fmt.Sprintf("at most %d members", f.MaxItems))
	}
	if f.Keyed != nil {
		rules = append(rules, "names match "+keyed.Pattern(f.Keyed))
	}
	if f.Enum != nil {
		var values []string
		for _, v := range f.Enum.Values {
			if v.Label == v.Value || v.Label == "" {
				values = append(values, v.Value)
			} else {
				values = append(values, v.Value+" "+v.Label)
			}
		}
		list := strings.Join(values, ", ")
		if f.Enum.Open {
			list += ", or others"
		}
		rules = append(rules, list)
	}
	if f.StartsWith != "" {
		rules = append(rules, "begins with "+f.StartsWith)
	}
	if f.Default != "" {
		rules = append(rules, "default "+f.Default)
	}
	if f.Document.Type != "" && !f.Document.Same(f.Rules) {
		rules = append(rules, documentSays(f))
	}
	doc := fmt.Sprintf("%s %s", f.GoName(), f.Label)
	if len(rules) > 0 {
		doc += " (" + strings.Join(rules, "; ") + ")"
	}
	return doc
}

// placesDoc says how many digits a number has.
func placesDoc(f *spec.Field) string {
	text := fmt.Sprintf("at most %d digits behind the point", f.Decimals.N)
	if f.Length > 0 {
		text = fmt.Sprintf("at most %d digits in front of the point and %d behind it", f.WholeDigits(), f.Decimals.N)
	}
	if f.Rounded {
		text += ", more are rounded"
	}
	return text
}

// blankDoc names the value that means none in a required field.
func blankDoc(f *spec.Field) string {
	if f.Nullable {
		return ", may be null"
	}
	if !f.Blank {
		return ""
	}
	return ", may be " + f.BlankValue()
}

// conditionWords says when a field is required, for a condition without words of
// its own.
func conditionWords(f *spec.Field) string {
	switch {
	case len(f.RequiredIf) > 0:
		return "when " + matchWords(f.RequiredIf)
	case len(f.RequiredUnless) > 0:
		return "unless " + matchWords(f.RequiredUnless)
	case len(f.RequiredWith) > 0:
		return "with " + strings.Join(f.RequiredWith, " or ")
	case len(f.RequiredWithout) > 0:
		return "without " + strings.Join(f.RequiredWithout, " or ")
	case len(f.RequiredWithoutAll) > 0:
		return "without " + strings.Join(f.RequiredWithoutAll, " and ")
	}
	return "under a condition"
}

// matchWords says what fields have to be.
func matchWords(list []spec.Match) string {
	var parts []string
	for _, m := range list {
		if m.Order != "" {
			parts = append(parts, m.Name+" "+m.Order+" "+m.Value)
		} else {
			parts = append(parts, m.Name+" is "+strings.Join(m.Values(), " or "))
		}
	}
	return strings.Join(parts, " and ")
}

// barredWords says when a field may be there.
func barredWords(f *spec.Field) (out []string) {
	if len(f.PresentIf) > 0 {
		out = append(out, "only when "+matchWords(f.PresentIf))
	}
	if len(f.AbsentIf) > 0 {
		out = append(out, "not when "+matchWords(f.AbsentIf))
	}
	if len(f.AbsentWith) > 0 {
		out = append(out, "not with "+strings.Join(f.AbsentWith, " or "))
	}
	return out
}

// documentSays gives the document's rule if another is followed.
func documentSays(f *spec.Field) string {
	var ids []string
	for _, e := range f.Errata {
		ids = append(ids, e.ID)
	}
	return "not as in the document: " + strings.Join(ids, ", ")
}

// decodeMethod generates the decoder: a switch over the keys, a call a field.
func (o object) decodeMethod(f *file) {
	name, fields := o.name, o.fields
	f.declare("Decode reads q from a JSON object. The Reader in records its faults.",
		jen.Func().Params(jen.Id("q").Op("*").Id(name)).Id("Decode").
			Params(jen.Id("in").Op("*").Qual(pkgWire, "Reader")).
			BlockFunc(func(g *jen.Group) {
				g.Id("o").Op(":=").Id("in").Dot("Object").Call(jen.Id(tableNames(name)))
				g.For(jen.Id("o").Dot("Next").Call()).Block(
					jen.Switch(jen.Id("o").Dot("Key").Call()).BlockFunc(func(g *jen.Group) {
						for place, field := range fields {
							g.CaseFunc(func(g *jen.Group) {
								g.Lit(field.Name)
								for _, alias := range field.Alias {
									g.Lit(alias)
								}
							}).Block(o.decodeCall(place, field))
						}
						g.Default().Block(jen.Id("o").Dot("Skip").Call())
					}),
				)
				for _, field := range fields.Defaults() {
					g.Add(setDefault(field, fields))
				}
			}))
}

// decodeCall reads one field.
func (o object) decodeCall(place int, f *spec.Field) jen.Code {
	if f.MayBeNull() && !f.Replied {
		mark := map[bool]string{true: "Set", false: "Blank"}[f.Shape() == spec.Text]
		return jen.If(jen.Op("!").Id("o").Dot("Null").Call(jen.Lit(place), jen.Op("&").Id("q").Dot(f.GoName()).Dot(mark))).Block(o.decodeText(place, f))
	}
	return o.decodeText(place, f)
}

// decodeText reads one field that is not null, at its place.
func (o object) decodeText(place int, f *spec.Field) jen.Code {
	if f.IsPacked() {
		value := *f
		value.AsText = false
		return jen.Id("o").Dot("Packed").Call(jen.Lit(place), jen.Func().Params(jen.Id("place").Int()).Block(o.decodeAt(jen.Id("place"), &value)))
	}
	return o.decodeAt(jen.Lit(place), f)
}

// decodeAt reads one field at a place.
func (o object) decodeAt(place jen.Code, f *spec.Field) jen.Code {
	target := jen.Op("&").Id("q").Dot(f.GoName())
	switch {
	case f.IsTyped() && len(f.Fields) > 0 && o.checked:
		return jen.Qual(pkgWire, "Entries").Types(jen.Id(memberType(o.name, f))).Call(jen.Op("&").Id("o"), place, target)
	case f.IsTyped() && len(f.Fields) == 0:
		return readEntries(place, f, target)
	}
	switch f.Shape() {
	case spec.List:
		return jen.Qual(pkgWire, "List").Call(jen.Op("&").Id("o"), place, target)
	case spec.Record:
		return jen.Qual(pkgWire, "Struct").Call(jen.Op("&").Id("o"), place, target)
	}
	if f.Shape() == spec.Scalars && !f.HoldsTexts() {
		return readValues(place, f, target)
	}
	if layout := readLayout(f); layout != nil {
		return jen.Id("o").Dot("TimeAs").Call(place, target, layout)
	}
	return jen.Id("o").Dot(decoderOf(f)).Call(place, target)
}

// decoderOf names the method of wire.Object that reads a field.
func decoderOf(f *spec.Field) string {
	switch f.Shape() {
	case spec.Whole:
		return "Int"
	case spec.Fraction:
		return longer(f) + "Decimal"
	case spec.Truth:
		return "Bool"
	case spec.Moment, spec.Seconds:
		return "Time"
	case spec.Day:
		return "Date"
	case spec.Scalars:
		return "Strings"
	case spec.Raw:
		return rawDecoder(f)
	}
	switch {
	case f.TellsAbsent() && f.Digits:
		return "TextOrNumber"
	case f.TellsAbsent():
		return "Text"
	case f.Digits:
		return "StringOrNumber"
	}
	return "String"
}

// rawDecoder names the method of wire.Object that keeps the JSON of a field.
func rawDecoder(f *spec.Field) string {
	switch f.Type {
	case spec.Array:
		return "Array"
	case spec.Any:
		return "Any"
	}
	return "Map"
}

// longer begins the name of the method that reads a number with a fraction, where it may
// have more digits than others.
func longer(f *spec.Field) string {
	if f.IsLongNumber() {
		return "Long"
	}
	return ""
}

// setDefault fills in a value that was not sent and may be there.
func setDefault(f *spec.Field, siblings spec.Fields) jen.Code {
	target := jen.Id("q").Dot(f.GoName())
	unset := jen.If(joined("&&", append([]jen.Code{(decider{f, "q", nil}).absent()}, free(f, siblings)...), false))
	switch f.Shape() {
	case spec.Whole:
		return unset.Block(target.Clone().Op("=").Qual(pkgWire, "IntOf").Call(jen.Id(f.Default)))
	case spec.Fraction:
		return unset.Block(target.Clone().Op("=").Qual(pkgWire, "DecimalOf").Call(jen.Lit(f.Default)))
	case spec.Truth:
		return unset.Block(target.Clone().Op("=").Qual(pkgWire, "BoolOf").Call(jen.Lit(f.Default == "true" || f.Default == "1")))
	}
	return unset.Block(target.Clone().Op("=").Lit(f.Default))
}
