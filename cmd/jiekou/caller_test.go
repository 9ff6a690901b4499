package main_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit"
)

// clientModules lists the modules that a program with a client in Go is made of, beside ours: what
// validates, reads YAML, JSON and texts in GBK, and the ciphers of China.
func clientModules() []string {
	return []string{
		"github.com/emmansun/gmsm",
		"github.com/gabriel-vasile/mimetype",
		"github.com/go-faster/errors",
		"github.com/go-faster/jx",
		"github.com/go-playground/locales",
		"github.com/go-playground/universal-translator",
		"github.com/go-playground/validator/v10",
		"github.com/leodido/go-urn",
		"github.com/segmentio/asm",
		"go.yaml.in/yaml/v4",
		"golang.org/x/crypto",
		"golang.org/x/sys",
		"golang.org/x/text",
	}
}

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
	linked := slices.Compact(slices.Sorted(strings.FieldsSeq(f.run(t.Context(), t, "go list -deps -f {{with(.Module)}}{{.Path}}{{end}} ."))))
	for _, m := range linked {
		if m != module && m != "example.com/partner" && !slices.Contains(clientModules(), m) {
			t.Errorf("the program is built with %s, which a client does not need", m)
		}
	}
	out := f.run(t.Context(), t, strings.Join([]string{"go run .", app.URL, app.ID, string(secrets)}, " "))
	for n, want := range []string{"mobile", "2001", "1 "} {
		if lines := strings.Split(out, "\n"); !strings.Contains(lines[n], want) {
			t.Errorf("call %d: %q, want %s", n, lines[n], want)
		}
	}
}
