// Package gen generates what follows from the YAML: Go code, SQL, JSON Schemas and
// docs.
//
// Generate reads a checked spec.Set and returns files in memory. It touches no disk
// and no clock, so the same YAML always gives the same bytes. Control flow lives in
// the runtime packages; what is generated is names, types, rules, statements and
// calls.
package gen

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/gen/golang"
	"github.com/jiekou-dev/jiekou/gen/migration"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/spec"
)

// DefaultRoot is the folder of everything that is generated, where Options name none.
const DefaultRoot = "generated"

// Options say for whom is generated.
type Options struct {
	// Module is the import path of the folder that the paths of Files begin in:
	// generated packages import one another below it. Of the runtime they import
	// github.com/jiekou-dev/jiekou/runtime/… whatever it is.
	Module string
	// Root is the folder of everything that is generated; empty: DefaultRoot.
	Root string
	// Artefacts are further files of each system.
	Artefacts []Artefact
}

// Artefact is a set of files of each system that a caller of Generate adds.
type Artefact struct {
	Name string // for messages
	// Files returns the files of a system, by their paths below root; nil: none are wanted.
	Files func(root string, system *spec.System) (map[string][]byte, error)
	// Title and Page are the title of the artefact's page in the docs of a system, and
	// its file's name; empty: it has none.
	Title, Page string
}

// Files is what Generate generates: path, slash-separated from the project's root,
// to contents.
type Files map[string][]byte

// Paths returns the paths, sorted.
func (f Files) Paths() []string { return slices.Sorted(maps.Keys(f)) }

// artefact is a set of files of one system.
type artefact struct {
	name  string
	print func(*tree, *spec.System) error
}

// artefacts are the kinds of files of a system.
func artefacts() []artefact {
	return []artefact{
		{"Go", packageFiles},
		{"migrations", migrationFiles},
		{"schemas", schemaFiles},
		{"docs", docFiles},
		{"demo rows", demoFiles},
		{"further files", furtherFiles},
	}
}

// Generate returns everything that follows from the set. An error is a mistake of
// the generator or a construct that it does not generate; it names the artefact.
func Generate(set *spec.Set, o Options) (Files, error) {
	out, err := newTree(o)
	if err != nil {
		return nil, fmt.Errorf("gen: %w", err)
	}
	for _, system := range set.Systems {
		for _, a := range artefacts() {
			if err := a.print(out, system); err != nil {
				return nil, fmt.Errorf("gen: %s of %s: %w", a.name, system.Name, placed(err, system))
			}
		}
	}
	if err := out.golang().Root(set, out.has); err != nil {
		return nil, fmt.Errorf("gen: %w", err)
	}
	for _, system := range set.Systems {
		if err := clashes(out.files, path.Join(out.Root, system.Name)); err != nil {
			return nil, fmt.Errorf("gen: %w", placed(err, system))
		}
	}
	return out.files, out.add(ManifestName, out.manifest())
}

// Alone returns what is generated of one system for a folder of a module, by paths below the
// folder: its packages, with the client and the receiver.
func Alone(system *spec.System, module, folder string) (map[string][]byte, error) {
	made, err := Generate(&spec.Set{Systems: []*spec.System{system}}, Options{Module: module, Root: folder})
	files := map[string][]byte{}
	for name, text := range made {
		files[strings.TrimPrefix(name, folder+"/")] = text
	}
	return files, err
}

// tree has the files that one Generate has made so far.
type tree struct {
	Options
	files Files
}

// newTree checks the options and begins a tree.
func newTree(o Options) (*tree, error) {
	o.Root = cmp.Or(o.Root, DefaultRoot)
	if err := module.CheckImportPath(o.Module); err != nil {
		return nil, fmt.Errorf("module %q: %w", o.Module, err)
	}
	if err := module.CheckImportPath(o.Root); err != nil || !token.IsIdentifier(path.Base(o.Root)) {
		return nil, fmt.Errorf("folder %q: its last part is the name of a Go package, and none of its parts is empty or dots", o.Root)
	}
	return &tree{Options: o, files: Files{}}, nil
}

// add adds a file, by its path below the root.
func (o *tree) add(name string, text []byte) error {
	name = path.Join(o.Root, name)
	if _, ok := o.files[name]; ok {
		return nameError(fmt.Sprintf("%s would be generated twice: an interface or group cannot be called like its group's, its system's or another's files", name))
	}
	o.files[name] = text
	return nil
}

