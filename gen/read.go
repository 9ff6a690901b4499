package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// reading prints the answer of a query: a read for its checks and one for each
// step, all in one round trip; or the reads behind the statement of a report.
type reading struct {
	f     *file
	i     *spec.Interface
	steps []*spec.AnswerStep
	reads []jen.Code // arguments of store.DB.Read
	first []jen.Code // statements before it
	then  []jen.Code // statements after it
	bare  []jen.Code // constants, and fields of the request that come back
}

// queryAnswer prints the statements of a query and the method that runs them.
func queryAnswer(f *file, i *spec.Interface) error {
	r := &reading{f: f, i: i, steps: i.Answer.Steps}
	r.objects()
	if err := r.constants(); err != nil {
		return err
	}
	r.checks()
	for n, s := range i.Answer.Steps {
		name := lowerName(i.Cmd)
		if n > 0 {
			name += goName(s.Name)
		}
		if err := r.step(name, s); err != nil {
			return err
		}
	}
	args := append([]jen.Code{jen.Id("ctx"), jen.Id("call")}, r.reads...)
	read := jen.Id("a").Dot("db").Dot("Read")
	if len(r.reads) > 1 {
		read = read.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, args...)
	} else {
		read = read.Call(args...)
	}
	method(f, i, r.body(read)...)
	return nil
}

// body is what the method does: call is the call of the store.
func (r *reading) body(call jen.Code) []jen.Code {
	body := append(r.bare, r.first...)
	if len(r.then) > 0 {
		return append(append(append(body, jen.Id("err").Op(":=").Add(call)), r.then...), jen.Return(jen.Err()))
	}
	return append(body, jen.Return(call))
}

// objects makes the objects that fields of the response stand in.
func (r *reading) objects() {
	var made []*spec.Field
	for _, a := range r.i.Answer.Return {
		f := fieldByPath(r.i.Response, a.To)
		if f == nil || f.Parent == nil || slices.Contains(made, f.Parent) {
			continue
		}
		made = append(made, f.Parent)
		r.bare = append(r.bare, jen.Id("p").Dot(goPath(f.Parent)).Op("=").New(
			jen.Id(memberType(responseType(r.i), f.Parent))))
	}
}

// constants fills what comes from no row.
func (r *reading) constants() error {
	for _, a := range r.i.Answer.Return {
		f := fieldByPath(r.i.Response, a.To)
		target := jen.Id("p").Dot(goPath(f))
		switch {
		case a.Field != nil && a.Map == nil:
			value, err := handedBack(a, f)
			if err != nil {
				return err
			}
			r.bare = append(r.bare, target.Op("=").Add(value))
		case a.Value == nil:
		case kindOf(f) == kindInt:
			n, err := wholeNumber(*a.Value, a.Pos)
			if err != nil {
				return err
			}
			r.bare = append(r.bare, target.Op("=").Qual(pkgWire, "IntOf").Call(n))
		case kindOf(f) == kindString:
			r.bare = append(r.bare, target.Op("=").Lit(*a.Value))
		default:
			return fmt.Errorf("%s: a constant cannot fill a %s", a.Pos, f.Type)
		}
	}
	return nil
}

// checks prints the statement of the declared checks.
func (r *reading) checks() {
	if len(r.i.Answer.Checks) == 0 {
		return
	}
	rep := &report{query: query{system: r.i.System, request: r.i.Request}, i: r.i}
	for _, c := range r.i.Answer.Checks {
		rep.check(c)
	}
	name := lowerName(r.i.Cmd) + "ChecksSQL"
	statement(r.f, name, name+" gives the code of the first check that fails, or none.",
		"select coalesce(case\n"+indent(strings.Join(rep.cases, "\n"))+"\nend, '')")
	r.reads = append(r.reads, jen.Qual(pkgStore, "Checks").Call(jen.Id(name), anySlice(rep.args)))
}

