// Package main_test has the tests of the whole command: it is built and run as people
// run it. layout_test.go holds the order of the house.
package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/jiekou-dev/jiekou"

// The bounds of the house. Each keeps something that a newcomer can hold in mind:
// a road from a command to the last package, the rooms of a package, a file on a
// few screens, a function on one.
const (
	maxChain        = 10   // packages of the longest chain of imports
	maxPackageFiles = 25   // hand-written files of a package, tests not counted
	maxPackageLines = 4000 // their lines
	maxFileLines    = 500  // of a hand-written file
	maxFuncLines    = 60   // of a function, tests not counted
	maxNesting      = 3    // blocks inside a function, tests not counted
)

// The bounds of places. They hold what is true, so that nothing grows unseen, and go
// down with the code. The goals were 12,000 lines of runtime, 7,000 on the road of a
// request and 2,000 of a command, before the engine said any vendor's protocol. See
// DECISIONS.md before you raise one.
const (
	maxCommandLines = 3900  // of a command: flags and speech
	maxRuntimeLines = 42400 // of runtime/
	maxRequestLines = 21750 // of the packages that a request passes
	maxEngineLines  = 14600 // of the engine of protocols
)

// harness lists the packages that tests share and nothing else imports: they count as
// tests. stage serves the four systems with the desk of testers, so it can stand
// neither in testkit, which knows no system, nor in the server, which runs without
// the YAML.
func harness() []string {
	return []string{"cmd/jiekoud/stage", "gen/export/npm", "runtime/portal/browse"}
}

// listed is a package as go list shows it.
type listed struct {
	ImportPath, Dir, Doc, Name string
	GoFiles, Imports           []string
	TestGoFiles                []string
	XTestGoFiles               []string
	Deps                       []string
}

// packages lists the packages of the project, once for all tests.
var packages = sync.OnceValues(func() ([]listed, error) {
	fields := "-json=ImportPath,Dir,Doc,Name,GoFiles,TestGoFiles,XTestGoFiles,Imports,Deps"
	cmd := exec.Command("go", "list", "-e", fields, "./...") //nolint:noctx // it ends by itself
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
})

// everyPackage is the list of packages, or the end of the test.
func everyPackage(t *testing.T) []listed {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(all)
}

// handWritten lists the packages that are not generated.
func handWritten(t *testing.T) []listed {
	t.Helper()
	return slices.DeleteFunc(everyPackage(t), func(p listed) bool { return within(p.ImportPath, "generated") })
}

// place is the path of a package below the project's root.
func place(path string) string { return strings.TrimPrefix(path, module+"/") }

// within reports whether a path is that of a place or below it.
func within(path, place string) bool {
	rest, ok := strings.CutPrefix(path, module+"/"+place)
	return ok && (rest == "" || rest[0] == '/')
}

// withinAny reports whether a path is within one of some places.
func withinAny(path string, places []string) bool {
	return slices.ContainsFunc(places, func(place string) bool { return within(path, place) })
}

