package importer_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/spec/importer"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/load"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden imports a document of each layout and holds its interfaces against golden
// YAML; all of it passes check.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"orders.md", "stock.html", "pay.rst", "sms.txt"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			doc, err := document.Read(name, data)
			if err != nil {
				t.Fatal(err)
			}
			got := written(t, importer.From([]*document.Document{doc}))
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// written is the interfaces of a draft as YAML, and what was left. It fails where check
// finds anything.
func written(t *testing.T, d *importer.Draft) string {
	t.Helper()
	files, err := d.Files("sample")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	var b strings.Builder
	for _, f := range files {
		fsys["spec/"+f.Path] = &fstest.MapFile{Data: f.Text}
		if strings.Contains(f.Path, "/api/") {
			b.WriteString("== " + f.Path + "\n" + string(f.Text))
		}
	}
	if _, err := load.Systems(fsys, "spec"); err != nil {
		t.Errorf("check: %v", err)
	}
	for _, l := range d.Left {
		b.WriteString("== left: " + l.Place + ": " + l.Why + ": " + l.Head + "\n")
	}
	for _, c := range d.Codes {
		b.WriteString("== code " + c.Code + " " + c.Text + "\n")
	}
	return b.String()
}

// TestNothing says so where a document has no interface.
func TestNothing(t *testing.T) {
	t.Parallel()
	doc, err := document.Read("a.txt", []byte("nothing here"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.From([]*document.Document{doc}).Files("sample"); err == nil || !strings.Contains(err.Error(), "no interface was found") {
		t.Error(err)
	}
	if _, err := importer.From(nil).Files("no name"); err == nil {
		t.Error("a name that is none")
	}
}
