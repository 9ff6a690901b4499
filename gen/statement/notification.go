package statement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// maxMembers is how many members json_build_object takes.
const maxMembers = 50

// Body is the content of a notification: an expression over the row t that fills
// it. Every statement that sends it takes it from here.
type Body struct {
	Of  *spec.Interface
	SQL string
}

// Notification is a notification that is sent, with its statements.
type Notification struct {
	Of      *spec.Interface
	Body    *Body
	Queue   *Statement // queues it for rows that are there
	History *Statement // walks over its rows; nil: they have no time of their change
	Inexact []Inexact  // fields whose values may not be those of the row
	Project string     // path of the field that holds its project; empty: none does
	About   bool       // it is about a project
}

// Sent reports whether a notification is sent: it is active and filled from the
// rows of a table.
func Sent(i *spec.Interface) bool {
	return i.IsSent() && i.Row != nil
}

// Notify compiles a notification that is sent.
func Notify(i *spec.Interface) (*Notification, error) {
	c := &composer{i: i}
	body, filled := c.body(i, row{alias: "t", table: i.Row})
	if len(c.args) > 0 {
		c.fail(i.At("fill"), "name a column of its row in fill", "a notification is filled from its row; there is no request")
	}
	n := &Notification{
		Of: i, Body: body, Queue: c.queue(filled), Inexact: inexact(i),
		Project: projectField(i), About: projectOf(i) != nil,
	}
	if i.Row.Column("modified") != nil {
		n.History = history(i)
	}
	return n, c.err
}

// body is the content of a notification about a row.
func (c *composer) body(i *spec.Interface, at row) (*Body, expr) {
	was := c.telling
	c.telling = true
	defer func() { c.telling = was }()
	members := c.members(i.Fill, place{fields: i.Request, pos: i.At("fill"), fill: i.Fill}, at, object{zone: i.System.Zone})
	inner := docs{words("json_strip_nulls(json_build_object("), nested{docs{ends{}, list(parts(members), ",", ends{})}}, ends{}, words("))")}
	body := &Body{Of: i, SQL: layout(inner).String()}
	return body, expr{doc: told{body}, typ: "json", operand: true, reads: looks(members...)}
}

// place is where an object stands whose members are filled.
type place struct {
	fields spec.Fields    // of the whole message
	in     *spec.Field    // the object, or the array whose members it is; nil: the message
	pos    spec.Pos       // of what fills it
	fill   []*spec.Assign // all of the notification
}

// members are the members of an object, each behind its name. What is filled further inside
// makes objects of its own.
func (c *composer) members(fill []*spec.Assign, p place, at row, o object) []expr {
	var out []expr
	var inner spec.Fields
	for _, a := range fill {
		f := p.fields.At(a.To)
		if f == nil {
			c.fail(a.Pos, "name a field of the message", "no field %s", a.To)
			continue
		}
		if top := f.Below(p.in); top != f {
			if !slices.Contains(inner, top) {
				inner = append(inner, top)
				out = append(out, c.inner(fill, place{p.fields, top, p.pos, p.fill}, at, o))
			}
			continue
		}
		e := c.sometimes(o.member(values{composer: c}.source(a, at), f), f, p, at, o)
		e.doc = docs{words(quote(f.Name) + ", "), e.doc}
		out = append(out, e)
	}
	if len(out) > maxMembers {
		c.fail(p.pos, "put some of the members into objects", "%d members; PostgreSQL builds objects of at most %d", len(out), maxMembers)
	}
	return out
}

// inner is an object inside another, behind its name.
func (c *composer) inner(fill []*spec.Assign, p place, at row, o object) expr {
	var own []*spec.Assign
	for _, a := range fill {
		if f := p.fields.At(a.To); f != nil && f.Below(p.in) != nil {
			own = append(own, a)
		}
	}
	e := call("json_build_object", "json", c.members(own, p, at, o)...)
	if p.in.IsPacked() && !o.again {
		e.doc = call("json_strip_nulls", "json", e).doc
		e = e.cast(text)
	}
	e = c.sometimes(e, p.in, p, at, o)
	e.doc = docs{words(quote(p.in.Name) + ", "), e.doc}
	return e
}

