// Package again lays a new import over the YAML of a system that people have worked on.
// What the document says comes from the import; what people have decided stays: errata,
// follow, answers, storage, conditions in the words of the language, closed lists. It
// compares three versions: the import before, the YAML as people left it, and the new
// import. What people changed stays; where the document changed it too, it is a conflict.
package again

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/importer/mapping"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// Result is the merged files, with what a person has to look at.
type Result struct {
	Files []scaffold.File
	Notes []string // a line each: + new, - gone, ~ changed, ! in conflict with a decision
}

// Merge lays the files of an import over those of a system. Paths of both begin with the
// system's name; only the files that change are in the result. base has the files of the
// import before, by their paths; without it what the document says is taken.
func Merge(old map[string][]byte, imported []scaffold.File, base map[string][]byte) (*Result, error) {
	m := &merger{old: old, base: base, places: map[string]string{}}
	for name := range old {
		if parts := strings.Split(name, "/"); len(parts) == 3 && parts[1] != "table" && strings.HasSuffix(name, ".yaml") {
			m.places[parts[2]] = name
		}
	}
	named := map[string]bool{}
	for _, f := range imported {
		named[path.Base(f.Path)] = true
	}
	seen := map[string]bool{}
	var system *scaffold.File
	for _, f := range imported {
		base := path.Base(f.Path)
		inGroup := strings.Count(f.Path, "/") == 2
		at := m.places[base]
		if inGroup && at == "" {
			at = m.renamed(f, named)
		}
		switch {
		case inGroup && at != "":
			seen[path.Base(at)] = true
			if err := m.merge(at, f); err != nil {
				return nil, fmt.Errorf("%s: %w", at, err)
			}
		case inGroup && m.base[f.Path] != nil: // people took it out
		case inGroup:
			m.note("+ %s: a new interface", f.Path)
			m.files = append(m.files, f)
		case base == "system.yaml" && m.old[f.Path] != nil:
			system = &f
		case base == "vectors.yaml" && m.old[path.Dir(f.Path)+"/system.yaml"] != nil: // the protocol is that of people
		case base == "origin.yaml", base == "changelog.yaml", m.old[f.Path] == nil:
			m.files = append(m.files, f)
		}
	}
	for file, name := range m.places {
		if !seen[file] && (base == nil || m.imported(file)) {
			m.note("- %s: the document has it no more: make it deprecated, or remove it", name)
		}
	}
	if system != nil { // last: a struct goes where no row is of it
		if err := m.shared(*system); err != nil {
			return nil, fmt.Errorf("%s: %w", system.Path, err)
		}
	}
	slices.Sort(m.notes)
	return &Result{m.files, m.notes}, nil
}

// merger collects a result.
type merger struct {
	old    map[string][]byte
	base   map[string][]byte // of the import before; nil: not known
	places map[string]string // files of interfaces by their names
	files  []scaffold.File
	notes  []string
	where  string // the interface, for notes
}

func (m *merger) note(form string, args ...any) {
	m.notes = append(m.notes, fmt.Sprintf(form, args...))
}

