package read

import (
	"cmp"
	"path"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// linker turns the names of a system that was read into pointers. It reads the
// answers, whose names mean something only beside all tables and interfaces.
type linker struct {
	draft
	written map[*spec.Interface]*yamltree.Value
}

// link turns names into pointers, and fills in by convention.
func (d *linker) link() {
	d.linkCodes()
	d.linkRevisions()
	d.linkScopes()
	for _, x := range d.Interfaces {
		v := d.written[x]
		d.linkDigits(x.Request)
		d.linkTimes(x.Request)
		d.linkTimes(x.Response)
		d.linkNames(x)
		if x.Kind == spec.Notify {
			d.linkFill(x, v)
		} else if at := v.Get("answer"); at != nil {
			x.Answer = d.linkAnswer(x, at)
		}
	}
	for _, x := range d.Interfaces {
		d.linkErrata(x)
	}
	d.linkUsers()
	d.linkWhere()
	d.linkHistories()
	d.linkColumns()
	d.linkLedger()
}

// linkUsers gives each table the interfaces that read, write or send its rows.
func (d *linker) linkUsers() {
	for _, x := range d.Interfaces {
		use := func(t *spec.Table) {
			if t != nil && (len(t.Users) == 0 || t.Users[len(t.Users)-1] != x) {
				t.Users = append(t.Users, x)
			}
		}
		var children func([]*spec.Child)
		children = func(list []*spec.Child) {
			for _, c := range list {
				use(c.Table)
				children(c.Children)
			}
		}
		use(x.Row)
		if x.Answer == nil {
			continue
		}
		for _, check := range x.Answer.Checks {
			use(check.Table)
		}
		for _, st := range x.Answer.Steps {
			use(st.Table)
			children(st.Children)
		}
	}
}

// linkDigits marks the texts that accept a number: those that the document calls
// numbers, and those whose names the system lists.
func (d *linker) linkDigits(list spec.Fields) {
	for f := range list.All() {
		if f.Type != spec.String {
			continue
		}
		f.Digits = f.Digits || f.Document.Type == spec.Int || f.Document.Type == spec.Long
		for _, pattern := range d.Digits {
			if ok, err := path.Match(pattern, f.Name); ok && err == nil {
				f.Digits = true
			}
		}
	}
}

// linkTimes sets how times are written.
func (d *linker) linkTimes(list spec.Fields) {
	for f := range list.All() {
		switch f.Item() {
		case spec.Datetime:
			f.Layout = cmp.Or(f.Format, d.Times)
		case spec.Date, spec.Epoch:
			f.Layout = f.Format
		}
	}
}

// linkCodes marks the codes that the system itself answers with.
func (d *linker) linkCodes() {
	if d.Reply.Success != "" {
		d.useCode(d.Reply.Success, d.Reply.At("success"))
	}
	d.linkProtocolCodes()
	for _, r := range d.Rules {
		d.useCode(r.Code, r.Pos)
	}
}

// linkNames resolves the notifications and the successor.
func (d *linker) linkNames(x *spec.Interface) {
	for _, item := range x.List("notify") {
		target := d.Interface(item.Text)
		switch {
		case target == nil:
			d.unknownInterface("JK0212", item, "unknown notification %q")
		case target.Kind != spec.Notify:
			d.Add("JK0213", item.Pos, "name an interface of kind notify", "%s is a %s, no notification", target.Cmd, target.Kind)
		default:
			x.Notify = append(x.Notify, target)
		}
	}
	for _, item := range x.List("successor") {
		if d.Interface(item.Text) == nil {
			d.unknownInterface("JK0211", item, "unknown successor %q")
		}
	}
}

// unknownInterface reports a name unless its file is there and broken.
func (d *linker) unknownInterface(id string, named spec.Item, format string) {
	var names []string
	for _, x := range d.Interfaces {
		names = append(names, x.Cmd)
	}
	if d.unreadInterface(named.Text) {
		return
	}
	d.Add(id, named.Pos, spec.Meant(named.Text, names), format, named.Text)
}

// unreadInterface says whether the file of an interface is there and broken.
func (d *linker) unreadInterface(cmd string) bool {
	for file := range d.Unread {
		if baseName(file) == cmd {
			return true
		}
	}
	return false
}

// linkErrata collects the decisions that touch an interface, in the order of
// errata.yaml.
func (d *linker) linkErrata(x *spec.Interface) {
	named := map[*spec.Erratum]bool{}
	for _, item := range x.List("errata") {
		if e := d.erratum(item); e != nil {
			named[e] = true
		}
	}
	for _, list := range []spec.Fields{x.Request, x.Response, x.Frame} {
		for f := range list.All() {
			for _, e := range f.Errata {
				named[e] = true
			}
		}
	}
	for _, e := range d.Errata {
		if named[e] || slices.Contains(e.Where, x.Cmd) || slices.Contains(e.Where, "*") {
			x.Errata = append(x.Errata, e)
		}
	}
}

// linkWhere wants the interfaces that errata name.
func (d *linker) linkWhere() {
	for _, e := range d.Errata {
		for _, cmd := range e.Where {
			if cmd != "*" && d.Interface(cmd) == nil {
				d.unknownInterface("JK0603", spec.Item{Text: cmd, Pos: e.At("where")}, "unknown interface %q")
			}
		}
	}
}

// linkColumns wants the columns that keys and indexes name.
func (d *linker) linkColumns() {
	for _, t := range d.Tables {
		for _, name := range t.Key {
			d.column(t, name, t.At("key"))
		}
		for _, x := range slices.Concat(t.Unique, t.Indexes) {
			for _, name := range x.Columns {
				d.column(t, name, x.Pos)
			}
		}
	}
}

// table finds the table that v names.
func (d *linker) table(v *yamltree.Value) *spec.Table {
	if v == nil {
		return nil
	}
	var names []string
	for _, t := range d.Tables {
		if t.Name == v.Text {
			return t
		}
		names = append(names, t.Name)
	}
	if !d.Unread["table/"+v.Text] {
		d.Add("JK0301", v.Pos, spec.OneOrNone(v.Text, names, "the system has no tables"), "unknown table %q", v.Text)
	}
	return nil
}

// column checks that t has a column and reports it otherwise. Without a table
// there is nothing to check.
func (d *linker) column(t *spec.Table, name string, at spec.Pos) *spec.Column {
	if t == nil {
		return nil
	}
	if c := t.Column(name); c != nil {
		return c
	}
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	hint := spec.Meant(name, names)
	if t.Column(spec.Snake(name)) != nil {
		hint = "did you mean \"" + spec.Snake(name) + "\"?"
	}
	d.Add("JK0302", at, cmp.Or(hint, "its columns are in table/"+t.Name+".yaml"),
		"table %s has no column %q", t.Name, name)
	return nil
}

// mapping finds the mapping that v names.
func (d *linker) mapping(v *yamltree.Value) *spec.Mapping {
	var names []string
	for _, m := range d.Mappings {
		if m.Name == v.Text {
			return m
		}
		names = append(names, m.Name)
	}
	if !d.Unread["system"] {
		d.Add("JK0408", v.Pos, spec.OneOrNone(v.Text, names, "system.yaml has no mappings"), "unknown mapping %q", v.Text)
	}
	return nil
}

// code returns the error code at v and reports one that errors.yaml does not
// have.
func (d *linker) code(v *yamltree.Value) string {
	if v == nil {
		return ""
	}
	d.useCode(v.Text, v.Pos)
	return v.Text
}

// useCode marks a code as used.
func (d *linker) useCode(code string, at spec.Pos) {
	for e := range d.EveryCode() {
		e.Used = e.Used || e.Code == code
	}
	if d.hasCode(code) {
		return
	}
	d.Add("JK0402", at, "add it to errors.yaml; ours: true when the document does not have it",
		"unknown error code %s", code)
}

// hasCode reports whether the document has a code, or its codes could not be read.
func (d *linker) hasCode(code string) bool {
	if d.Unread["errors"] {
		return true
	}
	for e := range d.EveryCode() {
		if e.Code == code {
			return true
		}
	}
	return slices.ContainsFunc(d.Interfaces, func(x *spec.Interface) bool {
		return slices.ContainsFunc(x.Errors, func(e *spec.ErrorCode) bool { return e.Code == code })
	})
}
