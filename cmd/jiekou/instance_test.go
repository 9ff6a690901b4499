package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// maxAsking bounds the functions that ask whether a message is sealed or plain.
const maxAsking = 8

// asking are the words of the engine that tell a protocol with a cipher from one without.
func asking() []string {
	return []string{"Seals", "Flows", "RoleUndone", "Encrypts", "IsSealed", "Sealed"}
}

// TestInstances holds that one road serves every protocol: whether a message is sealed or
// plain is asked in few places outside of the packages of the protocol. Those are the
// engine, and what prints it as a program of another language.
func TestInstances(t *testing.T) {
	t.Parallel()
	own := []string{"runtime/protocol", "gen/program", "gen/export/script", "gen/client"}
	var found []string
	parsed := 0
	for _, p := range everyPackage(t) {
		if withinAny(p.ImportPath, own) || within(p.ImportPath, "generated") {
			continue
		}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			parsed++
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && asks(fn) {
					found = append(found, place(p.ImportPath)+"."+fn.Name.Name)
				}
			}
		}
	}
	if parsed < 300 {
		t.Fatalf("only %d files were read", parsed)
	}
	if len(found) == 0 {
		t.Fatal("nobody asks: the words of the engine have other names now")
	}
	if len(found) > maxAsking {
		t.Errorf("%d functions ask whether a message is sealed or plain, more than %d: %s", len(found), maxAsking, strings.Join(found, ", "))
	}
	t.Log(found)
}

// asks reports whether a function reads one of the words.
func asks(fn *ast.FuncDecl) (found bool) {
	ast.Inspect(fn, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		found = found || ok && slices.Contains(asking(), s.Sel.Name)
		return !found
	})
	return found
}
