package convert_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer/convert"
)

// TestWithout says what to install where no program is there.
func TestWithout(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, want := range map[string]string{"a.doc": "LibreOffice", "a.pdf": "poppler", "a.xls": ".xlsx"} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := convert.File(t.Context(), file); err == nil || !strings.Contains(err.Error(), want) || !convert.Needed(name) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if convert.Needed("a.docx") {
		t.Error("a .docx is read as it is")
	}
}

// TestWith converts by a program that is there: here a script in its place.
func TestWith(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\nfor last; do :; done\necho text > \"$last\"\n"
	if err := os.WriteFile(filepath.Join(bin, "pdftotext"), []byte(script), 0o700); err != nil { //nolint:gosec // a program must be executable
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	as, data, err := convert.File(t.Context(), filepath.Join(bin, "接口.pdf"))
	if err != nil || as != "接口.txt" || string(data) != "text\n" {
		t.Errorf("%s %q %v", as, data, err)
	}
}
