package main

import (
	"github.com/jiekou-dev/jiekou/spec"
)

// catalogField is a row of a table of parameters. Everything but Follow is the
// document's.
type catalogField struct {
	Path      string         `json:"path"`
	DocPath   string         `json:"doc_path"`
	Type      string         `json:"type"`
	Length    *int           `json:"length"` // null: none
	Required  string         `json:"required"`
	Condition string         `json:"condition"`
	Enum      []catalogValue `json:"enum"`
	Label     string         `json:"label"`
	Errata    []string       `json:"errata"`
	Follow    *catalogFollow `json:"follow"` // null: nothing else is followed
}

type catalogValue struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// catalogFollow holds the rules that are followed instead of the document's.
type catalogFollow struct {
	Type      string         `json:"type,omitempty"`
	Length    *int           `json:"length,omitempty"` // 0: none
	Required  string         `json:"required,omitempty"`
	Condition string         `json:"condition,omitempty"`
	Blank     *bool          `json:"blank,omitempty"` // a required value may be "" or 0
	Enum      []catalogValue `json:"enum,omitempty"`
	Open      *bool          `json:"open,omitempty"` // other values of the enum are accepted
	Separator string         `json:"separator,omitempty"`
	Default   string         `json:"default,omitempty"`
	Format    string         `json:"format,omitempty"`
	Pattern   string         `json:"pattern,omitempty"`
	Starts    string         `json:"starts_with,omitempty"`
	Min       string         `json:"min,omitempty"`
	Max       string         `json:"max,omitempty"`
	Errata    []string       `json:"errata"`
}

// catalogFields appends the document's fields and, after each, its members.
func catalogFields(out []catalogField, fields spec.Fields) []catalogField {
	for _, f := range fields {
		if f.Ours {
			continue
		}
		one := catalogField{
			Path: f.Path, DocPath: f.DocPath, Type: string(f.Document.Type), Length: optional(f.Document.Length),
			Required: string(f.Document.Required), Condition: f.Document.Condition, Enum: catalogEnum(f.Document.Enum),
			Label: f.Label, Errata: []string{}, Follow: catalogFollowOf(f),
		}
		for _, e := range f.Errata {
			one.Errata = append(one.Errata, e.ID)
		}
		out = catalogFields(append(out, one), f.Fields)
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

func catalogEnum(e *spec.Enum) []catalogValue {
	out := []catalogValue{}
	if e != nil {
		for _, v := range e.Values {
			out = append(out, catalogValue{v.Value, v.Label})
		}
	}
	return out
}

// catalogFollowOf lists the rules that differ from the document's. The erratum
// of a follow is the field's first.
func catalogFollowOf(f *spec.Field) *catalogFollow {
	doc, is := &f.Document, &f.Rules
	out := &catalogFollow{Errata: []string{}}
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
		out.Enum = catalogEnum(is.Enum)
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
