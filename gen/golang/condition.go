package golang

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// present is the expression that a field was sent with a value.
func present(f *spec.Field) jen.Code { return (decider{f, "q", nil}).present() }

// decider is a field that a condition looks at, with the variable that holds its struct,
// and the objects in that struct on the way to the field.
type decider struct {
	*spec.Field
	of  string
	way []*spec.Field
}

// deciderOf finds the field that a condition of f names: in q, in one of the objects
// around it, which are parameters, or in an object beside these.
func deciderOf(f *spec.Field, siblings spec.Fields, name string) decider {
	levels, own := spec.Outward(name)
	out := decider{f.Sibling(siblings, name), variable(levels), nil}
	for range strings.Count(own, "/") {
		inner := out.Field
		if len(out.way) > 0 {
			inner = out.way[0]
		}
		out.way = append([]*spec.Field{inner.Parent}, out.way...)
	}
	return out
}

// variable is the one that holds the object so many levels further out.
func variable(levels int) string {
	switch levels {
	case 0:
		return "q"
	case 1:
		return "outer"
	}
	return "outer" + strconv.Itoa(levels)
}

// outerParams declare the objects around one, of the types given, the nearest first.
func outerParams(levels int, types []string) (out []jen.Code) {
	for n := range min(levels, len(types)) {
		out = append(out, jen.Id(variable(n+1)).Op("*").Id(types[n]))
	}
	return out
}

// outerArgs hand q and the objects around it to a member.
func outerArgs(levels int) (out []jen.Code) {
	for n := range levels {
		out = append(out, jen.Id(variable(n)))
	}
	return out
}

func (d decider) value() *jen.Statement {
	out := jen.Id(d.of)
	for _, f := range d.way {
		out = out.Dot(f.GoName())
	}
	return out.Dot(d.GoName())
}

// reached is an expression on the value, which holds where the objects on the way are there.
func (d decider) reached(test *jen.Statement) *jen.Statement {
	if len(d.way) == 0 {
		return test
	}
	return joined("&&", append(d.steps("!="), test), true)
}

// steps compare each of the objects on the way with nil.
func (d decider) steps(operator string) (out []jen.Code) {
	for n, f := range d.way {
		out = append(out, (decider{f, d.of, d.way[:n]}).value().Op(operator).Nil())
	}
	return out
}

// text is the text of a string field.
func (d decider) text() *jen.Statement {
	if d.TellsAbsent() {
		return d.value().Dot("Value")
	}
	return d.value()
}

// present is the expression that the field was sent with a value.
func (d decider) present() jen.Code { return d.reached(d.isPresent()) }

func (d decider) isPresent() *jen.Statement {
	switch d.Shape() {
	case spec.Text:
		return d.text().Op("!=").Lit("")
	case spec.List, spec.Scalars, spec.Raw:
		return jen.Len(d.value()).Op(">").Lit(0)
	case spec.Record:
		return d.value().Op("!=").Nil()
	}
	return d.value().Dot("Set")
}

// absent is the opposite of present, written as one would.
func (d decider) absent() jen.Code {
	if len(d.way) == 0 {
		return d.isAbsent()
	}
	return joined("||", append(d.steps("=="), d.isAbsent()), true)
}

func (d decider) isAbsent() *jen.Statement {
	switch d.Shape() {
	case spec.Text:
		return d.text().Op("==").Lit("")
	case spec.List, spec.Scalars, spec.Raw:
		return jen.Len(d.value()).Op("==").Lit(0)
	case spec.Record:
		return d.value().Op("==").Nil()
	}
	return jen.Op("!").Add(d.value()).Dot("Set")
}

// equals is the expression that the field meets a condition on its value.
func (d decider) equals(m spec.Match) *jen.Statement { return d.reached(d.isEqual(m)) }

func (d decider) isEqual(m spec.Match) *jen.Statement {
	switch shape := d.Shape(); {
	case shape == spec.Whole && m.Order != "":
		return jen.Parens(d.value().Dot("Set").Op("&&").Add(d.value()).Dot("Value").Op(m.Order).Id(m.Value))
	case shape == spec.Fraction:
		return anyOf(append([]string{m.Value}, m.Or...), func(v string) *jen.Statement {
			return jen.Qual(pkgValidate, "Compares").Call(d.value(), jen.Lit(m.Compares()), jen.Lit(v))
		})
	case shape == spec.Whole:
		return anyOf(m.Values(), func(v string) *jen.Statement { return d.value().Dot("Is").Call(jen.Id(v)) })
	case shape == spec.Truth:
		return anyOf(m.Values(), func(v string) *jen.Statement {
			return d.value().Op("==").Qual(pkgWire, "BoolOf").Call(jen.Lit(v == "true"))
		})
	}
	return anyOf(m.Values(), func(v string) *jen.Statement { return d.text().Op("==").Lit(v) })
}

