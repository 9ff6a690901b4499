package model

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// write is a row that a step will write. All steps look at the rows as they were before
// the message, and at the rows of the steps before them.
type write struct {
	step   *spec.AnswerStep
	old    *record // nil: it is new
	values Row     // nil: it goes
	fresh  bool    // it was not there before
}

// write plans a step.
func (x *run) write(st *spec.AnswerStep) error {
	var err error
	begin := len(x.plan)
	switch st.Verb {
	case "insert", "append":
		err = x.insert(st)
	case "replace":
		err = x.replace(st)
	case "upsert":
		err = x.upsert(st)
	case "update":
		err = x.update(st)
	default:
		err = x.lookUp(st)
		return err
	}
	if err != nil {
		return err
	}
	var rows []Row
	for _, p := range x.plan[begin:] {
		if p.values != nil {
			rows = append(rows, p.values)
		}
	}
	x.keep(st, rows)
	return nil
}

// keep notes the rows of a step for the steps behind it.
func (x *run) keep(st *spec.AnswerStep, rows []Row) {
	r := &sql.Relation{Columns: x.tables[st.Table.Name].columns}
	for _, row := range rows {
		r.Rows = append(r.Rows, row)
	}
	x.hand[st.Name], x.steps[st.Name] = r, rows
}

// lookUp reads a row for the steps behind it.
func (x *run) lookUp(st *spec.AnswerStep) error {
	if st.Verb != "get" {
		return ErrUnsure
	}
	rows, err := x.get(st)
	if err != nil {
		return err
	}
	x.keep(st, rows)
	return nil
}

// insert plans new rows: one, or one for each member of an array.
func (x *run) insert(st *spec.AnswerStep) error {
	for _, s := range x.each(st.Each) {
		values, err := x.fresh(st, s)
		if err != nil {
			return err
		}
		x.plan = append(x.plan, write{step: st, values: values, fresh: true})
	}
	return nil
}

