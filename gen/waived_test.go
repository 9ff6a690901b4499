package gen

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestWaived generates and compiles each bad example of a rule that may be waived, with
// waivers for all that is found: nothing that a waiver lets through stops a generator.
func TestWaived(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../spec/testdata/bad/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	for _, file := range files {
		id, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txtar"), "-")
		if !check.Waivable(id) {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			fsys := waivedExample(t, file)
			set, err := load.Systems(fsys, "spec")
			if found, ok := errors.AsType[spec.Findings](err); ok {
				t.Skipf("another rule finds %s", found[0].ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			files, err := Generate(set, testOptions())
			if _, refused := errors.AsType[*spec.Refusal](err); refused {
				return // check says so
			}
			if err != nil {
				t.Fatal(err)
			}
			compile(t, files)
		})
	}
}

// waivedExample is a bad example over its small system, with a waiver behind each line
// that has a finding.
func waivedExample(t *testing.T, file string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	example := parseArchive(t, file)
	home := strings.Split(example.Files[0].Name, "/")[1]
	for _, f := range append(parseArchive(t, "../spec/testdata/good/"+home+".txtar").Files, example.Files...) {
		switch {
		case !strings.HasPrefix(f.Name, "spec/"):
		case len(f.Data) == 0:
			delete(fsys, f.Name)
		default:
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	l, err := load.All(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range l.Findings {
		lines := strings.Split(string(fsys[f.Pos.File].Data), "\n")
		lines[f.Pos.Line-1] += " # waive " + f.ID + " on 2026-11-28: the example of the rule"
		fsys[f.Pos.File] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
	}
	return fsys
}
