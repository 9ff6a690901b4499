package gen

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// answer prints the statement of an interface and the method that runs it.
func answer(f *file, i *spec.Interface) error {
	switch {
	case i.Answer == nil, i.Answer.Handler:
		return nil
	case i.Kind == spec.Report:
		return reportAnswer(f, i)
	}
	return queryAnswer(f, i)
}

// method prints the method that answers an interface.
func method(f *file, i *spec.Interface, body ...jen.Code) {
	f.declare(fmt.Sprintf("%s answers %s.", lowerName(i.Cmd), i.Cmd),
		jen.Func().Params(jen.Id("a").Id("answers")).Id(lowerName(i.Cmd)).Params(answerParams(i)...).Error().Block(body...))
}

// answerParams are the parameters of whatever answers an interface.
func answerParams(i *spec.Interface) []jen.Code {
	return []jen.Code{
		jen.Id("ctx").Qual(pkgContext, "Context"),
		jen.Id("call").Op("*").Qual(pkgRoute, "Call"),
		jen.Id("q").Op("*").Id(requestType(i)),
		jen.Id("p").Op("*").Id(responseType(i)),
	}
}

// statement prints an SQL constant.
func statement(f *file, name, doc, sql string) {
	f.declare(doc, jen.Const().Id(name).Op("=").Add(raw(sql)))
}

// anySlice prints []any{…}.
func anySlice(values []jen.Code) jen.Code {
	if len(values) == 0 {
		return jen.Nil()
	}
	return jen.Index().Any().Custom(listOf(values), values...)
}

// reportAnswer prints the one statement of a report.
func reportAnswer(f *file, i *spec.Interface) error {
	r, err := newReport(i)
	if err != nil {
		return err
	}
	var returns []string
	var dest []jen.Code
	var after []jen.Code
	for _, a := range i.Answer.Return {
		field := fieldByPath(i.Response, a.To)
		if field == nil || field.Parent != nil {
			return fmt.Errorf("%s: a report returns members of the payload only, not %s", a.Pos, a.To)
		}
		target := jen.Id("p").Dot(goName(field.Name))
		if a.Field != nil && a.Map == nil {
			after = append(after, target.Op("=").Id("q").Dot(goPath(a.Field)))
			continue
		}
		table, alias := stepTable(i.Answer, a.Step), "s"
		expr, err := output(a, alias, table, field, i.System.Zone)
		if err != nil {
			return err
		}
		if a.Step != "" {
			expr = scalar(expr, a.Step, kindOf(field))
		}
		returns = append(returns, expr)
		dest = append(dest, jen.Op("&").Add(target))
	}
	name := lowerName(i.Cmd) + "SQL"
	statement(f, name, fmt.Sprintf("%s checks, writes and queues, all or nothing.", name), r.sql(returns))
	codes := jen.Nil()
	if len(r.codes) > 0 {
		taken := lowerName(i.Cmd) + "Taken"
		f.declare(fmt.Sprintf("%s are the codes of values that somebody else has.", taken),
			jen.Var().Id(taken).Op("=").Qual(pkgStore, "Codes").ValuesFunc(func(g *jen.Group) {
				for _, c := range r.codes {
					g.Lit(c.Name).Op(":").Lit(c.Value)
				}
			}))
		codes = jen.Id(taken)
	}
	args := append([]jen.Code{jen.Id("ctx"), jen.Id(name), codes, anySlice(r.args)}, dest...)
	body := append([]jen.Code{}, r.before...)
	write := jen.Id("a").Dot("db").Dot("Write").Call(args...)
	if len(after) > 0 {
		body = append(body, after...)
	}
	method(f, i, append(body, jen.Return(write))...)
	return nil
}

// scalar reads a value from the one row that a step wrote.
func scalar(expr, step string, k kind) string {
	one := "(select " + expr + " from " + step + " s)"
	if k == kindString {
		return "coalesce(" + one + ", '')"
	}
	return one
}

// stepTable is the table that a step works on.
func stepTable(a *spec.Answer, name string) *spec.Table {
	for _, s := range a.Steps {
		if s.Name == name {
			return s.Table
		}
	}
	return nil
}

