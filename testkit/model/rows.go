package model

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// Load puts rows of a CSV file into a table, as jiekoud load does: the first line names the
// columns, "" is NULL, times without a zone are in the system's. A row with the key of one
// that is there replaces the columns that the file has.
func (w *World) Load(name string, text []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[name]
	if t == nil {
		return fmt.Errorf("model: no table %s", name)
	}
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		return fmt.Errorf("model: %s: %w", name, err)
	}
	if len(lines) == 0 {
		return nil
	}
	x := &run{World: w, now: w.Now().Truncate(time.Microsecond)} // of all rows, as in one transaction
	for n, line := range lines[1:] {
		if err := x.put(t, lines[0], line); err != nil {
			return fmt.Errorf("model: %s.csv:%d: %w", name, n+2, err)
		}
	}
	return nil
}

// put writes one row of a file.
func (x *run) put(t *table, names, cells []string) error {
	values := make(Row, len(t.columns))
	for n, c := range t.of.Columns {
		at := slices.Index(names, c.Name)
		var err error
		if at < 0 {
			values[n], err = x.preset(c)
		} else {
			values[n], err = x.cell(c, cells[at])
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	key, ok := t.key(t.sets[0], values)
	if !ok {
		return fmt.Errorf("the key %s has no value", strings.Join(t.of.Key, ", "))
	}
	old := t.taken[0][key]
	if old == nil {
		if set := t.clash(values, nil); set != nil {
			return fmt.Errorf("another row has the same %s", strings.Join(set, ", "))
		}
		t.insert(values)
		return nil
	}
	next := slices.Clone(old.values)
	for n, c := range t.of.Columns {
		if slices.Contains(names, c.Name) {
			next[n] = values[n]
		}
	}
	if set := t.clash(next, old); set != nil {
		return fmt.Errorf("another row has the same %s", strings.Join(set, ", "))
	}
	if slices.EqualFunc(old.values, next, same) {
		return nil
	}
	if at := t.at("modified"); at >= 0 && !slices.Contains(names, "modified") {
		next[at] = x.now
	}
	t.update(old, next)
	return nil
}

// cell reads a value of a file.
func (w *World) cell(c *spec.Column, text string) (any, error) {
	if text == "" {
		if c.Blank {
			return "", nil
		}
		return nil, nil
	}
	if c.Type == spec.Datetime || c.Type == spec.Date {
		d := decoder{w.zone}
		at, ok := d.moment(&spec.Field{Layout: "rfc3339", Rules: spec.Rules{Type: spec.Datetime}}, text)
		if !ok {
			return nil, fmt.Errorf("no time")
		}
		return w.stored(at, c)
	}
	if c.Hash && !strings.HasPrefix(text, "$") {
		return w.Hash(text), nil
	}
	return w.stored(text, c)
}

// Rows are those of a table, in the order in which they came.
func (w *World) Rows(name string) (columns []string, rows []Row) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[name]
	if t == nil {
		return nil, nil
	}
	for _, r := range t.rows {
		rows = append(rows, slices.Clone(r.values))
	}
	return t.columns, rows
}

// Text is a value of a row as a text, times in the system's zone; ok is false for NULL and
// for what cannot be told.
func (w *World) Text(v any) (text string, ok bool) {
	switch v := v.(type) {
	case unsure, nil:
		return "", false
	case time.Time:
		return v.In(w.zone).Format("2006-01-02T15:04:05.999999Z07:00"), true
	}
	return sql.Text(v)
}

// IsUnsure reports whether a value of a row cannot be told.
func IsUnsure(v any) bool { _, ok := v.(unsure); return ok }

// snapshot is the rows of a World as JSON.
type snapshot struct {
	System string                `json:"system"`
	Sids   []string              `json:"sids"` // app, a blank, message id
	Tables map[string][]savedRow `json:"tables"`
}

// savedRow is a row by the names of its columns; NULL is left out.
type savedRow map[string]string

// Save writes all rows and message ids as JSON.
func (w *World) Save() ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := snapshot{System: w.System.Name, Sids: []string{}, Tables: map[string][]savedRow{}}
	for _, key := range slices.Sorted(maps.Keys(w.seen)) {
		out.Sids = append(out.Sids, strings.Replace(key, "\x00", " ", 1))
	}
	for name, t := range w.tables {
		for _, r := range t.rows {
			out.Tables[name] = append(out.Tables[name], w.saved(t, r.values))
		}
	}
	text, err := json.MarshalIndent(out, "", " ")
	return append(text, '\n'), err
}

// saved is a row as texts.
func (w *World) saved(t *table, values Row) savedRow {
	one := savedRow{}
	for n, c := range t.columns {
		if s, ok := w.Text(values[n]); ok {
			one[c] = s
		}
	}
	return one
}

