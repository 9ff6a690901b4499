package check

import (
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/parts"
)

// checkFilters wants every field of a query to have an effect: one that a caller sends
// and the answer ignores shows rows that were not asked for. A field whose erratum or
// row of the ledger says what becomes of it is excused.
func checkFilters(d *checked, x *spec.Interface) {
	if x.Kind != spec.Query || !x.IsServed() || x.Answer == nil || x.Answer.Handler || x.Answer.Token > 0 || !d.Whole() {
		return
	}
	u := parts.UsesOf(x)
	for _, f := range x.Request {
		if f.Pos.File != x.File {
			continue // a row that all requests share
		}
		if u.Has(f) || len(f.Decided()) > 0 || d.excused(x, f) || parts.Decides(x.Request, f) || d.sent(f) {
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
			for _, c := range slices.Concat(f.EnumBy.Each(), f.Document.EnumBy.Each()) {
				enums[c.Enum] = true
			}
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
	for _, sql := range parts.UsesOf(x).SQL {
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
