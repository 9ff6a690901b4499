package read

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// fields reads a mapping of fields.
func (d *reader) fields(v *yamltree.Value, parent *spec.Field) spec.Fields {
	if v == nil {
		return nil
	}
	var out spec.Fields
	for _, m := range v.Members {
		out = append(out, d.field(m, parent))
	}
	d.grouped(v, out)
	out.Settle()
	if parent == nil {
		out.CompareNumbers()
	}
	return out
}

func (d *reader) field(m yamltree.Member, parent *spec.Field) *spec.Field {
	f := &spec.Field{
		Places: m.Places(m.Pos), Name: m.Name, Sent: m.Str("name"), Was: m.Str("was"), Path: m.Name, Label: m.Str("label"), Example: m.Str("example"), Note: m.Str("note"), Since: m.Str("since"), Parent: parent,
		In: cmp.Or(m.Str("in"), "body"), Alias: m.Strs("alias"), PII: m.Flag("pii"), Ours: m.Flag("ours"), Nullable: m.Flag("nullable"), Flat: m.Flag("flat"),
		Unit: m.Str("unit"), Deprecated: m.Flag("deprecated"), ReadOnly: m.Flag("read_only"),
		Empty: m.Str("empty"), Unchecked: m.Str("unchecked"), AsText: m.Get("as") != nil, SpelledType: m.Str("type"), SpelledLength: m.Str("length"),
	}
	if f.In == "whole" {
		f.In, f.Whole = "body", true
	}
	if at := m.Get("doc_type"); at != nil {
		f.SpelledType, f.Untyped = at.Text, at.Text == ""
	}
	f.SpelledLength = cmp.Or(m.Str("doc_length"), f.SpelledLength)
	if w, _ := spelling.Read(f.SpelledType); w.Digits || w.Null {
		f.Digits, f.Nullable = w.Digits, f.Nullable || w.Null
	}
	f.DocPath = cmp.Or(m.Str("doc"), f.Outer())
	if parent != nil {
		f.Path = parent.Path + "/" + m.Name
		if f.DocPath = cmp.Or(m.Str("doc"), parent.DocPath+"/"+m.Name); m.Get("doc") == nil && (parent.Flat || parent.Whole) {
			f.DocPath = m.Name
		}
		f.In = parent.In
	}
	f.Document = spec.Rules{Required: spec.No}
	d.rules(&f.Document, m.Value)
	f.Of = d.of(m.Value)
	f.Rules = f.Document
	if over := m.Get("follow"); over != nil {
		f.Followed = over.Places(over.Pos)
		d.rules(&f.Rules, over)
		f.Of = cmp.Or(d.of(over), f.Of)
		if f.Rules.Equal(f.Document) && !f.Followed.Has("of") && !d.Unread["system"] {
			d.Add("JK0111", over.Pos, "remove follow, or name the decision with errata: [id]",
				"follow says nothing that the document does not say")
		}
	}
	d.decisions(f)
	f.Fields = d.members(m, f)
	if f.AsText && len(f.Fields) > 0 {
		holdsJSON(f, &f.Document)
		holdsJSON(f, &f.Rules)
	}
	return f
}

// holdsJSON reads a row that the document calls a text, and that has members, as the object
// whose JSON it is.
func holdsJSON(f *spec.Field, r *spec.Rules) {
	if !r.Type.IsText() {
		return
	}
	if f.SpelledLength == "" && r.Length > 0 {
		f.SpelledLength = strconv.Itoa(r.Length)
	}
	r.Type, r.Length, r.MinLength = spec.Object, 0, 0
}

// decisions are the errata of a row. What it follows without one is decided by those of a row
// around it.
func (d *reader) decisions(f *spec.Field) {
	for _, item := range slices.Concat(f.Followed.List("erratum"), f.List("errata")) {
		if e := d.erratum(item); e != nil && !slices.Contains(f.Errata, e) {
			f.Errata = append(f.Errata, e)
		}
	}
	if len(f.Errata) > 0 || f.Followed.Pos == (spec.Pos{}) || f.Followed.Has("erratum") {
		return
	}
	if f.Errata = f.Decided(); len(f.Errata) == 0 && !d.Unread["errata"] {
		d.Add("JK0006", f.Followed.Pos, "name the decision, or put errata: [id] on the row that this one is in", "missing key %q", "erratum")
	}
}

