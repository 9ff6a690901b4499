package check

import (
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// uses is what the answer of an interface takes from its request.
type uses struct {
	fields map[*spec.Field]bool
	sql    []string
}

// usesOf collects them. Members count as their arrays and objects too.
func usesOf(x *spec.Interface) *uses {
	u := &uses{fields: map[*spec.Field]bool{}}
	for _, c := range x.Answer.Checks {
		u.assigns(c.Where)
		u.mark(c.Each)
		u.mark(c.Same...)
	}
	for _, st := range x.Answer.Steps {
		u.assigns(st.Where, st.Set, st.Return)
		u.mark(st.Each)
		u.sql = append(u.sql, st.SQL)
		if st.Drop != nil {
			u.mark(st.Drop.Field)
		}
		if st.Page != nil {
			u.mark(st.Page.Page, st.Page.Size)
		}
		if st.Since != nil {
			u.mark(st.Since.Field)
		}
		u.children(st.Children)
	}
	u.assigns(x.Answer.Return)
	return u
}

func (u *uses) children(list []*spec.Child) {
	for _, c := range list {
		u.assigns(c.Return)
		u.children(c.Children)
	}
}

func (u *uses) assigns(lists ...[]*spec.Assign) {
	for _, a := range slices.Concat(lists...) {
		u.mark(a.Field, a.Hash)
		u.sql = append(u.sql, a.SQL)
	}
}

func (u *uses) mark(list ...*spec.Field) {
	for _, f := range list {
		for ; f != nil; f = f.Parent {
			u.fields[f] = true
		}
	}
}

// names reports whether SQL names a field.
func (u *uses) names(f *spec.Field) bool {
	name := regexp.MustCompile(`:` + regexp.QuoteMeta(f.Path) + `(?:/|\b|$)`)
	return slices.ContainsFunc(u.sql, name.MatchString)
}

// checkFilters wants every field of a query to have an effect: one that a caller sends
// and the answer ignores shows rows that were not asked for. A field whose erratum or
// row of the ledger says what becomes of it is excused.
func checkFilters(d *checked, x *spec.Interface) {
	if x.Kind != spec.Query || !x.IsServed() || x.Answer == nil || x.Answer.Handler || x.Answer.Token > 0 || !d.Whole() {
		return
	}
	u := usesOf(x)
	for _, f := range x.Request {
		if f.Pos.File != x.File {
			continue // a row that all requests share
		}
		if u.fields[f] || u.names(f) || len(f.Errata) > 0 || d.excused(x, f) || decides(x.Request, f) || d.sent(f) {
			continue
		}
		d.Add("JK0705", f.Pos, "use it in where, or name an erratum that says what becomes of it",
			"the answer of %s ignores the field %s", x.Cmd, f.Name)
	}
}

// excused says whether the ledger tells what becomes of a field.
func (d *checked) excused(x *spec.Interface, f *spec.Field) bool {
	return slices.ContainsFunc(d.Ledger, func(l *spec.LedgerEntry) bool { return l.Interface == x && f.HasPath(l.Field) })
}

// decides says whether a rule of a field beside it looks at the field.
func decides(list spec.Fields, f *spec.Field) bool {
	return slices.ContainsFunc(list, func(o *spec.Field) bool {
		named := slices.Concat(o.RequiredWith, o.RequiredWithout, o.RequiredWithoutAll, o.AbsentWith, []string{o.StartsWith})
		for _, m := range slices.Concat(o.RequiredIf, o.RequiredUnless, o.PresentIf, o.AbsentIf, o.FormatIf) {
			named = append(named, m.Name)
		}
		return slices.Contains(named, f.Name)
	})
}

// sent says whether the protocol has a member of that name: it reads the field.
func (d *checked) sent(f *spec.Field) bool {
	return d.Protocol != nil && regexp.MustCompile(`(?:^|[^\pL\pN_])`+regexp.QuoteMeta(f.Name)+`(?:[^\pL\pN_]|$)`).MatchString(d.Protocol.Text)
}

// checkUnused finds declarations of a system that nothing uses.
func checkUnused(d *checked) {
	if !d.Whole() {
		return
	}
	enums, mappings, tables := map[*spec.Enum]bool{}, map[*spec.Mapping]bool{}, map[*spec.Table]bool{}
	everyList(func(_ *checked, list spec.Fields, _ bool) {
		for _, f := range list {
			enums[f.Enum], enums[f.Document.Enum] = true, true
		}
	})(d)
	everyAssign(func(_ *checked, a filling) { mappings[a.Map] = true })(d)
	for _, t := range d.Tables {
		for _, c := range t.Columns {
			enums[c.Enum] = true
		}
	}
	for _, x := range d.Interfaces {
		tables[x.Row] = true
		d.tablesOf(x, tables)
	}
	unused := func(used bool, at spec.Pos, what, name, hint string) {
		if !used {
			d.Add("JK0706", at, hint, "nothing uses the %s %s", what, name)
		}
	}
	for _, e := range d.Enums {
		unused(enums[e], e.Pos, "enum", e.Name, "name it as the enum of a field, or remove it")
	}
	for _, m := range d.Mappings {
		unused(mappings[m], m.Pos, "mapping", m.Name, "name it as the map of a source, or remove it")
	}
	for _, t := range d.Tables {
		unused(tables[t] || t.History != nil, t.At("table"), "table", t.Name, "let an answer read or write it, or remove it")
	}
}

// tablesOf marks the tables of an answer. Go code may use any table.
func (d *checked) tablesOf(x *spec.Interface, tables map[*spec.Table]bool) {
	if x.Answer == nil {
		for _, a := range slices.Concat(x.Fill, x.Scope) {
			d.tablesIn(a.SQL, tables)
		}
		return
	}
	for _, c := range x.Answer.Checks {
		tables[c.Table] = true
	}
	for _, st := range x.Answer.Steps {
		tables[st.Table] = true
		d.childTables(st.Children, tables)
	}
	for _, sql := range usesOf(x).sql {
		d.tablesIn(sql, tables)
	}
	for _, t := range d.Tables {
		tables[t] = tables[t] || x.Answer.Handler
	}
}

func (d *checked) childTables(list []*spec.Child, tables map[*spec.Table]bool) {
	for _, c := range list {
		tables[c.Table] = true
		d.childTables(c.Children, tables)
	}
}

// tablesIn marks the tables that SQL names.
func (d *checked) tablesIn(sql string, tables map[*spec.Table]bool) {
	for _, t := range d.Tables {
		if sql != "" && strings.Contains(sql, t.Name) {
			tables[t] = true
		}
	}
}

// checkFilled wants a step that writes to fill a column.
func checkFilled(d *checked, x *spec.Interface, st *spec.AnswerStep) {
	if st.Writes() && st.Table != nil && len(st.Set) == 0 && d.Whole() {
		d.Add("JK0707", st.Pos, "name a field like the column, or say it with set", "%s of %s fills no column of %s", st.Verb, x.Cmd, st.Table.Name)
	}
}
