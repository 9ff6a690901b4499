package pattern_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/read/han"
)

// TestNew uses a pattern, and one that is wrong.
func TestNew(t *testing.T) {
	t.Parallel()
	p := pattern.New(`(\d+)位`)
	if got := p.FindStringSubmatch("最多20位"); len(got) != 2 || got[1] != "20" {
		t.Errorf("found %q", got)
	}
	wrong := pattern.New(`(`)
	defer func() {
		if recover() == nil {
			t.Error("a wrong expression is used")
		}
	}()
	wrong.MatchString("a")
}

// TestExpressions compiles the expressions of the importer's sources, each of which would
// be compiled at its first use only.
func TestExpressions(t *testing.T) {
	t.Parallel()
	compiled := 0
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			of, ok := call.Fun.(*ast.SelectorExpr)
			text, literal := call.Args[0].(*ast.BasicLit)
			if !ok || !literal || of.Sel.Name != "New" {
				return true
			}
			if pkg, named := of.X.(*ast.Ident); !named || pkg.Name != "pattern" {
				return true
			}
			expression, err := strconv.Unquote(text.Value)
			if err == nil {
				_, err = regexp.Compile(expression)
			}
			if err != nil {
				t.Errorf("%s: %v", set.Position(call.Pos()), err)
			}
			if han.Simple(expression) != expression {
				t.Errorf("%s: no text matches characters that are read otherwise: %s", set.Position(call.Pos()), expression)
			}
			compiled++
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if compiled < 150 {
		t.Errorf("only %d expressions were found", compiled)
	}
}
