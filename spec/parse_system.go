package spec

import (
	"cmp"
	"slices"
	"strings"
)

// readSystem reads system.yaml.
func (d *reader) readSystem() {
	v := d.read("system.yaml", "system")
	d.Places = v.places(d.at("system.yaml"))
	if v == nil {
		return
	}
	s := d.System
	s.Title, s.Version, s.Date = v.str("title"), v.str("version"), v.str("date")
	s.Digits = v.strs("digits")
	s.Project = v.str("project")
	s.Zone = cmp.Or(v.str("zone"), "Asia/Shanghai")
	s.Times, s.Empty = cmp.Or(v.str("times"), "seconds"), cmp.Or(v.str("empty"), "clear")
	if name := v.get("system"); name.text != s.Name {
		d.add("JK0507", name.pos, "rename the folder or the system", "system %q stands in the folder %q", name.text, s.Name)
	}
	e := v.get("endpoint")
	s.Endpoint = Endpoint{
		Places: e.places(e.pos), Path: e.str("path"), Methods: e.strs("methods"), Dispatch: e.str("dispatch"),
	}
	l := v.get("limits")
	s.Limits = Limits{
		Places: l.places(d.Pos), Body: int64(cmp.Or(l.num("body"), 1<<20)),
		Depth: cmp.Or(l.num("depth"), 32), Elements: cmp.Or(l.num("elements"), 10_000),
	}
	for _, m := range v.each("groups") {
		g := &Group{Places: m.places(m.pos), Name: m.name, Title: m.str("title"), Section: m.str("section")}
		s.Groups = append(s.Groups, g)
	}
	for _, m := range v.each("enums") {
		e := d.enum(m.value)
		e.Name, e.Pos = m.name, m.pos
		s.Enums = append(s.Enums, e)
	}
	for _, m := range v.each("mappings") {
		s.Mappings = append(s.Mappings, &Mapping{
			Places: m.places(m.pos), Name: m.name, Values: m.pairs("values"), Else: m.str("else"), Number: m.flag("number"),
		})
	}
	d.readReply(v.get("reply"))
	d.readEnvelope(v.get("envelope"))
	d.readSignatures(v)
}

func (d *reader) readReply(v *value) {
	d.Reply = Reply{
		Places: v.places(v.pos), Head: v.str("head"), Code: v.str("code"), CodeType: cmp.Or(v.str("code_type"), "int"),
		Message: v.str("message"), Text: v.str("text"), Payload: v.str("payload"), Success: v.str("success"),
		Fields: d.fields(v.get("fields"), nil),
	}
	d.inHead(d.Reply.Fields)
}

func (d *reader) readEnvelope(v *value) {
	e := &d.Envelope
	e.Places = v.places(d.Pos)
	if v == nil {
		return
	}
	e.Pos = v.pos
	e.Head, e.Data, e.App, e.Message = v.str("head"), v.str("data"), v.str("app"), v.str("message")
	e.Sender, e.Version = v.str("sender"), v.str("version")
	e.Header = d.fields(v.get("header"), nil)
	for _, item := range v.list("steps") {
		op := item.members[0]
		e.Steps = append(e.Steps, &Step{
			Places: op.places(op.pos), Op: op.name, Algorithm: op.str("algorithm"), Key: op.str("key"), Over: op.strs("over"),
			To: op.str("to"), Order: op.str("order"), Accept: op.strs("accept"), Value: op.str("value"), With: op.str("with"),
			Else: op.str("else"),
		})
		if op.name == "digest" && op.str("order") == "" {
			e.Steps[len(e.Steps)-1].Order = "listed"
		}
	}
	for _, item := range v.list("vectors") {
		e.Vectors = append(e.Vectors, &Vector{
			Places: item.places(item.pos), Name: item.str("name"), Values: item.pairs("values"),
			Plain: item.str("plain"), Expect: item.pairs("expect"),
		})
	}
}

