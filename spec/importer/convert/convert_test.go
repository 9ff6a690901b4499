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
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	for _, one := range []struct{ name, data, want string }{
		{"a.doc", "x", "LibreOffice"},
		{"a.pdf", "x", "poppler"},
		{"a.xls", "x", ".xlsx"},
		{"a.docx", ole, "LibreOffice"},
		{"a.xlsx", ole, ".xlsx"},
		{"a.docx", "%PDF-1.5", "poppler"},
	} {
		if _, _, err := convert.File(t.Context(), filepath.Join(t.TempDir(), one.name), []byte(one.data)); err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s %q: %v, want %s", one.name, one.data, err, one.want)
		}
	}
	for name, want := range map[string]string{"a.docx": "a.docx", "a.doc": "a.docx", "a.xls": "a.xlsx", "a.md": "a.md"} {
		if as, data, err := convert.File(t.Context(), name, []byte("PK\x03\x04")); err != nil || as != want || string(data) != "PK\x03\x04" {
			t.Errorf("%s: %s %q %v, want %s as it is", name, as, data, err, want)
		}
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
	as, data, err := convert.File(t.Context(), filepath.Join(bin, "接口.pdf"), nil)
	if err != nil || as != "接口.txt" || string(data) != "text\n" {
		t.Errorf("%s %q %v", as, data, err)
	}
}
