package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/disk"
)

// holds fails unless a folder has exactly some files with some contents.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	n := 0
	_ = filepath.WalkDir(dir, func(at string, d os.DirEntry, _ error) error {
		if d.IsDir() || d.Name() == disk.Given {
			return nil
		}
		text, err := os.ReadFile(at)
		name, _ := filepath.Rel(dir, at)
		if want[filepath.ToSlash(name)] != string(text) || err != nil {
			t.Errorf("%s has %q", name, text)
		}
		n++
		return nil
	})
	if n != len(want) {
		t.Errorf("%d files, want %v", n, want)
	}
}

// TestGiveFolder writes into folders that are new, empty or its own, removes what it no longer
// writes, and leaves the files of others alone unless it is forced.
func TestGiveFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	give := func(force bool, files map[string]string) error {
		list := map[string][]byte{}
		for name, text := range files {
			list[name] = []byte(text)
		}
		return disk.GiveFolder(dir, list, force)
	}
	refused := func(err error) {
		t.Helper()
		if way, ok := errors.AsType[*disk.ErrWay](err); !ok || way.Hint == "" {
			t.Errorf("it is %v", err)
		}
	}
	for _, files := range []map[string]string{{"a": "1", "x/y/b": "1"}, {"a": "2", "c": "2"}} {
		if err := give(false, files); err != nil {
			t.Fatal(err)
		}
		holds(t, dir, files)
	}
	if err := os.WriteFile(filepath.Join(dir, "theirs"), []byte("t"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := give(false, map[string]string{"a": "3"}); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{"a": "3", "theirs": "t"})
	refused(give(false, map[string]string{"a": "4", "theirs": "4"}))
	holds(t, dir, map[string]string{"a": "3", "theirs": "t"})
	if err := give(true, map[string]string{"theirs": "5"}); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{"theirs": "5"})
	if err := os.Remove(filepath.Join(dir, disk.Given)); err != nil {
		t.Fatal(err)
	}
	refused(give(false, map[string]string{"a": "6"}))
	for _, list := range []string{"mine", "# Written by jiekou: it replaces the files that are listed here, and no others.\n../theirs\n"} {
		if err := os.WriteFile(filepath.Join(dir, disk.Given), []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
		if give(false, map[string]string{"a": "6"}) == nil {
			t.Errorf("%q is a list", list)
		}
	}
	refused(disk.GiveFolder(filepath.Join(dir, "theirs"), map[string][]byte{"a": nil}, true))
}

// TestGiveFile writes a file that is new or the same, and another one only if it is forced.
func TestGiveFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "new", "a")
	for _, one := range []struct {
		text      string
		force, ok bool
	}{{"1", false, true}, {"1", false, true}, {"2", false, false}, {"2", true, true}} {
		if err := disk.GiveFile(name, []byte(one.text), one.force); (err == nil) != one.ok {
			t.Errorf("%+v: %v", one, err)
		}
	}
	if err := disk.GiveFile(filepath.Dir(name), nil, true); err == nil {
		t.Error("a folder was replaced")
	}
	holds(t, filepath.Dir(name), map[string]string{"a": "2"})
}
