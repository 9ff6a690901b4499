package model

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// read carries out a step that reads.
func (x *run) read(r *reply, st *spec.AnswerStep) error {
	switch st.Verb {
	case "get":
		rows, err := x.get(st)
		if err != nil {
			return err
		}
		x.keep(st, rows)
		return x.fill(r, st, rows)
	case "list":
		return x.list(r, st)
	case "exists":
		found, err := x.wantedBy(st)
		if errors.Is(err, sql.ErrUnsupported) || errors.Is(err, ErrUnsure) {
			r.values[st.Into.Path] = unsure{}
			return nil
		}
		r.values[st.Into.Path] = len(found) > 0
		return err
	case "sql":
		return x.selected(r, st)
	}
	return ErrUnsure
}

// get is the one row of a step that reads one.
func (x *run) get(st *spec.AnswerStep) ([]Row, error) {
	found, err := x.wantedBy(st)
	if err != nil {
		return nil, err
	}
	found = x.sort(x.tables[st.Table.Name], found, st.Order)
	switch {
	case len(found) > 0:
		return []Row{found[0].values}, nil
	case st.Missing == "":
		return nil, problem.Wrap(problem.Internal, errors.New("model: there is no row"))
	}
	return nil, problem.Code(st.Missing)
}

// sort puts rows in order. Of rows that the order does not tell apart, nobody can say
// which comes first: what differs between them is not sure.
func (x *run) sort(t *table, rows []*record, order []string) []*record {
	rows = slices.Clone(rows)
	compare := func(a, b *record) int {
		for _, name := range order {
			name, down := strings.CutPrefix(name, "-")
			c := x.ascending(a.values[t.at(name)], b.values[t.at(name)])
			if down {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	}
	slices.SortStableFunc(rows, compare)
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && compare(rows[from], rows[to]) == 0 {
			to++
		}
		if to-from > 1 {
			alike := &record{values: common(rows[from:to])}
			for n := from; n < to; n++ {
				rows[n] = alike
			}
		}
		from = to
	}
	return rows
}

// common is what rows have in common; the rest is not sure.
func common(rows []*record) Row {
	out := slices.Clone(rows[0].values)
	for _, r := range rows[1:] {
		for n := range out {
			if !same(out[n], r.values[n]) {
				out[n] = unsure{}
			}
		}
	}
	return out
}

// ascending puts two values in order, NULL last; those of which nobody knows are alike.
func (x *run) ascending(a, b any) int {
	one, isText := a.(string)
	two, areTexts := b.(string)
	if x.Sorts == nil || !isText || !areTexts || one == two {
		return ascending(a, b)
	}
	one, known := x.Sorts(one)
	two, both := x.Sorts(two)
	if !known || !both {
		return 0
	}
	return ascending(one, two)
}

// ascending puts two values in order, NULL last.
func ascending(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return sql.Compare(a, b)
}

// openIn reports whether the place of a row in a list cannot be told.
func (t *table) openIn(r *record, st *spec.AnswerStep, order []string) bool {
	if st.Since != nil && IsUnsure(r.values[t.at(st.Since.Column)]) {
		return true
	}
	return slices.ContainsFunc(order, func(name string) bool { return IsUnsure(r.values[t.at(strings.TrimPrefix(name, "-"))]) })
}

// list fills an array of the response with rows.
func (x *run) list(r *reply, st *spec.AnswerStep) error {
	t := x.tables[st.Table.Name]
	found, err := x.wantedBy(st)
	if err != nil && !errors.Is(err, ErrUnsure) {
		return err
	}
	order := x.orderOf(st)
	found = slices.DeleteFunc(slices.Clone(found), func(r *record) bool { return t.openIn(r, st, order) }) // they may be there as well
	if st.Since != nil && st.Since.Field != nil {
		if since := (scope{x.in}).value(st.Since.Field); since != nil && since != "" {
			at := t.at(st.Since.Column)
			found = slices.DeleteFunc(slices.Clone(found), func(r *record) bool {
				return r.values[at] == nil || sql.Compare(r.values[at], since) < 0
			})
		}
	}
	found = x.sort(t, found, order)
	if st.Page != nil {
		if found, err = x.page(r, st, found); err != nil {
			return err
		}
	}
	var list []*reply
	for _, one := range found {
		row, err := x.row(r, st, one.values)
		if err != nil {
			return err
		}
		list = append(list, row)
	}
	r.lists[st.Into] = list
	return nil
}

// wrote fills an array of the response with the rows that a step wrote. What PostgreSQL makes
// up puts them in an order that nobody knows.
func (x *run) wrote(r *reply, st *spec.AnswerStep) error {
	if st.Into == nil {
		return nil
	}
	if slices.ContainsFunc(st.Order, func(name string) bool { return st.Filled(strings.TrimPrefix(name, "-")) == nil }) && len(x.steps[st.Name]) > 1 {
		r.values[st.Into.Path] = unsure{}
		return nil
	}
	var rows []*record
	for _, values := range x.steps[st.Name] {
		rows = append(rows, &record{values: values})
	}
	list := []*reply{}
	for _, one := range x.sort(x.tables[st.Table.Name], rows, st.Order) {
		row, err := x.row(r, st, one.values)
		if err != nil {
			return err
		}
		list = append(list, row)
	}
	r.lists[st.Into] = list
	return nil
}

// row is a row of a list as an object of the response.
func (x *run) row(r *reply, st *spec.AnswerStep, values Row) (*reply, error) {
	out := r.inner()
	for _, a := range st.Return {
		var v any
		var err error
		if a.Step != "" && a.Step != st.Name {
			v, err = x.ofStep(a, nil)
		} else {
			v, err = x.source(a, st.Table.Name, values)
		}
		if errors.Is(err, sql.ErrUnsupported) {
			v, err = unsure{}, nil
		}
		if err != nil {
			return nil, err
		}
		out.values[a.To] = v
	}
	for _, c := range st.Children {
		if slices.ContainsFunc(c.On, func(p spec.Pair) bool { return IsUnsure(values[x.tables[st.Table.Name].at(p.Value)]) }) {
			out.values[c.Into.Path] = unsure{}
			continue
		}
		list, err := x.children(out, c, st.Table, values)
		if err != nil {
			return nil, err
		}
		out.lists[c.Into] = list
	}
	return out, nil
}

// children are the rows of a nested array.
func (x *run) children(r *reply, c *spec.Child, parent *spec.Table, values Row) ([]*reply, error) {
	t := x.tables[c.Table.Name]
	var where []equal
	for _, pair := range c.On {
		where = append(where, equal{column: t.at(pair.Name), value: values[x.tables[parent.Name].at(pair.Value)]})
	}
	found := x.sort(t, x.reachedOf(t, t.find(where)), c.Order)
	var list []*reply
	for _, one := range found {
		row, err := x.row(r, &spec.AnswerStep{Table: c.Table, Return: c.Return, Children: c.Children}, one.values)
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, nil
}

// selected fills the response with the rows of a statement in the YAML.
func (x *run) selected(r *reply, st *spec.AnswerStep) error {
	rows, err := x.rows(st.SQL, scope{x.in})
	if errors.Is(err, sql.ErrUnsupported) {
		return ErrUnsure
	}
	if err != nil {
		return problem.Wrap(problem.Internal, err)
	}
	x.hand[st.Name] = rows
	if st.Into == nil {
		if len(rows.Rows) == 0 {
			if st.Missing == "" {
				return problem.Wrap(problem.Internal, errors.New("model: a statement found no row"))
			}
			return problem.Code(st.Missing)
		}
		return x.fillFrom(r, st.Name, rows.Columns, rows.Rows[0], "")
	}
	list := []*reply{}
	for _, row := range rows.Rows {
		one := r.inner()
		for _, a := range st.Return {
			if at := slices.Index(rows.Columns, a.Column); at >= 0 {
				one.values[a.To] = x.mapped(a.Map, row[at])
			}
		}
		list = append(list, one)
	}
	r.lists[st.Into] = list
	if rows.Before > 0 || rows.Most != nil {
		x.cut(st, Page{First: rows.Before == 0, Most: *cmp.Or(rows.Most, new(int64(math.MaxInt64)))})
	}
	return nil
}

// cut notes the page that a list is.
func (x *run) cut(st *spec.AnswerStep, p Page) {
	if x.out.Pages == nil {
		x.out.Pages = map[string]Page{}
	}
	x.out.Pages[st.Into.Path] = p
}

// fill takes the row of a step that reads one into the response.
func (x *run) fill(r *reply, st *spec.AnswerStep, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	return x.fillFrom(r, st.Name, x.tables[st.Table.Name].columns, rows[0], st.Table.Name)
}

// fillFrom takes a row of a step into the fields that come from it.
func (x *run) fillFrom(r *reply, step string, columns []string, row []any, table string) error {
	for _, a := range x.i.Answer.Return {
		if a.Field != nil || a.Value != nil || a.Token != "" {
			continue
		}
		if a.SQL != "" && table != "" && (a.Step == step || a.Step == "") {
			if _, done := r.values[a.To]; done {
				continue
			}
			v, err := x.expression(a.SQL, scope{x.in}, table, row)
			if errors.Is(err, sql.ErrUnsupported) {
				v, err = unsure{}, nil
			}
			if err != nil {
				return problem.Wrap(problem.Internal, err)
			}
			r.values[a.To] = v
			continue
		}
		if at := slices.Index(columns, a.Column); a.Step == step && at >= 0 {
			r.values[a.To] = x.mapped(a.Map, row[at])
		}
	}
	return nil
}

// returns fills the rest of the response: from the request, constants, and the rows that
// were written.
func (x *run) returns(r *reply) error {
	var token string
	if x.i.Answer.Token > 0 {
		token = x.Token(x.call.App, x.now.Add(x.i.Answer.Token))
	}
	for _, a := range x.i.Answer.Return {
		if _, done := r.values[a.To]; done {
			continue
		}
		switch {
		case a.Token == "value":
			r.values[a.To] = token
		case a.Token == "secret":
			r.values[a.To] = x.Secret(token)
		case a.Token != "":
			r.values[a.To] = int64(x.i.Answer.Token / time.Second)
		case a.Field != nil:
			r.values[a.To] = x.mapped(a.Map, scope{x.in}.value(a.Field))
		case a.Value != nil:
			r.values[a.To] = *a.Value
		case a.Step != "" && a.Column != "":
			v, err := x.ofStep(a, nil)
			if err != nil {
				return err
			}
			r.values[a.To] = v
		default:
			r.values[a.To] = unsure{}
		}
	}
	return nil
}
