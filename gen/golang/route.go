package golang

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// interfaceRoute generates how an interface is found and whether it is served.
func interfaceRoute(f *file, i *spec.Interface) error {
	doc := fmt.Sprintf("%sRoute is %s (%s, section %s).", lowerName(i.Cmd), i.Title, i.Code, i.Section)
	if i.Code == "" {
		doc = fmt.Sprintf("%sRoute is %s (section %s).", lowerName(i.Cmd), i.Title, i.Section)
	}
	if i.Note != "" {
		doc += "\n" + i.Note
	}
	kinds := map[spec.Kind]string{spec.Report: "Report", spec.Query: "Query", spec.Notify: "Notify"}
	states := map[spec.Status]string{
		spec.Active: "Active", spec.Deprecated: "Deprecated", spec.Unimplemented: "Unimplemented",
	}
	fields := []jen.Code{
		jen.Id("Cmd").Op(":").Lit(i.Cmd),
		jen.Id("Kind").Op(":").Qual(pkgRoute, kinds[i.Kind]),
		jen.Id("Status").Op(":").Qual(pkgRoute, states[i.Status]),
	}
	fields = append(fields, literals("Frame", i.FrameName)...)
	if i.Path != "" {
		fields = append(fields, literals("Method", i.Method, "Path", i.Path)...)
	}
	if slices.ContainsFunc(i.Request, func(r *spec.Field) bool { return !r.IsOptional() }) {
		fields = append(fields, jen.Id("Needs").Op(":").True())
	}
	life := lifeCode(i)
	fields = append(fields, life...)
	places := placesCode(i)
	fields = append(fields, places...)
	f.declare(doc, jen.Var().Id(lowerName(i.Cmd)+"Route").Op("=").Qual(pkgRoute, "Interface").Custom(
		jen.Options{Open: "{", Close: "}", Separator: ",", Multi: len(places)+len(life) > 0}, fields...))
	return nil
}

// byHand reports whether Go must answer an interface.
func byHand(i *spec.Interface) bool { return i.Answer != nil && i.Answer.Handler }

// answered reports whether an interface is answered.
func answered(i *spec.Interface) bool { return i.Answer != nil }

// declaredAnswer reports whether the YAML says how an interface is answered.
func declaredAnswer(i *spec.Interface) bool { return i.Answer != nil && !i.Answer.Handler }

// groupFiles generates one file for each group: what ties its interfaces together.
func groupFiles(out *Generator, system *spec.System) error {
	for _, g := range system.Groups {
		list := system.InGroup(g)
		if len(list) == 0 {
			continue
		}
		f := newFile(out, path.Join(system.Name, g.Name), g.Name)
		f.source(system.File)
		section := ""
		if g.Section != "" {
			section = " (section " + g.Section + ")"
		}
		f.packageDoc(fmt.Sprintf("Package %s holds %s of %s%s.", g.Name, g.Title, system.Name, section))
		if out.Calls {
			groupInterfaces(f, list)
			if err := f.render(path.Join(system.Name, g.Name, g.Name+".go")); err != nil {
				return err
			}
			continue
		}
		if slices.ContainsFunc(list, byHand) {
			handlers(f, list)
		}
		if slices.ContainsFunc(list, declaredAnswer) {
			f.declare("answers are the answers that the YAML declares.",
				jen.Type().Id("answers").Struct(jen.Id("db").Op("*").Qual(pkgStore, "DB")))
		}
		groupInterfaces(f, list)
		groupAnswers(f, list)
		if slices.ContainsFunc(list, declaredAnswer) {
			if err := groupStatements(f, list); err != nil {
				return err
			}
		}
		if err := f.render(path.Join(system.Name, g.Name, g.Name+".go")); err != nil {
			return err
		}
	}
	return nil
}

// handlers generates the interface that hand-written answers implement.
func handlers(f *file, list []*spec.Interface) {
	f.declare("Handlers are the answers that are written by hand. store.Handler says what a method's error means.", jen.Type().Id("Handlers").InterfaceFunc(func(g *jen.Group) {
		for _, i := range list {
			if byHand(i) {
				for _, line := range wrap(fmt.Sprintf("%s answers %s: %s.", goName(i.Cmd), i.Cmd, i.Title), 92) {
					g.Comment(line)
				}
				g.Id(goName(i.Cmd)).Params(handlerParams(i)...).Error()
			}
		}
	}))
}

