package golang

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// fromHandlers reports whether a handler names a notification.
func fromHandlers(i *spec.Interface) bool {
	return i.IsSent() && slices.ContainsFunc(i.System.Interfaces, func(other *spec.Interface) bool {
		return byHand(other) && slices.Contains(other.Notify, i)
	})
}

// told reports whether handlers fill a notification themselves: no row does.
func told(i *spec.Interface) bool { return fromHandlers(i) && i.Row == nil }

// tellFunction generates the functions by which handlers queue a notification that
// they fill themselves.
func tellFunction(f *file, i *spec.Interface) error {
	if !told(i) {
		return nil
	}
	if len(i.Request) == 0 {
		return spec.Refuse(i.Pos, "a notification that handlers fill has fields")
	}
	project := jen.Lit("")
	if of := projectField(i); of != nil {
		project = jen.Id("q").Dot(of.GoName())
	}
	name, call := "Tell"+goName(i.Cmd), []jen.Code{jen.Id("ctx").Qual(pkgContext, "Context"), jen.Id("call").Op("*").Qual(pkgStore, "Call")}
	q := jen.Id("q").Op("*").Id(requestType(i))
	f.declare(fmt.Sprintf("%s queues %s, %s, for every subscriber, in the transaction of a call.", name, i.Cmd, i.Title),
		jen.Func().Id(name).Params(append(slices.Clone(call), q)...).Error().Block(
			jen.Return(jen.Qual(pkgStore, "Tell").Call(jen.Id("ctx"), jen.Id("call"), jen.Lit(i.Cmd), project, jen.Id("q")))))
	f.declare(fmt.Sprintf("%sTo queues %s for one app alone, at the URL of a call, or with an empty one at that of its subscription.", name, i.Cmd),
		jen.Func().Id(name+"To").Params(append(call, jen.List(jen.Id("app"), jen.Id("url")).String(), q)...).Error().Block(
			jen.Return(jen.Qual(pkgStore, "TellTo").Call(
				jen.Id("ctx"), jen.Id("call"), jen.Lit(i.Cmd), project, jen.Id("app"), jen.Id("url"), jen.Id("q")))))
	return nil
}

// projectField is the field of a notification that is called like the system's
// project, whichever way it is written: proj_guid, projGUID; nil where none is.
func projectField(i *spec.Interface) *spec.Field {
	plain := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	for _, field := range i.Request {
		if i.System.Project != "" && field.Shape() == spec.Text && !field.TellsAbsent() && plain(field.Name) == plain(i.System.Project) {
			return field
		}
	}
	return nil
}

// queueFunction generates the function by which handlers queue a notification of a
// row.
func queueFunction(f *file, n *statement.Notification) {
	i := n.Of
	if !fromHandlers(i) {
		return
	}
	params := []jen.Code{jen.Id("ctx").Qual(pkgContext, "Context"), jen.Id("call").Op("*").Qual(pkgStore, "Call")}
	args := []jen.Code{jen.Id("ctx"), jen.Id("call"), jen.Id(constantName(i, n.Queue))}
	for _, name := range i.By {
		args = append(args, jen.Id(localName(name)))
		if i.Row.Column(name).Type == spec.Int {
			params = append(params, jen.Id(localName(name)).Int64())
		} else {
			params = append(params, jen.Id(localName(name)).String())
		}
	}
	name := "Queue" + goName(i.Cmd)
	f.declare(fmt.Sprintf("%s queues %s, %s, for every subscriber, told of the row of %s with this %s, in the transaction of a call.",
		name, i.Cmd, i.Title, i.Row.Name, strings.Join(i.By, ", ")),
		jen.Func().Id(name).Params(params...).Error().Block(jen.Return(jen.Qual(pkgStore, "QueueRow").Call(args...))))
}
