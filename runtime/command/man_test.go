package command_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// TestMan holds that a program writes a page for each of its commands, with its flags,
// and none for what is hidden.
func TestMan(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man1")
	root := &cobra.Command{Use: "tool", Short: "Works"}
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	try := &cobra.Command{Use: "try FILE", Short: "Try a file", Long: "try opens a file.", Run: func(*cobra.Command, []string) {}}
	try.Flags().Bool("twice", false, "once more")
	root.AddCommand(try, &cobra.Command{Use: "secret", Hidden: true, Run: func(*cobra.Command, []string) {}})
	if code := command.Main(context.Background(), root, []string{"man", dir}); code != command.Fine {
		t.Fatalf("exit %d", code)
	}
	for name, want := range map[string]bool{"tool.1": true, "tool-try.1": true, "tool-secret.1": false, "tool-man.1": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "tool-try.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`.TH "TOOL-TRY" "1"`, "try opens a file", `\fB--twice\fP`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page of try lacks %s:\n%s", want, text)
		}
	}
}
