// Package yamltree reads a YAML file into values that know where they were
// written.
package yamltree

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Form is the form of a YAML value.
type Form int

// The forms of values.
const (
	Null Form = iota
	Text
	Number
	Bool
	List
	Mapping
)

// Value is one YAML value that knows its position. All readers are safe on nil, the
// value of a missing key.
type Value struct {
	Pos     spec.Pos
	Form    Form
	Text    string // of a scalar, as written: TRUE, 012 and ~ too
	Members []Member
	Items   []*Value
}

// Member is a key of a mapping with its value.
type Member struct {
	Name string
	Pos  spec.Pos // of the key
	*Value
}

// Get returns the value of a key, or nil.
func (v *Value) Get(key string) *Value {
	if v == nil {
		return nil
	}
	for i := range v.Members {
		if v.Members[i].Name == key {
			return v.Members[i].Value
		}
	}
	return nil
}

// Str returns the text of a key's scalar, or "".
func (v *Value) Str(key string) string { return v.Get(key).scalar() }

// scalar returns the text of v, or "" when it is missing, null or no scalar.
func (v *Value) scalar() string {
	if v == nil || v.Form == Null {
		return ""
	}
	return v.Text
}

// Num returns a key's whole number, or 0.
func (v *Value) Num(key string) int {
	n, err := strconv.Atoi(v.Str(key))
	if err != nil {
		return 0
	}
	return n
}

// Flag says whether a key is true.
func (v *Value) Flag(key string) bool { return v.Get(key).Is(true) }

// Is says whether v is a truth value, in any spelling of YAML's, and which one.
func (v *Value) Is(truth bool) bool {
	return v != nil && v.Form == Bool && strings.EqualFold(v.Text, strconv.FormatBool(truth))
}

// List returns the elements of a key's list; a scalar counts as a list of one.
func (v *Value) List(key string) []*Value {
	at := v.Get(key)
	switch {
	case at == nil || at.Form == Null || at.Form == Mapping:
		return nil
	case at.Form == List:
		return at.Items
	}
	return []*Value{at}
}

// Strs returns the texts of a key's list; a scalar counts as a list of one.
func (v *Value) Strs(key string) []string {
	var out []string
	for _, item := range v.List(key) {
		out = append(out, item.Text)
	}
	return out
}

// Each returns the members of a key's mapping.
func (v *Value) Each(key string) []Member {
	at := v.Get(key)
	if at == nil {
		return nil
	}
	return at.Members
}

// Pairs returns the members of a key's mapping of scalars.
func (v *Value) Pairs(key string) []spec.Pair {
	var out []spec.Pair
	for _, m := range v.Each(key) {
		out = append(out, spec.Pair{Name: m.Name, Value: m.Text, Pos: m.Value.Pos})
	}
	return out
}

// Places returns where a mapping's keys were written; at is the place of the
// mapping itself.
func (v *Value) Places(at spec.Pos) spec.Places {
	p := spec.Places{Pos: at}
	if v == nil {
		return p
	}
	p.Keys = make([]spec.Written, 0, len(v.Members))
	for _, m := range v.Members {
		p.Keys = append(p.Keys, m.written(m.Name))
	}
	return p
}

// written is v, at a key, as the model keeps it.
func (v *Value) written(key string) spec.Written {
	w := spec.Written{Name: key, Pos: v.Pos, Text: v.Text}
	for _, item := range v.Items {
		w.Items = append(w.Items, spec.Item{Text: item.Text, Pos: item.Pos})
	}
	for _, m := range v.Members {
		w.Items = append(w.Items, spec.Item{Text: m.Name, Pos: m.Pos})
	}
	return w
}

// JSON returns v in the form that a JSON Schema validates.
func (v *Value) JSON() any {
	switch v.Form {
	case Null:
		return nil
	case Bool:
		return v.Is(true)
	case Number:
		return json.Number(v.Text)
	case List:
		out := make([]any, len(v.Items))
		for i, item := range v.Items {
			out[i] = item.JSON()
		}
		return out
	case Mapping:
		out := make(map[string]any, len(v.Members))
		for _, m := range v.Members {
			out[m.Name] = m.JSON()
		}
		return out
	case Text:
	}
	return v.Text
}

// Describe names a value for a message.
func (v *Value) Describe() string {
	switch v.Form {
	case Null:
		return "nothing"
	case Text:
		return fmt.Sprintf("%q", shorten(v.Text))
	case List:
		return "a list"
	case Mapping:
		return "a mapping"
	case Number, Bool:
	}
	return shorten(v.Text)
}

// shorten is the beginning of a text that is too long for a message.
func shorten(text string) string {
	const most = 80
	runes := 0
	for at := range text {
		if runes++; runes > most {
			return text[:at] + "…"
		}
	}
	return text
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// Find returns the value at a JSON pointer.
func (v *Value) Find(pointer string) *Value {
	if pointer == "" {
		return v
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if i, err := strconv.Atoi(step); err == nil && v.Form == List && i < len(v.Items) {
			v = v.Items[i]
			continue
		}
		next := v.Get(unescape.Replace(step))
		if next == nil {
			return v
		}
		v = next
	}
	return v
}
