// Package layout puts the members of a payload where an interface has them, and takes
// them from there: one of them may be the whole body, without a name, and others may be
// in headers. Everybody else has payloads as objects of all members.
package layout

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/tree"
)

// Of is the layout of an interface's message or, with reply, of what answers it.
func Of(p *declare.Protocol, cmd string, reply bool) *declare.Layout {
	if reply {
		return p.Layouts[cmd].Reply
	}
	return p.Layouts[cmd].Send
}

// Split takes the payload that is sent out of an object of all members, and puts those of
// headers into header. Where one of them is all of it and is not there, that is null. What
// is no JSON object stays as it is, and so does all without a layout, or with asIs.
func Split(l *declare.Layout, payload []byte, header http.Header, asIs bool) []byte {
	if l == nil || asIs {
		return payload
	}
	v, err := tree.Parse(payload)
	if err != nil || v.Members == nil {
		return payload
	}
	rest, whole := &tree.Value{Members: []tree.Member{}}, []byte("null")
	for _, m := range v.Members {
		at := slices.IndexFunc(l.Header, func(h declare.Header) bool { return h.Member == m.Name })
		switch {
		case m.Name == l.Whole:
			whole = []byte(m.Value.String())
		case at < 0:
			rest.Members = append(rest.Members, m)
		default:
			if text, ok := plain(m.Value); ok {
				header[http.CanonicalHeaderKey(l.Header[at].Name)] = []string{text}
			}
		}
	}
	if l.Whole != "" {
		return whole
	}
	return []byte(rest.String())
}

// Join is the object of all members that a message has.
func Join(l *declare.Layout, payload []byte, m *message.Message) []byte {
	if l == nil || m == nil {
		return payload
	}
	var out bytes.Buffer
	end := byte('{')
	add := func(name string, value []byte) {
		out.WriteByte(end)
		out.WriteString(tree.Quote(name))
		out.WriteByte(':')
		out.Write(value)
		end = ','
	}
	for _, h := range l.Header {
		values := m.Header[http.CanonicalHeaderKey(h.Name)]
		switch {
		case len(values) == 0:
		case h.JSON && json.Valid([]byte(values[0])):
			add(h.Member, []byte(values[0]))
		default:
			add(h.Member, []byte(tree.Quote(values[0])))
		}
	}
	rest := bytes.Trim(bytes.TrimPrefix(payload, []byte("\ufeff")), " \t\r\n")
	switch {
	case l.Whole != "" && len(rest) > 0:
		if !json.Valid(rest) {
			return payload // whoever reads it says what is wrong
		}
		add(l.Whole, rest)
	case l.Whole == "" && len(rest) > 0:
		if end == '{' || rest[0] != '{' {
			return payload
		}
		if rest = bytes.TrimLeft(rest[1:], " \t\r\n"); len(rest) == 0 || rest[0] != '}' {
			out.WriteByte(',')
		}
		out.Write(rest)
		return out.Bytes()
	case end == '{':
		return payload
	}
	out.WriteByte('}')
	return out.Bytes()
}

// plain is a value as the text of a header: a text as it is, everything else as its JSON,
// and nothing for null. A header has one line.
func plain(v *tree.Value) (text string, ok bool) {
	if v.Scalar == nil {
		return v.String(), true
	}
	if string(v.Scalar) == "null" {
		return "", false
	}
	text, ok = v.Plain()
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(text), ok
}