// TestImports holds the arrows between the places of the project: the places that
// each may not reach, directly or through others.
func TestImports(t *testing.T) {
	t.Parallel()
	all := everyPackage(t)
	for _, rule := range []struct {
		from   string
		banned []string
		why    string
	}{
		{"spec", []string{"gen", "testkit", "runtime", "generated", "cmd"}, "the model knows nothing of what is made of it"},
		{
			"gen",
			[]string{"testkit", "generated", "cmd", "runtime/store", "runtime/postgres", "runtime/app", "runtime/server"},
			"a generator reads the model only and needs no database",
		},
		{"gen/statement", []string{"runtime"}, "the SQL compiler turns answers into statements, whoever runs them"},
		{"gen/bind", []string{"gen/statement", "gen/golang", "gen/docs"}, "binding a model to the runtime generates nothing"},
		{"testkit", []string{"generated", "cmd"}, "the desk of testers acts on any model"},
		{"runtime", []string{"spec", "gen", "testkit", "generated", "cmd"}, "the runtime serves whatever was generated"},
		{"runtime/protocol/declare", []string{"runtime"}, "a declaration is read without what carries it out"},
		{"runtime/gate", []string{"runtime/store"}, "they meet in generated answers only"},
		{"runtime/client", []string{"runtime/gate", "runtime/limit", "runtime/trace", "runtime/postgres"}, "who calls a system does not serve it"},
		{"runtime/receive", []string{"runtime/gate", "runtime/limit", "runtime/trace", "runtime/postgres"}, "who takes notifications does not serve a system"},
		{"generated", []string{"spec", "gen", "testkit", "cmd"}, "generated code needs the runtime only"},
		{"cmd/jiekou", []string{"generated", "cmd/jiekoud"}, "a generator that needs its own output cannot mend it"},
		{"cmd/jiekoud", []string{"cmd/jiekou", "spec", "gen", "testkit"}, "the server runs without the YAML and its tools"},
	} {
		found := false
		for _, p := range all {
			if !within(p.ImportPath, rule.from) || slices.Contains(harness(), place(p.ImportPath)) {
				continue
			}
			found = true
			for _, dep := range p.Deps {
				if withinAny(dep, rule.banned) {
					t.Errorf("%s reaches %s: %s", place(p.ImportPath), place(dep), rule.why)
				}
			}
		}
		if !found && rule.from != "generated" && rule.from != "cmd/jiekoud" {
			t.Errorf("no package %s: is the rule out of date?", rule.from)
		}
	}
}

// TestHarness wants packages that tests share to be imported by tests only.
func TestHarness(t *testing.T) {
	t.Parallel()
	all := everyPackage(t)
	for _, name := range harness() {
		if !slices.ContainsFunc(all, func(p listed) bool { return place(p.ImportPath) == name }) {
			t.Errorf("no package %s: is the list out of date?", name)
		}
		for _, p := range all {
			if slices.Contains(p.Imports, module+"/"+name) {
				t.Errorf("%s imports %s, which is for tests", place(p.ImportPath), name)
			}
		}
	}
}

// TestJennifer wants SQL compiled and pages written without the printer of Go.
func TestJennifer(t *testing.T) {
	t.Parallel()
	for _, p := range everyPackage(t) {
		if slices.ContainsFunc(p.Deps, func(dep string) bool { return strings.HasPrefix(dep, "github.com/dave/jennifer") }) &&
			!slices.Contains([]string{"gen", "gen/golang", "cmd/jiekou"}, place(p.ImportPath)) {
			t.Errorf("%s reaches jennifer, which only the printer of Go uses", place(p.ImportPath))
		}
	}
}

// TestChain holds the longest chain of imports.
func TestChain(t *testing.T) {
	t.Parallel()
	imports, known := map[string][]string{}, map[string][]string{}
	for _, p := range everyPackage(t) {
		imports[p.ImportPath] = p.Imports
	}
	var chain func(string) []string
	chain = func(path string) []string {
		if known[path] != nil {
			return known[path]
		}
		longest := []string{}
		for _, next := range imports[path] {
			if imports[next] == nil {
				continue
			}
			if c := chain(next); len(c) > len(longest) {
				longest = c
			}
		}
		known[path] = append([]string{place(path)}, longest...)
		return known[path]
	}
	for path := range imports {
		if c := chain(path); len(c) > maxChain && !slices.Contains(harness(), place(path)) {
			t.Errorf("%d packages in a chain, more than %d: %s", len(c), maxChain, strings.Join(c, " → "))
		}
	}
}

// TestPackageDocs wants a comment on every package.
func TestPackageDocs(t *testing.T) {
	t.Parallel()
	for _, p := range everyPackage(t) {
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", place(p.ImportPath))
		}
	}
}

// TestMainHasNoTests wants the tests of a command to be about its flags: what they
// would test belongs to a package that others can use, and so do they.
func TestMainHasNoTests(t *testing.T) {
	t.Parallel()
	about := []string{"main_test.go", "layout_test.go", "words_test.go"}
	for _, p := range handWritten(t) {
		if p.Name != "main" {
			continue
		}
		for _, name := range p.TestGoFiles {
			if !slices.Contains(about, name) {
				t.Errorf("%s/%s tests a command from inside: move what it tests to a package", place(p.ImportPath), name)
			}
		}
	}
}

