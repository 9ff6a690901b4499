package cache_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/cache"
	"github.com/jiekou-dev/jiekou/spec"
)

// TestKey changes everything that an output follows from, one thing at a time: each file of the
// embedded systems by a byte, by its name and by its absence, the module and the program.
func TestKey(t *testing.T) {
	t.Parallel()
	whole := fstest.MapFS{}
	err := fs.WalkDir(spec.Embedded(), "spec", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(spec.Embedded(), name)
		whole[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil || len(whole) < 50 {
		t.Fatalf("%d files: %v", len(whole), err)
	}
	const module = "example.com/shop"
	seen := map[string]string{}
	key := func(what, program string, files fs.FS, module string) {
		t.Helper()
		k, err := cache.Key([]byte(program), files, "spec", module)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[k]; ok {
			t.Errorf("%s has the key of %s", what, other)
		}
		seen[k] = what
	}
	key("what is there", "1", whole, module)
	key("another program", "2", whole, module)
	key("no file", "1", fstest.MapFS{"spec": &fstest.MapFile{Mode: fs.ModeDir}}, module)
	key("another module", "1", whole, "example.com/shops")
	key("one digest beside another", "1e", whole, "xample.com/shop")
	some := 0
	for name, file := range whole {
		if some++; some > 40 {
			break // one file is like another
		}
		files := maps.Clone(whole)
		files[name] = &fstest.MapFile{Data: append([]byte{' '}, file.Data...)}
		key(name+" with a space", "1", files, module)
		delete(files, name)
		key("without "+name, "1", files, module)
		files[name+"x"] = file
		key(name+" renamed", "1", files, module)
	}
}

// TestGenerate wants an output once, and again whenever what is kept cannot be read.
func TestGenerate(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	t.Setenv("HOME", dir)
	t.Setenv("LocalAppData", dir)
	made := 0
	ask := func(text string, wrong error) (string, int) {
		t.Helper()
		before := made
		files := fstest.MapFS{"spec/shop/system.yaml": &fstest.MapFile{Data: []byte(text)}}
		out, err := cache.Generate(files, "spec", "example.com/shop", func() (*cache.Output, error) {
			made++
			return &cache.Output{Files: map[string][]byte{"generated/a": []byte("of " + text)}, Table: "t"}, wrong
		})
		if !errors.Is(err, wrong) {
			t.Fatalf("the error is %v", err)
		}
		if err == nil && out.Table != "t" {
			t.Errorf("the table is %q", out.Table)
		}
		return string(out.Files["generated/a"]), made - before
	}
	want := func(what, text string, times int) {
		t.Helper()
		if got, n := ask(text, nil); got != "of "+text || n != times {
			t.Errorf("%s: %q, generated %d times, want %d", what, got, n, times)
		}
	}
	if _, n := ask("one", errors.New("a finding")); n != 1 {
		t.Error("what has findings was not generated")
	}
	want("after findings", "one", 1)
	want("again", "one", 0)
	want("changed", "two", 1)
	want("as before", "one", 0)
	files, err := filepath.Glob(filepath.Join(dir, "*", "*", "*"))
	if more, _ := filepath.Glob(filepath.Join(dir, "*", "*", "*", "*")); len(files) == 0 {
		files = more // Library/Caches
	}
	if err != nil || len(files) != 2 {
		t.Fatalf("%d files are kept: %v", len(files), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text[len(text)-1]++
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want("spoiled", "one", 1)
	for n := range 40 {
		want("many", fmt.Sprint("number ", n), 1)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(files[0]), "*")); len(left) != 16 {
		t.Errorf("%d files are kept", len(left))
	}
	want("the last one", "number 39", 0)
	large := filepath.Join(filepath.Dir(files[0]), "large")
	if f, err := os.Create(large); err != nil || f.Truncate(1<<30) != nil || f.Close() != nil { //nolint:gosec // in the test's folder
		t.Fatal(err)
	}
	want("beside what fills the room", "more", 1)
	if _, err := os.Stat(large); err == nil {
		t.Error("more than the room is kept")
	}
	want("the last one", "more", 0)
}
