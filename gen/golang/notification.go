package golang

import (
	"fmt"
	"path"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// notificationPackage is the folder of a system's notifications.
const notificationPackage = "notification"

// notificationFiles generates the package of a system's notifications: for each
// that is sent its content, which the statements of reports take from there, and
// the statements that queue it.
func notificationFiles(out *Generator, system *spec.System) error {
	sent := slices.DeleteFunc(slices.Clone(system.Interfaces), func(i *spec.Interface) bool { return !statement.Sent(i) })
	if len(sent) == 0 {
		return nil
	}
	for _, i := range sent {
		if err := notificationFile(out, i); err != nil {
			return err
		}
	}
	f := newFile(out, path.Join(system.Name, notificationPackage), notificationPackage)
	f.source(system.File)
	f.packageDoc(fmt.Sprintf("Package notification has the notifications of %s: the content of each, and the statements that queue it.", system.Name))
	f.declare("All lists the notifications that are sent.", jen.Func().Id("All").Params().Index().Qual(pkgOutbox, "Notification").Block(
		jen.Return(jen.Index().Qual(pkgOutbox, "Notification").Custom(multiline, each(sent, func(i *spec.Interface) jen.Code {
			return jen.Id(localName(i.Cmd)).Call()
		})...))))
	return f.render(path.Join(system.Name, notificationPackage, notificationPackage+".go"))
}

// notificationFile generates one notification.
func notificationFile(out *Generator, i *spec.Interface) error {
	n, err := statement.Notify(i)
	if err != nil {
		return err
	}
	f := newFile(out, path.Join(i.System.Name, notificationPackage), notificationPackage)
	f.source(i.File)
	name := bodyName(i)
	f.declare(fmt.Sprintf("%s is the content of %s as SQL, about a row t of %s.", name, i.Cmd, i.Row.Name),
		jen.Const().Id(name).Op("=").Add(raw(n.Body.SQL)))
	statementConstant(f, constantName(i, n.Queue), n.Queue)
	if n.History != nil {
		statementConstant(f, constantName(i, n.History), n.History)
	}
	queueFunction(f, n)
	f.declare(fmt.Sprintf("%s is %s.", localName(i.Cmd), i.Title), jen.Func().Id(localName(i.Cmd)).Params().Qual(pkgOutbox, "Notification").Block(
		jen.Return(jen.Qual(pkgOutbox, "Notification").Custom(multiline, notificationCode(n)...))))
	return f.render(path.Join(i.System.Name, notificationPackage, fileName(i.Cmd)))
}

// notificationCode are the fields of a notification.
func notificationCode(n *statement.Notification) []jen.Code {
	i := n.Of
	fields := literals("System", i.System.Name, "Cmd", i.Cmd, "Table", i.Row.Name)
	fields = append(fields, jen.Id("By").Op(":").Add(textsCode(i.By)))
	if i.Explicit {
		fields = append(fields, jen.Id("Explicit").Op(":").True())
	}
	if len(i.Scope) > 0 {
		var names []string
		for _, a := range i.Scope {
			names = append(names, a.To)
		}
		fields = append(fields, jen.Id("Scope").Op(":").Add(textsCode(names)))
	}
	if n.About {
		fields = append(fields, jen.Id("About").Op(":").True())
	}
	fields = append(fields, literals("Project", n.Project)...)
	if len(n.Inexact) > 0 {
		fields = append(fields, jen.Id("Doubts").Op(":").Index().Qual(pkgOutbox, "Doubt").Custom(multiline, each(n.Inexact, inexactCode)...))
	}
	fields = append(fields, jen.Id("SQL").Op(":").Id(constantName(i, n.Queue)))
	if n.History != nil {
		fields = append(fields, jen.Id("History").Op(":").Id(constantName(i, n.History)))
	}
	return fields
}

// inexactCode is a field of a notification whose value may not be that of the row.
func inexactCode(one statement.Inexact) jen.Code {
	fields := literals("Field", one.Field)
	if one.Length > 0 {
		fields = append(fields, jen.Id("Length").Op(":").Lit(one.Length))
	}
	fields = append(fields, literals("Bytes", one.LengthIn)...)
	fields = append(fields, literals("Else", one.Else)...)
	if one.Empty {
		fields = append(fields, jen.Id("Empty").Op(":").True())
	}
	return jen.Values(fields...)
}

// bodyName is the constant that holds the content of a notification.
func bodyName(i *spec.Interface) string { return goName(i.Cmd) + "Body" }

// sqlCode generates the text of a statement: literals, and between them the
// constants with the contents of notifications.
func sqlCode(f *file, text statement.Text) jen.Code {
	var code *jen.Statement
	add := func(part jen.Code) {
		if code == nil {
			code = jen.Add(part)
		} else {
			code = code.Op("+").Add(part)
		}
	}
	for _, p := range text {
		switch {
		case p.Body != nil:
			f.importName(p.Body.Of.System.Name, notificationPackage)
			add(f.local(bodyName(p.Body.Of), p.Body.Of.System.Name, notificationPackage))
		case p.SQL != "":
			add(raw(p.SQL))
		}
	}
	return code
}