// Restore puts the rows and message ids of a text of Save in place of those that are there.
func (w *World) Restore(text []byte) error {
	var in snapshot
	if err := json.Unmarshal(text, &in); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	if in.System != w.System.Name {
		return fmt.Errorf("model: the rows are of system %q, not of %s", in.System, w.System.Name)
	}
	w.Reset()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, sid := range in.Sids {
		w.seen[strings.Replace(sid, " ", "\x00", 1)] = true
	}
	x := &run{World: w, now: w.Now().Truncate(time.Microsecond)}
	for _, name := range slices.Sorted(maps.Keys(in.Tables)) {
		t := w.tables[name]
		if t == nil {
			return fmt.Errorf("model: no table %s", name)
		}
		for n, one := range in.Tables[name] {
			var cells []string
			for _, c := range t.columns {
				cells = append(cells, one[c])
			}
			if err := x.put(t, t.columns, cells); err != nil {
				return fmt.Errorf("model: row %d of %s: %w", n+1, name, err)
			}
		}
	}
	return nil
}

// Read is a value of a column from its text in a database, times with their zone; nil is
// NULL.
func (w *World) Read(c *spec.Column, text *string) (any, error) {
	if text == nil {
		return nil, nil
	}
	switch c.Type {
	case spec.String:
		return *text, nil
	case spec.Datetime:
		t, err := time.Parse(time.RFC3339Nano, *text)
		return t, err
	case spec.Date:
		t, err := time.Parse(inDays, *text)
		return sql.Day(t), err
	}
	return w.stored(*text, c)
}

// Import puts rows into a table as they are, in their order.
func (w *World) Import(name string, rows []Row) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[name]
	for _, r := range rows {
		if set := t.clash(r, nil); set != nil {
			return fmt.Errorf("model: two rows of %s have the same %s", name, strings.Join(set, ", "))
		}
		t.insert(slices.Clone(r))
	}
	return nil
}

// Lookup is the row with a key, by the key's values in their order; nil where there is none.
func (w *World) Lookup(name string, key ...any) Row {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r := w.tables[name].taken[0][sql.Key(key...)]; r != nil {
		return slices.Clone(r.values)
	}
	return nil
}

// Replace puts a row in place of the one with a key. A nil row removes it; without one of
// that key it is added.
func (w *World) Replace(name string, key []any, with Row) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[name]
	old := t.taken[0][sql.Key(key...)]
	switch {
	case with == nil && old != nil:
		t.remove(old)
	case with != nil && old == nil:
		t.insert(slices.Clone(with))
	case with != nil:
		t.update(old, slices.Clone(with))
	}
}

// Key is the values of a table's key in a row.
func Key(t *spec.Table, r Row) []any {
	var out []any
	for _, name := range t.Key {
		out = append(out, r[slices.IndexFunc(t.Columns, func(c *spec.Column) bool { return c.Name == name })])
	}
	return out
}

// Len is how many rows a table has.
func (w *World) Len(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.tables[name].rows)
}

// Same reports whether two values of a column are the same; NULL is like NULL, and what
// cannot be told is like everything.
func Same(a, b any) bool {
	if IsUnsure(a) || IsUnsure(b) {
		return true
	}
	return sql.Same(a, b)
}

// Forget makes the values of a row unknown, but for the columns that are kept, the key, and
// what no two rows have alike. The row is found by its key among the cells of a file.
func (w *World) Forget(name string, columns, cells []string, kept []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[name]
	var key []any
	for _, c := range t.of.Key {
		at := slices.Index(columns, c)
		if at < 0 {
			return
		}
		v, err := w.cell(t.of.Column(c), cells[at])
		if err != nil {
			return
		}
		key = append(key, v)
	}
	r := t.taken[0][sql.Key(key...)]
	if r == nil {
		return
	}
	values := slices.Clone(r.values)
	for n, c := range t.of.Columns {
		own := slices.ContainsFunc(t.sets, func(set []int) bool { return slices.Contains(set, n) })
		if !own && !slices.Contains(kept, c.Name) {
			values[n] = unsure{}
		}
	}
	t.update(r, values)
}

// Doubt says that values of a row, found by its key, are not known; without columns, whether
// the row is there.
func (w *World) Doubt(name string, key []any, columns []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.tables[name]
	r := t.taken[0][sql.Key(key...)]
	if r == nil {
		return
	}
	if columns == nil {
		t.unindex(r)
		r.maybe = true
		t.index(r)
		return
	}
	values := slices.Clone(r.values)
	for _, c := range columns {
		values[t.at(c)] = unsure{}
	}
	t.update(r, values)
}
