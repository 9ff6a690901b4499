package document_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/gen/export/document"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer"
	read "github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/write"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestSameYAML exports systems that were not written from a document, as Word and as
// Markdown, and imports that: the interfaces are the same, row by row, with every rule.
func TestSameYAML(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(os.DirFS("testdata"), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		plain := s.Name == "flat" // its replies have code and text beside their own rows
		for name, export := range map[string]func(*spec.System) ([]byte, error){s.Name + ".md": document.Markdown, s.Name + ".docx": document.DOCX} {
			text, err := export(s)
			if err != nil {
				t.Fatal(err)
			}
			again := imported(t, s.Name, name, text)
			if diff := cmp.Diff(told(t, s), told(t, again)); diff != "" {
				t.Errorf("%s (-exported +imported):\n%s", name, diff)
			}
			if s.Name == "tagged" && strings.HasSuffix(name, ".md") && strings.Count(string(text), "```xml\n<xml>") != 4 {
				t.Errorf("the samples of %s are no XML:\n%s", name, text)
			}
			if rows := again.Interfaces[0].Frame; plain && (len(rows) != 2 || rows[1].Label != "错误描述" || rows[1].Length != 64) {
				t.Errorf("%s: the rows of all replies are %v", name, rows)
			}
		}
	}
}

// drafted is the draft that an import makes of a document.
func drafted(t *testing.T, name string, text []byte) *draft.Draft {
	t.Helper()
	doc, err := read.Read(name, text)
	if err != nil {
		t.Fatal(err)
	}
	found, err := importer.From([]*read.Document{doc}, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// imported is the system that an import makes of a document.
func imported(t *testing.T, system, name string, text []byte) *spec.System {
	t.Helper()
	files, err := write.Files(drafted(t, name, text), system)
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
	return again.Systems[0]
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
	for _, i := range s.Interfaces {
		one := out[i.Cmd].(map[string]any)
		frame := slices.DeleteFunc(slices.Clone(i.Frame), func(f *spec.Field) bool { return f.Ours })
		one["response"] = one["response"].([]any)[len(frame):] // those of all replies are in front
	}
	return out
}

// TestSameChapters wants the groups of a system and of its codes to come back, with their
// names, titles and sections, and every interface and code in its own.
func TestSameChapters(t *testing.T) {
	t.Parallel()
	var systems []*spec.System
	for _, from := range []fs.FS{spec.Embedded(), os.DirFS("testdata"), os.DirFS("../../../cmd/jiekou/testdata/exercise")} {
		set, err := load.Systems(from, "spec")
		if err != nil {
			t.Fatal(err)
		}
		systems = append(systems, set.Systems...)
	}
	for _, s := range systems {
		for name, export := range map[string]func(*spec.System) ([]byte, error){s.Name + ".md": document.Markdown, s.Name + ".docx": document.DOCX} {
			text, err := export(s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(chapters(s), chapters(imported(t, s.Name, name, text))); diff != "" {
				t.Errorf("%s (-exported +imported):\n%s", name, diff)
			}
		}
	}
}

// chapters are what is in each group of a system, and in each of its codes, without what is ours.
func chapters(s *spec.System) map[string][]string {
	out := map[string][]string{"": {s.Title, s.Version, s.Date}}
	for _, g := range s.Groups {
		for _, i := range s.InGroup(g) {
			if name := g.Section + " " + g.Title + " " + g.Name; !i.Ours {
				out[name] = append(out[name], i.Cmd)
			}
		}
	}
	for _, g := range s.Errors {
		for _, e := range g.Errors {
			if name := g.Section + " " + g.Title; !e.Ours {
				out[name] = append(out[name], e.Code)
			}
		}
	}
	return out
}
