package gen

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// embeddedSet is the systems of the project.
func embeddedSet(t testing.TB) *spec.Set {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// same is how often TestSameBytes generates. A run takes seconds: nights take more of them.
var same = flag.Int("same", 2, "how often TestSameBytes generates again")

// embeddedFiles are what is generated from the systems of the project, once.
var embeddedFiles = sync.OnceValues(func() (Files, error) {
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		return nil, err
	}
	return Generate(set, testOptions())
})

// embeddedPrint returns what is generated from the systems of the project.
func embeddedPrint(t testing.TB) Files {
	t.Helper()
	files, err := embeddedFiles()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestSameBytes generates again and again, from models loaded anew. TestTouchesNothing
// does it once more.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	first := embeddedPrint(t)
	var set *spec.Set
	for n := range *same {
		if n%4 == 0 {
			set = embeddedSet(t)
		}
		again, err := Generate(set, testOptions())
		if err != nil {
			t.Fatal(err)
		}
		equal(t, first, again)
	}
}

// equal holds files against others.
func equal(t *testing.T, first, again Files) {
	t.Helper()
	for _, name := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(first.Paths(), again.Paths())))) {
		if !bytes.Equal(first[name], again[name]) {
			t.Fatalf("another run prints %s otherwise", name)
		}
	}
}

// TestManifest holds the list of what was generated against what was generated.
func TestManifest(t *testing.T) {
	t.Parallel()
	files := embeddedPrint(t)
	listed := map[string]bool{ManifestName: true}
	lines := strings.Split(strings.TrimSuffix(string(files[path.Join(DefaultRoot, ManifestName)]), "\n"), "\n")
	for _, line := range lines {
		if listed[line] {
			t.Errorf("%s is listed twice", line)
		}
		listed[line] = true
	}
	if !slices.IsSorted(lines) {
		t.Error("the list is not sorted")
	}
	printed := map[string]bool{}
	for _, name := range files.Paths() {
		rest, ok := strings.CutPrefix(name, DefaultRoot+"/")
		if !ok || path.Clean(name) != name || strings.Contains(name, `\`) {
			t.Errorf("%s does not stand below %s", name, DefaultRoot)
		}
		printed[rest] = true
	}
	if !maps.Equal(listed, printed) {
		t.Errorf("%d files are listed, %d printed", len(listed), len(printed))
	}
}

// TestTouchesNothing generates in an empty folder. It cannot run in parallel:
// the working folder belongs to the process.
func TestTouchesNothing(t *testing.T) { // t.Chdir: not parallel
	set := embeddedSet(t)
	folder := t.TempDir()
	t.Chdir(folder)
	files, err := Generate(set, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, embeddedPrint(t), files)
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		t.Errorf("the folder holds %d entries (%v)", len(entries), err)
	}
}

// TestEmbeddedWellFormed holds the real output against the same form as the
// cases.
func TestEmbeddedWellFormed(t *testing.T) {
	t.Parallel()
	files := embeddedPrint(t)
	compile(t, files)
	wellFormed(t, files)
	embedded(t, files)
	builtEverywhere(t, files)
}
