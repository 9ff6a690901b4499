package project

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// moduleFile is the go.mod in a folder or above it; empty: there is none.
func moduleFile(folder string) string {
	for at := folder; ; at = filepath.Dir(at) {
		file := filepath.Join(at, "go.mod")
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			return file
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}

// ModuleOf is the import path of a folder, by the go.mod in it or above it.
func ModuleOf(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	file := moduleFile(folder)
	if file == "" {
		return "", command.Misused("go mod init example.com/team there, or name the module with --module",
			"no go.mod in %s or above it: the generated Go has no import path", folder)
	}
	text, err := os.ReadFile(file) //nolint:gosec // of the team's own module
	if err != nil {
		return "", err
	}
	name := modfile.ModulePath(text)
	if name == "" {
		return "", command.Misused("write its module line, or name the module with --module", "%s names no module", file)
	}
	below, err := filepath.Rel(filepath.Dir(file), folder)
	if err != nil {
		return "", err
	}
	return path.Join(name, filepath.ToSlash(below)), nil
}
