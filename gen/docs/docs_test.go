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

// TestCodes: an interface lists each code once, those of formats among them, and says in
// the fields' names what they mean.
func TestCodes(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]map[string]string{}
	for _, system := range set.Systems {
		pages, err := docs.Pages(system, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pages {
			cmd, codes := "", false
			for line := range strings.Lines(p.Text) {
				line = strings.TrimSpace(line)
				cells := strings.Split(strings.Trim(line, "| "), " | ")
				switch name, heading := strings.CutPrefix(line, "## "); {
				case heading:
					cmd, listed[name] = name, map[string]string{}
				case strings.HasPrefix(line, "### "):
					codes = line == "### 错误码"
				case codes && len(cells) == 3:
					if _, twice := listed[cmd][cells[0]]; twice {
						t.Errorf("%s lists %s twice", cmd, cells[0])
					}
					listed[cmd][cells[0]] = cells[2]
				}
			}
		}
	}
	for at, want := range map[[2]string]string{
		{"cst_info_create", "9001"}:             "certNum 格式不对",
		{"agent_recommend", "9002"}:             "cstMobile 格式不对",
		{"cst_info_update", "2004"}:             "certNum 已被占用",
		{"cst_follow_update", "9003"}:           "销售机会中没有与 oppGUID、cstGUID、projGUID 都相符的；销售机会中没有 oppGUID",
		{"srv_baas_custinfo_sync", "BaaS-1012"}: "tenantId、tradeSeq 已被占用",
	} {
		if got := listed[at[0]][at[1]]; got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}

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
