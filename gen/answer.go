package gen

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// answer prints the statement of an interface and the method that runs it, or
// the statements that queue a notification.
func answer(f *file, i *spec.Interface) error {
	switch {
	case i.Kind == spec.Notify:
		return notice(f, i)
	case i.Answer == nil, i.Answer.Handler:
		return nil
	case i.Answer.Token > 0:
		return tokenAnswer(f, i)
	case i.Kind == spec.Report:
		return reportAnswer(f, i)
	}
	return queryAnswer(f, i)
}

// method prints the method that answers an interface.
func method(f *file, i *spec.Interface, body ...jen.Code) {
	f.declare(fmt.Sprintf("%s answers %s.", localName(i.Cmd), i.Cmd),
		jen.Func().Params(jen.Id("a").Id("answers")).Id(localName(i.Cmd)).
			Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(i.Cmd) > 10}, answerParams(i)...).
			Error().Block(body...))
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
	reads, err := readAfter(f, i)
	if err != nil {
		return err
	}
	var returns []string
	var dest []jen.Code
	var after []jen.Code
	for _, a := range i.Answer.Return {
		if reads != nil && fill(reads.steps, a) {
			continue
		}
		field := fieldByPath(i.Response, a.To)
		if field == nil || field.Parent != nil && reads == nil {
			return fmt.Errorf("%s: a report returns members of the payload only, not %s", a.Pos, a.To)
		}
		target := jen.Id("p").Dot(goPath(field))
		if a.Field != nil && a.Map == nil {
			value, err := handedBack(a, field)
			if err != nil {
				return err
			}
			after = append(after, target.Op("=").Add(value))
			continue
		}
		var table *spec.Table
		if s := stepOf(i.Answer.Steps, a.Step); s != nil {
			table = s.Table
		}
		alias := "s"
		expr, err := output(r.inline(a), alias, table, field, i.System.Zone)
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
	if reads != nil {
		method(f, i, append(append([]jen.Code{}, r.before...), reads.body(reads.call(name, codes, anySlice(r.args), dest))...)...)
		return nil
	}
	args := append([]jen.Code{jen.Id("ctx"), jen.Id(name), codes, anySlice(r.args)}, dest...)
	body := append([]jen.Code{}, r.before...)
	write := jen.Id("a").Dot("db").Dot("Write").Custom(arguments(args), args...)
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

// handedBack is a field of the request as the value of a response field.
func handedBack(a *spec.Assign, f *spec.Field) (jen.Code, error) {
	value := jen.Id("q").Dot(goPath(a.Field))
	if kindOf(a.Field) != kindOf(f) || kindOf(f) == kindList || kindOf(f) == kindObject {
		return nil, fmt.Errorf("%s: %s is a %s, %s a %s", a.Pos, a.Field.Path, a.Field.Type, f.Path, f.Type)
	}
	if keeps(a.Field) {
		value = value.Dot("Value")
	}
	return value, nil
}
