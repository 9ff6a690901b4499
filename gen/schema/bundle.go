package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
)

// Bundle returns one JSON Schema with the requests, replies and notifications of a
// system as its $defs: cst_info_get.request, cst_info_get.response,
// cst_info_notify.notification. Each has an $id of its own. It has the keywords and
// formats of the standard only, so that every validator takes it, strict ones too; what
// these cannot say is in $comment.
func Bundle(s *spec.System) ([]byte, error) {
	base := "urn:jiekou:" + s.Name
	var defs ordered.Object
	add := func(i *spec.Interface, what string, body ordered.Object) {
		head := ordered.Object{{"$id", base + ":" + escaped(i.Cmd) + ":" + what}, {"title", strings.TrimSpace(i.Title + " " + i.Code)}}
		defs = append(defs, ordered.Member{i.Cmd + "." + what, head.With(body)})
	}
	for _, i := range s.Interfaces {
		if i.Kind == spec.Notify {
			add(i, "notification", Payload(i.Request))
			continue
		}
		add(i, "request", Payload(Carried(i)))
		if beside := Beside(i); len(beside) > 0 {
			add(i, "parameters", Members(beside))
		}
		add(i, "response", Payload(i.Response))
	}
	return indent(ordered.Object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", base},
		{"title", strings.TrimSpace(s.Title + " " + s.Version)},
		{"$defs", defs},
	})
}

// Carried are the fields of a request in its body or payload; Beside are the
// others.
func Carried(i *spec.Interface) spec.Fields {
	if i.System.HasPaths() {
		return append(i.Body(), inForm(i)...)
	}
	return i.Request
}

// Beside are the fields of a request in the path, the query and the header.
func Beside(i *spec.Interface) spec.Fields {
	if !i.System.HasPaths() {
		return nil
	}
	var out spec.Fields
	for _, f := range i.Outside() {
		if f.In != "form" && f.In != "multipart" {
			out = append(out, f)
		}
	}
	return out
}

func inForm(i *spec.Interface) spec.Fields {
	var out spec.Fields
	for _, f := range i.Outside() {
		if f.In == "form" || f.In == "multipart" {
			out = append(out, f)
		}
	}
	return out
}

// Members is the schema of an object in the words of the standard.
func Members(fields spec.Fields) ordered.Object { return portable(objectSchema(fields)) }

// Payload is the schema of a body or payload that has the fields: of an object, or of the
// field that is all of it. Fields in headers are no part of it.
func Payload(fields spec.Fields) ordered.Object { return portable(payloadSchema(fields)) }

// Value is the schema of one field in the words of the standard.
func Value(f *spec.Field) ordered.Object { return portable(fieldSchema(f)) }

// escaped is a name as a part of a URN.
func escaped(name string) string {
	var b strings.Builder
	for _, ch := range []byte(name) {
		if ch < 0x80 && regexp.MustCompile(`[A-Za-z0-9_.-]`).Match([]byte{ch}) {
			b.WriteByte(ch)
		} else {
			fmt.Fprintf(&b, "%%%02X", ch)
		}
	}
	return b.String()
}

func indent(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// portable is a schema without our own keywords and formats.
func portable(s ordered.Object) ordered.Object {
	out := ordered.Object{}
	comment := ""
	for _, m := range s {
		switch name := m[0].(string); name {
		case "x-in":
			comment += fmt.Sprintf("in: %v. ", m[1])
		case "x-name":
			comment += fmt.Sprintf("name: %v. ", m[1])
		case "x-unit":
			comment += fmt.Sprintf("unit: %v. ", m[1])
		case OutsideKeyword:
			continue
		case validate.StartsWithKeyword:
			for _, b := range m[1].([]validate.Beginning) {
				comment += fmt.Sprintf("%s starts with the value of %s. ", strings.Join(b.Names, " or "), strings.Join(b.With, " or "))
			}
		case validate.LengthInKeyword:
			l := m[1].(validate.LengthIn)
			comment += fmt.Sprintf("length in %s: %d to %d. ", map[string]string{"bytes": "bytes of UTF-8", "gbk": "bytes of GBK"}[l.Unit], l.Min, l.Max)
		case "format":
			own, ok := map[string]string{"idcard": `^[0-9]{17}[0-9Xx]$|^[0-9]{15}$`, "mail": `^[^@\s]+@[^@\s]+$`}[m[1].(string)]
			if !ok {
				out = append(out, m)
				continue
			}
			out = append(out, ordered.Member{"pattern", own})
			comment += fmt.Sprintf("format: %v. ", m[1])
		default:
			out = append(out, ordered.Member{name, within(name, m[1])})
		}
	}
	if comment != "" {
		out = append(out, ordered.Member{"$comment", strings.TrimSpace(comment)})
	}
	return out
}

// within makes the schemas inside of a keyword portable.
func within(keyword string, v any) any {
	switch keyword {
	case "properties", "patternProperties":
		var out ordered.Object
		for _, m := range v.(ordered.Object) {
			out = append(out, ordered.Member{m[0], typed(within("", m[1]))})
		}
		return out
	case "anyOf", "allOf", "oneOf", "prefixItems":
		out := []any{}
		for _, one := range v.([]any) {
			out = append(out, within("", one))
		}
		return out
	case "items", "additionalProperties":
		return typed(within("", v))
	case "", "not", "if", "then", "else", "contains", "propertyNames", "contentSchema":
		if inner, ok := v.(ordered.Object); ok {
			return portable(inner)
		}
	}
	return v
}

// typed is the schema of a value that a condition looks into, with the type of which its words
// speak: strict readers refuse them without it. A value of another type meets it as before.
func typed(v any) any {
	s, _ := v.(ordered.Object)
	kind := ""
	for _, m := range s {
		switch m[0] {
		case "type", "anyOf":
			return v
		case "items":
			kind = "array"
		case "properties", "required", "additionalProperties", "if":
			kind = "object"
		}
	}
	if kind == "" {
		return v
	}
	is := ordered.Member{"type", kind}
	return ordered.Object{{"anyOf", []any{append(ordered.Object{is}, s...), ordered.Object{{"not", ordered.Object{is}}}}}}
}
