// Package api describes a system in the words of OpenAPI and AsyncAPI. What a message
// looks like on the wire follows from the declaration of the protocol: a signed message
// shows its fields, a sealed one the envelope with its cipher text, and what is inside
// is among the schemas.
package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/spec"
)

// document is what both descriptions are made of.
type document struct {
	s     *spec.System
	p     *protocol.Protocol
	d     *declare.Protocol
	names map[string]string // of schemas, by what they are of
	taken map[string]bool
}

func newDocument(s *spec.System) (*document, error) {
	p, err := bind.Protocol(s)
	if err != nil {
		return nil, err
	}
	return &document{s: s, p: p, d: p.Declaration(), names: map[string]string{}, taken: map[string]bool{}}, nil
}

// info is the head of a description.
func (d *document) info() ordered.Object {
	return ordered.Object{
		{"title", d.s.Title},
		{"version", orUnknown(d.s.Version)},
		{"description", "由 jiekou 从 YAML 生成。扩展 x-jiekou-protocol 是报文如何书写、签名、加密和验证的声明。"},
	}
}

func orUnknown(version string) string {
	if version == "" {
		return "0"
	}
	return version
}

// schemaName is a name that components may have; every thing has one of its own.
func (d *document) schemaName(i *spec.Interface, what string) string {
	key := i.Cmd + "." + what
	if name := d.names[key]; name != "" {
		return name
	}
	clean := strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '_' || r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, key)
	name := clean
	for n := 2; d.taken[name]; n++ {
		name = clean + "_" + strconv.Itoa(n)
	}
	d.names[key], d.taken[name] = name, true
	return name
}

// ref points to a schema.
func ref(name string) ordered.Object {
	return ordered.Object{{"$ref", "#/components/schemas/" + name}}
}

// schemas are those of all interfaces.
func (d *document) schemas() ordered.Object {
	var out ordered.Object
	add := func(i *spec.Interface, what, title string, fields spec.Fields) {
		one := ordered.Object{{"title", i.Title + title}}.With(schema.Payload(fields))
		switch sample := example.Carried(fields).(type) {
		case string: // viewers take a text for JSON that is written already
		case ordered.Object:
			if len(sample) > 0 {
				one = append(one, ordered.Member{"examples", []any{sample}})
			}
		default:
			one = append(one, ordered.Member{"examples", []any{sample}})
		}
		out = append(out, ordered.Member{d.schemaName(i, what), one})
	}
	for _, i := range d.s.Interfaces {
		if i.Kind == spec.Notify {
			add(i, "notification", "", i.Request)
			continue
		}
		add(i, "request", "（请求）", schema.Carried(i))
		add(i, "response", "（应答）", i.Response)
	}
	return out
}

// description is what an interface is, for people.
func description(i *spec.Interface) string {
	parts := []string{strings.TrimSpace(i.Section + " " + i.Code + " " + i.Title)}
	switch {
	case i.Status == spec.Unimplemented:
		parts = append(parts, "未实现。")
	case i.Successor != "":
		parts = append(parts, "已作废，见 "+i.Successor+"。")
	}
	if i.Note != "" {
		parts = append(parts, i.Note)
	}
	return strings.Join(parts, "\n\n")
}

// extension is the declaration of the protocol, as YAML has it.
func (d *document) extension() ordered.Object {
	return ordered.Object{{"declaration", d.s.Protocol.Text}, {"manual", "docs/protocol.md"}, {"keys", d.keys()}}
}

func (d *document) keys() ordered.Object {
	out := ordered.Object{}
	for _, k := range d.d.Keys {
		out = append(out, ordered.Member{k.Name, k.Kind})
	}
	return out
}

// sized says of whole numbers that they have 64 bits: without it, generators of clients take
// 32, and readers in JavaScript do not know that they may lose digits.
func sized(v any) any {
	switch v := v.(type) {
	case ordered.Object:
		out := make(ordered.Object, 0, len(v)+1)
		_, closed := v.Of("enum")
		for _, m := range v {
			out = append(out, ordered.Member{m[0], sized(m[1])})
			if m[0] == "type" && m[1] == "integer" && !closed {
				out = append(out, ordered.Member{"format", "int64"})
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for n, one := range v {
			out[n] = sized(one)
		}
		return out
	}
	return v
}

func indented(v any) ([]byte, error) {
	text, err := json.Marshal(sized(v))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// codes is the schema of the error code of replies.
func (d *document) codes(number bool) ordered.Object {
	var list []any
	for e := range d.s.EveryCode() {
		value, err := json.Marshal(e.Code)
		if err != nil {
			continue // a text is always JSON
		}
		if _, err := strconv.ParseInt(e.Code, 10, 64); number && err == nil {
			value = []byte(e.Code)
		}
		list = append(list, ordered.Object{{"const", json.RawMessage(value)}, {"title", e.Text}})
	}
	kind := "string"
	if number {
		kind = "integer"
	}
	if list == nil {
		return ordered.Object{{"type", kind}}
	}
	return ordered.Object{{"title", "错误码"}, {"anyOf", append(list, ordered.Object{{"type", kind}})}}
}

// quoted is a name in a description.
func quoted(s string) string { return fmt.Sprintf("`%s`", strings.ReplaceAll(s, "`", "'")) }