// of returns the type of the members of an array or a map.
func (d *reader) of(v *yamltree.Value) spec.Type {
	at := v.Get("of")
	if at == nil {
		if typ := v.Get("type"); typ != nil {
			w, _ := spelling.Read(typ.Text)
			return w.Of
		}
		return ""
	}
	w, ok := spelling.Read(at.Text)
	if !ok || w.Name.IsNested() {
		d.Add("JK0101", at.Pos, spec.OneOf(spec.Type(at.Text), spec.Types()[:11]), "unknown type %q of the members", at.Text)
	}
	return w.Name
}

// rules lays the rules that are written in v over r.
func (d *reader) rules(r *spec.Rules, v *yamltree.Value) {
	if at := v.Get("type"); at != nil {
		d.typeRules(r, at, v.Get("fields") != nil)
	}
	if v.Get("length") != nil {
		spelling.Length(v.Str("length"), r)
	}
	for key, at := range map[string]*int{
		"min_length": &r.MinLength, "places": &r.Decimals.N, "min_items": &r.MinItems, "max_items": &r.MaxItems,
	} {
		if v.Get(key) != nil {
			*at = v.Num(key)
		}
	}
	r.Decimals.Set = r.Decimals.Set || v.Get("places") != nil
	for key, at := range map[string]*bool{"blank": &r.Blank, "rounded": &r.Rounded} {
		if v.Get(key) != nil {
			*at = v.Flag(key)
		}
	}
	d.conditions(r, v)
	for key, at := range map[string]*string{
		"min": &r.Min, "max": &r.Max, "separator": &r.Separator, "default": &r.Default, "format": &r.Format,
		"pattern": &r.Pattern, "starts_with": &r.StartsWith, "length_in": &r.LengthIn,
	} {
		if v.Get(key) != nil {
			*at = v.Str(key)
		}
	}
	if v.Get("pattern") != nil {
		r.Pattern = spec.ReadPattern(r.Pattern)
	}
	if r.IsTime() || r.Type == spec.Array || r.Type == spec.Map {
		r.Format = spec.KnownForm(r.Format)
	}
	if form := spec.FormatPattern(r.Format); form != "" && r.Item(d.of(v)).IsText() && v.Get("pattern") == nil {
		r.Pattern = form
	}
	if at := v.Get("format_if"); at != nil {
		r.FormatIf = matches(at)
	}
	if at := v.Get("keys"); at != nil {
		r.Keyed = &spec.Rules{Type: spec.String}
		d.rules(r.Keyed, at)
	}
	d.enumRules(r, v)
}

// typeRules reads a type, with the rules that its spelling states. The name of a struct
// is an object where its members follow.
func (d *reader) typeRules(r *spec.Rules, at *yamltree.Value, members bool) {
	w, ok := spelling.Read(at.Text)
	if members && w.Members != "" {
		w.Members = ""
	} else if members && !ok && spec.Meant(spec.Type(at.Text), spec.Types()) == "" {
		w, ok = spelling.Written{Name: spec.Object}, true
	}
	if s, many := d.structOf(at); s != nil {
		outer := w.Name
		w = spelling.Written{Name: spec.Object}
		if many {
			w.Name = outer // an array or a map
		}
	} else if !ok || w.Members != "" {
		hint := spec.OneOf(spec.Type(at.Text), spec.Types())
		if w.Deep {
			hint = fmt.Sprintf("write %s, and the document's word as doc_type: values below the first level are not held to a type", w.Name)
		}
		d.Add("JK0101", at.Pos, hint, "unknown type %q", at.Text)
	}
	if w.Name.IsNested() != r.IsNested() {
		r.Length, r.MinLength, r.Decimals = 0, 0, spec.Limit{}
		r.EnumBy, r.Enum, r.Min, r.Max, r.Separator, r.Pattern, r.Format, r.StartsWith = nil, nil, "", "", "", "", "", ""
	}
	r.Type = w.Name
	if w.Length > 0 {
		r.Length = w.Length
	}
	if w.Places.Set {
		r.Decimals = w.Places
	}
	r.Format = cmp.Or(w.Format, r.Format)
}

// erratum finds the decision that is named.
func (d *draft) erratum(named spec.Item) *spec.Erratum {
	var ids []string
	for _, e := range d.Errata {
		if e.ID == named.Text {
			e.Named = true
			return e
		}
		ids = append(ids, e.ID)
	}
	if !d.Unread["errata"] {
		d.Add("JK0601", named.Pos, spec.OneOrNone(named.Text, ids, "errata.yaml has no decisions"), "unknown erratum %q", named.Text)
	}
	return nil
}
