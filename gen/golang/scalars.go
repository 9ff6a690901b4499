package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// readValues reads an array of scalars that are no texts.
func readValues(place int, f *spec.Field, target jen.Code) jen.Code {
	read := func(method string, more ...jen.Code) jen.Code {
		return jen.Id("o").Dot(method).Call(append([]jen.Code{jen.Lit(place), target}, more...)...)
	}
	switch member := f.Member(); member.Shape() {
	case spec.Whole:
		return read("Ints")
	case spec.Fraction:
		return read("Decimals")
	case spec.Truth:
		return read("Bools")
	case spec.Day:
		return read("Days")
	default:
		return read("Times", jen.Qual(pkgWire, readLayout(member)))
	}
}

// readLayout is the layout in which a time is read.
func readLayout(f *spec.Field) string {
	if f.Layout == "rfc3339" || f.Layout == "compact" {
		return layouts()[f.Layout]
	}
	return "Seconds"
}

// writeValues writes an array of scalars.
func writeValues(f *spec.Field, value jen.Code, layout string) jen.Code {
	write := func(method string, more ...jen.Code) jen.Code {
		return jen.Id("out").Dot(method).Call(append([]jen.Code{jen.Lit(f.Name), value}, more...)...)
	}
	switch f.Member().Shape() {
	case spec.Whole:
		return write("Ints")
	case spec.Fraction:
		return write("Decimals")
	case spec.Truth:
		return write("Bools")
	case spec.Seconds:
		return write("Epochs")
	case spec.Moment:
		return write("Times", jen.Qual(pkgWire, layout))
	case spec.Day:
		return write("Times", jen.Qual(pkgWire, "Day"))
	}
	return write("Strings")
}