// has reports whether there is a file of that name below the root, or files in a
// folder of that name.
func (o *tree) has(name string) bool {
	at := path.Join(o.Root, name)
	for name := range o.files {
		if name == at || strings.HasPrefix(name, at+"/") {
			return true
		}
	}
	return false
}

// golang generates Go into the tree.
func (o *tree) golang() *golang.Generator {
	return &golang.Generator{Import: path.Join(o.Module, o.Root), Add: o.add}
}

// packageFiles adds the Go packages of a system.
func packageFiles(out *tree, system *spec.System) error { return out.golang().System(system) }

// demoFiles are the demo rows, as they were written.
func demoFiles(out *tree, system *spec.System) error {
	for _, rows := range system.Demo.Rows {
		if err := out.add(path.Join(system.Name, "demo", rows.Table+".csv"), rows.CSV); err != nil {
			return err
		}
	}
	return nil
}

// migrationFiles adds the migrations.
func migrationFiles(out *tree, system *spec.System) error {
	files, err := migration.Files(system)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := out.add(path.Join(system.Name, "sql", f.Name), f.Text); err != nil {
			return err
		}
	}
	return nil
}

// schemaFiles adds the JSON Schema of each interface.
func schemaFiles(out *tree, system *spec.System) error {
	for _, i := range system.Interfaces {
		text, err := schema.Request(i)
		if err != nil {
			return err
		}
		if err := out.add(path.Join(system.Name, "schema", i.Cmd+".json"), text); err != nil {
			return err
		}
	}
	return nil
}

// docFiles adds the documentation, which links the pages of further files.
func docFiles(out *tree, system *spec.System) error {
	var further []docs.Link
	for _, a := range out.Artefacts {
		if a.Page != "" {
			further = append(further, docs.Link{Title: a.Title, Page: a.Page})
		}
	}
	pages, err := docs.Pages(system, further)
	if err != nil {
		return err
	}
	for _, p := range pages {
		if err := out.add(path.Join(system.Name, "docs", p.Name), []byte(p.Text)); err != nil {
			return err
		}
	}
	return nil
}

// furtherFiles adds the files that the caller of Generate has for a system.
func furtherFiles(out *tree, system *spec.System) error {
	for _, a := range out.Artefacts {
		if a.Files == nil {
			continue
		}
		files, err := a.Files(out.Root, system)
		if err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if err := out.add(name, files[name]); err != nil {
				return fmt.Errorf("%s: %w", a.Name, err)
			}
		}
	}
	return nil
}

// A nameError is about a name that two things would have.
type nameError string

func (e nameError) Error() string { return string(e) }

// placed gives an error about names the place of its system.
func placed(err error, system *spec.System) error {
	if name, ok := errors.AsType[nameError](err); ok {
		return spec.Refuse(system.Pos, "%s", string(name))
	}
	return err
}

// clashes finds a name that two files of one package declare.
func clashes(files Files, root string) error {
	seen := map[string]string{}
	for _, p := range files.Paths() {
		if path.Ext(p) != ".go" || !strings.HasPrefix(p, root+"/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), p, files[p], parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("%s does not parse (this is a mistake of jiekou): %w", p, err)
		}
		for _, name := range packageNames(parsed) {
			key := path.Dir(p) + "." + name
			if other := seen[key]; other != "" {
				return nameError(fmt.Sprintf("%s and %s both declare %s: rename one of the interfaces", other, p, name))
			}
			seen[key] = p
		}
	}
	return nil
}

// packageNames lists the names of a file's package-level declarations, methods left
// out.
func packageNames(f *ast.File) []string {
	var names []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				names = append(names, specNames(s)...)
			}
		}
	}
	return names
}

// specNames lists the names that a line of a declaration gives.
func specNames(s ast.Spec) []string {
	var names []string
	switch s := s.(type) {
	case *ast.TypeSpec:
		names = append(names, s.Name.Name)
	case *ast.ValueSpec:
		for _, n := range s.Names {
			names = append(names, n.Name)
		}
	}
	return names
}

// ManifestName is the file below the root that lists what was generated; only what
// it lists may be deleted.
const ManifestName = "MANIFEST"

// manifest lists the paths below the root, a line each.
func (o *tree) manifest() []byte {
	var b bytes.Buffer
	for _, p := range o.files.Paths() {
		b.WriteString(p[len(o.Root)+1:] + "\n")
	}
	return b.Bytes()
}
