package sql

import (
	"slices"
	"strings"
	"time"
)

// selection is a select statement.
type selection struct {
	with       []named
	distinct   bool
	on         []*node // distinct on
	columns    []*node
	from       []source
	where      *node
	group      []*node
	having     *node
	order      []ordering
	limit      *node
	offset     *node
	aggregates []*aggregate
	union      *selection // of which the rows come behind
	all        bool       // all of them
	one        bool       // one row is enough
	refs       []ref
}

// named is a common table expression.
type named struct {
	name    string
	columns []string
	is      *selection
}

// ordering is one part of order by.
type ordering struct {
	by      *node
	place   int // of a column of the selection, from 1; 0: by
	descend bool
	first   bool // NULLs come first
}

// result is a row with what it is sorted by.
type result struct {
	row  []any
	keys []any
	on   []any
}

// query reads a select statement.
func (p *parser) query() *selection {
	q := &selection{}
	outer := p.in
	p.in = q
	defer func() { p.in = outer }()
	if p.took("with") {
		for {
			n := named{name: p.name()}
			if p.is("(") {
				n.columns = p.names()
			}
			p.want("as", "(")
			n.is = p.query()
			p.want(")")
			q.with = append(q.with, n)
			if !p.took(",") {
				break
			}
		}
	}
	p.want("select")
	p.distinct(q)
	p.columns(q)
	if p.took("from") {
		q.from = append(q.from, p.source())
		for p.took(",") {
			q.from = append(q.from, p.source())
		}
	}
	p.clauses(q)
	q.refs = p.allRefs(q)
	return q
}

// distinct reads what is behind select.
func (p *parser) distinct(q *selection) {
	if !p.took("distinct") {
		p.took("all")
		return
	}
	if p.took("on", "(") {
		q.on = p.exprs(")")
		return
	}
	q.distinct = true
}

// ends are the words behind the columns of a selection.
var ends = []string{"from", "where", "group", "having", "order", "limit", "offset", "union", "for"}

// columns reads the columns of a selection, which may have none.
func (p *parser) columns(q *selection) {
	t := p.peek()
	if t.kind == end || t.kind == sign && t.text == ")" || t.kind == word && slices.Contains(ends, t.text) {
		return
	}
	for {
		if p.took("*") {
			q.columns = append(q.columns, star(""))
		} else {
			n := p.expr(0)
			if p.took("as") {
				n = n.as(p.name())
			} else if t := p.peek(); t.kind == word && !slices.Contains(ends, t.text) {
				n = n.as(p.name())
			}
			q.columns = append(q.columns, n)
		}
		if !p.took(",") {
			return
		}
	}
}

// as is a node under another name.
func (n *node) as(name string) *node {
	out := *n
	out.name = name
	return &out
}

// clauses reads what is behind from.
func (p *parser) clauses(q *selection) {
	if p.took("where") {
		q.where = p.expr(0)
	}
	if p.took("group", "by") {
		q.group = append(q.group, q.grouped(p.expr(0)))
		for p.took(",") {
			q.group = append(q.group, q.grouped(p.expr(0)))
		}
	}
	if p.took("having") {
		q.having = p.expr(0)
	}
	if p.took("union") {
		q.all = p.took("all")
		q.union = p.query()
		q.order, q.union.order = q.union.order, nil
		return
	}
	if p.took("order", "by") {
		q.order = p.orderings()
	}
	for {
		switch {
		case p.took("limit"):
			q.limit = p.expr(0)
		case p.took("offset"):
			q.offset = p.expr(0)
			p.took("rows")
		case p.took("for", "update"), p.took("for", "share"):
		default:
			return
		}
	}
}

// grouped is what a part of group by means: an expression, or a column of the selection by
// its place or its name.
func (q *selection) grouped(n *node) *node {
	if n.always {
		at, ok := n.eval(nil).(int64)
		if !ok || at < 1 || int(at) > len(q.columns) {
			panic(unsupported{"group by a constant"})
		}
		return q.columns[at-1]
	}
	if at := q.output(n); at > 0 {
		return q.columns[at-1]
	}
	return n
}

// qualified reports whether a column is named with the name of its row.
func (n *node) qualified() bool { return n.column && n.refs[0].of != "" }

// output is the place of the column of a selection that a node names, from 1; 0 where it
// names none.
func (q *selection) output(n *node) int {
	if !n.column || n.qualified() {
		return 0
	}
	return slices.IndexFunc(q.columns, func(c *node) bool { return c.name == n.name }) + 1
}

// names reads names in parentheses.
func (p *parser) names() (out []string) {
	p.want("(")
	for {
		out = append(out, p.name())
		if t := p.peek(); t.kind == word {
			p.typeName() // of a function's columns
		}
		if !p.took(",") {
			break
		}
	}
	p.want(")")
	return out
}

