package statement

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Scope is the values of a scope that the calling app is bound to; null where it is to none.
type Scope struct{ Name string }

func (Scope) source() {}

// bounds are the conditions that a row of a table is within what the calling app is bound to.
func (c *composer) bounds(at row) []expr {
	var out []expr
	if at.table == nil || c.telling {
		return nil
	}
	for _, s := range c.i.System.ScopesOf(c.i) {
		if b := s.Bound(at.table); b != nil {
			values := c.parameter(Scope{s.Name}, texts)
			out = append(out, either(values.test("is null"), c.bound(s, b, at, values)))
		}
	}
	return out
}

// bound is the condition that a row has one of the values of a scope, or is reached by a row
// that has.
func (c *composer) bound(s *spec.Scope, b *spec.Bound, at row, values expr) expr {
	if b.Column != "" {
		e := at.column(b.Column)
		if e.typ != text {
			reads := e.reads
			e = e.cast(text)
			e.reads = reads
		}
		return operate(e, "=", call("any", unknown, values))
	}
	owner := row{alias: "o_" + at.alias, table: b.To}
	var on []expr
	for _, p := range b.On {
		on = append(on, operate(owner.column(p.Name), "=", at.column(p.Value)))
	}
	if further := s.Bound(b.To); further != nil {
		on = append(on, c.bound(s, further, owner, values))
	}
	match := all(on...)
	return exists(selection{from: from(b.To, owner.alias), where: &match}, match.reads)
}

// bounded is a condition on a row of a table, within what the calling app is bound to.
func (c *composer) bounded(at row, where expr) expr {
	bounds := c.bounds(at)
	if len(bounds) == 0 {
		return where
	}
	if len(where.terms) == 0 && flat(where.doc) == "true" {
		return all(bounds...)
	}
	return all(append([]expr{where}, bounds...)...)
}

// outside are the parts of the verdict that undo a report which wrote a row outside of what
// its app is bound to: the statement fails, with the code of the scope.
func (r *report) outside() []when {
	var out []when
	for _, s := range r.written {
		for _, scope := range r.i.System.ScopesOf(r.i) {
			b := scope.Bound(s.Table)
			if b == nil {
				continue
			}
			values := r.parameter(Scope{scope.Name}, texts)
			written := row{alias: "s", table: s.Table, step: s.Name}
			within := r.bound(scope, b, written, values)
			if made := r.madeHere(b, written); made != nil {
				within = either(within, *made)
			}
			r.outsides = append(r.outsides, within.reads...)
			there := exists(selection{from: words(s.Name + " s"), where: new(within.test("is not true"))}, nil)
			on := all(values.test("is not null"), there)
			out = append(out, when{on.doc, words("jiekou.refuse(" + quote(scope.Else) + ")")})
		}
	}
	return out
}

// madeHere is the condition that the row that another one is reached by is one of the same
// report, which is held to the scope itself; nil where none is.
func (r *report) madeHere(b *spec.Bound, at row) *expr {
	for _, s := range r.written {
		if b.To == nil || s.Table != b.To || s.Each != nil {
			continue
		}
		owner := row{alias: "o", table: b.To, step: s.Name}
		var on []expr
		for _, p := range b.On {
			on = append(on, operate(owner.column(p.Name), "=", at.column(p.Value)))
		}
		match := all(on...)
		return new(exists(selection{from: words(s.Name + " o"), where: &match}, match.reads))
	}
	return nil
}

// kept is what the row that an upsert would change must be: one within what the app is bound
// to. Another one undoes the report.
func (r *report) kept(s *spec.AnswerStep) doc {
	at := row{alias: "t", table: s.Table}
	var list []when
	for _, scope := range r.i.System.ScopesOf(r.i) {
		if b := scope.Bound(s.Table); b != nil {
			values := r.parameter(Scope{scope.Name}, texts)
			within := either(values.test("is null"), r.bound(scope, b, at, values))
			list = append(list, when{within.test("is not true").doc, words("jiekou.refuse(" + quote(scope.Else) + ") is null")})
		}
	}
	if list == nil {
		return nil
	}
	return docs{ends{}, words("where "), cases(nil, list, words("true"))}
}

// confined puts what the calling app is bound to into SQL of the YAML: each table that it
// reads by from or join becomes a selection of the rows that are within.
func (c *composer) confined(list []token) []token {
	if c.telling || len(c.i.System.ScopesOf(c.i)) == 0 {
		return list
	}
	var out []token
	for n := 0; n < len(list); n++ {
		t, end := c.read(list, n)
		if t == nil {
			out = append(out, list[n])
			continue
		}
		alias, named := aliasOf(list, end)
		bounds := c.bounds(row{alias: alias, table: t})
		if len(bounds) == 0 {
			out = append(out, list[n])
			continue
		}
		within := all(bounds...)
		indent := "\n" + indented(out)
		inner := placed(docs{words("select * from " + qualified(t) + " " + alias), ends{}, words("where "), within.doc}, len(indent)/2+4)
		text := "(" + strings.ReplaceAll("\n"+inner, "\n", indent+"  ") + indent + ")"
		if !named {
			text += " " + alias
		}
		out = append(out, token{nameToken, text})
		n = end - 1
	}
	return out
}

// placed is SQL as it is laid out some levels deep, without its indentation.
func placed(d doc, levels int) string {
	inner := doc(docs{ends{}, d})
	for range levels {
		inner = nested{inner}
	}
	deep := "\n" + strings.Repeat("  ", levels)
	return strings.TrimPrefix(strings.ReplaceAll(layout(docs{words("("), inner}).String(), deep, "\n"), "(\n")
}

// indented is how the line of SQL that tokens end in is indented.
func indented(list []token) string {
	var b strings.Builder
	for _, t := range list {
		b.WriteString(t.text)
	}
	line := b.String()[strings.LastIndexByte(b.String(), '\n')+1:]
	return line[:len(line)-len(strings.TrimLeft(line, " "))]
}

// read is the table of the system that SQL reads at a place, with the place behind its name;
// nil where that is none, or it is not behind from or join.
func (c *composer) read(list []token, n int) (*spec.Table, int) {
	if list[n].kind != nameToken || list[n].text != c.i.System.Name || n+2 >= len(list) || list[n+1].text != "." {
		return nil, 0
	}
	before := ""
	for at := n - 1; at >= 0 && before == ""; at-- {
		if list[at].kind != blankToken && list[at].text != "(" {
			before = strings.ToLower(list[at].text)
		}
	}
	if before != "from" && before != "join" {
		return nil, 0
	}
	for _, t := range c.i.System.Tables {
		if t.Name == list[n+2].text && t.Existing == "" {
			return t, n + 3
		}
	}
	return nil, 0
}

// closing are words that follow a table and are no name for it.
var closing = " where join left right inner full cross natural on using order group limit offset union except intersect for having window fetch tablesample "

// aliasOf is the name that SQL gives a table; its own where
// it gives none.
func aliasOf(list []token, n int) (alias string, named bool) {
	for at := n; at < len(list); at++ {
		if list[at].kind == blankToken || strings.EqualFold(list[at].text, "as") {
			continue
		}
		if list[at].kind == nameToken && !strings.Contains(closing, " "+strings.ToLower(list[at].text)+" ") {
			return list[at].text, true
		}
		break
	}
	return list[n-1].text, false
}
