package read

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// structure is an object that several tables have.
type structure struct {
	yamltree.Member
	used, open bool // open: its members are being read
}

// readStructs notes the structs of system.yaml.
func (d *reader) readStructs(v *yamltree.Value) {
	d.structs = map[string]*structure{}
	for _, m := range v.Each("structs") {
		name := strings.ToLower(m.Name) // as words of types are read
		if other := d.structs[name]; other != nil {
			d.Add("JK0135", m.Pos, "types are read whatever their case: rename one, and keep the document's word as doc_type", "the structs %s and %s differ by case only", other.Name, m.Name)
			continue
		}
		d.structs[name] = &structure{Member: m}
	}
	d.common = map[string]*yamltree.Value{"": v.Get("common")}
	for _, m := range v.Each("groups") {
		d.common[m.Name] = m.Get("common")
	}
}

// structOf returns the struct that a type names, and whether the type is an array of
// it.
func (d *reader) structOf(v *yamltree.Value) (*structure, bool) {
	if v == nil {
		return nil, false
	}
	name := strings.ToLower(strings.TrimSpace(v.Text))
	if s := d.structs[name]; s != nil {
		return s, false
	}
	w, _ := spelling.Read(v.Text)
	return d.structs[w.Members], true
}

// members reads the members of a field: its own rows, and those of the struct that its
// type names.
func (d *reader) members(m yamltree.Member, f *spec.Field) spec.Fields {
	rows := m.Get("fields")
	s, _ := d.structOf(m.Get("type"))
	if over, _ := d.structOf(m.Get("follow").Get("type")); over != nil {
		s = over
	}
	if s == nil {
		if at := m.Get("except"); at != nil {
			d.Add("JK0135", at.Pos, "leave it out", "%s has no struct whose members could be left out", f.Name)
		}
		return d.fields(rows, f)
	}
	s.used = true
	if s.open {
		d.Add("JK0135", m.Get("type").Pos, "write type: "+string(f.Type)+", and the document's word as doc_type: any depth is kept",
			"the struct %s holds itself", s.Name)
		return spec.Fields{}
	}
	s.open = true
	defer func() { s.open = false }()
	return d.fields(d.joined(s.Get("fields"), rows, m.Get("except")), f)
}

// joined is shared rows without some, with rows of one's own: those of the same name
// replace them, others come behind.
func (d *reader) joined(shared, own, except *yamltree.Value) *yamltree.Value {
	if shared == nil {
		return own
	}
	out := *shared
	out.Members = slices.Clone(shared.Members)
	for _, item := range items(except) {
		n := slices.IndexFunc(out.Members, func(m yamltree.Member) bool { return m.Name == item.Text })
		if n < 0 {
			d.Add("JK0135", item.Pos, spec.OneOf(item.Text, names(shared)), "there is no shared row %q", item.Text)
			continue
		}
		out.Members = slices.Delete(out.Members, n, n+1)
	}
	if own == nil {
		return &out
	}
	for _, m := range own.Members {
		n := slices.IndexFunc(out.Members, func(o yamltree.Member) bool { return o.Name == m.Name })
		if n < 0 {
			out.Members = append(out.Members, m)
		} else {
			out.Members[n] = m
		}
	}
	return &out
}

// items are the values of a list, or the one value that stands alone.
func items(v *yamltree.Value) []*yamltree.Value {
	switch {
	case v == nil:
		return nil
	case v.Form == yamltree.List:
		return v.Items
	}
	return []*yamltree.Value{v}
}

// names are the keys of a mapping.
func names(v *yamltree.Value) []string {
	var out []string
	for _, m := range v.Members {
		out = append(out, m.Name)
	}
	return out
}

// table returns the rows of a request or a response with those that the system and the
// group share.
func (d *reader) table(key string, x *spec.Interface, v *yamltree.Value) *yamltree.Value {
	own := v.Get(key)
	if x.Kind == spec.Notify {
		return own
	}
	shared := d.common[x.Group.Name].Get(key)
	if all := d.common[""].Get(key); all != nil {
		shared = d.joined(all, shared, nil)
	}
	if shared == nil {
		return own
	}
	var except []*yamltree.Value
	for _, item := range items(v.Get("except")) {
		if slices.Contains(names(shared), item.Text) {
			except = append(except, item)
		}
	}
	if own == nil {
		own = &yamltree.Value{Form: yamltree.Mapping, Pos: x.Pos}
	}
	return d.joined(shared, own, &yamltree.Value{Form: yamltree.List, Items: except})
}

// exceptions wants each name in except to be a common row.
func (d *reader) exceptions(x *spec.Interface, v *yamltree.Value) {
	for _, item := range items(v.Get("except")) {
		found := slices.ContainsFunc([]*yamltree.Value{
			d.common[""].Get("request"), d.common[""].Get("response"),
			d.common[x.Group.Name].Get("request"), d.common[x.Group.Name].Get("response"),
		}, func(rows *yamltree.Value) bool { return rows.Get(item.Text) != nil })
		if !found || x.Kind == spec.Notify {
			d.Add("JK0135", item.Pos, "common rows are in system.yaml, below common and groups", "there is no common row %q", item.Text)
		}
	}
}

// unusedStructs reports structs that no row names.
func (d *reader) unusedStructs() {
	for _, s := range d.structs {
		if !s.used && len(d.Unread) == 0 {
			d.Add("JK0135", s.Pos, "name it as the type of a row, or remove it", "no row is of the struct %s", s.Name)
		}
	}
}
