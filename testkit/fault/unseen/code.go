package unseen

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fault"
)

// itoa is strconv.Itoa.
func itoa(n int) string { return strconv.Itoa(n) }

var (
	written = regexp.MustCompile(`^(\w+) as (\w+): out\.\w+\("(\w+)", `)
	other   = regexp.MustCompile(`^another text than "(\w+)": out\.Optional\w+\(|^left out: out\.Optional\w+\("(\w+)"`)
)

// boundless is a least number of members that all arrays have.
var boundless = regexp.MustCompile(`^(?:1 in place of 0: c\.Items\(.*, 0, [1-9]\d*\)|0 in place of 1: c\.Items\(.*, 1, (?:0|[1-9]\d+|[2-9])\))`)

// ofCode is Why of changed Go.
func (r *Reasons) ofCode(f *fault.Fault) string {
	i := r.interfaceOf(f)
	if i == nil || i.Answer == nil {
		return ""
	}
	if m := defaulted.FindStringSubmatch(f.What); m != nil && f.Place == fault.Decode {
		return r.paged(i, m[1], m[2])
	}
	if boundless.MatchString(f.What) {
		return "an array that has members has one, and one that has none is sound"
	}
	if f.Place != fault.Replies {
		return ""
	}
	if m := written.FindStringSubmatch(f.What); m != nil {
		return r.all(i, m[3], "the reply always has "+m[3], func(v value) bool { return v.always })
	}
	if m := other.FindStringSubmatch(f.What); m != nil {
		name := m[1] + m[2]
		return r.all(i, name, "no reply has "+name, func(v value) bool { return v.never })
	}
	return ""
}

// defaulted is a default that is left out.
var defaulted = regexp.MustCompile(`^left out: q\.(\w+) = wire\.IntOf\((\d+)\)`)

// paged is a reason where a field has the default that pages have anyway.
func (r *Reasons) paged(i *spec.Interface, name, value string) string {
	for _, st := range i.Answer.Steps {
		for f, other := range map[*spec.Field]string{pageOf(st).Page: "1", pageOf(st).Size: "10"} {
			if f != nil && strings.EqualFold(f.Name, name) && value == other {
				return "a page without " + f.Name + " has the same"
			}
		}
	}
	return ""
}

// pageOf is how a step is paged.
func pageOf(st *spec.AnswerStep) spec.Paging {
	if st.Page == nil {
		return spec.Paging{}
	}
	return *st.Page
}

// interfaceOf is the interface that has a fault; nil: several have it.
func (r *Reasons) interfaceOf(f *fault.Fault) *spec.Interface {
	for _, s := range r.systems {
		if s.Name == f.System && f.Cmd != "" {
			return s.Interface(f.Cmd)
		}
	}
	return nil
}

// value is what a field of a reply may have.
type value struct {
	always bool // it is never without a value, nor ""
	never  bool // it has none
}

// all is a reason if something holds for all fields of a reply that have a name.
func (r *Reasons) all(i *spec.Interface, name, reason string, holds func(value) bool) string {
	found := false
	var look func(fields spec.Fields) bool
	look = func(fields spec.Fields) bool {
		for _, f := range fields {
			if f.Name == name {
				found = true
				if !holds(r.valueOf(i, f)) {
					return false
				}
			}
			if !look(f.Fields) {
				return false
			}
		}
		return true
	}
	if i.Answer == nil || !look(i.Response) || !found {
		return ""
	}
	return reason
}

// valueOf is what a field of the reply may have, by what fills it.
func (r *Reasons) valueOf(i *spec.Interface, f *spec.Field) (out value) {
	a := i.Answer
	for _, st := range a.Steps {
		if p := st.Page; p != nil && (f == p.Total || f == p.Rows || f == p.Echo) {
			return value{always: true}
		}
		if st.Verb == "exists" && f == st.Into {
			return value{always: true}
		}
		fields := i.Response
		if st.Into != nil {
			fields = st.Into.Fields
		}
		for _, one := range st.Return {
			if at(i, fields, one.To) == f {
				return r.from(one, st)
			}
		}
		if v, ok := r.child(i, st.Children, f); ok {
			return v
		}
	}
	for _, one := range a.Return {
		if i.Response.At(one.To) != f {
			continue
		}
		if len(a.Steps) == 0 { // a token
			return out
		}
		st := a.Steps[0]
		if n := slices.IndexFunc(a.Steps, func(s *spec.AnswerStep) bool { return s.Name == one.Step }); n >= 0 {
			st = a.Steps[n]
		}
		return r.from(one, st)
	}
	return out
}

// child is valueOf of a field in the rows that belong to others.
func (r *Reasons) child(i *spec.Interface, children []*spec.Child, f *spec.Field) (value, bool) {
	for _, c := range children {
		for _, one := range c.Return {
			if at(i, c.Into.Fields, one.To) == f {
				return r.from(one, &spec.AnswerStep{Verb: "list", Table: c.Table}), true
			}
		}
		if v, ok := r.child(i, c.Children, f); ok {
			return v, true
		}
	}
	return value{}, false
}

// at is the field of a reply that a path names, from the reply or from rows.
func at(i *spec.Interface, fields spec.Fields, path string) *spec.Field {
	if f := i.Response.At(path); f != nil && strings.Contains(path, "/") {
		return f
	}
	return fields.At(path)
}

// from is what an assignment gives.
func (r *Reasons) from(a *spec.Assign, st *spec.AnswerStep) value {
	switch {
	case a.Value != nil:
		return value{always: *a.Value != "", never: *a.Value == ""}
	case a.Field != nil:
		return value{always: a.Map == nil && a.Field.IsRequired() && !a.Field.Blank}
	case a.Column == "" || a.SQL != "":
		return value{}
	case st.SQL != "":
		return ofSQL(st.SQL, a)
	}
	c := st.Table.Column(a.Column)
	if c == nil {
		return value{}
	}
	d := domainOf(st.Table, c)
	always := !d.null && !d.blank
	if a.Map != nil {
		always = always && total(a.Map, c)
	}
	return value{always: always}
}

// total reports whether a mapping has a value for each value of a column.
func total(m *spec.Mapping, c *spec.Column) bool {
	blank := func(p spec.Pair) bool { return p.Value == "" }
	if slices.ContainsFunc(m.Values, blank) {
		return false
	}
	return m.Else != "" || c.Enum != nil && !slices.ContainsFunc(c.Enum.Values, func(v spec.EnumValue) bool {
		return !slices.ContainsFunc(m.Values, func(p spec.Pair) bool { return p.Name == v.Value })
	})
}

// ofSQL is what a column of SQL has: a constant, or a count, or whether something is there.
func ofSQL(sql string, a *spec.Assign) value {
	m := regexp.MustCompile(`([^,\n]+)\s+as ` + regexp.QuoteMeta(a.Column) + `\b`).FindStringSubmatch(sql)
	if m == nil {
		return value{}
	}
	expr := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(m[1]), "select "))
	sure := regexp.MustCompile(`^(?:count\(|exists \(|\(exists)|^coalesce\(.*, \d+\)$|\)::int$`)
	return value{always: a.Map == nil && sure.MatchString(expr), never: expr == "''"}
}
