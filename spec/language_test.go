package spec_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

// TestLanguageSchemaIn says the descriptions and nothing else.
func TestLanguageSchemaIn(t *testing.T) {
	t.Parallel()
	said := 0
	got := spec.LanguageSchemaIn(func(text string) string { said++; return text })
	if !bytes.Equal(got, spec.LanguageSchema()) {
		t.Error("a schema that is said as it is differs")
	}
	if want := bytes.Count(got, []byte(`"description": "`)); said != want || want < 400 {
		t.Errorf("%d descriptions were said, there are %d", said, want)
	}
	var tree struct{ Description string }
	if err := json.Unmarshal(spec.LanguageSchemaIn(func(string) string { return `“\"中文"` }), &tree); err != nil || tree.Description != `“\"中文"` {
		t.Errorf("the schema is headed %q: %v", tree.Description, err)
	}
}
