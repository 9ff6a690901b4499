package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// specFolder holds the systems below a project's root.
const specFolder = "spec"

// project is where the YAML is.
type project struct {
	root    string // folder that holds spec/; empty: the built-in spec
	fsys    fs.FS
	builtIn bool
}

// builtInFlag adds --built-in to a command that only reads.
func builtInFlag(t *tool, cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&t.builtIn, "built-in", false, "read the systems that jiekou was built with, not a project")
	cmd.PreRun = func(*cobra.Command, []string) { t.reads = true }
	return cmd
}

// project finds the project: --dir, or upwards from the working directory the first
// folder whose spec/ holds a system.
func (t *tool) project() (project, error) {
	if t.builtIn {
		return project{fsys: spec.Embedded(), builtIn: true}, nil
	}
	start := t.dir
	if start == "" {
		start = "."
	}
	dir, err := filepath.Abs(start)
	if err != nil {
		return project{}, err
	}
	if t.dir != "" {
		if !isFolder(dir) {
			return project{}, command.Misused("--dir is the folder that holds "+specFolder+"/", "no folder %s", t.dir)
		}
		if !isProject(dir) {
			return project{}, command.Misused("jiekou new system NAME --title … --dir "+t.dir+" begins one there",
				"no project in %s: its %s/ holds no system", dir, specFolder)
		}
		return project{root: dir, fsys: os.DirFS(dir)}, nil
	}
	for at := dir; ; at = filepath.Dir(at) {
		if isProject(at) {
			return project{root: at, fsys: os.DirFS(at)}, nil
		}
		if at == filepath.Dir(at) {
			return project{}, t.nowhere(dir)
		}
	}
}

// nowhere says that there is no project in a folder or above it.
func (t *tool) nowhere(dir string) error {
	hint := "go to a project, or name one with --dir; jiekou new system NAME --title … --dir . begins one here"
	if t.reads {
		hint += "; --built-in reads the YAML that jiekou was built with"
	}
	return command.Misused(hint, "no project in %s or above: a project is a folder whose %s/ holds a system", dir, specFolder)
}

// isProject reports whether the spec/ of a folder holds a system.
func isProject(dir string) bool {
	found, err := fs.Glob(os.DirFS(dir), specFolder+"/*/system.yaml")
	return err == nil && len(found) > 0
}

// load reads the YAML of a project. Findings are printed to standard error.
func (t *tool) load(p project) (*spec.Set, error) {
	set, err := load.Systems(p.fsys, specFolder)
	if findings, ok := errors.AsType[spec.Findings](err); ok {
		return nil, t.found(findings)
	}
	if err == nil {
		err = bind.Servable(set)
	}
	return set, err
}

// found prints findings to standard error. It is no error without any.
func (t *tool) found(findings spec.Findings) error {
	if len(findings) == 0 {
		return nil
	}
	fmt.Fprintln(t.stderr, findings.Error())
	return command.Failed("jiekou explain ID says more about a finding", "%s", count(len(findings), "finding"))
}

// read loads the YAML of the project.
func (t *tool) read() (*spec.Set, error) {
	p, err := t.project()
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
	return nil, command.Misused("systems: "+list(names), "no system %q", name)
}

// isFolder reports whether a path is a folder.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
