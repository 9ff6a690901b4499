package read

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readEnums reads shared enumerations: those of system.yaml, and of enums.yaml, which a
// system need not have.
func (d *reader) readEnums(system *yamltree.Value) {
	list := system.Each("enums")
	if d.exists("enums.yaml") {
		list = append(list, d.read("enums.yaml", "enums").Each("enums")...)
	}
	for _, m := range list {
		if slices.ContainsFunc(d.Enums, func(e *spec.Enum) bool { return e.Name == m.Name }) {
			d.Add("JK0114", m.Pos, "remove one of the two", "the enum %q is in system.yaml and in enums.yaml", m.Name)
			continue
		}
		e := d.enum(m.Value)
		e.Name, e.Pos = m.Name, m.Pos
		d.Enums = append(d.Enums, e)
	}
}

// enumRules reads the values that a field may have.
func (d *reader) enumRules(r *spec.Rules, v *yamltree.Value) {
	if at := v.Get("enum"); at != nil {
		r.Enum, r.EnumBy = d.fieldEnum(at), nil
	}
	if at := v.Get("const"); at != nil {
		if v.Get("enum") != nil {
			d.Add("JK0116", at.Pos, "keep one of the two", "the row has both const and enum")
		}
		r.Enum = &spec.Enum{Places: at.Places(at.Pos), Values: []spec.EnumValue{{Value: at.Text, Label: at.Text, Pos: at.Pos}}}
	}
	if at := v.Get("enum_by"); at != nil {
		d.enumBy(r, at, v)
	}
	if open := v.Get("open"); open != nil {
		if r.Enum == nil {
			if !d.Unread["system"] {
				d.Add("JK0121", open.Pos, "add enum, or remove open", "open needs an enum")
			}
			return
		}
		copied := *r.Enum
		copied.Open = open.Is(true)
		r.Enum = &copied
	}
}

// enumBy reads values that depend on another field's.
func (d *reader) enumBy(r *spec.Rules, at, row *yamltree.Value) {
	if len(at.Members) != 1 {
		d.Add("JK0139", at.Pos, "name the field that decides: enum_by: {type: {1: [11, 12], 2: [21]}}", "enum_by names %d fields", len(at.Members))
		return
	}
	if row.Get("enum") != nil || row.Get("const") != nil {
		d.Add("JK0116", at.Pos, "keep one of the two", "the row has both enum and enum_by")
		return
	}
	by := &spec.EnumBy{Places: at.Places(at.Pos), Name: at.Members[0].Name}
	for _, m := range at.Members[0].Members {
		if e := d.fieldEnum(m.Value); e != nil {
			by.Cases = append(by.Cases, spec.EnumCase{Match: spec.Match{Name: by.Name, Value: m.Name, Pos: m.Pos}, Enum: e})
		}
	}
	if len(by.Cases) > 0 {
		r.EnumBy, r.Enum = by, by.All()
	}
}

// fieldEnum returns the enum of a field: shared, by its name, or its own.
func (d *reader) fieldEnum(v *yamltree.Value) *spec.Enum {
	if v.Form == yamltree.List || v.Form == yamltree.Mapping {
		return d.enum(v)
	}
	var names []string
	for _, e := range d.Enums {
		if e.Name == v.Text {
			return e
		}
		names = append(names, e.Name)
	}
	if !d.Unread["system"] && !d.Unread["enums"] {
		d.Add("JK0102", v.Pos, spec.OneOrNone(v.Text, names, "neither system.yaml nor enums.yaml has enums"), "unknown enum %q", v.Text)
	}
	return nil
}

// enum reads an enum that is written here.
func (d *reader) enum(v *yamltree.Value) *spec.Enum {
	e := &spec.Enum{Places: v.Places(v.Pos)}
	for _, m := range v.Members {
		e.Values = append(e.Values, spec.EnumValue{Value: m.Name, Label: m.Text, Pos: m.Pos})
	}
	for _, item := range v.Items {
		if slices.ContainsFunc(e.Values, func(o spec.EnumValue) bool { return o.Value == item.Text }) {
			d.Add("JK0114", item.Pos, "remove one of the two", "value %q is listed twice", item.Text)
			continue
		}
		e.Values = append(e.Values, spec.EnumValue{Value: item.Text, Label: item.Text, Pos: item.Pos})
	}
	return e
}
