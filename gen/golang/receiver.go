package golang

import (
	"fmt"
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// receiverFile generates the other end of a system's notifications, for the
// applications that get them. A system without notifications has none.
func receiverFile(out *Generator, system *spec.System) error {
	var list []*spec.Interface
	for _, i := range system.Interfaces {
		if i.IsSent() {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return nil
	}
	f := newFile(out, system.Name, system.Name)
	f.source(system.File)
	for _, i := range list {
		f.importName(system.Name, i.Group.Name)
	}
	receiverInterface(f, system, list)
	f.declare("Receive returns a handler for each method of r. To handle some notifications only, list the results "+
		"of their On functions instead; the others are answered as unknown.",
		jen.Func().Id("Receive").Params(jen.Id("r").Id("Receiver")).Index().Qual(pkgReceive, "Handler").Block(
			jen.Return(jen.Index().Qual(pkgReceive, "Handler").Custom(multiline, each(list, func(i *spec.Interface) jen.Code {
				return jen.Id("On" + goName(i.Cmd)).Call(jen.Id("r").Dot(goName(i.Cmd)))
			})...))))
	for _, i := range list {
		f.declare(fmt.Sprintf("On%s returns a handler of %s, %s, that calls take.", goName(i.Cmd), i.Cmd, i.Title),
			jen.Func().Id("On"+goName(i.Cmd)).
				Params(jen.Id("take").Qual(pkgReceive, "Take").Index(payloadType(i.Request, f.local(requestType(i), system.Name, i.Group.Name)))).
				Qual(pkgReceive, "Handler").Block(
				jen.Return(jen.Qual(pkgReceive, "Handle").Call(jen.Lit(i.Cmd), jen.Id("take")))))
	}
	return f.render(path.Join(system.Name, "receiver.go"))
}

// receiverInterface generates the interface of who takes every notification.
func receiverInterface(f *file, system *spec.System, list []*spec.Interface) {
	f.declare("Receiver handles every notification of the system. If a revision adds one, the compiler asks for its method. "+
		"receive.Take describes the arguments and the error.",
		jen.Type().Id("Receiver").InterfaceFunc(func(g *jen.Group) {
			for _, i := range list {
				for _, line := range wrap(fmt.Sprintf("%s handles %s: %s.", goName(i.Cmd), i.Cmd, i.Title), 92) {
					g.Comment(line)
				}
				g.Id(goName(i.Cmd)).Params(
					jen.Id("ctx").Qual(pkgContext, "Context"),
					jen.Id("call").Op("*").Qual(pkgReceive, "Call"),
					jen.Id("q").Op("*").Add(payloadType(i.Request, f.local(requestType(i), system.Name, i.Group.Name))),
				).Error()
			}
		}))
}
