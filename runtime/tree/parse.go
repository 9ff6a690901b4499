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
	r := reader{text: string(b), raw: bytes.Clone(b)}
	return r.value(), nil
}

// reader reads JSON that is known to be sound.
type reader struct {
	text string // names are parts of it
	raw  []byte // the same; scalars are parts of it
	at   int
}

// skip goes to the next byte that is no space, comma or colon, and returns it.
func (r *reader) skip() byte {
	for {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			r.at++
		default:
			return c
		}
	}
}

// value reads the next value.
func (r *reader) value() *Value {
	switch r.skip() {
	case '{':
		v := &Value{Members: []Member{}}
		for r.at++; r.skip() != '}'; {
			name := r.name()
			v.Members = append(v.Members, Member{name, r.value()})
		}
		r.at++
		return v
	case '[':
		v := &Value{Items: []*Value{}}
		for r.at++; r.skip() != ']'; {
			v.Items = append(v.Items, r.value())
		}
		r.at++
		return v
	case '"':
		from := r.at
		if r.end(); plain(r.raw[from+1 : r.at-1]) {
			return &Value{Scalar: r.raw[from:r.at:r.at]}
		}
		return Text(unquoted(r.raw[from:r.at]))
	}
	from := r.at
	for r.at < len(r.text) && bytes.IndexByte([]byte(" \t\n\r,:]}"), r.text[r.at]) < 0 {
		r.at++
	}
	return &Value{Scalar: r.raw[from:r.at:r.at]}
}

// name reads the name of a member.
func (r *reader) name() string {
	from := r.at
	if r.end(); plain(r.raw[from+1 : r.at-1]) {
		return r.text[from+1 : r.at-1]
	}
	return unquoted(r.raw[from:r.at])
}

// end goes behind the string that begins here.
func (r *reader) end() {
	for r.at++; r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
}

// unquoted is the text of a JSON string that is sound.
func unquoted(b []byte) (s string) {
	_ = json.Unmarshal(b, &s)
	return s
}

// plain reports whether a JSON string is written as its text is.
func plain(text []byte) bool {
	for n := 0; n < len(text); {
		c := text[n]
		if c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' {
				return false
			}
			n++
			continue
		}
		r, size := utf8.DecodeRune(text[n:])
		if r == utf8.RuneError || r == '\u2028' || r == '\u2029' { // the two end lines of scripts
			return false
		}
		n += size
	}
	return true
}
