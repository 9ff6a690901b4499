package read

import (
	"cmp"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// history reads the tasks that a table holds, nil where it holds none.
func history(v *yamltree.Value) *spec.History {
	if v == nil {
		return nil
	}
	return &spec.History{
		Places: v.Places(v.Pos), App: v.Str("app"), Name: v.Str("name"), Notifications: v.Str("notifications"),
		Since: v.Str("since"), Until: v.Str("until"), Status: v.Str("status"), Started: v.Str("started"), Finished: v.Str("finished"),
		Remark: v.Str("remark"), Separator: cmp.Or(v.Str("separator"), "|"), Scope: v.Strs("scope"),
		Done: v.Num("done"), Failed: v.Num("failed"), Texts: v.Pairs("texts"),
	}
}

// linkHistories looks up what the tables with tasks name.
func (d *linker) linkHistories() {
	for _, t := range d.Tables {
		if t.History == nil {
			continue
		}
		for _, key := range []string{
			"app", "name", "notifications", "since", "until", "status", "started", "finished", "remark", "scope",
		} {
			for _, item := range t.History.List(key) {
				d.column(t, item.Text, item.Pos)
			}
		}
		for _, item := range t.History.List("result") {
			d.linkResult(t, item)
		}
	}
}

// linkResult looks up the notification that tells how a task of a table ended.
func (d *linker) linkResult(t *spec.Table, item spec.Item) {
	var names []string
	for _, x := range d.Interfaces {
		if x.Cmd == item.Text {
			t.History.Result = x
		}
		if x.Row == t {
			names = append(names, x.Cmd)
		}
	}
	if t.History.Result == nil && !d.unreadInterface(item.Text) {
		d.Add("JK0311", item.Pos, spec.OneOrNone(item.Text, names, "no notification is filled from a row of "+t.Name),
			"unknown notification %q", item.Text)
	}
}
