package lsp

import (
	"path"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/reference"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// mention is a place where a name is written.
type mention struct {
	kind    string // what it names: table, column, code, … as the schema says
	name    string
	scope   string // where the name holds: the system, of a column its table, of a field and a step the file
	pos     spec.Pos
	defines bool
	doc     string // of a definition: what is said of the thing, in a line
}

// index is every mention in the files of a project.
type index struct {
	mentions []mention
}

// local are the kinds of names that hold in one file only.
func local(kind string) bool { return kind == "field" || kind == "step" }

// file enters the mentions of one file of a system.
func (x *index) file(system, inside string, v *yamltree.Value, text lines) {
	s := &scan{index: x, system: system, file: path.Join(system, inside), text: text}
	if reference.KindOf(inside) == "table" {
		s.table = v.Str("table")
	}
	s.value(v, reference.File(reference.KindOf(inside)), s.table)
}

// scan enters one file.
type scan struct {
	*index
	system, file string
	table        string // of the file
	text         lines
}

// verbs are the keys that name the table of a step, a check or a nested list.
var verbs = []string{"get", "list", "exists", "insert", "update", "upsert", "replace", "append", "table", "row"}

// tableOf is the table that the columns in a mapping are of.
func tableOf(v *yamltree.Value, outer string) string {
	for _, verb := range verbs {
		if name := v.Str(verb); name != "" {
			return name
		}
	}
	return outer
}

// value enters what a value and all below it mention.
func (s *scan) value(v *yamltree.Value, shape reference.Shape, table string) {
	if v == nil {
		return
	}
	if v.Form == yamltree.Mapping {
		table = tableOf(v, table)
		for i := range v.Members {
			s.member(&v.Members[i], shape, table)
		}
		return
	}
	if v.Form == yamltree.List {
		for _, item := range v.Items {
			inner := shape.Item()
			if !inner.Known() || item.Form != yamltree.Mapping && inner.Raw("x-refers") == "" {
				s.scalar(item, shape, table)
			}
			s.value(item, inner, table)
		}
		return
	}
	s.scalar(v, shape, table)
}

// member enters a key and its value.
func (s *scan) member(m *yamltree.Member, shape reference.Shape, table string) {
	if !shape.Knows(m.Name) {
		if kind := shape.Raw("x-names-keys"); kind != "" {
			s.add(kind, m.Name, table, m.Pos, docOf(m.Value))
		}
		s.refer(shape.Raw("x-refers-keys"), m.Name, table, m.Pos)
		if kinds := shape.Raw("x-refers"); kinds != "" && m.Form != yamltree.Mapping {
			s.refer(kinds, m.Text, table, m.Value.Pos)
		}
	}
	s.value(m.Value, shape.Key(m.Name), table)
}

// scalar enters a single value.
func (s *scan) scalar(v *yamltree.Value, shape reference.Shape, table string) {
	if v.Form == yamltree.Mapping || v.Form == yamltree.List || v.Form == yamltree.Null {
		return
	}
	if kind := shape.Raw("x-names"); kind != "" {
		s.add(kind, v.Text, table, v.Pos, "")
	}
	s.refer(shape.Raw("x-refers"), v.Text, table, v.Pos)
}

// add enters a definition.
func (s *scan) add(kind, name, table string, pos spec.Pos, doc string) {
	s.mentions = append(s.mentions, mention{kind, name, s.scope(kind, table), s.bare(pos), true, doc})
}

// refer enters a reference to a thing of one of some kinds.
func (s *scan) refer(kinds, name, table string, pos spec.Pos) {
	if kinds == "" || name == "" {
		return
	}
	for kind := range strings.SplitSeq(kinds, "|") {
		at := s.bare(pos)
		for part := range strings.SplitSeq(name, "+") {
			_, bare := spec.Outward(strings.TrimPrefix(part, "-"))
			at.Col += len(part) - len(bare)
			for step := range strings.SplitSeq(bare, "/") {
				s.mentions = append(s.mentions, mention{kind: kind, name: step, scope: s.scope(kind, table), pos: at})
				at.Col += len([]rune(step)) + 1
			}
		}
	}
}

// bare is the place of a text behind its opening quote.
func (s *scan) bare(pos spec.Pos) spec.Pos {
	pos, _ = s.text.token(pos)
	return pos
}

// scope is where a name of a kind holds.
func (s *scan) scope(kind, table string) string {
	switch {
	case kind == "column":
		return s.system + "/" + table
	case local(kind):
		return s.file
	}
	return s.system
}

// docOf is what a definition says of itself: its title, label or text.
func docOf(v *yamltree.Value) string {
	for _, key := range []string{"label", "title", "text"} {
		if text := v.Str(key); text != "" {
			return text
		}
	}
	return ""
}

// at returns the mentions that cover a place.
func (x *index) at(file string, line, col int) []mention {
	var out []mention
	for _, m := range x.mentions {
		if m.pos.File == file && m.pos.Line == line && m.pos.Col <= col && col <= m.pos.Col+len([]rune(m.name)) {
			out = append(out, m)
		}
	}
	return out
}

// same returns the mentions of the thing that a mention names, definitions first.
func (x *index) same(as mention) []mention {
	var out []mention
	for _, m := range x.mentions {
		if m.kind == as.kind && m.name == as.name && m.scope == as.scope {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b mention) int {
		switch {
		case a.defines == b.defines:
			return 0
		case a.defines:
			return -1
		}
		return 1
	})
	return out
}

// names lists the definitions of a kind in a scope, each name once.
func (x *index) names(kind, scope string) []mention {
	var out []mention
	seen := map[string]bool{}
	for _, m := range x.mentions {
		if m.defines && m.kind == kind && m.scope == scope && !seen[m.name] {
			seen[m.name] = true
			out = append(out, m)
		}
	}
	return out
}
