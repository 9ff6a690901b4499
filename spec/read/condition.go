package read

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// requiring are the keys that say when a field is required.
var requiring = []string{"required_if", "required_unless", "required_with", "required_without", "required_without_all"}

// conditions reads when a field is required, and when it may be there.
func (d *reader) conditions(r *spec.Rules, v *yamltree.Value) {
	for key, at := range map[string]*[]spec.Match{"present_if": &r.PresentIf, "absent_if": &r.AbsentIf} {
		if v.Get(key) != nil {
			*at = matches(v.Get(key))
		}
	}
	if v.Get("absent_with") != nil {
		r.AbsentWith = v.Strs("absent_with")
	}
	d.required(r, v)
	if !r.IsRequired() || !r.Barred() {
		return
	}
	// A field that is not always allowed is required where it is.
	r.Required = spec.Conditional
	switch {
	case len(r.PresentIf) > 0:
		r.RequiredIf = slices.Clone(r.PresentIf)
	case len(r.AbsentIf) > 0:
		r.RequiredUnless = slices.Clone(r.AbsentIf)
	default:
		r.RequiredWithoutAll = r.AbsentWith
	}
}

// required reads required, condition and the machine forms of it. Writing any of them
// replaces all.
func (d *reader) required(r *spec.Rules, v *yamltree.Value) {
	machine := slices.ContainsFunc(requiring, func(key string) bool { return v.Get(key) != nil })
	words := v.Get("condition") != nil
	if required := v.Get("required"); required == nil && !machine && !words {
		return
	}
	if !words && machine {
		words = r.Condition != "" // a follow may add the machine form to the document's words
	} else {
		r.Condition = v.Str("condition")
	}
	r.RequiredIf, r.RequiredUnless, r.RequiredWith, r.RequiredWithout, r.RequiredWithoutAll = nil, nil, nil, nil, nil
	switch {
	case machine || words || v.Str("required") == "conditional":
		r.Required = spec.Conditional
	case v.Flag("required"):
		r.Required = spec.Yes
	case v.Str("required") == "unstated":
		r.Required = spec.Unstated
	default:
		r.Required = spec.No
	}
	if at := v.Get("required_if"); at != nil {
		r.RequiredIf = matches(at)
	}
	if at := v.Get("required_unless"); at != nil {
		r.RequiredUnless = matches(at)
	}
	r.RequiredWith = v.Strs("required_with")
	r.RequiredWithout = v.Strs("required_without")
	r.RequiredWithoutAll = v.Strs("required_without_all")
}

// matches reads field: value, or field: [value, value].
func matches(v *yamltree.Value) []spec.Match {
	var out []spec.Match
	for _, m := range v.Members {
		one := spec.Match{Name: m.Name, Value: m.Text, Pos: m.Pos}
		for i, item := range m.Items {
			if i == 0 {
				one.Value = item.Text
				continue
			}
			one.Or = append(one.Or, item.Text)
		}
		out = append(out, one)
	}
	return out
}

// grouped reads the names of groups whose rows depend on each other: exactly one of
// them is there, at least one, or all or none.
func (d *reader) grouped(v *yamltree.Value, list spec.Fields) {
	for _, key := range []string{"one_of", "any_of", "together"} {
		groups := map[string][]string{}
		for n, m := range v.Members {
			name := m.Str(key)
			groups[name] = append(groups[name], list[n].Name)
		}
		for n, m := range v.Members {
			if name := m.Str(key); name != "" {
				own := func(other string) bool { return other == list[n].Name }
				d.member(m, list[n], key, slices.DeleteFunc(slices.Clone(groups[name]), own))
			}
		}
	}
}

// member gives one row of a group its conditions.
func (d *reader) member(m yamltree.Member, f *spec.Field, key string, others []string) {
	if len(others) == 0 {
		d.Add("JK0134", m.Get(key).Pos, "name the group in the other rows too, or remove it", "%s is alone in the group %q", f.Name, m.Str(key))
		return
	}
	for _, r := range []*spec.Rules{&f.Document, &f.Rules} {
		if r.Needs() || r.IsRequired() {
			d.Add("JK0134", m.Get(key).Pos, "remove required and its conditions: the group says it", "%s has two conditions", f.Name)
			return
		}
		r.Required = spec.Conditional
		switch key {
		case "one_of":
			r.RequiredWithoutAll, r.AbsentWith = others, others
		case "any_of":
			r.RequiredWithoutAll = others
		default:
			r.RequiredWith = others
		}
	}
}
