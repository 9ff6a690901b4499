package native

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// literals write values in a language: of the classes of a client, and of what has none.
type literals struct {
	class  func(c *class, members []string) string // each as member writes it
	member func(m *member, value string) string
	list   func(of string, items []string) string // of is the type of the items, "" for any
	typ    func(f *spec.Field, c *class) string   // of an item, where list wants it
	scalar func(f *spec.Field, value any) string
	object func(names, values []string) string
	text   func(string) string
	truth  func(bool) string
	number func(string) string
}

// sample is an object of a class with the members that a sample has.
func (l literals) sample(c *class, sample ordered.Object) string {
	var out []string
	for _, m := range c.fields {
		if v, ok := sample.Of(m.Name); ok {
			out = append(out, l.member(m, l.value(m, v)))
		}
	}
	return l.class(c, out)
}

// value is the value of a member.
func (l literals) value(m *member, v any) string {
	switch v := v.(type) {
	case ordered.Object:
		if m.class != nil {
			return l.sample(m.class, v)
		}
		if m.IsTyped() && len(m.Fields) == 0 {
			return l.values(m.Member(), v)
		}
		return l.free(v)
	case []any:
		var items []string
		of := ""
		for _, one := range v {
			inner, _ := one.(ordered.Object)
			switch {
			case m.class != nil:
				items, of = append(items, l.sample(m.class, inner)), l.typ(m.Field, m.class)
			case m.Shape() == spec.Scalars:
				items, of = append(items, l.scalar(m.Member(), one)), l.typ(m.Member(), nil)
			default:
				items = append(items, l.free(one))
			}
		}
		return l.list(of, items)
	}
	if m.Shape() == spec.Raw {
		return l.free(v)
	}
	return l.scalar(m.Field, v)
}

// values are a map whose values are those of a row.
func (l literals) values(of *spec.Field, v ordered.Object) string {
	var names, values []string
	for _, m := range v {
		names, values = append(names, l.text(fmt.Sprint(m[0]))), append(values, l.scalar(of, m[1]))
	}
	return l.object(names, values)
}

// free is a value that has no class.
func (l literals) free(v any) string {
	switch v := v.(type) {
	case ordered.Object:
		var names, values []string
		for _, m := range v {
			names, values = append(names, l.text(fmt.Sprint(m[0]))), append(values, l.free(m[1]))
		}
		return l.object(names, values)
	case []any:
		return l.list("", each(v, l.free))
	case bool:
		return l.truth(v)
	case json.Number:
		return l.number(v.String())
	case string:
		return l.text(v)
	}
	return l.text(fmt.Sprint(v))
}

// pairs are names with values, as a language joins them.
func pairs(names, values []string, form string) string {
	var out []string
	for n, name := range names {
		out = append(out, fmt.Sprintf(form, name, values[n]))
	}
	return strings.Join(out, ", ")
}
