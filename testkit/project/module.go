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

// ModuleOf is the import path of a folder, by the go.mod in it or above it.
func ModuleOf(folder string) (string, error) {
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
