package check

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// checkHistory holds a table with tasks to what the server needs to work on them.
func checkHistory(d *checked, t *spec.Table) {
	h := t.History
	if h == nil {
		return
	}
	for _, one := range []struct {
		key, column string
		kind        spec.Type
	}{
		{"app", h.App, "string"},
		{"name", h.Name, "string"},
		{"notifications", h.Notifications, "string"},
		{"remark", h.Remark, "string"},
		{"since", h.Since, "datetime"},
		{"until", h.Until, "datetime"},
		{"started", h.Started, "datetime"},
		{"finished", h.Finished, "datetime"},
		{"status", h.Status, "int"},
	} {
		if c := t.Column(one.column); c != nil && c.Type != one.kind {
			d.Add("JK0311", h.At(one.key), "name a column of type "+string(one.kind), "%s is a column of type %s", one.column, c.Type)
		}
	}
	if c := t.Column(h.Status); c != nil && c.Required {
		d.Add("JK0311", h.At("status"), "leave required out of "+h.Status, "a task that is open has no status, and %s is required", h.Status)
	}
	if c := t.Column("created"); c == nil || c.Type != "datetime" || len(t.Key) != 1 || notText(t, t.Key[0]) {
		d.Add("JK0311", h.Pos, "add created: {type: datetime, default: now, required: true} and a key of one string",
			"tasks are worked on in the order of created, and named by a key of one string")
	}
	if x := h.Result; x != nil && (x.Row != t || !x.Explicit) {
		d.Add("JK0311", h.At("result"), "row: "+t.Name+" and on: explicit in the notification",
			"%s is not sent for a row of %s alone", x.Cmd, t.Name)
	}
	checkTexts(d, h)
}

// namedValue is the place of a value in the text of a remark: {name}.
var namedValue = regexp.MustCompile(`\{[^{}]*\}`)

// notText reports whether a column is there and holds no text.
func notText(t *spec.Table, column string) bool {
	c := t.Column(column)
	return c != nil && c.Type != "string"
}

// checkTexts holds the texts of a remark to the values that they may name.
func checkTexts(d *checked, h *spec.History) {
	for _, text := range h.Texts {
		at := slices.IndexFunc(spec.HistoryTexts(), func(one spec.HistoryText) bool { return one.Key == text.Name })
		if at < 0 {
			continue // the schema has said so
		}
		values := spec.HistoryTexts()[at].Values
		for _, found := range namedValue.FindAllString(text.Value, -1) {
			if name := strings.Trim(found, "{}"); !slices.Contains(values, name) {
				d.Add("JK0312", text.Pos, spec.OneOrNone(name, values, "the text stands alone"), "%s has no value %s", text.Name, found)
			}
		}
	}
}

// serverCommands are the commands of the server that a table may not take over.
func serverCommands() []string {
	return []string{"app", "completion", "config", "deliveries", "help", "load", "migrate", "notify", "serve", "sync"}
}

// checkPublish holds a notification that operators send to a table whose rows they
// can name.
func checkPublish(d *checked, x *spec.Interface) {
	if !x.Publish || x.Row == nil {
		return
	}
	at := x.At("publish")
	switch {
	case len(x.By) != 1:
		d.Add("JK0233", at, "let by name one column", "operators name a row by one value, and one of %s has %d", x.Cmd, len(x.By))
	case notText(x.Row, x.By[0]):
		d.Add("JK0233", at, "let by name a string", "operators name a row by a text, and %s is of type %s", x.By[0], x.Row.Column(x.By[0]).Type)
	case x.Status != "active":
		d.Add("JK0233", at, "leave publish out", "%s is %s: it is not sent", x.Cmd, x.Status)
	case slices.Contains(serverCommands(), x.Row.Name):
		d.Add("JK0233", at, "rename the table", "the server has a command %s already", x.Row.Name)
	}
	for _, other := range d.Interfaces {
		if other != x && other.Publish && other.Row == x.Row && other.Cmd < x.Cmd {
			d.Add("JK0233", at, "leave it out of one of them", "%s publish is %s already", x.Row.Name, other.Cmd)
		}
	}
}

// checkDemo holds the demo data to the system.
func checkDemo(d *checked) {
	for _, app := range d.Demo.Apps {
		call := slices.IndexFunc(d.Interfaces, func(x *spec.Interface) bool { return x.Cmd == app.Call && x.Kind != spec.Notify })
		if app.Call != "" && call < 0 && len(d.Unread) == 0 {
			d.Add("JK0528", app.At("call"), spec.Meant(app.Call, callable(d)), "unknown interface %q", app.Call)
		}
		var data map[string]json.RawMessage
		if json.Unmarshal([]byte(strings.ReplaceAll(app.Data, "{now}", "0")), &data) != nil {
			d.Add("JK0528", app.At("data"), `write it in quotes: '{"mobile":"13800138000"}'`, "the contents of a call are a JSON object")
		}
	}
	for _, rows := range d.Demo.Rows {
		checkDemoRows(d, rows)
	}
}

// callable are the interfaces that can be called.
func callable(d *checked) []string {
	var names []string
	for _, x := range d.Interfaces {
		if x.Kind != spec.Notify {
			names = append(names, x.Cmd)
		}
	}
	return names
}

// checkDemoRows holds the first line of a file of rows to its table.
func checkDemoRows(d *checked, rows *spec.DemoRows) {
	at := slices.IndexFunc(d.Tables, func(t *spec.Table) bool { return t.Name == rows.Table })
	if at < 0 {
		if !d.Unread["table/"+rows.Table] {
			d.Add("JK0528", rows.Pos, spec.Meant(rows.Table, tableNames(d)), "there is no table %s", rows.Table)
		}
		return
	}
	names, err := csv.NewReader(bytes.NewReader(rows.CSV)).Read()
	if errors.Is(err, io.EOF) {
		err = errors.New("the file is empty")
	}
	if err != nil {
		d.Add("JK0528", rows.Pos, "CSV, with the columns' names in the first line", "%v", err)
		return
	}
	for _, name := range names {
		if d.Tables[at].Column(name) == nil {
			d.Add("JK0528", d.Inside(rows.Pos, name, 0), "its columns are in table/"+rows.Table+".yaml", "table %s has no column %q", rows.Table, name)
		}
	}
}

// tableNames are the names of all tables.
func tableNames(d *checked) []string {
	var names []string
	for _, t := range d.Tables {
		names = append(names, t.Name)
	}
	return names
}
