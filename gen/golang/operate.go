package golang

import (
	"cmp"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// operated is what a server and its operators need to know of a system beside its
// interfaces: tables with tasks, notifications that operators send, demo data.
func operated(system *spec.System) []jen.Code {
	var fields, histories []jen.Code
	for _, t := range system.Tables {
		if t.History != nil {
			histories = append(histories, jen.Custom(multiline, historyFields(t)...))
		}
	}
	if histories != nil {
		fields = append(fields, jen.Id("History").Op(":").Index().Qual(pkgOutbox, "History").Values(histories...))
	}
	var published []string
	for _, x := range system.Interfaces {
		if x.Publish {
			published = append(published, x.Cmd)
		}
	}
	if published != nil {
		fields = append(fields, jen.Id("Publish").Op(":").Add(textsCode(published)))
	}
	if demo := demoFields(system); demo != nil {
		fields = append(fields, jen.Id("Demo").Op(":").Qual(pkgSystem, "Demo").Custom(multiline, demo...))
	}
	return fields
}

// historyFields say how a table holds tasks.
func historyFields(t *spec.Table) []jen.Code {
	h := t.History
	fields := literals("System", t.System.Name, "Table", t.Name, "Key", t.Key[0], "App", h.App, "Name", h.Name,
		"Notifications", h.Notifications, "Separator", h.Separator, "Since", h.Since, "Until", h.Until)
	if len(h.Scope) > 0 {
		fields = append(fields, jen.Id("Scope").Op(":").Add(textsCode(h.Scope)), jen.Id("ScopeFields").Op(":").Add(textsCode(t.ScopeFields())))
	}
	fields = append(fields, literals("Status", h.Status)...)
	fields = append(fields, jen.Id("Done").Op(":").Lit(h.Done), jen.Id("Failed").Op(":").Lit(h.Failed))
	fields = append(fields, literals("Started", h.Started, "Finished", h.Finished, "Remark", h.Remark)...)
	if length := t.Column(h.Remark).Length; length > 0 {
		fields = append(fields, jen.Id("RemarkLength").Op(":").Lit(length))
	}
	if t.Column("modified") != nil {
		fields = append(fields, literals("Modified", "modified")...)
	}
	var texts []string
	for _, text := range h.Texts {
		texts = append(texts, goName(text.Name), text.Value)
	}
	return append(fields, append(literals("Result", h.Result.Cmd),
		jen.Id("Texts").Op(":").Qual(pkgOutbox, "HistoryTexts").Custom(multiline, literals(texts...)...))...)
}

// demoFields are the demo rows and the apps that the YAML names.
func demoFields(system *spec.System) []jen.Code {
	var fields []jen.Code
	if len(system.Demo.Rows) > 0 {
		fields = append(fields, jen.Id("Rows").Op(":").Qual(pkgSystem, "Folder").Call(jen.Id("systemFiles"), jen.Lit("demo")))
	}
	if len(system.Demo.Apps) == 0 {
		return fields
	}
	list := each(system.Demo.Apps, func(a *spec.DemoApp) jen.Code {
		app := literals("ID", a.ID, "Name", cmp.Or(a.Name, a.ID), "Cmd", a.Call)
		if a.Call == "" {
			return jen.Values(app...)
		}
		if a.Data != "" {
			data, _ := rawParts(a.Data)
			app = append(app, jen.Id("Data").Op(":").Add(data))
		}
		return jen.Custom(multiline, app...)
	})
	return append(fields, jen.Id("Apps").Op(":").Index().Qual(pkgSystem, "DemoApp").Custom(multiline, list...))
}
