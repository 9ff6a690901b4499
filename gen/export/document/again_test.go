package document_test

import (
	"encoding/json"
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/gen/export/document"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer"
	read "github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/write"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestSameYAML exports a system that was not written from a document, as Word and as
// Markdown, and imports that: the interfaces are the same, row by row, with every rule.
func TestSameYAML(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(os.DirFS("testdata"), "spec")
	if err != nil {
		t.Fatal(err)
	}
	s := set.Systems[0]
	for name, export := range map[string]func(*spec.System) ([]byte, error){"own.md": document.Markdown, "own.docx": document.DOCX} {
		text, err := export(s)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := read.Read(name, text)
		if err != nil {
			t.Fatal(err)
		}
		found, err := importer.From([]*read.Document{doc}, importer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		files, err := write.Files(found, s.Name)
		if err != nil {
			t.Fatal(err)
		}
		fsys := fstest.MapFS{}
		for _, f := range files {
			fsys["spec/"+f.Path] = &fstest.MapFile{Data: f.Text}
		}
		again, err := load.Systems(fsys, "spec")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(told(t, s), told(t, again.Systems[0])); diff != "" {
			t.Errorf("%s (-exported +imported):\n%s", name, diff)
		}
	}
}

// told are the interfaces of a system as the catalogue tells them, without what a document
// does not say: how they are answered and where their files are.
func told(t *testing.T, s *spec.System) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, i := range catalog.Of([]*spec.System{s}).Systems[0].Interfaces {
		text, err := json.Marshal(map[string]any{"title": i.Title, "kind": i.Kind, "method": i.Method, "path": i.Path, "request": i.Request, "response": i.Response})
		if err != nil {
			t.Fatal(err)
		}
		var one map[string]any
		if err := json.Unmarshal(text, &one); err != nil {
			t.Fatal(err)
		}
		for _, side := range []string{"request", "response"} {
			for _, row := range one[side].([]any) {
				delete(row.(map[string]any), "origin")
				delete(row.(map[string]any), "condition") // in words, which the export made of the rule
			}
		}
		out[i.Cmd] = one
	}
	return out
}
