package gen

import (
	"fmt"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// tokenAnswer prints the method that issues a token: id of the message and checks
// first, if there are any, then what the store issues, and where it goes.
func tokenAnswer(f *file, i *spec.Interface) error {
	r := &reading{f: f, i: i}
	r.checks()
	r.objects()
	if err := r.constants(); err != nil {
		return err
	}
	body := r.bare
	if len(r.reads) > 0 || i.System.Envelope.Message != "" { // a message with an id counts once
		args := append([]jen.Code{jen.Id("ctx"), jen.Id("call")}, r.reads...)
		body = append(body, jen.If(jen.Err().Op(":=").Id("a").Dot("db").Dot("Read").Call(args...), jen.Err().Op("!=").Nil()).
			Block(jen.Return(jen.Err())))
	}
	used := map[string]bool{}
	var then []jen.Code
	for _, a := range i.Answer.Return {
		if a.Token == "" {
			continue
		}
		used[a.Token] = true
		field := fieldByPath(i.Response, a.To)
		target := jen.Id("p").Dot(goPath(field)).Op("=")
		switch k := kindOf(field); {
		case a.Token == "value" && k == kindString:
			then = append(then, target.Id("value"))
		case a.Token == "seconds" && k == kindInt:
			then = append(then, target.Qual(pkgWire, "IntOf").Call(jen.Id("seconds")))
		default:
			return fmt.Errorf("%s: the %s of a token cannot fill the %s %s", a.Pos, a.Token, field.Type, a.To)
		}
	}
	name := func(s string) jen.Code {
		if used[s] {
			return jen.Id(s)
		}
		return jen.Id("_")
	}
	body = append(body,
		jen.List(name("value"), name("seconds"), jen.Err()).Op(":=").Id("a").Dot("db").Dot("IssueToken").
			Call(jen.Id("ctx"), jen.Id("call"), lifetime(i.Answer.Token)),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
	method(f, i, append(append(body, then...), jen.Return(jen.Nil()))...)
	return nil
}

// lifetime prints a duration in its greatest whole unit.
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
