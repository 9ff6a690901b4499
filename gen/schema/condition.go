package schema

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// rule is what a schema demands of a field when conditions hold of the fields beside it,
// or of those beside the objects that it is in: the conditions that must all hold, each
// at its level.
type rule struct {
	field *spec.Field
	when  []when
	then  ordered.Object // of the object that the field is in
}

// when is a condition on one object: the one so many levels out from the field's.
type when struct {
	levels int
	is     ordered.Object
}

// rules says when a field is required, may not be there, or has some values only.
func rules(f *spec.Field, fields spec.Fields) []rule {
	var out []rule
	if f.IsConditional() && !f.IsRequired() && f.Default == "" {
		out = conditionRules(f, fields)
	}
	out = append(out, barredRules(f, fields)...)
	out = append(out, casesRules(f, fields)...)
	if form := formatSchema(f.Format); form != nil && len(f.FormatIf) > 0 && beside(f, fields, f.FormatIf[0].Name) {
		m := f.FormatIf[0]
		other := f.Sibling(fields, m.Name)
		forms := append([]any{ordered.Object{{"type", "string"}, *form}}, nothing...)
		out = append(out, rule{f, []when{at(m.Name, other, whenSchema(other, m))}, ordered.Object{
			{"properties", ordered.Object{{f.Name, ordered.Object{{"anyOf", forms}}}}},
		}})
	}
	return out
}

// at is a condition on the object that has the field of which a condition names other, or
// an object that other is in.
func at(name string, other *spec.Field, is ordered.Object) when {
	levels, own := spec.Outward(name)
	for range strings.Count(own, "/") {
		other = other.Parent
		is = anyNamed(other, append(ordered.Object{{"type", "object"}}, is...))
	}
	return when{levels, is}
}

// not is the opposite of a condition.
func (w when) not() when { return when{w.levels, ordered.Object{{"not", w.is}}} }

// conditionRules say when a field is required.
func conditionRules(f *spec.Field, fields spec.Fields) []rule {
	if !known(f, fields, slices.Concat(f.RequiredIf, f.RequiredUnless), f.RequiredWith, f.RequiredWithout, f.RequiredWithoutAll) {
		return nil
	}
	then := presentSchema(f)
	switch {
	case len(f.RequiredIf) > 0:
		return []rule{{f, met(f, fields, f.RequiredIf), then}}
	case len(f.RequiredUnless) > 0:
		return eachRule(f, opposite(met(f, fields, f.RequiredUnless)), then)
	case len(f.RequiredWith) > 0:
		return eachRule(f, present(f, fields, f.RequiredWith), then)
	case len(f.RequiredWithout) > 0:
		return eachRule(f, opposite(present(f, fields, f.RequiredWithout)), then)
	case len(f.RequiredWithoutAll) > 0:
		return []rule{{f, opposite(present(f, fields, f.RequiredWithoutAll)), then}}
	}
	return nil
}

// barredRules say when a field may not be there.
func barredRules(f *spec.Field, fields spec.Fields) []rule {
	if !f.Barred() || !known(f, fields, slices.Concat(f.PresentIf, f.AbsentIf), f.AbsentWith) {
		return nil
	}
	then := ordered.Object{{"not", presentSchema(f)}}
	out := eachRule(f, opposite(met(f, fields, f.PresentIf)), then)
	if len(f.AbsentIf) > 0 {
		out = append(out, rule{f, met(f, fields, f.AbsentIf), then})
	}
	return append(out, eachRule(f, present(f, fields, f.AbsentWith), then)...)
}

// eachRule is a rule for each of some conditions: one that holds is enough.
func eachRule(f *spec.Field, list []when, then ordered.Object) (out []rule) {
	for _, w := range list {
		out = append(out, rule{f, []when{w}, then})
	}
	return out
}

func opposite(list []when) (out []when) {
	for _, w := range list {
		out = append(out, w.not())
	}
	return out
}

// outermost is how many levels out from the field's the first object is that a rule looks
// at.
func (r rule) outermost() (most int) {
	for _, w := range r.when {
		most = max(most, w.levels)
	}
	return most
}

// schema is the rule as a schema of the object so many levels out from the field's.
func (r rule) schema(levels int) ordered.Object {
	then := r.then
	if levels > 0 {
		then = inside(r.field, levels, r.schema(levels-1))
	}
	var all []any
	for _, w := range r.when {
		if w.levels == levels {
			all = append(all, w.is)
		}
	}
	switch len(all) {
	case 0:
		return then
	case 1:
		return ordered.Object{{"if", all[0]}, {"then", then}}
	}
	return ordered.Object{{"if", ordered.Object{{"allOf", all}}}, {"then", then}}
}

// inside is the schema of an object, so many levels out from a field's, whose object on
// the way to the field has a schema. What travels as a text is not looked into.
func inside(f *spec.Field, levels int, is ordered.Object) ordered.Object {
	up := f.Parent
	for range levels - 1 {
		up = up.Parent
	}
	switch up.Type {
	case spec.Array:
		is = ordered.Object{{"items", is}}
	case spec.Map:
		is = ordered.Object{{"additionalProperties", is}}
	}
	var properties ordered.Object
	for _, name := range append([]string{up.Name}, up.Alias...) {
		properties = append(properties, ordered.Member{name, is})
	}
	return ordered.Object{{"properties", properties}}
}

// conditionSchemas are the rules about a field and about those inside it that look at
// the object which the field is in, and no further out.
func conditionSchemas(f *spec.Field, fields spec.Fields) (out []any) {
	var deep func(one *spec.Field, list spec.Fields, levels int)
	deep = func(one *spec.Field, list spec.Fields, levels int) {
		for _, r := range rules(one, list) {
			if r.outermost() == levels {
				out = append(out, r.schema(levels))
			}
		}
		for _, inner := range one.Fields {
			deep(inner, one.Fields, levels+1)
		}
	}
	deep(f, fields, 0)
	return out
}

// known reports whether all fields that conditions name are among the fields: those
// in another place than the field itself are not.
func known(f *spec.Field, fields spec.Fields, matches []spec.Match, names ...[]string) bool {
	for _, m := range matches {
		if !beside(f, fields, m.Name) {
			return false
		}
	}
	return beside(f, fields, slices.Concat(names...)...)
}

// present are objects in which each of some fields has a value.
func present(f *spec.Field, fields spec.Fields, names []string) (out []when) {
	for _, n := range names {
		other := f.Sibling(fields, n)
		out = append(out, at(n, other, presentSchema(other)))
	}
	return out
}

// met are objects whose fields meet conditions on their values.
func met(f *spec.Field, fields spec.Fields, list []spec.Match) (out []when) {
	for _, m := range list {
		other := f.Sibling(fields, m.Name)
		out = append(out, at(m.Name, other, valueSchema(other, m)))
	}
	return out
}

// presentSchema is an object in which a field has a value, under any of its
// names.
func presentSchema(f *spec.Field) ordered.Object {
	return anyNamed(f, ordered.Object{{"not", ordered.Object{{"anyOf", emptyForms(f)}}}})
}

// anyNamed is an object in which a field is there, under any of its names, and as is says.
func anyNamed(f *spec.Field, is ordered.Object) ordered.Object {
	var any []any
	for _, name := range append([]string{f.Name}, f.Alias...) {
		any = append(any, ordered.Object{{"required", []string{name}}, {"properties", ordered.Object{{name, is}}}})
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
