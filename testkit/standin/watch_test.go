package standin_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jiekou-dev/jiekou/testkit/standin"
)

// TestWatch wants a change that somebody saved while the files were read, before anybody watched.
func TestWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.yaml")
	save := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("a: 1\n")
	began := standin.State(os.DirFS(dir), ".")
	save("a: 12\n")
	ctx, stop := context.WithCancel(t.Context())
	turns := 0
	standin.Watch(ctx, os.DirFS(dir), ".", began, func() { // it ends with the change, or the test with its time
		turns++
		stop()
	})
	if turns != 1 {
		t.Errorf("%d turns", turns)
	}
}
