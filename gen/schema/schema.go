// Package schema writes the rules of requests as JSON Schemas.
package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
)

// nothing is the schema of an absent value: null, or "".
var nothing = []any{ordered.Object{{"type", "null"}}, ordered.Object{{"const", ""}}}

// Request returns the JSON Schema of an interface's request, for whoever does not
// write Go. It accepts what the decoder accepts: numbers as text, and null and "" for
// what is optional.
func Request(i *spec.Interface) ([]byte, error) {
	root := ordered.Object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", i.Title},
		{"description", fmt.Sprintf("%s, section %s", strings.TrimSpace(i.Cmd+" "+i.Code), i.Section)},
	}
	return indent(root.With(requestSchema(i)))
}

// objectSchema is the schema of an object.
func objectSchema(fields spec.Fields) ordered.Object {
	var properties ordered.Object
	var required []string
	var conditions []any
	for _, f := range fields {
		s := fieldSchema(f)
		names := append([]string{f.Name}, f.Alias...)
		for _, name := range names {
			properties = append(properties, ordered.Member{name, s})
		}
		for _, alias := range f.Alias { // one name at a time
			conditions = append(conditions, ordered.Object{{"not", having(f.Name, alias)}})
		}
		switch {
		case f.Default != "" && !f.Replied: // it is filled in
		case f.IsRequired() && len(f.Alias) == 0:
			required = append(required, f.Name)
		case f.IsRequired():
			conditions = append(conditions, ordered.Object{{"anyOf", anyRequired(names)}})
		}
		conditions = append(conditions, conditionSchemas(f, fields)...)
	}
	out := ordered.Object{{"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		out = append(out, ordered.Member{"required", required})
	}
	if len(conditions) > 0 {
		out = append(out, ordered.Member{"allOf", conditions})
	}
	if list := beginnings(fields); len(list) > 0 {
		out = append(out, ordered.Member{validate.StartsWithKeyword, list})
	}
	return out
}

// payloadSchema is the schema of a body or payload.
func payloadSchema(fields spec.Fields) ordered.Object {
	if whole := fields.Whole(); whole != nil {
		return fieldSchema(whole)
	}
	return objectSchema(fields.Inside())
}

// beginnings are the texts that begin with another, for the keyword that JSON
// Schema does not have.
func beginnings(fields spec.Fields) []validate.Beginning {
	var out []validate.Beginning
	for _, f := range fields {
		if f.StartsWith == "" || !beside(f, fields, f.StartsWith) {
			continue
		}
		other := f.Sibling(fields, f.StartsWith)
		b := validate.Beginning{Names: append([]string{f.Name}, f.Alias...), With: append([]string{other.Name}, other.Alias...)}
		if f.Pattern != "" {
			b.Rest = shared(f.Pattern)
		}
		out = append(out, b)
	}
	return out
}

// anyRequired lists one requirement for each name.
func anyRequired(names []string) []any {
	var out []any
	for _, n := range names {
		out = append(out, having(n))
	}
	return out
}

// having are objects that have all of some members. They name them as properties, too,
// as validators demand that look for misspelt names.
func having(names ...string) ordered.Object {
	var properties ordered.Object
	for _, n := range names {
		properties = append(properties, ordered.Member{n, true})
	}
	return ordered.Object{{"required", names}, {"properties", properties}}
}

// fieldSchema is the schema of one field.
func fieldSchema(f *spec.Field) ordered.Object {
	head := ordered.Object{{"title", f.Label}}
	if text := described(f); text != "" {
		head = append(head, ordered.Member{"description", text})
	}
	if f.Parent == nil && f.In != "body" {
		head = append(head, ordered.Member{"x-in", f.In})
	}
	if f.Sent != "" {
		head = append(head, ordered.Member{"x-name", f.Sent})
	}
	if f.Default != "" {
		head = append(head, ordered.Member{"default", f.Default})
	}
	if f.Example != "" {
		head = append(head, ordered.Member{"examples", []any{exampleOf(f)}})
	}
	if f.Deprecated {
		head = append(head, ordered.Member{"deprecated", true})
	}
	if f.ReadOnly {
		head = append(head, ordered.Member{"readOnly", true})
	}
	if f.Unit != "" {
		head = append(head, ordered.Member{"x-unit", f.Unit})
	}
	forms := valueForms(f)
	switch {
	case f.Blank:
		forms = append(forms, ordered.Object{{"const", ""}})
	case !f.IsRequired() || f.Nullable:
		forms = append(forms, nothing...)
	}
	if len(forms) == 1 {
		return append(head, forms[0].(ordered.Object)...)
	}
	return append(head, ordered.Member{"anyOf", forms})
}

// exampleOf is the example of a row as JSON writes it.
func exampleOf(f *spec.Field) any {
	text := []byte(f.Example)
	if (f.IsNested() || f.IsNumber() || f.Type == spec.Epoch || f.Type == spec.Bool) && !f.AsText && json.Valid(text) {
		return json.RawMessage(text)
	}
	return f.Example
}

// described is what no word of a schema says: the values in words, the document's condition,
// and that a number is to be sent as a text.
func described(f *spec.Field) string {
	var out []string
	if text := labels(f.Enum); text != "" {
		out = append(out, text)
	}
	if f.Condition != "" {
		out = append(out, "条件："+f.Condition)
	}
	if f.AsText && !f.IsNested() {
		out = append(out, "以文本传输")
	}
	if f.Asks != "" {
		out = append(out, f.Asks)
	}
	return strings.Join(out, "；")
}

// labels are the values of an enumeration with what they mean, nothing where they say it
// themselves.
func labels(e *spec.Enum) string {
	if e == nil {
		return ""
	}
	var out []string
	told := false
	for _, v := range e.Values {
		told = told || v.Label != "" && v.Label != v.Value
		out = append(out, strings.TrimSpace(v.Value+" "+v.Label))
	}
	if !told {
		return ""
	}
	return strings.Join(out, "、")
}

// valueForms are the JSON forms that a value may take.
func valueForms(f *spec.Field) []any {
	if f.IsPacked() {
		value := *f
		value.AsText = false
		form := valueForms(&value)[0]
		return []any{form, ordered.Object{{"type", "string"}, {"contentMediaType", "application/json"}, {"contentSchema", form}}}
	}
	switch f.Shape() {
	case spec.Whole:
		return intForms(f)
	case spec.Fraction:
		return decimalForms(f)
	case spec.Truth:
		return []any{ordered.Object{{"type", "boolean"}}, ordered.Object{{"enum", []string{"true", "false"}}}}
	case spec.Moment, spec.Day, spec.Seconds:
		if f.Layout == "compact" {
			return []any{ordered.Object{{"type", "string"}, {"pattern", timePattern(f.Layout)}}}
		}
		pattern := timePattern(f.Layout)
		if f.WrittenLayout() != "" {
			pattern = "^(?:" + writtenPattern(f.Layout) + "|" + strings.TrimPrefix(timePattern(""), "^(?:")
		}
		return []any{
			ordered.Object{{"type", "string"}, {"pattern", pattern}},
			ordered.Object{{"type", "integer"}, {"minimum", 1000000000}, {"maximum", 9999999999}},
			ordered.Object{{"type", "integer"}, {"minimum", 1000000000000}, {"maximum", 9999999999999}},
		}
	case spec.List:
		return []any{arraySchema(f, objectSchema(f.Fields))}
	case spec.Scalars:
		return []any{arraySchema(f, memberSchema(f))}
	case spec.Record:
		return []any{objectSchema(f.Fields)}
	case spec.Raw:
		return []any{rawSchema(f)}
	}
	forms := []any{textSchema(f)}
	if form := digitsForm(f); f.Digits && form != nil {
		forms = append(forms, form)
	}
	return forms
}

// wholeNumber is the pattern of a whole number of 64 bits as text.
func wholeNumber() string {
	return `^(?:0|-?(?:[1-9][0-9]{0,17}|` + upTo("9223372036854775807") + `)|-9223372036854775808)$`
}

// upTo is the pattern of as many digits as most has, the first not 0, up to most.
func upTo(most string) string {
	parts := []string{most}
	for i, digit := range most {
		low := byte('0')
		if i == 0 {
			low = '1'
		}
		switch rest := len(most) - i - 1; {
		case byte(digit) <= low:
		case rest == 0:
			parts = append(parts, fmt.Sprintf("%s[%c-%c]", most[:i], low, digit-1))
		default:
			parts = append(parts, fmt.Sprintf("%s[%c-%c][0-9]{%d}", most[:i], low, digit-1, rest))
		}
	}
	return strings.Join(parts, "|")
}

// digitsForm is the schema of a whole number that is accepted for a text, or
// nothing if no listed text is one.
func digitsForm(f *spec.Field) ordered.Object {
	form := ordered.Object{{"type", "integer"}, {"minimum", 0}, {"maximum", json.Number("9223372036854775807")}}
	if f.Length > 0 && f.Length < 19 {
		form = append(form[:2], ordered.Member{"maximum", json.Number(strings.Repeat("9", f.Length))})
	}
	if f.IsClosed() {
		var listed []json.Number
		for _, v := range f.Allowed() {
			if spec.IsWholeText(v) {
				listed = append(listed, json.Number(v))
			}
		}
		if listed == nil {
			return nil
		}
		form = append(form, ordered.Member{"enum", listed})
	}
	return form
}

// arraySchema is an array; a required one must have a member.
func arraySchema(f *spec.Field, items ordered.Object) ordered.Object {
	out := ordered.Object{{"type", "array"}, {"items", items}}
	if f.IsRequired() && !f.Blank && !f.Nullable {
		out = append(out, ordered.Member{"minItems", max(1, f.MinItems)})
	}
	if f.MaxItems > 0 {
		out = append(out, ordered.Member{"maxItems", f.MaxItems})
	}
	if !f.IsRequired() && f.MinItems > 1 {
		out = append(out, ordered.Member{"anyOf", []any{ordered.Object{{"maxItems", 0}}, ordered.Object{{"minItems", f.MinItems}}}})
	}
	return out
}

// memberSchema is a member of an array of scalars. A text may be "", which breaks no
// rule.
func memberSchema(f *spec.Field) ordered.Object {
	member := f.Member()
	forms := valueForms(member)
	if text := ordered.Object(textSchema(member)); member.Shape() == spec.Text && len(text) > 1 {
		forms = append(forms, ordered.Object{{"const", ""}})
	}
	if len(forms) == 1 {
		return forms[0].(ordered.Object)
	}
	return ordered.Object{{"anyOf", forms}}
}

// textSchema is a text with its rules.
func textSchema(f *spec.Field) ordered.Object {
	out := ordered.Object{{"type", "string"}}
	if f.Length > 0 {
		out = append(out, ordered.Member{"maxLength", f.Length})
	}
	switch {
	case f.LengthIn != "" && (f.Length > 0 || f.MinLength > 0):
		out = append(out, ordered.Member{validate.LengthInKeyword, validate.LengthIn{Unit: f.LengthIn, Min: f.MinLength, Max: f.Length}})
	case f.MinLength > 0:
		out = append(out, ordered.Member{"minLength", f.MinLength})
	}
	var all []any
	if f.IsClosed() && f.Separator == "" {
		out = append(out, ordered.Member{"enum", f.Allowed()})
	}
	if f.IsClosed() && f.Separator != "" {
		all = append(all, ordered.Object{{"pattern", partsPattern(f)}})
	}
	if f.IsRequired() && !f.Blank && !f.Nullable {
		all = append(all, ordered.Object{{"pattern", "[^" + validate.Space + quoteMeta(f.Separator) + "]"}})
	}
	if f.Place() == "path" && !f.IsClosed() { // they lead to another call
		all = append(all, ordered.Object{{"not", ordered.Object{{"enum", []string{".", ".."}}}}})
	}
	if f.Pattern != "" && f.StartsWith == "" {
		all = append(all, ordered.Object{{"pattern", shared(f.Pattern)}})
	}
	switch form := formatSchema(f.Format); {
	case form == nil || len(f.FormatIf) > 0:
	case form[0] == "pattern":
		all = append(all, ordered.Object{*form})
	default:
		out = append(out, *form)
	}
	if len(all) > 0 {
		out = append(out, ordered.Member{"allOf", all})
	}
	return out
}

// formatSchema is the format of a text, where rules beside patterns hold it.
func formatSchema(format string) *ordered.Member {
	switch format {
	case "mobile":
		return &ordered.Member{"pattern", "^1[3-9][0-9]{9}$"}
	case "email":
		return &ordered.Member{"format", "mail"}
	case "idcard":
		return &ordered.Member{"format", "idcard"}
	}
	return nil
}

// shared is a pattern for the whole text that whoever reads JSON Schema understands.
func shared(pattern string) string {
	if other, err := spec.SharedPattern(pattern); err == nil { // else JK0131
		pattern = other
	}
	return "^(?:" + pattern + ")$"
}

// partsPattern is a list of listed values with separators between them; white
// space around parts, and empty parts, do not matter.
func partsPattern(f *spec.Field) string {
	var values []string
	for _, v := range f.Allowed() {
		values = append(values, quoteMeta(v))
	}
	blank := "[" + validate.Space + "]*"
	one := blank + "(?:(?:" + strings.Join(values, "|") + ")" + blank + ")?"
	return "^" + one + "(?:" + quoteMeta(f.Separator) + one + ")*$"
}

// quoteMeta escapes the special characters of patterns in RE2 and ECMAScript.
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
	number := ordered.Object{{"type", "integer"}}
	text := ordered.Object{{"type", "string"}, {"pattern", wholeNumber()}}
	switch {
	case f.IsSum():
		return []any{append(number, sums(f)...), text}
	case f.IsNumberList():
		return []any{append(number, ordered.Member{"anyOf", amongForms(f)}), text}
	case f.IsClosed():
		var numbers []json.Number
		for _, v := range f.Allowed() {
			numbers = append(numbers, json.Number(v))
		}
		number = append(number, ordered.Member{"enum", numbers})
		text = ordered.Object{{"enum", f.Allowed()}}
		return []any{number, text}
	}
	low, high := json.Number("-9223372036854775808"), json.Number("9223372036854775807")
	if f.Min != "" {
		low = json.Number(f.Min)
	}
	if f.Max != "" {
		high = json.Number(f.Max)
	}
	return []any{append(number, ordered.Member{"minimum", low}, ordered.Member{"maximum", high}), text}
}

