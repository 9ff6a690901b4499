package golang

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// answer generates the statements of an interface and the method that runs them.
func answer(f *file, i *spec.Interface) error {
	if !declaredAnswer(i) {
		return nil
	}
	compiled, err := statement.Compile(i)
	if err != nil {
		return err
	}
	a := &answering{Answer: compiled, file: f, locals: newLocals(i, compiled.Statements())}
	a.statements()
	body, err := a.body()
	if err != nil {
		return err
	}
	method(f, i, body...)
	return nil
}

// method generates the method that answers an interface.
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
		jen.Id("q").Op("*").Add(payloadType(i.Request, jen.Id(requestType(i)))),
		jen.Id("p").Op("*").Add(payloadType(i.Response, jen.Id(responseType(i)))),
	}
}

// handlerParams are the parameters of a method that is written by hand.
func handlerParams(i *spec.Interface) []jen.Code {
	params := answerParams(i)
	params[1] = jen.Id("call").Op("*").Qual(pkgStore, "Call")
	return params
}

// answering generates one answer.
type answering struct {
	*statement.Answer
	file   *file
	locals *locals
	first  []jen.Code // statements before the call of the store
	then   []jen.Code // statements after it
	failed bool       // those before it have made err
}

// constantName is the constant that holds a statement.
func constantName(i *spec.Interface, s *statement.Statement) string {
	return lowerName(i.Cmd) + partName(s) + "SQL"
}

// partName is the name of a statement within its interface, as a part of Go names.
func partName(s *statement.Statement) string {
	if s.Name == "" {
		return ""
	}
	return goName(s.Name)
}

// statements generates the statements as constants, and the codes of constraints.
func (a *answering) statements() {
	for _, s := range a.Statements() {
		statementConstant(a.file, constantName(a.Of, s), s)
	}
	if a.Write == nil || len(a.Write.Taken) == 0 {
		return
	}
	taken := lowerName(a.Of.Cmd) + "Taken"
	a.file.declare(fmt.Sprintf("%s are the codes for values that another row has.", taken),
		jen.Var().Id(taken).Op("=").Qual(pkgStore, "Codes").ValuesFunc(func(g *jen.Group) {
			for _, c := range a.Write.Taken {
				g.Lit(c.Name).Op(":").Lit(c.Value)
			}
		}))
}

// statementConstant generates a statement as a constant.
func statementConstant(f *file, name string, s *statement.Statement) {
	f.declare(fmt.Sprintf("%s %s.", name, s.Doc), jen.Const().Id(name).Op("=").Add(sqlCode(f, s.SQL)))
}

