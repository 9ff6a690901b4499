package statement

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Read is the statement of one step that reads, with the destinations of its rows.
type Read struct {
	*Statement
	Step *spec.AnswerStep
	// Into is the array of the response that takes the rows; nil: the one row fills
	// fields of the response.
	Into    *spec.Field
	Missing string     // code where there is no row; empty: there always is one
	Count   *Statement // of a paged list: counts the rows
	Marked  bool       // the last column is a time up to which the list is complete
	// Keys are the columns of the order of a list whose pages begin behind a row; their texts
	// are the last column where the reply says where the next page begins.
	Keys []*spec.Column
}

// reads compiles the steps of an interface that read: all of a query, and those
// that read the result of a report.
func reads(i *spec.Interface, steps []*spec.AnswerStep) ([]*Read, error) {
	var out []*Read
	for n, s := range steps {
		c := &composer{i: i, others: i.Answer.Steps}
		r := &reader{composer: c, row: row{alias: "t", table: s.Table, of: s.Name}, step: s, steps: steps}
		read := r.read()
		if c.err != nil {
			return nil, c.err
		}
		if n > 0 || s != i.Answer.Steps[0] {
			read.Name = s.Name
		}
		if read.Count != nil {
			read.Count.Name = strings.TrimSpace(read.Name + " count")
		}
		out = append(out, read)
	}
	return out, nil
}

// fills reports whether reads, or assignments without a statement, fill the same
// fields as a.
func fills(reads []*spec.AnswerStep, a *spec.Assign) bool {
	switch {
	case len(reads) == 0:
		return false
	case a.Step != "":
		return stepOf(reads, a.Step) != nil
	}
	return a.Field != nil && a.Map == nil || a.Value != nil || a.SQL != "" && single(reads) != nil
}

// single is the step whose row SQL without a step is about: the first that reads
// one row.
func single(steps []*spec.AnswerStep) *spec.AnswerStep {
	for _, s := range steps {
		if s.Verb == "get" || s.Verb == "sql" && s.Into == nil {
			return s
		}
	}
	return nil
}

// reader composes the statement of one step that reads.
type reader struct {
	*composer
	row
	step  *spec.AnswerStep
	steps []*spec.AnswerStep // that read
}

// request gives the fields of the request.
func (r *reader) request() values { return values{composer: r.composer} }

// read compiles a verb that reads.
func (r *reader) read() *Read {
	switch s := r.step; s.Verb {
	case "get":
		return r.get()
	case "list":
		return r.list()
	case "exists":
		return r.exists()
	case "sql":
		return r.written()
	}
	r.fail(r.step.Pos, "use get, list or exists", "verb %q does not read", r.step.Verb)
	return nil
}

// result is the selection of a statement, and its destination.
type result struct {
	columns []expr
	places  []Column
}

func (x *result) add(e expr, to Column) {
	x.columns, x.places = append(x.columns, e), append(x.places, to)
}

// statement is the statement that selects a result.
func (r *reader) statement(doc string, x result, sql doc, reads ...read) *Statement {
	return &Statement{Doc: doc, SQL: layout(sql), Args: r.args, Columns: x.places, Uses: uses(append(looks(x.columns...), reads...))}
}

// get reads one row.
func (r *reader) get() *Read {
	x, where := r.returned(), r.wanted()
	s := r.selection(x, where)
	s.limit = words("limit 1")
	return &Read{
		Statement: r.statement("reads one row of "+r.table.Name, x, s.clauses(ends{}), where.reads...),
		Step:      r.step, Missing: r.step.Missing,
	}
}

// selection selects a result of the step's table, in its order.
func (r *reader) selection(x result, where expr) selection {
	return selection{columns: parts(x.columns), from: from(r.table, "t"), where: &where, order: r.ordered()}
}

// exists reports whether there is a row.
func (r *reader) exists() *Read {
	into := r.step.Into
	where := r.wanted()
	e := exists(selection{from: from(r.table, "t"), where: &where}, where.reads)
	switch into.Shape() {
	case spec.Whole:
		e = asInteger(e)
	case spec.Truth:
	default:
		r.fail(r.step.Pos, "name such a field in into", "exists fills an int or a bool, not %s", into.Path)
	}
	var x result
	x.add(e, Column{Field: into})
	return &Read{
		Statement: r.statement("says whether there is such a row of "+r.table.Name, x, docs{words("select "), e.doc}),
		Step:      r.step,
	}
}

// written is a statement that the YAML has in full: one row for the response, or
// rows for an array. Its columns are named after the fields.
func (r *reader) written() *Read {
	s := r.step
	given := r.request().fragment(s.SQL, row{})
	read := &Read{Step: s, Into: s.Into}
	var x result
	if s.Into != nil {
		x = r.rows()
	} else if x = r.returned(); len(x.columns) == 0 {
		r.fail(s.Pos, "name a column of the SQL after a field of the response, or use a verb that writes", "the response takes nothing from the SQL")
	} else {
		read.Missing = s.Missing
	}
	from := docs{words("("), nested{docs{ends{}, given.doc}}, ends{}, words(") t")}
	read.Statement = r.statement("is written in the YAML", x, selection{columns: parts(x.columns), from: from}.clauses(ends{}), given.reads...)
	return read
}

// returned are the columns that the step gives to the response outside arrays.
func (r *reader) returned() result {
	var x result
	for _, a := range r.i.Answer.Return {
		if mine := a.Step == r.step.Name || a.Step == "" && r.step == single(r.steps); mine && selected(a) {
			r.take(&x, a, r.i.Response.At(a.To))
		}
	}
	return x
}

