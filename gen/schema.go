package gen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
)

// schemaFiles prints a JSON Schema for the request of each interface, for
// whoever does not write Go. They accept what the decoder accepts: numbers as
// text, and null and "" for what is optional.
func schemaFiles(out *tree, system *spec.System) error {
	for _, i := range system.Interfaces {
		text, err := Schema(i)
		if err != nil {
			return err
		}
		if err := out.add(path.Join(system.Name, "schema", i.Cmd+".json"), text); err != nil {
			return err
		}
	}
	return nil
}

// Schema returns the JSON Schema of an interface's request.
func Schema(i *spec.Interface) ([]byte, error) {
	root := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", i.Title},
		{"description", fmt.Sprintf("%s, section %s", strings.TrimSpace(i.Cmd+" "+i.Code), i.Section)},
	}
	text, err := json.Marshal(append(root, requestSchema(i)...))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		var value bytes.Buffer
		enc := json.NewEncoder(&value)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(m.value); err != nil {
			return nil, err
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(bytes.TrimSpace(value.Bytes()))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// nothing is what stands for an absent value: null, or "".
var nothing = []any{object{{"type", "null"}}, object{{"const", ""}}}

// objectSchema is the schema of an object.
func objectSchema(fields []*spec.Field) object {
	var properties object
	var required []string
	var conditions []any
	for _, f := range fields {
		s := fieldSchema(f)
		names := append([]string{f.Name}, f.Alias...)
		for _, name := range names {
			properties = append(properties, member{name, s})
		}
		for _, alias := range f.Alias { // one name at a time
			conditions = append(conditions, object{{"not", object{{"required", []string{f.Name, alias}}}}})
		}
		switch {
		case f.Required == "yes" && len(f.Alias) == 0:
			required = append(required, f.Name)
		case f.Required == "yes":
			conditions = append(conditions, object{{"anyOf", anyRequired(names)}})
		case f.Required == "conditional":
			if c := conditionSchema(f, fields); c != nil {
				conditions = append(conditions, c)
			}
		}
		if f.Format == "idcard" && len(f.FormatIf) > 0 && beside(fields, f.FormatIf[0].Name) {
			conditions = append(conditions, object{
				{"if", whenSchema(sibling(f, fields, f.FormatIf[0].Name), f.FormatIf[0].Value)},
				{"then", object{{"properties", object{{f.Name, object{{"anyOf", append([]any{object{{"format", "idcard"}}}, nothing...)}}}}}}},
			})
		}
	}
	out := object{{"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	if len(conditions) > 0 {
		out = append(out, member{"allOf", conditions})
	}
	if list := beginnings(fields); len(list) > 0 {
		out = append(out, member{validate.StartsWithKeyword, list})
	}
	return out
}

// beginnings are the texts that begin with another, for the keyword that JSON
// Schema does not have.
func beginnings(fields []*spec.Field) []validate.Beginning {
	var out []validate.Beginning
	for _, f := range fields {
		if f.StartsWith == "" || !beside(fields, f.StartsWith) {
			continue
		}
		other := sibling(f, fields, f.StartsWith)
		b := validate.Beginning{Names: append([]string{f.Name}, f.Alias...), With: append([]string{other.Name}, other.Alias...)}
		if f.Pattern != "" {
			b.Rest = "^(?:" + f.Pattern + ")$"
		}
		out = append(out, b)
	}
	return out
}

// anyRequired lists one requirement for each name.
func anyRequired(names []string) []any {
	var out []any
	for _, n := range names {
		out = append(out, object{{"required", []string{n}}})
	}
	return out
}

// fieldSchema is the schema of one field.
func fieldSchema(f *spec.Field) object {
	head := object{{"title", f.Label}}
	if f.Parent == nil && f.In != "body" {
		head = append(head, member{"x-in", f.In})
	}
	if f.Default != "" {
		head = append(head, member{"default", f.Default})
	}
	forms := valueForms(f)
	switch {
	case f.Blank:
		forms = append(forms, object{{"const", ""}})
	case f.Required != "yes":
		forms = append(forms, nothing...)
	}
	if len(forms) == 1 {
		return append(head, forms[0].(object)...)
	}
	return append(head, member{"anyOf", forms})
}

// valueForms are the JSON forms that a value may take.
func valueForms(f *spec.Field) []any {
	switch kindOf(f) {
	case kindInt:
		return intForms(f)
	case kindDecimal:
		return decimalForms(f)
	case kindBool:
		return []any{object{{"type", "boolean"}}, object{{"enum", []string{"true", "false"}}}}
	case kindTime, kindDate, kindEpoch:
		if f.Layout == "compact" {
			return []any{object{{"type", "string"}, {"pattern", timePattern(f.Layout)}}}
		}
		return []any{
			object{{"type", "string"}, {"pattern", timePattern(f.Layout)}},
			object{{"type", "integer"}, {"minimum", 1000000000}, {"maximum", 9999999999}},
			object{{"type", "integer"}, {"minimum", 1000000000000}, {"maximum", 9999999999999}},
		}
	case kindList:
		return []any{arraySchema(f, objectSchema(f.Fields))}
	case kindTexts:
		return []any{arraySchema(f, object{{"type", "string"}})}
	case kindObject:
		return []any{objectSchema(f.Fields)}
	case kindRaw:
		return []any{object{}}
	}
	forms := []any{textSchema(f)}
	if form := digitsForm(f); f.Digits && form != nil {
		forms = append(forms, form)
	}
	return forms
}

// digitsForm is a whole number whose digits stand for a text, or nothing where no
// listed text is one.
func digitsForm(f *spec.Field) object {
	form := object{{"type", "integer"}, {"minimum", 0}, {"maximum", json.Number("9223372036854775807")}}
	if f.Length > 0 && f.Length < 19 {
		form = append(form[:2], member{"maximum", json.Number(strings.Repeat("9", f.Length))})
	}
	if closed(f) {
		var listed []json.Number
		for _, v := range enumValues(f) {
			if wholePattern.MatchString(v) {
				listed = append(listed, json.Number(v))
			}
		}
		if listed == nil {
			return nil
		}
		form = append(form, member{"enum", listed})
	}
	return form
}

// arraySchema is an array; a required one must have a member.
func arraySchema(f *spec.Field, items object) object {
	out := object{{"type", "array"}, {"items", items}}
	if f.Required == "yes" {
		out = append(out, member{"minItems", 1})
	}
	return out
}

// textSchema is a text with its rules.
func textSchema(f *spec.Field) object {
	out := object{{"type", "string"}}
	if f.Length > 0 {
		out = append(out, member{"maxLength", f.Length})
	}
	var all []any
	if closed(f) && f.Separator == "" {
		out = append(out, member{"enum", enumValues(f)})
	}
	if closed(f) && f.Separator != "" {
		all = append(all, object{{"pattern", partsPattern(f)}})
	}
	if f.Required == "yes" && !f.Blank {
		all = append(all, object{{"pattern", "[^" + validate.Space + quoteMeta(f.Separator) + "]"}})
	}
	if f.Pattern != "" && f.StartsWith == "" {
		all = append(all, object{{"pattern", "^(?:" + f.Pattern + ")$"}})
	}
	switch {
	case f.Format == "mobile":
		all = append(all, object{{"pattern", "^1[3-9][0-9]{9}$"}})
	case f.Format == "email":
		out = append(out, member{"format", "mail"})
	case f.Format == "idcard" && len(f.FormatIf) == 0:
		out = append(out, member{"format", "idcard"})
	}
	if len(all) > 0 {
		out = append(out, member{"allOf", all})
	}
	return out
}

// partsPattern is a list of listed values with separators between them; white
// space around parts, and empty parts, do not matter.
func partsPattern(f *spec.Field) string {
	var values []string
	for _, v := range enumValues(f) {
		values = append(values, quoteMeta(v))
	}
	blank := "[" + validate.Space + "]*"
	one := blank + "(?:(?:" + strings.Join(values, "|") + ")" + blank + ")?"
	return "^" + one + "(?:" + quoteMeta(f.Separator) + one + ")*$"
}

// quoteMeta escapes what has a meaning in patterns of RE2 and ECMAScript.
func quoteMeta(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`\.+*?()|[]{}^$/`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// intForms are a number and its text. A pattern cannot say min and max, so a
// text is not held to them here; the decoder does.
func intForms(f *spec.Field) []any {
	number := object{{"type", "integer"}}
	text := object{{"type", "string"}, {"pattern", `^(?:0|-?[1-9][0-9]{0,17})$`}}
	if closed(f) {
		var numbers []json.Number
		for _, v := range enumValues(f) {
			numbers = append(numbers, json.Number(v))
		}
		number = append(number, member{"enum", numbers})
		text = object{{"enum", enumValues(f)}}
		return []any{number, text}
	}
	low, high := json.Number("-9223372036854775808"), json.Number("9223372036854775807")
	if f.Min != "" {
		low = json.Number(f.Min)
	}
	if f.Max != "" {
		high = json.Number(f.Max)
	}
	return []any{append(number, member{"minimum", low}, member{"maximum", high}), text}
}

// decimalForms are a number and its text.
func decimalForms(f *spec.Field) []any {
	number := object{{"type", "number"}, {"exclusiveMinimum", json.Number("-1e16")}, {"exclusiveMaximum", json.Number("1e16")}}
	if f.Min != "" {
		number = append(number, member{"minimum", json.Number(f.Min)})
	}
	if f.Max != "" {
		number = append(number, member{"maximum", json.Number(f.Max)})
	}
	return []any{number, object{{"type", "string"}, {"maxLength", 64}, {"pattern", `^-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]+)?$`}}}
}

// conditionSchema says when a field is required.
func conditionSchema(f *spec.Field, siblings []*spec.Field) any {
	for _, m := range f.RequiredIf {
		if !beside(siblings, m.Name) {
			return nil
		}
	}
	if !beside(siblings, slices.Concat(f.RequiredWith, f.RequiredWithout, f.RequiredWithoutAll)...) {
		return nil
	}
	has := func(names []string) []any {
		var out []any
		for _, n := range names {
			out = append(out, presentSchema(sibling(f, siblings, n)))
		}
		return out
	}
	var when object
	switch {
	case len(f.RequiredIf) > 0:
		var all []any
		for _, m := range f.RequiredIf {
			all = append(all, valueSchema(sibling(f, siblings, m.Name), m.Value))
		}
		when = object{{"allOf", all}}
	case len(f.RequiredWith) > 0:
		when = object{{"anyOf", has(f.RequiredWith)}}
	case len(f.RequiredWithout) > 0:
		when = object{{"not", object{{"allOf", has(f.RequiredWithout)}}}}
	case len(f.RequiredWithoutAll) > 0:
		when = object{{"not", object{{"anyOf", has(f.RequiredWithoutAll)}}}}
	default:
		return nil
	}
	return object{{"if", when}, {"then", presentSchema(f)}}
}

// presentSchema is an object in which a field has a value, under any of its
// names.
func presentSchema(f *spec.Field) object {
	var any []any
	for _, name := range append([]string{f.Name}, f.Alias...) {
		any = append(any, object{
			{"required", []string{name}},
			{"properties", object{{name, object{{"not", object{{"anyOf", emptyForms(f)}}}}}}},
		})
	}
	if len(any) == 1 {
		return any[0].(object)
	}
	return object{{"anyOf", any}}
}

// emptyForms are the JSON forms of no value.
func emptyForms(f *spec.Field) []any {
	if k := kindOf(f); k == kindList || k == kindTexts {
		return append([]any{object{{"type", "array"}, {"maxItems", 0}}}, nothing...)
	}
	return nothing
}

// valueSchema is an object in which a field has one value.
func valueSchema(f *spec.Field, value string) object {
	return object{{"required", []string{f.Name}}, {"properties", object{{f.Name, object{{"enum", constants(f, value)}}}}}}
}

// whenSchema is an object in which a field is absent or has one value.
func whenSchema(f *spec.Field, value string) object {
	return object{{"properties", object{{f.Name, object{{"enum", append(constants(f, value), nil, "")}}}}}}
}

// constants are the JSON forms of one value.
func constants(f *spec.Field, value string) []any {
	if kindOf(f) == kindInt {
		return []any{json.Number(value), value}
	}
	return []any{value}
}

// timePattern is a day of the calendar from 1000 to 2999 with a time of day or
// without, or 10 or 13 digits; of a layout with offsets or without separators, what
// wire.ParseTimeAs takes.
func timePattern(layout string) string {
	const clock, fraction = `(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]`, `(?:\.[0-9]{1,9})?`
	switch layout {
	case "compact":
		return `^(?:` + days("") + `)` + strings.NewReplacer("):", ")", "]:", "]").Replace(clock) + `$`
	case "rfc3339":
		return `^(?:(?:` + days("-") + `)(?:[ T]?` + clock + fraction + `|T` + clock + fraction + `(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))?` +
			`|[0-9]{10}|[0-9]{13})$`
	}
	return `^(?:(?:` + days("-") + `)(?:[ T]?` + clock + fraction + `)?|[0-9]{10}|[0-9]{13})$`
}

// days is a day of the calendar from 1000 to 2999.
func days(separator string) string {
	return strings.ReplaceAll(`[12][0-9]{3}~(?:(?:0[13578]|1[02])~(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)~(?:0[1-9]|[12][0-9]|30)|02~(?:0[1-9]|1[0-9]|2[0-8]))`+
		`|(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:12|16|20|24|28)00)~02~29`, "~", separator)
}
