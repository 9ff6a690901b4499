package disk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/disk"
)

// FuzzManifest deletes what a list of anybody's names: never a file beside generated/,
// nor one without the mark.
func FuzzManifest(f *testing.F) {
	for _, s := range []string{"old.go\n", "../mine.go\n", "/etc/passwd", "a/../../mine.go", "old.go/", ".", "", "mine.go\r\nold.go", "\x00", "MANIFEST\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, manifest string) {
		dir := t.TempDir()
		write(t, dir, "mine.go", "mine")
		write(t, dir, "generated/mine.go", "mine")
		write(t, dir, "generated/old.go", generated)
		write(t, dir, "generated/MANIFEST", manifest)
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = root.Close() }() // of a folder for tests
		out, err := disk.Compare(root, disk.Tree{Folder: "generated", Manifest: "MANIFEST", Files: map[string][]byte{}}, disk.Block{})
		if err == nil {
			err = out.Apply()
		}
		for _, name := range []string{"mine.go", "generated/mine.go"} {
			if _, lost := os.Stat(filepath.Join(dir, name)); lost != nil {
				t.Errorf("%q: %v (%v)", manifest, lost, err)
			}
		}
		_, gone := os.Stat(filepath.Join(dir, "generated/old.go"))
		if gone != nil && !strings.Contains(manifest, "old.go") {
			t.Errorf("%q: old.go is gone", manifest)
		}
	})
}
