package model

import (
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// limit is a scope of an app as it bounds one table.
type limit struct {
	of     *spec.Scope
	values map[string]bool // that the app has
	column int             // with the value; -1: the row of another table says
	other  *table
	on     []pair
}

// pair are the columns by which a row of another table is found.
type pair struct{ theirs, mine int }

// limits are the scopes that bound a table for the app that calls.
func (x *run) limits(t *spec.Table) []limit {
	if x.free || x.i == nil || len(x.call.Scopes) == 0 {
		return nil
	}
	list, ok := x.bounds[t]
	if ok {
		return list
	}
	for _, s := range x.System.ScopesOf(x.i) {
		if b := s.Bound(t); b != nil && x.call.Scopes[s.Name] != nil {
			list = append(list, x.limit(s, b, t))
		}
	}
	if x.bounds == nil {
		x.bounds = map[*spec.Table][]limit{}
	}
	x.bounds[t] = list
	return list
}

// limit is one scope of a table.
func (x *run) limit(s *spec.Scope, b *spec.Bound, t *spec.Table) limit {
	of := x.tables[t.Name]
	if b.Column != "" {
		l := limit{of: s, column: of.at(b.Column), values: map[string]bool{}}
		for _, v := range x.call.Scopes[s.Name] {
			l.values[v] = true
		}
		return l
	}
	l := limit{of: s, column: -1, other: x.tables[b.To.Name]}
	for _, p := range b.On {
		l.on = append(l.on, pair{theirs: l.other.at(p.Name), mine: of.at(p.Value)})
	}
	return l
}

// unreached is the first scope of which a row of a table is outside for the app that calls;
// nil where it reaches the row.
func (x *run) unreached(t *spec.Table, values Row) *spec.Scope {
	for _, l := range x.limits(t) {
		if !x.belongs(&l, values) {
			return l.of
		}
	}
	return nil
}

// belongs reports whether a row has one of the values of a scope, or a row by which it is
// reached has. A table that is in no scope belongs to everybody.
func (x *run) belongs(l *limit, values Row) bool {
	if l.column >= 0 {
		text, ok := x.Text(values[l.column])
		return ok && l.values[text]
	}
	var where []equal
	for _, p := range l.on {
		where = append(where, equal{column: p.theirs, value: values[p.mine]})
	}
	return slices.ContainsFunc(l.other.find(where), func(r *record) bool {
		for _, next := range x.limits(l.other.of) {
			if next.of == l.of {
				return x.belongs(&next, r.values)
			}
		}
		return true
	})
}

// reachedOf are the records of a table that the app reaches.
func (x *run) reachedOf(t *table, list []*record) []*record {
	if len(x.limits(t.of)) == 0 {
		return list
	}
	var out []*record
	for _, r := range list {
		if x.unreached(t.of, r.values) == nil {
			out = append(out, r)
		}
	}
	return out
}

// bounded is the part of a table's rows that the app reaches.
type bounded struct{ of, part *sql.Relation }

// relation is the rows of a table that the app reaches, for SQL.
func (x *run) relation(t *table) *sql.Relation {
	all := t.relation()
	if len(x.limits(t.of)) == 0 {
		return all
	}
	if known, ok := x.parts[t]; ok && known.of == all { // another one after a change
		return known.part
	}
	reached := func(rows [][]any) (out [][]any) {
		for _, r := range rows {
			if x.unreached(t.of, r) == nil {
				out = append(out, r)
			}
		}
		return out
	}
	part := &sql.Relation{Columns: t.columns, Rows: reached(all.Rows)}
	part.Find = func(column int, value any) [][]any {
		found := all.Find(column, value)
		if len(found) == len(all.Rows) {
			return part.Rows
		}
		return reached(found)
	}
	if x.parts == nil {
		x.parts = map[*table]bounded{}
	}
	x.parts[t] = bounded{all, part}
	return part
}

// outside refuses a report that wrote a row which its app does not reach.
func (x *run) outside() error {
	for _, c := range x.out.Changes {
		if c.After == nil {
			continue
		}
		if s := x.unreached(c.Table, c.After); s != nil {
			return problem.Code(s.Else)
		}
	}
	return nil
}
