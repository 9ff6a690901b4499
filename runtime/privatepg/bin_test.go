//go:build unix

package privatepg

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindBin(t *testing.T) {
	t.Parallel()
	dir, err := FindBin()
	if err != nil || !isBin(dir) {
		t.Fatalf("got %q, %v", dir, err)
	}
	for _, words := range []string{"apt-get install postgresql", "brew install postgresql", "DATABASE_URL"} {
		if !strings.Contains(ErrNoBinaries.Error(), words) {
			t.Errorf("the error does not say %q", words)
		}
	}
}

func TestBinSetting(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	_, err := Open(t.Context(), Config{DataDir: dir, Bin: "/nowhere"})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/postgres") {
		t.Errorf("got %v", err)
	}
	bin := filepath.Join(filepath.Dir(dir), "bin")
	if err := os.Mkdir(bin, 0o711); err != nil {
		t.Fatal(err)
	}
	const script = "#!/bin/sh\necho 'postgres (PostgreSQL) 15.1'\necho no space left on device >&2\nexit $(( $# > 1 ))\n"
	for _, name := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, err = Open(t.Context(), Config{DataDir: dir, Bin: bin})
	if err == nil || !strings.Contains(err.Error(), "initdb: exit status 1: postgres (PostgreSQL) 15.1 | no space left") {
		t.Errorf("got %v", err)
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]int{
		"/usr/lib/postgresql/9.6/bin": 6, "/usr/lib/postgresql/17/bin": 17, "/opt/postgresql@16/bin": 16, "/usr/bin": 0,
	} {
		if got := number(path); got != want {
			t.Errorf("number(%q) = %d, want %d", path, got, want)
		}
	}
}
