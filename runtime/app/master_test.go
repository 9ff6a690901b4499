package app

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func TestOpenMaster(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "master.key")
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids { // all at once: one key
		all.Go(func() {
			m, err := OpenMaster(path)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = m.ID()
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] || len(id) != 8 {
			t.Errorf("keys %v", ids)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil || !regexp.MustCompile(`^[0-9a-f]{64}\n$`).Match(text) {
		t.Errorf("file: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode: %v, %v", info, err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("files: %v, %v", left, err)
	}
}

func TestOpenMasterRefuses(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("0f", 32)
	for name, test := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"readable by the group": {good, 0o640, "type: chmod 600 "},
		"readable by all":       {good, 0o604, "can be read by others (mode 0604)"},
		"empty":                 {"", 0o600, "not 64 hex characters"},
		"short":                 {good[2:], 0o600, "not 64 hex characters"},
		"long":                  {good + "00", 0o600, "not 64 hex characters"},
		"no hex":                {strings.Repeat("zz", 32), 0o600, "not 64 hex characters"},
		"two lines":             {good + "\n" + good, 0o600, "not 64 hex characters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "master.key")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, test.mode); err != nil {
				t.Fatal(err)
			}
			_, err := OpenMaster(path)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), good[:16]) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	m, err := newMaster("a file", bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	sealed := m.seal("lianfa", "301", "token", "a secret")
	if again := m.seal("lianfa", "301", "token", "a secret"); bytes.Equal(sealed, again) {
		t.Error("two seals are equal")
	}
	if got, err := m.open("lianfa", "301", "token", sealed); err != nil || got != "a secret" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, at := range [][3]string{
		{"lianfa", "301", "appkey"}, {"lianfa", "302", "token"}, {"u8", "301", "token"}, {"lianfa3", "01", "token"},
	} {
		if _, err := m.open(at[0], at[1], at[2], sealed); err == nil {
			t.Errorf("opens at %v", at)
		}
	}
	for i := range sealed {
		bent := bytes.Clone(sealed)
		bent[i] ^= 1
		if _, err := m.open("lianfa", "301", "token", bent); err == nil {
			t.Errorf("opens with byte %d changed", i)
		}
		if _, err := m.open("lianfa", "301", "token", sealed[:i]); err == nil {
			t.Errorf("opens when cut at %d", i)
		}
	}
	other, err := newMaster("b file", bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.open("lianfa", "301", "token", sealed); !errors.Is(err, ErrMasterKey) {
		t.Errorf("another key: %v", err)
	}
}