// selected reports whether a return of a query is a column of a statement: others are known
// without one.
func selected(a *spec.Assign) bool {
	return (a.Field == nil || a.Map != nil) && a.Value == nil && a.Token == ""
}

// rest compiles what a query returns of no step, where no step reads one row; nil where it
// returns nothing such.
func rest(i *spec.Interface, steps []*spec.AnswerStep) (*Read, error) {
	if single(steps) != nil {
		return nil, nil
	}
	r := &reader{composer: &composer{i: i, others: steps}}
	var x result
	for _, a := range i.Answer.Return {
		if a.Step == "" && selected(a) && (i.Answer.Token == 0 || !a.Now) {
			r.take(&x, a, i.Response.At(a.To))
		}
	}
	if len(x.columns) == 0 || r.err != nil {
		return nil, r.err
	}
	read := &Read{Statement: r.statement("returns what no row has", x, docs{words("select"), results(parts(x.columns))})}
	read.Name = "rest"
	return read, nil
}

// take adds the source of one field.
func (r *reader) take(x *result, a *spec.Assign, f *spec.Field) {
	e, ok := returned(r.request().source(a, r.row), f, r.i.System.Zone)
	if !ok {
		r.unfillable(a, f)
	}
	x.add(scanned(e, f), Column{Field: f, JSON: f.Shape().IsObjects()})
}

// rows are the columns of a row for the array of the response.
func (r *reader) rows() result {
	s := r.step
	var x result
	for _, a := range s.Return {
		f := r.i.Response.At(a.To)
		switch {
		case f == s.Into:
			e, _ := returned(r.request().source(a, r.row), f.Member(), r.i.System.Zone)
			x.add(scanned(e, f.Member()), Column{Field: f})
		case f.Below(s.Into) == nil:
			r.fail(a.Pos, "return members of the array", "%s is not a member of %s", a.To, s.Into.Path)
		case f.Shape() == spec.List && r.table == nil:
			x.add(r.column(a.Column).cast(text), Column{Field: f, JSON: true})
		default:
			r.take(&x, a, f)
		}
	}
	for n, c := range s.Children {
		x.add(rowsTo(c.Into, r.children(c, r.row, "c"+itoa(n+1))))
	}
	return x
}

// children is the expression that gathers the rows of a nested array as JSON.
func (r *reader) children(c *spec.Child, parent row, alias string) expr {
	at := row{alias: alias, table: c.Table}
	one := r.gathered(c.Return, place{fields: r.i.Response, in: c.Into, pos: c.Pos}, at)
	for n, child := range c.Children {
		inner := r.children(child, at, fmt.Sprintf("%s_%d", alias, n+1))
		inner.doc = docs{words(quote(child.Into.Name) + ", "), inner.cast("json").doc}
		one.members = append(one.members, inner)
	}
	var on []expr
	for _, pair := range c.On {
		on = append(on, operate(at.column(pair.Name), "=", parent.column(pair.Value)))
	}
	gathered := docs{one.doc()}
	if by := order(alias, c.Order); by != nil {
		gathered = append(gathered, space, words("order by "), by)
	}
	match := all(append(on, r.bounds(at)...)...)
	rows := docs{enclosed("json_agg(", gathered, ")")}
	column := docs{words("coalesce("), rows, words(", '[]')::text")}
	return scalar(selection{columns: []doc{column}, from: from(c.Table, alias), where: &match}, text, looks(append(one.members, match)...))
}

// gathered is a row as a member of a JSON array.
type gathered struct {
	members []expr // of an object, behind their names; of an array of texts the text
	object  bool
}

func (g gathered) doc() doc {
	if !g.object {
		return g.members[0].doc
	}
	return call("json_build_object", "json", g.members...).doc
}

// gathered are the values that a row gives to a member of an array of the response.
func (c *composer) gathered(fill []*spec.Assign, p place, at row) gathered {
	if p.in.Shape() != spec.Scalars {
		return gathered{c.members(fill, p, at, object{zone: c.i.System.Zone, again: true}), true}
	}
	one := sql("null", unknown)
	for _, a := range fill {
		e, _ := returned(values{composer: c}.source(a, at), p.in.Member(), c.i.System.Zone)
		one = scanned(e, p.in.Member())
	}
	return gathered{members: []expr{one}}
}

// rowsTo is the column of rows that were gathered as JSON, and its place.
func rowsTo(into *spec.Field, rows expr) (expr, Column) {
	if into.Shape() != spec.Scalars {
		return rows, Column{Field: into, JSON: true}
	}
	rows, _ = returned(rows.cast(jsonb), into, "")
	return rows, Column{Field: into}
}

// list lists rows of a table, or a page of them.
func (r *reader) list() *Read {
	s := r.step
	where := r.wanted()
	x := r.rows()
	marked := s.Marked()
	if marked {
		x.add(complete(r.column(s.Since.Column)), Column{})
	}
	read := &Read{Step: s, Into: s.Into, Marked: marked}
	switch {
	case s.Page != nil:
		r.page(read, x, where)
	case marked:
		r.fail(s.Since.Pos, "add page, or leave last out", "last goes with a paged list")
	default:
		read.Statement = r.statement("lists rows of "+r.table.Name, x, r.selection(x, where).clauses(ends{}), where.reads...)
	}
	return read
}
