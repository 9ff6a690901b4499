package read

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readInterfaces reads <group>/*.yaml.
func (d *reader) readInterfaces() {
	for _, folder := range d.names("", true) {
		if slices.Contains(spec.Reserved(), folder) {
			continue
		}
		group := d.group(folder)
		names := d.names(folder, false)
		for i, v := range d.readAll(names, "interface") {
			if v != nil {
				d.readInterface(names[i], group, v)
			}
		}
	}
	slices.SortStableFunc(d.Interfaces, func(a, b *spec.Interface) int {
		return cmp.Or(spec.CompareSections(a.Section, b.Section), strings.Compare(a.Cmd, b.Cmd))
	})
}

// group returns the group of a folder. A folder that system.yaml does not list
// is reported once and read all the same.
func (d *reader) group(folder string) *spec.Group {
	var names []string
	for _, g := range d.Groups {
		if g.Name == folder {
			return g
		}
		names = append(names, g.Name)
	}
	if files := d.names(folder, false); len(files) > 0 && !d.Unread["system"] {
		d.Add("JK0203", d.at(files[0]), cmp.Or(spec.Meant(folder, names), "list it under groups in system.yaml"),
			"unknown group folder %q", folder)
	}
	return &spec.Group{Places: spec.Places{Pos: d.at(folder)}, Name: folder}
}

func (d *reader) readInterface(name string, group *spec.Group, v *yamltree.Value) {
	x := &spec.Interface{
		Places: v.Places(d.at(name)), System: d.System, Group: group, Cmd: v.Str("interface"), Code: v.Str("code"), Title: v.Str("title"), Section: v.Str("section"), Kind: spec.Kind(v.Str("kind")),
		Was: v.Str("was"), Status: cmp.Or(spec.Status(v.Str("status")), spec.Active), Successor: v.Str("successor"), Sunset: v.Str("sunset"), DeprecatedSince: v.Str("deprecated"),
		Since: v.Str("since"), Note: v.Str("note"), Ours: v.Flag("ours"), Method: v.Str("method"), Path: v.Str("path"), MessageType: v.Str("message_type"),
		Explicit: v.Str("on") == "explicit", Publish: v.Flag("publish"), Form: v.Str("body") == "form", FrameName: v.Str("frame"), DocPath: v.Str("path"),
	}
	if at := v.Get("doc_path"); at != nil {
		x.DocPath = at.Text
	}
	x.Sunset, x.Promised = spec.LastDay(x.Status, x.Sunset)
	if base := baseName(name); base != x.Cmd {
		d.Add("JK0202", v.Get("interface").Pos, "the file is named after the interface", "interface %q is in %s", x.Cmd, path.Base(name))
	}
	for _, m := range v.Each("errors") {
		x.Errors = append(x.Errors, &spec.ErrorCode{Places: m.Places(m.Pos), Code: m.Name, Text: m.Text})
	}
	if at := v.Get("example"); at != nil {
		x.Example = &spec.Example{Places: at.Places(at.Pos), Request: at.Str("request"), Response: at.Str("response")}
		for _, item := range x.Example.List("errata") {
			if e := d.erratum(item); e != nil {
				x.Example.Errata = append(x.Example.Errata, e)
			}
		}
	}
	x.Path, _, _ = strings.Cut(x.Path, "?")
	if x.Path != "" && x.Method == "" {
		x.Method = "POST" // the document says none
	}
	x.Request = d.fields(d.table("request", x, v), nil)
	for _, f := range x.Request {
		if f.In == "payload" || f.In == "frame" {
			d.Add("JK0136", f.At("in"), "in: body, query, path, header or form", "a request has no %s", f.In)
			inBody(f)
		}
	}
	d.inURL(x)
	if x.Form && !d.Protocol.Carries(x).Apart {
		inForm(x.Request)
	}
	neverNull(x.Request)
	d.readResponse(x, v)
	d.written[x] = v
	d.Interfaces = append(d.Interfaces, x)
}

// readResponse splits the response table into the frame and the payload.
func (d *reader) readResponse(x *spec.Interface, v *yamltree.Value) {
	at := d.table("response", x, v)
	d.exceptions(x, v)
	if at == nil {
		return
	}
	own := map[string]*spec.Field{}
	for _, f := range d.fields(at, nil) {
		frame := d.framed(f)
		if f.In == "payload" || f.In == "frame" {
			inBody(f)
		}
		if frame {
			d.inHead(spec.Fields{f})
			own[f.Name] = f
			continue
		}
		x.Response = append(x.Response, f)
	}
	for f := range x.Response.All() {
		f.Replied = true
	}
	if f := x.Response.Whole(); f != nil && f.Type == spec.Array && f.IsRequired() && f.MinItems == 0 {
		f.Blank = true // a reply that is a list is there, however many it has
	}
	for _, f := range d.Reply.Fields {
		if x.Kind == spec.Notify && d.Protocol != nil && !slices.Contains(d.Protocol.Answer, f.Name) {
			continue // the answer to a notification has another form
		}
		x.Frame = append(x.Frame, cmp.Or(own[f.Name], f))
	}
}

// framed says whether a row of a response is the frame's own: it is called like a
// member of the frame. Where the payload may have a member of that name, the row says
// which of the two it is.
func (d *reader) framed(f *spec.Field) bool {
	shared := d.Reply.Fields.Named(f.Name)
	if shared == nil || f.In == "payload" {
		if shared != nil && d.Reply.Payload == "" && shared.In != "header" {
			d.Add("JK0136", f.At("in"), "leave in: out; the row is the frame's own", "the payload's members are in the object of the frame, which has %s already", f.Name)
		}
		return false
	}
	if d.Reply.Payload != "" && f.In != "frame" && (f.Type != shared.Type || f.Label != shared.Label) {
		d.Add("JK0136", f.Pos, "add in: payload or in: frame",
			"%s is called like a member of the frame, and is another row", f.Name)
	}
	return true
}

// inBody puts a field with its members into the body.
func inBody(f *spec.Field) {
	f.In = "body"
	for member := range f.Fields.All() {
		member.In = "body"
	}
}

// inHead puts rows of the frame into the member that holds them.
func (d *reader) inHead(frame spec.Fields) {
	if d.Reply.Head == "" {
		return
	}
	for _, f := range frame {
		f.Path = d.Reply.Head + "/" + f.Name
		f.DocPath = cmp.Or(f.Written("doc").Text, f.Path)
	}
}

// inURL puts the fields without in: that the path names into the path, and those of a
// request without a body into the query.
func (d *draft) inURL(x *spec.Interface) {
	for _, f := range x.Request {
		place := ""
		switch {
		case x.Path == "" || x.Kind == spec.Notify || f.Has("in"):
		case strings.Contains(x.Path+"/", "/{"+f.Name+"}/"):
			place = "path"
		case x.IsBodyless() && !x.Form && !d.Protocol.Carries(x).Apart && !d.Protocol.Carries(x).Bodyless:
			place = "query"
		}
		if place == "" {
			continue
		}
		f.In = place
		for member := range f.Fields.All() {
			member.In = place
		}
	}
}

// inForm puts the fields without in: into the form.
func inForm(list spec.Fields) {
	for f := range list.All() {
		switch {
		case f.Parent != nil:
			f.In = f.Parent.In
		case !f.Has("in") && f.In == "body":
			f.In = "form"
		}
	}
}

// neverNull takes null from rows whose type is printed with it (string | null) where no
// value can be it: outside of JSON, and in place of a required object or list, where null
// and absent are one. The document means that they may be left out.
func neverNull(list spec.Fields) {
	for f := range list.All() {
		json := f.In == "body" || f.In == "payload" || f.In == "frame"
		if !f.Has("nullable") && (!json || f.IsNested() && f.IsRequired()) {
			f.Nullable = false
		}
	}
}
