package sql

import (
	"slices"
	"strings"
)

// source is a part of from: it puts variables into a frame.
type source interface {
	// each calls next for each row, with its variables behind those of the frame. The
	// conditions are those that the rows must meet at the end: they may narrow the walk.
	each(f *frame, conditions []*node, next func())
	nulls(f *frame) []variable // without a row
	looks() []ref
}

// source reads a part of from with its joins.
func (p *parser) source() source {
	left := p.item()
	for {
		switch {
		case p.took("cross", "join"):
			left = &join{left: left, right: p.item()}
		case p.is("left") || p.is("join") || p.is("inner"):
			j := &join{left: left, outer: p.took("left")}
			p.took("outer")
			p.took("inner")
			p.want("join")
			j.right = p.item()
			p.want("on")
			j.on = p.expr(0)
			left = j
		default:
			return left
		}
	}
}

// item reads one part of from.
func (p *parser) item() source {
	p.took("lateral")
	if p.took("(") {
		if p.is("select") || p.is("with") {
			s := &inside{is: p.query()}
			p.want(")")
			s.name, s.columns = p.alias()
			return s
		}
		s := p.source()
		p.want(")")
		return s
	}
	first := p.name()
	if p.is("(") {
		p.at--
		s := &produced{is: p.call()}
		s.numbered = p.took("with", "ordinality")
		s.name, s.columns = p.alias()
		if s.name == "" {
			s.name = s.is.name
		}
		return s
	}
	t := &stored{name: first, table: first}
	if p.took(".") {
		t.system, t.table = first, p.name()
		t.name = t.table
	}
	if name, _ := p.alias(); name != "" {
		t.name = name
	}
	p.note(t)
	return t
}

// alias reads a name for a part of from, and the names of its columns.
func (p *parser) alias() (name string, columns []string) {
	t := p.peek()
	closed := slices.Concat(ends, []string{"left", "join", "inner", "cross", "on", "with", "lateral"})
	if !p.took("as") && (t.kind != word || slices.Contains(closed, t.text)) {
		return "", nil
	}
	name = p.name()
	if p.is("(") {
		columns = p.names()
	}
	return name, columns
}

// stored is a table, or rows at hand.
type stored struct{ system, table, name string }

func (t *stored) looks() []ref { return nil }

func (t *stored) nulls(f *frame) []variable {
	return []variable{{t.name, f.table(t.system, t.table).Columns, nil}}
}

func (t *stored) each(f *frame, conditions []*node, next func()) {
	r := f.table(t.system, t.table)
	n := len(f.vars)
	for _, row := range t.narrowed(f, r, conditions) {
		f.vars = append(f.vars[:n], variable{t.name, r.Columns, row})
		next()
	}
	f.vars = f.vars[:n]
}

// narrowed are the rows that can meet the conditions: those that have a value in a column
// where a condition names one that is known already.
func (t *stored) narrowed(f *frame, r *Relation, conditions []*node) [][]any {
	if r.Find == nil {
		return r.Rows
	}
	for _, c := range conditions {
		for n, side := range c.sides {
			if side == nil || !side.column || side.refs[0].of != t.name {
				continue
			}
			other, at := c.sides[1-n], r.column(side.refs[0].name)
			if at < 0 || !f.knows(other) {
				continue
			}
			switch v := other.eval(f).(type) {
			case nil:
				return nil
			case Any:
			default:
				return r.Find(at, v)
			}
		}
	}
	return r.Rows
}

// knows reports whether all rows that a node looks at are at hand.
func (f *frame) knows(n *node) bool {
	return !slices.ContainsFunc(n.refs, func(r ref) bool {
		if r.of == fieldRef {
			return false
		}
		_, ok := f.whole(r.of)
		return !ok
	})
}

// inside is a selection in from.
type inside struct {
	is      *selection
	name    string
	columns []string
}

func (s *inside) looks() []ref { return s.is.refs }

func (s *inside) heading(r *Relation) []string {
	if s.columns != nil {
		return s.columns
	}
	return r.Columns
}

func (s *inside) nulls(f *frame) []variable {
	var names []string
	for _, c := range s.is.columns {
		if c.star {
			panic(unsupported{"a star in a selection that may have no row"})
		}
		names = append(names, c.name)
	}
	return []variable{{s.name, s.heading(&Relation{Columns: names}), nil}}
}

func (s *inside) each(f *frame, _ []*node, next func()) {
	r := s.is.run(f)
	n := len(f.vars)
	for _, row := range r.Rows {
		f.vars = append(f.vars[:n], variable{s.name, s.heading(r), row})
		next()
	}
	f.vars = f.vars[:n]
}

// produced is the rows of a function.
type produced struct {
	is       *node
	name     string
	columns  []string
	numbered bool
}

func (s *produced) looks() []ref { return s.is.refs }

func (s *produced) heading() []string {
	out := slices.Clone(s.columns)
	if out == nil {
		out = []string{s.name}
	}
	if s.numbered && len(out) < 2 {
		out = append(out, "ordinality")
	}
	return out
}

func (s *produced) nulls(*frame) []variable { return []variable{{s.name, s.heading(), nil}} }

func (s *produced) each(f *frame, _ []*node, next func()) {
	list, ok := s.is.eval(f).(Array)
	if !ok && !s.is.rows {
		panic(unsupported{"rows of " + s.is.name})
	}
	n, columns := len(f.vars), s.heading()
	for i, v := range list {
		row := []any{v}
		if s.numbered {
			row = append(row, int64(i+1))
		}
		f.vars = append(f.vars[:n], variable{s.name, columns, row})
		next()
	}
	f.vars = f.vars[:n]
}

// join is two parts of from.
type join struct {
	left, right source
	outer       bool  // rows of the left side stay without one of the right
	on          *node // nil: all of them
}

func (j *join) looks() []ref {
	out := append(j.left.looks(), j.right.looks()...)
	return append(out, looks(j.on)...)
}

func (j *join) nulls(f *frame) []variable { return append(j.left.nulls(f), j.right.nulls(f)...) }

func (j *join) each(f *frame, conditions []*node, next func()) {
	on := j.on.conjuncts()
	j.left.each(f, conditions, func() {
		found := false
		j.right.each(f, on, func() {
			if j.on == nil || truth(j.on.eval(f)) {
				found = true
				next()
			}
		})
		if j.outer && !found {
			n := len(f.vars)
			f.vars = append(f.vars, j.right.nulls(f)...)
			next()
			f.vars = f.vars[:n]
		}
	})
}

// many is the rows of a function.
func many(name string, args []any) any {
	if args[0] == nil {
		return Array(nil)
	}
	switch v := args[0].(type) {
	case Array:
		return v
	case string:
		if name == "regexp_split_to_table" {
			return splitRegexp(v, must(args[1]))
		}
		if !strings.HasSuffix(name, "_text") {
			return parseArray(v)
		}
		return elements(v)
	case JSON:
		return elements(string(v))
	}
	panic(unsupported{"rows of " + name})
}
