package catalog

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// Field is a row of a table of parameters. Everything but Follow is the
// document's.
type Field struct {
	Path      string   `json:"path"`
	DocPath   string   `json:"doc_path"`
	DocType   string   `json:"doc_type"`             // as the document writes it
	DocLength string   `json:"doc_length,omitempty"` // as the document writes it, "": nothing
	Type      string   `json:"type"`                 // "": the document writes none
	Of        string   `json:"of,omitempty"`         // type of the members of an array or map of scalars
	In        string   `json:"in"`                   // path | query | header | body | form
	Length    *int     `json:"length"`               // null: none
	MinLength *int     `json:"min_length,omitempty"` // null: none
	LengthIn  string   `json:"length_in,omitempty"`  // what lengths count: "" characters, bytes of UTF-8, gbk
	Places    *int     `json:"places,omitempty"`     // digits behind the point; null: any
	MinItems  int      `json:"min_items,omitempty"`
	MaxItems  int      `json:"max_items,omitempty"`
	Keys      string   `json:"keys,omitempty"` // pattern of the names in a map
	Min       string   `json:"min,omitempty"`
	Max       string   `json:"max,omitempty"`
	Format    string   `json:"format,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`
	Separator string   `json:"separator,omitempty"`
	Starts    string   `json:"starts_with,omitempty"`
	Rounded   bool     `json:"rounded,omitempty"`
	Blank     bool     `json:"blank,omitempty"` // a required value may be "", 0 or []
	Alias     []string `json:"alias,omitempty"` // further names that are accepted
	Default   string   `json:"default,omitempty"`
	Example   string   `json:"example,omitempty"`
	Open      bool     `json:"open,omitempty"`     // other values than those of the enum are accepted
	Nullable  bool     `json:"nullable,omitempty"` // an absent value is sent as null
	Unit      string   `json:"unit,omitempty"`
	// Deprecated and ReadOnly are the document's words; no rule follows.
	Deprecated bool `json:"deprecated,omitempty"`
	ReadOnly   bool `json:"read_only,omitempty"`

	AsText    bool     `json:"as_text,omitempty"` // the value travels as a text
	Note      string   `json:"note,omitempty"`
	Origin    string   `json:"origin,omitempty"` // where the row is in the document, if it was imported
	Required  string   `json:"required"`
	Condition string   `json:"condition"`
	When      []string `json:"when,omitempty"`      // conditions in the words of YAML: "required_if kind=1,2"
	Unchecked string   `json:"unchecked,omitempty"` // why the condition stays in words
	Enum      []Value  `json:"enum"`
	EnumBy    *EnumBy  `json:"enum_by,omitempty"` // which of them another field leaves
	Label     string   `json:"label"`
	Errata    []string `json:"errata"`
	Follow    *Follow  `json:"follow"` // null: nothing else is followed
}

// Value is a value of an enumeration.
type Value struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// EnumBy says which values of a row go with which values of another one.
type EnumBy struct {
	Path  string     `json:"path"` // of the row that decides
	Cases []EnumCase `json:"cases"`
}

// EnumCase lists the values that go with one value.
type EnumCase struct {
	When string  `json:"when"`
	Enum []Value `json:"enum"`
}

// Follow holds the rules that are followed instead of the document's.
type Follow struct {
	Type      string   `json:"type,omitempty"`
	Length    *int     `json:"length,omitempty"` // 0: none
	MinLength *int     `json:"min_length,omitempty"`
	LengthIn  *string  `json:"length_in,omitempty"`
	Places    *int     `json:"places,omitempty"`
	Rounded   *bool    `json:"rounded,omitempty"`
	Required  string   `json:"required,omitempty"`
	Condition string   `json:"condition,omitempty"`
	Blank     *bool    `json:"blank,omitempty"` // a required value may be "" or 0
	Enum      []Value  `json:"enum,omitempty"`
	Open      *bool    `json:"open,omitempty"` // other values of the enum are accepted
	Separator string   `json:"separator,omitempty"`
	Default   string   `json:"default,omitempty"`
	Format    string   `json:"format,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`
	Starts    string   `json:"starts_with,omitempty"`
	Min       string   `json:"min,omitempty"`
	Max       string   `json:"max,omitempty"`
	Errata    []string `json:"errata"`
}

