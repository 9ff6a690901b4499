package golang

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// systemFile generates what ties a system together.
func systemFile(out *Generator, system *spec.System) error {
	f := newFile(out, system.Name, system.Name)
	f.source(system.File)
	f.packageDoc(fmt.Sprintf("Package %s is %s %s.", system.Name, system.Title, system.Version))
	var groups []*spec.Group
	for _, g := range system.Groups {
		if len(system.InGroup(g)) > 0 {
			groups = append(groups, g)
			f.importName(system.Name, g.Name)
		}
	}
	if out.Calls {
		f.declare("Describe returns the system.",
			jen.Func().Id("Describe").Params().Qual(pkgRoute, "System").Block(
				jen.Return(jen.Qual(pkgRoute, "System").Custom(multiline, routeSystem(f, system, groups)...))))
		protocolText(f, system)
		catalogue(f, system)
		return f.render(path.Join(system.Name, system.Name+".go"))
	}
	if err := systemHandlers(f, system, groups); err != nil {
		return err
	}
	describe(f, system, groups)
	systemAnswers(f, system, groups)
	protocolText(f, system)
	catalogue(f, system)
	f.jen.Line()
	embedded := "//go:embed sql docs schema"
	if len(system.Demo.Rows) > 0 {
		embedded += " demo"
	}
	f.jen.Comment(embedded)
	f.jen.Var().Id("systemFiles").Qual(pkgEmbed, "FS")
	return f.render(path.Join(system.Name, system.Name+".go"))
}

// describe generates the description of a system.
func describe(f *file, system *spec.System, groups []*spec.Group) {
	fields := []jen.Code{
		jen.Id("System").Op(":").Add(jen.Qual(pkgRoute, "System").Custom(multiline, append(routeSystem(f, system, groups), jen.Id("Docs").Op(":").Id("systemFiles"))...)),
		jen.Id("Migrations").Op(":").Qual(pkgMigrate, "Set").Values(jen.Id("Name").Op(":").Lit(system.Name), jen.Id("FS").Op(":").Id("systemFiles")),
	}
	if lists := ofGroups(f, system, groups, "Statements", declaredAnswer); lists != nil {
		fields = append(fields, jen.Id("Statements").Op(":").Add(lists))
	}
	if slices.ContainsFunc(system.Interfaces, statement.Sent) {
		f.importName(system.Name, notificationPackage)
		fields = append(fields, jen.Id("Notifications").Op(":").Add(f.local("All", system.Name, notificationPackage).Call()))
	}
	fields = append(fields, jen.Id("Tables").Op(":").Id("systemTables").Call())
	fields = append(fields, operated(system)...)
	f.declare("Describe returns the system without its answers: it needs no database.",
		jen.Func().Id("Describe").Params().Qual(pkgSystem, "System").Block(
			jen.Return(jen.Qual(pkgSystem, "System").Custom(multiline, fields...))))
}

// ofGroups calls a function of each group that has such an interface and joins the
// results; nil if no group has one.
func ofGroups(f *file, system *spec.System, groups []*spec.Group, function string, has func(*spec.Interface) bool) jen.Code {
	var lists []jen.Code
	for _, g := range groups {
		if slices.ContainsFunc(system.InGroup(g), has) {
			lists = append(lists, f.local(function, system.Name, g.Name).Call())
		}
	}
	return concat(lists)
}

// concat joins slices; nil where there are none.
func concat(lists []jen.Code) jen.Code {
	switch len(lists) {
	case 0:
		return nil
	case 1:
		return lists[0]
	}
	return jen.Qual("slices", "Concat").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(lists) > 2}, lists...)
}

// routeSystem is how a system is served.
func routeSystem(f *file, system *spec.System, groups []*spec.Group) []jen.Code {
	fields := literals("Name", system.Name, "Title", system.Title, "Version", system.Version)
	fields = append(fields,
		jen.Id("MaxBody").Op(":").Lit(int(system.Limits.Body)),
		jen.Id("Limits").Op(":").Qual(pkgWire, "Limits").Values(
			jen.Id("Depth").Op(":").Lit(system.Limits.Depth), jen.Id("Elements").Op(":").Lit(system.Limits.Elements)),
		jen.Id("Zone").Op(":").Lit(system.Zone),
	)
	if system.Protocol != nil {
		fields = append(fields, jen.Id("Protocol").Op(":").Id("Protocol").Call())
	}
	fields = append(fields, jen.Id("Errors").Op(":").Id("Errors").Call())
	if lists := ofGroups(f, system, groups, "Interfaces", func(*spec.Interface) bool { return true }); lists != nil {
		fields = append(fields, jen.Id("Interfaces").Op(":").Add(lists))
	}
	if scopes := routeScopes(system); scopes != nil {
		fields = append(fields, jen.Id("Scopes").Op(":").Add(scopes))
	}
	if login := routeLogin(system); login != nil {
		fields = append(fields, jen.Id("Login").Op(":").Add(login))
	}
	return fields
}