// telling is a notification with its content about a row t.
type telling struct {
	of      *spec.Interface
	content expr
}

// queue composes the statement that queues a notification. The rows are locked
// first: a later change of a row queues later, so that no receiver gets the older
// state last. They have the name of their table, as in the statement of a report.
func (c *composer) queue(content expr) *Statement {
	i, at := c.i, row{alias: "t", table: c.i.Row}
	app := c.parameter(Given{"app"}, text)
	by := at.columns(i.By)
	match := c.among(by)
	n := c.outbox([]telling{{i, content}}, at, together(i, i.Row.Name), either(
		operate(app, "=", constant("")), operate(sql("s.app", text), "=", app)))
	doc := docs{
		words("with " + i.Row.Name + " as ("),
		nested{docs{
			ends{},
			words("select t.* from "), from(i.Row, "t"),
			ends{},
			words("where "), match.doc,
			ends{},
			words("for share"),
		}},
		ends{},
		words(")"),
		ends{},
		n.layout(),
		ends{},
		words("order by "), list(parts(by), ", ", words("")), words(", s.app"),
	}
	return &Statement{
		Name: "queue", SQL: layout(doc), Args: c.args, Uses: uses(append(looks(by...), looks(n.values...)...)),
		Doc: fmt.Sprintf("queues the notification of existing rows, for the app $1, or for every subscriber "+
			"if $1 is empty; $2 and on are the rows' %s", strings.Join(i.By, ", ")),
	}
}

// among is the condition that columns of a row are among the values that are given.
func (c *composer) among(by []expr) expr {
	var arrays []expr
	for n, column := range by {
		array := c.parameter(Given{c.i.By[n]}, texts)
		if column.typ != text {
			array = array.cast(column.typ + "[]")
		}
		arrays = append(arrays, array)
	}
	if len(by) == 1 {
		return expr{doc: docs{by[0].doc, words(" = any("), arrays[0].doc, words(")")}}
	}
	return expr{doc: docs{
		enclosed("(", list(parts(by), ",", space), ")"), words(" in "),
		enclosed("(", docs{words("select * from "), call("unnest", unknown, arrays...).doc}, ")"),
	}}
}

// outbox is the insert of notifications of rows t, for the subscriptions s that may
// have them and see their project. In a report, one insert queues all that are
// filled from the same rows and go to every subscriber.
func (c *composer) outbox(list []telling, at row, rows doc, more ...expr) *insertion {
	n := &insertion{table: "jiekou.outbox"}
	for _, name := range []string{"system", "app", "cmd"} {
		n.add(name, sql("s."+name, text))
	}
	join := docs{words("join jiekou.subscription s on ")}
	on := []expr{operate(sql("s.system", text), "=", constant(c.i.System.Name)), anyOf(list)}
	if to := list[0].of.To; to != nil && to.URL != "" {
		app, url := at.column(to.App), at.column(to.URL)
		among := call("jiekou.addressed", unknown, constant(c.i.System.Name), constant(list[0].of.Cmd), app, url)
		join, on = docs{words("join lateral "), among.doc, words(" s on ")}, nil
		n.add("url", call("nullif", text, url, constant("")))
		n.values[1].reads = app.reads // the row says who gets it
	} else if to != nil {
		app := at.column(to.App)
		on = append(on, operate(sql("s.app", text), "=", app))
		n.values[1].reads = app.reads
	}
	on = append(append(on, more...), sql("s.granted", boolean))
	if project, ok := c.project(list, at); ok {
		n.add("project", project)
		on = append(on, call("jiekou.sees", boolean, sql("s.projects", texts), project))
	}
	n.add("body", contents(list))
	n.from = docs{rows, ends{}, join, all(on...).doc}
	return n
}

