package gen

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
	gofumpt "mvdan.cc/gofumpt/format"
)

// libraries are the packages that printed code may import, read once.
var libraries = sync.OnceValues(func() (map[string]*types.Package, error) {
	list, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile,
	}, pkgContext, pkgRegexp, pkgEmbed, pkgProblem, pkgEnvelope, pkgMigrate, pkgReceive, pkgRoute, pkgStore, pkgSystem, pkgValidate, pkgWire, "slices")
	if err != nil {
		return nil, err
	}
	found := map[string]*types.Package{}
	packages.Visit(list, nil, func(p *packages.Package) {
		if p.Types != nil {
			found[p.PkgPath] = p.Types
		}
		for _, e := range p.Errors {
			err = e
		}
	})
	return found, err
})

// program is the Go code of one Generate, type-checked.
type program struct {
	fset     *token.FileSet
	files    Files
	info     *types.Info
	packages map[string]*types.Package
	syntax   map[string][]*ast.File // by import path
	problems []string
}

// compile type-checks everything that was printed.
func compile(t testing.TB, files Files) *program {
	t.Helper()
	known, err := libraries()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{
		fset: token.NewFileSet(), files: files, packages: map[string]*types.Package{}, syntax: map[string][]*ast.File{},
		info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}},
	}
	for name, pkg := range known {
		p.packages[name] = pkg
	}
	for folder := range goFiles(files) {
		if _, err := p.Import(testModule + "/" + folder); err != nil {
			t.Errorf("%s: %v", folder, err)
		}
	}
	for _, problem := range p.problems {
		t.Error(problem)
	}
	return p
}

// Import type-checks a package of the program, or finds a library.
func (p *program) Import(name string) (*types.Package, error) {
	if pkg, ok := p.packages[name]; ok {
		return pkg, nil
	}
	folder := strings.TrimPrefix(name, testModule+"/")
	var list []*ast.File
	for _, file := range goFiles(p.files)[folder] {
		syntax, err := parser.ParseFile(p.fset, file, p.files[file], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		list = append(list, syntax)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no package %s is printed or allowed", name)
	}
	config := types.Config{Importer: p, GoVersion: "go1.26", Error: func(err error) { p.problems = append(p.problems, err.Error()) }}
	pkg, _ := config.Check(name, p.fset, list, p.info)
	p.packages[name], p.syntax[name] = pkg, list
	return pkg, nil
}

// wellFormed holds printed Go files against gofmt, gofumpt and the house's
// limits.
func wellFormed(t *testing.T, files Files) {
	t.Helper()
	for _, list := range goFiles(files) {
		for _, name := range list {
			source := files[name]
			plain, err := format.Source(source)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			strict, err := gofumpt.Source(source, gofumpt.Options{LangVersion: "go1.26", ModulePath: testModule})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !bytes.Equal(plain, source) || !bytes.Equal(strict, source) {
				t.Errorf("%s is not as gofmt and gofumpt write it", name)
			}
			for _, at := range longLines(t, string(source)) {
				t.Errorf("%s:%d is longer than %d columns", name, at, maxColumns)
			}
			if !strings.HasPrefix(string(source), header+"\n// Source: spec/") {
				t.Errorf("%s does not begin with its header and source", name)
			}
		}
	}
}

// maxColumns is how wide a printed line may be: raw SQL, struct tags and
// comments apart.
const maxColumns = 160

// longLines are the numbers of the lines that are too wide.
func longLines(t *testing.T, source string) []int {
	t.Helper()
	var list []int
	sql := false
	for n, line := range strings.Split(source, "\n") {
		was := sql
		if strings.Count(line, "`")%2 == 1 {
			sql = !sql
		}
		exempt := was || sql || strings.Contains(line, "`json:") || strings.Contains(line, "SQL = ") || strings.HasPrefix(strings.TrimSpace(line), "//")
		if !exempt && columnsOf(strings.ReplaceAll(line, "\t", "        ")) > maxColumns {
			list = append(list, n+1)
		}
	}
	return list
}

// embedded checks that each system has the folders that it embeds.
func embedded(t *testing.T, files Files) {
	t.Helper()
	for folder, list := range goFiles(files) {
		for _, name := range list {
			for line := range strings.Lines(string(files[name])) {
				patterns, ok := strings.CutPrefix(strings.TrimSpace(line), "//go:embed ")
				if !ok {
					continue
				}
				for pattern := range strings.FieldsSeq(patterns) {
					if !hasFolder(files, path.Join(folder, pattern)) {
						t.Errorf("%s embeds %s, in which nothing is printed", name, pattern)
					}
				}
			}
		}
	}
}

// hasFolder reports whether something is printed in a folder, or as a pattern of files
// says.
func hasFolder(files Files, pattern string) bool {
	for name := range files {
		if match, err := path.Match(pattern, name); err == nil && match || strings.HasPrefix(name, pattern+"/") {
			return true
		}
	}
	return false
}

// builtEverywhere keeps printed files out of tests and build constraints.
func builtEverywhere(t *testing.T, files Files) {
	t.Helper()
	special := []string{"test", "linux", "windows", "darwin", "js", "android", "arm64", "amd64", "wasm"}
	for name := range files {
		words := strings.Split(strings.TrimSuffix(path.Base(name), ".go"), "_")
		if path.Ext(name) == ".go" && len(words) > 1 && slices.Contains(special, words[len(words)-1]) {
			t.Errorf("go build would leave %s out", name)
		}
	}
}
