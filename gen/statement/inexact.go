package statement

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// Inexact is a field of a notification whose value may not be that of the row: cut,
// unknown to a mapping, or required and not there.
type Inexact struct {
	Field  string // path
	Length int    // to which it may be cut; 0: never
	// LengthIn is what Length counts, as of a field.
	LengthIn string
	Else     string // the mapping's result for unknown values
	Empty    bool   // it is "" or 0 where the row has no value
}

// inexact lists the fields of a notification whose values may not be those of the
// row.
func inexact(i *spec.Interface) []Inexact {
	at := row{alias: "t", table: i.Row}
	var out []Inexact
	for _, a := range i.Fill {
		f := i.Request.At(a.To)
		if f == nil || a.Value != nil || a.Now {
			continue
		}
		e := values{composer: &composer{i: i}}.source(a, at)
		one := Inexact{Field: a.To, Empty: lacks(a, e, f)}
		if cuts(e, f) {
			one.Length, one.LengthIn = f.Length, f.LengthIn
		}
		if m := a.Map; m != nil && m.Else != "" && !slices.ContainsFunc(m.Values, func(v spec.Pair) bool { return v.Value == m.Else }) {
			one.Else = m.Else
		}
		if one != (Inexact{Field: a.To}) {
			out = append(out, one)
		}
	}
	return out
}

// cuts reports whether the text that fills a field may be longer than it.
func cuts(e expr, f *spec.Field) bool {
	if f.Shape() != spec.Text || f.Length == 0 {
		return false
	}
	return e.typ == unknown || e.typ == text && (e.length == 0 || e.length > f.Length)
}

// lacks reports whether a required field may be sent as "" or 0 because nothing
// fills it. A number shows that only where its list of values has no 0.
func lacks(a *spec.Assign, e expr, f *spec.Field) bool {
	k := f.Shape()
	zero := f.Enum == nil || slices.ContainsFunc(f.Enum.Values, func(v spec.EnumValue) bool { return v.Value == "0" })
	switch {
	case !f.IsRequired(), k == spec.Whole && zero, k != spec.Whole && k != spec.Text && k != spec.Moment && k != spec.Day:
		return false
	case a.Map == nil && k == spec.Whole:
		return true
	}
	return !e.filled
}
