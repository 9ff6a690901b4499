package download_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/gen/export/api"
	"github.com/jiekou-dev/jiekou/gen/export/document"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// keyed are rows without and with each rule, by the name of its member in spec.Rules or
// spec.Field. The row is called x and has a, b and kind beside it; of a notification where it
// begins with "notify ".
func keyed() map[string][2]string {
	return map[string][2]string{
		"Type":               {"type: string, length: 8", "type: int"},
		"Length":             {"type: string", "type: string, length: 7"},
		"MinLength":          {"type: string, length: 9", "type: string, length: 9, min_length: 7"},
		"Decimals":           {"type: decimal", "type: decimal, places: 3"},
		"Rounded":            {"type: decimal, length: 9, places: 3", "type: decimal, length: 9, places: 3, rounded: true"},
		"Required":           {"type: string", "type: string, required: true"},
		"LengthIn":           {"type: string, length: 9", "type: string, length: 9, length_in: gbk"},
		"MinItems":           {"type: array, of: string", "type: array, of: string, min_items: 3"},
		"Keyed":              {"type: map, of: string", "type: map, of: string, keys: {pattern: \"[a-z]{2,7}\"}"},
		"MaxItems":           {"type: array, of: string", "type: array, of: string, max_items: 7"},
		"Condition":          {"type: string, required: conditional, unchecked: 在外", "type: string, required: conditional, condition: 库存不足时, unchecked: 在外"},
		"Blank":              {"notify type: string, required: true", "notify type: string, required: true, blank: true"},
		"Min":                {"type: int", "type: int, min: 3"},
		"Max":                {"type: int", "type: int, max: 7"},
		"Enum":               {"type: int", "type: int, enum: {1: 甲, 2: 乙}"},
		"Open":               {"type: int, enum: {1: 甲, 2: 乙}", "type: int, enum: {1: 甲, 2: 乙}, open: true"},
		"EnumBy":             {"type: int, enum: [1, 2]", "type: int, enum_by: {kind: {1: [1], 2: [2]}}"},
		"Separator":          {"type: string, enum: [p, q], length: 9", "type: string, enum: [p, q], length: 9, separator: ;"},
		"Sum":                {"type: int, enum: {1: 甲, 2: 乙}", "type: int, enum: {1: 甲, 2: 乙}, separator: +"},
		"Default":            {"type: int", "type: int, default: 7"},
		"Format":             {"type: string, length: 20", "type: string, length: 20, format: mobile"},
		"Layout":             {"type: datetime", "type: datetime, format: compact"},
		"Pattern":            {"type: string", "type: string, pattern: \"[A-Z]{7}\""},
		"StartsWith":         {"type: string", "type: string, starts_with: a"},
		"FormatIf":           {"type: string, format: mobile", "type: string, format: mobile, format_if: {kind: 1}"},
		"RequiredIf":         {"type: string, required: conditional, required_if: {kind: 2}", "type: string, required: conditional, required_if: {kind: 1}"},
		"RequiredUnless":     {"type: string, required: conditional, required_unless: {kind: 2}", "type: string, required: conditional, required_unless: {kind: 1}"},
		"RequiredWith":       {"type: string, required: conditional, required_with: [a, kind]", "type: string, required: conditional, required_with: [a, b]"},
		"RequiredWithout":    {"type: string, required: conditional, required_without: [a, kind]", "type: string, required: conditional, required_without: [a, b]"},
		"RequiredWithoutAll": {"type: string, required: conditional, required_without_all: [a, kind]", "type: string, required: conditional, required_without_all: [a, b]"},
		"PresentIf":          {"type: string", "type: string, present_if: {kind: 1}"},
		"AbsentIf":           {"type: string", "type: string, absent_if: {kind: 1}"},
		"AbsentWith":         {"type: string", "type: string, absent_with: [a, b]"},
		"Of":                 {"type: array, of: string", "type: array, of: int"},
		"MapOf":              {"type: map, of: string", "type: map, of: int"},
		"MapLength":          {"type: map, of: string", "type: map, of: string, length: 7"},
		"MapMin":             {"type: map, of: int", "type: map, of: int, min: 7"},
		"MapPattern":         {"type: map, of: string", "type: map, of: string, pattern: \"[A-Z]{7}\""},
		"MapEnum":            {"type: map, of: string", "type: map, of: string, enum: {p: 甲, q: 乙}"},
		"AsText":             {"type: int", "type: int, as: text"},
		"Packed":             {"type: object, fields: {y: {type: int, label: 内}}", "type: object, as: text, fields: {y: {type: int, label: 内}}"},
		"Fields":             {"type: map, fields: {y: {type: int, label: 内}}", "type: map, fields: {y: {type: int, required: true, label: 内}}"},
		"In":                 {"type: string", "type: string, in: header"},
		"Alias":              {"type: string", "type: string, alias: [x2]"},
		"Nullable":           {"type: string, required: true", "type: string, required: true, nullable: true"},
		"Unit":               {"type: int", "type: int, unit: kg"},
		"Example":            {"type: int", "type: int, example: 7"},
		"Deprecated":         {"type: int", "type: int, deprecated: true"},
		"ReadOnly":           {"type: int", "type: int, read_only: true"},
		"Sent":               {"type: string, in: header", "type: string, in: header, name: X-Other"},
		"Whole":              {"type: array, of: string, in: body", "type: array, of: string, in: whole"},
	}
}