// orderings reads what is behind order by.
func (p *parser) orderings() (out []ordering) {
	for {
		o := ordering{by: p.expr(0)}
		if o.by.always {
			if at, ok := o.by.eval(nil).(int64); ok {
				o.place = int(at)
			}
		}
		o.descend = p.took("desc")
		p.took("asc")
		o.first = o.descend
		if p.took("nulls", "first") {
			o.first = true
		} else if p.took("nulls", "last") {
			o.first = false
		}
		out = append(out, o)
		if !p.took(",") {
			return out
		}
	}
}

// allRefs are the columns that a selection looks at, outside of itself too.
func (p *parser) allRefs(q *selection) []ref {
	out := looks(slices.Concat(q.columns, q.group, q.on, []*node{q.where, q.having, q.limit, q.offset})...)
	for _, o := range q.order {
		out = append(out, o.by.refs...)
	}
	for _, s := range q.from {
		out = append(out, s.looks()...)
	}
	for _, w := range q.with {
		out = append(out, w.is.refs...)
	}
	if q.union != nil {
		out = append(out, q.union.refs...)
	}
	return out
}

// ascending puts two values in order, NULLs last.
func ascending(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return Compare(a, b)
}

// ordered compares what two rows are sorted by.
func ordered(by []ordering, x, y []any) int {
	for n, o := range by {
		a, b := x[n], y[n]
		var c int
		switch {
		case a == nil && b == nil:
		case a == nil && o.first, b == nil && !o.first:
			c = -1
		case a == nil, b == nil:
			c = 1
		default:
			if c = Compare(a, b); o.descend {
				c = -c
			}
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// enough ends the walk over rows.
type enough struct{}

// run carries a selection out.
func (q *selection) run(outer *frame) *Relation {
	f := outer.inner()
	for _, w := range q.with {
		r := w.is.run(f)
		if w.columns != nil {
			r.Columns = w.columns
		}
		if f.with == nil {
			f.with = map[string]*Relation{}
		}
		f.with[w.name] = r
	}
	names, list := q.results(f)
	if q.union != nil {
		more := q.union.run(outer)
		for _, row := range more.Rows {
			list = append(list, result{row: row})
		}
		if !q.all {
			list = unique(list)
		}
		for n := range list {
			list[n].keys = q.outputKeys(list[n].row, names)
		}
	}
	if len(q.order) > 0 {
		slices.SortStableFunc(list, func(x, y result) int { return ordered(q.order, x.keys, y.keys) })
	}
	if q.on != nil {
		list = slices.CompactFunc(list, func(x, y result) bool { return slices.EqualFunc(x.on, y.on, Same) })
	}
	out := &Relation{Columns: names}
	for _, r := range q.cut(f, list, out) {
		out.Rows = append(out.Rows, r.row)
	}
	return out
}

// outputKeys are what a row of a union is sorted by: its columns.
func (q *selection) outputKeys(row []any, names []string) []any {
	var keys []any
	for _, o := range q.order {
		at := o.place - 1
		if o.place == 0 {
			at = slices.Index(names, o.by.name)
		}
		if at < 0 || at >= len(row) {
			panic(unsupported{"the order of a union"})
		}
		keys = append(keys, row[at])
	}
	return keys
}

// unique leaves out rows that came before.
func unique(list []result) (out []result) {
	seen := map[string]bool{}
	for _, r := range list {
		if k := rowKey(r.row); !seen[k] {
			seen[k] = true
			out = append(out, r)
		}
	}
	return out
}

// rowKey is values as one text.
func rowKey(values []any) string {
	var b strings.Builder
	for _, v := range values {
		if r, ok := Rat(v); ok {
			b.WriteString(r.RatString())
		} else if s, ok := textOf(v); ok {
			b.WriteString("=" + s)
		}
		b.WriteByte(0)
	}
	return b.String()
}

// cut leaves out the rows before offset and behind limit, and notes both in out.
func (q *selection) cut(f *frame, list []result, out *Relation) []result {
	if q.offset != nil {
		if n, ok := q.offset.eval(f).(int64); ok {
			out.Before = max(n, 0)
			list = list[min(int(out.Before), len(list)):]
		}
	}
	if q.limit != nil {
		if n, ok := q.limit.eval(f).(int64); ok {
			n = max(n, 0)
			out.Most = &n
			list = list[:min(int(n), len(list))]
		}
	}
	return list
}

// Key is values as one text: two lists have the same where their values are not distinct.
func Key(list ...any) string { return rowKey(list) }

// textOf is the text of a value that may be of a type that is not of this package.
func textOf(v any) (text string, ok bool) {
	switch v.(type) {
	case nil, string, int64, float64, bool, Decimal, JSON, Day, Local, time.Time, Array:
		return Text(v)
	}
	return "", false
}
