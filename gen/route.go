package gen

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// interfaceRoute prints how an interface is found and whether it is served.
func interfaceRoute(f *file, i *spec.Interface) error {
	doc := fmt.Sprintf("%sRoute is %s (%s, section %s).", lowerName(i.Cmd), i.Title, i.Code, i.Section)
	if i.Code == "" {
		doc = fmt.Sprintf("%sRoute is %s (section %s).", lowerName(i.Cmd), i.Title, i.Section)
	}
	if i.Note != "" {
		doc += "\n" + i.Note
	}
	kinds := map[spec.Kind]string{spec.Report: "Report", spec.Query: "Query", spec.Notify: "Notify"}
	states := map[string]string{"active": "Active", "deprecated": "Deprecated", "unimplemented": "Unimplemented"}
	fields := []jen.Code{
		jen.Id("Cmd").Op(":").Lit(i.Cmd),
		jen.Id("Kind").Op(":").Qual(pkgRoute, kinds[i.Kind]),
		jen.Id("Status").Op(":").Qual(pkgRoute, states[i.Status]),
	}
	if i.Path != "" {
		fields = append(fields, literals("Method", i.Method, "Path", i.Path)...)
	}
	if slices.ContainsFunc(i.Request, func(r *spec.Field) bool { return r.Required != "no" }) {
		fields = append(fields, jen.Id("Needs").Op(":").True())
	}
	places := placesCode(i)
	fields = append(fields, places...)
	f.declare(doc, jen.Var().Id(lowerName(i.Cmd)+"Route").Op("=").Qual(pkgRoute, "Interface").Custom(
		jen.Options{Open: "{", Close: "}", Separator: ",", Multi: len(places) > 0}, fields...))
	return nil
}

// byGroup lists the interfaces of a group.
func byGroup(system *spec.System, group *spec.Group) []*spec.Interface {
	var list []*spec.Interface
	for _, i := range system.Interfaces {
		if i.Group == group {
			list = append(list, i)
		}
	}
	return list
}

// byHand reports whether Go must answer an interface.
func byHand(i *spec.Interface) bool { return i.Answer != nil && i.Answer.Handler }

// groupFiles prints one file for each group: what ties its interfaces together.
func groupFiles(files Files, system *spec.System) error {
	for _, g := range system.Groups {
		list := byGroup(system, g)
		if len(list) == 0 {
			continue
		}
		f := newFile(system, g.Name, g.Name)
		f.source(system.File)
		f.packageDoc(fmt.Sprintf("Package %s holds %s of %s (section %s).", g.Name, g.Title, system.Name, g.Section))
		hand := slices.ContainsFunc(list, byHand)
		answered := slices.ContainsFunc(list, func(i *spec.Interface) bool { return i.Answer != nil && !i.Answer.Handler })
		if hand {
			handlers(f, list)
		}
		if answered {
			f.declare("answers are the answers that the YAML declares.",
				jen.Type().Id("answers").Struct(jen.Id("db").Op("*").Qual(pkgStore, "DB")))
		}
		groupInterfaces(f, list, hand, answered)
		if answered {
			groupStatements(f, list)
		}
		groupNotifications(f, list)
		if err := f.render(files, path.Join(system.Name, g.Name, g.Name+".go")); err != nil {
			return err
		}
	}
	return nil
}

// handlers prints the interface that hand-written answers implement.
func handlers(f *file, list []*spec.Interface) {
	f.declare("Handlers are the answers that are written by hand.", jen.Type().Id("Handlers").InterfaceFunc(func(g *jen.Group) {
		for _, i := range list {
			if byHand(i) {
				for _, line := range wrap(fmt.Sprintf("%s answers %s: %s.", goName(i.Cmd), i.Cmd, i.Title), 92) {
					g.Comment(line)
				}
				g.Id(goName(i.Cmd)).Params(answerParams(i)...).Error()
			}
		}
	}))
}

