package gen

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/gen/docs"
)

// TestInterfaces holds the table of docs/interfaces.md: every kind of answer,
// interfaces that are not served, and notifications.
func TestInterfaces(t *testing.T) {
	t.Parallel()
	c := readCase(t, "testdata/interfaces/interfaces.txtar")
	c.compare(t, func(string) (string, error) { return docs.Interfaces(c.load(t), DefaultRoot), nil })
	if diff := cmp.Diff(docs.Interfaces(c.load(t), DefaultRoot), docs.Interfaces(c.load(t), DefaultRoot)); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}
