package main_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// foreign is a module of another team in a folder of its own, which uses this
// checkout of jiekou.
type foreign struct{ root string }

// newForeign makes a module with the files of a folder in testdata.
func newForeign(t *testing.T, name, folder string) *foreign {
	t.Helper()
	f := &foreign{root: t.TempDir()}
	checkout, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(mod), "module "+module, "module "+name, 1) +
		"\nrequire " + module + " v0.0.0\nreplace " + module + " => " + checkout + "\n"
	f.write(t, "go.mod", text)
	sums, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, "go.sum", string(sums))
	if err := os.CopyFS(f.root, os.DirFS(filepath.Join("testdata", folder))); err != nil {
		t.Fatal(err)
	}
	return f
}

// write writes a file of the module.
func (f *foreign) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(f.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a command in the module; it must succeed.
func (f *foreign) run(ctx context.Context, t *testing.T, command string) string {
	t.Helper()
	words := strings.Fields(command)
	c := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // the commands are in this file
	c.Dir = f.root
	c.Env = append(os.Environ(), goEnv()...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// goEnv is how Go builds a module of a test: offline, and with the flags of this test, so
// that what it uses of the checkout comes from the build cache.
func goEnv() []string {
	return []string{"GOFLAGS=" + strings.TrimSpace(os.Getenv("GOFLAGS")+" -mod=mod"), "GOPROXY=off", "GOWORK=off"}
}
