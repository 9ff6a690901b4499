package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// specFolder holds the systems below a project's root.
const specFolder = "spec"

// schemaName is the language's JSON Schema for editors, in specFolder.
const schemaName = "language.schema.json"

// project is where the YAML is.
type project struct {
	root    string // folder that holds spec/; empty: the built-in spec
	fsys    fs.FS
	builtIn bool
}

// project finds the project: --dir, or upwards from the working directory. A
// folder spec/ alone does not make one: other projects keep their tests there.
func (t *tool) project() (project, error) {
	if t.dir != "" {
		root, err := filepath.Abs(t.dir)
		if err != nil {
			return project{}, err
		}
		if !isFolder(filepath.Join(root, specFolder)) {
			return project{}, misused("--dir is the folder that holds spec/", "no folder %s", filepath.Join(t.dir, specFolder))
		}
		return project{root: root, fsys: os.DirFS(root)}, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return project{}, err
	}
	for {
		if isProject(dir) {
			return project{root: dir, fsys: os.DirFS(dir)}, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return project{}, misused("go to the project, or name it with --dir", "no spec/ with a system here or above")
		}
		dir = parent
	}
}

// isProject says whether a folder holds spec/ with systems, or did: language.schema.json
// stays behind, and go.mod says that it is jiekou's own.
func isProject(dir string) bool {
	folder := filepath.Join(dir, specFolder)
	if !isFolder(folder) {
		return false
	}
	fsys := os.DirFS(dir)
	if found, err := fs.Glob(fsys, specFolder+"/*/system.yaml"); err == nil && len(found) > 0 {
		return true
	}
	if _, err := fs.Stat(fsys, specFolder+"/"+schemaName); err == nil {
		return true
	}
	text, err := fs.ReadFile(fsys, "go.mod")
	return err == nil && ownModule.Match(text)
}

// ownModule is the line of go.mod that names jiekou.
var ownModule = regexp.MustCompile(`(?m)^module\s+"?github\.com/jiekou-dev/jiekou"?\s*$`)

// readable finds the project, or takes the built-in spec where there is none and
// none was asked for.
func (t *tool) readable() (project, error) {
	p, err := t.project()
	if err != nil && t.dir == "" {
		return project{fsys: spec.Embedded(), builtIn: true}, nil
	}
	return p, err
}

// load reads the YAML of a project. Findings are printed to standard error.
func (t *tool) load(p project) (*spec.Set, error) {
	set, err := load.Systems(p.fsys, specFolder)
	if errors.Is(err, load.ErrNoSystem) {
		return nil, noSystem()
	}
	if findings, ok := errors.AsType[spec.Findings](err); ok {
		return nil, t.found(findings)
	}
	if err == nil {
		err = servable(set)
	}
	return set, err
}

// servable says which signature or envelope the runtime would refuse: what spec, which
// may not import it, does not find.
func servable(set *spec.Set) error {
	for _, s := range set.Systems {
		for _, g := range s.AllSignatures() {
			if _, err := signature.New(bind.Signature(g)); err != nil {
				return failed("runtime/protocol/signature/spec.go says what may be declared", "%s: the signature cannot be served: %s", g.Pos, cleaned(err))
			}
		}
		if s.Plain() {
			continue
		}
		if _, err := envelope.New(bind.Envelope(&s.Envelope)); err != nil {
			return failed("runtime/protocol/envelope/spec.go says what may be declared", "%s: the envelope cannot be served: %s", s.Envelope.Pos, cleaned(err))
		}
	}
	return nil
}

// found prints findings to standard error. It is no error without any.
func (t *tool) found(findings spec.Findings) error {
	if len(findings) == 0 {
		return nil
	}
	fmt.Fprintln(t.stderr, findings.Error())
	return failed("jiekou explain ID says more about a finding", "%s", count(len(findings), "finding"))
}

// noSystem is what is said where spec/ is empty.
func noSystem() error {
	return failed("jiekou new system NAME --title … --dir . begins one", "no system below %s/", specFolder)
}

// read loads the YAML for a command that only reads.
func (t *tool) read() (*spec.Set, error) {
	p, err := t.readable()
	if err != nil {
		return nil, err
	}
	return t.load(p)
}

// system finds a system of the set.
func system(set *spec.Set, name string) (*spec.System, error) {
	var names []string
	for _, s := range set.Systems {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return nil, misused("systems: "+list(names), "no system %q", name)
}

// isFolder reports whether a path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
