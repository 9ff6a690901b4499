package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// present is the expression that a field was sent with a value.
func present(f *spec.Field) jen.Code {
	value := jen.Id("q").Dot(f.GoName())
	switch f.Shape() {
	case spec.Text:
		return jen.Add(textOf(f)).Op("!=").Lit("")
	case spec.List, spec.Scalars, spec.Raw:
		return jen.Len(value).Op(">").Lit(0)
	case spec.Record:
		return value.Op("!=").Nil()
	}
	return value.Dot("Set")
}

// absent is the opposite of present, written as one would.
func absent(f *spec.Field) jen.Code {
	value := jen.Id("q").Dot(f.GoName())
	switch f.Shape() {
	case spec.Text:
		return jen.Add(textOf(f)).Op("==").Lit("")
	case spec.List, spec.Scalars, spec.Raw:
		return jen.Len(value).Op("==").Lit(0)
	case spec.Record:
		return value.Op("==").Nil()
	}
	return jen.Op("!").Add(value).Dot("Set")
}

// equals is the expression that a field meets a condition on its value.
func equals(f *spec.Field, m spec.Match) *jen.Statement {
	value := jen.Id("q").Dot(f.GoName())
	switch shape := f.Shape(); {
	case shape == spec.Whole && m.Order != "":
		return jen.Parens(value.Clone().Dot("Set").Op("&&").Add(value).Dot("Value").Op(m.Order).Id(m.Value))
	case shape == spec.Fraction:
		return anyOf(append([]string{m.Value}, m.Or...), func(v string) *jen.Statement {
			return jen.Qual(pkgValidate, "Compares").Call(value.Clone(), jen.Lit(m.Compares()), jen.Lit(v))
		})
	case shape == spec.Whole:
		return anyOf(m.Values(), func(v string) *jen.Statement { return value.Clone().Dot("Is").Call(jen.Id(v)) })
	case shape == spec.Truth:
		return anyOf(m.Values(), func(v string) *jen.Statement {
			return value.Clone().Op("==").Qual(pkgWire, "BoolOf").Call(jen.Lit(v == "true"))
		})
	}
	return anyOf(m.Values(), func(v string) *jen.Statement { return jen.Add(textOf(f)).Op("==").Lit(v) })
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
	beside := func(names []string, test func(*spec.Field) jen.Code) []jen.Code {
		return each(names, func(n string) jen.Code { return test(f.Sibling(siblings, n)) })
	}
	switch {
	case len(f.RequiredIf) > 0:
		return joined("&&", meeting(f, siblings, f.RequiredIf), false)
	case len(f.RequiredUnless) > 0:
		return opposite(meeting(f, siblings, f.RequiredUnless))
	case len(f.RequiredWith) > 0:
		return joined("||", beside(f.RequiredWith, present), false)
	case len(f.RequiredWithout) > 0:
		return joined("||", beside(f.RequiredWithout, absent), false)
	case len(f.RequiredWithoutAll) > 0:
		return joined("&&", beside(f.RequiredWithoutAll, absent), false)
	}
	return nil
}

// meeting are the expressions that fields meet conditions on their values.
func meeting(f *spec.Field, siblings spec.Fields, list []spec.Match) []jen.Code {
	return each(list, func(m spec.Match) jen.Code { return equals(f.Sibling(siblings, m.Name), m) })
}

// opposite is the expression that not all of some hold.
func opposite(parts []jen.Code) *jen.Statement { return jen.Op("!").Parens(joined("&&", parts, false)) }

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
		parts = append(parts, present(f.Sibling(siblings, name)))
	}
	if len(parts) == 0 {
		return nil
	}
	return joined("||", parts, false)
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
