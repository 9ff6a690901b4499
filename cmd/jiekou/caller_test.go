package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit"
)

// TestGoClient exports the client in Go into the module of a partner, whose program calls the
// mock with it.
func TestGoClient(t *testing.T) {
	t.Parallel()
	app := testkit.Mock(t, spec.Embedded(), "lianfa")
	secrets, err := json.Marshal(app.Secrets)
	if err != nil {
		t.Fatal(err)
	}
	f := newForeign(t, "example.com/partner", "caller")
	f.run(t.Context(), t, "jiekou export client --lang go --built-in --system lianfa --out house")
	f.run(t.Context(), t, "go vet ./...")
	out := f.run(t.Context(), t, strings.Join([]string{"go run .", app.URL, app.ID, string(secrets)}, " "))
	for n, want := range []string{"mobile", "2001", "1 "} {
		if lines := strings.Split(out, "\n"); !strings.Contains(lines[n], want) {
			t.Errorf("call %d: %q, want %s", n, lines[n], want)
		}
	}
}
