package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module   = "github.com/jiekou-dev/jiekou"
	maxLines = 500 // of a hand-written file
)

// listed is a package as go list shows it.
type listed struct {
	ImportPath, Dir, Doc string
	GoFiles, Imports     []string
	TestGoFiles          []string
	XTestGoFiles         []string
	Deps                 []string
}

// packages lists the packages of the project.
func packages(t *testing.T) []listed {
	t.Helper()
	fields := "-json=ImportPath,Dir,Doc,GoFiles,TestGoFiles,XTestGoFiles,Imports,Deps"
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", fields, "./...")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// within reports whether a path is that of a place or below it.
func within(path, place string) bool {
	rest, ok := strings.CutPrefix(path, module+"/"+place)
	return ok && (rest == "" || rest[0] == '/')
}

// TestImports holds the arrows between the places of the project: the places that
// each may not reach, directly or through others.
func TestImports(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, rule := range []struct {
		from   string
		banned []string
		why    string
	}{
		{"spec", []string{"gen", "runtime", "generated", "cmd"}, "the model knows nothing of what is made of it"},
		{
			"gen",
			[]string{"generated", "cmd", "runtime/store", "runtime/postgres", "runtime/app"},
			"a generator reads the model only, and its tools need no database",
		},
		{"runtime", []string{"spec", "gen", "generated", "cmd"}, "the runtime serves what is printed, whatever that is"},
		{"runtime/route", []string{"runtime/store"}, "they meet in generated answers only"},
		{"generated", []string{"spec", "gen", "cmd"}, "what is printed needs the runtime only"},
		{"cmd/jiekou", []string{"generated", "cmd/jiekoud"}, "a generator that needs its own output cannot mend it"},
		{"cmd/jiekoud", []string{"cmd/jiekou"}, "the two commands stand alone"},
	} {
		found := false
		for _, p := range all {
			if !within(p.ImportPath, rule.from) {
				continue
			}
			found = true
			for _, dep := range p.Deps {
				if slices.ContainsFunc(rule.banned, func(place string) bool { return within(dep, place) }) {
					t.Errorf("%s reaches %s: %s", p.ImportPath, dep, rule.why)
				}
			}
		}
		if !found && rule.from != "generated" && rule.from != "cmd/jiekoud" {
			t.Errorf("no package %s: is the rule out of date?", rule.from)
		}
	}
}

// talkers are the packages of the generator's model that speak HTTP.
func talkers() []string {
	return []string{"gen/bind"}
}

// TestGenImports holds the imports of the generator itself.
func TestGenImports(t *testing.T) {
	t.Parallel()
	model := []string{
		"gen", "spec", "runtime/protocol", "runtime/problem", "runtime/tree", "runtime/validate", "runtime/wire",
	}
	served := append([]string{"runtime/client", "runtime/route"}, model...)
	for _, p := range packages(t) {
		if !within(p.ImportPath, "gen") {
			continue
		}
		may := model
		if slices.ContainsFunc(talkers(), func(place string) bool { return within(p.ImportPath, place) }) {
			may = served
		}
		for _, one := range p.Imports {
			allowed := slices.ContainsFunc(may, func(place string) bool { return within(one, place) })
			if strings.HasPrefix(one, module) && !allowed {
				t.Errorf("%s imports %s, and may import %s", p.ImportPath, one, strings.Join(may, ", "))
			}
		}
	}
}

// TestStatementImports: what compiles to SQL knows the model, and neither Go's printer
// nor the runtime.
func TestStatementImports(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if !within(p.ImportPath, "gen/statement") {
			continue
		}
		for _, one := range p.Imports {
			if strings.Contains(one, ".") && one != module+"/spec" {
				t.Errorf("%s imports %s, and may import the model only", p.ImportPath, one)
			}
		}
	}
}

// TestPackageDocs wants a comment on every package.
func TestPackageDocs(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

// TestFileLengths wants hand-written files short.
func TestFileLengths(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if within(p.ImportPath, "generated") {
			continue
		}
		for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(text, []byte("\n")); n > maxLines {
				t.Errorf("%s/%s has %d lines, more than %d", p.ImportPath, name, n, maxLines)
			}
		}
	}
}
