package catalog

import (
	"github.com/jiekou-dev/jiekou/spec"
)

// Field is a row of a table of parameters. Everything but Follow is the
// document's.
type Field struct {
	Path      string   `json:"path"`
	DocPath   string   `json:"doc_path"`
	Type      string   `json:"type"`
	Length    *int     `json:"length"` // null: none
	Required  string   `json:"required"`
	Condition string   `json:"condition"`
	Enum      []Value  `json:"enum"`
	Label     string   `json:"label"`
	Errata    []string `json:"errata"`
	Follow    *Follow  `json:"follow"` // null: nothing else is followed
}

// Value is a value of an enumeration.
type Value struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Follow holds the rules that are followed instead of the document's.
type Follow struct {
	Type      string   `json:"type,omitempty"`
	Length    *int     `json:"length,omitempty"` // 0: none
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
		one := Field{
			Path: f.Path, DocPath: f.DocPath, Type: string(f.Document.Type), Length: optional(f.Document.Length),
			Required: string(f.Document.Required), Condition: f.Document.Condition, Enum: values(f.Document.Enum),
			Label: f.Label, Errata: []string{}, Follow: followOf(f),
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

func values(e *spec.Enum) []Value {
	out := []Value{}
	if e != nil {
		for _, v := range e.Values {
			out = append(out, Value{v.Value, v.Label})
		}
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
