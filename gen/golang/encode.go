package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// encodeMethod generates the encoder: a call a field, in the document's order.
func encodeMethod(f *file, i *spec.Interface, name string, fields spec.Fields) {
	f.declare("Encode writes the members of q.",
		jen.Func().Params(jen.Id("q").Op("*").Id(name)).Id("Encode").
			Params(jen.Id("out").Op("*").Qual(pkgWire, "Writer")).
			BlockFunc(func(g *jen.Group) {
				for _, field := range fields {
					call := encodeCall(field, layoutOf(i, field))
					if when := allowed(field, fields); when != nil && (field.Replied || i.Kind == spec.Notify) {
						call = jen.If(when).Block(call)
					}
					g.Add(call)
				}
			}))
}

// encodeCall writes one field: always where it is required, else where it was
// set.
func encodeCall(f *spec.Field, layout string) jen.Code {
	if f.Nullable && (f.Shape() != spec.Moment || f.IsPacked()) {
		return encodeOrNull(f, layout)
	}
	if f.IsPacked() {
		value := *f
		value.AsText = false
		return jen.Id("out").Dot("Packed").Call(jen.Lit(f.Name),
			jen.Func().Params(jen.Id("out").Op("*").Qual(pkgWire, "Writer")).Block(encodeCall(&value, layout)))
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
		return jen.Qual(pkgWire, "WriteList").Call(jen.Id("out"), jen.Lit(f.Name), value)
	case spec.Record:
		return jen.Qual(pkgWire, "WriteStruct").Call(jen.Id("out"), jen.Lit(f.Name), value)
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

// encodeOrNull writes one field, null where it is absent.
func encodeOrNull(f *spec.Field, layout string) jen.Code {
	value := *f
	value.Nullable = false
	there, write := present(f), encodeCall(&value, layout)
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
