package statement

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// step adds the writes of a verb.
func (r *report) step(s *spec.AnswerStep) {
	switch s.Verb {
	case "insert", "append", "replace", "upsert":
		r.insert(s)
	case "update":
		r.update(s)
	default:
		r.fail(s.Pos, "use insert, update, upsert, replace or append", "verb %q does not write", s.Verb)
	}
}

// insertion is an insert of selected rows: each value is beside the name of its
// column.
type insertion struct {
	table   string
	columns []string
	values  []expr
	from    doc
}

// add appends a column with its value.
func (n *insertion) add(column string, value expr) {
	n.columns, n.values = append(n.columns, column), append(n.values, value)
}

// layout lays the insert out, up to the from.
func (n *insertion) layout() doc {
	var out []doc
	for at, v := range n.values {
		named := docs{v.doc}
		if name := n.columns[at]; !strings.HasSuffix(flat(v.doc), "."+name) {
			named = append(named, words(" as "+name))
		}
		out = append(out, named)
	}
	names := docs{words(" ("), wrapped(n.columns), words(")")}
	if len(n.table)+len(strings.Join(n.columns, ", ")) > width-20 {
		names = docs{words(" ("), nested{docs{ends{}, wrapped(n.columns)}}, ends{}, words(")")}
	}
	return docs{words("insert into " + n.table), names, ends{}, words("select"), results(out), ends{}, words("from "), n.from}
}

// insert adds rows: one, or one for each member of an array.
func (r *report) insert(s *spec.AnswerStep) {
	v, at := r.of(s.Each), row{alias: "t", table: s.Table}
	n := &insertion{table: qualified(s.Table), from: words(r.gate)}
	for _, a := range s.Set {
		n.add(a.To, v.fresh(s, a, at))
	}
	if s.Each != nil {
		n.from = docs{words(r.gate + ", "), r.members(s, v)}
	}
	inner := docs{n.layout()}
	if s.Verb == "replace" { // so that the old rows go first
		inner = append(inner, ends{}, words("where (select count(*) from "+s.Name+"_gone) >= 0"))
	}
	if s.Verb == "upsert" {
		inner = append(inner, onConflict(s, n.columns))
		if kept := r.kept(s); kept != nil {
			inner[0] = named(n, "t")
			inner = append(inner, kept)
		}
	}
	r.add(part{name: s.Name, doc: inner, reads: append(looks(n.values...), writes(s)...), step: s})
}

// named is an insert into a table under a name.
func named(n *insertion, alias string) doc {
	under := *n
	under.table += " as " + alias
	return under.layout()
}

// writes are the columns that a step writes.
func writes(s *spec.AnswerStep) []read {
	var out []read
	for _, a := range s.Set {
		out = append(out, read{table: s.Table, column: a.To})
	}
	return out
}

// update changes the rows that match.
func (r *report) update(s *spec.AnswerStep) {
	v, at := values{composer: &r.composer}, row{alias: "t", table: s.Table}
	var sets []doc
	reads := writes(s)
	for _, a := range s.Set {
		e := v.changed(a, at)
		if text := flat(e.doc); text == a.To || text == "t."+a.To {
			continue // it stays as it is
		}
		sets = append(sets, docs{words(a.To + " = "), e.doc})
		reads = append(reads, e.reads...)
	}
	if len(sets) == 0 { // so that the row is returned
		sets = []doc{words(s.Table.Key[0] + " = t." + s.Table.Key[0])}
	}
	where := v.bounded(at, v.match(at, s.Where))
	r.add(part{name: s.Name, prefix: "t.", step: s, reads: append(reads, where.reads...), doc: docs{
		words("update "), from(s.Table, "t"),
		ends{},
		words("set"), results(sets),
		ends{},
		words("from " + r.gate),
		ends{},
		words("where "), where.doc,
	}})
}

// onConflict turns an insert into an upsert by the key.
func onConflict(s *spec.AnswerStep, columns []string) doc {
	key := s.Matched()
	var sets []doc
	for _, c := range columns {
		if !s.Keep && !slices.Contains(key, c) && !slices.Contains(s.Table.Key, c) && c != "created" {
			sets = append(sets, words(c+" = excluded."+c))
		}
	}
	if len(sets) == 0 { // an update that changes nothing, so that the row is returned
		sets = []doc{words(key[0] + " = excluded." + key[0])}
	}
	return docs{ends{}, words("on conflict (" + strings.Join(key, ", ") + ") do update set"), results(sets)}
}