// lines counts the lines of a file of a package.
func lines(t *testing.T, p listed, name string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("\n"))
}

// TestSizes holds the sizes of hand-written files, packages and places.
func TestSizes(t *testing.T) {
	t.Parallel()
	request := []string{
		"runtime/gate", "runtime/route", "runtime/problem", "runtime/wire", "runtime/validate", "runtime/store", "runtime/protocol",
	}
	places := map[string]int{}
	for _, p := range handWritten(t) {
		total := 0
		for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			n := lines(t, p, name)
			if n > maxFileLines {
				t.Errorf("%s/%s has %d lines, more than %d", place(p.ImportPath), name, n, maxFileLines)
			}
			if slices.Contains(p.GoFiles, name) {
				total += n
			}
		}
		if len(p.GoFiles) > maxPackageFiles || total > maxPackageLines {
			t.Errorf("%s has %d files and %d lines, more than %d or %d", place(p.ImportPath), len(p.GoFiles), total, maxPackageFiles, maxPackageLines)
		}
		if p.Name == "main" && total > maxCommandLines {
			t.Errorf("%s has %d lines, more than %d", place(p.ImportPath), total, maxCommandLines)
		}
		if within(p.ImportPath, "runtime/protocol") {
			places["the engine of protocols"] += total
		}
		if within(p.ImportPath, "runtime") {
			places["runtime"] += total
		}
		if withinAny(p.ImportPath, request) {
			places["the road of a request"] += total
		}
	}
	for name, bound := range map[string]int{
		"runtime": maxRuntimeLines, "the road of a request": maxRequestLines, "the engine of protocols": maxEngineLines,
	} {
		if places[name] > bound {
			t.Errorf("%s has %d lines, more than %d", name, places[name], bound)
		}
	}
}

// TestFunctions holds the lengths of hand-written functions and how deep their
// blocks are nested.
func TestFunctions(t *testing.T) {
	t.Parallel()
	for _, p := range handWritten(t) {
		for _, name := range p.GoFiles {
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || f.Body == nil {
					continue
				}
				n, deep := set.Position(f.End()).Line-set.Position(f.Pos()).Line+1, nesting(f.Body)
				if n > maxFuncLines || deep > maxNesting {
					t.Errorf("%s/%s: %s has %d lines and nests %d blocks, more than %d or %d", place(p.ImportPath), name, f.Name.Name, n, deep, maxFuncLines, maxNesting)
				}
			}
		}
	}
}

// nesting counts how deep the blocks of loops, branches and switches are nested. A
// function literal begins anew.
func nesting(body ast.Node) int {
	deepest := 0
	var walk func(n ast.Node, depth int)
	walk = func(n ast.Node, depth int) {
		ast.Inspect(n, func(inner ast.Node) bool {
			if inner == n || inner == nil {
				return true
			}
			switch inner := inner.(type) {
			case *ast.FuncLit:
				walk(inner.Body, 0)
				return false
			case *ast.IfStmt:
				deepest = max(deepest, depth+1)
				walk(inner.Body, depth+1)
				if inner.Else != nil {
					walk(&ast.BlockStmt{List: []ast.Stmt{inner.Else}}, depth+branch(inner.Else))
				}
				return false
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				deepest = max(deepest, depth+1)
				walk(blockOf(inner), depth+1)
				return false
			}
			return true
		})
	}
	walk(body, 0)
	return deepest
}

// branch is by how much an else nests: an else if is another branch of the same.
func branch(other ast.Stmt) int {
	if _, chained := other.(*ast.IfStmt); chained {
		return 0
	}
	return 1
}

// blockOf is the body of a statement that has one.
func blockOf(n ast.Node) *ast.BlockStmt {
	switch n := n.(type) {
	case *ast.ForStmt:
		return n.Body
	case *ast.RangeStmt:
		return n.Body
	case *ast.SwitchStmt:
		return n.Body
	case *ast.TypeSwitchStmt:
		return n.Body
	case *ast.SelectStmt:
		return n.Body
	}
	return nil
}
