package schema

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// conditionSchema says when a field is required.
func conditionSchema(f *spec.Field, siblings spec.Fields) any {
	if !known(siblings, slices.Concat(f.RequiredIf, f.RequiredUnless), f.RequiredWith, f.RequiredWithout, f.RequiredWithoutAll) {
		return nil
	}
	var when ordered.Object
	switch {
	case len(f.RequiredIf) > 0:
		when = metSchema(f, siblings, f.RequiredIf)
	case len(f.RequiredUnless) > 0:
		when = ordered.Object{{"not", metSchema(f, siblings, f.RequiredUnless)}}
	case len(f.RequiredWith) > 0:
		when = ordered.Object{{"anyOf", present(f, siblings, f.RequiredWith)}}
	case len(f.RequiredWithout) > 0:
		when = ordered.Object{{"not", ordered.Object{{"allOf", present(f, siblings, f.RequiredWithout)}}}}
	case len(f.RequiredWithoutAll) > 0:
		when = ordered.Object{{"not", ordered.Object{{"anyOf", present(f, siblings, f.RequiredWithoutAll)}}}}
	default:
		return nil
	}
	return ordered.Object{{"if", when}, {"then", presentSchema(f)}}
}

// barredSchema says when a field may not be there; nil where it always may.
func barredSchema(f *spec.Field, siblings spec.Fields) any {
	if !f.Barred() || !known(siblings, slices.Concat(f.PresentIf, f.AbsentIf), f.AbsentWith) {
		return nil
	}
	var any []any
	if len(f.PresentIf) > 0 {
		any = append(any, ordered.Object{{"not", metSchema(f, siblings, f.PresentIf)}})
	}
	if len(f.AbsentIf) > 0 {
		any = append(any, metSchema(f, siblings, f.AbsentIf))
	}
	any = append(any, present(f, siblings, f.AbsentWith)...)
	return ordered.Object{{"if", presentSchema(f)}, {"then", ordered.Object{{"not", ordered.Object{{"anyOf", any}}}}}}
}

// known reports whether all fields that conditions name are among the fields: those
// in another place than the field itself are not.
func known(siblings spec.Fields, matches []spec.Match, names ...[]string) bool {
	for _, m := range matches {
		if !beside(siblings, m.Name) {
			return false
		}
	}
	return beside(siblings, slices.Concat(names...)...)
}

// present are objects in which each of some fields has a value.
func present(f *spec.Field, siblings spec.Fields, names []string) []any {
	var out []any
	for _, n := range names {
		out = append(out, presentSchema(f.Sibling(siblings, n)))
	}
	return out
}

// metSchema is an object whose fields meet conditions on their values.
func metSchema(f *spec.Field, siblings spec.Fields, list []spec.Match) ordered.Object {
	var all []any
	for _, m := range list {
		all = append(all, valueSchema(f.Sibling(siblings, m.Name), m))
	}
	return ordered.Object{{"allOf", all}}
}

// presentSchema is an object in which a field has a value, under any of its
// names.
func presentSchema(f *spec.Field) ordered.Object {
	var any []any
	for _, name := range append([]string{f.Name}, f.Alias...) {
		any = append(any, ordered.Object{
			{"required", []string{name}},
			{"properties", ordered.Object{{name, ordered.Object{{"not", ordered.Object{{"anyOf", emptyForms(f)}}}}}}},
		})
	}
	if len(any) == 1 {
		return any[0].(ordered.Object)
	}
	return ordered.Object{{"anyOf", any}}
}

// emptyForms are the JSON forms of no value.
func emptyForms(f *spec.Field) []any {
	if k := f.Shape(); k == spec.List || k == spec.Scalars {
		return append([]any{ordered.Object{{"type", "array"}, {"maxItems", 0}}}, nothing...)
	}
	return nothing
}

// valueSchema is an object in which a field meets a condition on its value.
func valueSchema(f *spec.Field, m spec.Match) ordered.Object {
	return ordered.Object{{"required", []string{f.Name}}, {"properties", ordered.Object{{f.Name, meeting(f, m)}}}}
}

// whenSchema is an object in which a field is absent or meets a condition.
func whenSchema(f *spec.Field, m spec.Match) ordered.Object {
	return ordered.Object{{"properties", ordered.Object{{f.Name, ordered.Object{{"enum", append(constants(f, m), nil, "")}}}}}}
}

// meeting are the values that meet a condition.
func meeting(f *spec.Field, m spec.Match) ordered.Object {
	switch {
	case m.Order != "":
		keyword := map[string]string{"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}[m.Order]
		number := ordered.Object{{"type", "number"}, {keyword, json.Number(m.Value)}}
		if text := signPattern(m); text != "" {
			return ordered.Object{{"anyOf", []any{number, ordered.Object{{"type", "string"}, {"pattern", text}}}}}
		}
		return number
	case m.Number:
		var any []any
		for _, v := range m.Values() {
			zeros := `(?:\.0+)?`
			if strings.Contains(v, ".") {
				zeros = "0*"
			}
			any = append(any, ordered.Object{{"const", json.Number(v)}},
				ordered.Object{{"type", "string"}, {"pattern", "^" + quoteMeta(v) + zeros + "$"}})
		}
		return ordered.Object{{"anyOf", any}}
	}
	return ordered.Object{{"enum", constants(f, m)}}
}

// signPattern is the pattern of texts of numbers on one side of 0. Of other numbers no
// pattern can say it, so that a text is not held to the condition here; the decoder is.
func signPattern(m spec.Match) string {
	if m.Value != "0" {
		return ""
	}
	return map[string]string{
		">": `^[0-9.]*[1-9][0-9.]*$`, "<": `^-[0-9.]*[1-9][0-9.]*$`, ">=": `^(?:[0-9.]+|-[0.]+)$`, "<=": `^(?:-[0-9.]+|[0.]+)$`,
	}[m.Order]
}

// writtenPattern is the pattern of a form of time in a document's own words.
func writtenPattern(layout string) string {
	separator := strings.TrimPrefix(layout, "yyyy")
	separator = separator[:strings.Index(separator, "MM")]
	_, clock, _ := strings.Cut(layout, "dd")
	return "(?:" + days(quoteMeta(separator)) + ")" + spec.ClockPattern(clock)
}

// constants are the JSON forms of the values of a condition.
func constants(f *spec.Field, m spec.Match) []any {
	var out []any
	for _, v := range m.Values() {
		if f.Shape() == spec.Whole {
			out = append(out, json.Number(v))
		}
		if f.Shape() == spec.Truth {
			out = append(out, v == "true")
		}
		out = append(out, v)
	}
	return out
}
