package statement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// composer composes one statement of an interface.
type composer struct {
	i       *spec.Interface
	args    []Argument
	written []*spec.AnswerStep // steps of the same statement, whose rows are at hand
	others  []*spec.AnswerStep // steps of other statements, whose rows are looked up again
	telling bool               // the content of a notification, which no app is bound for
	err     error              // the first thing that cannot be said in SQL
}

// fail records a construct that SQL cannot express, and how to say it otherwise.
func (c *composer) fail(at spec.Pos, hint, format string, args ...any) {
	if c.err == nil {
		c.err = &spec.Refusal{Pos: at, Hint: hint, Message: fmt.Sprintf(format, args...)}
	}
}

// parameter is the parameter that a source is bound to, typed.
func (c *composer) parameter(source Source, typ Type) expr {
	n := slices.IndexFunc(c.args, func(a Argument) bool { return a.Source == source })
	if n < 0 {
		n = len(c.args)
		c.args = append(c.args, Argument{source, typ})
	}
	return sql("$"+itoa(n+1)+"::"+string(typ), typ)
}

// caller is the id of the calling app.
func (c *composer) caller() expr { return c.parameter(App{}, text) }

// message is the id of the message.
func (c *composer) message() expr { return c.parameter(Sid{}, text) }

// step is a column of the row of another step.
func (c *composer) step(a *spec.Assign) expr {
	if s := stepOf(c.others, a.Step); s != nil {
		return c.again(s, a)
	}
	r := row{alias: "s", step: a.Step}
	if s := stepOf(c.written, a.Step); s != nil {
		r.table = s.Table
	}
	e := r.column(a.Column)
	return scalar(selection{columns: []doc{e.doc}, from: words(a.Step + " s")}, e.typ, e.reads)
}

// again is a column of the row of a step that ran in another statement: it is
// found as the step found it.
func (c *composer) again(s *spec.AnswerStep, a *spec.Assign) expr {
	if s.Verb != "get" && s.Verb != "update" && (s.Verb != "upsert" || s.Each != nil) {
		c.fail(a.Pos, "name a field of the request that has the value, or take it from the row of a step that this answer writes", "the row of the step %s cannot be looked up again by the request", s.Name)
		return sql("null", unknown)
	}
	where := s.Where
	if s.Verb == "upsert" {
		where = filling(s, s.Matched())
	}
	r := row{alias: "s", table: s.Table}
	e, on := r.column(a.Column), values{composer: c}.where(r, where)
	return scalar(selection{columns: []doc{e.doc}, from: from(s.Table, "s"), where: &on, limit: words("limit 1")}, e.typ, looks(e, on))
}

