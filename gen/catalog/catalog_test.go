package catalog

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestCatalogIsWhole counts the catalogue of the built-in systems against their
// model, and holds that no path comes twice.
func TestCatalogIsWhole(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	got := catalogOf(t, "")
	if len(got.Systems) != len(set.Systems) {
		t.Fatalf("%d systems, want %d", len(got.Systems), len(set.Systems))
	}
	for n, s := range set.Systems {
		c := got.Systems[n]
		codes := 0
		for _, g := range s.Errors {
			codes += len(g.Errors)
		}
		if c.System != s.Name || len(c.Interfaces) != len(s.Interfaces) || len(c.Errors) != codes {
			t.Errorf("%s: %d interfaces and %d codes, want %d and %d",
				s.Name, len(c.Interfaces), len(c.Errors), len(s.Interfaces), codes)
			continue
		}
		for m, i := range s.Interfaces {
			x := c.Interfaces[m]
			if x.Cmd != i.Cmd || len(x.Request) != countDocument(i.Request) ||
				len(x.Response) != countDocument(i.Frame)+countDocument(i.Response) || len(x.Sends) != len(i.Notify) {
				t.Errorf("%s: %d request and %d response fields", i.Cmd, len(x.Request), len(x.Response))
			}
			checkFields(t, i.Cmd+" request", x.Request)
			checkFields(t, i.Cmd+" response", x.Response)
		}
	}
}

// countDocument counts the fields that are in the document, and their members.
func countDocument(fields spec.Fields) int {
	n := 0
	for _, f := range fields {
		if !f.Ours {
			n += 1 + countDocument(f.Fields)
		}
	}
	return n
}

// checkFields holds the facts that every row must have.
func checkFields(t *testing.T, where string, fields []Field) {
	t.Helper()
	paths := map[string]bool{}
	for _, f := range fields {
		switch {
		case paths[f.Path]:
			t.Errorf("%s: %s stands twice", where, f.Path)
		case f.DocPath == "" || f.Type == "" || f.Required != "yes" && f.Required != "no" && f.Required != "conditional":
			t.Errorf("%s: %s is incomplete: %+v", where, f.Path, f)
		case f.Follow != nil && len(f.Follow.Errata) != 1:
			t.Errorf("%s: %s is followed otherwise without an erratum", where, f.Path)
		}
		paths[f.Path] = true
	}
}

// TestCatalogBlank finds the followed rule of values that may be blank.
func TestCatalogBlank(t *testing.T) {
	t.Parallel()
	f := &spec.Field{Name: "tel", Errata: []*spec.Erratum{{ID: "why"}}}
	for _, tt := range []struct {
		document, followed bool
		want               string
	}{
		{false, false, `null`},
		{true, true, `null`},
		{false, true, `{"blank":true,"errata":["why"]}`},
		{true, false, `{"blank":false,"errata":["why"]}`},
	} {
		f.Document.Blank, f.Blank = tt.document, tt.followed
		if text, err := json.Marshal(followOf(f)); err != nil || string(text) != tt.want {
			t.Errorf("%s, %v; want %s", text, err, tt.want)
		}
	}
}

// TestCatalogTwice wants the same bytes every time.
func TestCatalogTwice(t *testing.T) {
	t.Parallel()
	asJSON := func(w io.Writer, c Catalog) error { return json.NewEncoder(w).Encode(c) }
	for format, write := range map[string]func(io.Writer, Catalog) error{
		"json": asJSON, "csv": func(w io.Writer, c Catalog) error { return c.WriteCSV(w) }, "md": func(w io.Writer, c Catalog) error { return c.WriteMarkdown(w) },
	} {
		first := ""
		for range 5 {
			var out strings.Builder
			if err := write(&out, catalogOf(t, "")); err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = out.String()
			}
			if out.String() != first {
				t.Fatalf("%s differs from run to run", format)
			}
		}
	}
}

// catalogOf is the catalogue of the built-in systems, or of one of them.
func catalogOf(t *testing.T, only string) Catalog {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return Of(slices.DeleteFunc(slices.Clone(set.Systems), func(s *spec.System) bool { return only != "" && s.Name != only }))
}
