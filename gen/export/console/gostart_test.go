package console_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// compiled reads packages that the go command has compiled.
func compiled(t *testing.T, patterns ...string) types.Importer {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", append([]string{"list", "-export", "-deps", "-json=ImportPath,Export"}, patterns...)...)
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	files := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var one struct{ ImportPath, Export string }
		if err := d.Decode(&one); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		files[one.ImportPath] = one.Export
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
}

// TestGoStarts compiles the first program in Go of every interface against the clients of
// this repository, and finds one of each system in the manual.
func TestGoStarts(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	packages := compiled(t, "github.com/jiekou-dev/jiekou/generated/...", "log", "fmt", "errors", "time", "context")
	manual, err := os.ReadFile("../../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range set.Systems {
		starts, err := console.GoStarts("github.com/jiekou-dev/jiekou/generated", s)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(slices.Collect(maps.Values(starts)), func(text string) bool { return bytes.Contains(manual, []byte("```go\n"+text+"```\n")) }) {
			t.Errorf("docs/clients.md has no program in Go of %s", s.Name)
		}
		for _, i := range s.Interfaces {
			text, ok := starts[i.Cmd]
			if ok != (i.Kind != spec.Notify && i.Status != spec.Unimplemented) {
				t.Errorf("%s %s: a program is %t", s.Name, i.Cmd, ok)
			}
			if !ok {
				continue
			}
			n++
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, i.Cmd+".go", text, 0)
			if err != nil {
				t.Errorf("%s: %v\n%s", i.Cmd, err, text)
				continue
			}
			config := types.Config{Importer: packages}
			if _, err := config.Check("main", files, []*ast.File{file}, nil); err != nil {
				t.Errorf("%s: %v\n%s", i.Cmd, err, text)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d programs", n)
	}
}

// TestGoNames gives way where a generated package has the name of one that every program
// imports.
func TestGoNames(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		if s.Name != "u8" {
			continue
		}
		s.Groups[0].Name = "client"
		starts, err := console.GoStarts("example.com/team/generated", s)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{`clientpkg "example.com/team/generated/u8/client"`, "&clientpkg.CustomerGetRequest{", "client.Config{"} {
			if text := starts["customer_get"]; !strings.Contains(text, part) {
				t.Errorf("no %s in\n%s", part, text)
			}
		}
		files, err := console.Starts("example.com/team", "generated", s)
		if text := files["u8/docs/"+portal.StartFile]; err != nil || !bytes.Contains(text, []byte(`"title": "Go"`)) {
			t.Errorf("no tab for Go: %v\n%s", err, text)
		}
	}
}
