package spec

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFormat holds formatted files against the wanted form: testdata/fmt/*.txtar
// has sections in and want.
func TestFormat(t *testing.T) {
	t.Parallel()
	for _, file := range files(t, "testdata/fmt/*.txtar") {
		t.Run(name(file), func(t *testing.T) {
			t.Parallel()
			a, _ := archive(t, file)
			got, err := Format(a.Files[0].Data)
			if err != nil {
				got = []byte(err.Error())
			}
			compare(t, file, a, string(got))
			if err == nil {
				stable(t, got)
			}
		})
	}
}

// stable wants that formatting again changes nothing.
func stable(t *testing.T, src []byte) {
	t.Helper()
	again, err := Format(src)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(src), string(again)); diff != "" {
		t.Errorf("formatting twice (-once +twice):\n%s", diff)
	}
}

// TestFormatReal formats every file of the embedded systems: they keep their
// meaning and their comments, and load as before.
func TestFormatReal(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(Embedded(), "spec", func(path string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		src, err := fs.ReadFile(Embedded(), path)
		if err != nil {
			return err
		}
		out, err := Format(src)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		stable(t, out)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// FuzzFormat formats any text: no panic, and what comes out is stable.
func FuzzFormat(f *testing.F) {
	for _, one := range []string{"good/shop", "fmt/comments", "fmt/scalars"} {
		a, _ := archive(f, "testdata/"+one+".txtar")
		for _, one := range a.Files {
			f.Add(string(one.Data))
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		out, err := Format([]byte(src))
		if err != nil {
			return
		}
		stable(t, out)
	})
}
