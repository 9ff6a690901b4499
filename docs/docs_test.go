// Package docs_test compares the hand-written documents with the project: links
// lead somewhere, named paths exist, excerpts are real, decisions are in order, and
// every idea has one word.
package docs_test

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// root is the project's folder.
var root = os.DirFS("..")

// documents are the hand-written Markdown files, by path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		names, err := fs.Glob(root, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			all[name] = read(t, name)
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d documents", len(all))
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(root, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// prose is a document without its blocks of code.
func prose(text string) string {
	return regexp.MustCompile("(?ms)^ *```.*?^ *```$").ReplaceAllString(text, "")
}

// slug is the anchor that GitHub gives a heading.
func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

// anchors are the anchors of a document.
func anchors(text string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(prose(text), -1) {
		all = append(all, slug(m[1]))
	}
	for _, m := range regexp.MustCompile(`<a id="([^"]+)">`).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// TestLinks follows every link inside the project, with its anchor.
func TestLinks(t *testing.T) {
	t.Parallel()
	for name, text := range documents(t) {
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(prose(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			info, err := fs.Stat(root, target)
			switch {
			case err != nil:
				t.Errorf("%s links to %s: %v", name, m[1], err)
			case anchor != "" && !info.IsDir() && !slices.Contains(anchors(read(t, target)), anchor):
				t.Errorf("%s links to %s, and that file has no such heading", name, m[1])
			}
		}
	}
}

// examples are paths that documents name although the project does not have them.
func examples() []string {
	return []string{
		"spec/parcel", // the system of the tour
		"spec/orders", // a team's own repository
		"generated/parcel",
		"spec/accepted.yaml",                  // the changes that a team accepts
		"spec/lianfa/table/customer_tag.yaml", // the recipes of CONTRIBUTING
		"spec/lianfa/customer/cst_tag_create.yaml",
	}
}

// TestPaths looks for every path of the project that a document names in backquotes.
func TestPaths(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile("`((?:spec|gen|generated|runtime|testkit|cmd|docs|bench)/[^`\\s]*)`")
	for name, text := range documents(t) {
		if name == "CHANGELOG.md" || name == "DECISIONS.md" { // they tell of the past
			continue
		}
		for _, m := range named.FindAllStringSubmatch(prose(text), -1) {
			at := strings.TrimSuffix(strings.TrimSuffix(m[1], "/"), "/…")
			example := slices.ContainsFunc(examples(), func(e string) bool { return at == e || strings.HasPrefix(at, e+"/") })
			if example || strings.ContainsAny(at, "<") {
				continue
			}
			if found, err := fs.Glob(root, at); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
	}
}

// TestExcerpts compares each block of code below a line <!-- excerpt: FILE --> with
// the file: its lines are there in this order. A line … stands for lines left out.
func TestExcerpts(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile("(?s)<!-- excerpt: (\\S+) -->\n```[a-z]*\n(.*?)```")
	n := 0
	for name, text := range documents(t) {
		for _, m := range block.FindAllStringSubmatch(text, -1) {
			n++
			rest := read(t, m[1])
			for part := range strings.SplitSeq(m[2], "…\n") {
				_, after, found := strings.Cut(rest, part)
				if !found {
					t.Errorf("%s: %s does not have\n%s", name, m[1], part)
				}
				rest = after
			}
		}
	}
	if n < 4 {
		t.Errorf("only %d excerpts", n)
	}
}

// maxReadme is the most lines that the first screen of the project may have.
const maxReadme = 130

// TestReadme keeps the two READMEs short, and alike: the same headings in number, the
// same commands and code.
func TestReadme(t *testing.T) {
	t.Parallel()
	var blocks [2][]string
	for i, name := range []string{"README.md", "README.zh-CN.md"} {
		text := read(t, name)
		if n := strings.Count(text, "\n"); n > maxReadme {
			t.Errorf("%s has %d lines, at most %d", name, n, maxReadme)
		}
		for _, m := range regexp.MustCompile("(?s)```(?:yaml|go|sh)\n(.*?)```").FindAllStringSubmatch(text, -1) {
			blocks[i] = append(blocks[i], regexp.MustCompile(`(?m)\s+# .*$`).ReplaceAllString(m[1], ""))
		}
		blocks[i] = append(blocks[i], strings.Repeat("#", strings.Count(prose(text), "\n## ")))
	}
	if !slices.Equal(blocks[0], blocks[1]) {
		t.Errorf("the two READMEs show different code, or have different sections:\n%q\n%q", blocks[0], blocks[1])
	}
}

// maxEntry is the most lines of an entry of DECISIONS.md.
const maxEntry = 15

// TestDecisions holds DECISIONS.md: newest first, each entry dated, short, with its
// outcome in bold, and listed once in the index by topic.
func TestDecisions(t *testing.T) {
	t.Parallel()
	entries := strings.Split(read(t, "DECISIONS.md"), "\n## ")
	index, entries := entries[1], entries[2:]
	last := "9999-99-99"
	var want []string
	for _, e := range entries {
		heading, body, _ := strings.Cut(e, "\n")
		date, _, _ := strings.Cut(heading, " ")
		if !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(date) || date > last {
			t.Errorf("%q: the date is missing, or newer than that of the entry above", heading)
		}
		if n := strings.Count(strings.TrimSpace(body), "\n") + 1; n > maxEntry {
			t.Errorf("%q has %d lines, at most %d", heading, n, maxEntry)
		}
		if !strings.Contains(body, "**") {
			t.Errorf("%q has no outcome in bold", heading)
		}
		last, want = date, append(want, slug(heading))
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^- \[.*\]\(#(.*)\)$`).FindAllStringSubmatch(index, -1) {
		got = append(got, m[1])
	}
	slices.Sort(got)
	slices.Sort(want)
	for _, one := range want {
		if n := count(got, one); n != 1 {
			t.Errorf("the index has %d lines for #%s, want 1", n, one)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the index has %d lines for %d entries", len(got), len(want))
	}
}

func count(list []string, one string) (n int) {
	for _, s := range list {
		if s == one {
			n++
		}
	}
	return n
}

// source walks over the hand-written files of the project with one of the endings.
func source(t *testing.T, walk func(name, text string), endings ...string) {
	t.Helper()
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // another test's file
			return nil
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || name == "bin"):
			return fs.SkipDir
		case d.IsDir() || !slices.Contains(endings, filepath.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err == nil {
			walk(name, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
