package systems_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// general are the folders of code that serves any system.
var general = []string{"spec", "gen", "testkit", "runtime", "cmd/jiekou"}

// allowed are the files of general code that may name a system, an interface or a
// table in a text, and why.
var allowed = map[string]string{
	"spec/check/rules_answer.go":    rulePages,
	"spec/check/rules_field.go":     rulePages,
	"spec/check/rules_interface.go": rulePages,
	"spec/check/rules_system.go":    rulePages,
	"spec/scaffold/project.go":      "the example of a new project has an interface of that name too",
}

// rulePages is why the rules may: jiekou explain shows what broke the rule in a
// real document, and how it was fixed.
const rulePages = "pages of rules show YAML of real documents"

// example is a command line of the tool in its help. Its built-in systems are the four.
var example = regexp.MustCompile(`\bjiekou [a-z]`)

// chapter is a text about a certain place of a document.
var chapter = regexp.MustCompile(`第 ?[0-9][0-9.]* ?[章节]`)

// General code names no system, none of its tables, interfaces and notifications,
// and no chapter of its document. Comments and the examples in the help of the tool,
// which has the four systems built in, may show them; the help of the server may not.
func TestGeneralCodeNamesNoSystem(t *testing.T) {
	t.Parallel()
	names := namesOfSystems(t)
	root, met := filepath.Join("..", "..", ".."), map[string]bool{}
	for _, folder := range general {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.IsDir() && e.Name() == "testdata" {
				return filepath.SkipDir // of tests, as _test.go is
			}
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			for at, text := range texts(t, path) {
				found := chapter.FindString(text)
				for _, word := range words.FindAllString(text, -1) {
					if names[word] {
						found = word
					}
				}
				if found == "" {
					continue
				}
				if met[name] = true; allowed[name] == "" {
					t.Errorf("%s:%d names %s", name, at, found)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range allowed {
		if !met[name] {
			t.Errorf("%s names no system any more: take it out of allowed", name)
		}
	}
}

// words are what may be a name.
var words = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]*`)

// namesOfSystems are the names that only the four documents can have given: of
// systems and interfaces, and of tables where they are no ordinary word.
func namesOfSystems(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, s := range loadSpec(t).Systems {
		names[s.Name] = true
		for _, x := range s.Interfaces {
			names[x.Cmd] = true
		}
		for _, table := range s.Tables {
			if strings.Contains(table.Name, "_") {
				names[table.Name] = true
			}
		}
	}
	if len(names) < 80 {
		t.Fatalf("only %d names: %v", len(names), slices.Sorted(maps.Keys(names)))
	}
	return names
}

// texts are the literals and identifiers of a file, by line.
func texts(t *testing.T, path string) map[int]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	file := files.AddFile(path, -1, len(text))
	var in scanner.Scanner
	in.Init(file, text, nil, 0)
	lines := map[int]string{}
	for {
		at, kind, literal := in.Scan()
		if kind == token.EOF {
			return lines
		}
		if kind == token.IDENT || kind == token.STRING && !example.MatchString(literal) {
			lines[file.Line(at)] += " " + literal
		}
	}
}
