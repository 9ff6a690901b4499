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

// wholeNumber generates a whole number of the YAML.
func wholeNumber(text string, at spec.Pos) (jen.Code, error) {
	if !wholePattern.MatchString(text) {
		return nil, fmt.Errorf("%s: %q is not written as a whole number", at, text)
	}
	return jen.Id(text), nil
}

// refuse returns an error for YAML that the generator does not support, so that no
// rule is dropped in silence.
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

// refusePackages looks at the names that become Go packages.
func refusePackages(system *spec.System) error {
	for _, g := range system.Groups {
		if token.IsKeyword(g.Name) || slices.Contains([]string{"main", "internal", "vendor", "testdata"}, g.Name) {
			return fmt.Errorf("%s: no Go package can be called %s; choose another name", g.Pos, g.Name)
		}
	}
	return nil
}
