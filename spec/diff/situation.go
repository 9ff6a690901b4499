package diff

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// most is how many situations two conditions are compared in; with more, nobody looks which
// of them holds more often.
const most = 4096

// absent and another are values of a field that a condition looks at: none, and one that no
// condition names.
const absent, another = "\x00", "\x01"

// own is the name by which a situation has the value of the field itself.
const own = "\x02"

// situation is what the fields that a condition looks at have, by their later names.
type situation map[string]string

func (x situation) value(name string) (text string, there bool) {
	text = x[name]
	return text, text != absent
}

// compare says how something that a field is held to in some situations was changed: it
// holds in fewer, in more, or in others; "" in the same ones. In sent are only situations of
// messages that are sent.
func (s side) compare(was, is *spec.Field, holds func(f *spec.Field, x situation) bool) (all, sent string) {
	return how(s.candidates(was, is, false), was, is, holds), how(s.candidates(was, is, true), was, is, holds)
}

// how is how what holds was changed, among situations.
func how(values map[string][]string, was, is *spec.Field, holds func(f *spec.Field, x situation) bool) string {
	names, number := slices.Sorted(maps.Keys(values)), 1
	for _, name := range names {
		if number *= len(values[name]); number > most {
			return "changed"
		}
	}
	fewer, more := false, false
	for n := range number {
		x := situation{}
		for _, name := range names {
			x[name] = values[name][n%len(values[name])]
			n /= len(values[name])
		}
		before, after := holds(was, x), holds(is, x)
		fewer, more = fewer || before && !after, more || after && !before
	}
	switch {
	case fewer && more:
		return "changed"
	case fewer:
		return "loosened"
	case more:
		return "tightened"
	}
	return ""
}

// candidates are the values that tell the conditions of a field in two revisions apart, by
// what they look at: those that they name, and one more. With sent, no others than those that
// messages may have.
func (s side) candidates(was, is *spec.Field, sent bool) map[string][]string {
	out := map[string][]string{}
	put := func(name string, values ...string) {
		if out[name] == nil {
			out[name] = []string{absent, another}
		}
		for _, v := range values {
			if !slices.Contains(out[name], v) {
				out[name] = append(out[name], v)
			}
		}
	}
	for _, f := range []*spec.Field{was, is} {
		for _, name := range f.Names() {
			put(name)
		}
		for _, m := range slices.Concat(f.RequiredIf, f.RequiredUnless, f.PresentIf, f.AbsentIf, f.FormatIf) {
			put(m.Name, around(m)...)
		}
		for _, c := range f.EnumBy.Each() {
			put(c.Name, around(c.Match)...)
		}
		if f.EnumBy != nil {
			put(own, f.Enum.Texts()...)
		}
	}
	if sent {
		for name, list := range out {
			out[name] = s.only(was, is, name, list)
		}
	}
	return out
}

// around are the values at which a condition begins and ceases to hold.
func around(m spec.Match) []string {
	bound, ok := new(big.Rat).SetString(m.Value)
	if m.Order == "" || !ok {
		return m.Values()
	}
	out := []string{m.Value}
	for _, by := range []int64{-1, 1} {
		out = append(out, new(big.Rat).Add(bound, big.NewRat(by, map[bool]int64{false: 1, true: 1 << 20}[m.Number])).RatString())
	}
	return out
}

// only are those of the values of a field that messages may have, whoever writes them.
func (s side) only(was, is *spec.Field, name string, list []string) []string {
	f := is
	if s.Comes() {
		f = was
	}
	if name != own {
		f = s.decider(f, name)
	}
	if f == nil {
		return list
	}
	if name == own || f.IsRequired() {
		list = slices.DeleteFunc(slices.Clone(list), func(v string) bool { return v == absent })
	}
	values := sentOnly(f, f, "")
	if f.Type == spec.Bool {
		values = []string{"true", "false"}
	}
	if values == nil {
		return list
	}
	return append(values, slices.DeleteFunc(slices.Clone(list), func(v string) bool { return v != absent })...)
}

// decider is the field that a condition of f looks at by its later name, in the revision
// that f is of; nil: none of this table.
func (s side) decider(f *spec.Field, name string) *spec.Field {
	levels, bare := spec.Outward(name)
	at, list := f, s.rows
	for range levels {
		if at = at.Parent; at == nil {
			return nil
		}
	}
	if at.Parent != nil {
		list = at.Parent.Fields
	}
	first, inner, _ := strings.Cut(bare, "/")
	i := slices.IndexFunc(list, func(o *spec.Field) bool {
		return s.Comes() && s.heirs[len(s.heirs)-1-levels][o.Name] == first || !s.Comes() && o.Name == first
	})
	if i < 0 {
		return nil
	}
	return list[i : i+1].Find(strings.TrimSuffix(list[i].Path+"/"+inner, "/"))
}
