package scaffold

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// InterfaceOptions describes a new interface.
type InterfaceOptions struct {
	System  *spec.System
	Group   string
	Cmd     string
	Kind    spec.Kind
	Title   string      // in the document
	Section string      // in the document
	Code    string      // the document's number; empty: none
	Table   *spec.Table // the table that it reads or writes; nil: none, and it is unimplemented
	Ours    bool        // it is marked as ours: the system keeps a ledger without rows about it
}

// Interface returns a new interface. With a table it has a field for each column: a
// report inserts a row, a query gets one by its key, a notification is filled from one.
func Interface(o InterfaceOptions) (File, error) {
	m := block()
	o.head(m)
	switch {
	case o.Table == nil:
		m.inner("response", flow())
	case o.Kind == spec.Report:
		o.report(m)
	case o.Kind == spec.Query:
		o.query(m)
	default:
		o.notification(m)
	}
	text, err := m.file("../../")
	return File{o.System.Name + "/" + o.Group + "/" + o.Cmd + ".yaml", text}, err
}

// head writes the part before the fields.
func (o *InterfaceOptions) head(m mapping) {
	m.text("interface", o.Cmd)
	m.text("code", o.Code)
	m.text("title", o.Title)
	m.text("section", o.Section)
	m.text("kind", string(o.Kind))
	if o.Ours {
		m.yes("ours", true)
		m.remark("remove it when ledger.yaml has its rows")
	}
	if o.Kind == spec.Notify {
		return
	}
	if o.Table == nil {
		m.text("status", "unimplemented")
	}
	if o.System.Endpoint.Path == "" {
		method := "GET"
		if o.Kind == spec.Report {
			method = "POST"
		}
		m.text("method", method)
		m.text("path", "/api/"+o.Group+"/"+o.Cmd)
	}
}

// report inserts a row and returns its key.
func (o *InterfaceOptions) report(m mapping) {
	request, set, unique := block(), flow(), flow()
	for _, c := range o.Table.Columns {
		if c.Default != "" {
			continue
		}
		request.inner(o.name(c), o.field(c, c.Required))
		if spec.Snake(o.name(c)) != c.Name {
			set.text(c.Name, o.name(c))
		}
	}
	for _, x := range o.Table.Unique {
		unique.code(x.Columns[0], o.code("repeated"))
	}
	m.inner("request", request)
	answer, response := block(), flow()
	answer.text("insert", o.Table.Name)
	answer.pairs("set", set)
	answer.pairs("unique", unique)
	if key := o.madeKey(); key != nil {
		response = block()
		response.inner(o.name(key), o.field(key, true))
		returned := flow()
		returned.text(o.name(key), key.Name)
		answer.inner("return", returned)
	}
	m.inner("response", response)
	m.inner("answer", answer)
	m.texts("notify", o.told())
}

// told lists the notifications that a change of the table sends.
func (o *InterfaceOptions) told() []string {
	var cmds []string
	for _, i := range o.System.Interfaces {
		if i.IsSent() && i.Row == o.Table && !i.Explicit {
			cmds = append(cmds, i.Cmd)
		}
	}
	return cmds
}

// query gets a row by its key.
func (o *InterfaceOptions) query(m mapping) {
	request, response, where, returned := block(), block(), flow(), flow()
	for _, name := range o.Table.Key {
		c := o.Table.Column(name)
		row := o.field(c, true)
		if o.System.Endpoint.Path == "" {
			row.text("in", "query")
		}
		request.inner(o.name(c), row)
		where.text(name, o.name(c))
	}
	for _, c := range o.Table.Columns {
		response.inner(o.name(c), o.field(c, c.Required))
		if spec.Snake(o.name(c)) != c.Name {
			returned.text(o.name(c), c.Name)
		}
	}
	m.inner("request", request)
	m.inner("response", response)
	answer := block()
	answer.text("get", o.Table.Name)
	answer.inner("where", where)
	answer.code("missing", o.code("notfound"))
	answer.pairs("return", returned)
	m.inner("answer", answer)
}

// notification is filled from a row.
func (o *InterfaceOptions) notification(m mapping) {
	request, fill := block(), flow()
	for _, c := range o.Table.Columns {
		row := o.field(c, c.Required)
		row.yes("blank", c.Blank)
		request.inner(o.name(c), row)
		if spec.Snake(o.name(c)) != c.Name {
			fill.text(o.name(c), c.Name)
		}
	}
	m.inner("request", request)
	m.inner("response", flow())
	m.text("row", o.Table.Name)
	m.text("on", "explicit")
	m.remark("remove it when the interfaces that write the table name it under notify")
	if project := o.System.Project; project != "" {
		scope := flow()
		if o.Table.Column(project) != nil {
			scope.text(project, project)
			m.inner("scope", scope)
		} else {
			constant := flow()
			constant.put("value", textNode(""))
			scope.inner(project, constant)
			m.inner("scope", scope)
			m.remark("it is about no project and goes to all")
		}
	}
	m.pairs("fill", fill)
}

// field is one row of a table of parameters.
func (o *InterfaceOptions) field(c *spec.Column, required bool) mapping {
	row := flow()
	if c.Type == spec.JSON {
		row.text("type", string(spec.Map))
	} else {
		row.text("type", string(c.Type))
	}
	row.number("length", c.Length)
	row.yes("required", required)
	if c.Label != "" {
		row.text("label", c.Label)
	} else {
		row.text("label", c.Name)
	}
	row.yes("pii", c.PII)
	return row
}

// madeKey is the key that the database makes, nil where the caller gives it.
func (o *InterfaceOptions) madeKey() *spec.Column {
	if len(o.Table.Key) != 1 {
		return nil
	}
	if c := o.Table.Column(o.Table.Key[0]); c.Default == "guid" {
		return c
	}
	return nil
}

// code is the code for a broken rule, empty if there is none.
func (o *InterfaceOptions) code(rule string) string {
	for _, r := range o.System.Rules {
		if r.Rule == rule {
			return r.Code
		}
	}
	return ""
}

// name is the wire name of a column: proj_guid -> projGUID, and guid of the
// table customer -> customerGUID.
func (o *InterfaceOptions) name(c *spec.Column) string {
	name := c.Name
	if name == "guid" {
		name = o.Table.Name + "_guid"
	}
	out := ""
	for i, word := range strings.Split(name, "_") {
		switch {
		case i == 0 || word == "":
			out += word
		case word == "guid":
			out += "GUID"
		default:
			out += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return out
}