// writers are what tells partners of the rows of a system.
func writers() map[string]func(s *spec.System) (any, error) {
	text := func(write func(*spec.System) ([]byte, error)) func(*spec.System) (any, error) {
		return func(s *spec.System) (any, error) {
			text, err := write(s)
			return fences.ReplaceAllString(string(text), ""), err
		}
	}
	tree := func(write func(*spec.System) ([]byte, error)) func(*spec.System) (any, error) {
		return func(s *spec.System) (any, error) {
			var out any
			text, err := write(s)
			if err == nil {
				err = json.Unmarshal(text, &out)
			}
			return unsampled(out), err
		}
	}
	return map[string]func(s *spec.System) (any, error){
		"pages": func(s *spec.System) (any, error) {
			pages, err := docs.Pages(s, nil)
			var out []string
			for _, page := range pages {
				out = append(out, fences.ReplaceAllString(fmt.Sprintf("%s", page), ""))
			}
			return out, err
		},
		"markdown":   text(document.Markdown), // Word has the same blocks
		"openapi":    tree(api.OpenAPI),
		"jsonschema": tree(schema.Bundle),
		"catalogue":  tree(func(s *spec.System) ([]byte, error) { return json.Marshal(catalog.Of([]*spec.System{s})) }),
	}
}

// fences are samples, which are others where a rule is another: they do not tell it.
var fences = regexp.MustCompile("(?s)```.*?```")

// unsampled is JSON without the samples of whole messages.
func unsampled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if list, ok := v["examples"].([]any); ok && len(list) > 0 {
			if _, ok := list[0].(map[string]any); ok {
				delete(v, "examples")
			}
		}
		if _, ok := v["example"].(map[string]any); ok {
			delete(v, "example")
		}
		for name := range v {
			v[name] = unsampled(v[name])
		}
	case []any:
		for n := range v {
			v[n] = unsampled(v[n])
		}
	}
	return v
}

// withRow is a system of one interface with a row x.
func withRow(t *testing.T, name, row string) *spec.System {
	t.Helper()
	kind, rest := "kind: report\nmethod: POST\npath: /one\n", "response: {}\nanswer: {handler: true}\n"
	if own, ok := strings.CutPrefix(row, "notify "); ok {
		row, kind, rest = own, "kind: notify\n", "response: {}\n"
	}
	beside := "  kind: {type: int, enum: {1: 甲, 2: 乙}, label: 类}\n  a: {type: string, length: 8, label: 前}\n  b: {type: string, length: 8, label: 后}\n"
	if name == "Whole" {
		beside = ""
	}
	files := fstest.MapFS{
		"spec/one/system.yaml": {Data: []byte("system: one\ntitle: 一\nversion: V1\ngroups: {g: {title: 组, section: \"1\"}}\nprotocol:\n  keys: {secret: text}\n" +
			"  request: {header: {X-App: \"{app}\", X-Sign: \"{sign}\"}, json: \"{payload}\", values: {sign: {of: \"{body}\", by: [hmac-sha256 secret, hex]}}}\n" +
			"  reply: {json: {code: \"{code}\", msg: \"{text}\", data: \"{payload}\"}, success: {code: \"0\"}}\n" +
			"  push: {header: {X-Sign: \"{sign}\"}, json: \"{payload}\", values: {sign: {of: \"{body}\", by: [hmac-sha256 secret, hex]}}, answer: {json: {code: \"{code}\"}, success: {code: \"0\"}}}\n")},
		"spec/one/errors.yaml": {Data: []byte("groups:\n  - title: 码\n    errors:\n      \"0\": {text: 成功}\n      \"1\": {text: 错}\nrules: {required: \"1\", type: \"1\", length: \"1\", enum: \"1\", range: \"1\", format: \"1\", condition: \"1\", auth: \"1\", json: \"1\", internal: \"1\", mobile: \"1\"}\n")},
		"spec/one/g/one.yaml":  {Data: []byte("interface: one_go\ntitle: 一\nsection: \"1.1\"\n" + kind + "request:\n" + beside + "  x: {" + row + ", label: 行}\n" + rest)},
	}
	set, _, err := load.Draft(files, "spec")
	if err != nil || len(set.Systems) != 1 || len(set.Systems[0].Interfaces) != 1 {
		t.Fatal(name, row, err)
	}
	return set.Systems[0]
}

// TestTold wants each rule of a row to be told in the pages, in Word and Markdown, in OpenAPI
// and JSON Schema, and in the catalogue: with the rule they differ from those without it.
func TestTold(t *testing.T) {
	t.Parallel()
	cases := keyed()
	for _, f := range reflect.VisibleFields(reflect.TypeFor[spec.Rules]()) {
		name := f.Name
		if f.Type == reflect.TypeFor[spec.Type]() {
			name = "Type"
		}
		if _, ok := cases[name]; !ok {
			t.Errorf("no case has %s of a row", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		for format, write := range writers() {
			var got [2]any
			for n, row := range cases[name] {
				var err error
				if got[n], err = write(withRow(t, name, row)); err != nil {
					t.Fatal(name, format, err)
				}
			}
			if reflect.DeepEqual(got[0], got[1]) {
				t.Errorf("%s does not tell %s: %s", format, name, cases[name][1])
			}
		}
	}
}
