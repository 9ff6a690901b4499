package api

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/spec"
)

// shaper writes what a message of a protocol looks like.
type shaper struct {
	d       *document
	m       *declare.Message
	rows    spec.Fields
	payload any // the schema of what the interface has
	deep    int // bounds values that name each other
}

// mediaTypes are those of carriages.
func mediaType(carriage string) string {
	return map[string]string{
		"json": "application/json", "xml": "text/xml", "form": "application/x-www-form-urlencoded", "multipart": "multipart/form-data", "text": "text/plain",
	}[carriage]
}

// content is the body of a message, nil where it has none.
func (s *shaper) content() ordered.Object {
	if s.m.Body == nil || s.m.Body.Text != nil && s.m.Body.Text.Source == "" {
		return nil
	}
	return ordered.Object{{mediaType(s.m.Carriage), ordered.Object{{"schema", s.part(s.m.Body, "")}}}}
}

// part is the schema of a tree of places.
func (s *shaper) part(p *declare.Part, path string) any {
	if p.Text != nil {
		return s.leaf(p.Text, path)
	}
	if p.List {
		var items []any
		for _, c := range p.Children {
			items = append(items, s.part(c, path))
		}
		return ordered.Object{{"type", "array"}, {"prefixItems", items}}
	}
	var properties ordered.Object
	var required []string
	var rest, others any
	for _, c := range p.Children {
		switch {
		case c.Rest:
			rest = s.part(c, path)
			continue
		case len(c.Name.Holes()) > 0:
			others = s.part(c, path)
			continue
		}
		name := plain(c.Name)
		properties = append(properties, ordered.Member{name, s.part(c, strings.TrimPrefix(path+"/"+name, "/"))})
		if !c.Optional {
			required = append(required, name)
		}
	}
	out := ordered.Object{{"type", "object"}, {"properties", properties}}
	if required != nil {
		out = append(out, ordered.Member{"required", required})
	}
	if others != nil {
		out = append(out, ordered.Member{"additionalProperties", others})
	}
	if rest != nil {
		return ordered.Object{{"allOf", []any{out, rest}}}
	}
	return out
}

// plain is a template without holes.
func plain(t *declare.Text) string {
	out := ""
	for _, p := range t.Pieces {
		out += p.Literal
	}
	return out
}

// leaf is the schema of one place.
func (s *shaper) leaf(t *declare.Text, path string) any {
	if len(t.Holes()) == 0 {
		if t.Scalar && json.Valid([]byte(t.Source)) {
			return ordered.Object{{"const", json.RawMessage(t.Source)}}
		}
		return ordered.Object{{"type", "string"}, {"const", plain(t)}}
	}
	row := s.row(path)
	if len(t.Pieces) != 1 {
		return s.described(ordered.Object{{"type", "string"}}, row, t)
	}
	piece := t.Pieces[0]
	raw := slices.ContainsFunc(piece.Steps, func(u declare.Use) bool { return u.Name == "raw" })
	switch {
	case piece.Name == "payload" && len(piece.Steps) == 0:
		return s.payload
	case piece.Name == "code" && (raw || len(piece.Steps) == 0):
		return s.d.codes(raw)
	case len(piece.Steps) == 0:
		if inner := s.value(piece.Name, path); inner != nil {
			return inner
		}
	}
	if row != nil {
		return schema.Value(row)
	}
	if raw {
		return s.described(ordered.Object{}, nil, t)
	}
	return s.described(ordered.Object{{"type", "string"}}, row, t)
}

// value is the schema of a value that is a tree or stands for another name; nil where it
// is a text.
func (s *shaper) value(name, path string) any {
	if s.deep++; s.deep > 64 {
		return nil
	}
	i := slices.IndexFunc(s.m.Values, func(v declare.Value) bool { return v.Name == name })
	if i < 0 || len(s.m.Values[i].By) > 0 {
		return nil
	}
	v := &s.m.Values[i]
	switch {
	case v.Tree != nil && v.Pair == nil:
		return s.part(v.Tree, path)
	case v.Of != nil && len(v.Of.Pieces) == 1 && v.Of.Pieces[0].Name != "" && s.row(path) == nil:
		return s.leaf(v.Of, path)
	}
	return nil
}

// row is the document's row of a place.
func (s *shaper) row(path string) *spec.Field {
	for f := range s.rows.All() {
		if f.Path == path {
			return f
		}
	}
	return nil
}

// described adds what a place is.
func (s *shaper) described(o ordered.Object, row *spec.Field, t *declare.Text) ordered.Object {
	if row != nil {
		o = append(ordered.Object{{"title", row.Label}}, o...)
	}
	return append(o, ordered.Member{"description", "写作 " + quoted(t.Source) + "，见 x-jiekou-protocol"})
}

// parameters are those that the protocol itself has in the query and the header.
func (s *shaper) parameters() []any {
	var out []any
	for _, one := range []struct {
		in   string
		tree *declare.Part
	}{{"query", s.m.Query}, {"header", s.m.Header}} {
		if one.tree == nil || one.tree.Text != nil {
			continue
		}
		for _, c := range one.tree.Children {
			if c.Rest || c.Text == nil || len(c.Name.Holes()) > 0 {
				continue
			}
			name := plain(c.Name)
			if one.in == "header" && reserved(name) {
				continue
			}
			out = append(out, ordered.Object{{"name", name}, {"in", one.in}, {"required", !c.Optional}, {"schema", s.leaf(c.Text, name)}})
		}
	}
	return out
}

// reserved are the headers that OpenAPI describes elsewhere.
func reserved(name string) bool {
	return slices.ContainsFunc([]string{"Accept", "Content-Type", "Authorization"}, func(one string) bool { return strings.EqualFold(one, name) })
}