// groupInterfaces prints the list of a group's interfaces with their answers.
func groupInterfaces(f *file, list []*spec.Interface, hand, answered bool) {
	params := []jen.Code{jen.Id("db").Op("*").Qual(pkgStore, "DB")}
	doc := "Interfaces returns the interfaces of the group, answered from db."
	if !answered {
		params, doc = nil, "Interfaces returns the interfaces of the group."
	}
	if hand {
		params, doc = append(params, jen.Id("h").Id("Handlers")), "Interfaces returns the interfaces of the group, answered from db and by h."
	}
	f.declare(doc, jen.Func().Id("Interfaces").Params(params...).Index().Qual(pkgRoute, "Interface").BlockFunc(func(g *jen.Group) {
		if answered {
			g.Id("a").Op(":=").Id("answers").Values(jen.Id("db"))
		}
		g.Return(jen.Index().Qual(pkgRoute, "Interface").Custom(multiline, each(list, func(i *spec.Interface) jen.Code {
			route := jen.Id(lowerName(i.Cmd) + "Route")
			switch {
			case i.Answer == nil:
				return jen.Qual(pkgRoute, "Describe").Index(jen.Id(requestType(i))).Call(route)
			case byHand(i):
				return jen.Qual(pkgRoute, "Handle").Call(route, jen.Id("h").Dot(goName(i.Cmd)))
			}
			return jen.Qual(pkgRoute, "Handle").Call(route, jen.Id("a").Dot(localName(i.Cmd)))
		})...))
	}))
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

// groupStatements prints the list of a group's statements.
func groupStatements(f *file, list []*spec.Interface) {
	f.declare("Statements lists the statements of the group, for tests that prepare them all.",
		jen.Func().Id("Statements").Params().Index().Qual(pkgStore, "Statement").Block(
			jen.Return(jen.Index().Qual(pkgStore, "Statement").Custom(multiline, statements(list)...))))
}

// statements lists the statements of interfaces.
func statements(list []*spec.Interface) []jen.Code {
	var out []jen.Code
	one := func(name, constant string) {
		out = append(out, jen.Values(jen.Id("Name").Op(":").Lit(name), jen.Id("SQL").Op(":").Id(constant)))
	}
	for _, i := range list {
		if i.Answer == nil || i.Answer.Handler {
			continue
		}
		if (i.Kind == spec.Query || i.Answer.Token > 0) && len(i.Answer.Checks) > 0 {
			one(i.Cmd+" checks", lowerName(i.Cmd)+"ChecksSQL")
		}
		for n, s := range i.Answer.Steps {
			name, title := lowerName(i.Cmd), i.Cmd
			if n > 0 {
				if s.Writes() {
					continue // what a report writes is one statement
				}
				name, title = name+goName(s.Name), title+" "+s.Name
			}
			one(title, name+"SQL")
			if s.Page != nil {
				one(title+" count", name+"CountSQL")
			}
		}
	}
	return out
}

// systemFile prints what ties a system together.
func systemFile(files Files, system *spec.System) error {
	f := newFile(system, "", system.Name)
	f.source(system.File)
	f.packageDoc(fmt.Sprintf("Package %s is %s %s.", system.Name, system.Title, system.Version))
	var groups []*spec.Group
	for _, g := range system.Groups {
		if len(byGroup(system, g)) > 0 {
			groups = append(groups, g)
			f.importName(path.Join(Module, Root, system.Name, g.Name))
		}
	}
	hand := slices.ContainsFunc(system.Interfaces, byHand)
	params := []jen.Code{jen.Id("db").Op("*").Qual(pkgStore, "DB")}
	doc := "System returns the system, answered from db."
	if hand {
		params, doc = append(params, jen.Id("h").Id("Handlers")), "System returns the system, answered from db and by h."
		systemHandlers(f, system, groups)
	}
	interfaces := concat(each(groups, func(g *spec.Group) jen.Code {
		return local(system, g.Name, "Interfaces").Call(groupArgs(system, g)...)
	}))
	f.declare(doc, jen.Func().Id("System").Params(params...).Qual(pkgRoute, "System").Block(
		jen.Return(jen.Qual(pkgRoute, "System").Custom(multiline, slices.Concat([]jen.Code{
			jen.Id("Name").Op(":").Lit(system.Name),
			jen.Id("Title").Op(":").Lit(system.Title),
			jen.Id("Version").Op(":").Lit(system.Version),
			jen.Id("Path").Op(":").Lit(system.Endpoint.Path),
			jen.Id("Methods").Op(":").Index().String().Values(each(system.Endpoint.Methods, func(m string) jen.Code { return jen.Lit(m) })...),
			jen.Id("Dispatch").Op(":").Lit(system.Endpoint.Dispatch),
			jen.Id("MaxBody").Op(":").Lit(int(system.Limits.Body)),
			jen.Id("Limits").Op(":").Qual(pkgWire, "Limits").Values(
				jen.Id("Depth").Op(":").Lit(system.Limits.Depth), jen.Id("Elements").Op(":").Lit(system.Limits.Elements)),
			jen.Id("Zone").Op(":").Lit(system.Zone),
		}, guards(system), []jen.Code{
			jen.Id("Frame").Op(":").Add(frame(system)),
			jen.Id("Errors").Op(":").Id("Errors").Call(),
			jen.Id("Interfaces").Op(":").Add(interfaces),
			jen.Id("Docs").Op(":").Id("files"),
		})...))))
	if system.Plain() {
		signatures(f, system)
	} else {
		envelopeSpec(f, system)
	}
	catalogue(f, system)
	systemStatements(f, system, groups)
	systemNotifications(f, system, groups)
	migrations(f, system)
	return f.render(files, path.Join(system.Name, system.Name+".go"))
}

// guards names what seals or signs the messages of a system.
func guards(system *spec.System) []jen.Code {
	if !system.Plain() {
		return []jen.Code{jen.Id("Envelope").Op(":").Id("Envelope").Call()}
	}
	list := []jen.Code{jen.Id("Signature").Op(":").Id("Signature").Call()}
	if len(system.Signatures) > 0 {
		list = append(list, jen.Id("Signatures").Op(":").Id("Signatures").Call())
	}
	return list
}

// groupArgs are the arguments of a group's Interfaces.
func groupArgs(system *spec.System, g *spec.Group) []jen.Code {
	var args []jen.Code
	list := byGroup(system, g)
	if slices.ContainsFunc(list, func(i *spec.Interface) bool { return i.Answer != nil && !i.Answer.Handler }) {
		args = append(args, jen.Id("db"))
	}
	if slices.ContainsFunc(list, byHand) {
		args = append(args, jen.Id("h").Dot(goName(g.Name)))
	}
	return args
}

// systemHandlers prints the struct that gathers the hand-written answers.
func systemHandlers(f *file, system *spec.System, groups []*spec.Group) {
	f.declare("Handlers are the answers that are written by hand, by group.", jen.Type().Id("Handlers").StructFunc(func(g *jen.Group) {
		for _, group := range groups {
			if slices.ContainsFunc(byGroup(system, group), byHand) {
				g.Id(goName(group.Name)).Add(local(system, group.Name, "Handlers"))
			}
		}
	}))
}

// frame prints how replies are written.
func frame(system *spec.System) jen.Code {
	r := system.Reply
	return jen.Qual(pkgRoute, "Frame").ValuesFunc(func(g *jen.Group) {
		if r.Head != "" {
			g.Id("Head").Op(":").Lit(r.Head)
		}
		g.Id("Code").Op(":").Lit(r.Code)
		if r.CodeType == "string" {
			g.Id("Text").Op(":").True()
		}
		g.Id("Message").Op(":").Lit(r.Message)
		if r.Text != "" {
			g.Id("Success").Op(":").Lit(r.Text)
		}
		if r.Payload != "" {
			g.Id("Payload").Op(":").Lit(r.Payload)
		}
	})
}

// envelopeSpec prints the declared envelope.
func envelopeSpec(f *file, system *spec.System) {
	e := system.Envelope
	header := each(e.Header, func(h *spec.Field) jen.Code {
		return jen.ValuesFunc(func(g *jen.Group) {
			g.Id("Name").Op(":").Lit(h.Name)
			if kindOf(h) == kindInt {
				g.Id("Number").Op(":").True()
			}
			if h.Required == "yes" {
				g.Id("Required").Op(":").True()
			}
			if h.Length > 0 {
				g.Id("Length").Op(":").Lit(h.Length)
			}
			if h.Pattern != "" {
				g.Id("Pattern").Op(":").Lit(h.Pattern)
			}
		})
	})
	steps := each(e.Steps, func(s *spec.Step) jen.Code {
		var fields []jen.Code
		for _, p := range []spec.Pair{
			{Name: "Op", Value: s.Op},
			{Name: "Algorithm", Value: s.Algorithm},
			{Name: "Key", Value: s.Key},
			{Name: "To", Value: s.To},
			{Name: "Order", Value: s.Order},
			{Name: "Value", Value: s.Value},
			{Name: "With", Value: s.With},
			{Name: "Else", Value: s.Else},
		} {
			if p.Value != "" {
				fields = append(fields, jen.Id(p.Name).Op(":").Lit(p.Value))
			}
		}
		if len(s.Over) > 0 {
			fields = append(fields, jen.Id("Over").Op(":").Add(textsCode(s.Over)))
		}
		if len(s.Accept) > 0 {
			fields = append(fields, jen.Id("Accept").Op(":").Add(textsCode(s.Accept)))
		}
		return jen.Custom(listOf(fields), fields...)
	})
	f.declare("Envelope returns how messages of the system are sealed.",
		jen.Func().Id("Envelope").Params().Qual(pkgEnvelope, "Spec").Block(
			jen.Return(jen.Qual(pkgEnvelope, "Spec").Custom(multiline,
				jen.Id("Head").Op(":").Lit(e.Head),
				jen.Id("Data").Op(":").Lit(e.Data),
				jen.Id("Header").Op(":").Index().Qual(pkgEnvelope, "HeaderField").Custom(multiline, header...),
				jen.Id("App").Op(":").Lit(e.App),
				jen.Id("Message").Op(":").Lit(e.Message),
				jen.Id("Sender").Op(":").Lit(e.Sender),
				jen.Id("Version").Op(":").Lit(e.Version),
				jen.Id("Steps").Op(":").Index().Qual(pkgEnvelope, "Step").Custom(multiline, steps...),
			))))
}

// catalogue prints the error codes.
func catalogue(f *file, system *spec.System) {
	var texts []jen.Code
	for _, g := range system.Errors {
		for _, e := range g.Errors {
			texts = append(texts, jen.Lit(e.Code).Op(":").Lit(e.Text))
		}
	}
	rules := each(system.Rules, func(r *spec.RuleCode) jen.Code { return jen.Lit(r.Rule).Op(":").Lit(r.Code) })
	length := 0
	for _, field := range system.Reply.Fields {
		if field.Name == system.Reply.Message {
			length = field.Length
		}
	}
	f.declare("Errors returns the error codes of the document and the rules that they answer.",
		jen.Func().Id("Errors").Params().Qual(pkgProblem, "Catalogue").Block(
			jen.Return(jen.Qual(pkgProblem, "Catalogue").Custom(multiline,
				jen.Id("Success").Op(":").Lit(system.Reply.Success),
				jen.Id("Rules").Op(":").Map(jen.Qual(pkgProblem, "Rule")).String().Custom(multiline, rules...),
				jen.Id("Texts").Op(":").Map(jen.String()).String().Custom(multiline, texts...),
				jen.Id("MaxText").Op(":").Lit(length),
			))))
}

// concat joins slices; nil where there are none.
func concat(lists []jen.Code) jen.Code {
	if len(lists) == 0 {
		return jen.Nil()
	}
	return jen.Qual("slices", "Concat").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(lists) > 2}, lists...)
}

