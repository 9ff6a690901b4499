package sql

import (
	"slices"
)

// parser reads expressions and selections into nodes.
type parser struct {
	tokens []token
	at     int
	in     *selection     // the innermost selection, which aggregates are of
	equal  []equality     // of "=", and of "in"
	tables map[string]ref // by alias: system and table; the zero ref where an alias has two
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) ahead(n int) token {
	if p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return token{kind: end}
}

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// is reports whether the next tokens are words or signs.
func (p *parser) is(texts ...string) bool {
	for n, text := range texts {
		if t := p.ahead(n); t.kind != word && t.kind != sign || t.text != text {
			return false
		}
	}
	return true
}

// took takes the next tokens if they are those.
func (p *parser) took(texts ...string) bool {
	if !p.is(texts...) {
		return false
	}
	p.at += len(texts)
	return true
}

// want takes a token that must be there.
func (p *parser) want(texts ...string) {
	for _, text := range texts {
		if !p.took(text) {
			panic(unsupported{"want " + text + ", have " + p.peek().String()})
		}
	}
}

// done wants the end.
func (p *parser) done() {
	p.took(";")
	if p.peek().kind != end {
		panic(unsupported{"no use for " + p.peek().String()})
	}
}

// name takes a name.
func (p *parser) name() string {
	t := p.take()
	if t.kind != word {
		panic(unsupported{"want a name, have " + t.String()})
	}
	return t.text
}

// How strongly operators bind.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindIs
	bindCompare
	bindOther
	bindAdd
	bindMultiply
	bindZone
	bindCast
)

// expr reads an expression of operators that bind at least so strongly.
func (p *parser) expr(least int) *node {
	left := p.prefix()
	for {
		next, ok := p.infix(left, least)
		if !ok {
			return left
		}
		left = next
	}
}

// prefix reads what begins an expression.
func (p *parser) prefix() *node {
	switch {
	case p.took("not"):
		n := p.expr(bindNot)
		return &node{refs: n.refs, eval: func(f *frame) any {
			if b, ok := n.eval(f).(bool); ok {
				return !b
			}
			return nil
		}}
	case p.took("-"):
		n := p.expr(bindMultiply)
		return &node{refs: n.refs, eval: func(f *frame) any { return arithmetic("-", int64(0), n.eval(f)) }}
	case p.took("+"):
		return p.expr(bindMultiply)
	}
	return p.postfix(p.primary())
}

// postfix reads casts and places behind a value.
func (p *parser) postfix(n *node) *node {
	for {
		switch {
		case p.took("::"):
			n = casted(n, p.typeName())
		case p.is("["):
			p.take()
			inner, at := n, p.expr(0)
			p.want("]")
			n = &node{name: n.name, refs: looks(inner, at), eval: func(f *frame) any { return member(inner.eval(f), at.eval(f)) }}
		default:
			return n
		}
	}
}

// casted is a value as another type.
func casted(n *node, typ string) *node {
	name := n.name
	if name == "" {
		name = typ
	}
	return &node{name: name, refs: n.refs, always: n.always, eval: func(f *frame) any { return cast(f.env, n.eval(f), typ) }}
}

// member is a member of an array, from 1.
func member(list, at any) any {
	a, ok := list.(Array)
	n, whole := at.(int64)
	if !ok || !whole || n < 1 || int(n) > len(a) {
		return nil
	}
	return a[n-1]
}

// typeName reads the name of a type.
func (p *parser) typeName() string {
	name := p.name()
	switch name {
	case "double":
		p.want("precision")
	case "character":
		p.took("varying")
	case "timestamp", "time":
		if p.took("with", "time", "zone") {
			name += "tz"
		}
		p.took("without", "time", "zone")
	}
	if p.took("(") {
		for !p.took(")") {
			if p.peek().kind == end {
				panic(unsupported{"a type without an end"})
			}
			name += " " + p.take().text
		}
	}
	for p.took("[") {
		p.want("]")
		name += "[]"
	}
	return name
}

