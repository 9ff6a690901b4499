package golang

import (
	"slices"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// token is the body of a method that issues a token: id of the message and checks
// first, if there are any, then the token that the store issues, and its place.
func (a *answering) token(body, reads []jen.Code) ([]jen.Code, error) {
	if p := a.Of.System.Protocol; len(reads) > 0 || p != nil && p.Once { // a message with an id counts once
		body = append(body, jen.If(jen.Err().Op(":=").Add(a.call(reads)), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
	}
	used := map[string]bool{}
	var then []jen.Code
	for _, one := range a.Of.Answer.Return {
		field := a.Of.Response.At(one.To)
		target := jen.Id("p").Dot(goPath(field, nil)).Op("=")
		if one.Token == "" {
			if one.Now { // the rest is known before
				then = append(then, target.Qual(pkgWire, "TimeOf").Call(jen.Qual(pkgTime, "Now").Call()))
			}
			continue
		}
		used[one.Token] = true
		switch k := field.Shape(); {
		case one.Token != "seconds" && k == spec.Text:
			then = append(then, target.Id(one.Token))
		case one.Token == "seconds" && k == spec.Whole:
			then = append(then, target.Qual(pkgWire, "IntOf").Call(jen.Id("seconds")))
		default:
			return nil, spec.Refuse(one.Pos, "the %s of a token cannot fill the %s %s", one.Token, field.Type, one.To)
		}
	}
	name := func(s string) jen.Code {
		if used[s] {
			return jen.Id(s)
		}
		return jen.Id("_")
	}
	made, issue := []jen.Code{name("value"), name("seconds"), jen.Err()}, "IssueToken"
	if used["secret"] {
		made, issue = slices.Insert(made, 1, name("secret")), "IssueSecret"
	}
	body = append(body,
		jen.List(made...).Op(":=").Id("a").Dot("db").Dot(issue).
			Call(jen.Id("ctx"), jen.Id("call"), lifetime(a.Of.Answer.Token)),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
	return append(append(body, then...), jen.Return(jen.Nil())), nil
}

// lifetime generates a duration in its greatest whole unit.
func lifetime(d time.Duration) jen.Code {
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"Hour", time.Hour}, {"Minute", time.Minute}} {
		if d%unit.size == 0 {
			return jen.Lit(int(d/unit.size)).Op("*").Qual("time", unit.name)
		}
	}
	return jen.Lit(int(d/time.Second)).Op("*").Qual("time", "Second")
}
