package gen

import (
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

var update = flag.Bool("update", false, "rewrite what the cases in testdata expect")

// want begins the name of a section with expected text: "want: path" for a
// generated file, "want: path name name" for some declarations of it, "want: error"
// for the message of a refusal.
const want = "want: "

// base is the system below every case.
const base = "testdata/base/mini.txtar"

// goldenCase is one file of testdata: YAML first, then what it generates.
type goldenCase struct {
	name, file string
	archive    *txtar.Archive
	fsys       fstest.MapFS
}

// readCase reads a case. An empty file takes away the base's.
func readCase(t testing.TB, file string) goldenCase {
	t.Helper()
	c := goldenCase{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, fsys: fstest.MapFS{}}
	for _, f := range parseArchive(t, base).Files {
		c.fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	c.archive = parseArchive(t, file)
	for _, f := range c.archive.Files {
		switch {
		case strings.HasPrefix(f.Name, want):
		case len(f.Data) == 0:
			delete(c.fsys, f.Name)
		default:
			c.fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return c
}

func parseArchive(t testing.TB, file string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// readCases reads every case of a pattern.
func readCases(t testing.TB, pattern string) []goldenCase {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases %s: %v", pattern, err)
	}
	var list []goldenCase
	for _, file := range files {
		list = append(list, readCase(t, file))
	}
	return list
}

// load reads the YAML of a case.
func (c goldenCase) load(t testing.TB) *spec.Set {
	t.Helper()
	set, err := loadtest.Systems(c.fsys, "spec")
	if err != nil {
		t.Fatalf("%s: %v", c.file, err)
	}
	return set
}

// generate generates what a case generates.
func (c goldenCase) print(t testing.TB) Files {
	t.Helper()
	files, err := Generate(c.load(t), testOptions())
	if err != nil {
		t.Fatalf("%s: %v", c.file, err)
	}
	return files
}

// compare holds each wanted section against got, or rewrites the case.
func (c goldenCase) compare(t *testing.T, got func(name string) (string, error)) {
	t.Helper()
	sections := 0
	for i := range c.archive.Files {
		f := &c.archive.Files[i]
		name, ok := strings.CutPrefix(f.Name, want)
		if !ok {
			continue
		}
		sections++
		text, err := got(name)
		if err != nil {
			t.Errorf("%s: %s: %v", c.file, f.Name, err)
			continue
		}
		if *update {
			f.Data = []byte(text)
		} else if diff := cmp.Diff(string(f.Data), text); diff != "" {
			t.Errorf("%s: %s (-want +got; -update rewrites):\n%s", c.file, f.Name, diff)
		}
	}
	if sections == 0 {
		t.Errorf("%s wants nothing", c.file)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(c.file, txtar.Format(c.archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGolden compares the files generated for the small systems with the expected
// ones, type-checks them, holds their form, and prepares their statements.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t, "testdata/*.txtar") {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := c.print(t)
			c.compare(t, files.wanted)
			wellFormed(t, files)
			embedded(t, files)
			builtEverywhere(t, files)
			if p := compile(t, files); !t.Failed() {
				prepared(t, p)
			}
		})
	}
}

// wanted is the text of a wanted section: a file, or declarations of it.
func (f Files) wanted(name string) (string, error) {
	words := strings.Fields(name)
	text, ok := f[path.Join(DefaultRoot, words[0])]
	switch {
	case !ok:
		return "", fmt.Errorf("no such file among %s", strings.Join(f.Paths(), ", "))
	case len(words) > 1:
		return declarations(string(text), words[1:])
	}
	return string(text), nil
}

// TestRefused holds the message for each construct that gen does not support.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t, "testdata/errors/*.txtar") {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files, err := Generate(c.load(t), testOptions())
			if err == nil || files != nil {
				t.Fatalf("got %d files and error %v; want none and an error", len(files), err)
			}
			c.compare(t, func(string) (string, error) { return err.Error() + "\n", nil })
			id := "JK0435"
			if strings.HasPrefix(c.name, "JK") {
				id = c.name
			}
			r, ok := errors.AsType[*spec.Refusal](err)
			if !ok || r.Finding().ID != id || r.Pos.File == "" {
				t.Fatalf("it is no finding %s: %s", id, err)
			}
			// The first place of a file of YAML says nothing: a finding names the row, or the key.
			if strings.HasSuffix(r.Pos.File, ".yaml") && r.Pos.Line == 1 && r.Pos.Col == 1 {
				t.Errorf("%s points at the beginning of the file", err)
			}
		})
	}
}

// declarations cuts declarations out of a Go file, in the order of names. A
// method is named Type.Method.
func declarations(source string, names []string) (string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.ParseComments)
	if err != nil {
		return "", err
	}
	found := map[string]string{}
	for _, d := range file.Decls {
		name, doc := declared(d)
		from := d.Pos()
		if doc != nil {
			from = doc.Pos()
		}
		found[name] = source[fset.Position(from).Offset:fset.Position(d.End()).Offset] + "\n"
	}
	var parts []string
	for _, n := range names {
		text, ok := found[n]
		if !ok {
			return "", fmt.Errorf("no declaration %s", n)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n"), nil
}

// declared is the name of a declaration and its comment.
func declared(d ast.Decl) (string, *ast.CommentGroup) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name, d.Doc
		}
		recv := d.Recv.List[0].Type
		if star, ok := recv.(*ast.StarExpr); ok {
			recv = star.X
		}
		return recv.(*ast.Ident).Name + "." + d.Name.Name, d.Doc
	case *ast.GenDecl:
		switch s := d.Specs[0].(type) {
		case *ast.TypeSpec:
			return s.Name.Name, d.Doc
		case *ast.ValueSpec:
			return s.Names[0].Name, d.Doc
		}
	}
	return "", nil
}

// goFiles lists the generated Go files by folder.
func goFiles(files Files) map[string][]string {
	list := map[string][]string{}
	for _, p := range files.Paths() {
		if path.Ext(p) == ".go" {
			list[path.Dir(p)] = append(list[path.Dir(p)], p)
		}
	}
	return list
}

// TestCasesAreSmall keeps the cases readable.
func TestCasesAreSmall(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(readCases(t, "testdata/*.txtar"), readCases(t, "testdata/errors/*.txtar")) {
		if n := strings.Count(string(txtar.Format(c.archive)), "\n"); n > 340 {
			t.Errorf("%s has %d lines; one feature a case", c.file, n)
		}
		if len(c.archive.Comment) == 0 {
			t.Errorf("%s does not begin with what it is about", c.file)
		}
	}
}
