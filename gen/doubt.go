package gen

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// doubts lists the fields of a notification whose values may not be those of the
// row: cut, unknown to a mapping, or required and not there.
func doubts(i *spec.Interface) []jen.Code {
	var out []jen.Code
	for _, a := range i.Fill {
		f := fieldByPath(i.Request, a.To)
		if f == nil || a.Value != nil || a.Now {
			continue
		}
		fields := []jen.Code{jen.Id("Field").Op(":").Lit(a.To)}
		if cuts(a, f, i.Row) {
			fields = append(fields, jen.Id("Length").Op(":").Lit(f.Length))
		}
		if m := a.Map; m != nil && m.Else != "" && !slices.ContainsFunc(m.Values, func(v spec.Pair) bool { return v.Value == m.Else }) {
			fields = append(fields, jen.Id("Else").Op(":").Lit(m.Else))
		}
		if lacks(a, f, i.Row) {
			fields = append(fields, jen.Id("Empty").Op(":").True())
		}
		if len(fields) > 1 {
			out = append(out, jen.Values(fields...))
		}
	}
	return out
}

// cuts reports whether the text that fills a field may be longer than it.
func cuts(a *spec.Assign, f *spec.Field, t *spec.Table) bool {
	if kindOf(f) != kindString || f.Length == 0 || a.Map != nil {
		return false
	}
	if a.SQL != "" {
		return true
	}
	c := t.Column(a.Column)
	return c.Type == "string" && (c.Length == 0 || c.Length > f.Length)
}

// lacks reports whether a required field may be sent as "" or 0 because nothing
// fills it. Of numbers it can be told only where a list of values has no 0.
func lacks(a *spec.Assign, f *spec.Field, t *spec.Table) bool {
	k := kindOf(f)
	zero := f.Enum == nil || slices.ContainsFunc(f.Enum.Values, func(v spec.EnumValue) bool { return v.Value == "0" })
	switch {
	case f.Required != "yes", k == kindInt && zero, k != kindInt && k != kindString && k != kindTime && k != kindDate:
		return false
	case a.Map != nil:
		return a.Map.Else == ""
	case k == kindInt, a.SQL != "":
		return true
	}
	return !t.Column(a.Column).Required
}
