// Package ordered has JSON objects that keep the order of their members.
package ordered

import (
	"bytes"
	"encoding/json"
)

// Object is a JSON object.
type Object []Member

// Member is a member of an object: its name, a string, and its value, which is
// whatever encoding/json takes.
type Member [2]any

// MarshalJSON writes the members in their order.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
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
