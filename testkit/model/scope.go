package model

import (
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// unreached is the first scope of which a row of a table is outside for the app that calls;
// nil where it reaches the row.
func (x *run) unreached(t *spec.Table, values Row) *spec.Scope {
	if x.free || x.i == nil || len(x.call.Scopes) == 0 {
		return nil
	}
	for _, s := range x.System.ScopesOf(x.i) {
		if bound := x.call.Scopes[s.Name]; bound != nil && !x.belongs(s, t, values, bound) {
			return s
		}
	}
	return nil
}

// belongs reports whether a row has one of the values of a scope, or a row by which it is
// reached has. A table that is in no scope belongs to everybody.
func (x *run) belongs(s *spec.Scope, t *spec.Table, values Row, bound []string) bool {
	b, of := s.Bound(t), x.tables[t.Name]
	if b == nil {
		return true
	}
	if b.Column != "" {
		text, ok := x.Text(values[of.at(b.Column)])
		return ok && slices.Contains(bound, text)
	}
	other := x.tables[b.To.Name]
	var where []equal
	for _, p := range b.On {
		where = append(where, equal{column: other.at(p.Name), value: values[of.at(p.Value)]})
	}
	return slices.ContainsFunc(other.find(where), func(r *record) bool { return x.belongs(s, b.To, r.values, bound) })
}

// reachedOf are the records of a table that the app reaches.
func (x *run) reachedOf(t *table, list []*record) []*record {
	if len(x.call.Scopes) == 0 {
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

// relation is the rows of a table that the app reaches, for SQL.
func (x *run) relation(t *table) *sql.Relation {
	if x.free || len(x.call.Scopes) == 0 {
		return t.relation()
	}
	out := &sql.Relation{Columns: t.columns}
	for _, r := range x.reachedOf(t, t.rows) {
		out.Rows = append(out.Rows, r.values)
	}
	return out
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
