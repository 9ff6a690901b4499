package spec

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// reserved are folders of a system that hold no interfaces of their own.
var reserved = []string{"table", "sql", "docs", "fixtures", "schema", "notification"}

// readInterfaces reads <group>/*.yaml.
func (d *draft) readInterfaces() {
	for _, folder := range d.names("", true) {
		if slices.Contains(reserved, folder) {
			continue
		}
		group := d.group(folder)
		for _, name := range d.names(folder, false) {
			if v := d.read(name, "interface"); v != nil {
				d.readInterface(name, group, v)
			}
		}
	}
	slices.SortStableFunc(d.Interfaces, func(a, b *Interface) int {
		return cmp.Or(compareSections(a.Section, b.Section), strings.Compare(a.Cmd, b.Cmd))
	})
}

// group returns the group of a folder. A folder that system.yaml does not list
// is reported once and read all the same.
func (d *draft) group(folder string) *Group {
	var names []string
	for _, g := range d.Groups {
		if g.Name == folder {
			return g
		}
		names = append(names, g.Name)
	}
	if files := d.names(folder, false); len(files) > 0 && !d.broken["system"] {
		d.add("JK0203", d.at(files[0]), cmp.Or(meant(folder, names), "list it under groups in system.yaml"),
			"unknown group folder %q", folder)
	}
	return &Group{Places: Places{Pos: d.at(folder)}, Name: folder}
}

func (d *draft) readInterface(name string, group *Group, v *value) {
	x := &Interface{
		Places: v.places(d.at(name)), System: d.System, Group: group, Cmd: v.str("interface"), Code: v.str("code"),
		Title: v.str("title"), Section: v.str("section"), Kind: Kind(v.str("kind")),
		Status: cmp.Or(v.str("status"), "active"), Successor: v.str("successor"), Since: v.str("since"), Note: v.str("note"),
		Ours: v.flag("ours"), Method: v.str("method"), Path: v.str("path"), MessageType: v.str("message_type"),
		Explicit: v.str("on") == "explicit", Form: v.str("body") == "form", Signature: v.str("signature"),
	}
	if base := baseName(name); base != x.Cmd {
		d.add("JK0202", v.get("interface").pos, "the file is named after the interface",
			"interface %q stands in %s", x.Cmd, path.Base(name))
	}
	if at := v.get("example"); at != nil {
		x.Example = &Example{Places: at.places(at.pos), Request: at.str("request"), Response: at.str("response")}
	}
	x.Request = d.fields(v.get("request"), nil)
	if g := x.Signed(); x.Form && (g == nil || g.Apart() == "") {
		d.inForm(x.Request)
	}
	d.readResponse(x, v)
	d.drafts[x] = v
	d.Interfaces = append(d.Interfaces, x)
}

// readResponse splits the response table into the frame and the payload.
func (d *draft) readResponse(x *Interface, v *value) {
	at := v.get("response")
	if at == nil {
		return
	}
	own := map[string]*Field{}
	for _, f := range d.fields(at, nil) {
		if d.inFrame(f.Name) {
			d.inHead([]*Field{f})
			own[f.Name] = f
			continue
		}
		x.Response = append(x.Response, f)
	}
	for _, f := range d.Reply.Fields {
		x.Frame = append(x.Frame, cmp.Or(own[f.Name], f))
	}
}

// inFrame says whether a response field is part of the reply's frame.
func (d *draft) inFrame(name string) bool {
	return slices.ContainsFunc(d.Reply.Fields, func(f *Field) bool { return f.Name == name })
}

// inHead puts rows of the frame into the member that holds them.
func (d *draft) inHead(frame []*Field) {
	if d.Reply.Head == "" {
		return
	}
	for _, f := range frame {
		f.Path = d.Reply.Head + "/" + f.Name
		f.DocPath = cmp.Or(d.source[f].str("doc"), f.Path)
	}
}

// inForm puts the fields that do not say where they stand into the form.
func (d *draft) inForm(list []*Field) {
	for f := range walk(list) {
		switch {
		case f.Parent != nil:
			f.In = f.Parent.In
		case d.source[f].get("in") == nil:
			f.In = "form"
		}
	}
}
