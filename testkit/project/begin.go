package project

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	gomodule "golang.org/x/mod/module"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// goVersion is the version of Go that a new module asks for: what jiekou's own asks for.
const goVersion = "1.26.0"

// Begin makes a folder a repository of a team's own, and returns the files that it wrote.
// It overwrites none. Its go.mod asks for the jiekou that is running, unless o names a
// checkout. generated/ is not written; Tidy completes go.sum after that.
func Begin(folder string, o scaffold.ProjectOptions) ([]string, error) {
	o, err := completed(o)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // a repository is to be read
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // files below it are closed
	files, err := scaffold.Project(o)
	if err != nil {
		return nil, command.Bug(err)
	}
	for _, f := range files {
		if _, err := root.Stat(f.Path); !errors.Is(err, fs.ErrNotExist) {
			return nil, command.Misused("name an empty folder with --dir", "%s is there already", f.Path)
		}
	}
	var written []string
	for _, f := range files {
		if err := disk.Write(root, f.Path, f.Text); err != nil {
			return written, err
		}
		written = append(written, f.Path)
	}
	return written, nil
}

// completed refuses options that cannot be, and fills in what was left out.
func completed(o scaffold.ProjectOptions) (scaffold.ProjectOptions, error) {
	if err := gomodule.CheckImportPath(o.Module); err != nil {
		return o, command.Misused("a module is named like example.com/acme/orders", "%w", err)
	}
	if o.Module == command.Module {
		return o, command.Misused("a repository of your own has a name of its own", "%s is jiekou's module", o.Module)
	}
	if err := scaffold.CheckSystemName(o.System); err != nil {
		return o, command.Misused("", "--system: %w", err)
	}
	if o.Title == "" {
		o.Title = o.System
	}
	o.Go = goVersion
	if o.Checkout == "" {
		var err error
		o.Version, err = running()
		return o, err
	}
	o.Version = "v0.0.0"
	folder, err := filepath.Abs(o.Checkout)
	if err != nil {
		return o, err
	}
	if name, err := ModuleOf(folder); err != nil || name != command.Module {
		return o, command.Misused("--jiekou is the folder that holds the go.mod of jiekou", "no checkout of jiekou in %s", o.Checkout)
	}
	o.Checkout = folder
	return o, nil
}

// running is the version of jiekou that is running.
func running() (string, error) {
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Path == command.Module && gomodule.Check(command.Module, info.Main.Version) == nil &&
		!strings.Contains(info.Main.Version, "+dirty") {
		return info.Main.Version, nil
	}
	return "", command.Misused("name the checkout with --jiekou",
		"this jiekou was built from a checkout and has no version that a go.mod could ask for")
}

// Tidy has the Go command complete go.mod and go.sum in a folder; what it says goes to
// said. It may download modules.
func Tidy(ctx context.Context, folder string, said io.Writer) error {
	c := exec.CommandContext(ctx, "go", "mod", "tidy")
	c.Dir, c.Stderr = folder, said
	err := c.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return command.Failed("install Go, then go mod tidy completes go.mod and go.sum", "there is no go command")
	}
	if err != nil {
		return command.Failed("when it works, go mod tidy completes go.mod and go.sum; --jiekou takes a checkout in place of a version that cannot be fetched",
			"go mod tidy: %w", err)
	}
	return nil
}
