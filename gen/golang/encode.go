package golang

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// encodeMethod generates the encoder: a call a field, in the document's order.
func encodeMethod(f *file, o object) {
	f.declare("Encode writes the members of q.",
		jen.Func().Params(jen.Id("q").Op("*").Id(o.name)).Id("Encode").
			Params(append([]jen.Code{jen.Id("out").Op("*").Qual(pkgWire, "Writer")}, outerParams(o.leaves(o.fields), o.outer)...)...).
			BlockFunc(func(g *jen.Group) {
				for _, field := range o.fields {
					call := encodeCall(field, layoutOf(o.of, field), members{memberType(o.name, field), o.leaves(field.Fields)})
					if when := allowed(field, o.fields); when != nil && o.mayLeaveOut(field) {
						call = jen.If(when).Block(call)
					}
					g.Add(call)
				}
			}))
}

// mayLeaveOut reports whether the encoder leaves a field out that may not be there: in
// what we send. A client sends what it was given.
func (o object) mayLeaveOut(f *spec.Field) bool { return f.Replied || o.of.Kind == spec.Notify }

// leaves is how many objects further out the encoder of some fields looks, to leave out
// fields that may not be there.
func (o object) leaves(fields spec.Fields) int {
	most := 0
	for _, f := range fields {
		if !o.mayLeaveOut(f) {
			continue
		}
		for _, m := range slices.Concat(f.PresentIf, f.AbsentIf) {
			levels, _ := spec.Outward(m.Name)
			most = max(most, levels)
		}
		most = max(most, o.leaves(f.Fields)-1)
	}
	return most
}

// members are the objects in a field: their type, and at how many of the objects around
// them their encoder looks.
type members struct {
	typ    string
	levels int
}

// encodeCall writes one field: always where it is required, else where it was
// set.
func encodeCall(f *spec.Field, layout string, in members) jen.Code {
	if f.Nullable && (f.Shape() != spec.Moment || f.IsPacked()) {
		return encodeOrNull(f, layout, in)
	}
	if f.IsPacked() {
		value := *f
		value.AsText = false
		return jen.Id("out").Dot("Packed").Call(jen.Lit(f.Name),
			jen.Func().Params(jen.Id("out").Op("*").Qual(pkgWire, "Writer")).Block(encodeCall(&value, layout, in)))
	}
	value := jen.Id("q").Dot(f.GoName())
	required := f.IsRequired()
	call := func(method string, more ...jen.Code) jen.Code {
		if required && method != "String" {
			method = "Required" + method
		}
		args := append([]jen.Code{jen.Lit(f.Name), value}, more...)
		return jen.Id("out").Dot(method).Call(args...)
	}
	switch f.Shape() {
	case spec.Whole:
		return call("Int" + asText(f))
	case spec.Fraction:
		return call("Decimal" + asText(f))
	case spec.Truth:
		return call("Bool")
	case spec.Seconds:
		return call("Epoch" + map[bool]string{true: "Millis"}[f.Layout == "millis"])
	case spec.Moment:
		if f.Nullable {
			return jen.Id("out").Dot("NullableTime").Call(jen.Lit(f.Name), value, writeLayout(f, layout))
		}
		return call("Time", writeLayout(f, layout))
	case spec.Day:
		return call("Time", writeLayout(f, "Day"))
	case spec.List:
		return encodeNested("WriteList", f, value, in)
	case spec.Record:
		return encodeNested("WriteStruct", f, value, in)
	case spec.Scalars:
		return writeValues(f, value, layout)
	case spec.Raw:
		return jen.Id("out").Dot("Raw").Call(jen.Lit(f.Name), value)
	}
	switch {
	case f.Blank && f.TellsAbsent():
		return jen.Id("out").Dot("String").Call(jen.Lit(f.Name), value.Dot("Value"))
	case f.TellsAbsent():
		return jen.Id("out").Dot("Text").Call(jen.Lit(f.Name), value)
	case required:
		return jen.Id("out").Dot("String").Call(jen.Lit(f.Name), value)
	}
	return jen.Id("out").Dot("OptionalString").Call(jen.Lit(f.Name), value)
}

// encodeNested writes the objects in a field, each with those around it where its encoder
// looks at them.
func encodeNested(function string, f *spec.Field, value *jen.Statement, in members) jen.Code {
	args := []jen.Code{jen.Id("out"), jen.Lit(f.Name), value}
	if in.levels == 0 {
		return jen.Qual(pkgWire, function).Call(args...)
	}
	encode := jen.Id("one").Dot("Encode").Call(append([]jen.Code{jen.Id("out")}, outerArgs(in.levels)...)...)
	return jen.Qual(pkgWire, function+"With").Call(append(args, jen.Func().Params(jen.Id("one").Op("*").Id(in.typ)).Block(encode))...)
}

// encodeOrNull writes one field, null where it is absent.
func encodeOrNull(f *spec.Field, layout string, in members) jen.Code {
	value := *f
	value.Nullable = false
	there, write := present(f), encodeCall(&value, layout, in)
	if f.TellsAbsent() && f.Shape() == spec.Text {
		text := jen.Id("q").Dot(f.GoName())
		there, write = text.Clone().Dot("Set"), jen.Id("out").Dot("String").Call(jen.Lit(f.Name), text.Clone().Dot("Value"))
	}
	return jen.If(there).Block(write).Else().Block(jen.Id("out").Dot("Null").Call(jen.Lit(f.Name)))
}

// asText is the end of the name of the method that writes a number of the field.
func asText(f *spec.Field) string {
	if f.AsText {
		return "Text"
	}
	return ""
}

// layouts are the names of the forms of times in package wire.
func layouts() map[string]string {
	return map[string]string{"": "Seconds", "seconds": "Seconds", "millis": "Millis", "rfc3339": "RFC3339", "compact": "Compact"}
}

// layoutOf is how a time is written: as the field or the system says, but for the
// mark of an incremental list, which must come back without loss.
func layoutOf(i *spec.Interface, f *spec.Field) string {
	if i.Answer != nil {
		for _, s := range i.Answer.Steps {
			if s.Since != nil && s.Since.Last == f {
				return "Millis"
			}
		}
	}
	return layouts()[f.Layout]
}
