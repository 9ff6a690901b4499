package format_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/internal/golden"
)

// TestFormat holds formatted files against the wanted form: testdata/*.txtar
// has sections in and want.
func TestFormat(t *testing.T) {
	t.Parallel()
	golden.Each(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		_, text := c.First()
		got, err := format.YAML(text)
		if err != nil {
			got = []byte(err.Error())
		}
		c.Want(t, string(got))
		if err == nil {
			stable(t, got)
		}
	})
}

// stable wants that formatting again changes nothing.
func stable(t *testing.T, src []byte) {
	t.Helper()
	again, err := format.YAML(src)
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
	err := fs.WalkDir(spec.Embedded(), "spec", func(path string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		src, err := fs.ReadFile(spec.Embedded(), path)
		if err != nil {
			return err
		}
		out, err := format.YAML(src)
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

// FuzzFormat formats any text: no panic, and the output is stable.
func FuzzFormat(f *testing.F) {
	for _, one := range []string{"../testdata/good/shop", "testdata/comments", "testdata/scalars"} {
		for _, file := range golden.Read(f, one+".txtar").FS {
			f.Add(string(file.Data))
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		out, err := format.YAML([]byte(src))
		if err != nil {
			return
		}
		stable(t, out)
	})
}
