package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// naming says what a revision names, an earlier one by what the later one calls it: nothing
// changes with a name that something else has now. A zero naming is for the later one.
type naming struct {
	fields  map[*spec.Field]string            // paths of the request
	replied map[string]string                 // paths of the response
	tables  map[*spec.Table]string            // all tables of the system
	columns map[*spec.Table]map[string]string // and their columns
	steps   map[string]*spec.Table            // of the answer at hand
}

// namesOfTables are those of the tables of a system.
func namesOfTables(was, is *spec.System) naming {
	n := naming{tables: map[*spec.Table]string{}, columns: map[*spec.Table]map[string]string{}}
	heirs := spec.Heirs(tableNames(was), tableNames(is))
	for _, t := range was.Tables {
		n.tables[t] = cmp.Or(heirs[t.Name], t.Name)
		if now := is.Table(heirs[t.Name]); now != nil {
			n.columns[t] = columnHeirs(t, now)
		}
	}
	return n
}

// of are the names for one interface.
func (n naming) of(was, is *spec.Interface) naming {
	n.fields, n.replied = map[*spec.Field]string{}, map[string]string{}
	paths(was.Request, is.Request, func(f *spec.Field, now string) { n.fields[f] = now })
	paths(was.Response, is.Response, func(f *spec.Field, now string) { n.fields[f], n.replied[f.Path] = now, now })
	return n.within(was.Answer)
}

// within are the names for an answer.
func (n naming) within(a *spec.Answer) naming {
	n.steps = map[string]*spec.Table{}
	if a != nil {
		for _, st := range a.Steps {
			n.steps[st.Name] = st.Table
		}
	}
	return n
}

// paths visits the fields that are there still, with their later paths.
func paths(was, is spec.Fields, visit func(f *spec.Field, now string)) {
	heirs := heirsOf(was, is)
	for _, f := range was {
		if now := is.Named(heirs[f.Name]); now != nil {
			visit(f, now.Path)
			paths(f.Fields, now.Fields, visit)
		}
	}
}

func (n naming) field(f *spec.Field) string {
	if f == nil {
		return ""
	}
	return cmp.Or(n.fields[f], f.Path)
}

func (n naming) list(fields ...*spec.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, n.field(f))
	}
	return strings.Trim(strings.Join(out, ","), ",")
}

func (n naming) table(t *spec.Table) string {
	if t == nil {
		return ""
	}
	return cmp.Or(n.tables[t], t.Name)
}

// column is a column of a table; a minus in front of it stays.
func (n naming) column(t *spec.Table, name string) string {
	bare := strings.TrimPrefix(name, "-")
	return name[:len(name)-len(bare)] + cmp.Or(n.columns[t][bare], bare)
}

func (n naming) columnList(t *spec.Table, list []string) string {
	var out []string
	for _, c := range list {
		out = append(out, n.column(t, c))
	}
	return strings.Join(out, ", ")
}

// step is the name of a step, which is that of its table where it has none of its own.
func (n naming) step(st *spec.AnswerStep) string {
	if st.Table != nil && st.Name == st.Table.Name {
		return n.table(st.Table)
	}
	return st.Name
}

// pairs are columns of a child with those of the rows that it belongs to.
func (n naming) pairs(child, parent *spec.Table, list []spec.Pair) string {
	var out []string
	for _, p := range list {
		out = append(out, n.column(child, p.Name)+"="+n.column(parent, p.Value))
	}
	return strings.Join(out, ",")
}

func pairs(list []spec.Pair) string { return naming{}.pairs(nil, nil, list) }

// assigned are assignments by what they fill: columns of a table, or, without one, fields
// of the response. What they read is of the row at hand, which is of a table, too.
func (n naming) assigned(list []*spec.Assign, to, row *spec.Table) map[string]string {
	out := map[string]string{}
	for _, a := range list {
		name := cmp.Or(n.replied[a.To], a.To)
		if to != nil {
			name = n.column(to, a.To)
		}
		out[name] = n.source(a, row)
	}
	return out
}

// said are assignments as text.
func (n naming) said(list []*spec.Assign, to, row *spec.Table) string {
	var out []string
	for name, from := range n.assigned(list, to, row) {
		out = append(out, name+" < "+from)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// source is what an assignment assigns, as text.
func (n naming) source(a *spec.Assign, row *spec.Table) string {
	column := n.column(row, a.Column)
	if t, ok := n.steps[a.Step]; ok && a.Step != "" {
		column = n.column(t, a.Column)
		if t != nil && a.Step == t.Name {
			column = n.table(t) + "." + column
		} else {
			column = a.Step + "." + column
		}
	} else {
		column = strings.TrimPrefix(a.Step+"."+column, ".")
	}
	parts := []string{n.field(a.Field), column, a.SQL}
	put := func(is bool, text string) {
		if is {
			parts = append(parts, text)
		}
	}
	put(a.Value != nil, "=")
	if a.Value != nil {
		parts[len(parts)-1] += strconv.Quote(*a.Value)
	}
	put(a.Now, "now")
	put(a.App, "app")
	put(a.Hash != nil, "hash of "+n.field(a.Hash))
	put(a.Token != "", "token "+a.Token)
	if a.Map != nil {
		parts = append(parts, "by "+a.Map.Name, pairs(a.Map.Values), a.Map.Else)
	}
	put(a.Keep, "keep")
	put(a.Clear, "clear")
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" || s == "." }), " ")
}

// checked is what a check asks for, as text.
func (n naming) checked(c *spec.Check) string {
	parts := []string{n.table(c.Table), n.said(c.Where, c.Table, c.Table)}
	if c.Absent {
		parts = append(parts, "absent")
	}
	if c.Each != nil {
		parts = append(parts, "each "+n.field(c.Each))
	}
	if c.Same != nil {
		parts = append(parts, "same "+n.list(c.Same...))
	}
	return joinedBy(" ", parts)
}

func joinedBy(sep string, parts []string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

// children are the nested arrays of a list, as text.
func (n naming) children(list []*spec.Child, parent *spec.Table, out map[string]string) {
	for _, c := range list {
		out[n.field(c.Into)] = joinedBy(" ", []string{
			n.table(c.Table), n.pairs(c.Table, parent, c.On), n.columnList(c.Table, c.Order), n.said(c.Return, nil, c.Table),
		})
		n.children(c.Children, c.Table, out)
	}
}

// refusals are the codes of an answer by what they refuse.
func (n naming) refusals(a *spec.Answer) map[string]string {
	out := map[string]string{}
	for _, c := range a.Checks {
		out["check "+n.checked(c)] = c.Else
	}
	for i, st := range a.Steps {
		at := strings.TrimSpace(st.Verb + " " + n.table(st.Table))
		if i > 0 {
			at += fmt.Sprint(" ", i+1)
		}
		out[at+" missing"] = st.Missing
		for _, t := range st.Unique {
			out[at+" unique "+n.columnList(st.Table, t.Columns)] = t.Code
		}
	}
	return out
}

// codesOf lists the codes that an answer names, sorted.
func codesOf(a *spec.Answer) []string {
	out := slices.Clone(a.Codes)
	out = append(out, a.Missing)
	for _, c := range a.Checks {
		out = append(out, c.Else)
	}
	for _, st := range a.Steps {
		out = append(out, st.Missing)
		for _, t := range st.Unique {
			out = append(out, t.Code)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}
