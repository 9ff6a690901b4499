package golang

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// wholePattern is a whole number that reads the same in YAML, JSON, SQL and Go.
var wholePattern = regexp.MustCompile(`^(?:0|-?[1-9][0-9]{0,17})$`)

// wholeNumber prints a whole number of the YAML.
func wholeNumber(text string, at spec.Pos) (jen.Code, error) {
	if !wholePattern.MatchString(text) {
		return nil, fmt.Errorf("%s: %q is not written as a whole number", at, text)
	}
	return jen.Id(text), nil
}

// refuse returns an error for what the language can say and the generator does
// not print, so that no rule is dropped in silence.
func refuse(fields []*spec.Field, request bool) error {
	for _, f := range fields {
		if err := refuseField(f, request); err != nil {
			return err
		}
		if request {
			if err := refuseConditions(f, fields); err != nil {
				return err
			}
		}
		if err := refuse(f.Fields, request); err != nil {
			return err
		}
	}
	return nil
}

// refuseField looks at one field.
func refuseField(f *spec.Field, request bool) error {
	k := f.Shape()
	no := func(key, why string) error { return fmt.Errorf("%s: %s of %s: %s", f.At(key), key, f.Path, why) }
	if k == spec.Whole {
		numbers := []string{f.Default, f.Min, f.Max}
		if f.Enum != nil {
			numbers = append(numbers, f.Allowed()...)
		}
		for _, n := range slices.DeleteFunc(numbers, func(s string) bool { return s == "" }) {
			if _, err := wholeNumber(n, f.Pos); err != nil {
				return err
			}
		}
	}
	if f.Default != "" && (keeps(f) || f.KeepAbsent) {
		return no("default", "an update keeps what an absent field had")
	}
	if f.Default != "" && k != spec.Text && k != spec.Whole && k != spec.Fraction && k != spec.Truth {
		return no("default", "a "+string(f.Type)+" has none")
	}
	if !request {
		return nil
	}
	text := k == spec.Text
	switch {
	case f.Nullable && k != spec.Moment:
		return no("nullable", "only times are sent as null")
	case f.IsClosed() && slices.ContainsFunc(f.Allowed(), func(v string) bool { return strings.ContainsAny(v, "'\n") || strings.Contains(v, "0x") }):
		return no("enum", "a value with an apostrophe, a line break or 0x cannot stand in a tag")
	case f.IsClosed() && !text && k != spec.Whole:
		return no("enum", "only texts and whole numbers are held against a list")
	case f.Pattern != "" && !text:
		return no("pattern", "only texts are held against a pattern")
	case f.Format != "" && k != spec.Moment && !text:
		return no("format", "only texts have one")
	case k == spec.Scalars && f.Of != "" && f.Of != "string":
		return no("of", "only arrays of strings and of objects are read")
	case k == spec.Scalars && f.Length > 0:
		return no("length", "members of an array of strings are not measured")
	}
	return nil
}

// refuseConditions looks at the conditions of one field.
func refuseConditions(f *spec.Field, siblings []*spec.Field) error {
	if len(f.FormatIf) > 1 {
		return fmt.Errorf("%s: format_if takes one field", f.At("format_if"))
	}
	for _, m := range slices.Concat(f.RequiredIf, f.FormatIf) {
		other := sibling(f, siblings, m.Name)
		switch k := other.Shape(); {
		case k == spec.Whole:
			if _, err := wholeNumber(m.Value, m.Pos); err != nil {
				return err
			}
		case k == spec.Truth && (m.Value == "true" || m.Value == "false"):
		case k == spec.Text:
		default:
			return fmt.Errorf("%s: a condition cannot look at the %s %s", m.Pos, other.Type, other.Path)
		}
	}
	return nil
}

// refuseConstants looks at the constants of an answer: what is pasted into SQL or
// Go is a number where a number is needed.
func refuseConstants(i *spec.Interface) error {
	if i.Answer == nil {
		return nil
	}
	var err error
	look := func(list []*spec.Assign, t *spec.Table) {
		for _, a := range list {
			if a.Value == nil || err != nil || t == nil {
				continue
			}
			c := t.Column(a.To)
			if c == nil {
				continue
			}
			switch c.Type {
			case "int":
				_, err = wholeNumber(*a.Value, a.Pos)
			case "number", "decimal":
				if !decimalPattern.MatchString(*a.Value) {
					err = fmt.Errorf("%s: %q is no number", a.Pos, *a.Value)
				}
			case "bool":
				if *a.Value != "true" && *a.Value != "false" {
					err = fmt.Errorf("%s: %q is neither true nor false", a.Pos, *a.Value)
				}
			}
		}
	}
	for _, c := range i.Answer.Checks {
		look(c.Where, c.Table)
	}
	for _, s := range i.Answer.Steps {
		look(s.Where, s.Table)
		look(s.Set, s.Table)
	}
	return err
}

// decimalPattern is a number without an exponent.
var decimalPattern = regexp.MustCompile(`^-?[0-9]+(?:\.[0-9]+)?$`)

// sqlWords are the words of SQL that cannot name a table, a column or a step.
var sqlWords = []string{
	"all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check", "collate",
	"column", "constraint", "create", "current_date", "current_role", "current_time", "current_timestamp", "current_user",
	"default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from",
	"grant", "group", "having", "in", "initially", "intersect", "into", "lateral", "leading", "limit", "localtime",
	"localtimestamp", "not", "null", "offset", "on", "only", "or", "order", "placing", "primary", "references", "returning",
	"select", "session_user", "some", "symmetric", "table", "then", "to", "trailing", "true", "union", "unique", "user",
	"using", "variadic", "when", "where", "window", "with",
}

// refuseWords looks at the names that reach SQL and Go as they are.
func refuseWords(system *spec.System) error {
	word := func(name string, at spec.Pos) error {
		if slices.Contains(sqlWords, name) {
			return fmt.Errorf("%s: %s is a word of SQL; choose another name", at, name)
		}
		return nil
	}
	for _, t := range system.Tables {
		if err := word(t.Name, t.Pos); err != nil {
			return err
		}
		for _, c := range t.Columns {
			if err := word(c.Name, c.Pos); err != nil {
				return err
			}
		}
	}
	for _, i := range system.Interfaces {
		if i.Answer == nil {
			continue
		}
		for _, s := range i.Answer.Steps {
			if err := word(s.Name, s.Pos); err != nil {
				return err
			}
		}
	}
	for _, g := range system.Groups {
		if token.IsKeyword(g.Name) || slices.Contains([]string{"main", "internal", "vendor", "testdata"}, g.Name) {
			return fmt.Errorf("%s: no Go package can be called %s; choose another name", g.Pos, g.Name)
		}
	}
	return nil
}
