package sql

import (
	"slices"
	"strings"
)

// aggregate is an aggregate of a selection.
type aggregate struct {
	name     string
	star     bool
	args     []*node
	distinct bool
	order    []ordering
	filter   *node
}

// aggregates are the functions of many rows.
var aggregates = []string{
	"count", "min", "max", "sum", "string_agg", "json_agg", "jsonb_agg", "array_agg", "bool_or", "bool_and", "every",
}

// call reads the call of a function.
func (p *parser) call() *node {
	name := p.name()
	p.want("(")
	switch name {
	case "cast":
		n := p.expr(0)
		p.want("as")
		n = casted(n, p.typeName())
		p.want(")")
		return n
	case "extract":
		unit := p.name()
		p.want("from")
		n := p.expr(0)
		p.want(")")
		return &node{name: name, refs: n.refs, eval: func(f *frame) any { return extract(unit, n.eval(f)) }}
	case "trim":
		return p.trim()
	case "substring", "position":
		if n := p.between(name); n != nil {
			return n
		}
	}
	if slices.Contains(aggregates, name) {
		return p.aggregate(name)
	}
	args := p.exprs(")")
	if name == "unnest" || name == "json_array_elements_text" || name == "jsonb_array_elements_text" || name == "regexp_split_to_table" {
		return &node{name: name, rows: true, refs: looks(args...), eval: func(f *frame) any { return many(name, values(f, args)) }}
	}
	fn := known[name]
	switch {
	case lazy[name] != nil:
		return &node{name: name, refs: looks(args...), eval: func(f *frame) any { return lazy[name](f, args) }}
	case fn == nil:
		panic(unsupported{"function " + name})
	}
	return &node{name: name, refs: looks(args...), eval: func(f *frame) any { return fn(f.env, values(f, args)) }}
}

// values are those of arguments.
func values(f *frame, args []*node) []any {
	out := make([]any, len(args))
	for n, a := range args {
		out[n] = a.eval(f)
	}
	return out
}

// trim reads trim([both|leading|trailing] [characters] from text).
func (p *parser) trim() *node {
	name := "btrim"
	switch {
	case p.took("leading"):
		name = "ltrim"
	case p.took("trailing"):
		name = "rtrim"
	default:
		p.took("both")
	}
	var args []*node
	if !p.is("from") {
		args = append(args, p.expr(0))
	}
	if p.took("from") {
		args = append([]*node{p.expr(0)}, args...)
	} else if p.took(",") {
		args = append(args, p.expr(0))
	}
	p.want(")")
	return &node{name: name, refs: looks(args...), eval: func(f *frame) any { return known[name](f.env, values(f, args)) }}
}

// between reads substring(text from n for n) and position(text in text); nil where the
// arguments are separated by commas.
func (p *parser) between(name string) *node {
	begin := p.at
	first := p.expr(bindOther + 1)
	var args []*node
	switch {
	case name == "position" && p.took("in"):
		args = []*node{p.expr(0), first}
		name = "strpos"
	case name == "substring" && (p.is("from") || p.is("for")):
		args = []*node{first, always(int64(1))}
		if p.took("from") {
			args[1] = p.expr(bindOther + 1)
		}
		if p.took("for") {
			args = append(args, p.expr(bindOther+1))
		}
	default:
		p.at = begin
		return nil
	}
	p.want(")")
	return &node{name: name, refs: looks(args...), eval: func(f *frame) any { return known[name](f.env, values(f, args)) }}
}

// aggregate reads the rest of the call of an aggregate.
func (p *parser) aggregate(name string) *node {
	if p.in == nil {
		panic(unsupported{name + " outside of a selection"})
	}
	a, of := &aggregate{name: name}, p.in
	switch {
	case p.took("*"):
		a.star = true
		p.want(")")
	default:
		a.distinct = p.took("distinct")
		p.took("all")
		for {
			a.args = append(a.args, p.expr(0))
			if !p.took(",") {
				break
			}
		}
		if p.took("order", "by") {
			a.order = p.orderings()
		}
		p.want(")")
	}
	if p.took("filter", "(", "where") {
		a.filter = p.expr(0)
		p.want(")")
	}
	n := len(of.aggregates)
	of.aggregates = append(of.aggregates, a)
	refs := looks(append(slices.Clone(a.args), a.filter)...)
	for _, o := range a.order {
		refs = append(refs, o.by.refs...)
	}
	return &node{name: name, refs: refs, eval: func(f *frame) any { return f.aggs[n] }}
}

// over is the value of an aggregate over rows, each of which is a state of the frame.
func (a *aggregate) over(f *frame, rows [][]variable) any {
	type one struct {
		args []any
		keys []any
	}
	var list []one
	for _, vars := range rows {
		f.vars = vars
		if a.filter != nil && !truth(a.filter.eval(f)) {
			continue
		}
		o := one{args: values(f, a.args)}
		for _, by := range a.order {
			o.keys = append(o.keys, by.by.eval(f))
		}
		list = append(list, o)
	}
	if a.star {
		return int64(len(list))
	}
	if a.distinct { // PostgreSQL sorts for it
		slices.SortStableFunc(list, func(x, y one) int { return ascending(x.args[0], y.args[0]) })
		list = slices.CompactFunc(list, func(x, y one) bool { return Same(x.args[0], y.args[0]) })
	}
	if len(a.order) > 0 {
		slices.SortStableFunc(list, func(x, y one) int { return ordered(a.order, x.keys, y.keys) })
	}
	var column []any
	var second any
	for _, o := range list {
		column = append(column, o.args[0])
		if len(o.args) > 1 {
			second = o.args[1]
		}
	}
	return a.gathered(column, second)
}

// gathered is the value of an aggregate over values.
func (a *aggregate) gathered(column []any, second any) any {
	switch a.name {
	case "array_agg":
		if len(column) == 0 {
			return nil
		}
		return Array(column)
	case "json_agg", "jsonb_agg":
		if len(column) == 0 {
			return nil
		}
		var out []string
		for _, v := range column {
			out = append(out, toJSON(v))
		}
		return JSON("[" + strings.Join(out, ", ") + "]")
	}
	column = slices.DeleteFunc(slices.Clone(column), func(v any) bool { return v == nil })
	if a.name == "count" {
		return int64(len(column))
	}
	if len(column) == 0 {
		return nil
	}
	switch a.name {
	case "min":
		return slices.MinFunc(column, Compare)
	case "max":
		return slices.MaxFunc(column, Compare)
	case "string_agg":
		var out []string
		for _, v := range column {
			out = append(out, must(v))
		}
		return strings.Join(out, must(second))
	case "bool_or":
		return slices.ContainsFunc(column, truth)
	case "bool_and", "every":
		return !slices.ContainsFunc(column, func(v any) bool { return !truth(v) })
	}
	sum := column[0]
	for _, v := range column[1:] {
		sum = arithmetic("+", sum, v)
	}
	return sum
}
