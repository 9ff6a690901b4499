package statement

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// part is one named step of a statement: a common table expression.
type part struct {
	name   string
	doc    doc
	reads  []read
	step   *spec.AnswerStep // that it writes; nil: no row of it is returned
	prefix string           // of the columns that it returns
}

// report composes the statement of a report: refusals, the id of the message,
// writes, notifications, and the returned values.
type report struct {
	composer
	refusals []refusal
	parts    []part
	taken    []spec.Pair // constraint -> code
	gate     string      // the part that has one row when everything may be written
	undone   []when      // rows that are outside of what the app is bound to
	outsides []read      // that undone looks at
	held     string      // the part of the last step that writes one row that may be there, and so locks it
}

// write compiles the checks and writes of a report into one statement, which keeps
// all of them or nothing.
func write(i *spec.Interface) (*Statement, error) {
	r := &report{composer: composer{i: i}}
	steps, reads := split(i.Answer)
	r.refuse(steps)
	for _, s := range steps {
		r.step(s)
		r.written = append(r.written, s)
		if s.Each == nil && (s.Verb == "upsert" || s.Verb == "update") {
			r.held = s.Name
		}
	}
	r.notify(steps)
	r.undone = r.outside()
	columns, places := r.results(reads)
	for _, s := range steps {
		if s.Into != nil {
			rows, place := rowsTo(s.Into, r.rowsOf(s))
			columns, places = append(columns, rows), append(places, place)
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	return &Statement{
		Doc: "carries out the report, all or nothing", SQL: layout(r.text(columns)), Args: r.args, Refuses: true,
		Columns: places, Taken: r.taken, Uses: r.uses(columns),
	}, nil
}

// split divides the steps of a report: those of its statement, and those that
// follow it and read its result.
func split(a *spec.Answer) (write, read []*spec.AnswerStep) {
	last := len(a.Steps)
	for n, s := range a.Steps {
		if s.Writes() {
			last = n + 1
		}
	}
	return a.Steps[:last], a.Steps[last:]
}

// add adds a part.
func (r *report) add(p part) {
	if slices.ContainsFunc(r.parts, func(other part) bool { return other.name == p.name }) {
		r.fail(r.i.Answer.Pos, "give the step another name with as", "a part of the statement is called %s already", p.name)
	}
	r.parts = append(r.parts, p)
}

// results are the columns that the statement returns after the refusal: those that
// later reads do not fill.
func (r *report) results(reads []*spec.AnswerStep) (columns []expr, places []Column) {
	for _, a := range r.i.Answer.Return {
		f := r.i.Response.At(a.To)
		switch {
		case fills(reads, a):
			continue
		case fixed(a):
			continue
		}
		at := row{alias: "s", step: a.Step, of: a.Step}
		if s := stepOf(r.i.Answer.Steps, a.Step); s != nil {
			at.table = s.Table
		}
		e, ok := returned(values{composer: &r.composer}.source(a, at), f, r.i.System.Zone)
		if !ok {
			r.unfillable(a, f)
		}
		if a.Step != "" {
			e = scalar(selection{columns: []doc{e.doc}, from: words(a.Step + " s")}, e.typ, e.reads)
		}
		columns, places = append(columns, scanned(e, f)), append(places, Column{Field: f, JSON: f.Shape().IsObjects()})
	}
	return columns, places
}

// rowsOf gathers the rows that a step writes, as the JSON of an array of the response.
func (r *report) rowsOf(s *spec.AnswerStep) expr {
	at := row{alias: "t", table: s.Table, step: s.Name, of: s.Name}
	one := r.composer.gathered(s.Return, place{fields: r.i.Response, in: s.Into, pos: s.Pos}, at)
	gathered := docs{one.doc(), space, words("order by "), order("t", s.Order)}
	column := docs{words("coalesce("), docs{enclosed("json_agg(", gathered, ")")}, words(", '[]')::text")}
	var by []expr
	for _, name := range s.Order {
		by = append(by, at.column(strings.TrimPrefix(name, "-")))
	}
	return scalar(selection{columns: []doc{column}, from: words(s.Name + " t")}, text, looks(append(one.members, by...)...))
}

// unfillable notes a field that no column can fill.
func (c *composer) unfillable(a *spec.Assign, f *spec.Field) {
	switch f.Shape() {
	case spec.List:
		c.fail(a.Pos, "a step {list: TABLE, into: FIELD} fills it, and inside of a list children: {FIELD: {list: TABLE, on: …}}", "no column fills the members of %s", f.Path)
	case spec.Record:
		c.fail(a.Pos, "return: {FIELD/MEMBER: COLUMN} fills each of its members", "no column fills the members of %s", f.Path)
	case spec.Scalars:
		c.fail(a.Pos, "make its members texts, or fill it by a step {list: TABLE, into: FIELD}", "no column fills %s, an array of %s", f.Path, f.Of)
	default:
		c.fail(a.Pos, "fill it from a column of type json", "no column of another type fills %s", f.Path)
	}
}

// text is the whole statement.
func (r *report) text(columns []expr) doc {
	out := docs{words("with ")}
	for n, p := range r.parts {
		if n > 0 {
			out = append(out, words(","), ends{})
		}
		inner := docs{ends{}, p.doc}
		if p.step != nil {
			inner = append(inner, ends{}, words("returning "), nested{wrapped(r.returning(p, columns))})
		}
		out = append(out, words(p.name+" as ("), nested{inner}, ends{}, words(")"))
	}
	all := append([]doc{r.verdict()}, parts(columns)...)
	return append(out, ends{}, words("select"), results(all))
}

// results are columns that are selected, one a line where there are several.
func results(columns []doc) doc {
	if len(columns) == 1 {
		return docs{words(" "), columns[0]}
	}
	return nested{docs{ends{}, list(columns, ",", ends{})}}
}

// returning are the columns of a step's rows that the rest of the statement looks
// at: PostgreSQL keeps the rows until its end, and wide ones cost more than the
// write itself.
func (r *report) returning(p part, results []expr) []string {
	reads := append(looks(results...), r.outsides...)
	for _, other := range r.parts {
		reads = append(reads, other.reads...)
	}
	var out []string
	for _, c := range p.step.Table.Columns {
		if slices.ContainsFunc(reads, func(one read) bool { return one.step == p.name && one.column == c.Name }) {
			out = append(out, p.prefix+c.Name)
		}
	}
	if len(out) == 0 {
		out = []string{p.prefix + p.step.Table.Key[0]}
	}
	if p.step.Keep {
		out = append(out, "xmax = 0 as is_new")
	}
	return out
}

// uses are the tables and columns of the statement.
func (r *report) uses(columns []expr) []Use {
	reads := append(looks(columns...), r.outsides...)
	for _, p := range r.parts {
		reads = append(reads, p.reads...)
	}
	return uses(reads)
}
