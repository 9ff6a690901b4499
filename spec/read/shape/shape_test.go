package shape_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/read/shape"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// TestKeywords compares each keyword with what a validator of JSON Schema says. Each schema
// is fitted by some of the values and not by others.
func TestKeywords(t *testing.T) {
	t.Parallel()
	values := strings.Split(`a|""|ab|长长|1|1.0|1.5|-2|100000000000000000000|~|true|FALSE|[]|[1]|[a, b]|[a, 1]|[[a]]|{}|{a: 1}|{a: x, b: 2}|{b: x}|{c: 1}|{a: {a: {a: 1}}}|{a: {a: {b: 1}}}`, "|")
	for _, schema := range []string{
		`{"type": "string"}`, `{"type": ["null", "boolean"]}`, `{"type": "integer"}`, `{"type": "number"}`, `{"type": "array"}`, `{"type": "object"}`,
		`{"enum": ["a", true]}`, `{"enum": [false]}`, `{"pattern": "^a"}`, `{"minLength": 2}`, `{"maxLength": 1}`, `{"minimum": 1}`, `{"maximum": 1}`,
		`{"minItems": 1}`, `{"maxItems": 1}`, `{"items": {"type": "string"}}`, `{"minProperties": 1}`, `{"maxProperties": 1}`, `{"required": ["a", "b"]}`,
		`{"properties": {"a": {"type": "integer"}}}`, `{"properties": {"a": true}, "additionalProperties": false}`, `{"properties": {"a": false}}`,
		`{"properties": {"a": true}, "additionalProperties": {"type": "string"}}`, `{"allOf": [{"type": "string"}, {"minLength": 2}]}`,
		`{"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}`, `{"properties": {"a": {"$ref": "#/definitions/one", "type": "null"}}, "additionalProperties": false}`,
	} {
		text := `{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"one": ` + schema + `}}`
		var plain any
		if err := json.Unmarshal([]byte(text), &plain); err != nil {
			t.Fatal(err)
		}
		quick, err := shape.NewCompiler(plain).Compile("#/definitions/one")
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("s.json", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		whole := c.MustCompile("s.json#/definitions/one")
		fit := 0
		for _, one := range values {
			v := yamltree.Parse(&spec.Collector{}, "f.yaml", []byte(one))
			want := whole.Validate(v.JSON())
			if got := quick.Fits(v); got != (want == nil) {
				t.Errorf("%s with %s: fits is %t, and the schema says %v", schema, one, got, want)
			}
			if want == nil {
				fit++
			}
		}
		if fit == 0 || fit == len(values) {
			t.Errorf("%s: %d of %d values fit: that says nothing", schema, fit, len(values))
		}
	}
}

// TestUnknown wants a keyword that a Shape does not know to be refused.
func TestUnknown(t *testing.T) {
	t.Parallel()
	for _, one := range []map[string]any{
		{"if": true}, {"enum": []any{1.0}}, {"pattern": "("}, {"minLength": "1"}, {"$ref": "#/definitions/other"},
	} {
		schema := map[string]any{"definitions": map[string]any{"one": map[string]any{"properties": map[string]any{"a": one}}}}
		if _, err := shape.NewCompiler(schema).Compile("#/definitions/one"); err == nil {
			t.Errorf("%v is compiled", one)
		}
	}
}
