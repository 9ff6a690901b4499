package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/project"
	"github.com/jiekou-dev/jiekou/testkit/standin"
)

// watchCommand generates whenever the YAML changes.
func watchCommand(t *tool) *cobra.Command {
	build, module := "", ""
	cmd := &cobra.Command{
		Use:   "watch [-- SERVER…]",
		Short: "Generate whenever the YAML changes, and run the server of the new version",
		Long: `watch looks at spec/ and, after each change, prints the findings or generates. Only
files whose contents change are written. With a server behind --, it is built by --build
and started again each time; while there are findings, or it cannot be built, the last
good version goes on.

jiekou mock and proxy follow the YAML by themselves. Ctrl-C ends it.`,
		Example: `  jiekou watch
  jiekou watch --build "go build -ldflags=-s -o bin/server ." -- bin/server serve --demo`,
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := t.project()
			if err != nil {
				return err
			}
			w := &watcher{tool: t, module: module}
			if len(args) > 0 {
				w.child = &standin.Child{Build: strings.Fields(build), Run: args, Dir: p.Root, Out: t.stderr}
				defer w.child.Stop()
			}
			began := standin.State(p.FS, project.Folder) // of what the first turn reads, at the latest
			w.turn()
			t.say("watching %s/; Ctrl-C ends it", project.Folder)
			standin.Watch(t.ctx, p.FS, project.Folder, began, w.turn)
			return nil
		},
	}
	cmd.Flags().StringVar(&build, "build", "", "how the server is built, words separated by spaces")
	cmd.Flags().StringVar(&module, "module", "", "as for jiekou generate")
	return cmd
}

// watcher is what a change sets going.
type watcher struct {
	*tool
	module string
	child  *standin.Child // nil: nothing is run
}

// turn generates and, where that works, runs the next version.
func (w *watcher) turn() {
	err := w.generate(false, w.module)
	if err == nil && w.child != nil {
		if err = w.child.Next(w.ctx); err == nil {
			w.say("the server of this version is started")
		}
	}
	if err != nil && w.ctx.Err() == nil {
		command.Report(w.ctx, w.stderr, "jiekou", err)
	}
}
