package gen

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInterfaces holds the table of docs/interfaces.md: every kind of answer, what
// is not served, and notifications.
func TestInterfaces(t *testing.T) {
	t.Parallel()
	c := readCase(t, "testdata/interfaces/interfaces.txtar")
	c.compare(t, func(string) (string, error) { return Interfaces(c.load(t)), nil })
	if diff := cmp.Diff(Interfaces(c.load(t)), Interfaces(c.load(t))); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}