// queryAnswer prints the statements of a query.
func queryAnswer(f *file, i *spec.Interface) error {
	if len(i.Answer.Steps) != 1 || len(i.Answer.Checks) > 0 {
		return fmt.Errorf("%s: a query reads with one verb and without checks", i.Answer.Pos)
	}
	s := i.Answer.Steps[0]
	switch s.Verb {
	case "get":
		return getAnswer(f, i, s)
	case "list":
		return listAnswer(f, i, s)
	case "exists":
		return existsAnswer(f, i, s)
	}
	return fmt.Errorf("%s: verb %q does not read", s.Pos, s.Verb)
}

// getAnswer prints the statement that reads one row.
func getAnswer(f *file, i *spec.Interface, s *spec.AnswerStep) error {
	q := &query{system: i.System, request: i.Request}
	where := q.where("t", s.Where, s.Table)
	var columns []string
	var dest, before []jen.Code
	objects := map[*spec.Field]bool{}
	for _, a := range i.Answer.Return {
		field := fieldByPath(i.Response, a.To)
		if field.Parent != nil && !objects[field.Parent] {
			objects[field.Parent] = true
			before = append(before, jen.Id("p").Dot(goPath(field.Parent)).Op("=").New(
				jen.Id(memberType(responseType(i), field.Parent))))
		}
		if a.Field != nil {
			before = append(before, jen.Id("p").Dot(goPath(field)).Op("=").Id("q").Dot(goPath(a.Field)))
			continue
		}
		expr, err := output(a, "t", s.Table, field, i.System.Zone)
		if err != nil {
			return err
		}
		columns = append(columns, expr)
		dest = append(dest, jen.Op("&").Id("p").Dot(goPath(field)))
	}
	name := lowerName(i.Cmd) + "SQL"
	statement(f, name, fmt.Sprintf("%s reads one row of %s.", name, s.Table.Name),
		fmt.Sprintf("select %s\nfrom %s t\nwhere %s%s\nlimit 1", strings.Join(columns, ",\n  "), qualified(s.Table), where, order("t", s.Order)))
	args := append([]jen.Code{jen.Id("ctx"), jen.Id("call"), jen.Id(name), jen.Lit(s.Missing), anySlice(q.args)}, dest...)
	body := append(before, q.before...)
	method(f, i, append(body, jen.Return(jen.Id("a").Dot("db").Dot("Get").Call(args...)))...)
	return nil
}

// existsAnswer prints the statement that tells whether there is a row.
func existsAnswer(f *file, i *spec.Interface, s *spec.AnswerStep) error {
	q := &query{system: i.System, request: i.Request}
	sql := fmt.Sprintf("select exists (select from %s t where %s)::int::bigint", qualified(s.Table), q.where("t", s.Where, s.Table))
	name := lowerName(i.Cmd) + "SQL"
	statement(f, name, fmt.Sprintf("%s tells whether there is such a row of %s.", name, s.Table.Name), sql)
	method(f, i, jen.Return(jen.Id("a").Dot("db").Dot("Get").Call(jen.Id("ctx"), jen.Id("call"), jen.Id(name), jen.Lit(""),
		anySlice(q.args), jen.Op("&").Id("p").Dot(goPath(s.Into)))))
	return nil
}