// compares are the operators that compare.
var compares = []string{"=", "<>", "!=", "<", ">", "<=", ">="}

// infix reads an operator and what is behind it.
func (p *parser) infix(left *node, least int) (*node, bool) {
	t := p.peek()
	switch {
	case least <= bindOr && p.took("or"):
		return logic(left, p.expr(bindOr+1), true), true
	case least <= bindAnd && p.took("and"):
		right := p.expr(bindAnd + 1)
		n := logic(left, right, false)
		n.both = [2]*node{left, right}
		return n, true
	case least <= bindIs && p.took("is"):
		return p.test(left), true
	case least <= bindCompare && t.kind == sign && slices.Contains(compares, t.text):
		p.take()
		return p.comparison(left, t.text), true
	case least <= bindOther && (p.is("in") || p.is("like") || p.is("ilike") || p.is("between") || p.is("not", "in") ||
		p.is("not", "like") || p.is("not", "ilike") || p.is("not", "between")):
		return p.worded(left), true
	case least <= bindOther && t.kind == sign && slices.Contains([]string{"||", "~", "~*", "!~", "!~*", "->", "->>"}, t.text):
		p.take()
		right := p.expr(bindOther + 1)
		return &node{refs: looks(left, right), eval: func(f *frame) any { return otherwise(t.text, left.eval(f), right.eval(f)) }}, true
	case least <= bindAdd && (p.is("+") || p.is("-")):
		p.take()
		return operated(t.text, left, p.expr(bindAdd+1)), true
	case least <= bindMultiply && (p.is("*") || p.is("/") || p.is("%")):
		p.take()
		return operated(t.text, left, p.expr(bindMultiply+1)), true
	case least <= bindZone && p.took("at", "time", "zone"):
		zone := p.expr(bindZone + 1)
		return &node{name: "timezone", refs: looks(left, zone), eval: func(f *frame) any { return atZone(left.eval(f), zone.eval(f)) }}, true
	}
	return nil, false
}

// operated is a calculation.
func operated(operator string, a, b *node) *node {
	return &node{refs: looks(a, b), eval: func(f *frame) any { return arithmetic(operator, a.eval(f), b.eval(f)) }}
}

// logic is "or" or "and".
func logic(a, b *node, either bool) *node {
	return &node{refs: looks(a, b), eval: func(f *frame) any {
		x := a.eval(f)
		if v, ok := x.(bool); ok && v == either {
			return either
		}
		y := b.eval(f)
		if v, ok := y.(bool); ok && v == either {
			return either
		}
		if x == nil || y == nil {
			return nil
		}
		return !either
	}}
}

// test reads what is behind "is".
func (p *parser) test(n *node) *node {
	negated := p.took("not")
	var holds func(*frame) bool
	var right *node
	switch {
	case p.took("null"):
		holds = func(f *frame) bool { return n.eval(f) == nil }
	case p.took("true"):
		holds = func(f *frame) bool { return truth(n.eval(f)) }
	case p.took("false"):
		holds = func(f *frame) bool { v, ok := n.eval(f).(bool); return ok && !v }
	case p.took("distinct", "from"):
		right = p.expr(bindCompare + 1)
		if negated {
			p.equal = append(p.equal, equality{sides: [2]*node{n, right}, loose: true})
		}
		holds = func(f *frame) bool { return !Same(n.eval(f), right.eval(f)) }
	default:
		panic(unsupported{"is " + p.peek().String()})
	}
	return &node{refs: looks(n, right), eval: func(f *frame) any { return holds(f) != negated }}
}

// compared is the result of a comparison; NULL where a side is NULL.
func compared(operator string, a, b any) any {
	if a == nil || b == nil {
		return nil
	}
	n := Compare(a, b)
	switch operator {
	case "=":
		return n == 0
	case "<":
		return n < 0
	case ">":
		return n > 0
	case "<=":
		return n <= 0
	case ">=":
		return n >= 0
	}
	return n != 0
}

