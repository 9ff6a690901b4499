package tree

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Parse reads JSON, keeping the order of members. A member that comes twice is kept
// twice.
func Parse(b []byte) (*Value, error) {
	if !json.Valid(b) {
		var all json.RawMessage
		return nil, json.Unmarshal(b, &all)
	}
	r := reader{raw: bytes.Clone(b)}
	return r.value(), nil
}

// reader reads JSON that is known to be sound. Scalars are parts of it.
type reader struct {
	raw []byte
	at  int
}

// skip goes to the next byte that is no space, comma or colon, and returns it.
func (r *reader) skip() byte {
	for bytes.IndexByte([]byte(" \t\n\r,:"), r.raw[r.at]) >= 0 {
		r.at++
	}
	return r.raw[r.at]
}

// value reads the next value.
func (r *reader) value() *Value {
	v, next := &Value{}, r.skip()
	from := r.at
	switch next {
	case '{':
		v.Members = []Member{}
		for r.at++; r.skip() != '}'; {
			name, _ := r.value().Plain() // a string
			v.Members = append(v.Members, Member{name, r.value()})
		}
	case '[':
		v.Items = []*Value{}
		for r.at++; r.skip() != ']'; {
			v.Items = append(v.Items, r.value())
		}
	case '"':
		for r.at++; r.raw[r.at] != '"'; r.at++ {
			if r.raw[r.at] == '\\' {
				r.at++
			}
		}
		if v.Scalar = r.raw[from : r.at+1 : r.at+1]; !plain(v.Scalar[1 : len(v.Scalar)-1]) {
			text, _ := v.Plain() // a string
			v = Text(text)
		}
	default:
		for r.at < len(r.raw) && bytes.IndexByte([]byte(" \t\n\r,:]}"), r.raw[r.at]) < 0 {
			r.at++
		}
		v.Scalar = r.raw[from:r.at:r.at]
		return v
	}
	r.at++
	return v
}

// plain reports whether a JSON string is written as its text is.
func plain(text []byte) bool {
	return bytes.IndexFunc(text, func(r rune) bool {
		return r < ' ' || r == '"' || r == '\\' || r == utf8.RuneError || r == '\u2028' || r == '\u2029' // the last two end lines of scripts
	}) < 0
}
