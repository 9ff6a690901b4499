package yamltree_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// TestLong holds that no text keeps a reader busy, and that nothing said about it is
// long. The bound is a deadline of the test, far above what any of them takes.
func TestLong(t *testing.T) {
	t.Parallel()
	keys := make([]string, 90_000)
	deeper := make([]string, 1_400)
	for i := range keys {
		keys[i] = fmt.Sprintf("k%d: 1", i)
	}
	for i := range deeper {
		deeper[i] = strings.Repeat(" ", i) + "k:"
	}
	for name, text := range map[string]string{
		"open lists": strings.Repeat("[", 200_000), "open mappings": strings.Repeat("{a: ", 9_000),
		"lists on one line": strings.Repeat("- ", 200_000), "keys on one line": strings.Repeat("? ", 200_000),
		"many keys": strings.Join(keys, "\n"), "deeper and deeper": strings.Join(deeper, "\n"),
		"a long text": "a: " + strings.Repeat("x", yamltree.MaxSize-10), "more than may be": strings.Repeat("x", yamltree.MaxSize+1),
		"aliases": "a: &a [x]\nb: [" + strings.Repeat("*a, ", 150_000) + "]",
		"merges":  "a: &a {x: 1}\nb:\n" + strings.Repeat("  - {<<: *a}\n", 40_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			done := make(chan spec.Findings, 1)
			go func() {
				var to spec.Collector
				to.Source("f.yaml", []byte(text))
				yamltree.Parse(&to, "f.yaml", []byte(text))
				done <- to.Sorted()
			}()
			select {
			case found := <-done:
				if len(found.Error()) > 2_000 {
					t.Errorf("%d findings of %d bytes", len(found), len(found.Error()))
				}
			case <-time.After(30 * time.Second):
				t.Fatal("it takes more than 30 s")
			}
		})
	}
}

// TestReadFile holds what is no file of the language.
func TestReadFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(at("spec/shop"), 0o755))
	must(os.WriteFile(at("secret.yaml"), []byte("secret"), 0o600))
	must(os.WriteFile(at("spec/shop/a.yaml"), []byte("fine"), 0o600))
	must(os.WriteFile(at("spec/shop/long.yaml"), make([]byte, yamltree.MaxSize+1), 0o600))
	must(syscall.Mkfifo(at("spec/shop/pipe.yaml"), 0o600))
	for name, target := range map[string]string{
		"link.yaml": "a.yaml", "twice.yaml": "link.yaml", "out.yaml": "../../secret.yaml", "far.yaml": at("secret.yaml"),
		"zero.yaml": "/dev/zero", "loop.yaml": "loop.yaml", "nothing.yaml": "gone.yaml",
	} {
		must(os.Symlink(target, at("spec/shop/"+name)))
	}
	for name, want := range map[string]string{
		"a.yaml": "", "link.yaml": "", "twice.yaml": "",
		"long.yaml": "at most 1048576", "pipe.yaml": "not a regular file", "out.yaml": "leaves spec/", "far.yaml": "leaves spec/",
		"zero.yaml": "leaves spec/", "loop.yaml": "without end", "nothing.yaml": "no such file",
	} {
		text, err := yamltree.ReadFile(os.DirFS(dir), "spec", "spec/shop/"+name)
		switch {
		case want == "" && (err != nil || string(text) != "fine"):
			t.Errorf("%s: %q, %v", name, text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %q, %v; want %q", name, text, err, want)
		}
	}
	for name, want := range map[string]string{"pipe.yaml": "not a regular file", "zero.yaml": "not a regular file", "a.yaml": ""} {
		if _, err := fs.ReadFile(yamltree.Folder(dir), "spec/shop/"+name); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s of the folder: %v; want %q", name, err, want)
		}
	}
}
