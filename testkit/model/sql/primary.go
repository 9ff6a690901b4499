package sql

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// primary reads one value.
func (p *parser) primary() *node {
	t := p.peek()
	switch t.kind {
	case constant:
		p.take()
		return always(t.text)
	case numeral:
		p.take()
		if n, err := strconv.ParseInt(t.text, 10, 64); err == nil {
			return always(n)
		}
		return always(Decimal(t.text))
	case field:
		p.take()
		return &node{refs: []ref{{fieldRef, t.text}}, eval: func(f *frame) any {
			v, ok := f.env.Field(t.text)
			if !ok {
				panic(unsupported{"no field " + t.text})
			}
			return v
		}}
	case sign:
		if p.took("(") {
			return p.enclosed()
		}
	case word:
		return p.worth()
	}
	panic(unsupported{"no use for " + t.String()})
}

// enclosed reads what is behind a parenthesis.
func (p *parser) enclosed() *node {
	if !p.is("select") && !p.is("with") {
		n := p.expr(0)
		p.want(")")
		return n
	}
	q := p.query()
	p.want(")")
	if len(q.columns) == 0 {
		panic(unsupported{"a value of no column"})
	}
	n := &node{refs: q.refs, eval: func(f *frame) any {
		rows := q.run(f).Rows
		switch len(rows) {
		case 0:
			return nil
		case 1:
			return rows[0][0]
		}
		panic(failed{"more than one row of a selection that is one value"})
	}}
	n.name, n.first = q.columns[0].name, q.columns[0]
	return n
}

// worth reads a value that begins with a word.
func (p *parser) worth() *node {
	switch {
	case p.took("null"):
		return always(nil)
	case p.took("true"):
		return always(true)
	case p.took("false"):
		return always(false)
	case p.took("case"):
		return p.cases()
	case p.is("exists", "("):
		p.at += 2
		q := p.query()
		p.want(")")
		q.one = true
		return &node{name: "exists", refs: q.refs, eval: func(f *frame) any { return len(q.run(f).Rows) > 0 }}
	case p.is("any", "(") || p.is("some", "("):
		p.at++
		return p.anyList()
	case p.took("array"):
		return p.array()
	case p.took("current_date"):
		return &node{name: "current_date", eval: func(f *frame) any { return cast(f.env, f.env.Now, "date") }}
	case p.took("current_timestamp"):
		return &node{name: "current_timestamp", eval: func(f *frame) any { return f.env.Now }}
	case p.is("interval") && p.ahead(1).kind == constant:
		p.take()
		return always(interval(p.take().text))
	case p.ahead(1).kind == sign && p.ahead(1).text == "(":
		return p.call()
	}
	first := p.name()
	if !p.took(".") {
		return columnOf(ref{"", first})
	}
	if p.took("*") {
		return star(first)
	}
	second := p.name()
	if p.is("(") { // a function of a schema
		panic(unsupported{"function " + first + "." + second})
	}
	return columnOf(ref{first, second})
}

// star is all columns of a row, or of every one.
func star(of string) *node {
	return &node{name: "*", star: true, refs: []ref{{of, "*"}}, eval: func(*frame) any { panic(unsupported{"a star as a value"}) }}
}

// columnOf is the value of a column. A name that is no column may be a whole row: of one
// column its value.
func columnOf(r ref) *node {
	return &node{name: r.name, refs: []ref{r}, column: true, eval: func(f *frame) any {
		if r.of == "" {
			if v, ok := f.whole(r.name); ok && !slices.Contains(v.columns, r.name) {
				if v.row == nil {
					return nil
				}
				if len(v.row) == 1 {
					return v.row[0]
				}
				return JSON(rowJSON(v))
			}
		}
		return f.value(r)
	}}
}

// rowJSON is a row as JSON.
func rowJSON(v variable) string {
	var out []string
	for n, c := range v.columns {
		out = append(out, quoteJSON(c)+":"+toJSON(v.row[n]))
	}
	return "{" + strings.Join(out, ",") + "}"
}

// anyList reads what any compares with: an array, or a selection.
func (p *parser) anyList() *node {
	if p.is("(", "select") || p.is("(", "with") {
		p.take()
		n := p.column()
		p.want(")")
		return n
	}
	p.want("(")
	n := p.expr(0)
	p.want(")")
	return &node{refs: n.refs, eval: func(f *frame) any {
		switch v := n.eval(f).(type) {
		case nil:
			return nil
		case Array:
			return Any(v)
		case string:
			return Any(parseArray(v))
		}
		panic(unsupported{"any of what is no array"})
	}}
}

// array reads array[...] and array(select ...).
func (p *parser) array() *node {
	if p.took("(") {
		n := p.column()
		p.want(")")
		return &node{name: "array", refs: n.refs, eval: func(f *frame) any { return Array(n.eval(f).(Any)) }}
	}
	p.want("[")
	list := p.exprs("]")
	return &node{name: "array", refs: looks(list...), eval: func(f *frame) any {
		out := Array{}
		for _, n := range list {
			out = append(out, n.eval(f))
		}
		return out
	}}
}

// cases reads case … end.
func (p *parser) cases() *node {
	var of, other *node
	if !p.is("when") {
		of = p.expr(0)
	}
	var when, then []*node
	for p.took("when") {
		when = append(when, p.expr(0))
		p.want("then")
		then = append(then, p.expr(0))
	}
	if p.took("else") {
		other = p.expr(0)
	}
	p.want("end")
	return &node{name: "case", refs: looks(slices.Concat([]*node{of, other}, when, then)...), eval: func(f *frame) any {
		var value any
		if of != nil {
			value = of.eval(f)
		}
		for n := range when {
			on := when[n].eval(f)
			if of != nil {
				on = compared("=", value, on)
			}
			if truth(on) {
				return then[n].eval(f)
			}
		}
		if other == nil {
			return nil
		}
		return other.eval(f)
	}}
}

// interval reads a span of time: "10 seconds".
func interval(text string) span {
	units := map[string]time.Duration{
		"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour,
	}
	parts := strings.Fields(text)
	var out time.Duration
	for n := 0; n+1 < len(parts); n += 2 {
		count, err := strconv.ParseInt(parts[n], 10, 64)
		unit, ok := units[strings.TrimSuffix(parts[n+1], "s")]
		if err != nil || !ok {
			panic(unsupported{"interval " + text})
		}
		out += time.Duration(count) * unit
	}
	if len(parts) == 0 || len(parts)%2 != 0 {
		panic(unsupported{"interval " + text})
	}
	return span(out)
}
