package diff

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// limits say, by the part of their rules, whether a field takes a value as far as that
// limit goes.
var limits = map[string]func(f *spec.Field, value string) bool{
	"type":       func(f *spec.Field, value string) bool { return f.Item().Takes(value) },
	"length":     takesLength,
	"min-length": func(f *spec.Field, value string) bool { return f.Size(value) >= f.MinLength },
	"min":        func(f *spec.Field, value string) bool { return f.Min == "" || !less(value, f.Min) },
	"max":        func(f *spec.Field, value string) bool { return f.Max == "" || !less(f.Max, value) },
	"pattern":    takesPattern,
	"decimals": func(f *spec.Field, value string) bool {
		_, fraction, _ := strings.Cut(value, ".")
		return !f.Decimals.Set || len(fraction) <= f.Decimals.N
	},
}

// takesLength reports whether a text, or the digits of a number, are as many as a field
// may have.
func takesLength(f *spec.Field, value string) bool {
	switch {
	case f.Item().IsText():
		return f.Length == 0 || f.Size(value) <= f.Length
	case holdsLength(f):
		whole, _, _ := strings.Cut(strings.TrimLeft(value, "-+0"), ".")
		return len(whole) <= f.WholeDigits()
	}
	return true
}

func takesPattern(f *spec.Field, value string) bool {
	if f.StartsWith != "" {
		return false // it is about the rest of the text
	}
	p, err := regexp.Compile(`\A(?:` + f.Pattern + `)\z`)
	return err == nil && p.MatchString(value)
}

// harmless lowers, among the changes of a field from number "from" on, those of limits that
// refuse none of the values which are sent: where a list, or a least and a greatest number,
// leaves only such. Values that the other list does not have are told there.
func (s side) harmless(was, is *spec.Field, from int) {
	sent, read := was, is
	if !s.Comes() {
		sent, read = is, was
	}
	for i := range s.changes[from:] {
		c := &s.changes[from+i]
		rule := strings.TrimPrefix(c.Rule, string(s.Side)+"-")
		at := strings.LastIndex(rule, "-")
		takes := limits[rule[:max(at, 0)]]
		values := sentOnly(sent, read, rule)
		if takes == nil || values == nil || c.Levels.Wire <= Info || strings.HasSuffix(rule, "type-changed") {
			continue
		}
		if !slices.ContainsFunc(values, func(v string) bool { return !unlisted(read, v) && !takes(read, v) }) {
			c.Levels.Wire = Info
			c.note("all values that are sent keep it", "所取的值均符合")
		}
	}
}

// sentOnly are the values that decide whether all that a field has keep another limit; nil
// where any value may come.
func sentOnly(f, read *spec.Field, rule string) []string {
	if e := f.Enum; e != nil && !e.Open && f.Separator == "" && !e.HasRanges() {
		return e.Texts()
	}
	if f.Min != "" && f.Max != "" && holdsLength(read) && strings.HasPrefix(rule, "length-") {
		return []string{f.Min, f.Max}
	}
	return nil
}

// unlisted reports whether the list of a field refuses a value.
func unlisted(f *spec.Field, value string) bool {
	return f.Enum != nil && !f.Enum.Open && f.Separator == "" && !f.Enum.Lists(value)
}

// retyped reports whether a field has values of another kind, to which none of the limits
// of before can say anything.
func retyped(was, is *spec.Field) bool {
	return typeOf(was) != typeOf(is) && between(was, is) == "changed"
}

// effective is the length to which values of a field are held beside those of another
// revision: none, where only the other one holds them.
func effective(f, beside *spec.Field) int {
	if !holdsLength(f) && holdsLength(beside) {
		return 0
	}
	return f.Length
}

// spelled is a type with its length.
func spelled(f *spec.Field) string {
	if f.Length > 0 {
		return typeOf(f) + "(" + strconv.Itoa(f.Length) + ")"
	}
	return typeOf(f)
}
