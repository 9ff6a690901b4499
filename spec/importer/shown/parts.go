// Package shown puts the rows of tables where the examples of their document have them.
package shown

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// part is one of several tables that describe a message.
type part struct {
	fields []*draft.Field
	names  []string // the first of each path
	holder []string // where the example has them
	kind   string   // what that is
}

// Parts puts the rows of a message that several tables describe where its example
// has them: the table of its head in head, that of its body in body. Parts that the
// document calls headers are in those of HTTP only where the example has them nowhere.
func Parts(list []*draft.Field, shape *sample.Shape, place string) []*draft.Field {
	if shape == nil {
		return list
	}
	parts := partsOf(list)
	parts = slices.DeleteFunc(parts, func(p *part) bool { return !p.held(shape) })
	holders := map[string]bool{}
	for _, p := range parts {
		for _, name := range p.holder {
			if slices.ContainsFunc(list, func(f *draft.Field) bool { return slices.Contains(f.Path, name) }) {
				return list // a row says it
			}
		}
		holders[strings.Join(p.holder, "/")] = true
	}
	if len(holders) < 2 {
		return list
	}
	var out []*draft.Field
	for _, p := range parts {
		out = p.put(out, place)
	}
	return append(slices.DeleteFunc(slices.Clone(list), func(f *draft.Field) bool { return slices.Contains(out, f) }), out...)
}

// partsOf are the tables that rows of a message are from, in their order.
func partsOf(list []*draft.Field) []*part {
	var out []*part
	at := map[string]*part{}
	for _, f := range list {
		if f.Path[0] == "" || f.In != "" && f.In != "body" && f.In != "header" {
			continue
		}
		table, _, _ := strings.Cut(f.Place, " row ")
		if at[table] == nil {
			at[table] = &part{}
			out = append(out, at[table])
		}
		p := at[table]
		p.fields, p.names = append(p.fields, f), append(p.names, f.Path[0])
	}
	return out
}

// held finds where the example has the rows; it is false where that is nowhere, or where
// one name alone says so of a header.
func (p *part) held(shape *sample.Shape) (ok bool) {
	p.holder, p.kind, ok = shape.Holder(p.names)
	return ok && len(p.holder) <= 2 && (p.fields[0].In != "header" || len(p.names) > 1)
}

// put adds the rows, below the members that hold them.
func (p *part) put(out []*draft.Field, place string) []*draft.Field {
	for n := range p.holder {
		kind := "object"
		if n == len(p.holder)-1 {
			kind = p.kind
		}
		parent := &draft.Field{Path: p.holder[:n+1], Shown: kind, List: kind == "array", Type: kind, Parent: true, Required: wording.Unstated, Place: place + ", the example"}
		if !slices.ContainsFunc(out, func(f *draft.Field) bool { return f.Key() == parent.Key() }) {
			out = append(out, parent)
		}
	}
	for _, f := range p.fields {
		f.In, f.Path = "", append(slices.Clone(p.holder), f.Path...)
		out = append(out, f)
	}
	return out
}
