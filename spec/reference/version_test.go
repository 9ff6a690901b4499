package reference_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/reference"
)

// TestVersion holds that no key goes while the version of the language stays: what was
// right YAML would not be read any more. A new version begins a new list, and a change of
// what a key means is for people to see.
func TestVersion(t *testing.T) {
	t.Parallel()
	file := fmt.Sprintf("testdata/language-%d.txt", spec.Language)
	var keys []string
	for _, p := range reference.Places() {
		for _, k := range p.Keys {
			keys = append(keys, k.Path())
		}
	}
	slices.Sort(keys)
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(slices.Compact(keys), "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for known := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
		if !slices.Contains(keys, known) {
			t.Errorf("%s is no key any more: language %d has it, so raise spec.Language, say so in LanguageChanges, and let fmt --migrate rewrite it", known, spec.Language)
		}
	}
	changes := spec.LanguageChanges()
	for n, c := range changes {
		if c.Version != spec.Language-n || c.Since == "" || c.Text == "" {
			t.Errorf("the changes of the language have %+v in place %d", c, n)
		}
	}
	if len(changes) != spec.Language {
		t.Errorf("%d changes of the language, which has version %d", len(changes), spec.Language)
	}
}