// step prints the statement of one step.
func (r *reading) step(name string, s *spec.AnswerStep) error {
	q := &query{system: r.i.System, request: r.i.Request, steps: r.i.Answer.Steps}
	if err := q.refind(s); err != nil {
		return err
	}
	switch s.Verb {
	case "get":
		return r.get(name, s, q)
	case "list":
		return r.list(name, s, q)
	case "exists":
		cast := "::int::bigint"
		switch kindOf(s.Into) {
		case kindInt:
		case kindBool:
			cast = ""
		default:
			return fmt.Errorf("%s: exists fills an int or a bool, not %s", s.Pos, s.Into.Path)
		}
		sql := fmt.Sprintf("select exists (select from %s t where %s)%s", qualified(s.Table), q.where("t", s.Where, s.Table), cast)
		statement(r.f, name+"SQL", fmt.Sprintf("%sSQL tells whether there is such a row of %s.", name, s.Table.Name), sql)
		r.row(name, "", q, []jen.Code{jen.Op("&").Id("p").Dot(goPath(s.Into))})
		return nil
	case "sql":
		return r.sql(name, s, q)
	}
	return fmt.Errorf("%s: verb %q does not read", s.Pos, s.Verb)
}

// row adds a read of one row.
func (r *reading) row(name, missing string, q *query, dest []jen.Code) {
	r.first = append(r.first, q.before...)
	args := append([]jen.Code{jen.Id(name + "SQL"), jen.Lit(missing), anySlice(q.args)}, dest...)
	r.reads = append(r.reads, jen.Qual(pkgStore, "Row").Custom(arguments(args), args...))
}

// returned are the columns that a step gives to the response outside arrays, and
// the places they go to.
func (r *reading) returned(s *spec.AnswerStep, q *query) (columns []string, dest []jen.Code, err error) {
	for _, a := range r.i.Answer.Return {
		mine := a.Step == s.Name || a.Step == "" && a.SQL != "" && s == single(r.steps)
		if !mine || a.Field != nil || a.Value != nil {
			continue
		}
		f := fieldByPath(r.i.Response, a.To)
		expr, err := output(q.inline(a), "t", s.Table, f, r.i.System.Zone)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, expr)
		dest = append(dest, jen.Op("&").Id("p").Dot(goPath(f)))
	}
	return columns, dest, nil
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

// get prints a statement that reads one row.
func (r *reading) get(name string, s *spec.AnswerStep, q *query) error {
	columns, dest, err := r.returned(s, q)
	if err != nil {
		return err
	}
	statement(r.f, name+"SQL", fmt.Sprintf("%sSQL reads one row of %s.", name, s.Table.Name),
		fmt.Sprintf("select %s\nfrom %s t\nwhere %s%s\nlimit 1", strings.Join(columns, ",\n  "), qualified(s.Table),
			q.where("t", s.Where, s.Table), order("t", s.Order)))
	r.row(name, s.Missing, q, dest)
	return nil
}

// sql prints a statement that the YAML has in full: one row for the response, or
// rows for an array. Its columns are named after the fields.
func (r *reading) sql(name string, s *spec.AnswerStep, q *query) error {
	inner := strings.TrimSuffix(strings.TrimSpace(q.expression(s.SQL)), ";")
	from := "\nfrom (\n" + indent(inner) + "\n) t"
	doc := fmt.Sprintf("%sSQL is written in the YAML.", name)
	if s.Into == nil {
		columns, dest, err := r.returned(s, q)
		if err != nil {
			return err
		}
		if len(columns) == 0 {
			return fmt.Errorf("%s: the response takes nothing from the SQL; what writes has a verb of its own", s.Pos)
		}
		statement(r.f, name+"SQL", doc, "select "+strings.Join(columns, ",\n  ")+from)
		r.row(name, s.Missing, q, dest)
		return nil
	}
	columns, dest, err := r.rowColumns(s, q)
	if err != nil {
		return err
	}
	statement(r.f, name+"SQL", doc, "select "+strings.Join(columns, ",\n  ")+from)
	r.rows(name, s, q, dest)
	return nil
}

