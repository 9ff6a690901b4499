package scaffold_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// TestSchema says the descriptions and nothing else.
func TestSchema(t *testing.T) {
	t.Parallel()
	said := 0
	got := scaffold.Schema(func(text string) string { said++; return text })
	if !bytes.Equal(got, spec.LanguageSchema()) {
		t.Error("a schema that is said as it is differs")
	}
	if want := bytes.Count(got, []byte(`"description": "`)); said != want || want < 400 {
		t.Errorf("%d descriptions were said, there are %d", said, want)
	}
	var tree struct{ Description string }
	if err := json.Unmarshal(scaffold.Schema(func(string) string { return `“\"中文"` }), &tree); err != nil || tree.Description != `“\"中文"` {
		t.Errorf("the schema is headed %q: %v", tree.Description, err)
	}
}