// routeLogin is how a client gets the token that its calls carry; nil where none is carried.
func routeLogin(system *spec.System) jen.Code {
	if system.Login() == nil {
		return nil
	}
	p, err := bind.Protocol(system)
	if err != nil { // check told it
		return nil
	}
	l := bind.Login(system, p)
	if l == nil {
		return nil
	}
	fields := literals("Cmd", l.Cmd, "Payload", l.Payload, "Value", l.Value, "Seconds", l.Seconds)
	if l.Asks {
		fields = append(fields, jen.Id("Asks").Op(":").True())
	}
	fields = append(fields, jen.Id("Lasts").Op(":").Add(lifetime(l.Lasts)), jen.Id("Codes").Op(":").Add(textsCode(l.Codes)))
	return jen.Op("&").Qual(pkgRoute, "Login").Values(fields...)
}

// routeScopes are the scopes of a system; nil where it has none.
func routeScopes(system *spec.System) jen.Code {
	var list []jen.Code
	for _, s := range system.Scopes {
		fields := literals("Name", s.Name, "Title", s.Title)
		if system.Project != "" && s.Column == system.Project {
			fields = append(fields, jen.Id("Project").Op(":").True())
		}
		list = append(list, jen.Values(fields...))
	}
	if list == nil {
		return nil
	}
	return jen.Index().Qual(pkgRoute, "Scope").Values(list...)
}

// systemAnswers generates what returns a system with its answers.
func systemAnswers(f *file, system *spec.System, groups []*spec.Group) {
	doc, params, calls := "System returns the system, answered from a database.", []jen.Code{}, []jen.Code{}
	if slices.ContainsFunc(system.Interfaces, byHand) {
		doc, params = "System returns the system, answered from a database and by h.", append(params, jen.Id("h").Id("Handlers"))
	}
	some := false
	for _, g := range groups {
		list := system.InGroup(g)
		args := groupArgs(list)
		name := "Answers"
		if len(args) == 0 {
			name = "Interfaces"
		}
		some = some || len(args) > 0
		calls = append(calls, f.local(name, system.Name, g.Name).Call(args...))
	}
	f.declare(doc, jen.Func().Id("System").Params(params...).Qual(pkgSystem, "System").BlockFunc(func(g *jen.Group) {
		if !some {
			g.Return(jen.Id("Describe").Call())
			return
		}
		g.Id("s").Op(":=").Id("Describe").Call()
		g.Id("s").Dot("Answers").Op("=").Func().Params(jen.Id("db").Op("*").Qual(pkgStore, "DB")).Index().Qual(pkgRoute, "Interface").Block(
			jen.Return(concat(calls)))
		g.Return(jen.Id("s"))
	}))
}

// protocolText generates the protocol of a system: its text, compiled once.
func protocolText(f *file, system *spec.System) {
	if system.Protocol == nil {
		return
	}
	text := jen.Lit(system.Protocol.Text)
	if !strings.Contains(system.Protocol.Text, "`") {
		text = jen.Op("`" + system.Protocol.Text + "`")
	}
	f.declare("protocolText is the protocol as system.yaml declares it.", jen.Const().Id("protocolText").Op("=").Add(text))
	f.declare("Protocol returns how messages are written, protected and read.",
		jen.Var().Id("Protocol").Op("=").Qual(pkgSync, "OnceValue").Call(
			jen.Func().Params().Op("*").Qual(pkgProtocol, "Protocol").Block(
				jen.Return(jen.Qual(pkgProtocol, "MustParse").Call(jen.Id("protocolText"))))))
}

// groupArgs are the arguments of a group's Answers.
func groupArgs(list []*spec.Interface) []jen.Code {
	var args []jen.Code
	if slices.ContainsFunc(list, answered) {
		args = append(args, jen.Id("db"))
	}
	if slices.ContainsFunc(list, byHand) {
		args = append(args, jen.Id("h"))
	}
	return args
}

// systemHandlers generates the interface that joins the hand-written answers of all
// groups. Two of them cannot have one name.
func systemHandlers(f *file, system *spec.System, groups []*spec.Group) error {
	methods := map[string]*spec.Interface{}
	var joined []jen.Code
	for _, g := range groups {
		list := system.InGroup(g)
		for _, i := range slices.DeleteFunc(list, func(i *spec.Interface) bool { return !byHand(i) }) {
			if other := methods[goName(i.Cmd)]; other != nil {
				return spec.Refuse(i.Pos, "%s and %s are both answered by a method %s: rename one of the interfaces", other.Cmd, i.Cmd, goName(i.Cmd))
			}
			methods[goName(i.Cmd)] = i
		}
		if slices.ContainsFunc(system.InGroup(g), byHand) {
			joined = append(joined, f.local("Handlers", system.Name, g.Name))
		}
	}
	if len(joined) > 0 {
		f.declare("Handlers are the answers that are written by hand.", jen.Type().Id("Handlers").Interface(joined...))
	}
	return nil
}

