package golang

import (
	"fmt"
	"path"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// clientFile generates the typed client of a system.
func clientFile(p *Generator, system *spec.System) error {
	list := slices.DeleteFunc(slices.Clone(system.Interfaces), func(i *spec.Interface) bool { return !called(i) })
	if len(list) == 0 {
		return nil
	}
	f := newFile(p, system.Name, system.Name)
	f.source(system.File)
	f.declare("Client calls the interfaces of the system as one app. A request that breaks a rule of the document is not sent; "+
		"client.Do lists the errors.", jen.Type().Id("Client").Struct(jen.Id("c").Op("*").Qual(pkgClient, "Client")))
	description := jen.Id("Describe").Call()
	if !p.Calls {
		description.Dot("System")
	}
	f.declare("NewClient returns a client. It fills in config.System.",
		jen.Func().Id("NewClient").Params(jen.Id("config").Qual(pkgClient, "Config")).Params(jen.Op("*").Id("Client"), jen.Error()).Block(
			jen.Id("config").Dot("System").Op("=").Add(description),
			jen.List(jen.Id("c"), jen.Err()).Op(":=").Qual(pkgClient, "New").Call(jen.Id("config")),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
			jen.Return(jen.Op("&").Id("Client").Values(jen.Id("c")), jen.Nil())))
	for _, i := range list {
		f.importName(system.Name, i.Group.Name)
		clientMethod(f, i)
	}
	return f.render(path.Join(system.Name, "client.go"))
}

// clientMethod generates the call of one interface. One without a response returns
// only its error.
func clientMethod(f *file, i *spec.Interface) {
	doc := fmt.Sprintf("%s calls %s: %s.", goName(i.Cmd), i.Cmd, i.Title)
	if i.Status == "deprecated" {
		doc += "\n\nDeprecated: use " + goName(i.Successor) + "."
	}
	request := payloadType(i.Request, f.local(requestType(i), i.System.Name, i.Group.Name))
	params, q := []jen.Code{jen.Id("ctx").Qual(pkgContext, "Context")}, jen.Op("&").Add(request.Clone()).Values()
	if len(i.Request) > 0 {
		params, q = append(params, jen.Id("q").Op("*").Add(request)), jen.Id("q")
	}
	response := payloadType(i.Response, f.local(responseType(i), i.System.Name, i.Group.Name))
	call := jen.Qual(pkgClient, "Do").Index(response.Clone()).Call(jen.Id("ctx"), jen.Id("c").Dot("c"), jen.Lit(i.Cmd), q)
	method := jen.Func().Params(jen.Id("c").Op("*").Id("Client")).Id(goName(i.Cmd)).Params(params...)
	if len(i.Response) == 0 {
		f.declare(doc, method.Error().Block(jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(call), jen.Return(jen.Err())))
		return
	}
	f.declare(doc, method.Params(jen.Op("*").Add(response), jen.Error()).Block(jen.Return(call)))
}
