package read

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/internal/golden"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// TestSchemaRoot validates whole files by the root of the schema, like editors: it
// picks the kind of file by its first key.
func TestSchemaRoot(t *testing.T) {
	t.Parallel()
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, bytes.NewReader(spec.LanguageSchema())); err != nil {
		t.Fatal(err)
	}
	root, err := c.Compile(schemaURL)
	if err != nil {
		t.Fatal(err)
	}
	fsys := golden.Read(t, "../testdata/good/shop.txtar").FS
	maps.Copy(fsys, golden.Read(t, "../testdata/good/book.txtar").FS)
	for file, f := range fsys {
		if path.Ext(file) != ".yaml" {
			continue
		}
		r := &spec.Collector{}
		v := yamltree.Parse(r, file, f.Data)
		if err := root.Validate(v.JSON()); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		v.Members = append(v.Members, yamltree.Member{Name: "strange", Value: &yamltree.Value{Form: yamltree.Text}})
		if err := root.Validate(v.JSON()); err == nil && v.Form == yamltree.Mapping {
			t.Errorf("%s: a strange key is accepted", file)
		}
	}
}

// TestSchemaExamples compares the words that editors offer with those that the
// language knows.
func TestSchemaExamples(t *testing.T) {
	t.Parallel()
	l, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string][]string{
		"field/properties/type": words(spec.Types()), "field/properties/format": slices.Concat(spec.Formats(), spec.Layouts()),
		"table/properties/columns/additionalProperties/properties/type": words(spec.ColumnTypes()),
	} {
		part, _ := l.at(schemaURL + "#/definitions/" + pointer).(map[string]any)
		if diff := cmp.Diff(want, texts(part["examples"])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", pointer, diff)
		}
	}
	for _, verb := range spec.Verbs() {
		part, _ := l.at(schemaURL + "#/definitions/step/properties/" + verb).(map[string]any)
		if part == nil || stepKeys[verb] == nil {
			t.Errorf("the verb %s is missing", verb)
		}
	}
}

// words are types as text.
func words(types []spec.Type) []string {
	var out []string
	for _, t := range types {
		out = append(out, string(t))
	}
	return out
}
