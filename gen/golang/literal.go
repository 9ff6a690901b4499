package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// literals are the members of a composite literal that have a text: name, text,
// name, text.
func literals(pairs ...string) []jen.Code {
	var out []jen.Code
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, jen.Id(pairs[i]).Op(":").Lit(pairs[i+1]))
		}
	}
	return out
}

// textsCode is []string{…}.
func textsCode(list []string) jen.Code {
	return jen.Index().String().Values(each(list, func(s string) jen.Code { return jen.Lit(s) })...)
}

// placesCode are the members of a route that give the places of a request's fields.
func placesCode(i *spec.Interface) []jen.Code {
	if !i.System.HasPaths() {
		return nil
	}
	var out []jen.Code
	if i.Form {
		out = append(out, jen.Id("Form").Op(":").True())
	}
	list := each(i.Outside(), func(f *spec.Field) jen.Code {
		place := literals("Name", f.Name, "In", f.In)
		if f.Sent != "" {
			place = append(place, jen.Id("Sent").Op(":").Lit(f.Sent))
		}
		if f.IsNested() {
			place = append(place, jen.Id("JSON").Op(":").True())
		}
		return jen.Values(place...)
	})
	if len(list) > 0 {
		out = append(out, jen.Id("Outside").Op(":").Index().Qual(pkgRoute, "Place").Custom(multiline, list...))
	}
	return out
}
