package spec

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// spellings are the documents' other words for types, in lower case.
var spellings = map[string]string{
	"varchar": "string", "text": "string", "char": "string", "sting": "string", "integer": "int", "boolean": "bool",
	"jsonarray": "array", "list": "array", "jsonobject": "object", "numeric": "decimal", "bigint": "long",
}

var typeForm = regexp.MustCompile(`^([A-Za-z]+)(?:\((\d+)\))?$`)

// typeName normalises a type as documents spell it: String, varchar(64),
// jsonArray. length is the number in parentheses, or 0; ok is false for a type
// that is not known.
func typeName(written string) (name string, length int, ok bool) {
	m := typeForm.FindStringSubmatch(written)
	if m == nil {
		return written, 0, false
	}
	name = strings.ToLower(m[1])
	name = cmp.Or(spellings[name], name)
	length, _ = strconv.Atoi(m[2])
	return name, length, slices.Contains(Types(), name)
}

// fields reads a mapping of fields.
func (d *reader) fields(v *value, parent *Field) Fields {
	if v == nil {
		return nil
	}
	var out Fields
	for _, m := range v.members {
		out = append(out, d.field(m, parent))
	}
	return out
}

func (d *reader) field(m member, parent *Field) *Field {
	f := &Field{
		Places: m.places(m.pos), Name: m.name, Path: m.name, Label: m.str("label"), Note: m.str("note"), Parent: parent,
		In: cmp.Or(m.str("in"), "body"), Alias: m.strs("alias"), PII: m.flag("pii"), Ours: m.flag("ours"), Nullable: m.flag("nullable"),
		Empty: m.str("empty"),
	}
	f.DocPath = cmp.Or(m.str("doc"), m.name)
	if parent != nil {
		f.Path = parent.Path + "/" + m.name
		f.DocPath = cmp.Or(m.str("doc"), parent.DocPath+"/"+m.name)
		f.In = parent.In
	}
	f.Document = Rules{Required: "no"}
	d.rules(&f.Document, m.value)
	f.Of = d.of(m.value)
	f.Rules = f.Document
	if over := m.get("follow"); over != nil {
		f.Followed = over.places(over.pos)
		d.rules(&f.Rules, over)
		f.Of = cmp.Or(d.of(over), f.Of)
		if f.Rules.SameAs(&f.Document) && !f.Followed.Has("of") && !d.Unread["system"] {
			d.add("JK0111", over.pos, "remove follow, or name the decision with errata: [id]",
				"follow says nothing that the document does not say")
		}
	}
	for _, item := range slices.Concat(f.Followed.List("erratum"), f.List("errata")) {
		if e := d.erratum(item); e != nil && !slices.Contains(f.Errata, e) {
			f.Errata = append(f.Errata, e)
		}
	}
	f.Fields = d.fields(m.get("fields"), f)
	return f
}

// of returns the type of an array's members.
func (d *reader) of(v *value) string {
	at := v.get("of")
	if at == nil {
		return ""
	}
	name, _, ok := typeName(at.text)
	if !ok || slices.Contains([]string{"array", "object", "map"}, name) {
		d.add("JK0101", at.pos, OneOf(at.text, Types()[:11]), "unknown type %q of the members", at.text)
	}
	return name
}

