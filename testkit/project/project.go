// Package project is a folder whose spec/ holds systems: how it is found, read and added
// to.
package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// Folder holds the systems below a project's root.
const Folder = "spec"

// Project is where the YAML is.
type Project struct {
	Root    string // folder that holds spec/; empty: the built-in spec
	FS      fs.FS
	BuiltIn bool
}

// BuiltIn is the systems that jiekou was built with.
func BuiltIn() Project { return Project{FS: spec.Embedded(), BuiltIn: true} }

// Find finds a project: the folder that is named or, for "", upwards from the working
// directory the first one whose spec/ holds a system. hint is added to what is said
// where there is none.
func Find(named, hint string) (Project, error) {
	start := named
	if start == "" {
		start = "."
	}
	dir, err := filepath.Abs(start)
	if err != nil {
		return Project{}, err
	}
	switch {
	case named == "":
		return upwards(dir, hint)
	case !isFolder(dir):
		return Project{}, command.Misused("--dir is the folder that holds "+Folder+"/", "no folder %s", named)
	case !holds(dir):
		return Project{}, command.Misused("jiekou new system NAME --title … --dir "+named+" begins one there",
			"no project in %s: its %s/ holds no system", dir, Folder)
	}
	return Project{Root: dir, FS: yamltree.Folder(dir)}, nil
}

// upwards finds the project that a folder is in.
func upwards(dir, hint string) (Project, error) {
	for at := dir; ; at = filepath.Dir(at) {
		if holds(at) {
			return Project{Root: at, FS: yamltree.Folder(at)}, nil
		}
		if at == filepath.Dir(at) {
			return Project{}, command.Misused(
				"go to a project, or name one with --dir; jiekou new system NAME --title … --dir . begins one here"+hint,
				"no project in %s or above: a project is a folder whose %s/ holds a system", dir, Folder)
		}
	}
}

// holds reports whether the spec/ of a folder holds a system.
func holds(dir string) bool {
	found, err := fs.Glob(os.DirFS(dir), Folder+"/*/system.yaml")
	return err == nil && len(found) > 0
}

// isFolder reports whether a path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Load reads and checks the YAML. The error may be spec.Findings.
func (p Project) Load() (*spec.Set, error) {
	l, err := p.load()
	if err != nil {
		return nil, err
	}
	return l.Set, nil
}

// load is Load with what is known beside the model. What is known is there with
// findings, too.
func (p Project) load() (*load.Loaded, error) {
	l, err := load.All(p.FS, Folder)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	if len(l.Findings) > 0 {
		return l, l.Findings
	}
	err = bind.Protocols(l.Set)
	if err == nil {
		err = bind.Examples(l.Set)
	}
	if found, ok := errors.AsType[spec.Findings](err); ok {
		p.quote(found)
	}
	return l, err
}

// quote adds the lines of the files to findings that have none.
func (p Project) quote(found spec.Findings) {
	for i := range found {
		f := &found[i]
		if f.Source != "" {
			continue
		}
		text, err := yamltree.ReadFile(p.FS, Folder, f.Pos.File)
		lines := strings.Split(string(text), "\n")
		if err == nil && f.Pos.Line >= 1 && f.Pos.Line <= len(lines) {
			f.Source = strings.TrimRight(lines[f.Pos.Line-1], "\r ")
		}
	}
}