// anyOf is the condition that a subscription is for one of the notifications.
func anyOf(list []telling) expr {
	var names []expr
	for _, t := range list {
		names = append(names, constant(t.of.Cmd))
	}
	cmd := sql("s.cmd", text)
	if len(names) == 1 {
		return operate(cmd, "=", names[0])
	}
	return expr{doc: docs{cmd.doc, words(" in "), call("", boolean, names...).doc}, typ: boolean}
}

// contents is the content of whichever notification a subscription is for.
func contents(list []telling) expr {
	if len(list) == 1 {
		return list[0].content
	}
	out := docs{words("case s.cmd")}
	var reads []read
	for _, t := range list {
		out = append(out, nested{docs{ends{}, words("when " + quote(t.of.Cmd) + " then "), t.content.doc}})
		reads = append(reads, t.content.reads...)
	}
	return expr{doc: append(out, ends{}, words("end")), reads: reads}
}

// project is the project that notifications of a row are about; false where none is
// about one.
func (c *composer) project(list []telling, at row) (expr, bool) {
	was := c.telling
	c.telling = true
	defer func() { c.telling = was }()
	var projects []expr
	var each []when
	for _, t := range list {
		e := sql("null", unknown)
		if of := projectOf(t.of); of != nil {
			if e = (values{composer: c}).source(of, at); e.typ != text {
				e = e.cast(text)
			}
		}
		projects = append(projects, e)
		each = append(each, when{words(quote(t.of.Cmd)), e.doc})
	}
	first := flat(projects[0].doc)
	switch {
	case slices.ContainsFunc(projects, func(e expr) bool { return flat(e.doc) != first }):
		return expr{doc: cases(words("s.cmd"), each, nil), typ: text, reads: looks(projects...)}, true
	case first == "null":
		return expr{}, false
	}
	return projects[0], true
}

// projectOf is the source of the project of a notification, or nil if it is about
// none.
func projectOf(i *spec.Interface) *spec.Assign {
	if a := i.Project(); a != nil && (a.Value == nil || *a.Value != "") {
		return a
	}
	return nil
}

// projectField is the field of a notification that is filled with its project, ""
// where none is.
func projectField(i *spec.Interface) string {
	of := projectOf(i)
	if of == nil || of.Column == "" || of.Map != nil {
		return ""
	}
	for _, a := range i.Fill {
		if a.Column == of.Column && a.Map == nil {
			return a.To
		}
	}
	return ""
}

// together is the rows of a notification, as t: one of those that share a
// notification, always the same one.
func together(i *spec.Interface, rows string) doc {
	if slices.Equal(i.By, i.Row.Key) {
		return words(rows + " t")
	}
	var by, order []string
	for n, name := range slices.Concat(i.By, i.Row.Key) {
		if column := "t." + name; !slices.Contains(order, column) {
			order = append(order, column)
			if n < len(i.By) {
				by = append(by, column)
			}
		}
	}
	return docs{enclosed("(", docs{
		words("select distinct on (" + strings.Join(by, ", ") + ") t.*"), space, words("from " + rows + " t"), space,
		words("order by " + strings.Join(order, ", ")),
	}, ")"), words(" t")}
}

