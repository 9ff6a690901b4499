package proxy

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// found describes the value at a path without showing it.
func found(v *tree.Value, path string) string {
	if v = at(v, path); v == nil {
		return "absent"
	}
	switch {
	case v.Members != nil:
		return "an object"
	case v.Items != nil:
		return fmt.Sprintf("an array of %d", len(v.Items))
	}
	switch text := string(v.Scalar); text[0] {
	case '"':
		plain, _ := v.Plain() // it was parsed
		if strings.TrimSpace(plain) == "" {
			return "a blank text"
		}
		return fmt.Sprintf("a text of %d characters", utf8.RuneCountInString(plain))
	case 'n':
		return "null"
	case 't', 'f':
		return "a truth value"
	}
	return "a number"
}

// step goes to one member.
func step(v *tree.Value, name string) *tree.Value {
	if v == nil {
		return nil
	}
	for _, m := range v.Members {
		if m.Name == name {
			return m.Value
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(v.Items) {
		return v.Items[n]
	}
	return nil
}

// at is the value at a path; nil: there is none.
func at(v *tree.Value, path string) *tree.Value {
	for name := range strings.SplitSeq(path, "/") {
		v = step(v, name)
	}
	return v
}

// wanted describes the document's rules of a field.
func wanted(f *spec.Field) string {
	out := []string{string(f.Type)}
	if f.Length > 0 && f.IsText() {
		_, unit := f.LengthUnit()
		out = append(out, fmt.Sprintf("at most %d %s", f.Length, unit))
	}
	switch f.Required {
	case spec.Yes:
		out = append(out, "required")
	case spec.Conditional:
		out = append(out, "required: "+f.Condition)
	}
	if f.Min != "" || f.Max != "" {
		out = append(out, "from "+f.Min+" to "+f.Max)
	}
	if f.IsClosed() {
		var values []string
		for _, v := range f.Enum.Values {
			values = append(values, v.Value)
		}
		out = append(out, "one of "+strings.Join(values, " "))
	}
	for _, w := range []string{f.Format, f.Pattern} {
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, ", ")
}