// rows adds a read of rows, and the function that places their columns.
func (r *reading) rows(name string, s *spec.AnswerStep, q *query, dest []jen.Code) {
	r.first = append(r.first, q.before...)
	r.reads = append(r.reads, jen.Qual(pkgStore, "Rows").Call(
		jen.Id(name+"SQL"), anySlice(q.args), jen.Id(name+"Row"), jen.Op("&").Id("p").Dot(goPath(s.Into))))
	r.scan(name, s, dest)
}

// scan prints the function that gives the places of the columns of one row.
func (r *reading) scan(name string, s *spec.AnswerStep, dest []jen.Code) {
	row := memberType(responseType(r.i), s.Into)
	r.f.declare(fmt.Sprintf("%sRow gives the places of the columns of one row.", name),
		jen.Func().Id(name+"Row").Params(jen.Id("r").Op("*").Id(row)).Index().Any().Block(
			jen.Return(jen.Index().Any().Custom(listOf(dest), dest...))))
}

// list prints the statements that list rows of a table.
func (r *reading) list(name string, s *spec.AnswerStep, q *query) error {
	where := q.where("t", s.Where, s.Table)
	if s.Since != nil && s.Since.Field != nil {
		since := q.field(s.Since.Field)
		one := fmt.Sprintf("(%s is null or t.%s >= %s)", since, s.Since.Column, since)
		if where == "true" {
			where = one
		} else {
			where += " and " + one
		}
	}
	columns, dest, err := r.rowColumns(s, q)
	if err != nil {
		return err
	}
	if s.Since != nil && s.Since.Last != nil {
		if s.Page == nil {
			return fmt.Errorf("%s: last goes with a paged list", s.Since.Pos)
		}
		columns = append(columns, fmt.Sprintf("least(t.%s, %s)", s.Since.Column, complete))
	}
	from := fmt.Sprintf("\nfrom %s t\nwhere %s", qualified(s.Table), where)
	rows := "select " + strings.Join(columns, ",\n  ") + from + order("t", s.Order)
	if s.Page == nil {
		statement(r.f, name+"SQL", fmt.Sprintf("%sSQL lists rows of %s.", name, s.Table.Name), rows)
		r.rows(name, s, q, dest)
		return nil
	}
	n := len(q.args)
	limit, offset, before := fmt.Sprintf("$%d::bigint", n+1), fmt.Sprintf("$%d::bigint", n+2), ""
	if s.Since != nil && s.Since.Last != nil {
		before = moved(s, where, offset)
		limit, offset = limit+" + (select n from moved)", offset+" - (select n from moved)"
	}
	statement(r.f, name+"SQL", fmt.Sprintf("%sSQL lists a page of %s.", name, s.Table.Name),
		before+rows+"\nlimit "+limit+" offset "+offset)
	statement(r.f, name+"CountSQL", fmt.Sprintf("%sCountSQL counts what %sSQL lists.", name, name), "select count(*)"+from)
	r.page(name, s, q, dest)
	return nil
}

// complete is a time before which nothing can still be committed: ten seconds
// ago, or when the oldest transaction began that writes now.
const complete = `now() - interval '10 seconds',
    (select min(a.xact_start) from pg_stat_activity a where a.backend_xid is not null and a.datname = current_database())`

// moved counts the rows that changed within the last minute, at most 1,000 and at
// most as many as stand before the page. Each of them may have moved from before
// the page to the end of the list, and a row that the caller has not seen yet has
// taken its place; so the page begins earlier by as many rows.
func moved(s *spec.AnswerStep, where, offset string) string {
	changed := fmt.Sprintf("t.%s >= now() - interval '1 minute'", s.Since.Column)
	if s.Table.Column("created") != nil {
		changed += fmt.Sprintf(" and t.%s > t.created", s.Since.Column) // a new row was never before the page
	}
	return fmt.Sprintf("with moved as (\n  select least(count(*), %s, 1000) as n from %s t\n  where %s and %s\n)\n",
		offset, qualified(s.Table), where, changed)
}

