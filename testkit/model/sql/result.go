package sql

import "slices"

// results are the rows of a selection before they are sorted.
func (q *selection) results(f *frame) (names []string, list []result) {
	grouped := len(q.aggregates) > 0 || q.group != nil
	var states [][]variable
	outputs, begun := []*node(nil), false
	q.walk(f, func() {
		if !begun {
			outputs, begun = q.outputs(f), true
		}
		if grouped {
			states = append(states, slices.Clone(f.vars))
			return
		}
		list = append(list, q.result(f, outputs)...)
		if q.one {
			panic(enough{})
		}
	})
	if grouped {
		outputs = q.outputs(f)
		list = q.groups(f, states, outputs)
	}
	if outputs == nil {
		outputs = q.named(f)
	}
	for _, c := range outputs {
		names = append(names, c.name)
	}
	if q.distinct {
		list = unique(list)
	}
	return names, list
}

// walk visits the rows of from that meet where.
func (q *selection) walk(f *frame, visit func()) {
	defer func() {
		if e := recover(); e != nil {
			if _, ok := e.(enough); !ok {
				panic(e)
			}
		}
	}()
	conditions := q.where.conjuncts()
	var next func(n int)
	next = func(n int) {
		if n < len(q.from) {
			q.from[n].each(f, conditions, func() { next(n + 1) })
			return
		}
		if q.where == nil || truth(q.where.eval(f)) {
			visit()
		}
	}
	next(0)
	f.vars = nil
}

// named are the columns of a selection without rows.
func (q *selection) named(f *frame) []*node {
	for _, s := range q.from {
		f.vars = append(f.vars, s.nulls(f)...)
	}
	defer func() { f.vars = nil }()
	return q.outputs(f)
}

// outputs are the columns of a selection; a star becomes those of its rows.
func (q *selection) outputs(f *frame) (out []*node) {
	for _, c := range q.columns {
		if !c.star {
			out = append(out, c)
			continue
		}
		for _, v := range f.vars {
			if of := c.refs[0].of; of != "" && of != v.name {
				continue
			}
			for _, name := range v.columns {
				out = append(out, columnOf(ref{v.name, name}))
			}
		}
	}
	return out
}

// result makes the row, or the rows, of the state of a frame.
func (q *selection) result(f *frame, outputs []*node) []result {
	r := result{}
	spread := -1
	for n, c := range outputs {
		if c.rows {
			spread = n
		}
		r.row = append(r.row, c.eval(f))
	}
	for _, o := range q.order {
		switch at := q.output(o.by); {
		case q.union != nil:
		case o.place > 0 && o.place <= len(r.row):
			r.keys = append(r.keys, r.row[o.place-1])
		case at > 0 && len(q.columns) == len(outputs):
			r.keys = append(r.keys, r.row[at-1])
		default:
			r.keys = append(r.keys, o.by.eval(f))
		}
	}
	for _, n := range q.on {
		r.on = append(r.on, n.eval(f))
	}
	if spread < 0 {
		return []result{r}
	}
	var out []result
	list, _ := r.row[spread].(Array)
	for _, v := range list {
		one := result{row: slices.Clone(r.row), keys: r.keys, on: r.on}
		one.row[spread] = v
		out = append(out, one)
	}
	return out
}

// groups makes a row for each group of states.
func (q *selection) groups(f *frame, states [][]variable, outputs []*node) (list []result) {
	var order []string
	groups := map[string][][]variable{}
	for _, s := range states {
		f.vars = s
		k := rowKey(values(f, q.group))
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], s)
	}
	if q.group == nil && len(states) == 0 {
		order = []string{""}
	}
	for _, k := range order {
		var aggs []any
		for _, a := range q.aggregates {
			aggs = append(aggs, a.over(f, groups[k]))
		}
		f.aggs, f.vars = aggs, nil
		if len(groups[k]) > 0 {
			f.vars = groups[k][0]
		} else {
			for _, s := range q.from {
				f.vars = append(f.vars, s.nulls(f)...)
			}
		}
		if q.having == nil || truth(q.having.eval(f)) {
			list = append(list, q.result(f, outputs)...)
		}
	}
	f.vars, f.aggs = nil, nil
	return list
}