// body is the body of the method: it fills the fields that need no statement,
// prepares the arguments and calls the store.
func (a *answering) body() ([]jen.Code, error) {
	body, err := a.filled()
	if err != nil {
		return nil, err
	}
	reads := a.reads()
	body = slices.Concat(a.locals.kept, a.locals.made(jen.Id("q"), nil, a.asked()), body)
	body = append(body, a.locals.before...)
	if a.Before != nil {
		refused := jen.Id("a").Dot("db").Dot("Refused").Call(jen.Id("ctx"), jen.Id(constantName(a.Of, a.Before)), a.locals.arguments(a.Before))
		body = append(body, jen.If(jen.Err().Op(":=").Add(refused), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
	}
	body = append(append(body, a.locals.hashes...), a.first...)
	if a.Of.Answer.Token > 0 {
		return a.token(body, reads)
	}
	call := a.call(reads)
	if len(a.then) == 0 {
		return append(body, jen.Return(call)), nil
	}
	define := ":="
	if a.failed {
		define = "="
	}
	body = append(body, jen.Id("err").Op(define).Add(call))
	return append(append(body, a.then...), jen.Return(jen.Err())), nil
}

// asked are the fields of the request that the method looks at.
func (a *answering) asked() (out spec.Fields) {
	for _, one := range a.Fixed {
		if one.From != nil {
			out = append(out, one.From)
		}
	}
	for _, s := range a.Statements() {
		for _, arg := range s.Args {
			out = append(out, looksAt(arg.Source)...)
		}
	}
	for _, r := range a.Reads {
		if r.Step != nil && r.Step.Page != nil {
			out = append(out, r.Step.Page.Begin(), r.Step.Page.Size)
		}
	}
	return out
}

// looksAt are the fields of the request that an argument comes from.
func looksAt(source statement.Source) (out spec.Fields) {
	switch source := source.(type) {
	case statement.Value:
		return spec.Fields{source.Field}
	case statement.Blank:
		return spec.Fields{source.Field}
	case statement.Hash:
		return spec.Fields{source.Field}
	case statement.Member:
		for f := source.Each; f != nil; f = f.Array() {
			out = append(out, f)
		}
	}
	return out
}

// call is the call of the store.
func (a *answering) call(reads []jen.Code) jen.Code {
	db := jen.Id("a").Dot("db")
	if a.Write == nil {
		args := append([]jen.Code{jen.Id("ctx"), jen.Id("call")}, reads...)
		return db.Dot("Read").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(reads) > 1}, args...)
	}
	codes := jen.Nil()
	if len(a.Write.Taken) > 0 {
		codes = jen.Id(lowerName(a.Of.Cmd) + "Taken")
	}
	dest := places(a.Write.Columns, "p", nil)
	args := []jen.Code{jen.Id("ctx"), jen.Id(constantName(a.Of, a.Write)), codes, a.locals.arguments(a.Write)}
	if len(reads) == 0 {
		args = append(args, dest...)
		return db.Dot("Write").Custom(arguments(args), args...)
	}
	args = append(append(args, anySlice(dest)), reads...)
	return db.Dot("WriteRead").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, args...)
}

// filled makes the objects of the response and fills the fields that need no
// statement.
func (a *answering) filled() ([]jen.Code, error) {
	var body []jen.Code
	for _, f := range a.Objects {
		body = append(body, jen.Id("p").Dot(goPath(f, nil)).Op("=").New(jen.Id(innerType(responseType(a.Of), f))))
	}
	for _, one := range a.Fixed {
		value, err := fixedValue(one)
		if err != nil {
			return nil, err
		}
		body = append(body, jen.Id("p").Dot(goPath(one.To, nil)).Op("=").Add(value))
	}
	return body, nil
}

// fixedValue is a field of the request, or a constant, as the value of a field of
// the response.
func fixedValue(one statement.Fixed) (jen.Code, error) {
	to := one.To
	if one.From != nil {
		return handedBack(one)
	}
	switch to.Shape() {
	case spec.Whole:
		n, err := wholeNumber(one.Value, one.Pos)
		return jen.Qual(pkgWire, "IntOf").Call(n), err
	case spec.Text:
		return jen.Lit(one.Value), nil
	case spec.Fraction:
		return jen.Qual(pkgWire, "DecimalOf").Call(jen.Lit(one.Value)), nil
	case spec.Truth:
		return jen.Qual(pkgWire, "BoolOf").Call(jen.Lit(one.Value == "true")), nil
	}
	return nil, spec.Refuse(one.Pos, "a constant cannot fill a %s", to.Type)
}

// handedBack is a field of the request as the value of a response field.
func handedBack(one statement.Fixed) (jen.Code, error) {
	from, to := one.From, one.To
	if from.Shape() != to.Shape() || to.Shape() == spec.List || to.Shape() == spec.Record {
		return nil, spec.Refuse(one.Pos, "%s is a %s, %s a %s", from.Path, from.Type, to.Path, to.Type)
	}
	value := jen.Id("q").Dot(goPath(from, nil))
	if from.TellsAbsent() {
		value = value.Dot("Value")
	}
	return value, nil
}