// members are the members of an array that become rows of the table, as r.
func (r *report) members(s *spec.AnswerStep, v values) doc {
	name := s.Name + "_rows"
	if len(*v.columns) == 0 {
		r.fail(s.Pos, "set a column from one of its members", "no member of %s is written", s.Each.Path)
		return nil
	}
	if s.Verb == "upsert" {
		return r.lastRows(s, v, name)
	}
	r.add(part{name: name, doc: docs{words("select * from "), v.unnested("")}})
	if s.Verb == "replace" {
		r.replaced(s, v, name)
	}
	return words(name + " r")
}

// replaced adds the delete of the rows that the new ones replace. Members that replace the
// same rows name them once: with n of them a join would look n times at each.
func (r *report) replaced(s *spec.AnswerStep, v values, rows string) {
	at := row{alias: "t", table: s.Table}
	var match []expr
	var named []doc
	for _, column := range s.Match {
		for _, a := range filling(s, []string{column}) {
			given := v.value(a, at)
			if v.varies(a) {
				named = append(named, docs{given.doc, words(" as " + column)})
				given.doc, given.operand = words("r."+column), true
			}
			match = append(match, same(at.column(column), given))
		}
	}
	sets := docs{words("select distinct"), nested{docs{space, list(named, ",", space)}}, space, words("from " + rows + " r")}
	if len(named) == 0 {
		sets = docs{words("select from " + rows + " limit 1")}
	}
	r.gone(s, docs{enclosed("(", group{sets}, ")"), words(" r")}, all(match...))
}

// same is the condition that two values are equal, or neither is there. No index serves
// "is not distinct from".
func same(a, b expr) expr {
	equal := operate(a, "=", b)
	if a.filled || b.filled {
		return equal
	}
	return either(equal, all(a.test("is null"), b.test("is null")))
}

// gone adds the delete of rows that match one of some rows, as r.
func (r *report) gone(s *spec.AnswerStep, rows doc, where expr) {
	r.add(part{name: s.Name + "_gone", reads: where.reads, doc: docs{
		words("delete from "), from(s.Table, "t"),
		ends{},
		words("using " + r.gate + ", "), rows,
		ends{},
		words("where "), r.bounded(row{alias: "t", table: s.Table}, where).doc,
		ends{},
		words("returning 1"),
	}})
}

// lastRows are the members of an array that an upsert writes: of those with one key
// the last. Members that delete their row are left out, and their rows are deleted
// before the others are written, as if one member came after another. Both wait for
// the row that an earlier step locks: otherwise reports on one customer would lock
// its members in different orders and wait for each other.
func (r *report) lastRows(s *spec.AnswerStep, v values, name string) doc {
	at := row{alias: "t", table: s.Table}
	var key []expr
	for _, a := range filling(s, s.Matched()) {
		if v.varies(a) {
			key = append(key, v.value(a, at))
		}
	}
	var drops expr
	var match expr
	if s.Drop != nil {
		drops = operate(v.field(s.Drop.Field), "=", constant(s.Drop.Value))
		match = all(drops, v.match(at, filling(s, s.Matched())))
	}
	r.add(part{name: name, doc: docs{words("select * from "), v.unnested(" with ordinality", "place")}})
	last := []doc{words("select distinct on ("), list(parts(key), ", ", words("")), words(") *")}
	out := docs{docs(last), space, words("from " + name + " r"), space, words("order by "), list(parts(key), ", ", words("")), words(", r.place desc")}
	if s.Drop == nil {
		return docs{enclosed("(", group{out}, ")"), words(" r")}
	}
	if r.held != "" {
		match = all(match, after(r.held))
	}
	r.gone(s, words(name+" r"), match)
	kept := all(drops.test("is not true"), after(s.Name+"_gone"))
	return docs{enclosed("(", group{out}, ")"), words(" r"), ends{}, words("where "), kept.doc}
}

// after is a condition that always holds, once a part of the statement is done.
func after(part string) expr {
	return expr{doc: words("(select count(*) from " + part + ") >= 0"), typ: boolean}
}
