package prove

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Program is the Go code that was generated from a set.
type Program struct {
	Set    *spec.Set
	Module string            // import path of the folder that the names of Files begin in
	Files  map[string][]byte // all that was generated; other files are not looked at
	Dir    string            // of the go command: a folder of the team's module
	Cache  Cache             // of packages that are known to hold
}

// Types type-checks the program. An error is ErrNoGo, of ctx, or a bug.
func (p Program) Types(ctx context.Context) (spec.Findings, error) {
	c, err := p.parse()
	if err != nil {
		return nil, err
	}
	c.library, err = compiled(ctx, p.Dir, c.outside())
	if err != nil {
		return nil, err
	}
	c.far = c.library.importer(c.fset)
	for _, name := range slices.Sorted(maps.Keys(c.folders)) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sum := c.sum(name)
		if _, known := p.Cache.Get(sum); known {
			continue
		}
		before := len(c.found)
		if _, err := c.Import(name); err != nil {
			return nil, err
		}
		if len(c.found) == before && !c.failed[name] {
			p.Cache.Put(sum, nil)
		}
	}
	return c.found, nil
}

// checker type-checks packages, each once.
type checker struct {
	Program
	fset    *token.FileSet
	folders map[string][]string    // import path -> names of its files
	syntax  map[string][]*ast.File // by import path
	sums    map[string]string
	done    map[string]*types.Package
	failed  map[string]bool
	library *library
	far     types.Importer
	found   spec.Findings
}

// parse reads the files, and what each package imports.
func (p Program) parse() (*checker, error) {
	c := &checker{
		Program: p, fset: token.NewFileSet(), folders: map[string][]string{}, syntax: map[string][]*ast.File{},
		sums: map[string]string{}, done: map[string]*types.Package{}, failed: map[string]bool{},
	}
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		if path.Ext(name) != ".go" {
			continue
		}
		file, err := parser.ParseFile(c.fset, name, p.Files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("prove: what was generated does not parse: %w", err)
		}
		pkg := path.Join(p.Module, path.Dir(name))
		c.folders[pkg] = append(c.folders[pkg], name)
		c.syntax[pkg] = append(c.syntax[pkg], file)
	}
	return c, nil
}

// imports are the paths that a package imports.
func (c *checker) imports(pkg string) []string {
	set := map[string]bool{}
	for _, file := range c.syntax[pkg] {
		for _, i := range file.Imports {
			name, _ := strconv.Unquote(i.Path.Value) // the parser has read it
			set[name] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// outside are the packages that are imported and were not generated.
func (c *checker) outside() []string {
	set := map[string]bool{}
	for pkg := range c.folders {
		for _, name := range c.imports(pkg) {
			if c.folders[name] == nil {
				set[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// sum is the digest of all that decides whether a package holds.
func (c *checker) sum(pkg string) string {
	if sum := c.sums[pkg]; sum != "" {
		return sum
	}
	h := sha256.New()
	fmt.Fprintln(h, pkg, c.library.sum)
	for _, name := range c.folders[pkg] {
		fmt.Fprintln(h, name, len(c.Files[name]))
		h.Write(c.Files[name])
	}
	for _, name := range c.imports(pkg) {
		if c.folders[name] != nil {
			fmt.Fprintln(h, name, c.sum(name))
		}
	}
	c.sums[pkg] = hex.EncodeToString(h.Sum(nil))
	return c.sums[pkg]
}

// Import returns a package, type-checked if it was generated.
func (c *checker) Import(name string) (*types.Package, error) {
	if c.folders[name] == nil {
		return c.far.Import(name)
	}
	if pkg := c.done[name]; pkg != nil {
		return pkg, nil
	}
	config := types.Config{Importer: c, Error: func(err error) { c.fault(name, err) }}
	pkg, err := config.Check(name, c.fset, c.syntax[name], nil)
	c.done[name] = pkg
	if _, refused := errors.AsType[types.Error](err); err != nil && !refused {
		return nil, fmt.Errorf("prove: %w", err)
	}
	return pkg, nil
}

const hintGo = "rename what the message names, or say it another way; jiekou would write Go that does not compile"

// fault notes an error of the type checker. The first of a package is the cause of
// most of the others, so they are held back.
func (c *checker) fault(pkg string, err error) {
	var at types.Error
	if c.failed[pkg] || !errors.As(err, &at) {
		return
	}
	c.failed[pkg] = true
	where := c.fset.Position(at.Pos)
	c.found = append(c.found, finding(ruleGo, c.origin(where, at.Msg), hintGo,
		fmt.Sprintf("%s does not compile: %s", where.Filename, at.Msg)))
}

// origin is the place of the YAML that a place of a generated file follows from: the
// field, column or group that is named there, or else the file of the YAML.
func (c *checker) origin(at token.Position, message string) spec.Pos {
	lines := strings.Split(string(c.Files[at.Filename]), "\n")
	words := []string{message}
	if at.Line >= 1 && at.Line <= len(lines) {
		words = append(words, lines[at.Line-1])
	}
	source := ""
	if len(lines) > 1 {
		source = strings.TrimSpace(strings.TrimPrefix(lines[1], "// Source: "))
	}
	return named(c.Set, source, strings.Join(words, " "))
}