// rules lays the rules that are written in v over r.
func (d *reader) rules(r *Rules, v *value) {
	if at := v.get("type"); at != nil {
		name, length, ok := typeName(at.text)
		if !ok {
			d.add("JK0101", at.pos, OneOf(at.text, Types()), "unknown type %q", at.text)
		}
		if Nested(name) && !Nested(r.Type) {
			r.Length, r.Enum, r.Min, r.Max, r.Separator, r.Pattern, r.Format, r.StartsWith = 0, nil, "", "", "", "", "", ""
		}
		r.Type = name
		if length > 0 {
			r.Length = length
		}
	}
	if v.get("length") != nil {
		r.Length = v.num("length")
	}
	if v.get("blank") != nil {
		r.Blank = v.flag("blank")
	}
	d.conditions(r, v)
	for key, at := range map[string]*string{
		"min": &r.Min, "max": &r.Max, "separator": &r.Separator, "default": &r.Default, "format": &r.Format,
		"pattern": &r.Pattern, "starts_with": &r.StartsWith,
	} {
		if v.get(key) != nil {
			*at = v.str(key)
		}
	}
	if at := v.get("format_if"); at != nil {
		r.FormatIf = matches(at)
	}
	if at := v.get("enum"); at != nil {
		r.Enum = d.fieldEnum(at)
	}
	if open := v.get("open"); open != nil {
		if r.Enum == nil {
			if !d.Unread["system"] {
				d.add("JK0121", open.pos, "add enum, or remove open", "open stands without an enum")
			}
			return
		}
		copied := *r.Enum
		copied.Open = open.text == "true"
		r.Enum = &copied
	}
}

// conditions reads required, condition and the machine forms of it. Writing any
// of them replaces all.
func (d *reader) conditions(r *Rules, v *value) {
	forms := []string{"required_if", "required_with", "required_without", "required_without_all"}
	machine := slices.ContainsFunc(forms, func(key string) bool { return v.get(key) != nil })
	words := v.get("condition") != nil
	if required := v.get("required"); required == nil && !machine && !words {
		return
	}
	if !words && machine {
		words = r.Condition != "" // a follow may add the machine form to the document's words
	} else {
		r.Condition = v.str("condition")
	}
	r.RequiredIf, r.RequiredWith, r.RequiredWithout, r.RequiredWithoutAll = nil, nil, nil, nil
	switch required := v.str("required"); {
	case machine || words || required == "conditional":
		r.Required = "conditional"
	case required == "true":
		r.Required = "yes"
	default:
		r.Required = "no"
	}
	if at := v.get("required_if"); at != nil {
		r.RequiredIf = matches(at)
	}
	r.RequiredWith = v.strs("required_with")
	r.RequiredWithout = v.strs("required_without")
	r.RequiredWithoutAll = v.strs("required_without_all")
}

// matches reads field: value.
func matches(v *value) []Match {
	var out []Match
	for _, m := range v.members {
		out = append(out, Match{Name: m.name, Value: m.text, Pos: m.pos})
	}
	return out
}

// fieldEnum returns the enum of a field: shared, by its name, or its own.
func (d *reader) fieldEnum(v *value) *Enum {
	if v.form == isList || v.form == isMapping {
		return d.enum(v)
	}
	var names []string
	for _, e := range d.Enums {
		if e.Name == v.text {
			return e
		}
		names = append(names, e.Name)
	}
	if !d.Unread["system"] {
		d.add("JK0102", v.pos, OneOrNone(v.text, names, "system.yaml has no enums"), "unknown enum %q", v.text)
	}
	return nil
}

// enum reads an enum that is written here.
func (d *reader) enum(v *value) *Enum {
	e := &Enum{Places: v.places(v.pos)}
	for _, m := range v.members {
		e.Values = append(e.Values, EnumValue{Value: m.name, Label: m.text, Pos: m.pos})
	}
	for _, item := range v.items {
		if slices.ContainsFunc(e.Values, func(o EnumValue) bool { return o.Value == item.text }) {
			d.add("JK0114", item.pos, "remove one of the two", "value %q is listed twice", item.text)
			continue
		}
		e.Values = append(e.Values, EnumValue{Value: item.text, Label: item.text, Pos: item.pos})
	}
	return e
}

// erratum finds the decision that is named.
func (d *draft) erratum(named Item) *Erratum {
	var ids []string
	for _, e := range d.Errata {
		if e.ID == named.Text {
			e.Named = true
			return e
		}
		ids = append(ids, e.ID)
	}
	if !d.Unread["errata"] {
		d.add("JK0601", named.Pos, OneOrNone(named.Text, ids, "errata.yaml has no decisions"), "unknown erratum %q", named.Text)
	}
	return nil
}
