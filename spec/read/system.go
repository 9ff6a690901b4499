package read

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readSystem reads system.yaml.
func (d *reader) readSystem() {
	v := d.read("system.yaml", "system")
	d.Places = v.Places(d.at("system.yaml"))
	if v == nil {
		return
	}
	s := d.System
	s.Title, s.Version, s.Date = v.Str("title"), v.Str("version"), v.Str("date")
	s.Digits = v.Strs("digits")
	s.Project, s.Client = v.Str("project"), !v.Get("client").Is(false)
	s.Zone = cmp.Or(v.Str("zone"), "Asia/Shanghai")
	s.Times, s.Empty = cmp.Or(v.Str("times"), "seconds"), cmp.Or(v.Str("empty"), "clear")
	if name := v.Get("system"); name.Text != s.Name {
		d.Add("JK0507", name.Pos, "rename the folder or the system", "system %q is in the folder %q", name.Text, s.Name)
	}
	l := v.Get("limits")
	s.Limits = spec.Limits{
		Places: l.Places(d.Pos), Body: int64(cmp.Or(l.Num("body"), 1<<20)),
		Depth: cmp.Or(l.Num("depth"), 32), Elements: cmp.Or(l.Num("elements"), 10_000),
	}
	for _, m := range v.Each("groups") {
		g := &spec.Group{Places: m.Places(m.Pos), Name: m.Name, Title: m.Str("title"), Section: m.Str("section")}
		s.Groups = append(s.Groups, g)
	}
	d.readEnums(v)
	for _, m := range v.Each("mappings") {
		s.Mappings = append(s.Mappings, &spec.Mapping{
			Places: m.Places(m.Pos), Name: m.Name, Values: m.Pairs("values"), Else: m.Str("else"), Number: m.Flag("number"),
		})
	}
	for _, m := range v.Each("scopes") {
		s.Scopes = append(s.Scopes, readScope(m))
	}
	d.readStructs(v)
	d.readProtocol(v)
	d.readDemo(v.Get("demo"))
}

// readErrors reads errors.yaml.
func (d *reader) readErrors() {
	v := d.read("errors.yaml", "errors")
	for _, item := range v.List("groups") {
		g := &spec.ErrorGroup{Places: item.Places(item.Pos), Title: item.Str("title"), Section: item.Str("section")}
		for _, m := range item.Each("errors") {
			g.Errors = append(g.Errors, errorCode(m))
		}
		d.Errors = append(d.Errors, g)
	}
	for _, m := range v.Each("rules") {
		rule := &spec.RuleCode{Rule: m.Name, Code: m.Text, Pos: m.Pos}
		if m.Form == yamltree.Mapping {
			rule.Code, rule.Text = m.Str("code"), m.Str("text")
		}
		d.Rules = append(d.Rules, rule)
	}
}

// errorCode reads a code with its text or texts.
func errorCode(m yamltree.Member) *spec.ErrorCode {
	e := &spec.ErrorCode{Places: m.Places(m.Pos), Code: m.Name, Reserved: m.Str("reserved"), Ours: m.Flag("ours")}
	if texts := m.Strs("text"); len(texts) > 0 {
		e.Text, e.Others = texts[0], texts[1:]
	}
	return e
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
	for _, m := range v.Members {
		d.Errata = append(d.Errata, &spec.Erratum{
			Places: m.Places(m.Pos), ID: m.Name, Title: m.Str("title"), Says: m.Str("says"), Follow: m.Str("follow"),
			Why: m.Str("why"), Since: m.Str("since"), Section: m.Str("section"), Where: m.Strs("where"),
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
	for _, item := range v.Items {
		d.Changes = append(d.Changes, &spec.Change{
			Places: item.Places(item.Pos), Version: item.Str("version"), Date: item.Str("date"),
			Author: item.Str("author"), Text: item.Str("text"), Interfaces: item.Strs("interfaces"),
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
		t := &spec.Table{
			Places: v.Places(d.at(name)), System: d.System, Name: v.Str("table"), Was: v.Str("was"), Title: v.Str("title"), Note: v.Str("note"),
			Existing: v.Str("existing"),
			Key:      v.Strs("key"), Since: max(v.Num("since"), 1),
		}
		if base := baseName(name); base != t.Name {
			d.Add("JK0303", v.Get("table").Pos, "rename the file or the table", "table %q is in %s.yaml", t.Name, base)
			t.Name = base
		}
		for _, m := range v.Each("columns") {
			c := &spec.Column{
				Places: m.Places(m.Pos), Name: m.Name, Was: m.Str("was"), Type: spec.Type(m.Str("type")), Length: m.Num("length"), Required: m.Flag("required"),
				Default: m.Str("default"), Label: m.Str("label"), PII: m.Flag("pii"), Since: max(m.Num("since"), t.Since),
				Format: m.Str("format"), Min: m.Str("min"), Max: m.Str("max"), Hash: m.Flag("hash"), Blank: m.Flag("blank"),
			}
			columnType(c, m.Value)
			if at := m.Get("enum"); at != nil {
				c.Enum = d.fieldEnum(at)
			}
			t.Columns = append(t.Columns, c)
		}
		t.Unique, t.Indexes = indexes(v.Get("unique"), t), indexes(v.Get("index"), t)
		t.History = history(v.Get("history"))
		d.Tables = append(d.Tables, t)
	}
	slices.SortFunc(d.Tables, func(a, b *spec.Table) int { return strings.Compare(a.Name, b.Name) })
}

// columnType reads decimal(12,4) as what it means, and gives a decimal its places.
func columnType(c *spec.Column, v *yamltree.Value) {
	if w, ok := spelling.Read(v.Str("type")); ok && w.Places.Set {
		c.Type, c.Length, c.Decimals = w.Name, w.Length, w.Places.N
		return
	}
	if c.Type != spec.Decimal {
		return
	}
	c.Length, c.Decimals = cmp.Or(c.Length, 18), v.Num("places")
	if v.Get("places") == nil {
		c.Decimals = 2
	}
}

// indexes reads a list of column lists.
func indexes(v *yamltree.Value, t *spec.Table) []*spec.Index {
	if v == nil {
		return nil
	}
	var out []*spec.Index
	for _, item := range v.Items {
		x := &spec.Index{Places: item.Places(item.Pos), Since: max(item.Num("since"), t.Since)}
		switch item.Form {
		case yamltree.Mapping:
			x.Columns, x.Name = item.Strs("columns"), item.Str("name")
		case yamltree.List:
			for _, column := range item.Items {
				x.Columns = append(x.Columns, column.Text)
			}
		default:
			x.Columns = []string{item.Text}
		}
		out = append(out, x)
	}
	return out
}

// baseName is a file's name without folder and extension.
func baseName(name string) string {
	return strings.TrimSuffix(name[strings.LastIndexByte(name, '/')+1:], ".yaml")
}
