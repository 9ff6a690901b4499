package gen

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadme holds the table of the project's README: every kind of answer, what
// is not served, and notifications.
func TestReadme(t *testing.T) {
	t.Parallel()
	c := readCase(t, "testdata/readme/readme.txtar")
	c.compare(t, func(string) (string, error) { return Readme(c.load(t)), nil })
	if diff := cmp.Diff(Readme(c.load(t)), Readme(c.load(t))); diff != "" {
		t.Errorf("it differs from run to run:\n%s", diff)
	}
}