// reads are the arguments of the store that read, one for each statement.
func (a *answering) reads() []jen.Code {
	var out []jen.Code
	if a.Checks != nil {
		out = append(out, jen.Qual(pkgStore, "Checks").Call(jen.Id(constantName(a.Of, a.Checks)), a.locals.arguments(a.Checks)))
	}
	for _, r := range a.Reads {
		out = append(out, a.read(r))
	}
	return out
}

// read is the argument of the store for one statement that reads.
func (a *answering) read(r *statement.Read) jen.Code {
	sql, args := jen.Id(constantName(a.Of, r.Statement)), a.locals.arguments(r.Statement)
	if r.Into == nil {
		list := append([]jen.Code{sql, jen.Lit(r.Missing), args}, places(r.Columns, "p", nil)...)
		return jen.Qual(pkgStore, "Row").Custom(arguments(list), list...)
	}
	row := lowerName(a.Of.Cmd) + partName(r.Statement) + "Row"
	a.scan(row, r)
	into := jen.Op("&").Id("p").Dot(goPath(r.Into, nil))
	if r.Step.Page == nil {
		return jen.Qual(pkgStore, "Rows").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(r.Args) > 2 && bound(r.Args)},
			sql, args, jen.Id(row), into)
	}
	args, order := a.locals.ofPage(r.Statement)
	return jen.Qual(pkgStore, "PageRows").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true},
		a.paged(r, sql, order), jen.Op("&").Id(a.page(r)), args, jen.Id(row), into)
}

// bound reports whether a statement has the values of a scope, which make its line long.
func bound(args []statement.Argument) bool {
	return slices.ContainsFunc(args, func(a statement.Argument) bool { _, ok := a.Source.(statement.Scope); return ok })
}

// scan generates the function that gives the places of the columns of one row.
func (a *answering) scan(name string, r *statement.Read) {
	dest := places(r.Columns, "r", r.Into)
	var body []jen.Code
	for _, f := range r.Objects() {
		body = append(body, jen.Id("r").Dot(goPath(f, r.Into)).Op("=").New(jen.Id(innerType(responseType(a.Of), f))))
	}
	body = append(body, jen.Return(jen.Index().Any().Custom(listOf(dest), dest...)))
	var row jen.Code = jen.Id(innerType(responseType(a.Of), r.Into))
	if r.Into.Shape() == spec.Scalars {
		row = goType("", r.Into.Member())
	}
	a.file.declare(fmt.Sprintf("%s returns the destinations of a row's columns.", name),
		jen.Func().Id(name).Params(jen.Id("r").Op("*").Add(row)).Index().Any().Block(body...))
}

// places are the destinations of a result's columns: the fields of the response p,
// or of a row r of an array. The store takes columns without a field.
func places(columns []statement.Column, in string, array *spec.Field) []jen.Code {
	var out []jen.Code
	for _, c := range columns {
		if c.Field == nil {
			continue
		}
		place := jen.Id(in) // of an array of scalars, one of them
		if c.Field != array {
			place = jen.Op("&").Id(in).Dot(goPath(c.Field, array))
		}
		if c.JSON {
			place = jen.Qual(pkgStore, map[bool]string{false: "Nested", true: "NestedStruct"}[c.Field.Shape() == spec.Record]).Call(place)
		}
		out = append(out, place)
	}
	return out
}

// anySlice generates []any{…}.
func anySlice(values []jen.Code) jen.Code {
	if len(values) == 0 {
		return jen.Nil()
	}
	return jen.Index().Any().Custom(listOf(values), values...)
}

// goPath is the Go selector of a field below in: a member of an array, or with nil the request
// or the response.
func goPath(f, in *spec.Field) string {
	if f.Parent == in {
		return f.GoName()
	}
	return goPath(f.Parent, in) + "." + f.GoName()
}

// wholeNumber generates a whole number of the YAML.
func wholeNumber(text string, at spec.Pos) (jen.Code, error) {
	if !spec.IsWholeText(text) {
		return nil, spec.Refuse(at, "%q is not written as a whole number", text)
	}
	return jen.Id(text), nil
}