// systemStatements prints the list of all statements of a system.
func systemStatements(f *file, system *spec.System, groups []*spec.Group) {
	var lists []jen.Code
	for _, g := range groups {
		if slices.ContainsFunc(byGroup(system, g), func(i *spec.Interface) bool { return i.Answer != nil && !i.Answer.Handler }) {
			lists = append(lists, local(system, g.Name, "Statements").Call())
		}
	}
	f.declare("Statements lists the statements of all groups, for tests that prepare them.",
		jen.Func().Id("Statements").Params().Index().Qual(pkgStore, "Statement").Block(jen.Return(concat(lists))))
}

// migrations prints the embedded files: migrations, docs and schemas.
func migrations(f *file, system *spec.System) {
	f.jen.Line()
	f.jen.Comment("//go:embed sql docs schema")
	f.jen.Var().Id("files").Qual(pkgEmbed, "FS")
	f.declare("Migrations returns what makes the tables of the system.",
		jen.Func().Id("Migrations").Params().Qual(pkgMigrate, "Set").Block(
			jen.Return(jen.Qual(pkgMigrate, "Set").Values(jen.Id("Name").Op(":").Lit(system.Name), jen.Id("FS").Op(":").Id("files")))))
}

// rootFile prints what lists all systems.
func rootFile(files Files, set *spec.Set) error {
	f := newFile(&spec.System{}, "", Root)
	f.packageDoc("Package generated lists the systems that were printed from the YAML below spec/.")
	for _, s := range set.Systems {
		f.importName(path.Join(Module, Root, s.Name))
		f.source(s.File)
	}
	hand := slices.ContainsFunc(set.Systems, func(s *spec.System) bool { return slices.ContainsFunc(s.Interfaces, byHand) })
	params := []jen.Code{jen.Id("db").Op("*").Qual(pkgStore, "DB")}
	if hand {
		params = append(params, jen.Id("h").Id("Handlers"))
		f.declare("Handlers are the answers that are written by hand, by system.", jen.Type().Id("Handlers").StructFunc(func(g *jen.Group) {
			for _, s := range set.Systems {
				if slices.ContainsFunc(s.Interfaces, byHand) {
					g.Id(goName(s.Name)).Add(local(s, "", "Handlers"))
				}
			}
		}))
	}
	list := func(doc, name string, params []jen.Code, result jen.Code, one func(s *spec.System) jen.Code) {
		f.declare(doc, jen.Func().Id(name).Params(params...).Index().Add(result).Block(
			jen.Return(jen.Index().Add(result).Custom(multiline, each(set.Systems, one)...))))
	}
	list("Systems returns all systems, answered from db.", "Systems", params, jen.Qual(pkgRoute, "System"), func(s *spec.System) jen.Code {
		args := []jen.Code{jen.Id("db")}
		if slices.ContainsFunc(s.Interfaces, byHand) {
			args = append(args, jen.Id("h").Dot(goName(s.Name)))
		}
		return local(s, "", "System").Call(args...)
	})
	list("Migrations returns what makes the tables of all systems.", "Migrations", nil, jen.Qual(pkgMigrate, "Set"),
		func(s *spec.System) jen.Code { return local(s, "", "Migrations").Call() })
	all := func(doc, name string, result jen.Code, one func(s *spec.System) jen.Code) {
		f.declare(doc, jen.Func().Id(name).Params().Index().Add(result).Block(jen.Return(concat(each(set.Systems, one)))))
	}
	all("Statements lists the statements of all systems.", "Statements", jen.Qual(pkgStore, "Statement"),
		func(s *spec.System) jen.Code { return local(s, "", "Statements").Call() })
	all("Notifications lists the notifications of all systems that are sent.", "Notifications", jen.Qual(pkgStore, "Notification"),
		func(s *spec.System) jen.Code { return local(s, "", "Notifications").Call() })
	all("Tables describes the tables of all systems.", "Tables", jen.Qual(pkgStore, "Table"),
		func(s *spec.System) jen.Code { return local(s, "", "Tables").Call() })
	return f.render(files, strings.TrimPrefix(Root+".go", "/"))
}