// stepOf finds a step by its name.
func stepOf(steps []*spec.AnswerStep, name string) *spec.AnswerStep {
	for _, s := range steps {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// values gives the fields of the request: from parameters, or the members of an
// array from rows r.
type values struct {
	*composer
	each    *spec.Field // the array whose members are rows; nil: none
	columns *[]member   // of the rows: the members that were asked for
}

// member is a column of the rows that an array of the request becomes.
type member struct {
	field *spec.Field
	name  string
}

// of are the values for rows of an array.
func (c *composer) of(each *spec.Field) values {
	return values{composer: c, each: each, columns: new([]member)}
}

// field is a field of the request in its own type.
func (v values) field(f *spec.Field) expr {
	if v.inside(f) && (f.Shape().IsObjects() || f.Shape() == spec.Raw || f.Shape() == spec.Scalars) {
		if f.Shape() == spec.Scalars && f.Member().IsTime() {
			v.fail(f.Pos, "make its members texts with a pattern, or leave of out: an array of anything is stored whole", "the times in %s cannot be stored", f.Path)
		}
		return sql("r."+v.member(f), text).cast(jsonb) // rows have the text of its JSON
	}
	var e expr
	if v.inside(f) {
		e = sql("r."+v.member(f), sentType(f))
	} else {
		e = v.parameter(Value{f}, sentType(f))
	}
	switch f.Shape() {
	case spec.Fraction:
		return e.cast(numeric)
	case spec.Day:
		return e.zoned(v.i.System.Zone, unknown).cast(day)
	case spec.Scalars:
		switch f.Member().Shape() {
		case spec.Fraction:
			return e.cast(numeric + "[]")
		case spec.Day: // a day depends on the zone, and no array of moments has one
			v.fail(f.Pos, "make its members texts with a pattern, or leave of out: an array of anything is stored whole", "the days in %s cannot be stored", f.Path)
		}
	}
	return e
}

// sentType is the type as which a field of the request is sent to the database.
func sentType(f *spec.Field) Type {
	switch f.Shape() {
	case spec.Whole:
		return bigint
	case spec.Truth:
		return boolean
	case spec.Moment, spec.Seconds, spec.Day:
		return moment
	case spec.Scalars:
		return sentType(f.Member()) + "[]"
	case spec.List, spec.Record, spec.Raw:
		return jsonb
	}
	return text
}

// inside reports whether the field is a member of the arrays that become rows.
func (v values) inside(f *spec.Field) bool {
	in := f.Array()
	return v.each != nil && in != nil && (in == v.each || strings.HasPrefix(v.each.Path, in.Path+"/"))
}

// varies reports whether a value may differ from row to row.
func (v values) varies(a *spec.Assign) bool {
	return a.SQL != "" || a.Field != nil && v.inside(a.Field)
}

// member is the column of the rows that holds a member.
func (v values) member(f *spec.Field) string {
	for _, m := range *v.columns {
		if m.field == f {
			return m.name
		}
	}
	name := "f_" + spec.Snake(f.Name)
	for slices.ContainsFunc(*v.columns, func(m member) bool { return m.name == name }) {
		name += "_" + spec.Snake(f.Parent.Name)
	}
	*v.columns = append(*v.columns, member{f, name})
	return name
}

// unnested is the array of the request as rows, with the names of their columns;
// more are names of columns that come behind.
func (v values) unnested(numbered string, more ...string) doc {
	var arrays, names []string
	for _, m := range *v.columns {
		array := v.parameter(Member{v.each, m.field}, memberType(m.field)+"[]")
		arrays, names = append(arrays, flat(array.doc)), append(names, m.name)
	}
	names = append(names, more...)
	return docs{enclosed("unnest(", wrapped(arrays), ")"), words(numbered), words(" as "), enclosed("r(", wrapped(names), ")")}
}

// memberType is the type of a member of an array of the request.
func memberType(f *spec.Field) Type {
	if t := sentType(f); !t.isArray() && t != jsonb {
		return t
	}
	return text
}

// absent is the condition that an optional field was not sent; false where it
// always is.
func (v values) absent(f *spec.Field) (expr, bool) {
	switch {
	case f.IsRequired():
		return expr{}, false
	case f.Shape() == spec.Text:
		return operate(v.field(f).orElse(constant("")), "=", constant("")), true
	case f.Shape() == spec.Scalars:
		return operate(v.count(f), "=", number("0", bigint)), true
	}
	return v.field(f).test("is null"), true
}

// present is the condition that an optional field was sent; false where it always
// is.
func (v values) present(f *spec.Field) (expr, bool) {
	switch {
	case f.IsRequired():
		return expr{}, false
	case f.Shape() == spec.Text:
		return operate(v.field(f).orElse(constant("")), "<>", constant("")), true
	case f.Shape() == spec.Scalars:
		return operate(v.count(f), ">", number("0", bigint)), true
	}
	return v.field(f).test("is not null"), true
}

// count is how many members an array of scalars has.
func (v values) count(f *spec.Field) expr {
	return call("cardinality", bigint, v.field(f)).orElse(number("0", bigint))
}

// where is the condition that a row matches; conditions on optional fields that
// were not sent do not count.
func (v values) where(at row, list []*spec.Assign) expr {
	var out []expr
	for _, a := range list {
		one := v.equal(at, a)
		if a.Field != nil {
			if absent, may := v.absent(a.Field); may {
				one = either(absent, one)
			}
		}
		out = append(out, one)
	}
	return all(append(out, v.bounds(at)...)...)
}

// match is the condition that a row matches in every column.
func (v values) match(at row, list []*spec.Assign) expr {
	var out []expr
	for _, a := range list {
		out = append(out, v.equal(at, a))
	}
	return all(out...)
}

// equal is the condition that a column has its value.
func (v values) equal(at row, a *spec.Assign) expr {
	if a.Field != nil && a.Map == nil && a.Field.Shape() == spec.Scalars {
		return operate(at.column(a.To), "=", call("any", unknown, v.members(a.Field, at.table.Column(a.To))))
	}
	return operate(at.column(a.To), "=", v.value(a, at))
}

// members is an array of scalars as one of values of a column.
func (v values) members(f *spec.Field, c *spec.Column) expr {
	e := v.field(f)
	if typ := columnType(c) + "[]"; e.typ != typ {
		e = e.cast(typ)
	}
	return e
}

// value is the value of a column of a new row, or one that a column is compared
// with.
func (v values) value(a *spec.Assign, at row) expr {
	c := at.table.Column(a.To)
	switch {
	case a.Value != nil:
		return literal(*a.Value, c)
	case a.Now:
		return now()
	case a.App:
		return v.caller()
	case a.Hash != nil:
		return v.parameter(Hash{a.Hash}, text)
	case a.SQL != "":
		return v.fragment(a.SQL, at)
	case a.Map != nil && a.Field != nil:
		return stored(v.field(a.Field).mapped(a.Map), c, v.i.System.Zone)
	case a.Field != nil:
		return stored(v.given(a.Field, c), c, v.i.System.Zone)
	case a.Step != "":
		return v.step(a)
	}
	return sql(a.Column, unknown)
}

// source is the source of a return or a fill in the row at hand.
func (v values) source(a *spec.Assign, at row) expr {
	switch {
	case a.Value != nil:
		return constant(*a.Value)
	case a.Now:
		return now()
	case a.SQL != "":
		return v.fragment(a.SQL, at)
	}
	var e expr
	switch {
	case a.Field != nil && v.telling:
		v.fail(a.Pos, "name a column of its row in fill", "a notification is filled from its row; there is no request")
		return sql("null", unknown)
	case a.Field != nil:
		e = v.field(a.Field)
	case a.Step != "" && a.Step != at.of:
		e = v.step(a)
	default:
		e = at.column(a.Column)
	}
	if a.Map != nil {
		e = e.mapped(a.Map)
	}
	return e
}

// given is a field of the request; a text that is "" counts as none where the
// column may have none.
func (v values) given(f *spec.Field, c *spec.Column) expr {
	e := v.field(f)
	if f.Shape() == spec.Text && !c.Required {
		return e.orNull()
	}
	return e
}

// fresh is the value of a column of a new row: its default where the field is not sent.
func (v values) fresh(s *spec.AnswerStep, a *spec.Assign, at row) expr {
	e := v.value(a, at)
	if !s.Presets(a) {
		return e
	}
	if a.Field.Shape() == spec.Text && e.typ == text {
		e = e.orNull()
	}
	_, value := Definition(at.table.Column(a.To))
	return e.orElse(expr{doc: words(value), typ: e.typ, filled: true})
}

// changed is the new value of a column of an existing row. A field that was not
// sent leaves it as it is if the assignment says so.
func (v values) changed(a *spec.Assign, at row) expr {
	c, old := at.table.Column(a.To), at.column(a.To)
	switch {
	case a.Hash != nil:
		return v.value(a, at).orNull().orElse(old)
	case a.Field == nil || !a.Keep || a.Field.IsRequired():
		return v.value(a, at)
	case a.Map != nil:
		return v.changedMapped(a, c, old)
	}
	isText := a.Field.Shape() == spec.Text
	e := v.field(a.Field)
	if isText {
		e = e.orNull()
	}
	next := stored(e, c, v.i.System.Zone)
	switch {
	case isText && a.Field.TellsAbsent() && a.Clear:
		return branch(old, next, v.field(a.Field).test("is null"))
	case isText || !a.Clear || a.Field.IsNested(): // what is nested is cleared by an empty value of its own
		return next.orElse(old)
	}
	out := cases(nil, []when{{v.blank(a.Field).doc, words("null")}}, next.orElse(old).doc)
	return expr{doc: out, typ: columnType(c), reads: looks(next, old)}
}

// changedMapped is changed for a field that is mapped.
func (v values) changedMapped(a *spec.Assign, c *spec.Column, old expr) expr {
	f := a.Field
	next := stored(v.field(f).mapped(a.Map), c, v.i.System.Zone)
	absent := v.field(f).test("is null")
	isText := f.Shape() == spec.Text
	if isText && !a.Clear {
		absent, _ = v.absent(f)
	}
	if isText || !a.Clear {
		return branch(old, next, absent)
	}
	// "" is no number: it has a mark of its own
	out := cases(nil, []when{{v.blank(f).doc, words("null")}, {absent.doc, old.doc}}, next.doc)
	return expr{doc: out, typ: columnType(c), reads: looks(absent, old, next)}
}

// blank is the condition that a field was sent as "".
func (v values) blank(f *spec.Field) expr { return v.parameter(Blank{f}, boolean) }

// branch is one value where a condition holds, and else another.
func branch(then, other, on expr) expr {
	return expr{doc: cases(nil, []when{{on.doc, then.doc}}, other.doc), typ: then.typ, reads: looks(on, then, other)}
}

// literal is a constant as the value of a column.
func literal(v string, c *spec.Column) expr {
	switch typ := columnType(c); typ {
	case bigint, double, numeric, boolean:
		return number(v, typ)
	}
	return constant(v)
}

// filling are the assignments of a step that fill columns.
func filling(s *spec.AnswerStep, columns []string) []*spec.Assign {
	var out []*spec.Assign
	for _, a := range s.Set {
		if slices.Contains(columns, a.To) {
			out = append(out, a)
		}
	}
	return out
}