// anyOf is the expression that one of several holds, in parentheses where there are
// several.
func anyOf(values []string, test func(string) *jen.Statement) *jen.Statement {
	return joined("||", each(values, func(v string) jen.Code { return test(v) }), true)
}

// joined puts an operator between expressions.
func joined(op string, parts []jen.Code, enclosed bool) *jen.Statement {
	out := jen.Add(parts[0])
	for _, p := range parts[1:] {
		out = out.Op(op).Add(p)
	}
	if enclosed && len(parts) > 1 {
		return jen.Parens(out)
	}
	return out
}

// condition is the expression under which a field is required, or nil if the
// request alone cannot decide the document's condition.
func condition(f *spec.Field, siblings spec.Fields) *jen.Statement {
	looking := func(names []string, test func(decider) jen.Code) []jen.Code {
		return each(names, func(n string) jen.Code { return test(deciderOf(f, siblings, n)) })
	}
	switch {
	case len(f.RequiredIf) > 0:
		return joined("&&", meeting(f, siblings, f.RequiredIf), false)
	case len(f.RequiredUnless) > 0:
		return opposite(meeting(f, siblings, f.RequiredUnless))
	case len(f.RequiredWith) > 0:
		return joined("||", looking(f.RequiredWith, decider.present), false)
	case len(f.RequiredWithout) > 0:
		return joined("||", looking(f.RequiredWithout, decider.absent), false)
	case len(f.RequiredWithoutAll) > 0:
		return joined("&&", looking(f.RequiredWithoutAll, decider.absent), false)
	}
	return nil
}

// meeting are the expressions that fields meet conditions on their values.
func meeting(f *spec.Field, siblings spec.Fields, list []spec.Match) []jen.Code {
	return each(list, func(m spec.Match) jen.Code { return deciderOf(f, siblings, m.Name).equals(m) })
}

// opposite is the expression that not all of some hold.
func opposite(parts []jen.Code) *jen.Statement {
	if len(parts) == 1 {
		if text := fmt.Sprintf("%#v", parts[0]); call.MatchString(text) || enclosed.MatchString(text) {
			return jen.Op("!").Add(parts[0])
		}
	}
	return jen.Op("!").Parens(joined("&&", parts, false))
}

// call is an expression that needs no parentheses behind an operator.
var (
	call     = regexp.MustCompile(`^[\w.]+\([^()]*\)$`)
	enclosed = regexp.MustCompile(`^\((?:[^()]|\([^()]*\))*\)$`)
)

// barred is the expression under which a field may not be there, or nil.
func barred(f *spec.Field, siblings spec.Fields) *jen.Statement {
	var parts []jen.Code
	if len(f.PresentIf) > 0 {
		parts = append(parts, opposite(meeting(f, siblings, f.PresentIf)))
	}
	if len(f.AbsentIf) > 0 {
		parts = append(parts, joined("&&", meeting(f, siblings, f.AbsentIf), true))
	}
	for _, name := range f.AbsentWith {
		parts = append(parts, deciderOf(f, siblings, name).present())
	}
	if len(parts) == 0 {
		return nil
	}
	return joined("||", parts, false)
}

// free are the expressions that no condition forbids a field.
func free(f *spec.Field, siblings spec.Fields) (parts []jen.Code) {
	if when := allowed(f, siblings); when != nil {
		parts = append(parts, when)
	}
	return append(parts, each(f.AbsentWith, func(name string) jen.Code { return deciderOf(f, siblings, name).absent() })...)
}

// allowed is the expression under which a reply has a field, or nil where it always
// may.
func allowed(f *spec.Field, siblings spec.Fields) *jen.Statement {
	var parts []jen.Code
	if len(f.PresentIf) > 0 {
		parts = append(parts, meeting(f, siblings, f.PresentIf)...)
	}
	if len(f.AbsentIf) > 0 {
		parts = append(parts, opposite(meeting(f, siblings, f.AbsentIf)))
	}
	if len(parts) == 0 {
		return nil
	}
	return joined("&&", parts, false)
}