// listAnswer prints the statements that list rows.
func listAnswer(f *file, i *spec.Interface, s *spec.AnswerStep) error {
	q := &query{system: i.System, request: i.Request}
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
	row := memberType(responseType(i), s.Into)
	columns, dest, err := rowColumns(i, s)
	if err != nil {
		return err
	}
	sql := fmt.Sprintf("\nfrom %s t\nwhere %s", qualified(s.Table), where)
	marked := s.Since != nil && s.Since.Last != nil
	if marked {
		columns = append(columns, fmt.Sprintf("least(t.%s, now() - interval '10 seconds')", s.Since.Column))
	}
	name := lowerName(i.Cmd) + "SQL"
	rows := "select " + strings.Join(columns, ",\n  ") + sql + order("t", s.Order)
	scan := lowerName(i.Cmd) + "Row"
	if s.Page != nil {
		n := len(q.args)
		rows += fmt.Sprintf("\nlimit $%d offset $%d", n+1, n+2)
		statement(f, name, fmt.Sprintf("%s lists a page of %s.", name, s.Table.Name), rows)
		statement(f, lowerName(i.Cmd)+"CountSQL", "It counts what "+name+" lists.", "select count(*)"+sql)
		pagedMethod(f, i, s, q, name, scan, marked)
	} else {
		statement(f, name, fmt.Sprintf("%s lists rows of %s.", name, s.Table.Name), rows)
		method(f, i, append(q.before,
			jen.List(jen.Id("list"), jen.Err()).Op(":=").Qual(pkgStore, "List").Call(
				jen.Id("ctx"), jen.Id("a").Dot("db"), jen.Id("call"), jen.Id(name), anySlice(q.args), jen.Id(scan)),
			jen.Id("p").Dot(goPath(s.Into)).Op("=").Id("list"),
			jen.Return(jen.Err()))...)
	}
	f.declare(fmt.Sprintf("%s gives the places of the columns of one row.", scan),
		jen.Func().Id(scan).Params(jen.Id("r").Op("*").Id(row)).Index().Any().Block(
			jen.Return(jen.Index().Any().Custom(listOf(dest), dest...))))
	return nil
}

// pagedMethod prints the method of a paged list.
func pagedMethod(f *file, i *spec.Interface, s *spec.AnswerStep, q *query, name, scan string, marked bool) {
	var mark jen.Code = jen.Id("_")
	if marked {
		mark = jen.Id("mark")
	}
	paged := jen.Qual(pkgStore, "Paged").ValuesFunc(func(g *jen.Group) {
		g.Id("Count").Op(":").Id(lowerName(i.Cmd) + "CountSQL")
		g.Id("Rows").Op(":").Id(name)
		if marked {
			g.Id("Marked").Op(":").True()
		}
	})
	body := append(q.before,
		jen.Id("page").Op(":=").Qual(pkgStore, "NewPage").Call(
			jen.Id("q").Dot(goPath(s.Page.Page)), jen.Id("q").Dot(goPath(s.Page.Size))),
		jen.Id("sql").Op(":=").Add(paged),
		jen.List(jen.Id("list"), mark, jen.Err()).Op(":=").Qual(pkgStore, "ListPage").Call(
			jen.Id("ctx"), jen.Id("a").Dot("db"), jen.Id("call"), jen.Id("sql"), jen.Op("&").Id("page"), anySlice(q.args), jen.Id(scan)),
		jen.Id("p").Dot(goPath(s.Into)).Op("=").Id("list"),
		jen.Id("p").Dot(goPath(s.Page.Total)).Op("=").Qual(pkgWire, "IntOf").Call(jen.Id("page").Dot("Total")),
	)
	if s.Page.Echo != nil {
		body = append(body, jen.Id("p").Dot(goPath(s.Page.Echo)).Op("=").Qual(pkgWire, "IntOf").Call(jen.Id("page").Dot("Number")))
	}
	if marked {
		body = append(body, jen.Id("p").Dot(goPath(s.Since.Last)).Op("=").Id("mark"))
	}
	method(f, i, append(body, jen.Return(jen.Err()))...)
}

// rowColumns are the columns of a listed row and the places they go to.
func rowColumns(i *spec.Interface, s *spec.AnswerStep) (columns []string, dest []jen.Code, err error) {
	for _, a := range s.Return {
		field := fieldByPath(i.Response, a.To)
		if field.Parent != s.Into {
			return nil, nil, fmt.Errorf("%s: %s is not a member of %s", a.Pos, a.To, s.Into.Path)
		}
		expr, err := output(a, "t", s.Table, field, i.System.Zone)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, expr)
		dest = append(dest, jen.Op("&").Id("r").Dot(goName(field.Name)))
	}
	for n, c := range s.Children {
		expr, err := children(c, "t", fmt.Sprintf("c%d", n+1), i)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, expr)
		dest = append(dest, jen.Qual(pkgStore, "Nested").Call(jen.Op("&").Id("r").Dot(goName(c.Into.Name))))
	}
	return columns, dest, nil
}

// children is the expression that gathers the rows of a nested array as JSON.
func children(c *spec.Child, parent, alias string, i *spec.Interface) (string, error) {
	object, err := jsonObject(c.Return, alias, c.Table, i.Response, "UTC", false)
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
