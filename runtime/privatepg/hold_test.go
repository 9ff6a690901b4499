//go:build unix

package privatepg

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHold(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", ".jiekou")
	l, err := Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Hold(dir)
	want := fmt.Sprintf("data folder %s is held by jiekoud serve, pid %d, since 2", dir, os.Getpid())
	if err == nil || !strings.HasPrefix(err.Error(), want) ||
		!strings.HasSuffix(err.Error(), "; stop it or use another JIEKOU_DATA_DIR") {
		t.Errorf("got %v\nwant %s", err, want)
	}
	l.Release()
	again, err := Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	again.Release()
}
