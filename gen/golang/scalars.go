package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// readValues reads an array of scalars that are no texts.
func readValues(place jen.Code, f *spec.Field, target jen.Code) jen.Code {
	read := func(method string, more ...jen.Code) jen.Code {
		return jen.Id("o").Dot(method).Call(append([]jen.Code{place, target}, more...)...)
	}
	switch member := f.Member(); member.Shape() {
	case spec.Whole:
		return read("Ints")
	case spec.Fraction:
		return read(longer(member) + "Decimals")
	case spec.Truth:
		return read("Bools")
	case spec.Day:
		if member.WrittenLayout() == "" {
			return read("Days")
		}
		fallthrough
	default:
		layout := readLayout(member)
		if layout == nil {
			layout = jen.Qual(pkgWire, "Seconds")
		}
		return read("Times", layout)
	}
}

// readEntries reads a map of scalars.
func readEntries(place jen.Code, f *spec.Field, target jen.Code) jen.Code {
	member := f.Member()
	typ, sent := goType("", member), jen.Id("v").Dot("Set")
	if member.Shape() == spec.Text {
		typ, sent = jen.Qual(pkgWire, "Text"), jen.Id("v").Dot("Set")
	}
	read := jen.Id("member").Dot(decoderOf(member)).Call(jen.Lit(0), jen.Op("&").Id("v"))
	if member.Shape() == spec.Text {
		read = jen.Id("member").Dot("Text").Call(jen.Lit(0), jen.Op("&").Id("v"))
	}
	return jen.Id("o").Dot("EntryValues").Call(place, target,
		jen.Func().Params(jen.Id("member").Op("*").Qual(pkgWire, "Object")).Bool().Block(
			jen.Var().Id("v").Add(typ), read, jen.Return(sent)))
}

// readLayout is the layout in which a time is read that has one of its own, or nil.
func readLayout(f *spec.Field) jen.Code {
	switch {
	case f.WrittenLayout() != "":
		return jen.Lit(spec.GoLayout(f.Layout))
	case f.Shape() == spec.Moment && (f.Layout == "rfc3339" || f.Layout == "compact"):
		return jen.Qual(pkgWire, layouts()[f.Layout])
	}
	return nil
}

// writeLayout is the layout in which a time is written: its own, or one of wire.
func writeLayout(f *spec.Field, layout string) jen.Code {
	if f.WrittenLayout() != "" {
		return jen.Lit(spec.GoLayout(f.Layout))
	}
	return jen.Qual(pkgWire, layout)
}

// valuesWriter names the method that writes an array of scalars that are no times.
func valuesWriter(f *spec.Field) string {
	switch f.Member().Shape() {
	case spec.Whole:
		return "Ints"
	case spec.Fraction:
		return "Decimals"
	case spec.Truth:
		return "Bools"
	}
	return "Strings"
}

// writeValues writes an array of scalars.
func writeValues(f *spec.Field, value jen.Code, layout string) jen.Code {
	write := func(method string, more ...jen.Code) jen.Code {
		return jen.Id("out").Dot(method).Call(append([]jen.Code{jen.Lit(f.Name), value}, more...)...)
	}
	switch f.Member().Shape() {
	case spec.Seconds:
		return write("Epochs")
	case spec.Moment:
		return write("Times", writeLayout(f, layout))
	case spec.Day:
		return write("Times", writeLayout(f, "Day"))
	}
	return write(valuesWriter(f))
}