// comparison reads the right side of a comparison.
func (p *parser) comparison(left *node, operator string) *node {
	all := p.is("all", "(")
	if all {
		p.take()
	}
	right := p.expr(bindCompare + 1)
	n := &node{refs: looks(left, right), eval: func(f *frame) any {
		a, b := left.eval(f), right.eval(f)
		if list, ok := b.(Any); ok {
			return anyOf(operator, a, list, false)
		}
		if list, ok := b.(Array); ok && all {
			return anyOf(operator, a, Any(list), true)
		}
		return compared(operator, a, b)
	}}
	if operator == "=" {
		n.sides = [2]*node{left, right}
		p.equates(left, right)
	}
	return n
}

// equality is two sides that may be equal.
type equality struct {
	sides [2]*node
	among bool // the right one is a member of a list
	loose bool // it need not hold: rows are in order of it, as a rule
}

// equates notes the sides of "=": of a selection its column, of a list its members.
func (p *parser) equates(left, right *node) {
	for _, one := range right.among {
		p.equal = append(p.equal, equality{sides: [2]*node{left, one}, among: true})
	}
	if right.among != nil {
		return
	}
	if right.first != nil {
		right = right.first
	}
	p.equal = append(p.equal, equality{sides: [2]*node{left, right}})
}

// anyOf compares a value with each of a list.
func anyOf(operator string, a any, list Any, all bool) any {
	unknown := false
	for _, b := range list {
		switch v, ok := compared(operator, a, b).(bool); {
		case !ok:
			unknown = true
		case v != all:
			return !all
		}
	}
	if unknown {
		return nil
	}
	return all
}

// worded reads in, like and between.
func (p *parser) worded(left *node) *node {
	negated := p.took("not")
	refs := left.refs
	var holds func(*frame) any
	switch word := p.take().text; word {
	case "in":
		list := p.list()
		refs = append(refs, looks(list)...)
		p.equates(left, list)
		holds = func(f *frame) any { return anyOf("=", left.eval(f), list.eval(f).(Any), false) }
	case "between":
		low := p.expr(bindOther + 1)
		p.want("and")
		high := p.expr(bindOther + 1)
		refs = append(refs, looks(low, high)...)
		holds = func(f *frame) any {
			v := left.eval(f)
			a, b := compared(">=", v, low.eval(f)), compared("<=", v, high.eval(f))
			if a == nil || b == nil {
				return nil
			}
			return a.(bool) && b.(bool)
		}
	default:
		pattern := p.expr(bindOther + 1)
		refs = append(refs, pattern.refs...)
		holds = func(f *frame) any { return like(left.eval(f), pattern.eval(f), word == "ilike") }
	}
	return &node{refs: refs, eval: func(f *frame) any {
		v, ok := holds(f).(bool)
		if !ok {
			return nil
		}
		return v != negated
	}}
}

// list reads what is behind in: values, or a selection.
func (p *parser) list() *node {
	p.want("(")
	if p.is("select") || p.is("with") {
		n := p.column()
		p.want(")")
		return n
	}
	list := p.exprs(")")
	return &node{refs: looks(list...), among: list, eval: func(f *frame) any {
		out := Any{}
		for _, n := range list {
			out = append(out, n.eval(f))
		}
		return out
	}}
}

// column reads a selection whose first column is a list of values.
func (p *parser) column() *node {
	q := p.query()
	if len(q.columns) == 0 {
		panic(unsupported{"a list of no column"})
	}
	return &node{refs: q.refs, first: q.columns[0], eval: func(f *frame) any {
		out := Any{}
		for _, row := range q.run(f).Rows {
			out = append(out, row[0])
		}
		return out
	}}
}

// exprs reads expressions up to an end.
func (p *parser) exprs(end string) (out []*node) {
	if p.took(end) {
		return nil
	}
	for {
		out = append(out, p.expr(0))
		if p.took(end) {
			return out
		}
		p.want(",")
	}
}

// always is a constant.
func always(v any) *node { return &node{eval: func(*frame) any { return v }, always: true} }
