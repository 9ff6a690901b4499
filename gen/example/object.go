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
	"github.com/jiekou-dev/jiekou/spec/keyed"
	"github.com/jiekou-dev/jiekou/spec/matching"
)

// Object is a sample of an object: every field that is required, and
// those that can be shown.
func Object(fields spec.Fields) ordered.Object { return maker{}.object(fields, nil) }

// Typed is a sample with the least that a sender must give, the fields that are required and
// those that their values make so, with the values that a client in some language takes:
// what travels as the text of its JSON is the value itself.
func Typed(fields spec.Fields) ordered.Object { return maker{typed: true}.object(fields, nil) }

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

// maker makes samples: of everything, or typed and of the least that is taken.
type maker struct{ typed bool }

// object is a sample of an object; up tells the values around it.
func (m maker) object(fields spec.Fields, up told) ordered.Object {
	out := ordered.Object{}
	own := func(path string) (string, bool) {
		var v any = out
		for name := range strings.SplitSeq(path, "/") {
			in, _ := v.(ordered.Object)
			var ok bool
			if v, ok = in.Of(name); !ok {
				return "", false
			}
		}
		return fmt.Sprint(v), true
	}
	known := spec.Around(own, up)
	order := fields.Settled()
	slices.SortStableFunc(order, func(a, b *spec.Field) int {
		return strings.Compare(a.StartsWith, b.StartsWith) * len(a.StartsWith+b.StartsWith)
	})
	for grown := true; grown; {
		grown = false
		for _, f := range order {
			if _, there := own(f.Name); there || m.typed && (!f.Needed(known) || f.Default != "") || f.Forbidden(known) {
				continue
			}
			if v := m.value(begun(f, fields).Under(known), known); v != nil {
				out, grown = append(out, ordered.Member{f.Name, v}), m.typed
			}
		}
	}
	at := func(m ordered.Member) int {
		return slices.IndexFunc(fields, func(f *spec.Field) bool { return f.Name == m[0] })
	}
	slices.SortStableFunc(out, func(a, b ordered.Member) int { return at(a) - at(b) })
	return out
}

// begun is a field, no longer than those that begin with its value have room for.
func begun(f *spec.Field, fields spec.Fields) *spec.Field {
	out := f
	for _, other := range fields {
		rest, err := matching.Text(other.Pattern)
		if room := other.Length - other.Size(rest); other.StartsWith == f.Name && other.Length > 0 && err == nil && room > 0 && (out.Length == 0 || room < out.Length) {
			short := *out
			short.Length, out = room, &short
		}
	}
	return out
}

// Value is a sample of a field, valid under its rules.
func Value(f *spec.Field) any { return maker{}.value(f, nil) }

// value is a sample of a field in an object; up tells the values there.
func (m maker) value(f *spec.Field, up told) any {
	if f.IsPacked() && !m.typed {
		value := *f
		value.AsText = false
		text, err := json.Marshal(m.value(&value, up))
		if err != nil {
			return nil
		}
		return string(text)
	}
	switch f.Shape() {
	case spec.List:
		return several(f, func() any { return m.object(f.Fields, up) })
	case spec.Record:
		return m.object(f.Fields, up)
	case spec.Scalars:
		return several(f, func() any { return m.value(f.Member(), nil) })
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
		return m.free(f, up)
	}
	return textOf(f, up)
}

// several are as many members as an array must have, one at least.
func several(f *spec.Field, one func() any) []any {
	var out []any
	for range max(1, f.MinItems) {
		out = append(out, one())
	}
	return out
}

// entries are as many members as a map must have, one at least.
func entries(f *spec.Field, one func() any) ordered.Object {
	names := keyed.Names(f.Keyed, max(1, f.MinItems))
	out := ordered.Object{}
	for n, name := range names {
		if f.Keyed == nil {
			name = strings.TrimSuffix(fmt.Sprintf("key%d", n+1), "1")
		}
		out = append(out, ordered.Member{name, one()})
	}
	return out
}

// free is a value whose members are not declared.
func (m maker) free(f *spec.Field, up told) any {
	switch {
	case f.IsTyped() && len(f.Fields) > 0:
		return entries(f, func() any { return m.object(f.Fields, up) })
	case f.IsTyped():
		return entries(f, func() any { return m.value(f.Member(), nil) })
	case f.Type == spec.Map && (f.MinItems > 0 || f.Keyed != nil):
		return entries(f, func() any { return f.Label })
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
