package migrate_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec/migrate"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestFolder rewrites systems of the older language: the four of this project as they
// were, and one with everything that a signature could say.
func TestFolder(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	for _, file := range files {
		c, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		before, want := fstest.MapFS{}, &txtar.Archive{Comment: c.Comment}
		for _, f := range c.Files {
			if strings.HasPrefix(f.Name, "want/") {
				want.Files = append(want.Files, f)
			} else {
				before[f.Name] = &fstest.MapFile{Data: f.Data}
			}
		}
		change, err := migrate.Folder(before, "spec")
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		got := &txtar.Archive{Comment: c.Comment, Files: wanted(change)}
		if *update {
			kept := c.Files[:0:0]
			for _, f := range c.Files {
				if !strings.HasPrefix(f.Name, "want/") {
					kept = append(kept, f)
				}
			}
			c.Files = append(kept, got.Files...)
			if err := os.WriteFile(file, txtar.Format(c), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(string(txtar.Format(want)), string(txtar.Format(got))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
		again(t, file, before, change)
	}
}

// wanted is a change as sections of a case, in the order of names.
func wanted(c *migrate.Change) (list []txtar.File) {
	fsys := fstest.MapFS{}
	for name, text := range c.Files {
		fsys[name] = &fstest.MapFile{Data: text}
	}
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error { // a map has no faults
		if err == nil && !d.IsDir() {
			list = append(list, txtar.File{Name: "want/" + name, Data: fsys[name].Data})
		}
		return nil
	})
	if len(c.Notes) > 0 {
		list = append(list, txtar.File{Name: "want/notes", Data: []byte(strings.Join(c.Notes, "\n") + "\n")})
	}
	return list
}

// again holds that nothing is left to rewrite.
func again(t *testing.T, file string, before fstest.MapFS, change *migrate.Change) {
	t.Helper()
	for name, text := range change.Files {
		before[name] = &fstest.MapFile{Data: text}
	}
	more, err := migrate.Folder(before, "spec")
	if err != nil || len(more.Files) > 0 {
		t.Errorf("%s: rewritten twice: %d files, %v", file, len(more.Files), err)
	}
}

// TestRefused holds that YAML that cannot be read is refused with its place.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no YAML":             "envelope: {\n",
		"nothing in it":       "reply: {code: a}\n",
		"a key that is twice": "signature: {app: query.a}\nsignature: {}\n",
	} {
		if _, err := migrate.System(migrate.Input{System: []byte(text)}); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}
