package diff_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestGuards holds that guards of one message about one value are each compared with
// themselves, whatever the others are.
func TestGuards(t *testing.T) {
	t.Parallel()
	guards := func(list ...string) string {
		const one = "      - {window: time, within: 5m, else: E402}\n"
		return one + strings.Join(list, "")
	}
	like := func(pattern string) string { return "      - {like: time, pattern: \"" + pattern + "\", else: E402}\n" }
	a, b, c := like("[0-9]+"), like("1.*"), like(".{10}")
	for _, e := range []struct{ before, after, want string }{
		{guards(a, b), guards(a, b), ""},
		{guards(a, b), guards(a), "protocol-guard-removed"},
		{guards(a, b), guards(b), "protocol-guard-removed"},
		{guards(a), guards(a, b), "protocol-guard-added"},
		{guards(a), guards(b, a), "protocol-guard-added"},
		{guards(a, b), guards(a, c), "protocol-guard-changed"},
		{guards(a, b), guards(c, b), "protocol-guard-changed"},
		{guards(a, b), guards(b, a), "protocol-refusal-changed"},
		{guards(a, b), guards(a, b, c), "protocol-guard-added"},
	} {
		got := diff.Diff(model(t, edited(t, "system", guards(), e.before)), model(t, edited(t, "system", guards(), e.after)))
		if text := strings.Join(ids(got), " "); text != e.want || len(got) > 1 {
			t.Errorf("%s becomes %s: %q, want %q", e.before, e.after, text, e.want)
		}
	}
}
