package sample

import (
	"cmp"
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
)

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
