package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"
	gomodule "golang.org/x/mod/module"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// options say for which module the files of the project in root are generated: the
// one that --module names, or that of the go.mod in root or above it.
func options(root, flag string) (gen.Options, error) {
	o := gen.Options{Module: flag, Artefacts: []gen.Artefact{
		{Name: "fixtures", Files: fixture.Generate, Title: fixture.Title, Page: fixture.Page},
	}}
	if flag == "" {
		var err error
		if o.Module, err = moduleOf(root); err != nil {
			return o, err
		}
	}
	if err := gomodule.CheckImportPath(o.Module); err != nil {
		return o, command.Misused("a module is named like example.com/team", "%s", err)
	}
	return o, nil
}

// moduleOf is the import path of a folder, by the go.mod in it or above it.
func moduleOf(folder string) (string, error) {
	for at := folder; ; at = filepath.Dir(at) {
		file := filepath.Join(at, "go.mod")
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) && at != filepath.Dir(at) {
			continue
		}
		if errors.Is(err, fs.ErrNotExist) {
			return "", command.Misused("go mod init example.com/team there, or name the module with --module",
				"no go.mod in %s or above it: the generated Go has no import path", folder)
		}
		if err != nil {
			return "", err
		}
		name := modfile.ModulePath(text)
		if name == "" {
			return "", command.Misused("write its module line, or name the module with --module", "%s names no module", file)
		}
		below, err := filepath.Rel(at, folder)
		if err != nil {
			return "", err
		}
		return path.Join(name, filepath.ToSlash(below)), nil
	}
}
