package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	gomodule "golang.org/x/mod/module"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// goVersion is the version of Go that a new module asks for: what jiekou's own asks for.
const goVersion = "1.26.0"

// initCommand begins a team's own repository.
func initCommand(t *tool) *cobra.Command {
	var o scaffold.ProjectOptions
	cmd := &cobra.Command{
		Use:   "init MODULE",
		Short: "Begin a repository of your own, ready to run",
		Long: `init makes a folder a repository that serves an interface document: go.mod with jiekou
as a tool (go tool jiekou …), spec/NAME with a table, a report, a query and a
notification, main.go, Makefile, CI, README, a test that fires the fixtures, generated/,
and a complete go.sum. With --plain, requests are signed instead of sealed; such a system
has no notification, since those are not delivered yet without sealed messages.

The folder is the working directory, or --dir. No file in it is overwritten. go.mod asks
for the version of jiekou that is running. A jiekou that was built from a checkout has
none: name the checkout with --jiekou, and go.mod gets a replace.

After that: make run, make test.`,
		Example: `  jiekou init example.com/acme/orders --system orders
  jiekou init example.com/acme/orders --system orders --plain --title 订单接口规范
  jiekou init example.com/acme/orders --system orders --jiekou ../jiekou`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Module = args[0]
			return t.init(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.System, "system", "", "name of the first system")
	cmd.Flags().StringVar(&o.Title, "title", "", "title of its document (default: the name)")
	cmd.Flags().BoolVar(&o.Signed, "plain", false, "signed requests, a path for each interface")
	cmd.Flags().StringVar(&o.Checkout, "jiekou", "", "a checkout of jiekou to use instead of a released version")
	_ = cmd.MarkFlagRequired("system")
	_ = cmd.MarkFlagDirname("jiekou")
	return cmd
}

func (t *tool) init(ctx context.Context, o scaffold.ProjectOptions) error {
	o, err := completed(o)
	if err != nil {
		return err
	}
	if t.dir == "" {
		t.dir = "."
	}
	if err := os.MkdirAll(t.dir, 0o755); err != nil { //nolint:gosec // a repository is to be read
		return err
	}
	root, err := os.OpenRoot(t.dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // files below it are closed
	files, err := scaffold.Project(o)
	if err != nil {
		return command.Bug(err)
	}
	for _, f := range files {
		if _, err := root.Stat(f.Path); !errors.Is(err, fs.ErrNotExist) {
			return command.Misused("name an empty folder with --dir", "%s is there already", f.Path)
		}
	}
	for _, f := range files {
		if err := disk.Write(root, f.Path, f.Text); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(t.stdout, f.Path); err != nil {
			return err
		}
	}
	if err := t.generate(false, ""); err != nil {
		return err
	}
	if err := t.tidy(ctx); err != nil {
		return err
	}
	t.say("next: make run, make test; README.md says what is where")
	return nil
}

// completed refuses options that cannot be, and fills in what was left out.
func completed(o scaffold.ProjectOptions) (scaffold.ProjectOptions, error) {
	if err := gomodule.CheckImportPath(o.Module); err != nil {
		return o, command.Misused("a module is named like example.com/acme/orders", "%w", err)
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
	if name, err := project.ModuleOf(folder); err != nil || name != command.Module {
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

// tidy has the Go command complete go.mod and go.sum.
func (t *tool) tidy(ctx context.Context) error {
	t.say("go mod tidy, which may download modules")
	c := exec.CommandContext(ctx, "go", "mod", "tidy")
	c.Dir, c.Stderr = t.dir, t.stderr
	err := c.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return command.Failed("install Go, then go mod tidy completes go.mod and go.sum", "there is no go command")
	}
	if err != nil {
		return command.Failed("when it works, go mod tidy completes go.mod and go.sum; --jiekou takes a checkout in place of a version that cannot be fetched", "go mod tidy: %w", err)
	}
	return nil
}
