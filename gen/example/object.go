// Package example makes samples of messages: the document's own where it has one, and
// else values that the rules of the fields take. They are the same each time.
package example

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// Object is a sample of an object: every field that is required, and
// those that can be shown.
func Object(fields spec.Fields) ordered.Object { return object(fields, nil) }

// Carried is a sample of a body or payload that has the fields: an object, or the value of
// the field that is all of it.
func Carried(fields spec.Fields) any {
	if whole := fields.Whole(); whole != nil {
		return Value(whole)
	}
	return Object(fields.Inside())
}

// told tells the value of a field as a text.
type told = func(name string) (string, bool)

// object is a sample of an object; up tells the values around it.
func object(fields spec.Fields, up told) ordered.Object {
	out := ordered.Object{}
	own := func(name string) (string, bool) {
		for _, m := range out {
			if m[0] == name {
				return fmt.Sprint(m[1]), true
			}
		}
		return "", false
	}
	known := spec.Around(own, up)
	for _, f := range fields.Settled() {
		if v := valueIn(f.Under(known), known); v != nil && !f.Forbidden(known) {
			out = append(out, ordered.Member{f.Name, v})
		}
	}
	at := func(m ordered.Member) int {
		return slices.IndexFunc(fields, func(f *spec.Field) bool { return f.Name == m[0] })
	}
	slices.SortStableFunc(out, func(a, b ordered.Member) int { return at(a) - at(b) })
	return out
}

// Value is a sample of a field, valid under its rules.
func Value(f *spec.Field) any { return valueIn(f, nil) }

// valueIn is Value of a field in an object; up tells the values there.
func valueIn(f *spec.Field, up told) any {
	if f.IsPacked() {
		value := *f
		value.AsText = false
		text, err := json.Marshal(valueIn(&value, up))
		if err != nil {
			return nil
		}
		return string(text)
	}
	switch f.Shape() {
	case spec.List:
		return []any{object(f.Fields, up)}
	case spec.Record:
		return object(f.Fields, up)
	case spec.Scalars:
		return []any{Value(f.Member())}
	case spec.Whole:
		return json.Number(numberOf(f, "1"))
	case spec.Fraction:
		return json.Number(numberOf(f, "1280000.00"))
	case spec.Truth:
		return true
	case spec.Moment:
		layout := map[string]string{"rfc3339": "2016-05-26T10:30:00+08:00", "compact": "20160526103000"}[f.Layout]
		return cmp.Or(layout, written(f), "2016-05-26 10:30:00")
	case spec.Day:
		return cmp.Or(written(f), "2016-05-26")
	case spec.Seconds:
		return json.Number("1464229800" + map[bool]string{true: "000"}[f.Layout == "millis"])
	case spec.Raw:
		return free(f, up)
	}
	return textOf(f)
}

// free is a value whose members are not declared.
func free(f *spec.Field, up told) any {
	switch {
	case f.IsTyped() && len(f.Fields) > 0:
		return ordered.Object{{"key", object(f.Fields, up)}}
	case f.IsTyped():
		return ordered.Object{{"key", Value(f.Member())}}
	}
	switch f.Type {
	case spec.Array:
		return []any{}
	case spec.Any:
		return f.Label
	}
	return ordered.Object{}
}

// written is a time in a form of the document's own, or "".
func written(f *spec.Field) string {
	if f.WrittenLayout() == "" {
		return ""
	}
	return time.Date(2016, 5, 26, 10, 30, 0, 0, time.UTC).Format(spec.GoLayout(f.Layout))
}

// numberOf is the document's value, a listed one, the least one allowed, or an ordinary
// number.
func numberOf(f *spec.Field, plain string) string {
	switch {
	case f.Example != "" && !f.IsNested():
		return f.Example
	case f.Enum != nil && len(f.Enum.Values) > 0:
		return f.Enum.Values[0].Sample()
	case f.Default != "":
		return f.Default
	case f.Min != "":
		return f.Min
	}
	return plain
}

// textOf is the document's value, a listed one, a well-formed one, an id if the field is named
// like one, or the label.
func textOf(f *spec.Field) string {
	name := strings.ToLower(f.Name)
	text := f.Label
	switch {
	case f.Example != "" && !f.IsNested():
		return f.Example
	case f.Enum != nil && len(f.Enum.Values) > 0:
		return f.Enum.Values[0].Value
	case f.Default != "":
		return f.Default
	case f.Format == "mobile", strings.Contains(name, "mobile"), strings.HasSuffix(name, "tel"), name == "phone":
		text = "13800138000"
	case f.Format == "idcard":
		text = "110101190001010014"
	case f.Format == "email":
		text = "demo@example.com"
	case strings.HasSuffix(name, "guid"), strings.HasSuffix(name, "id"):
		text = "3f2a9c1e-6f0b-4c53-9b0e-2d7f51a8c0" + fmt.Sprintf("%02x", len(f.Path)%256)
	case f.Pattern != "":
		return ""
	case text == "", f.In == "header" || f.In == "cookie": // HTTP carries no Chinese there
		text = f.Name
	}
	text, _, _ = strings.Cut(text, "，")
	return f.Fit(text)
}
