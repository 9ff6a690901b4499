package migrate_test

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/migrate"
)

// TestCurrent brings the systems of the older language along in memory, and holds that
// keys which both versions have are found where they were written.
func TestCurrent(t *testing.T) {
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
		before := fstest.MapFS{}
		for _, f := range c.Files {
			if strings.HasPrefix(f.Name, "spec/") {
				before[f.Name] = &fstest.MapFile{Data: f.Data}
			}
		}
		now, written := migrate.Current(before, "spec")
		if len(written) == 0 {
			t.Errorf("%s: nothing was brought along", file)
		}
		for name := range before {
			was, is := lines(t, before, name), lines(t, now, name)
			for n, line := range is {
				at := written.At(spec.Pos{File: name, Line: n + 1, Col: 1}).Line
				if at < 1 || at > len(was) {
					t.Fatalf("%s: %s:%d was written at %d of %d", file, name, n+1, at, len(was))
				}
				if own(line) && slices.Contains(was, line) && was[at-1] != line {
					t.Errorf("%s: %s:%d %q was written at %d %q", file, name, n+1, line, at, was[at-1])
				}
			}
		}
		if again, more := migrate.Current(now, "spec"); more != nil || again == nil {
			t.Errorf("%s: brought along twice", file)
		}
	}
}

// own reports whether a line is a key of the outermost mapping that stays as it was.
func own(line string) bool {
	key, _, ok := strings.Cut(line, ":")
	return ok && !strings.HasPrefix(line, " ") && !slices.Contains(spec.Replaced(), key)
}

func lines(t *testing.T, fsys fs.FS, name string) []string {
	t.Helper()
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	out := strings.Split(string(text), "\n")
	for i := range out {
		lead := ""
		if strings.HasPrefix(out[i], " ") {
			lead = " "
		}
		out[i] = lead + strings.Join(strings.Fields(out[i]), " ")
	}
	return out
}
