package check

import "github.com/jiekou-dev/jiekou/spec"

// scopeRules are about rows that belong to somebody.
var scopeRules = []Rule{
	{
		"JK0536", "unknown name in a scope", "A scope names tables, columns and interfaces of its system.",
		"tables: {project: gid}", "tables: {project: guid}", nil,
	},
	{
		"JK0537",
		"table in no scope",
		"Each table of a system with scopes is in them, by a column or by the row of another table, or is said to be " +
			"shared: a table that was forgotten is open to every app.",
		"scopes: {project: {column: proj_guid}}  # and the table payment has no such column",
		"scopes: {project: {column: proj_guid, tables: {payment: {table: trade, on: {guid: trade_guid}}}}}", checkScopes,
	},
	{
		"JK0538",
		"statement that no scope binds",
		"SQL of the YAML is bound where it reads a table of the system by from or join, under its whole name. What it reads in " +
			"another way, and what a handler does, is open to every app, so except says why.",
		"sql: select guid from orders  # or handler: true",
		"except: {order_find: looks for duplicates in all shops}", checkScoped,
	},
}

// checkScopes holds every table to being in each scope, or shared.
func checkScopes(d *checked) {
	if !d.Whole() {
		return // the tables that were not read may bind others
	}
	for _, s := range d.Scopes {
		for _, t := range d.Tables {
			if t.Existing == "" && s.Bound(t) == nil && !s.Shares(t.Name) {
				d.Add("JK0537", s.Pos, "add it to tables, or to shared where its rows belong to nobody",
					"the table %s is not in the scope %s", t.Name, s.Name)
			}
		}
	}
}

// checkScoped holds the statements of answers to being bound, or excepted.
func checkScoped(d *checked) {
	for _, s := range d.Scopes {
		for _, x := range d.Interfaces {
			if x.Answer == nil || s.Excepts(x) || x.Status == spec.Unimplemented {
				continue
			}
			if x.Answer.Handler {
				d.Add("JK0538", x.Answer.Pos, "say in except of the scope "+s.Name+" how the handler keeps to it",
					"%s has a handler, which no scope binds", x.Cmd)
			}
			for at, text := range x.Answer.SQL() {
				d.holdsTo(s, at, text)
			}
		}
	}
}

// holdsTo holds SQL to reading the tables of a scope so that it is bound.
func (d *checked) holdsTo(s *spec.Scope, at spec.Pos, text string) {
	for _, t := range d.Tables {
		if s.Bound(t) != nil && t.Loose(text) {
			d.Add("JK0538", at, "read it by from or join as "+t.Relation()+", or say why not in except of the scope",
				"the SQL reads %s in a way that the scope %s does not bind", t.Name, s.Name)
		}
	}
}
