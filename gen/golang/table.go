package golang

import (
	"fmt"
	"path"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// tableFiles generates the description of a system's tables.
func tableFiles(out *Generator, system *spec.System) error {
	f := newFile(out, system.Name, system.Name)
	f.source(system.File)
	for _, t := range system.Tables {
		f.source(t.File)
	}
	f.declare("systemTables describes the tables of the system.",
		jen.Func().Id("systemTables").Params().Index().Qual(pkgStore, "Table").Block(
			jen.Return(jen.Index().Qual(pkgStore, "Table").Custom(multiline, each(system.Tables, func(t *spec.Table) jen.Code {
				return jen.Id(lowerName(t.Name) + "Table").Call()
			})...))))
	for _, t := range system.Tables {
		columns := each(t.Columns, columnCode)
		f.declare(fmt.Sprintf("%sTable is %s.", lowerName(t.Name), t.Title),
			jen.Func().Id(lowerName(t.Name)+"Table").Params().Qual(pkgStore, "Table").Block(
				jen.Return(jen.Qual(pkgStore, "Table").Custom(multiline, slices.Concat(named(t), []jen.Code{
					jen.Id("Title").Op(":").Lit(t.Title),
					jen.Id("Columns").Op(":").Index().Qual(pkgStore, "Column").Custom(multiline, columns...),
					jen.Id("Key").Op(":").Index().String().Values(each(t.Key, func(k string) jen.Code { return jen.Lit(k) })...),
				})...))))
	}
	return f.render(path.Join(system.Name, "tables.go"))
}

// named are the names of a table.
func named(t *spec.Table) []jen.Code {
	parts := []jen.Code{jen.Id("System").Op(":").Lit(t.System.Name), jen.Id("Name").Op(":").Lit(t.Name)}
	if t.Existing != "" {
		parts = append(parts, jen.Id("In").Op(":").Lit(t.Existing))
	}
	return parts
}

// columnCode is the description of one column; one with an enum takes a line for
// each of its parts.
func columnCode(c *spec.Column) jen.Code {
	parts := []jen.Code{jen.Id("Name").Op(":").Lit(c.Name), jen.Id("Type").Op(":").Lit(string(c.Type))}
	switch {
	case c.Type == spec.Decimal:
		parts = append(parts, jen.Id("Digits").Op(":").Lit(c.Length), jen.Id("Decimals").Op(":").Lit(c.Decimals))
	case c.Length > 0:
		parts = append(parts, jen.Id("Length").Op(":").Lit(c.Length))
	}
	for _, flag := range []struct {
		name string
		on   bool
	}{{"Required", c.Required}, {"PII", c.PII}, {"Hash", c.Hash}, {"Blank", c.Blank}} {
		if flag.on {
			parts = append(parts, jen.Id(flag.name).Op(":").True())
		}
	}
	for _, rule := range []struct{ name, text string }{{"Default", c.Default}, {"Format", c.Format}, {"Min", c.Min}, {"Max", c.Max}} {
		if rule.text != "" {
			parts = append(parts, jen.Id(rule.name).Op(":").Lit(rule.text))
		}
	}
	if c.Enum == nil {
		return jen.Values(parts...)
	}
	values := each(c.Enum.Values, func(v spec.EnumValue) jen.Code { return jen.Lit(v.Value) })
	return jen.Custom(multiline, append(parts, jen.Id("Enum").Op(":").Index().String().Values(values...))...)
}
