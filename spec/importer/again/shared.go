package again

import (
	"regexp"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/importer/mapping"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// shared lays the structs and the common rows of an import over those of system.yaml, of
// which the rest is that of people.
func (m *merger) shared(f scaffold.File) error {
	before, err := parse(m.old[f.Path])
	if err != nil {
		return err
	}
	now, err := parse(f.Text)
	if err != nil {
		return err
	}
	base, err := parse(m.base[f.Path])
	if err != nil {
		return err
	}
	was := text(before)
	m.where = "system"
	m.structs(before, base, now)
	for _, side := range []string{"request", "response"} {
		old, v := mapping.Get(mapping.Get(before, "common"), side), mapping.Get(mapping.Get(now, "common"), side)
		if old == nil && v == nil {
			continue
		}
		if v == nil {
			v = &yaml.Node{Kind: yaml.MappingNode}
		}
		rows := m.fields(old, mapping.Get(mapping.Get(base, "common"), side), v, "common/"+side)
		within(before, "common", side, rows)
	}
	if text(before) == was {
		return nil
	}
	out, err := yaml.Marshal(before)
	if err == nil {
		out, err = format.YAML(out)
	}
	if err != nil {
		return err
	}
	m.files = append(m.files, scaffold.File{Path: f.Path, Text: out})
	return nil
}

// structs merges the structs. One that the document has no more goes where people did not
// change it and no row is of it.
func (m *merger) structs(before, base, now *yaml.Node) {
	for name, one := range pairs(mapping.Get(now, "structs")) {
		old, was := mapping.Get(mapping.Get(before, "structs"), name), mapping.Get(mapping.Get(base, "structs"), name)
		switch {
		case old != nil:
			mapping.Set(old, "fields", m.fields(mapping.Get(old, "fields"), mapping.Get(was, "fields"), mapping.Get(one, "fields"), "structs/"+name))
		case was == nil:
			m.note("+ system: structs/%s", name)
			within(before, "structs", name, one)
		case m.named(name):
			m.note("! system: structs/%s is a type of the document again, and people took it out: it is back", name)
			within(before, "structs", name, one)
		}
	}
	for name, was := range pairs(mapping.Get(base, "structs")) {
		if old := mapping.Get(mapping.Get(before, "structs"), name); old == nil || mapping.Get(mapping.Get(now, "structs"), name) != nil || m.named(name) {
			continue
		} else if text(old) != text(was) {
			m.note("! system: structs/%s is not in the document any more, and people changed it: it stays", name)
			continue
		}
		m.note("- system: structs/%s", name)
		within(before, "structs", name, nil)
	}
}

// named says whether a row is of a struct, in the files as they will be.
func (m *merger) named(name string) bool {
	form := regexp.MustCompile(`\btype: *['"]?[^,}\n]*\b` + regexp.QuoteMeta(name) + `\b`)
	merged := map[string]bool{}
	for _, f := range m.files {
		merged[f.Path] = true
		if form.Match(f.Text) {
			return true
		}
	}
	for file, text := range m.old {
		if !merged[file] && form.Match(text) {
			return true
		}
	}
	return false
}

// within sets a member of a mapping in a mapping, and takes out what is empty.
func within(n *yaml.Node, outer, key string, v *yaml.Node) {
	inside := mapping.Get(n, outer)
	if inside == nil {
		inside = &yaml.Node{Kind: yaml.MappingNode}
		mapping.Set(n, outer, inside)
	}
	if v == nil || len(v.Content) == 0 {
		mapping.Unset(inside, key)
	} else {
		mapping.Set(inside, key, v)
	}
	if len(inside.Content) == 0 {
		mapping.Unset(n, outer)
	}
}

// pairs ranges over a mapping.
func pairs(n *yaml.Node) func(yield func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}
