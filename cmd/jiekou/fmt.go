package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/migrate"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// fmtCommand rewrites YAML in its canonical form.
func fmtCommand(t *tool) *cobra.Command {
	check, older := false, false
	cmd := &cobra.Command{
		Use:   "fmt [FILE…]",
		Short: "Format YAML",
		Long: `fmt rewrites YAML in its canonical form: rows aligned, keys in order, comments
kept. It never changes what a file means. Without files it takes all below
spec/. It prints the names of the files that it changed; with --check it changes
none and exits 1 when there are any.

--migrate first rewrites what an older language had: endpoint, envelope, signature
and the words of reply become protocol, known answers of a signature become
vectors.yaml.`,
		Example: `  jiekou fmt
  jiekou fmt spec/lianfa/customer/cst_info_create.yaml
  jiekou fmt --check
  jiekou fmt --migrate`,
		RunE: func(_ *cobra.Command, args []string) error {
			if older {
				if err := t.migrate(len(args) > 0 || check); err != nil {
					return err
				}
			}
			return t.fmt(args, check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "only print the names of unformatted files, and exit 1")
	cmd.Flags().BoolVar(&older, "migrate", false, "rewrite keys of an older language")
	return cmd
}

// migrate rewrites the systems of a project that have keys of an older language.
func (t *tool) migrate(narrowed bool) error {
	if narrowed {
		return command.Misused("jiekou fmt --migrate", "--migrate rewrites the whole project: leave the files and --check out")
	}
	p, err := t.project()
	if err != nil {
		return err
	}
	change, err := migrate.Folder(p.FS, project.Folder)
	if found, ok := errors.AsType[spec.Findings](err); ok {
		return t.found(found)
	}
	if err != nil {
		return command.Failed("", "%s", err)
	}
	for _, name := range slices.Sorted(maps.Keys(change.Files)) {
		if err := os.WriteFile(filepath.Join(p.Root, filepath.FromSlash(name)), change.Files[name], 0o644); err != nil { //nolint:gosec // YAML is for everybody
			return err
		}
		if _, err := fmt.Fprintln(t.stdout, name); err != nil {
			return err
		}
	}
	for _, note := range change.Notes {
		t.say("note: %s", note)
	}
	return nil
}

func (t *tool) fmt(names []string, check bool) error {
	if len(names) == 0 {
		p, err := t.project()
		if err != nil {
			return err
		}
		if names, err = disk.YAML(p.Root, project.Folder); err != nil {
			return err
		}
	}
	broken, stale := 0, 0
	for _, name := range names {
		changed, err := disk.Format(name, check)
		switch {
		case os.IsNotExist(err):
			return command.Misused("", "no file %s", shown(name))
		case err != nil:
			broken++
			t.say("error: %s", shown(name)+": "+err.Error())
		case changed:
			stale++
			if _, err := fmt.Fprintln(t.stdout, shown(name)); err != nil {
				return err
			}
		}
	}
	switch {
	case broken > 0:
		return command.Quiet()
	case check && stale > 0:
		return command.Failed("jiekou fmt", "%s not formatted", count(stale, "file"))
	}
	return nil
}

// shown is a path relative to the working directory where that is below it.
func shown(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil || strings.HasPrefix(rel, "..") || !filepath.IsAbs(path) {
		return path
	}
	return filepath.ToSlash(rel)
}
