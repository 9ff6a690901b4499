package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// loadBatch is how many rows go to the database at once.
const loadBatch = 2000

// Loader puts master data into one table: rows of text, by the names of their
// columns. A row whose key is there already replaces what the file gives of it.
type Loader struct {
	table   Table
	columns []Column
	zone    *time.Location
	sql     string
	batch   [][]*string // by column
	keys    map[string]bool
}

// NewLoader returns a Loader for rows with the named columns. It refuses columns
// that the table does not have, and a file without the key or without a column
// that must have a value. Times without a zone are in zone.
func NewLoader(table Table, names []string, zone *time.Location) (*Loader, error) {
	l := &Loader{table: table, zone: zone}
	for i, name := range names {
		at := slices.IndexFunc(table.Columns, func(c Column) bool { return c.Name == name })
		switch {
		case at < 0:
			return nil, fmt.Errorf("%s has no column %q; it has %s", table.Name, name, strings.Join(table.names(), ", "))
		case slices.Contains(names[:i], name):
			return nil, fmt.Errorf("column %q comes twice", name)
		}
		l.columns = append(l.columns, table.Columns[at])
	}
	for _, c := range table.Columns {
		needed := slices.Contains(table.Key, c.Name) || c.Required && !c.Default
		if needed && !slices.Contains(names, c.Name) {
			return nil, fmt.Errorf("%s needs column %q", table.Name, c.Name)
		}
	}
	l.sql = l.statement()
	l.reset()
	return l, nil
}

// names lists the columns.
func (t *Table) names() []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

// statement is the insert of a batch.
func (l *Loader) statement() string {
	var names, arrays, values, sets []string
	for i, c := range l.columns {
		names = append(names, c.Name)
		arrays = append(arrays, fmt.Sprintf("$%d::text[]", i+1))
		values = append(values, "r."+c.Name+"::"+sqlType(c))
		if !slices.Contains(l.table.Key, c.Name) {
			sets = append(sets, c.Name+" = excluded."+c.Name)
		}
	}
	if slices.ContainsFunc(l.table.Columns, func(c Column) bool { return c.Name == "modified" }) && !slices.Contains(names, "modified") {
		sets = append(sets, "modified = now()")
	}
	action := "nothing"
	if len(sets) > 0 {
		action = "update set " + strings.Join(sets, ", ")
	}
	return fmt.Sprintf("insert into %s.%s (%s) select %s from unnest(%s) as r(%s) on conflict (%s) do %s",
		l.table.System, l.table.Name, strings.Join(names, ", "), strings.Join(values, ", "),
		strings.Join(arrays, ", "), strings.Join(names, ", "), strings.Join(l.table.Key, ", "), action)
}

// sqlType is the type that a column's text is cast to.
func sqlType(c Column) string {
	switch c.Type {
	case "int":
		return "bigint"
	case "number":
		return "double precision"
	case "decimal":
		return "numeric"
	case "bool":
		return "boolean"
	case "datetime":
		return "timestamptz"
	case "date":
		return "date"
	case "json":
		return "jsonb"
	}
	return "text"
}

// Add checks a row and takes it into the batch; full reports that it is time to
// Flush. An error names the column and holds no value.
func (l *Loader) Add(row []string) (full bool, err error) {
	if len(row) != len(l.columns) {
		return false, fmt.Errorf("%d values for %d columns", len(row), len(l.columns))
	}
	values := make([]*string, len(row))
	key := ""
	for i, text := range row {
		c := l.columns[i]
		if values[i], err = l.value(c, text); err != nil {
			return false, fmt.Errorf("column %s: %w", c.Name, err)
		}
		if slices.Contains(l.table.Key, c.Name) {
			key += strconv.Quote(text)
		}
	}
	if l.keys[key] {
		return false, fmt.Errorf("the key is that of an earlier row")
	}
	l.keys[key] = true
	for i, v := range values {
		l.batch[i] = append(l.batch[i], v)
	}
	return len(l.batch[0]) >= loadBatch, nil
}

// value checks one value; "" is NULL.
func (l *Loader) value(c Column, text string) (*string, error) {
	if text == "" {
		if c.Required || slices.Contains(l.table.Key, c.Name) {
			if c.Type == "string" && !slices.Contains(l.table.Key, c.Name) {
				return &text, nil
			}
			return nil, fmt.Errorf("a value is needed")
		}
		return nil, nil
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, fmt.Errorf("not UTF-8 text")
	}
	switch c.Type {
	case "string":
		if c.Length > 0 && utf8.RuneCountInString(text) > c.Length {
			return nil, fmt.Errorf("longer than %d characters", c.Length)
		}
	case "int":
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return nil, fmt.Errorf("not a whole number")
		}
	case "number", "decimal":
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return nil, fmt.Errorf("not a number")
		}
	case "bool":
		if _, err := strconv.ParseBool(text); err != nil {
			return nil, fmt.Errorf("neither true nor false")
		}
	case "datetime", "date":
		t, err := wire.ParseTime(text, l.zone)
		if err != nil {
			return nil, fmt.Errorf("not a time")
		}
		if text = t.Format(time.RFC3339Nano); c.Type == "date" {
			text = t.In(l.zone).Format(wire.Day)
		}
	}
	return &text, nil
}

// Execer is where a Loader writes: a pool, or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Flush writes the batch and returns how many rows it held.
func (l *Loader) Flush(ctx context.Context, db Execer) (int, error) {
	n := len(l.batch[0])
	if n == 0 {
		return 0, nil
	}
	args := make([]any, len(l.batch))
	for i := range l.batch {
		args[i] = l.batch[i]
	}
	_, err := db.Exec(ctx, l.sql, args...)
	l.reset()
	return n, refuse(err, nil)
}

// reset empties the batch. Keys are only told apart within one: PostgreSQL
// cannot update a row twice in a statement.
func (l *Loader) reset() {
	l.batch = make([][]*string, len(l.columns))
	l.keys = map[string]bool{}
}