// rows appends the document's fields and, after each, its members.
func rows(out []Field, fields spec.Fields) []Field {
	for _, f := range fields {
		if f.Ours {
			continue
		}
		d := &f.Document
		one := Field{
			Path: f.Path, DocPath: f.DocPath, DocType: f.SpelledType, DocLength: f.SpelledLength, Type: string(d.Type),
			Of: string(f.Of), In: f.Place(), Length: optional(d.Length), MinLength: optional(d.MinLength), LengthIn: d.LengthIn, Places: placesOf(d),
			MinItems: d.MinItems, MaxItems: d.MaxItems, Keys: keyed.Pattern(d.Keyed), Min: d.Min, Max: d.Max, Format: d.Format, Pattern: d.Pattern, Separator: d.Separator, Starts: d.StartsWith, Rounded: d.Rounded, Blank: d.Blank, Alias: f.Alias, Default: d.Default, Example: f.Example,
			Open: d.Enum != nil && d.Enum.Open, Nullable: f.Nullable, AsText: f.AsText, Note: f.Note, Origin: f.Origin,
			Unit: f.Unit, Deprecated: f.Deprecated, ReadOnly: f.ReadOnly,
			Required: string(d.Required), Condition: d.Condition, When: conditions(d), Unchecked: f.Unchecked,
			Enum: values(d.Enum), EnumBy: casesOf(f, d.EnumBy),
			Label: f.Label, Errata: []string{}, Follow: followOf(f),
		}
		if f.Untyped {
			one.Type = ""
		}
		for _, e := range f.Errata {
			one.Errata = append(one.Errata, e.ID)
		}
		out = rows(append(out, one), f.Fields)
	}
	return out
}

// optional is a length, nil where there is none.
func optional(length int) *int {
	if length == 0 {
		return nil
	}
	return &length
}

// conditions lists the machine forms of conditions.
func conditions(r *spec.Rules) (out []string) {
	for _, one := range []struct {
		key  string
		list []spec.Match
	}{
		{"required_if", r.RequiredIf}, {"required_unless", r.RequiredUnless}, {"present_if", r.PresentIf}, {"absent_if", r.AbsentIf}, {"format_if", r.FormatIf},
	} {
		for _, m := range one.list {
			out = append(out, one.key+" "+m.Text())
		}
	}
	for _, one := range []struct {
		key   string
		names []string
	}{
		{"required_with", r.RequiredWith},
		{"required_without", r.RequiredWithout},
		{"required_without_all", r.RequiredWithoutAll},
		{"absent_with", r.AbsentWith},
	} {
		if len(one.names) > 0 {
			out = append(out, one.key+" "+strings.Join(one.names, ","))
		}
	}
	return out
}

// placesOf is the number of digits behind the point, nil where any number may.
func placesOf(r *spec.Rules) *int {
	if !r.Decimals.Set {
		return nil
	}
	return &r.Decimals.N
}

func values(e *spec.Enum) []Value {
	out := []Value{}
	if e != nil {
		for _, v := range e.Values {
			out = append(out, Value{v.Value, v.Label})
		}
	}
	return out
}

// casesOf lists the values of a row by those of another one, nil where none decides.
func casesOf(f *spec.Field, by *spec.EnumBy) *EnumBy {
	if by == nil {
		return nil
	}
	out := &EnumBy{Path: strings.TrimSuffix(f.Path, f.Name) + by.Name}
	if other := f.Decider(nil, by.Name); other != nil {
		out.Path = other.Path
	}
	for _, c := range by.Cases {
		out.Cases = append(out.Cases, EnumCase{c.Value, values(c.Enum)})
	}
	return out
}

// followOf lists the rules that differ from the document's. The erratum
// of a follow is the field's first.
func followOf(f *spec.Field) *Follow {
	doc, is := &f.Document, &f.Rules
	out := &Follow{Errata: []string{}}
	differs := false
	for _, one := range []struct {
		to       *string
		doc, now string
	}{
		{&out.Type, string(doc.Type), string(is.Type)},
		{&out.Required, string(doc.Required), string(is.Required)},
		{&out.Condition, doc.Condition, is.Condition},
		{&out.Separator, doc.Separator, is.Separator},
		{&out.Default, doc.Default, is.Default},
		{&out.Format, doc.Format, is.Format},
		{&out.Pattern, doc.Pattern, is.Pattern},
		{&out.Starts, doc.StartsWith, is.StartsWith},
		{&out.Min, doc.Min, is.Min},
		{&out.Max, doc.Max, is.Max},
	} {
		if one.doc != one.now {
			*one.to, differs = one.now, true
		}
	}
	if doc.Length != is.Length {
		out.Length, differs = &is.Length, true
	}
	if doc.MinLength != is.MinLength {
		out.MinLength, differs = &is.MinLength, true
	}
	if doc.LengthIn != is.LengthIn {
		out.LengthIn, differs = &is.LengthIn, true
	}
	if doc.Decimals != is.Decimals {
		out.Places, differs = &is.Decimals.N, true
	}
	if doc.Rounded != is.Rounded {
		out.Rounded, differs = &is.Rounded, true
	}
	if doc.Blank != is.Blank {
		out.Blank, differs = &is.Blank, true
	}
	if doc.Enum != is.Enum {
		differs = true
		out.Enum = values(is.Enum)
		if is.Enum != nil && is.Enum.Open {
			out.Open = &is.Enum.Open
		}
	}
	if !differs {
		return nil
	}
	if len(f.Errata) > 0 {
		out.Errata = append(out.Errata, f.Errata[0].ID)
	}
	return out
}
