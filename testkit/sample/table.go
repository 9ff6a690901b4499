package sample

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// Table gives the values of the columns of a table. All fields that show, find or fill a column
// have a say in what it holds, and a table may have thousands of them: they are found once.
type Table struct {
	of      *spec.Table
	columns map[string]*column
}

// column is a column with the rules of the fields that show it, where those are closer than its
// own: a row that breaks them would make every reply that has it a wrong one.
type column struct {
	*spec.Column
	shown  []*spec.Field // of replies and notifications that show it as it is
	filled []*spec.Field // of requests that find or fill it as they are
	look   *spec.Field   // the one of them that has a rule for the look of its texts, see looking
}

// Of is what gives the values of the columns of a table.
func Of(t *spec.Table) *Table {
	out := &Table{of: t, columns: map[string]*column{}}
	for _, c := range t.Columns {
		out.columns[c.Name] = &column{Column: c}
	}
	for _, x := range t.Users {
		out.fillers(x)
		out.showers(x)
	}
	for _, c := range out.columns {
		c.Column = c.narrowed()
		c.look = c.looking()
	}
	return out
}

// Narrowed is a column with the rules of the fields that show it.
func (t *Table) Narrowed(name string) *spec.Column { return t.columns[name].Column }

// Shown are the fields of replies and notifications that show a column as it is.
func (t *Table) Shown(name string) []*spec.Field { return t.columns[name].shown }

// Filled are the fields of requests that find or fill a column as they are.
func (t *Table) Filled(name string) []*spec.Field { return t.columns[name].filled }

// fillers notes the fields of an interface's request that find or fill columns.
func (t *Table) fillers(x *spec.Interface) {
	note := func(of *spec.Table, list []*spec.Assign) {
		for _, a := range list {
			if c := t.columns[a.To]; of == t.of && c != nil && a.Field != nil && a.Map == nil {
				c.filled = append(c.filled, a.Field)
			}
		}
	}
	if x.Answer == nil {
		return
	}
	for _, check := range x.Answer.Checks {
		note(check.Table, check.Where)
	}
	for _, st := range x.Answer.Steps {
		note(st.Table, st.Where)
		note(st.Table, st.Set)
	}
}

// showers notes the fields of an interface's reply, or of its notification, that show columns.
func (t *Table) showers(x *spec.Interface) {
	note := func(fields spec.Fields, list []*spec.Assign, step string) {
		for _, a := range list {
			c := t.columns[a.Column]
			if c == nil || a.Step != step || a.Map != nil {
				continue
			}
			if f := fields.At(a.To); f != nil {
				c.shown = append(c.shown, f)
			}
		}
	}
	if x.Row == t.of {
		note(x.Request, x.Fill, "")
	}
	if x.Answer == nil {
		return
	}
	for _, st := range x.Answer.Steps {
		children(st.Children, func(child *spec.Child) {
			if child.Table == t.of {
				note(x.Response, child.Return, "")
			}
		})
		if st.Table == t.of {
			note(x.Response, x.Answer.Return, st.Name)
			note(x.Response, st.Return, "")
		}
	}
}

// children calls take for nested arrays at every depth.
func children(list []*spec.Child, take func(*spec.Child)) {
	for _, c := range list {
		take(c)
		children(c.Children, take)
	}
}

// narrowed is the column with the rules of the fields that show it, and with the length of the
// shortest field that finds, fills or shows it: a longer text could not be sent there.
func (c *column) narrowed() *spec.Column {
	out := *c.Column
	for _, f := range slices.Concat(c.filled, c.shown) {
		if most := characters(f); c.Type == spec.String && most > 0 && (out.Length == 0 || most < out.Length) {
			out.Length = most
		}
	}
	for _, f := range c.shown {
		if f.IsNested() {
			continue
		}
		if c.Enum == nil && (c.Type == spec.String || c.Type == spec.Int) {
			out.Enum = both(out.Enum, listed(f, c.Column))
		}
		if f.IsNumber() {
			out.Min, out.Max = closer(out.Min, f.Min, 1), closer(out.Max, f.Max, -1)
		}
	}
	return &out
}

// characters is how many characters a text of a field may have, whichever they are; 0: any number.
func characters(f *spec.Field) int {
	if f.IsNested() || !f.IsText() || f.Length == 0 {
		return 0
	}
	return max(1, f.Length/f.Size("厦"))
}

// looking is the field that finds, fills or shows a column and has a rule for the look of its
// texts; nil where there is none. One with a pattern counts first.
func (c *column) looking() (found *spec.Field) {
	if c.Type != spec.String {
		return nil
	}
	for _, f := range slices.Concat(c.filled, c.shown) {
		if f.StartsWith != "" || !f.IsText() {
			continue
		}
		if f.Pattern != "" && (found == nil || found.Pattern == "") || found == nil && (f.Format != "" || f.MinLength > 0) {
			found = f
		}
	}
	return found
}
