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
	seen := map[string]bool{}
	var system *scaffold.File
	for _, f := range imported {
		base := path.Base(f.Path)
		inGroup := strings.Count(f.Path, "/") == 2
		at := m.places[base]
		switch {
		case inGroup && at != "":
			seen[base] = true
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
	if text, ok := m.base[f.Path]; ok {
		if base, err = parse(text); err != nil {
			return err
		}
	}
	m.where = strings.TrimSuffix(path.Base(name), ".yaml")
	for _, key := range []string{"title", "code", "method", "path", "doc_path", "errors"} {
		m.take(before, base, now, key, key)
	}
	m.excepted(before, base, now)
	for _, side := range []string{"request", "response"} {
		if v := get(now, side); v != nil {
			set(before, side, m.fields(get(before, side), get(base, side), v, side))
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
	v, old := get(now, key), get(before, key)
	switch {
	case m.edited(before, base, key):
		if was := get(base, key); text(v) != text(was) && text(v) != text(old) {
			m.note("! %s: %s: the document says %s, was %s; people say %s: it stays", m.where, label, orNothing(v), orNothing(was), orNothing(old))
		}
	case v == nil:
	case old == nil || text(old) != text(v):
		m.note("~ %s: %s: %s, was %s", m.where, label, text(v), orNothing(old))
		set(before, key, v)
	}
}

// excepted takes which common rows an interface does not have, where people left it.
func (m *merger) excepted(before, base, now *yaml.Node) {
	v, old := get(now, "except"), get(before, "except")
	if base == nil || m.edited(before, base, "except") || text(v) == text(old) {
		return
	}
	m.note("~ %s: except: %s, was %s", m.where, orNothing(v), orNothing(old))
	if unset(before, "except"); v != nil {
		set(before, "except", v)
	}
}

// edited says whether people changed a key since the import before.
func (m *merger) edited(before, base *yaml.Node, key string) bool {
	return base != nil && text(get(before, key)) != text(get(base, key))
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
		switch old := get(before, name.Value); {
		case old != nil:
			m.row(old, get(base, name.Value), row, here)
			row = old
		case get(base, name.Value) != nil: // people took it out
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
		case get(now, name.Value) != nil:
		case get(row, "ours") != nil, base != nil && get(base, name.Value) == nil:
			out.Content = append(out.Content, name, row)
		case base != nil && decided == "" && text(row) != text(get(base, name.Value)):
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
var owned = []string{"type", "length", "doc_type", "doc_length", "label", "enum", "in"}

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
	listed := get(before, "enum") != nil
	for _, key := range owned {
		if v := get(now, key); v == nil && !m.edited(before, base, key) && (key == "doc_type" || key == "doc_length" || key == "length") && get(before, key) != nil {
			m.note("~ %s: %s: %s is gone, was %s", m.where, at, key, text(get(before, key)))
			unset(before, key)
			continue
		}
		if key == "enum" && get(before, key) != nil && get(before, key).Kind == yaml.ScalarNode {
			continue // it has the name of a shared list
		}
		m.take(before, base, now, key, at+": "+key)
	}
	if !listed && get(before, "enum") != nil && get(now, "open") != nil {
		set(before, "open", get(now, "open"))
	}
	settled := slices.ContainsFunc(conditions, func(key string) bool { return get(before, key) != nil })
	if m.edited(before, base, "required") {
		if v, was := get(now, "required"), get(base, "required"); text(v) != text(was) && text(v) != text(get(before, "required")) {
			m.note("! %s: %s: required: the document says %s, was %s; people say %s: it stays", m.where, at, orNo(v), orNo(was), orNo(get(before, "required")))
		}
	} else if old, v := get(before, "required"), get(now, "required"); text(old) != text(v) && (!settled || text(v) != "conditional") {
		m.note("~ %s: %s: required: %s, was %s", m.where, at, orNo(v), orNo(old))
		for _, key := range append([]string{"required", "condition", "unchecked"}, conditions...) {
			unset(before, key)
			if get(now, key) != nil {
				set(before, key, get(now, key))
			}
		}
	}
	if v := get(now, "fields"); v != nil {
		set(before, "fields", m.fields(get(before, "fields"), get(base, "fields"), v, at))
	} else if base != nil && !m.edited(before, base, "fields") {
		unset(before, "fields") // they are those of a struct now
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

// get is a member of a mapping; nil where there is none.
func get(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func set(n *yaml.Node, key string, v *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content[i+1] = v
			return
		}
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, v)
}

func unset(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
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
