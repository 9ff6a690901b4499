package model

import (
	"errors"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// tell makes the notifications of the rows that the steps write.
func (x *run) tell(steps []*spec.AnswerStep) error {
	for _, s := range steps {
		for _, n := range x.i.Notify {
			if n.Row == nil || sourceOf(steps, n) != s {
				continue
			}
			if err := x.tellRows(s, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellRows makes one notification of each row of a step.
func (x *run) tellRows(s *spec.AnswerStep, n *spec.Interface) error {
	x.free = true
	defer func() { x.free = false }()
	for _, row := range x.told(s, n) {
		one, err := x.notification(n, s.Table.Name, row)
		if err != nil {
			return err
		}
		x.out.Told = append(x.out.Told, *one)
	}
	return nil
}

// sourceOf is the step whose rows fill a notification: the last that writes its table.
func sourceOf(steps []*spec.AnswerStep, n *spec.Interface) (source *spec.AnswerStep) {
	for _, s := range steps {
		if s.Table == n.Row && s.Writes() {
			source = s
		}
	}
	return source
}

// told are the rows of a step that a notification is about: those that an upsert keeps are
// not, and of rows that agree in its columns the first is.
func (x *run) told(st *spec.AnswerStep, n *spec.Interface) (out []Row) {
	t := x.tables[st.Table.Name]
	for _, p := range x.plan {
		if p.step == st && p.values != nil && (p.fresh || !st.Keep) {
			out = append(out, p.values)
		}
	}
	if st.Each == nil {
		return out
	}
	return together(t, n, out)
}

// together is one of the rows that agree in the columns of a notification: the first in the
// order of these columns and the key.
func together(t *table, n *spec.Interface, rows []Row) []Row {
	var by, order []int
	for _, name := range n.By {
		by = append(by, t.at(name))
	}
	order = append(order, by...)
	for _, name := range n.Row.Key {
		order = append(order, t.at(name))
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		for _, at := range order {
			if c := ascending(a[at], b[at]); c != 0 {
				return c
			}
		}
		return 0
	})
	return slices.CompactFunc(rows, func(a, b Row) bool {
		return !slices.ContainsFunc(by, func(at int) bool { return !sql.Same(a[at], b[at]) })
	})
}

// notification is the content of a notification about a row.
func (x *run) notification(n *spec.Interface, table string, row Row) (*Told, error) {
	out := &Told{Of: n}
	if a := n.Project(); a != nil && (a.Value == nil || *a.Value != "") {
		v, err := x.source(a, table, row)
		if err != nil {
			return nil, err
		}
		out.Project, _ = x.text(v).(string)
	}
	if to := n.To; to != nil && row != nil {
		out.To, _ = x.text(row[x.tables[table].at(to.App)]).(string)
		if to.URL != "" {
			out.URL, _ = x.text(row[x.tables[table].at(to.URL)]).(string)
		}
	}
	r := &reply{run: x, values: map[string]any{}, told: true}
	for _, a := range n.Fill {
		v, err := x.source(a, table, row)
		if errors.Is(err, sql.ErrUnsupported) {
			v, err = unsure{}, nil
		}
		if err != nil {
			return nil, err
		}
		r.values[a.To] = v
	}
	out.Body = &tree.Value{Members: []tree.Member{}}
	r.tellObject(out.Body, n.Request)
	out.Unsure = r.unsure
	return out, nil
}

// tellObject writes the members of an object of a notification that have a source.
func (r *reply) tellObject(out *tree.Value, fields spec.Fields) {
	up := r.around
	defer func() { r.around = up }()
	r.around = spec.Around(func(name string) (string, bool) { return plain(out.Get(name)) }, up)
	for _, f := range fields.Settled() {
		v, has := r.values[f.Path]
		switch {
		case has:
			r.member(out, f, f.Path, v)
		case f.Shape() == spec.Record && r.filled(f.Fields):
			inner := &tree.Value{Members: []tree.Member{}}
			r.tellObject(inner, f.Fields)
			add(out, f, inner)
		}
	}
	slices.SortStableFunc(out.Members, func(a, b tree.Member) int { return order(fields, a.Name) - order(fields, b.Name) })
	for _, f := range fields {
		if f.Forbidden(r.around) {
			out.Drop(f.Name)
		}
	}
}

// source is the source of a return or of a notification's field in the row at hand.
func (x *run) source(a *spec.Assign, table string, row Row) (any, error) {
	switch {
	case a.Value != nil:
		return *a.Value, nil
	case a.Now:
		return x.now, nil
	case a.Field != nil:
		return x.mapped(a.Map, scope{x.in}.value(a.Field)), nil
	case a.SQL != "":
		return x.expression(a.SQL, scope{x.in}, table, row)
	}
	if row == nil {
		return nil, nil
	}
	return x.mapped(a.Map, row[x.tables[table].at(a.Column)]), nil
}

// Notification is the content of a notification about a row that is there, as operators
// send it.
func (w *World) Notification(n *spec.Interface, row Row) (*Told, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := &run{World: w, i: n, in: newInput(), now: w.Now(), hand: map[string]*sql.Relation{}, steps: map[string][]Row{}}
	x.hand[n.Row.Name] = &sql.Relation{Columns: w.tables[n.Row.Name].columns, Rows: [][]any{row}}
	return x.notification(n, n.Row.Name, row)
}
