package docs_test

import (
	"flag"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/packages.md from the comments of the packages")

// TestPackages holds packages.md: every package, in the words of its own comment.
func TestPackages(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	source(t, func(name, text string) {
		if at := path.Dir(name); !strings.HasPrefix(at, "generated") && !strings.HasSuffix(name, "_test.go") && !strings.Contains(at, "testdata") {
			said[at] = said[at] + about(t, name, text)
		}
	}, ".go")
	var page strings.Builder
	page.WriteString("# Packages\n\nEvery package, by the first sentence of its own comment. Generated from the comments: `go test ./docs -run TestPackages -update`.\n" +
		"What each place may import is in [architecture.md](architecture.md#places).\n")
	place := ""
	for _, at := range slices.Sorted(maps.Keys(said)) {
		if top, _, _ := strings.Cut(at, "/"); top != place {
			place = top
			page.WriteString("\n## " + top + "\n\n| package | |\n| --- | --- |\n")
		}
		page.WriteString("| `" + at + "` | " + said[at] + " |\n")
	}
	if *update {
		if err := os.WriteFile("packages.md", []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, "docs/packages.md"); got != page.String() {
		t.Error("docs/packages.md is stale: go test ./docs -run TestPackages -update")
	}
}

// about is what a file says of its package, without the name that it begins with.
func about(t *testing.T, name, text string) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	said := new(doc.Package).Synopsis(file.Doc.Text())
	return regexp.MustCompile(`^(Package|Command) \S+ `).ReplaceAllString(said, "")
}

// TestManual wants every page of the manual in its list, every command in some page,
// and the bounds that architecture.md names to be those of the layout test.
func TestManual(t *testing.T) {
	t.Parallel()
	list := read(t, "docs/README.md")
	for name := range documents(t) {
		if page := path.Base(name); path.Dir(name) == "docs" && page != "README.md" && !strings.Contains(list, "| ["+page+"]("+page+") | ") {
			t.Errorf("docs/README.md does not list %s", page)
		}
	}
	var manual string
	for _, text := range documents(t) {
		manual += text
	}
	source(t, func(name, text string) {
		if strings.HasSuffix(name, "_test.go") || !strings.HasPrefix(name, "cmd/jiekou/") && !strings.HasPrefix(name, "runtime/server/") {
			return
		}
		for _, m := range regexp.MustCompile(`\bUse: +"([\w-]+)`).FindAllStringSubmatch(text, -1) {
			if !regexp.MustCompile("(?m)(`[^`\n]*|^ *(bin/|go tool )?jiekoud? .*)\\b" + m[1] + `\b`).MatchString(manual) {
				t.Errorf("%s: no document shows the command %s", name, m[1])
			}
		}
	}, ".go")
	layout := read(t, "cmd/jiekou/layout_test.go")
	bound := func(name string) string {
		return regexp.MustCompile(name + ` += (\d+)`).FindStringSubmatch(layout)[1]
	}
	lines := regexp.MustCompile(`(\d)(\d{3})$`).ReplaceAllString(bound("maxPackageLines"), "$1,$2")
	want := "the sizes (" + bound("maxPackageFiles") + " files and " + lines + " lines a package) and the longest chain of imports (" + bound("maxChain") + ")"
	if text := strings.Join(strings.Fields(read(t, "docs/architecture.md")), " "); !strings.Contains(text, want) {
		t.Errorf("docs/architecture.md does not say: %s", want)
	}
}
