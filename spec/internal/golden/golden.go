// Package golden reads the cases of tests, txtar files that end in the section
// want, and holds results against that section. go test -update rewrites it.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

const want = "want" // name of the section with the expected text

// Case is one txtar file.
type Case struct {
	Name string         // of the file, without folder and extension
	File string         // as it was found
	FS   fstest.MapFS   // its sections, but for want
	text *txtar.Archive // with want
}

// First returns the name and the text of the first section.
func (c *Case) First() (name string, text []byte) { return c.text.Files[0].Name, c.text.Files[0].Data }

// Read reads one case.
func Read(t testing.TB, file string) *Case {
	t.Helper()
	a, err := txtar.ParseFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	c := &Case{Name: strings.TrimSuffix(filepath.Base(file), ".txtar"), File: file, FS: fstest.MapFS{}, text: a}
	for _, f := range a.Files {
		if f.Name != want {
			c.FS[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return c
}

// Each runs a test for each case of a pattern, side by side.
func Each(t *testing.T, pattern string, run func(t *testing.T, c *Case)) {
	t.Helper()
	list, err := filepath.Glob(filepath.FromSlash(pattern))
	if err != nil || len(list) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	for _, file := range list {
		c := Read(t, file)
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			run(t, c)
		})
	}
}

// Want holds got against the section want, or writes it there with -update.
func (c *Case) Want(t *testing.T, got string) {
	t.Helper()
	got = strings.TrimSuffix(got, "\n") + "\n"
	last := &c.text.Files[len(c.text.Files)-1]
	if *update {
		if last.Name != want {
			c.text.Files = append(c.text.Files, txtar.File{Name: want})
			last = &c.text.Files[len(c.text.Files)-1]
		}
		last.Data = []byte(got)
		if err := os.WriteFile(c.File, txtar.Format(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if last.Name != want {
		t.Fatalf("%s has no section %q; run with -update", c.File, want)
	}
	if diff := cmp.Diff(string(last.Data), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", c.File, diff)
	}
}
