package project_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// TestExplained wants a page of every id that the sources give to a finding.
func TestExplained(t *testing.T) {
	t.Parallel()
	pages := map[string]bool{}
	for _, r := range check.Rules() {
		pages[r.ID] = true
	}
	for _, r := range project.Explained() {
		if pages[r.ID] || r.Title == "" || r.Why == "" || r.Wrong == "" || r.Right == "" || r.Wrong == r.Right {
			t.Errorf("%s: %+v", r.ID, r)
		}
		pages[r.ID] = true
	}
	id := regexp.MustCompile(`"(J[A-Z]\d{4})"`)
	found := 0
	for _, folder := range []string{"spec", "gen", "testkit", "cmd/jiekou"} {
		err := filepath.WalkDir("../../"+folder, func(name string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := os.ReadFile(name)
			for _, m := range id.FindAllStringSubmatch(string(text), -1) {
				if found++; !pages[m[1]] {
					t.Errorf("%s: %s has no page", name, m[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 300 {
		t.Errorf("%d ids", found)
	}
}
