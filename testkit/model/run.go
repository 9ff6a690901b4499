package model

import (
	"errors"
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// run is one message.
type run struct {
	*World
	i    *spec.Interface
	call Call
	in   *input
	now  time.Time
	// hand has the rows that steps wrote or read, by the steps' names, as SQL names them;
	// steps has the same.
	hand   map[string]*sql.Relation
	steps  map[string][]Row
	plan   []write
	out    Outcome
	bounds map[*spec.Table][]limit // see limits
	parts  map[*table]bounded      // see relation
	free   bool                    // what is made now is for nobody who is bound: a notification
}

// answer carries out the message. undo takes its effect back.
func (x *run) answer() (out *Outcome, undo func(), err error) {
	if err = x.checks(); err != nil {
		return nil, nil, err
	}
	writes, reads := split(x.i.Answer)
	if x.i.Kind == spec.Query {
		writes, reads = nil, x.i.Answer.Steps
	}
	for _, s := range writes {
		if err := x.demands(s); err != nil {
			return nil, nil, err
		}
	}
	for _, s := range writes {
		if err := x.write(s); err != nil {
			return nil, nil, err
		}
	}
	if err := x.tell(writes); err != nil {
		return nil, nil, err
	}
	r := newReply(x)
	for _, s := range writes { // SQL in their rows sees what was there before
		if err := x.wrote(r, s); err != nil {
			return nil, nil, err
		}
	}
	undo, err = x.apply(writes)
	if err == nil {
		if err = x.outside(); err != nil {
			undo()
		}
	}
	if err != nil {
		return nil, nil, err
	}
	for _, s := range reads {
		if err := x.read(r, s); err != nil {
			undo()
			return nil, nil, err
		}
	}
	if err := x.returns(r); err != nil {
		undo()
		return nil, nil, err
	}
	x.out.Reply = r.tree()
	x.out.Unsure = r.unsure
	return &x.out, undo, nil
}

// split divides the steps of a report: those up to the last that writes, and those that
// read the result.
func split(a *spec.Answer) (write, read []*spec.AnswerStep) {
	last := 0
	for n, s := range a.Steps {
		if s.Writes() {
			last = n + 1
		}
	}
	return a.Steps[:last], a.Steps[last:]
}

// checks makes the declared checks; the first that fails refuses.
func (x *run) checks() error {
	for _, c := range x.i.Answer.Checks {
		if len(c.Same) > 0 {
			if f := x.unlike(c); f != nil {
				return problem.CodeAt(c.Else, f.DocPath)
			}
			continue
		}
		for _, s := range x.each(c.Each) {
			bad, err := x.broken(c, s)
			if err != nil {
				return err
			}
			if bad && c.Each != nil {
				return problem.CodeAt(c.Else, c.Each.DocPath)
			}
			if bad {
				return problem.Code(c.Else)
			}
		}
	}
	return nil
}

// unlike is the first field in which the members of an array do not agree; nil where they do.
func (x *run) unlike(c *spec.Check) *spec.Field {
	for _, f := range c.Same {
		found := map[string]bool{}
		for _, s := range x.each(c.Each) {
			text, _ := x.text(s.value(f)).(string)
			found[text] = true
		}
		if len(found) > 1 {
			return f
		}
	}
	return nil
}

// broken reports whether a check fails. One whose optional field was not sent is passed.
func (x *run) broken(c *spec.Check, s scope) (bool, error) {
	for _, a := range c.Where {
		if a.Field != nil && !a.Field.IsRequired() && !s.picks(a.Field) {
			return false, nil
		}
	}
	found, err := x.matching(c.Table, c.Where, s)
	return err == nil && (len(found) > 0) == c.Absent, err
}

// matching are the rows that meet all conditions. With ErrUnsure there may be others.
func (x *run) matching(t *spec.Table, where []*spec.Assign, s scope) ([]*record, error) {
	rows := x.tables[t.Name]
	var list []equal
	var each []*spec.Assign // whose SQL looks at the row
	for _, a := range where {
		v, err := x.wanted(a, t, s, nil)
		if errors.Is(err, sql.ErrUnsupported) && a.SQL != "" {
			each = append(each, a)
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, equal{column: rows.at(a.To), value: v})
	}
	found := x.reachedOf(rows, rows.find(list))
	if rows.open(list) {
		return found, ErrUnsure
	}
	for _, a := range each {
		var err error
		found = slices.DeleteFunc(found, func(r *record) bool {
			v, e := x.wanted(a, t, s, r.values)
			if e != nil {
				err = e
				return false
			}
			return !equal{column: rows.at(a.To), value: v}.met(r.values)
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// wanted is the value that a column is compared with. row is the row at hand; nil: none.
func (x *run) wanted(a *spec.Assign, t *spec.Table, s scope, row Row) (any, error) {
	c := t.Column(a.To)
	if a.SQL != "" {
		v, err := x.expression(a.SQL, s, t.Name, row)
		if _, ok := v.(sql.Any); ok || err != nil {
			return v, err
		}
		return x.stored(v, c)
	}
	if a.Field != nil && a.Map == nil && a.Field.Shape() == spec.Scalars && c.Type != spec.JSON {
		return x.among(s.value(a.Field), c)
	}
	return x.value(a, c, s, row)
}

// among are the members of an array, each as a value of a column.
func (x *run) among(array any, c *spec.Column) (any, error) {
	list, _ := array.(sql.Array)
	out := sql.Any{}
	for _, one := range list {
		v, err := x.stored(one, c)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// optional are the conditions that count: those on optional fields that were not sent do
// not.
func optional(where []*spec.Assign, s scope) []*spec.Assign {
	return slices.DeleteFunc(slices.Clone(where), func(a *spec.Assign) bool {
		return a.Field != nil && !a.Field.IsRequired() && !s.picks(a.Field)
	})
}

// demands makes the checks of a step itself: the row to update is there, and no other row
// has its unique values.
func (x *run) demands(st *spec.AnswerStep) error {
	s := scope{x.in}
	var own []*record
	var err error
	switch st.Verb {
	case "update":
		if own, err = x.matching(st.Table, st.Where, s); err != nil {
			return err
		}
		if len(own) == 0 && st.Missing != "" {
			return problem.Code(st.Missing)
		}
	case "upsert":
		if st.Each == nil && simple(st, st.Matched()) {
			if own, err = x.matching(st.Table, filling(st, st.Matched()), s); err != nil {
				return err
			}
		}
	}
	for _, u := range st.Unique {
		if st.Each != nil || !simple(st, u.Columns) {
			continue // the columns' values are known when they are written
		}
		found, err := x.matching(st.Table, filling(st, u.Columns), s)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(found, func(r *record) bool { return !slices.Contains(own, r) }) {
			return problem.Code(u.Code)
		}
	}
	return nil
}

// filling are the assignments of a step that fill columns.
func filling(st *spec.AnswerStep, columns []string) (out []*spec.Assign) {
	for _, name := range columns {
		if a := st.Filled(name); a != nil {
			out = append(out, a)
		}
	}
	return out
}

// simple reports whether the request has the values of columns as they are written.
func simple(st *spec.AnswerStep, columns []string) bool {
	list := filling(st, columns)
	return len(list) == len(columns) && !slices.ContainsFunc(list, func(a *spec.Assign) bool {
		return a.Field == nil && a.Value == nil && !a.App
	})
}

// expression is the value of SQL in the YAML. table is the name of the row at hand.
func (x *run) expression(text string, s scope, table string, row Row) (any, error) {
	c, ok := x.codes[text]
	if !ok {
		c.code, c.err = sql.Expression(text)
		x.codes[text] = c
	}
	if c.err != nil {
		return nil, c.err
	}
	return c.code.Value(x.env(s, table, row))
}

// rows are those of a statement in the YAML.
func (x *run) rows(text string, s scope) (*sql.Relation, error) {
	c, ok := x.codes["\x00"+text]
	if !ok {
		c.code, c.err = sql.Query(text)
		x.codes["\x00"+text] = c
	}
	if c.err != nil {
		return nil, c.err
	}
	return c.code.Rows(x.env(s, "", nil))
}

// env is what SQL is carried out in.
func (x *run) env(s scope, table string, row Row) *sql.Env {
	e := &sql.Env{
		Now: x.now, Zone: time.UTC,
		Field: func(name string) (any, bool) { return x.fieldOf(s, name) },
		Table: func(system, name string) *sql.Relation {
			if system == "" {
				return x.hand[name]
			}
			if t := x.tables[name]; t != nil && system == x.System.Name {
				return x.relation(t)
			}
			return nil
		},
	}
	if row != nil {
		e.Row = &sql.Relation{Columns: x.tables[table].columns, Rows: [][]any{row}}
	}
	return e
}

// value is the value of a column of a new row, or one that a column is compared with.
func (x *run) value(a *spec.Assign, c *spec.Column, s scope, row Row) (any, error) {
	switch {
	case a.Value != nil:
		return x.literal(*a.Value, c)
	case a.Now:
		return x.stored(x.now, c)
	case a.App:
		return x.call.App, nil
	case a.Hash != nil:
		text, _ := s.value(a.Hash).(string)
		return x.Hash(text), nil
	case a.SQL != "":
		v, err := x.expression(a.SQL, s, x.tableOf(c), row)
		if err != nil {
			return nil, err
		}
		return x.stored(v, c)
	case a.Field != nil && a.Map != nil:
		return x.stored(x.mapped(a.Map, s.value(a.Field)), c)
	case a.Field != nil:
		v := s.value(a.Field)
		if v == "" && !c.Required {
			v = nil // "" is no value where the column may have none
		}
		return x.stored(v, c)
	case a.Step != "":
		return x.ofStep(a, c)
	}
	if row != nil {
		return row[x.tables[x.tableOf(c)].at(a.Column)], nil
	}
	return nil, ErrUnsure
}

// tableOf is the name of the table that a column is of.
func (x *run) tableOf(c *spec.Column) string {
	for _, t := range x.System.Tables {
		if slices.Contains(t.Columns, c) {
			return t.Name
		}
	}
	return ""
}

// ofStep is a column of the row of an earlier step.
func (x *run) ofStep(a *spec.Assign, c *spec.Column) (any, error) {
	r := x.hand[a.Step]
	if r == nil || len(r.Rows) == 0 {
		return nil, nil
	}
	at := slices.Index(r.Columns, a.Column)
	if at < 0 {
		return nil, ErrUnsure
	}
	v := x.mapped(a.Map, r.Rows[0][at])
	if c == nil {
		return v, nil
	}
	return x.stored(v, c)
}