// decimalForms are a number and its text.
func decimalForms(f *spec.Field) []any {
	whole, behind := f.WholeDigits(), `(?:\.[0-9]+)?`
	limit := json.Number("1e" + strconv.Itoa(whole))
	if f.Decimals.Set && f.Rounded { // what would be rounded up to it is too large
		half := "." + strings.Repeat("9", f.Decimals.N) + "5"
		limit = json.Number(cmp.Or(strings.Repeat("9", whole), "0") + half)
	}
	number := ordered.Object{{"type", "number"}, {"exclusiveMinimum", "-" + limit}, {"exclusiveMaximum", limit}}
	if f.Min != "" {
		number = append(number, ordered.Member{"minimum", json.Number(f.Min)})
	}
	if f.Max != "" {
		number = append(number, ordered.Member{"maximum", json.Number(f.Max)})
	}
	if f.Decimals.Set && !f.Rounded {
		number = append(number, ordered.Member{"multipleOf", json.Number("1e-" + strconv.Itoa(f.Decimals.N))})
		behind = `(?:\.0+)?`
		if f.Decimals.N > 0 {
			behind = fmt.Sprintf(`(?:\.[0-9]{1,%d}0*)?`, f.Decimals.N)
		}
	}
	if f.IsNumberList() {
		number = append(number, ordered.Member{"anyOf", amongForms(f)})
	}
	if f.IsNumberList() && !f.Enum.HasRanges() {
		return []any{number, ordered.Object{{"type", "string"}, {"maxLength", 64}, {"pattern", listedPattern(f)}}}
	}
	front := "0"
	if whole > 0 {
		front = fmt.Sprintf("(?:0|[1-9][0-9]{0,%d})", whole-1)
	}
	return []any{number, ordered.Object{{"type", "string"}, {"maxLength", 64}, {"pattern", "^-?" + front + behind + "$"}}}
}

// timePattern is a day of the calendar from 1000 to 2999 with a time of day or
// without, or 10 or 13 digits; for a layout with offsets or without separators, the
// texts that wire.ParseTimeAs accepts.
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
