// Package gen prints what follows from the YAML: Go code, SQL, JSON Schemas and
// docs.
//
// Generate reads a checked spec.Set and returns files in memory. It touches no
// disk and no clock, so the same YAML always gives the same bytes. Control flow
// lives in the runtime packages; what is printed is names, types, rules,
// statements and calls.
package gen

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// Module is the import path of the project; what is printed stands below it.
const Module = "github.com/jiekou-dev/jiekou"

// Root is the folder of everything that is printed.
const Root = "generated"

// Files is what Generate prints: path, slash-separated from the project's root,
// to contents.
type Files map[string][]byte

// Paths returns the paths, sorted.
func (f Files) Paths() []string { return slices.Sorted(maps.Keys(f)) }

// section is one part of an interface's file. Sections print in this order.
type section struct {
	name  string
	print func(*file, *spec.Interface) error
}

// sections are the parts of an interface's file.
func sections() []section {
	return []section{
		{"route", interfaceRoute},
		{"request", requestStructs},
		{"response", responseStructs},
		{"answer", answer},
	}
}

// artefact is a set of files of one system.
type artefact struct {
	name  string
	print func(Files, *spec.System) error
}

// artefacts are the kinds of files of a system.
func artefacts() []artefact {
	return []artefact{
		{"interfaces", interfaceFiles},
		{"groups", groupFiles},
		{"tables", tableFiles},
		{"notifications", notificationFiles},
		{"system", systemFile},
		{"receiver", receiverFile},
		{"migrations", migrationFiles},
		{"schemas", schemaFiles},
		{"docs", docFiles},
		{"fixtures", fixtureFiles},
	}
}

// Generate prints everything for the set. An error is a mistake of the
// generator or a construct that it does not print; it names the artefact.
func Generate(set *spec.Set) (Files, error) {
	files := Files{}
	for _, system := range set.Systems {
		if err := refuseWords(system); err != nil {
			return nil, fmt.Errorf("gen: %w", err)
		}
		for _, a := range artefacts() {
			if err := a.print(files, system); err != nil {
				return nil, fmt.Errorf("gen: %s of %s: %w", a.name, system.Name, err)
			}
		}
	}
	if err := rootFile(files, set); err != nil {
		return nil, fmt.Errorf("gen: %w", err)
	}
	if err := clashes(files); err != nil {
		return nil, fmt.Errorf("gen: %w", err)
	}
	files[path.Join(Root, ManifestName)] = manifest(files)
	return files, nil
}

// clashes finds a name that two files of one package declare.
func clashes(files Files) error {
	seen := map[string]string{}
	for _, p := range files.Paths() {
		if path.Ext(p) != ".go" {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), p, files[p], parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("%s does not parse (this is a mistake of jiekou): %w", p, err)
		}
		for _, name := range packageNames(parsed) {
			key := path.Dir(p) + "." + name
			if other := seen[key]; other != "" {
				return fmt.Errorf("%s and %s both declare %s: rename one of the interfaces", other, p, name)
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
				switch s := s.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names = append(names, n.Name)
					}
				}
			}
		}
	}
	return names
}

// ManifestName is the file below Root that lists what was printed; only what it
// lists may be deleted.
const ManifestName = "MANIFEST"

// manifest lists the paths below Root, a line each.
func manifest(files Files) []byte {
	var b bytes.Buffer
	for _, p := range files.Paths() {
		b.WriteString(p[len(Root)+1:] + "\n")
	}
	return b.Bytes()
}

// interfaceFiles prints one Go file for each interface.
func interfaceFiles(files Files, system *spec.System) error {
	for _, i := range system.Interfaces {
		if err := errors.Join(refuse(i.Request, true), refuse(i.Response, false), refuseConstants(i)); err != nil {
			return err
		}
		f := newFile(system, i.Group.Name, i.Group.Name)
		f.source(i.File)
		for _, s := range sections() {
			if err := s.print(f, i); err != nil {
				return fmt.Errorf("%s, %s: %w", i.Pos, s.name, err)
			}
		}
		if err := f.render(files, path.Join(system.Name, i.Group.Name, fileName(i.Cmd))); err != nil {
			return err
		}
	}
	return nil
}
