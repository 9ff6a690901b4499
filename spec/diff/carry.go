package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// deeper is the side for the fields of one more level, with what the fields there are
// called in the later revision.
func (s side) deeper(heirs map[string]string) side {
	s.heirs = append(slices.Clip(s.heirs), heirs)
	return s
}

// heir is the later name of a field that a rule names: beside its own field, or, with
// "../", beside those that field is in. What is in an object there keeps its name.
func (s side) heir(name string) string {
	up, path := spec.Outward(name)
	own, inner, _ := strings.Cut(path, "/")
	if at := len(s.heirs) - 1 - up; at >= 0 {
		own = cmp.Or(s.heirs[at][own], own)
	}
	return strings.TrimSuffix(strings.Repeat("../", up)+own+"/"+inner, "/")
}

// carried is a field whose rules name others as the later revision does: a rule does not
// change with the name of what it looks at.
func (s side) carried(f *spec.Field) *spec.Field {
	if len(f.RequiredWith)+len(f.RequiredWithout)+len(f.RequiredWithoutAll)+len(f.AbsentWith)+len(f.RequiredIf)+len(f.RequiredUnless)+len(f.PresentIf)+len(f.AbsentIf)+len(f.FormatIf) == 0 &&
		f.StartsWith == "" && f.EnumBy == nil {
		return f // it names none
	}
	out := *f
	for _, list := range []*[]string{&out.RequiredWith, &out.RequiredWithout, &out.RequiredWithoutAll, &out.AbsentWith} {
		*list = slices.Clone(*list)
		for i, name := range *list {
			(*list)[i] = s.heir(name)
		}
	}
	for _, list := range []*[]spec.Match{&out.RequiredIf, &out.RequiredUnless, &out.PresentIf, &out.AbsentIf, &out.FormatIf} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i].Name = s.heir((*list)[i].Name)
		}
	}
	if f.StartsWith != "" {
		out.StartsWith = s.heir(f.StartsWith)
	}
	if f.EnumBy != nil {
		by := *f.EnumBy
		by.Name, by.Cases = s.heir(by.Name), slices.Clone(by.Cases)
		for i := range by.Cases {
			by.Cases[i].Name = s.heir(by.Cases[i].Name)
		}
		out.EnumBy = &by
	}
	return &out
}
