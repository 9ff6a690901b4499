package reference_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/reference"
)

var update = flag.Bool("update", false, "write docs/language.md")

// manual is the page that is made of the schema.
const manual = "../../docs/language.md"

// TestManual wants the page to be what the schema says.
func TestManual(t *testing.T) {
	t.Parallel()
	want := reference.Manual()
	if *update {
		if err := os.WriteFile(manual, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the schema says: go test ./spec/reference -update", manual)
	}
}

// TestEveryKey wants each key to be explained, with an example.
func TestEveryKey(t *testing.T) {
	t.Parallel()
	for _, p := range reference.Places() {
		if p.Doc == "" {
			t.Errorf("%s: the schema does not say what it is", p.Name)
		}
		for _, k := range p.Keys {
			if k.Doc == "" {
				t.Errorf("%s: the schema does not say what it means", k.Path())
			}
			if k.Example == "" {
				t.Errorf("%s: no system has an example; add it to one below example/", k.Path())
			}
		}
	}
}

// TestExamples wants the systems that were written as examples to keep every rule.
func TestExamples(t *testing.T) {
	t.Parallel()
	if _, err := load.Systems(reference.Own(), "example"); err != nil {
		t.Error(err)
	}
}

// TestExplain finds keys by name and by place, and places.
func TestExplain(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"required_if":    "required_if, in field",
		"field.required": "required, in field\n\nWhether it must be there",
		"system.limits":  "body",
		"min_items":      "min_items, in follow",
	} {
		if got, _ := reference.Explain(name, func(text string) string { return text }); !strings.Contains(got, want) {
			t.Errorf("%s is explained as %q, without %q", name, got, want)
		}
	}
	if got, hint := reference.Explain("requird", func(text string) string { return text }); got != "" || !strings.Contains(hint, `"required"`) {
		t.Errorf("a misspelt key gives %q and the hint %q", got, hint)
	}
}
