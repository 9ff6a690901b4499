// Package ordered has JSON objects that keep the order of their members.
package ordered

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Object is a JSON object.
type Object []Member

// Member is a member of an object: its name, a string, and its value, which is
// whatever encoding/json takes.
type Member [2]any

// Of is the value of a member.
func (o Object) Of(name string) (any, bool) {
	for _, m := range o {
		if m[0] == name {
			return m[1], true
		}
	}
	return nil, false
}

// MarshalJSON writes the members in their order. Two of one name are an error: readers take
// one of them, or refuse the text.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	known := make(map[any]bool, len(o))
	for i, m := range o {
		if known[m[0]] {
			return nil, fmt.Errorf("two members of an object are called %q", m[0])
		}
		known[m[0]] = true
		if i > 0 {
			b.WriteByte(',')
		}
		var value bytes.Buffer
		enc := json.NewEncoder(&value)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(m[1]); err != nil {
			return nil, err
		}
		name, err := json.Marshal(m[0])
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(bytes.TrimSpace(value.Bytes()))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// With adds the members of another object that this one does not have.
func (o Object) With(other Object) Object {
	for _, m := range other {
		if !slices.ContainsFunc(o, func(own Member) bool { return own[0] == m[0] }) {
			o = append(o, m)
		}
	}
	return o
}