// fresh is a new row of a step.
func (x *run) fresh(st *spec.AnswerStep, s scope) (Row, error) {
	t := x.tables[st.Table.Name]
	values := make(Row, len(t.columns))
	for n, c := range st.Table.Columns {
		var err error
		a := st.Filled(c.Name)
		if a != nil {
			values[n], err = x.assigned(a, c, s, nil)
		}
		if err == nil && (a == nil || st.Presets(a) && !s.sent(a.Field)) {
			values[n], err = x.preset(c)
		}
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}

// assigned is value, or unsure where SQL is not known.
func (x *run) assigned(a *spec.Assign, c *spec.Column, s scope, row Row) (any, error) {
	v, err := x.value(a, c, s, row)
	if errors.Is(err, sql.ErrUnsupported) {
		return unsure{}, nil
	}
	return v, err
}

// replace plans the members of an array in place of the rows that have their values in the
// matching columns.
func (x *run) replace(st *spec.AnswerStep) error {
	t := x.tables[st.Table.Name]
	gone := map[*record]bool{}
	for _, s := range x.each(st.Each) {
		var where []equal
		for _, a := range filling(st, st.Match) {
			v, err := x.value(a, st.Table.Column(a.To), s, nil)
			if err != nil {
				return err
			}
			where = append(where, equal{column: t.at(a.To), value: v, null: true})
		}
		for _, r := range x.reachedOf(t, t.find(where)) {
			if !gone[r] {
				gone[r] = true
				x.plan = append(x.plan, write{step: st, old: r})
			}
		}
	}
	return x.insert(st)
}

// upsert plans rows that are changed where one has their key. Of the members of an array
// with one key the last counts; those that drop their row come first.
func (x *run) upsert(st *spec.AnswerStep) error {
	t := x.tables[st.Table.Name]
	var keys []string
	last := map[string]scope{}
	dropped := map[*record]bool{}
	for _, s := range x.each(st.Each) {
		key, old, err := x.matched(st, s)
		if err != nil {
			return err
		}
		if st.Drop != nil && x.text(s.value(st.Drop.Field)) == st.Drop.Value && old != nil && !dropped[old] && x.unreached(st.Table, old.values) == nil {
			dropped[old] = true
			x.plan = append(x.plan, write{step: st, old: old})
		}
		if _, again := last[key]; !again {
			keys = append(keys, key)
		}
		last[key] = s
	}
	for _, key := range keys {
		s := last[key]
		if st.Drop != nil && x.text(s.value(st.Drop.Field)) == st.Drop.Value {
			continue
		}
		_, old, err := x.matched(st, s)
		if err != nil {
			return err
		}
		values, err := x.fresh(st, s)
		if err != nil {
			return err
		}
		if old != nil && dropped[old] {
			old = nil
		}
		if old != nil {
			if s := x.unreached(st.Table, old.values); s != nil {
				return problem.Code(s.Else)
			}
			values = merged(st, t, old.values, values)
		}
		x.plan = append(x.plan, write{step: st, old: old, values: values, fresh: old == nil})
	}
	return nil
}

// matched is the row that an upsert changes, nil where it is new, and its key.
func (x *run) matched(st *spec.AnswerStep, s scope) (key string, old *record, err error) {
	t := x.tables[st.Table.Name]
	var list []any
	var where []equal
	for _, a := range filling(st, st.Matched()) {
		v, err := x.value(a, st.Table.Column(a.To), s, nil)
		if err != nil {
			return "", nil, err
		}
		list = append(list, v)
		where = append(where, equal{column: t.at(a.To), value: v})
	}
	if found := t.find(where); len(found) > 0 {
		old = found[0]
	}
	return sql.Key(list...), old, nil
}

// merged is a row that is there with the values of an upsert: its key, and when it was
// made, stay.
func merged(st *spec.AnswerStep, t *table, old, values Row) Row {
	out := slices.Clone(old)
	if st.Keep {
		return out
	}
	for n, name := range t.columns {
		if st.Filled(name) != nil && name != "created" && !slices.Contains(st.Matched(), name) && !slices.Contains(st.Table.Key, name) {
			out[n] = values[n]
		}
	}
	return out
}

// update plans changes of the rows that match.
func (x *run) update(st *spec.AnswerStep) error {
	s := scope{x.in}
	rows, err := x.matching(st.Table, st.Where, s)
	if err != nil {
		return err
	}
	t := x.tables[st.Table.Name]
	for _, r := range rows {
		values := slices.Clone(r.values)
		for _, a := range st.Set {
			n := t.at(a.To)
			if values[n], err = x.changed(a, st.Table.Columns[n], s, r.values); err != nil {
				return err
			}
		}
		x.plan = append(x.plan, write{step: st, old: r, values: values})
	}
	return nil
}

// changed is the new value of a column of a row that is there.
func (x *run) changed(a *spec.Assign, c *spec.Column, s scope, old Row) (any, error) {
	have := old[x.tables[x.tableOf(c)].at(c.Name)]
	f := a.Field
	switch {
	case a.Hash != nil:
		if text, _ := s.value(a.Hash).(string); text == "" {
			return have, nil
		}
	case f == nil || !a.Keep || f.IsRequired():
	case a.Clear && s.blanked(f) && !f.IsNested() && (f.Shape() != spec.Text || f.TellsAbsent()):
		if f.Shape() == spec.Text && a.Map != nil {
			break // "" is a text that the mapping may know
		}
		return nil, nil
	case !s.sent(f):
		return have, nil
	}
	return x.assigned(a, c, s, old)
}

// apply makes the planned changes. Values that another row has refuse, and nothing stays.
func (x *run) apply(steps []*spec.AnswerStep) (undo func(), err error) {
	var done []func()
	undo = func() {
		for _, f := range slices.Backward(done) {
			f()
		}
	}
	for _, p := range x.ordered() {
		t := x.tables[p.step.Table.Name]
		if p.values == nil {
			old := p.old
			t.remove(old)
			done = append(done, func() { t.rows = append(t.rows, old); t.index(old) })
			x.out.Changes = append(x.out.Changes, Change{Table: t.of, Before: old.values})
			continue
		}
		if err := x.fits(t, p); err != nil {
			undo()
			return nil, err
		}
		if p.old == nil {
			r := t.insert(p.values)
			done = append(done, func() { t.remove(r) })
			x.out.Changes = append(x.out.Changes, Change{Table: t.of, After: p.values})
			continue
		}
		r, before := p.old, p.old.values
		t.update(r, p.values)
		done = append(done, func() { t.update(r, before) })
		if !slices.EqualFunc(before, p.values, same) {
			x.out.Changes = append(x.out.Changes, Change{Table: t.of, Before: before, After: p.values})
		}
	}
	return undo, nil
}

// same compares values of columns.
func same(a, b any) bool {
	_, openA := a.(unsure)
	_, openB := b.(unsure)
	if openA || openB {
		return openA && openB
	}
	return sql.Same(a, b)
}

// ordered is the plan, with rows that go first.
func (x *run) ordered() []write {
	out := slices.Clone(x.plan)
	slices.SortStableFunc(out, func(a, b write) int {
		return map[bool]int{true: 1}[a.values != nil] - map[bool]int{true: 1}[b.values != nil]
	})
	return out
}

// fits refuses a row that has the unique values of another one, or lacks a value.
func (x *run) fits(t *table, p write) error {
	if set := t.clash(p.values, p.old); set != nil {
		for _, u := range p.step.Unique {
			if slices.Equal(u.Columns, set) {
				return problem.Code(u.Code)
			}
		}
		return problem.Wrap(problem.Internal, fmt.Errorf("model: %s has a row with the same %v", t.of.Name, set))
	}
	for n, c := range t.of.Columns {
		if c.Required && p.values[n] == nil {
			return problem.Wrap(problem.Internal, fmt.Errorf("model: %s.%s has no value", t.of.Name, c.Name))
		}
	}
	return nil
}