// readErrors reads errors.yaml.
func (d *reader) readErrors() {
	v := d.read("errors.yaml", "errors")
	for _, item := range v.list("groups") {
		g := &ErrorGroup{Places: item.places(item.pos), Title: item.str("title"), Section: item.str("section")}
		for _, m := range item.each("errors") {
			g.Errors = append(g.Errors, &ErrorCode{
				Places: m.places(m.pos), Code: m.name, Text: m.str("text"), Reserved: m.str("reserved"), Ours: m.flag("ours"),
			})
		}
		d.Errors = append(d.Errors, g)
	}
	for _, m := range v.each("rules") {
		d.Rules = append(d.Rules, &RuleCode{Rule: m.name, Code: m.text, Pos: m.pos})
	}
}

// readErrata reads errata.yaml, which a system need not have.
func (d *reader) readErrata() {
	if !d.exists("errata.yaml") {
		return
	}
	v := d.read("errata.yaml", "errata")
	if v == nil {
		return
	}
	for _, m := range v.members {
		d.Errata = append(d.Errata, &Erratum{
			Places: m.places(m.pos), ID: m.name, Title: m.str("title"), Says: m.str("says"), Follow: m.str("follow"),
			Why: m.str("why"), Since: m.str("since"), Section: m.str("section"), Where: m.strs("where"),
		})
	}
}

// readChanges reads changelog.yaml, which a system need not have.
func (d *reader) readChanges() {
	if !d.exists("changelog.yaml") {
		return
	}
	v := d.read("changelog.yaml", "changelog")
	if v == nil {
		return
	}
	for _, item := range v.items {
		d.Changes = append(d.Changes, &Change{
			Places: item.places(item.pos), Version: item.str("version"), Date: item.str("date"),
			Author: item.str("author"), Text: item.str("text"),
		})
	}
}

// readTables reads table/*.yaml.
func (d *reader) readTables() {
	for _, name := range d.names("table", false) {
		v := d.read(name, "table")
		if v == nil {
			continue
		}
		t := &Table{
			Places: v.places(d.at(name)), System: d.System, Name: v.str("table"), Title: v.str("title"), Note: v.str("note"),
			Key: v.strs("key"), Since: max(v.num("since"), 1),
		}
		if base := baseName(name); base != t.Name {
			d.add("JK0303", v.get("table").pos, "rename the file or the table", "table %q stands in %s.yaml", t.Name, base)
			t.Name = base
		}
		for _, m := range v.each("columns") {
			c := &Column{
				Places: m.places(m.pos), Name: m.name, Type: m.str("type"), Length: m.num("length"), Required: m.flag("required"),
				Default: m.str("default"), Label: m.str("label"), PII: m.flag("pii"), Since: max(m.num("since"), t.Since),
				Format: m.str("format"), Min: m.str("min"), Max: m.str("max"), Hash: m.flag("hash"), Blank: m.flag("blank"),
			}
			if at := m.get("enum"); at != nil {
				c.Enum = d.fieldEnum(at)
			}
			t.Columns = append(t.Columns, c)
		}
		t.Unique, t.Indexes = indexes(v.get("unique"), t), indexes(v.get("index"), t)
		d.Tables = append(d.Tables, t)
	}
	slices.SortFunc(d.Tables, func(a, b *Table) int { return strings.Compare(a.Name, b.Name) })
}

// indexes reads a list of column lists.
func indexes(v *value, t *Table) []*Index {
	if v == nil {
		return nil
	}
	var out []*Index
	for _, item := range v.items {
		x := &Index{Places: item.places(item.pos), Since: max(item.num("since"), t.Since)}
		switch item.form {
		case isMapping:
			x.Columns = item.strs("columns")
		case isList:
			for _, column := range item.items {
				x.Columns = append(x.Columns, column.text)
			}
		default:
			x.Columns = []string{item.text}
		}
		out = append(out, x)
	}
	return out
}

// baseName is a file's name without folder and extension.
func baseName(name string) string {
	return strings.TrimSuffix(name[strings.LastIndexByte(name, '/')+1:], ".yaml")
}
