package gen

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// collectRows prints how the members of an array become columns: a slice for
// each, filled by loops as deep as the array is nested.
func collectRows(each *spec.Field, lists []listArg) []jen.Code {
	var out []jen.Code
	for _, l := range lists {
		out = append(out, jen.Var().Id(l.local).Index().Add(elementType(l.field)))
	}
	var chain []*spec.Field
	for f := each; f != nil; f = f.Parent {
		chain = append([]*spec.Field{f}, chain...)
	}
	return append(out, collectLoop(chain, jen.Id("q"), lists))
}

// elementType is the Go type of a column of rows.
func elementType(f *spec.Field) jen.Code { return goType("", f) }

// collectLoop prints the loop over the first array of a chain, and those inside.
func collectLoop(chain []*spec.Field, in *jen.Statement, lists []listArg) jen.Code {
	member := memberVariable(chain[0])
	array := in.Clone().Dot(goName(chain[0].Name))
	var body []jen.Code
	if len(chain) > 1 {
		body = []jen.Code{collectLoop(chain[1:], jen.Id(member), lists)}
	} else {
		for _, l := range lists {
			owner := memberVariable(l.field.Parent)
			body = append(body, jen.Id(l.local).Op("=").Append(jen.Id(l.local), jen.Id(owner).Dot(goName(l.field.Name))))
		}
	}
	return jen.For(jen.List(jen.Id("_"), jen.Id(member)).Op(":=").Range().Add(array)).Block(body...)
}

// memberVariable names one member of an array: attachs -> attach. The members of
// an array inside one of the same name are told apart by their depth.
func memberVariable(f *spec.Field) string {
	name := lowerName(f.Name)
	if one, ok := strings.CutSuffix(name, "s"); ok && one != "" && !reserved(one) {
		name = one
	} else {
		name += "Member"
	}
	depth := 0
	for p := f.Parent; p != nil; p = p.Parent {
		if p.Name == f.Name {
			depth++
		}
	}
	if depth > 0 {
		name += itoa(depth + 1)
	}
	return name
}