// history composes the statement that walks over the rows of a notification.
func history(i *spec.Interface) *Statement {
	c, at := &composer{i: i}, row{alias: "t", table: i.Row}
	by, modified := at.columns(i.By), at.column("modified")
	last := c.parameter(Given{"last"}, texts)
	since, until := c.parameter(Given{"since"}, moment), c.parameter(Given{"until"}, moment)
	var texts, after []expr
	for n, e := range by {
		texts = append(texts, e.cast(text))
		after = append(after, sql(fmt.Sprintf("(%s)[%d]", flat(last.doc), n+1), text).cast(e.typ))
	}
	columns, behind := list(parts(by), ", ", words("")), operate(by[0], ">", after[0])
	if len(by) > 1 {
		behind = expr{doc: docs{words("("), columns, words(") > ("), list(parts(after), ", ", words("")), words(")")}}
	}
	where := all(append([]expr{
		either(last.test("is null"), behind),
		either(since.test("is null"), operate(modified, ">=", since)),
		either(until.test("is null"), operate(modified, "<=", until)),
	}, c.within(at)...)...)
	most := c.parameter(Given{"most"}, bigint)
	reads := slices.Concat(looks(by...), modified.reads, where.reads)
	doc := docs{
		words("select array["), list(parts(texts), ", ", words("")), words("]"),
		ends{},
		words("from "), from(i.Row, "t"),
		ends{},
		words("where "), where.doc,
		ends{},
		words("group by "), columns,
		ends{},
		words("order by "), columns,
		ends{},
		words("limit "), most.doc,
	}
	return &Statement{
		Name: "history", SQL: layout(doc), Args: c.args, Uses: uses(reads),
		Doc: fmt.Sprintf("lists the next $5 rows for the notification, by their %s: after $1, changed from $2 to $3, within the scope $4",
			strings.Join(i.By, ", ")),
	}
}

// within is the condition that rows are within the scope that is given.
func (c *composer) within(at row) []expr {
	scope := c.parameter(Given{"scope"}, jsonb)
	if len(c.i.Scope) == 0 {
		return []expr{scope.test("is not null")}
	}
	var out []expr
	for _, a := range c.i.Scope {
		e := values{composer: c}.source(a, at)
		if e.typ != text {
			e = e.cast(text)
		}
		value := operate(scope, "->>", constant(a.To))
		blank := operate(value.orElse(constant("")), "=", constant(""))
		out = append(out, either(blank, expr{doc: docs{e.beside(), words(" = "), value.doc}, reads: e.reads}))
	}
	return out
}

// notify queues notifications for their subscribers, filled from the rows that
// the steps wrote: one insert for all that are filled from one step and tell the
// same rows together.
func (r *report) notify(steps []*spec.AnswerStep) {
	for _, n := range r.i.Notify {
		if sourceOf(steps, n) == nil {
			r.fail(r.i.At("notify"), "write that row in a step, or leave it out of notify", "no step writes the row that fills %s", n.Cmd)
		}
	}
	for _, s := range steps {
		var lists [][]*spec.Interface
		for _, n := range r.i.Notify {
			if sourceOf(steps, n) != s {
				continue
			}
			at := slices.IndexFunc(lists, func(l []*spec.Interface) bool { return slices.Equal(l[0].By, n.By) && l[0].To == nil && n.To == nil })
			if at < 0 {
				lists, at = append(lists, nil), len(lists)
			}
			lists[at] = append(lists[at], n)
		}
		for i, list := range lists {
			name := s.Name + "_notified"
			if i > 0 {
				name += itoa(i + 1)
			}
			r.tell(name, s, list)
		}
	}
}

// tell adds the insert of notifications that tell the same rows together.
func (r *report) tell(name string, s *spec.AnswerStep, list []*spec.Interface) {
	at := row{alias: "t", table: s.Table, step: s.Name}
	var tellings []telling
	for _, n := range list {
		_, content := r.body(n, at)
		tellings = append(tellings, telling{n, content})
	}
	rows := doc(words(s.Name + " t"))
	if s.Each != nil {
		rows = together(list[0], s.Name)
	}
	n := r.outbox(tellings, at, rows)
	out := docs{n.layout()}
	if s.Keep {
		out = append(out, ends{}, words("where t.is_new"))
	}
	reads := looks(n.values...)
	if s.Each != nil { // the rows that share a notification
		reads = append(reads, looks(at.columns(slices.Concat(list[0].By, s.Table.Key))...)...)
	}
	r.add(part{name: name, doc: out, reads: reads})
}

// sourceOf is the step that writes the row of a notification: the last of several.
func sourceOf(steps []*spec.AnswerStep, n *spec.Interface) *spec.AnswerStep {
	var source *spec.AnswerStep
	for _, s := range steps {
		if n.Row != nil && s.Table == n.Row {
			source = s
		}
	}
	return source
}
