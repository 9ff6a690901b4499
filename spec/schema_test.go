package spec

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

// TestSchemaRoot judges whole files by the root of the schema, as editors do:
// it picks the kind of file by its first key.
func TestSchemaRoot(t *testing.T) {
	t.Parallel()
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, bytes.NewReader(LanguageSchema())); err != nil {
		t.Fatal(err)
	}
	root, err := c.Compile(schemaURL)
	if err != nil {
		t.Fatal(err)
	}
	_, fsys := archive(t, "testdata/good/shop.txtar")
	_, book := archive(t, "testdata/good/book.txtar")
	maps.Copy(fsys, book)
	for file, f := range fsys {
		r := &reporter{}
		v := parseYAML(r, file, f.Data)
		if err := root.Validate(v.json()); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		v.members = append(v.members, member{name: "strange", value: &value{form: isText}})
		if err := root.Validate(v.json()); err == nil && v.form == isMapping {
			t.Errorf("%s: a strange key is accepted", file)
		}
	}
}

// TestSchemaExamples holds what editors offer against what the language knows.
func TestSchemaExamples(t *testing.T) {
	t.Parallel()
	l, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string][]string{
		"field/properties/type": Types(), "field/properties/format": slices.Concat(Formats(), Layouts()),
		"table/properties/columns/additionalProperties/properties/type": ColumnTypes(),
	} {
		part, _ := l.at(schemaURL + "#/definitions/" + pointer).(map[string]any)
		if diff := cmp.Diff(want, texts(part["examples"])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", pointer, diff)
		}
	}
	for _, verb := range Verbs() {
		part, _ := l.at(schemaURL + "#/definitions/step/properties/" + verb).(map[string]any)
		if part == nil || stepKeys[verb] == nil {
			t.Errorf("the verb %s is missing", verb)
		}
	}
}
