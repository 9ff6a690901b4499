package read

import (
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readScope reads one scope of system.yaml.
func readScope(m yamltree.Member) *spec.Scope {
	s := &spec.Scope{
		Places: m.Places(m.Pos), Name: m.Name, Title: m.Str("title"), Column: m.Str("column"), Else: m.Str("else"),
		Except: m.Pairs("except"),
	}
	for _, one := range m.Each("tables") {
		if one.Form != yamltree.Mapping {
			s.Own = append(s.Own, spec.Pair{Name: one.Name, Value: one.Text, Pos: one.Pos})
			continue
		}
		s.Reach = append(s.Reach, &spec.Reach{Places: one.Places(one.Pos), Name: one.Name, By: one.Str("table"), On: one.Pairs("on")})
	}
	for _, item := range m.List("shared") {
		s.Shared = append(s.Shared, spec.Item{Text: item.Text, Pos: item.Pos})
	}
	return s
}

// linkScopes finds the tables, columns, codes and interfaces that scopes name.
func (d *linker) linkScopes() {
	for _, s := range d.Scopes {
		d.useCode(s.Else, s.At("else"))
		for _, p := range s.Own {
			if t := d.scopeTable(p.Name, p.Pos); t != nil {
				d.scopeColumn(t, p.Value, p.Pos)
			}
		}
		for _, r := range s.Reach {
			if r.Table, r.To = d.scopeTable(r.Name, r.Pos), d.scopeTable(r.By, r.At("table")); r.Table == nil || r.To == nil {
				continue
			}
			for _, on := range r.On {
				d.scopeColumn(r.To, on.Name, on.Pos)
				d.scopeColumn(r.Table, on.Value, on.Pos)
			}
		}
		for _, item := range s.Shared {
			d.scopeTable(item.Text, item.Pos)
		}
		for _, p := range s.Except {
			if d.Interface(p.Name) == nil {
				d.unknownInterface("JK0536", spec.Item{Text: p.Name, Pos: p.Pos}, "unknown interface %q")
			}
		}
	}
}

// scopeTable is a table by its name; nil where there is none, which is reported.
func (d *linker) scopeTable(name string, at spec.Pos) *spec.Table {
	t := d.Table(name)
	if t == nil && !d.Unread["table/"+name] {
		var names []string
		for _, t := range d.Tables {
			names = append(names, t.Name)
		}
		d.Add("JK0536", at, spec.Meant(name, names), "unknown table %q", name)
	}
	return t
}

// scopeColumn reports a column that a table does not have, or whose values are no texts.
func (d *linker) scopeColumn(t *spec.Table, name string, at spec.Pos) {
	if t.Column(name) != nil {
		return
	}
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	d.Add("JK0536", at, spec.Meant(name, names), "table %s has no column %q", t.Name, name)
}
