package docs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/gen/markdown"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// link leads to a page, and perhaps to a heading.
var link = regexp.MustCompile(`\]\(([a-z]+\.md)(?:#([^)]*))?\)`)

// TestLinks follows every link between the pages of the built-in systems: the page is
// there once, and so is the heading.
func TestLinks(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, system := range set.Systems {
		pages, err := docs.Pages(system, []docs.Link{{Title: "卡片", Page: "cards.md"}})
		if err != nil {
			t.Fatal(err)
		}
		headings := map[string][]string{"cards.md": nil}
		for _, p := range pages {
			if _, twice := headings[p.Name]; twice {
				t.Errorf("%s has two pages %s", system.Name, p.Name)
			}
			headings[p.Name] = []string{""}
			for line := range strings.Lines(p.Text) {
				if heading, ok := strings.CutPrefix(line, "## "); ok {
					headings[p.Name] = append(headings[p.Name], markdown.Anchor(strings.TrimSpace(heading)))
				}
			}
		}
		followed := 0
		for _, p := range pages {
			for _, to := range link.FindAllStringSubmatch(p.Text, -1) {
				followed++
				if list, ok := headings[to[1]]; !ok || to[1] != "cards.md" && !slices.Contains(list, to[2]) {
					t.Errorf("%s: %s leads to %s", system.Name, p.Name, to[0])
				}
			}
		}
		if followed < len(system.Interfaces) {
			t.Errorf("%s: only %d links", system.Name, followed)
		}
	}
}
