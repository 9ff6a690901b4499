package stock

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// Rows are the rows of one table that cases need.
type Rows struct {
	Table   *spec.Table
	Columns []string   // those that some row fills, in the table's order
	Rows    [][]string // "" is NULL; sorted
	// Changed has for each row that cases change the columns that stay; nil: it stays.
	Changed [][]string
}

// CSV is the rows as jiekoud load reads them.
func (r *Rows) CSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{r.Columns}, r.Rows...)); err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	return b.Bytes(), nil
}

// Forget says of the rows that cases change that their values are not known to a world: an
// earlier run may have changed them. The columns that stay are known.
func (r *Rows) Forget(w *model.World) {
	for n, stay := range r.Changed {
		if stay != nil {
			w.Forget(r.Table.Name, r.Columns, r.Rows[n], stay)
		}
	}
}

// World has the demo rows of a system, and rows that cases need.
func World(s *spec.System, c model.Config, setup []*Rows) (*model.World, error) {
	w, err := model.New(s, c)
	if err != nil {
		return nil, err
	}
	return w, Fill(w, setup)
}

// Fill puts the demo rows of the system into a world, and rows that cases need.
func Fill(w *model.World, setup []*Rows) error {
	for _, rows := range w.System.Demo.Rows {
		if err := w.Load(rows.Table, rows.CSV); err != nil {
			return err
		}
	}
	for _, rows := range setup {
		text, err := rows.CSV()
		if err != nil {
			return err
		}
		if err := w.Load(rows.Table.Name, text); err != nil {
			return fmt.Errorf("the rows of test cases: %w", err)
		}
	}
	return nil
}

// Unlike reports whether a column is part of a key or a unique index.
func Unlike(t *spec.Table, column string) bool {
	if slices.Contains(t.Key, column) {
		return true
	}
	return slices.ContainsFunc(t.Unique, func(x *spec.Index) bool { return slices.Contains(x.Columns, column) })
}

// Shared reports whether several rows may have the value of a column, where each has the values
// of the others: no key and no unique index is among them that has the column.
func Shared(t *spec.Table, values map[string]string, column string) bool {
	within := func(set []string) bool {
		absent := func(c string) bool { _, there := values[c]; return !there }
		return slices.Contains(set, column) && !slices.ContainsFunc(set, absent)
	}
	return !within(t.Key) && !slices.ContainsFunc(t.Unique, func(x *spec.Index) bool { return within(x.Columns) })
}

// Marks tell the rows of a table apart: for each set of columns that no two rows may share, the
// values of a row, where it has them all.
func Marks(t *spec.Table, values map[string]string) (out []string) {
	for n, set := range sets(t) {
		mark := []string{strconv.Itoa(n)}
		for _, c := range set {
			if values[c] == "" {
				break
			}
			mark = append(mark, values[c])
		}
		if len(mark) > len(set) {
			out = append(out, strings.Join(mark, "\x00"))
		}
	}
	return out
}

// Identifies reports whether a column alone identifies a row.
func Identifies(t *spec.Table, column string) bool {
	if len(t.Key) == 1 && t.Key[0] == column {
		return true
	}
	return slices.ContainsFunc(t.Unique, func(x *spec.Index) bool { return len(x.Columns) == 1 && x.Columns[0] == column })
}

// Writes reports whether an answer changes rows of a table that are there already.
func Writes(a *spec.Answer, t *spec.Table) bool {
	return slices.ContainsFunc(a.Steps, func(s *spec.AnswerStep) bool {
		return s.Table == t && (s.Verb == "update" || s.Verb == "upsert" || s.Verb == "replace")
	})
}
