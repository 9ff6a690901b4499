package sample

import (
	"cmp"
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
)

// Shown calls take for the fields of replies and notifications that show a column as it is.
func Shown(t *spec.Table, c *spec.Column, take func(*spec.Field)) {
	read := func(fields spec.Fields, list []*spec.Assign, step string) {
		for _, a := range list {
			if a.Step != step || a.Column != c.Name || a.Map != nil {
				continue
			}
			if f := fields.At(a.To); f != nil {
				take(f)
			}
		}
	}
	for _, x := range t.Users {
		if x.Row == t {
			read(x.Request, x.Fill, "")
		}
		if x.Answer == nil {
			continue
		}
		for _, st := range x.Answer.Steps {
			children(st.Children, func(child *spec.Child) {
				if child.Table == t {
					read(x.Response, child.Return, "")
				}
			})
			if st.Table == t {
				read(x.Response, x.Answer.Return, st.Name)
				read(x.Response, st.Return, "")
			}
		}
	}
}

// children calls take for nested arrays at every depth.
func children(list []*spec.Child, take func(*spec.Child)) {
	for _, c := range list {
		take(c)
		children(c.Children, take)
	}
}

// Narrowed is a column with the rules of the fields that show it, where those are closer than
// its own: a row that breaks them would make every reply that has it a wrong one.
func Narrowed(t *spec.Table, c *spec.Column) *spec.Column {
	out := *c
	Shown(t, c, func(f *spec.Field) {
		if f.IsNested() {
			return
		}
		if c.Enum == nil && (c.Type == spec.String || c.Type == spec.Int) {
			out.Enum = both(out.Enum, listed(f, c))
		}
		if f.IsNumber() {
			out.Min, out.Max = closer(out.Min, f.Min, 1), closer(out.Max, f.Max, -1)
		}
	})
	return &out
}

// listed are the values that a field takes and a column has room for, nil where it takes any.
func listed(f *spec.Field, c *spec.Column) *spec.Enum {
	if !f.IsClosed() || f.Separator != "" {
		return nil
	}
	out := &spec.Enum{}
	for _, v := range f.Enum.Values {
		one := spec.EnumValue{Value: v.Sample(), Label: v.Label}
		if c.Type == spec.String && c.Length > 0 && utf8.RuneCountInString(one.Value) > c.Length || c.Type == spec.Int && !spec.IsWholeText(one.Value) {
			continue
		}
		out.Values = append(out.Values, one)
	}
	if len(out.Values) == 0 {
		return nil
	}
	return out
}

// both has the values of two lists that both have, and those of the first where there is none.
func both(a, b *spec.Enum) *spec.Enum {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	out := &spec.Enum{Values: slices.DeleteFunc(slices.Clone(a.Values), func(v spec.EnumValue) bool { return !b.Lists(v.Value) })}
	if len(out.Values) == 0 {
		return a
	}
	return out
}

// closer is the greater of two bounds, or with -1 the less; one that is empty bounds nothing.
func closer(a, b string, sign int) string {
	x, ok := new(big.Rat).SetString(a)
	y, too := new(big.Rat).SetString(b)
	if ok && (!too || x.Cmp(y)*sign >= 0) {
		return a
	}
	if too {
		return b
	}
	return a
}