// catalogue generates the error codes.
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
			length = field.Chars()
		}
	}
	members := []jen.Code{
		jen.Id("Success").Op(":").Lit(system.Reply.Success),
		jen.Id("Rules").Op(":").Map(jen.Qual(pkgProblem, "Rule")).String().Custom(multiline, rules...),
		jen.Id("Texts").Op(":").Map(jen.String()).String().Custom(multiline, texts...),
		jen.Id("MaxText").Op(":").Lit(length),
	}
	f.declare("Errors returns the error codes of the document and the rules that they answer.",
		jen.Func().Id("Errors").Params().Qual(pkgProblem, "Catalogue").Block(
			jen.Return(jen.Qual(pkgProblem, "Catalogue").Custom(multiline, append(members, ownTexts(system)...)...))))
}

// ownTexts are the texts that rules pick among those of a code, and those that codes
// have in one interface.
func ownTexts(system *spec.System) (out []jen.Code) {
	var picked, own []jen.Code
	for _, r := range system.Rules {
		if r.Text != "" {
			picked = append(picked, jen.Lit(r.Rule).Op(":").Lit(r.Text))
		}
	}
	for _, i := range system.Interfaces {
		if len(i.Errors) > 0 {
			texts := each(i.Errors, func(e *spec.ErrorCode) jen.Code { return jen.Lit(e.Code).Op(":").Lit(e.Text) })
			own = append(own, jen.Lit(i.Cmd).Op(":").Custom(multiline, texts...))
		}
	}
	if picked != nil {
		out = append(out, jen.Id("Picked").Op(":").Map(jen.Qual(pkgProblem, "Rule")).String().Custom(multiline, picked...))
	}
	if own != nil {
		out = append(out, jen.Id("Own").Op(":").Map(jen.String()).Map(jen.String()).String().Custom(multiline, own...))
	}
	return out
}

// Root generates the package of the root, which lists all systems. has reports
// whether there is a file, or a folder with files, below the root: what there is of
// the fixtures is embedded.
func (p *Generator) Root(set *spec.Set, has func(name string) bool) error {
	f := newFile(p, "", path.Base(p.Import))
	f.packageDoc(fmt.Sprintf("Package %s lists the systems that were generated from the YAML below spec/.", path.Base(p.Import)))
	for _, s := range set.Systems {
		f.importName(s.Name)
		f.source(s.File)
	}
	holds := func(name string) bool {
		return slices.ContainsFunc(set.Systems, func(s *spec.System) bool { return has("fixtures/" + s.Name + "/" + name) })
	}
	demo, rows := holds("demo.json"), holds("setup")
	if demo || rows {
		f.jen.Line()
		if demo {
			f.jen.Comment("//go:embed fixtures/*/demo.json")
		}
		if rows {
			f.jen.Comment("//go:embed fixtures/*/setup/*.csv")
		}
		f.jen.Var().Id("fixtureFiles").Qual(pkgEmbed, "FS")
	}
	list := func(doc, name string, params []jen.Code, one func(*spec.System) jen.Code) {
		all := jen.Index().Qual(pkgSystem, "System").Custom(multiline, each(set.Systems, one)...)
		if demo || rows {
			all = jen.Qual(pkgSystem, "WithFixtures").Call(jen.Id("fixtureFiles"), all)
		}
		f.declare(doc, jen.Func().Id(name).Params(params...).Index().Qual(pkgSystem, "System").Block(jen.Return(all)))
	}
	list("Describe returns all systems without their answers: it needs neither a database nor handlers.", "Describe", nil,
		func(s *spec.System) jen.Code { return f.local("Describe", s.Name).Call() })
	var params []jen.Code
	for _, s := range set.Systems {
		if slices.ContainsFunc(s.Interfaces, byHand) {
			params = append(params, jen.Id(handlersName(s)).Add(f.local("Handlers", s.Name)))
		}
	}
	doc := "Systems returns all systems with their answers."
	if len(params) > 0 {
		doc = "Systems returns all systems with their answers; what Go answers is passed in, by system."
	}
	list(doc, "Systems", params, func(s *spec.System) jen.Code {
		var args []jen.Code
		if slices.ContainsFunc(s.Interfaces, byHand) {
			args = append(args, jen.Id(handlersName(s)))
		}
		return f.local("System", s.Name).Call(args...)
	})
	return f.render(path.Base(p.Import) + ".go")
}

// handlersName is the parameter with the handlers of a system.
func handlersName(s *spec.System) string { return lowerName(s.Name) + "Handlers" }