// page adds a read of one page.
func (r *reading) page(name string, s *spec.AnswerStep, q *query, dest []jen.Code) {
	marked := s.Since != nil && s.Since.Last != nil
	paged := jen.Qual(pkgStore, "Paged").ValuesFunc(func(g *jen.Group) {
		g.Id("Count").Op(":").Id(name + "CountSQL")
		g.Id("Rows").Op(":").Id(name + "SQL")
		if marked {
			g.Id("Marked").Op(":").True()
		}
	})
	local := "page"
	if s != r.steps[0] {
		local = localName(s.Name + "_page")
	}
	r.first = append(r.first, append(q.before,
		jen.Id(local).Op(":=").Qual(pkgStore, "NewPage").Call(
			jen.Id("q").Dot(goPath(s.Page.Page)), jen.Id("q").Dot(goPath(s.Page.Size))))...)
	r.reads = append(r.reads, jen.Qual(pkgStore, "PageRows").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true},
		paged, jen.Op("&").Id(local), anySlice(q.args), jen.Id(name+"Row"), jen.Op("&").Id("p").Dot(goPath(s.Into))))
	fill := func(f *spec.Field, value jen.Code) {
		if f != nil {
			r.then = append(r.then, jen.Id("p").Dot(goPath(f)).Op("=").Add(value))
		}
	}
	number := func(name string) jen.Code { return jen.Qual(pkgWire, "IntOf").Call(jen.Id(local).Dot(name)) }
	fill(s.Page.Total, number("Total"))
	fill(s.Page.Echo, number("Number"))
	if marked {
		fill(s.Since.Last, jen.Id(local).Dot("Mark"))
	}
	r.scan(name, s, dest)
}

// rowColumns are the columns of a listed row and the places they go to.
func (r *reading) rowColumns(s *spec.AnswerStep, q *query) (columns []string, dest []jen.Code, err error) {
	for _, a := range s.Return {
		f := fieldByPath(r.i.Response, a.To)
		if f.Parent != s.Into {
			return nil, nil, fmt.Errorf("%s: %s is not a member of %s", a.Pos, a.To, s.Into.Path)
		}
		if kindOf(f) == kindList && s.Table == nil {
			columns = append(columns, "(t."+a.Column+")::text")
			dest = append(dest, jen.Qual(pkgStore, "Nested").Call(jen.Op("&").Id("r").Dot(goName(f.Name))))
			continue
		}
		expr, err := output(q.inline(a), "t", s.Table, f, r.i.System.Zone)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, expr)
		dest = append(dest, jen.Op("&").Id("r").Dot(goName(f.Name)))
	}
	for n, c := range s.Children {
		expr, err := children(c, "t", fmt.Sprintf("c%d", n+1), r.i)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, expr)
		dest = append(dest, jen.Qual(pkgStore, "Nested").Call(jen.Op("&").Id("r").Dot(goName(c.Into.Name))))
	}
	return columns, dest, nil
}

// inline puts arguments for the :fields of an SQL source.
func (q *query) inline(a *spec.Assign) *spec.Assign {
	if a.SQL == "" {
		return a
	}
	out := *a
	out.SQL = q.expression(a.SQL)
	return &out
}

// children is the expression that gathers the rows of a nested array as JSON.
func children(c *spec.Child, parent, alias string, i *spec.Interface) (string, error) {
	object, err := jsonObject(c.Return, alias, c.Table, i.Response, i.System.Zone, false)
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.Pos, err)
	}
	var inner []string
	for n, child := range c.Children {
		expr, err := children(child, alias, fmt.Sprintf("%s_%d", alias, n+1), i)
		if err != nil {
			return "", err
		}
		inner = append(inner, quote(child.Into.Name)+", ("+expr+")::json")
	}
	if len(inner) > 0 {
		object = strings.TrimSuffix(object, ")") + ",\n  " + strings.Join(inner, ",\n  ") + ")"
	}
	var on []string
	for _, pair := range c.On {
		on = append(on, alias+"."+pair.Name+" = "+parent+"."+pair.Value)
	}
	return fmt.Sprintf("(select coalesce(json_agg(%s%s), '[]')::text from %s %s where %s)",
		object, strings.ReplaceAll(order(alias, c.Order), "\n", " "), qualified(c.Table), alias, strings.Join(on, " and ")), nil
}
