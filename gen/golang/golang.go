// Package golang generates the Go of systems: structs with decoders, rules and
// encoders, routes, answers, and what ties a system together.
//
// What is generated is names, types, rules, statements and calls; control flow
// lives in the runtime packages. An emitter is a function from a part of the model
// to code of jennifer, and knows no other emitter's output.
package golang

import (
	"fmt"
	"path"

	"github.com/jiekou-dev/jiekou/spec"
)

// Generator generates the Go packages of systems for one module.
type Generator struct {
	// Import is the import path of the folder of everything that is generated.
	Import string
	// Add takes a file, by its path below that folder.
	Add func(name string, text []byte) error
	// Calls leaves out what a server alone needs: answers, tables, SQL, demo rows, files of docs.
	Calls bool
}

// section is one part of an interface's file. Sections are generated in this order.
type section struct {
	name  string
	print func(*file, *spec.Interface) error
}

// sections are the parts of an interface's file.
func sections() []section {
	return []section{
		{"route", interfaceRoute},
		{"revision", revision},
		{"request", requestStructs},
		{"response", responseStructs},
		{"answer", answer},
		{"told", tellFunction},
	}
}

// artefact is a set of Go files of one system.
type artefact struct {
	name  string
	print func(*Generator, *spec.System) error
}

// artefacts are the kinds of Go files of a system.
func artefacts() []artefact {
	return []artefact{
		{"interfaces", interfaceFiles},
		{"groups", groupFiles},
		{"tables", tableFiles},
		{"notifications", notificationFiles},
		{"system", systemFile},
		{"receiver", receiverFile},
		{"client", clientFile},
	}
}

// System generates the packages of a system. An error is a construct that is not
// generated; it names the artefact.
func (p *Generator) System(system *spec.System) error {
	for _, a := range artefacts() {
		if p.Calls && (a.name == "tables" || a.name == "notifications") {
			continue
		}
		if err := a.print(p, system); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
	}
	return nil
}

// importPath is that of a package in a folder below the root.
func (p *Generator) importPath(folder ...string) string {
	return path.Join(append([]string{p.Import}, folder...)...)
}

// interfaceFiles generates one Go file for each interface.
func interfaceFiles(out *Generator, system *spec.System) error {
	for _, i := range system.Interfaces {
		f := newFile(out, path.Join(system.Name, i.Group.Name), i.Group.Name)
		f.source(i.File)
		for _, s := range sections() {
			if out.Calls && (s.name == "answer" || s.name == "told") {
				continue
			}
			if err := s.print(f, i); err != nil {
				return fmt.Errorf("%s, %s: %w", i.Pos, s.name, err)
			}
		}
		if err := f.render(path.Join(system.Name, i.Group.Name, fileName(i.Cmd))); err != nil {
			return err
		}
	}
	return nil
}
