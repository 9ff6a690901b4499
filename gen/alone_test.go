package gen_test

import (
	"path"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestAlone: a client in Go has nothing of a server, and says how it is used.
func TestAlone(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		files, err := gen.Alone(s, "example.com/partner", "client")
		if err != nil {
			t.Fatal(err)
		}
		if first := string(files["README.md"]); !strings.Contains(first, "example.com/partner/client/"+s.Name) || !strings.Contains(first, ".NewClient(") {
			t.Errorf("the README of %s has no first call:\n%s", s.Name, first)
		}
		for name, text := range files {
			if ext := path.Ext(name); ext != ".go" && name != "README.md" {
				t.Errorf("%s: %s is no part of a client", s.Name, name)
			}
			for _, one := range []string{"runtime/store", "runtime/migrate", "runtime/outbox", "//go:embed", "jiekou/runtime/notify"} {
				if strings.Contains(string(text), one) {
					t.Errorf("%s: %s has %s", s.Name, name, one)
				}
			}
		}
	}
}
