package parts

import (
	"regexp"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// Uses is what the answer of an interface takes from its request.
type Uses struct {
	Fields map[*spec.Field]bool // of the request, with those that they are in
	SQL    []string
}

// UsesOf collects what the answer of an interface takes.
func UsesOf(x *spec.Interface) *Uses {
	u := &Uses{Fields: map[*spec.Field]bool{}}
	for _, c := range x.Answer.Checks {
		u.assigns(c.Where)
		u.mark(c.Each)
		u.mark(c.Same...)
	}
	for _, st := range x.Answer.Steps {
		u.assigns(st.Where, st.Set, st.Return)
		u.mark(st.Each)
		u.SQL = append(u.SQL, st.SQL)
		for _, p := range st.Picks {
			u.mark(p.Field)
		}
		if st.Sort != nil {
			u.mark(st.Sort.By)
			u.drop(st.Sort.Down)
		}
		u.drop(st.Drop)
		if st.Page != nil {
			u.mark(st.Page.Begin(), st.Page.Size)
		}
		if st.Since != nil {
			u.mark(st.Since.Field)
		}
		u.children(st.Children)
	}
	u.assigns(x.Answer.Return)
	return u
}

func (u *Uses) drop(d *spec.Drop) {
	if d != nil {
		u.mark(d.Field)
	}
}

func (u *Uses) children(list []*spec.Child) {
	for _, c := range list {
		u.assigns(c.Return)
		u.children(c.Children)
	}
}

func (u *Uses) assigns(lists ...[]*spec.Assign) {
	for _, a := range slices.Concat(lists...) {
		u.mark(a.Field, a.Hash)
		u.SQL = append(u.SQL, a.SQL)
	}
}

func (u *Uses) mark(list ...*spec.Field) {
	for _, f := range list {
		for ; f != nil; f = f.Parent {
			u.Fields[f] = true
		}
	}
}

// Has reports whether the answer takes a field, or SQL of it names the field.
func (u *Uses) Has(f *spec.Field) bool {
	name := regexp.MustCompile(`:` + regexp.QuoteMeta(f.Path) + `(?:/|\b|$)`)
	return u.Fields[f] || slices.ContainsFunc(u.SQL, name.MatchString)
}

// Decides says whether a rule of a field beside it, or of one inside that, looks at the
// field.
func Decides(list spec.Fields, f *spec.Field) bool {
	return slices.ContainsFunc(list, func(o *spec.Field) bool { return slices.Contains(o.Looks(), f.Name) })
}
