package golang

import (
	"maps"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// lifeCode is how long an interface is answered, and which one it is a revision of.
func lifeCode(i *spec.Interface) []jen.Code {
	fields := literals("Deprecation", i.DeprecatedSince, "Sunset", i.Sunset)
	if i.Revision != nil {
		fields = append(fields, jen.Id("Revision").Op(":").Op("&").Add(jen.Id(lowerName(i.Cmd)+"Revision")))
	}
	return fields
}

// revision generates what chooses an earlier revision, and its conversion.
func revision(f *file, i *spec.Interface) error {
	r := bind.Revision(i)
	if r == nil {
		return nil
	}
	fields := literals("Of", r.Of, "Field", r.Field)
	if len(r.Values) > 0 {
		fields = append(fields, jen.Id("Values").Op(":").Index().String().Custom(listOf(r.Values), each(r.Values, litCode)...))
	}
	if r.Absent {
		fields = append(fields, jen.Id("Absent").Op(":").True())
	}
	if r.Granted {
		fields = append(fields, jen.Id("Granted").Op(":").True())
	}
	fields = append(fields,
		jen.Id("Request").Op(":").Qual(pkgRoute, "Conversion").Custom(multiline, each(r.Request, moveCode)...),
		jen.Id("Reply").Op(":").Qual(pkgRoute, "Conversion").Custom(multiline, each(r.Reply, moveCode)...))
	f.declare(lowerName(i.Cmd)+"Revision converts requests to those of "+r.Of+", and its replies back.",
		jen.Var().Id(lowerName(i.Cmd)+"Revision").Op("=").Qual(pkgRoute, "Revision").Custom(multiline, fields...))
	return nil
}

// moveCode is how one member is filled.
func moveCode(m route.Move) jen.Code {
	fields := literals("To", m.To, "From", m.From)
	if len(m.Alias) > 0 {
		fields = append(fields, jen.Id("Alias").Op(":").Index().String().Values(each(m.Alias, litCode)...))
	}
	if len(m.Values) > 0 {
		var list []jen.Code
		for _, from := range slices.Sorted(maps.Keys(m.Values)) {
			list = append(list, jen.Lit(from).Op(":").Lit(m.Values[from]))
		}
		fields = append(fields, jen.Id("Values").Op(":").Map(jen.String()).String().Custom(listOf(list), list...))
	}
	fields = append(fields, literals("Fill", m.Fill)...)
	if m.Inside != nil {
		fields = append(fields, jen.Id("Inside").Op(":").Qual(pkgRoute, "Conversion").Custom(multiline, each(m.Inside, moveCode)...))
	}
	return jen.Values(fields...)
}

func litCode(text string) jen.Code { return jen.Lit(text) }
