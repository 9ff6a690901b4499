package spec

import (
	"cmp"
	"path"
	"slices"
)

// link turns names into pointers and completes what the conventions fill.
func (d *draft) link() {
	d.linkCodes()
	for _, x := range d.Interfaces {
		v := d.drafts[x]
		d.linkDigits(x.Request)
		d.linkTimes(x.Request)
		d.linkTimes(x.Response)
		d.linkNames(x, v)
		if x.Kind == Notify {
			d.linkFill(x, v)
		} else if at := v.get("answer"); at != nil {
			x.Answer = d.linkAnswer(x, at)
		}
	}
	for _, x := range d.Interfaces {
		d.linkErrata(x, d.drafts[x])
	}
	d.linkLedger()
}

// linkDigits marks the texts that accept a number: those that the document calls
// numbers, and those whose names the system lists.
func (d *draft) linkDigits(list []*Field) {
	for f := range walk(list) {
		if f.Type != "string" {
			continue
		}
		f.Digits = f.Document.Type == "int" || f.Document.Type == "long"
		for _, pattern := range d.Digits {
			if ok, err := path.Match(pattern, f.Name); ok && err == nil {
				f.Digits = true
			}
		}
	}
}

// linkTimes sets how times are written.
func (d *draft) linkTimes(list []*Field) {
	for f := range walk(list) {
		if f.Type == "datetime" {
			f.Layout = cmp.Or(f.Format, d.Times)
		}
	}
}

// linkCodes marks the codes that the system itself answers with.
func (d *draft) linkCodes() {
	if !d.broken["system"] {
		d.useCode(d.Reply.Success, d.Reply.At("success"))
	}
	for _, s := range d.Envelope.Steps {
		d.useCode(s.Else, s.At("else"))
	}
	d.linkSignatureCodes()
	for _, r := range d.Rules {
		d.useCode(r.Code, r.Pos)
	}
}

// linkNames resolves the notifications and the successor.
func (d *draft) linkNames(x *Interface, v *value) {
	for _, item := range v.list("notify") {
		target := d.find(item.text)
		switch {
		case target == nil:
			d.unknownInterface("JK0212", item, "unknown notification %q")
		case target.Kind != Notify:
			d.add("JK0213", item.pos, "name an interface of kind notify", "%s is a %s, no notification", target.Cmd, target.Kind)
		default:
			x.Notify = append(x.Notify, target)
		}
	}
	if at := v.get("successor"); at != nil && d.find(at.text) == nil {
		d.unknownInterface("JK0211", at, "unknown successor %q")
	}
}

// find returns the interface with a cmd, or nil.
func (d *draft) find(cmd string) *Interface {
	for _, x := range d.Interfaces {
		if x.Cmd == cmd {
			return x
		}
	}
	return nil
}

// unknownInterface reports a name unless its file is there and broken.
func (d *draft) unknownInterface(id string, at *value, format string) {
	var names []string
	for _, x := range d.Interfaces {
		names = append(names, x.Cmd)
	}
	for file := range d.broken {
		if baseName(file) == at.text {
			return
		}
	}
	d.add(id, at.pos, meant(at.text, names), format, at.text)
}

// linkErrata collects the decisions that touch an interface, in the order of
// errata.yaml.
func (d *draft) linkErrata(x *Interface, v *value) {
	named := map[*Erratum]bool{}
	for _, item := range v.list("errata") {
		if e := d.erratum(item); e != nil {
			named[e] = true
		}
	}
	for _, list := range [][]*Field{x.Request, x.Response, x.Frame} {
		for f := range walk(list) {
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

// walk yields every field below list, parents first.
func walk(list []*Field) func(yield func(*Field) bool) {
	return func(yield func(*Field) bool) {
		for _, f := range list {
			if !yield(f) {
				return
			}
			for inner := range walk(f.Fields) {
				if !yield(inner) {
					return
				}
			}
		}
	}
}

// table finds the table that v names.
func (d *draft) table(v *value) *Table {
	if v == nil {
		return nil
	}
	var names []string
	for _, t := range d.Tables {
		if t.Name == v.text {
			return t
		}
		names = append(names, t.Name)
	}
	if !d.broken["table/"+v.text] {
		d.add("JK0301", v.pos, oneOrNone(v.text, names, "the system has no tables"), "unknown table %q", v.text)
	}
	return nil
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *Column {
	if t == nil {
		return nil
	}
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// column checks that t has a column and reports it otherwise. Without a table
// there is nothing to check.
func (d *draft) column(t *Table, name string, at Pos) *Column {
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
	hint := meant(name, names)
	if t.Column(Snake(name)) != nil {
		hint = "did you mean \"" + Snake(name) + "\"?"
	}
	d.add("JK0302", at, cmp.Or(hint, "its columns stand in table/"+t.Name+".yaml"),
		"table %s has no column %q", t.Name, name)
	return nil
}

// mapping finds the mapping that v names.
func (d *draft) mapping(v *value) *Mapping {
	var names []string
	for _, m := range d.Mappings {
		if m.Name == v.text {
			return m
		}
		names = append(names, m.Name)
	}
	if !d.broken["system"] {
		d.add("JK0408", v.pos, oneOrNone(v.text, names, "system.yaml has no mappings"), "unknown mapping %q", v.text)
	}
	return nil
}

// code returns the error code at v and reports one that errors.yaml does not
// have.
func (d *draft) code(v *value) string {
	if v == nil {
		return ""
	}
	d.useCode(v.text, v.pos)
	return v.text
}

// useCode marks a code as used.
func (d *draft) useCode(code string, at Pos) {
	d.used["code "+code] = true
	if d.broken["errors"] {
		return
	}
	for _, g := range d.Errors {
		for _, e := range g.Errors {
			if e.Code == code {
				return
			}
		}
	}
	d.add("JK0402", at, "add it to errors.yaml; ours: true when the document does not have it",
		"unknown error code %s", code)
}