// groupInterfaces generates the list of a group's interfaces.
func groupInterfaces(f *file, list []*spec.Interface) {
	f.declare("Interfaces returns the interfaces of the group. They validate requests and have no answers.",
		jen.Func().Id("Interfaces").Params().Index().Qual(pkgRoute, "Interface").Block(
			jen.Return(jen.Index().Qual(pkgRoute, "Interface").Custom(multiline, each(list, describeCode)...))))
}

// describeCode is an interface that is not answered.
func describeCode(i *spec.Interface) jen.Code {
	return jen.Qual(pkgRoute, "Describe").Index(payloadType(i.Request, jen.Id(requestType(i)))).Call(jen.Id(lowerName(i.Cmd) + "Route"))
}

// answersParams are the parameters of Answers of a group, or of a system: none where
// nothing of it is answered.
func answersParams(list []*spec.Interface) []jen.Code {
	var params []jen.Code
	if slices.ContainsFunc(list, answered) {
		params = append(params, jen.Id("db").Op("*").Qual(pkgStore, "DB"))
	}
	if slices.ContainsFunc(list, byHand) {
		params = append(params, jen.Id("h").Id("Handlers"))
	}
	return params
}

// groupAnswers generates the list of a group's interfaces with their answers, where
// one is answered.
func groupAnswers(f *file, list []*spec.Interface) {
	params := answersParams(list)
	if len(params) == 0 {
		return
	}
	doc := "Answers returns the interfaces of the group, answered from db."
	if slices.ContainsFunc(list, byHand) {
		doc = "Answers returns the interfaces of the group, answered from db and by h."
	}
	f.declare(doc, jen.Func().Id("Answers").Params(params...).Index().Qual(pkgRoute, "Interface").BlockFunc(func(g *jen.Group) {
		if slices.ContainsFunc(list, declaredAnswer) {
			g.Id("a").Op(":=").Id("answers").Values(jen.Id("db"))
		}
		g.Return(jen.Index().Qual(pkgRoute, "Interface").Custom(multiline, each(list, answerCode)...))
	}))
}

// answerCode is an interface with its answer, if it has one.
func answerCode(i *spec.Interface) jen.Code {
	route := jen.Id(lowerName(i.Cmd) + "Route")
	switch {
	case byHand(i):
		handler := jen.Qual(pkgStore, "Handler").Index(jen.Op("*").Qual(pkgRoute, "Call")).Call(jen.Id("db"), jen.Id("h").Dot(goName(i.Cmd)))
		return jen.Qual(pkgRoute, "Handle").Call(route, handler)
	case declaredAnswer(i):
		return jen.Qual(pkgRoute, "Handle").Call(route, jen.Id("a").Dot(localName(i.Cmd)))
	}
	return describeCode(i)
}

// multiline is a composite literal with an element a line.
var multiline = jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}

// listOf is a composite literal on one line where it is short.
func listOf[T any](list []T) jen.Options {
	return jen.Options{Open: "{", Close: "}", Separator: ",", Multi: len(list) > 4}
}

// arguments is a call's list of arguments, one a line where there are many.
func arguments(args []jen.Code) jen.Options {
	return jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(args) > 6}
}

// each maps a list to code.
func each[T any](list []T, one func(T) jen.Code) []jen.Code {
	var out []jen.Code
	for _, item := range list {
		out = append(out, one(item))
	}
	return out
}

// groupStatements generates the list of a group's statements.
func groupStatements(f *file, list []*spec.Interface) error {
	var out []jen.Code
	for _, i := range list {
		if !declaredAnswer(i) {
			continue
		}
		compiled, err := statement.Compile(i)
		if err != nil {
			return err
		}
		for _, s := range compiled.Statements() {
			name := strings.TrimSpace(i.Cmd + " " + s.Name)
			out = append(out, jen.Values(jen.Id("Name").Op(":").Lit(name), jen.Id("SQL").Op(":").Id(constantName(i, s))))
		}
	}
	f.declare("Statements lists the statements of the group, for tests that prepare them all.",
		jen.Func().Id("Statements").Params().Index().Qual(pkgStore, "Statement").Block(
			jen.Return(jen.Index().Qual(pkgStore, "Statement").Custom(multiline, out...))))
	return nil
}
