package model

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// table has the rows of a table.
type table struct {
	of      *spec.Table
	columns []string
	sets    [][]int // of columns that are unlike in all rows; the first is the key
	rows    []*record
	taken   []map[string]*record         // by set: who has the values
	found   map[int]map[string][]*record // by column: who has a value; made when it is asked for
	all     *sql.Relation                // of rows; nil after a change
}

// record is a row that is there, or may be.
type record struct {
	values Row
	maybe  bool // nobody knows whether it is still there
}

func newTable(of *spec.Table) *table {
	t := &table{of: of, found: map[int]map[string][]*record{}}
	for _, c := range of.Columns {
		t.columns = append(t.columns, c.Name)
	}
	sets := [][]string{of.Key}
	for _, u := range of.Unique {
		sets = append(sets, u.Columns)
	}
	for _, s := range sets {
		var set []int
		for _, name := range s {
			set = append(set, t.at(name))
		}
		t.sets = append(t.sets, set)
		t.taken = append(t.taken, map[string]*record{})
	}
	return t
}

// at is the place of a column.
func (t *table) at(name string) int { return slices.Index(t.columns, name) }

// key is the values of a set of columns as one text; ok is false where one is NULL, or cannot be told.
func (t *table) key(set []int, values Row) (key string, ok bool) {
	var list []any
	for _, n := range set {
		if _, open := values[n].(unsure); open || values[n] == nil {
			return "", false
		}
		list = append(list, values[n])
	}
	return sql.Key(list...), true
}

// clash is the first set of columns of which another row has the values; nil where none.
func (t *table) clash(values Row, own *record) []string {
	for n, set := range t.sets {
		key, ok := t.key(set, values)
		if other := t.taken[n][key]; ok && other != nil && other != own {
			if n == 0 {
				return t.of.Key
			}
			return t.of.Unique[n-1].Columns
		}
	}
	return nil
}

// insert adds a row.
func (t *table) insert(values Row) *record {
	r := &record{values: values}
	t.rows = append(t.rows, r)
	t.index(r)
	return r
}

// update changes a row.
func (t *table) update(r *record, values Row) {
	t.unindex(r)
	r.values = values
	t.index(r)
}

// remove drops a row.
func (t *table) remove(r *record) {
	t.unindex(r)
	t.rows = slices.DeleteFunc(t.rows, func(o *record) bool { return o == r })
}

// index notes a row's values.
func (t *table) index(r *record) {
	t.all = nil
	for n, set := range t.sets {
		if key, ok := t.key(set, r.values); ok && !r.maybe {
			t.taken[n][key] = r
		}
	}
	for n, by := range t.found {
		key := sql.Key(r.values[n])
		by[key] = append(by[key], r)
	}
}

func (t *table) unindex(r *record) {
	t.all = nil
	for n, set := range t.sets {
		if key, ok := t.key(set, r.values); ok && t.taken[n][key] == r {
			delete(t.taken[n], key)
		}
	}
	for n, by := range t.found {
		key := sql.Key(r.values[n])
		by[key] = slices.DeleteFunc(by[key], func(o *record) bool { return o == r })
	}
}

// having are the rows that have a value in a column.
func (t *table) having(column int, value any) []*record {
	by := t.found[column]
	if by == nil {
		by = map[string][]*record{}
		for _, r := range t.rows {
			key := sql.Key(r.values[column])
			by[key] = append(by[key], r)
		}
		t.found[column] = by
	}
	return by[sql.Key(value)]
}

// relation is the rows for SQL.
func (t *table) relation() *sql.Relation {
	if t.all != nil {
		return t.all
	}
	r := &sql.Relation{Columns: t.columns}
	for _, one := range t.rows {
		if !one.maybe {
			r.Rows = append(r.Rows, one.values)
		}
	}
	r.Find = func(column int, value any) [][]any {
		if t.of.Columns[column].Type != spec.String {
			return r.Rows // a text may be meant as a number
		}
		if _, ok := value.(string); !ok {
			return r.Rows
		}
		var out [][]any
		for _, one := range t.having(column, value) {
			if !one.maybe {
				out = append(out, one.values)
			}
		}
		return out
	}
	t.all = r
	return r
}

// find are the records that meet equal values; nil values meet nothing.
func (t *table) find(where []equal) []*record {
	from := t.rows
	for _, e := range where {
		if _, list := e.value.(sql.Any); !list && e.value != nil {
			from = t.having(e.column, e.value)
			break
		}
	}
	var out []*record
	for _, r := range from {
		if !r.maybe && !slices.ContainsFunc(where, func(e equal) bool { return !e.met(r.values) }) {
			out = append(out, r)
		}
	}
	return out
}

// open reports whether a row may meet equal values or not: one of its own cannot be told, or
// whether it is there.
func (t *table) open(where []equal) bool {
	return slices.ContainsFunc(t.rows, func(r *record) bool {
		unsure := func(e equal) bool { return IsUnsure(r.values[e.column]) }
		return (r.maybe || slices.ContainsFunc(where, unsure)) && !slices.ContainsFunc(where, func(e equal) bool { return !unsure(e) && !e.met(r.values) })
	})
}

// equal is a condition on a column.
type equal struct {
	column int
	value  any  // sql.Any: one of them
	null   bool // NULL is like NULL
}

// met reports whether a row meets the condition.
func (e equal) met(values Row) bool {
	have := values[e.column]
	if IsUnsure(have) {
		return false // see open
	}
	if e.null {
		return sql.Same(have, e.value)
	}
	if have == nil || e.value == nil {
		return false
	}
	if list, ok := e.value.(sql.Any); ok {
		return slices.ContainsFunc(list, func(v any) bool { return v != nil && sql.Same(have, v) })
	}
	return sql.Same(have, e.value)
}
