package docs

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

// The last revision of an interface is shown with its date, where it has one.
func TestHistory(t *testing.T) {
	t.Parallel()
	for date, want := range map[string]string{
		"2026-11-29": "\n最近修订：V1.1（2026-11-29）增加性别。\n",
		"":           "\n最近修订：V1.1，增加性别。\n",
	} {
		s := &spec.System{Changes: []*spec.Change{{Version: "V1.1", Date: date, Text: "增加性别。", Interfaces: []string{"put"}}}}
		var b strings.Builder
		history(&b, &spec.Interface{Cmd: "put", System: s})
		if b.String() != want {
			t.Errorf("%q, want %q", b.String(), want)
		}
	}
}
