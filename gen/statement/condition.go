package statement

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// sometimes is a member of a notification whose field a condition may forbid: null, which is
// left out, where it does.
func (c *composer) sometimes(e expr, f *spec.Field, p place, at row, o object) expr {
	if o.again || !f.Barred() {
		return e
	}
	on := c.allowed(f, p, at, o)
	return expr{doc: cases(nil, []when{{on.doc, e.doc}}, nil), typ: e.typ, operand: true, reads: looks(on, e)}
}

// allowed is the condition under which a notification has a field.
func (c *composer) allowed(f *spec.Field, p place, at row, o object) expr {
	var out []expr
	if len(f.PresentIf) > 0 {
		out = append(out, c.meets(f, f.PresentIf, p, at, o))
	}
	if len(f.AbsentIf) > 0 {
		out = append(out, c.meets(f, f.AbsentIf, p, at, o).test("is not true"))
	}
	for _, name := range f.AbsentWith {
		e, other := c.decider(f, name, p, at, o)
		if other.Shape() == spec.Text {
			e = e.orNull()
		}
		out = append(out, e.test("is null"))
	}
	return all(out...)
}

// meets is the condition that all matches of a field hold.
func (c *composer) meets(f *spec.Field, list []spec.Match, p place, at row, o object) expr {
	var out []expr
	for _, m := range list {
		e, other := c.decider(f, m.Name, p, at, o)
		out = append(out, met(e, other, m))
	}
	e := all(out...)
	e.doc, e.operand, e.terms = enclosed("(", e.doc, ")"), true, nil
	return e
}

// decider is the value of the field that a condition names, null where it is not there itself.
func (c *composer) decider(f *spec.Field, name string, p place, at row, o object) (expr, *spec.Field) {
	other := f.Sibling(p.fields, name)
	n := slices.IndexFunc(p.fill, func(a *spec.Assign) bool { return a.To == other.Path })
	if n < 0 {
		c.fail(f.Pos, "fill "+other.Path+" in fill", "%s depends on %s, which nothing fills", f.Path, other.Path)
		return sql("null", unknown), other
	}
	e := o.member(values{composer: c}.source(p.fill[n], at), other)
	beside := p.fields
	if f.Parent != nil {
		beside = f.Parent.Fields
	}
	for _, own := range way(name, other) {
		if before := slices.Index(beside, own); before < slices.Index(beside, f) && (before >= 0 || own.Parent != f.Parent) {
			e = c.sometimes(e, own, p, at, o)
		}
	}
	return e, other
}

// way lists a field that a condition names, and the objects beside the one it looks at in
// which that field is, the innermost first.
func way(name string, other *spec.Field) spec.Fields {
	_, own := spec.Outward(name)
	out := spec.Fields{other}
	for range strings.Count(own, "/") {
		other = other.Parent
		out = append(out, other)
	}
	return out
}

// met is the condition that a field has one of the values of a match, or is so great.
func met(e expr, f *spec.Field, m spec.Match) expr {
	if f.IsNumber() && e.typ != bigint && e.typ != numeric {
		e = e.cast(numeric)
	} else if !f.IsNumber() && e.typ != text {
		e = e.cast(text)
	}
	if m.Order != "" {
		return operate(e, m.Order, number(m.Value, numeric))
	}
	var values []expr
	for _, v := range m.Values() {
		if f.IsNumber() {
			values = append(values, number(v, numeric))
		} else {
			values = append(values, constant(v))
		}
	}
	if len(values) == 1 {
		return operate(e, "=", values[0])
	}
	return expr{doc: docs{e.beside(), words(" in "), call("", boolean, values...).doc}, typ: boolean, reads: e.reads}
}
