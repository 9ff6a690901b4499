// Package shape says whether values of YAML fit a JSON Schema, without saying why not.
// Nearly every value fits, and a validator that explains takes ten times as long.
package shape

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// Shape is a compiled schema of draft 7, with the keywords that the language uses. The zero value is fitted by everything.
type Shape struct {
	never      bool // the schema false
	types      []string
	enum       []any // texts and truths
	pattern    *regexp.Regexp
	length     bounds
	value      bounds // of a number
	items      *Shape
	count      bounds // of items
	properties map[string]*Shape
	others     *Shape // additionalProperties
	required   []string
	members    bounds
	all, any   []*Shape
}

// bounds are inclusive; nil is none.
type bounds struct{ least, most *big.Rat }

func (b bounds) hold(n int) bool {
	return b.least == nil && b.most == nil || b.keep(new(big.Rat).SetInt64(int64(n)))
}

func (b bounds) keep(n *big.Rat) bool {
	return (b.least == nil || n.Cmp(b.least) >= 0) && (b.most == nil || n.Cmp(b.most) <= 0)
}

// Fits reports whether a value fits.
func (s *Shape) Fits(v *yamltree.Value) bool {
	if s == nil {
		return true
	}
	if s.never || s.types != nil && !slices.ContainsFunc(s.types, func(t string) bool { return typed(v, t) }) ||
		s.enum != nil && !slices.ContainsFunc(s.enum, func(one any) bool { return equal(v, one) }) {
		return false
	}
	return s.own(v) && s.joined(v)
}

// own are the words about values of one type.
func (s *Shape) own(v *yamltree.Value) bool {
	switch v.Form {
	case yamltree.Text:
		return (s.pattern == nil || s.pattern.MatchString(v.Text)) && (s.length == bounds{} || s.length.hold(utf8.RuneCountInString(v.Text)))
	case yamltree.Number:
		if s.value == (bounds{}) {
			return true
		}
		n, ok := new(big.Rat).SetString(v.Text)
		return ok && s.value.keep(n)
	case yamltree.List:
		return s.count.hold(len(v.Items)) && (s.items == nil || !slices.ContainsFunc(v.Items, func(item *yamltree.Value) bool { return !s.items.Fits(item) }))
	case yamltree.Mapping:
		return s.mapping(v)
	case yamltree.Null, yamltree.Bool:
	}
	return true
}

func (s *Shape) mapping(v *yamltree.Value) bool {
	if !s.members.hold(len(v.Members)) {
		return false
	}
	for _, name := range s.required {
		if v.Get(name) == nil {
			return false
		}
	}
	for i := range v.Members {
		m := &v.Members[i]
		one, listed := s.properties[m.Name]
		if !listed {
			one = s.others
		}
		if !one.Fits(m.Value) {
			return false
		}
	}
	return true
}

// joined are the words that join schemas.
func (s *Shape) joined(v *yamltree.Value) bool {
	for _, one := range s.all {
		if !one.Fits(v) {
			return false
		}
	}
	return s.any == nil || slices.ContainsFunc(s.any, func(one *Shape) bool { return one.Fits(v) })
}

// typed reports whether a value has a type of JSON.
func typed(v *yamltree.Value, name string) bool {
	switch name {
	case "null":
		return v.Form == yamltree.Null
	case "boolean":
		return v.Form == yamltree.Bool
	case "string":
		return v.Form == yamltree.Text
	case "array":
		return v.Form == yamltree.List
	case "object":
		return v.Form == yamltree.Mapping
	case "number":
		return v.Form == yamltree.Number
	default: // integer
		_, places, _ := strings.Cut(v.Text, ".")
		return v.Form == yamltree.Number && strings.Trim(places, "0") == ""
	}
}

func equal(v *yamltree.Value, one any) bool {
	if text, ok := one.(string); ok {
		return v.Form == yamltree.Text && v.Text == text
	}
	truth, _ := one.(bool)
	return v.Form == yamltree.Bool && v.Is(truth)
}
