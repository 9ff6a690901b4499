package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// builtInFlag adds --built-in to a command that only reads.
func builtInFlag(t *tool, cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&t.builtIn, "built-in", false, "read the systems that jiekou was built with, not a project")
	cmd.PreRun = func(*cobra.Command, []string) { t.reads = true }
	return cmd
}

// project finds the project that a command works on.
func (t *tool) project() (project.Project, error) {
	switch {
	case t.builtIn:
		return project.BuiltIn(), nil
	case t.bundle != nil:
		return project.Project{FS: t.bundle.FS, BuiltIn: true}, nil
	}
	hint := ""
	if t.reads {
		hint = "; --built-in reads the YAML that jiekou was built with"
	}
	return project.Find(t.dir, hint)
}

// load reads the YAML of a project. Findings are printed to standard error.
func (t *tool) load(p project.Project) (*spec.Set, error) {
	var set *spec.Set
	err := command.Until(t.ctx, func() (err error) { set, err = p.Load(); return err })
	return set, t.found(err)
}

// found prints findings to standard error, and returns what is said of them. Other
// errors stay as they are.
func (t *tool) found(err error) error {
	findings, ok := errors.AsType[spec.Findings](err)
	if !ok {
		return err
	}
	fmt.Fprintln(t.stderr, findings.Text(t.said))
	return saidOf(findings)
}

// saidOf is the error of a command that printed findings.
func saidOf(findings spec.Findings) error {
	hint := ""
	if slices.ContainsFunc(findings, func(f spec.Finding) bool { return f.ID != "" }) {
		hint = "jiekou explain ID says more about a finding"
	}
	return command.Failed(hint, "%s", count(len(findings), "finding"))
}

// read loads the YAML of the project.
func (t *tool) read() (*spec.Set, error) {
	p, err := t.project()
	if err != nil {
		return nil, err
	}
	return t.load(p)
}

// app reads the file of an app and finds its system: the one that named says (empty: that
// of the file), or the only one that has an interface.
func (t *tool) app(file, named, cmd string) (caller.App, *spec.System, error) {
	a, err := caller.Read(file)
	if err != nil {
		return a, nil, err
	}
	set, err := t.read()
	if err != nil {
		return a, nil, err
	}
	a.System = cmp.Or(named, a.System)
	s, err := a.Of(set, cmd)
	return a, s, err
}

// known are the systems of the project, none where the YAML has findings, which a shell
// has no place for.
func (t *tool) known() []*spec.System {
	p, err := t.project()
	if err != nil {
		return nil
	}
	set, err := p.Load()
	if err != nil {
		return nil
	}
	return set.Systems
}

// readToWrite loads the YAML of the project that a command writes into.
func (t *tool) readToWrite() (project.Project, *spec.Set, error) {
	p, err := t.project()
	if err != nil {
		return p, nil, err
	}
	set, err := t.load(p)
	return p, set, err
}
