package lsp_test

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/spec/reference"
)

// TestEditor is a real editor that talks to the command. It is skipped where Neovim is
// not installed.
func TestEditor(t *testing.T) {
	t.Parallel()
	nvim, err := exec.LookPath("nvim")
	if err != nil {
		t.Skip("Neovim is not installed: apt-get install neovim")
	}
	dir := t.TempDir()
	program, out := filepath.Join(dir, "jiekou"), filepath.Join(dir, "out.txt")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../cmd/jiekou").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	examples, err := fs.Sub(reference.Own(), "example")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "spec"), examples); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, nvim, "--headless", "-u", "NONE", "-c", "luafile testdata/editor.lua")
	cmd.Env = append(os.Environ(), "JIEKOU="+program, "ROOT="+dir, "OUT="+out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want := `JK0306 unknown column type "strng" / hint: did you mean "string"?
0 left:  book:     {type: string, length: 16, required: true, label: 图书编号}
definition spec/library/table/book.yaml
`
	if string(got) != want {
		t.Errorf("the editor saw\n%swant\n%s", got, want)
	}
}
