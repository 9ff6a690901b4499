package expect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// Written is what a server wrote into a table.
type Written struct {
	Table *spec.Table
	Rows  []model.Row // new or written again
	Count int         // of all rows of the table
	// All are all rows of the table, asked for only where the numbers do not agree.
	All func() ([]model.Row, error)
}

// Rows compares what a server wrote with what a model did to its world, and gives the world
// the server's ids and times where they may differ. changes are those of the message at
// hand.
func (j *Judge) Rows(w *model.World, changes []model.Change, written []Written) ([]Difference, error) {
	var found []Difference
	matched := map[int]bool{}
	for _, one := range written {
		for _, got := range one.Rows {
			if d := j.row(w, one.Table, changes, matched, got); d != nil {
				found = append(found, *d)
			}
		}
	}
	for n, c := range changes {
		if c.After == nil || matched[n] || overwritten(changes, n) {
			continue
		}
		if c.Before == nil || !slices.EqualFunc(c.Before, c.After, model.Same) {
			found = append(found, Difference{Path: c.Table.Name, Want: j.describe(w, c.Table, c.After), Why: "absent"})
			j.forget(w, c)
		}
	}
	for _, one := range written {
		if one.Count == w.Len(one.Table.Name) {
			continue
		}
		more, err := j.counts(w, one)
		if err != nil {
			return found, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// overwritten reports whether a later change is of the same row.
func overwritten(changes []model.Change, n int) bool {
	return slices.ContainsFunc(changes[n+1:], func(c model.Change) bool {
		return c.Table == changes[n].Table && slices.EqualFunc(model.Key(c.Table, or(c.After, c.Before)), model.Key(c.Table, changes[n].After), model.Same)
	})
}

func or(a, b model.Row) model.Row {
	if a != nil {
		return a
	}
	return b
}

// forget takes a change back that the server did not make.
func (j *Judge) forget(w *model.World, c model.Change) {
	w.Replace(c.Table.Name, model.Key(c.Table, c.After), c.Before)
}

// row compares a row that the server wrote with the model's.
func (j *Judge) row(w *model.World, t *spec.Table, changes []model.Change, matched map[int]bool, got model.Row) *Difference {
	defer func() { w.Replace(t.Name, model.Key(t, got), got) }()
	best, least := -1, []string(nil)
	for n, c := range changes {
		if c.Table != t || c.After == nil || matched[n] {
			continue
		}
		wrong := j.differ(t, c.After, got)
		if best < 0 || len(wrong) < len(least) {
			best, least = n, wrong
		}
	}
	old := w.Lookup(t.Name, model.Key(t, got)...)
	if best >= 0 && (len(least) == 0 || old == nil || changes[best].Before != nil && slices.EqualFunc(model.Key(t, changes[best].After), model.Key(t, got), model.Same)) {
		matched[best] = true
		want := changes[best].After
		w.Replace(t.Name, model.Key(t, want), nil)
		j.bind(want, got)
		least = append(least, stale(t, changes[best], got)...)
		if len(least) == 0 {
			return nil
		}
		return &Difference{Path: t.Name + "." + strings.Join(least, ","), Want: j.cells(w, t, want, least), Got: j.cells(w, t, got, least), Why: "value"}
	}
	if old == nil {
		return &Difference{Path: t.Name, Got: j.describe(w, t, got), Why: "surplus"}
	}
	if wrong := j.differ(t, old, got); len(wrong) > 0 {
		return &Difference{Path: t.Name + "." + strings.Join(wrong, ","), Want: j.cells(w, t, old, wrong), Got: j.cells(w, t, got, wrong), Why: "value"}
	}
	return nil
}

// stale are the columns in which a row has the time of before, although it was written now: two
// times of now are alike else.
func stale(t *spec.Table, c model.Change, got model.Row) (out []string) {
	for n := range c.Before {
		before, had := c.Before[n].(time.Time)
		want, has := c.After[n].(time.Time)
		came, ok := got[n].(time.Time)
		if had && has && ok && came.Equal(before) && !want.Equal(before) {
			out = append(out, t.Columns[n].Name)
		}
	}
	return out
}

// bind relates the ids of a row to those of the server's.
func (j *Judge) bind(want, got model.Row) {
	for n := range want {
		if a, ok := want[n].(string); ok {
			if b, ok := got[n].(string); ok {
				j.IDs.Same(a, b)
			}
		}
	}
}

// differ are the columns in which two rows differ.
func (j *Judge) differ(t *spec.Table, want, got model.Row) (out []string) {
	for n, c := range t.Columns {
		if !j.Ignored[t.Name+"."+c.Name] && !j.cell(c, want[n], got[n]) {
			out = append(out, c.Name)
		}
	}
	return out
}

// cell compares two values of a column.
func (j *Judge) cell(c *spec.Column, want, got any) bool {
	if text, _ := want.(string); want != nil && got != nil && (c.Hash || model.IsHash(text)) {
		a, _ := want.(string)
		b, _ := got.(string)
		return strings.HasPrefix(a, "$") == strings.HasPrefix(b, "$") && (a == "") == (b == "")
	}
	if model.Same(want, got) {
		return true
	}
	switch want := want.(type) {
	case string:
		b, ok := got.(string)
		return ok && j.IDs.May(want, b)
	case time.Time:
		b, ok := got.(time.Time)
		return ok && j.IsNow(want) && j.IsNow(b)
	}
	return false
}

// counts compares the keys of all rows of a table.
func (j *Judge) counts(w *model.World, one Written) (found []Difference, err error) {
	all, err := one.All()
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, r := range all {
		key := model.Key(one.Table, r)
		have[fmt.Sprint(key...)] = true
		if w.Lookup(one.Table.Name, key...) == nil {
			found = append(found, Difference{Path: one.Table.Name, Got: j.describe(w, one.Table, r), Why: "surplus"})
			w.Replace(one.Table.Name, key, r)
		}
	}
	_, ours := w.Rows(one.Table.Name)
	for _, r := range ours {
		if key := model.Key(one.Table, r); !have[fmt.Sprint(key...)] {
			found = append(found, Difference{Path: one.Table.Name, Want: j.describe(w, one.Table, r), Why: "absent"})
			w.Replace(one.Table.Name, key, nil)
		}
	}
	return found, nil
}

// describe is a row for testers, by its key.
func (j *Judge) describe(w *model.World, t *spec.Table, r model.Row) string {
	return j.cells(w, t, r, t.Key)
}

// cells are some values of a row for testers.
func (j *Judge) cells(w *model.World, t *spec.Table, r model.Row, columns []string) string {
	var out []string
	for n, c := range t.Columns {
		if !slices.Contains(columns, c.Name) {
			continue
		}
		s, ok := w.Text(r[n])
		if !ok {
			s = "NULL"
		}
		if c.Hash {
			s = "[" + c.Name + "]"
		}
		out = append(out, c.Name+"="+s)
	}
	return strings.Join(out, " ")
}