// renamed is the file of an interface that is called otherwise than its import, by people or
// by an import of another version: the only one with its address or its number. It is empty
// where there is none.
func (m *merger) renamed(f scaffold.File, named map[string]bool) (found string) {
	now := identity(f.Text)
	for file, name := range m.places {
		if named[file] || !slices.ContainsFunc(identity(m.old[name]), func(one string) bool { return slices.Contains(now, one) }) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// identity is what tells an interface from others beside its name: the method and the path
// that the document prints, and its number or name there.
func identity(text []byte) (out []string) {
	doc, err := parse(text)
	if err != nil {
		return nil
	}
	says := func(key string) string {
		if v := mapping.Get(doc, key); v != nil {
			return v.Value
		}
		return ""
	}
	if mapping.Get(doc, "doc_path") == nil || says("doc_path") != "" {
		if url := says("path"); url != "" {
			out = append(out, says("method")+" "+url)
		}
	}
	for _, key := range []string{"code", "interface"} {
		if name := says(key); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// imported says whether the import before had an interface.
func (m *merger) imported(file string) bool {
	for name := range m.base {
		if path.Base(name) == file {
			return true
		}
	}
	return false
}

// merge lays an imported interface over the one that is there.
func (m *merger) merge(name string, f scaffold.File) error {
	before, err := parse(m.old[name])
	if err != nil {
		return err
	}
	now, err := parse(f.Text)
	if err != nil {
		return err
	}
	var base *yaml.Node
	for _, at := range []string{f.Path, path.Join(path.Dir(f.Path), path.Base(name))} {
		if text, ok := m.base[at]; ok && base == nil {
			if base, err = parse(text); err != nil {
				return err
			}
		}
	}
	m.where = strings.TrimSuffix(path.Base(name), ".yaml")
	for _, key := range []string{"title", "code", "method", "path", "doc_path", "errors"} {
		if v := mapping.Get(now, "doc_path"); key == "path" && v != nil && v.Value == "" && path.Base(name) != path.Base(f.Path) {
			continue // it was made of the other name
		}
		m.take(before, base, now, key, key)
	}
	m.excepted(before, base, now)
	for _, side := range []string{"request", "response"} {
		if v := mapping.Get(now, side); v != nil {
			mapping.Set(before, side, m.fields(mapping.Get(before, side), mapping.Get(base, side), v, side))
		}
	}
	out, err := yaml.Marshal(before)
	if err != nil {
		return err
	}
	if out, err = format.YAML(out); err != nil {
		return err
	}
	m.files = append(m.files, scaffold.File{Path: name, Text: out})
	return nil
}

// take takes what the document says of a key. What people changed stays.
func (m *merger) take(before, base, now *yaml.Node, key, label string) {
	v, old := mapping.Get(now, key), mapping.Get(before, key)
	switch {
	case m.edited(before, base, key):
		if was := mapping.Get(base, key); text(v) != text(was) && text(v) != text(old) {
			m.note("! %s: %s: the document says %s, was %s; people say %s: it stays", m.where, label, orNothing(v), orNothing(was), orNothing(old))
		}
	case v == nil:
	case old == nil || text(old) != text(v):
		m.note("~ %s: %s: %s, was %s", m.where, label, text(v), orNothing(old))
		mapping.Set(before, key, v)
	}
}

// excepted takes which common rows an interface does not have, where people left it.
func (m *merger) excepted(before, base, now *yaml.Node) {
	v, old := mapping.Get(now, "except"), mapping.Get(before, "except")
	if base == nil || m.edited(before, base, "except") || text(v) == text(old) {
		return
	}
	m.note("~ %s: except: %s, was %s", m.where, orNothing(v), orNothing(old))
	if mapping.Unset(before, "except"); v != nil {
		mapping.Set(before, "except", v)
	}
}

// edited says whether people changed a key since the import before.
func (m *merger) edited(before, base *yaml.Node, key string) bool {
	return base != nil && text(mapping.Get(before, key)) != text(mapping.Get(base, key))
}

func orNothing(n *yaml.Node) string {
	if n == nil {
		return "nothing"
	}
	return text(n)
}

// fields merges the rows of a message, in the order of the document. Rows that the
// document has no more stay where people have decided something about them.
func (m *merger) fields(before, base, now *yaml.Node, at string) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(now.Content); i += 2 {
		name, row := now.Content[i], now.Content[i+1]
		here := at + "/" + name.Value
		switch old := mapping.Get(before, name.Value); {
		case old != nil:
			m.row(old, mapping.Get(base, name.Value), row, here)
			row = old
		case mapping.Get(base, name.Value) != nil: // people took it out
			continue
		default:
			m.note("+ %s: %s", m.where, here)
		}
		out.Content = append(out.Content, name, row)
	}
	if before == nil {
		return out
	}
	for i := 0; i+1 < len(before.Content); i += 2 {
		name, row := before.Content[i], before.Content[i+1]
		here := at + "/" + name.Value
		switch decided := decisions(row); {
		case mapping.Get(now, name.Value) != nil:
		case mapping.Get(row, "ours") != nil, base != nil && mapping.Get(base, name.Value) == nil:
			out.Content = append(out.Content, name, row)
		case base != nil && decided == "" && text(row) != text(mapping.Get(base, name.Value)):
			m.note("! %s: %s is not in the document any more, and people changed it: it stays", m.where, here)
			out.Content = append(out.Content, name, row)
		case decided != "":
			m.note("! %s: %s is not in the document any more, and has %s: it stays", m.where, here, decided)
			out.Content = append(out.Content, name, row)
		default:
			m.note("- %s: %s", m.where, here)
		}
	}
	return out
}

// owned are the keys of a row that the document says.
var owned = []string{"type", "length", "doc_type", "doc_length", "label", "enum", "in", "default", "format", "example", "note"}

// conditions are the keys that say when a row is required; a person's are kept.
var conditions = []string{"required_if", "required_unless", "required_with", "required_without", "required_without_all"}

// decisions names the first key of a row that an import does not write.
func decisions(row *yaml.Node) string {
	imported := append([]string{"required", "condition", "unchecked", "open", "fields", "of"}, owned...)
	for i := 0; i+1 < len(row.Content); i += 2 {
		if key := row.Content[i].Value; !slices.Contains(imported, key) {
			return key
		}
	}
	return ""
}

// row lays a row of the document over the one that is there.
func (m *merger) row(before, base, now *yaml.Node, at string) {
	listed := mapping.Get(before, "enum") != nil
	for _, key := range owned {
		if v := mapping.Get(now, key); v == nil && !m.edited(before, base, key) && (key == "doc_type" || key == "doc_length" || key == "length") && mapping.Get(before, key) != nil {
			m.note("~ %s: %s: %s is gone, was %s", m.where, at, key, text(mapping.Get(before, key)))
			mapping.Unset(before, key)
			continue
		}
		if key == "enum" && mapping.Get(before, key) != nil && mapping.Get(before, key).Kind == yaml.ScalarNode {
			continue // it has the name of a shared list
		}
		m.take(before, base, now, key, at+": "+key)
	}
	if !listed && mapping.Get(before, "enum") != nil && mapping.Get(now, "open") != nil {
		mapping.Set(before, "open", mapping.Get(now, "open"))
	}
	settled := slices.ContainsFunc(conditions, func(key string) bool { return mapping.Get(before, key) != nil })
	if m.edited(before, base, "required") {
		if v, was := mapping.Get(now, "required"), mapping.Get(base, "required"); text(v) != text(was) && text(v) != text(mapping.Get(before, "required")) {
			m.note("! %s: %s: required: the document says %s, was %s; people say %s: it stays", m.where, at, orNo(v), orNo(was), orNo(mapping.Get(before, "required")))
		}
	} else if old, v := mapping.Get(before, "required"), mapping.Get(now, "required"); text(old) != text(v) && (!settled || text(v) != "conditional") {
		m.note("~ %s: %s: required: %s, was %s", m.where, at, orNo(v), orNo(old))
		for _, key := range append([]string{"required", "condition", "unchecked"}, conditions...) {
			mapping.Unset(before, key)
			if mapping.Get(now, key) != nil {
				mapping.Set(before, key, mapping.Get(now, key))
			}
		}
	}
	if v := mapping.Get(now, "fields"); v != nil {
		mapping.Set(before, "fields", m.fields(mapping.Get(before, "fields"), mapping.Get(base, "fields"), v, at))
	} else if base != nil && !m.edited(before, base, "fields") {
		mapping.Unset(before, "fields") // they are those of a struct now
	}
}

func orNo(n *yaml.Node) string {
	if n == nil {
		return "false"
	}
	return text(n)
}

func parse(src []byte) (*yaml.Node, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(src, &root); err != nil {
		return nil, err
	}
	if len(root.Content) == 0 {
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	}
	return root.Content[0], nil
}

// text is a node on one line, for comparing and for people.
func text(n *yaml.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == yaml.ScalarNode:
		return n.Value
	}
	var parts []string
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			parts = append(parts, text(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		parts = append(parts, n.Content[i].Value+": "+text(n.Content[i+1]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
