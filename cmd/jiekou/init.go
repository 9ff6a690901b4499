package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/spec/scaffold"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// initCommand begins a team's own repository.
func initCommand(t *tool) *cobra.Command {
	o := scaffold.ProjectOptions{Say: t.said}
	cmd := &cobra.Command{
		Use:   "init MODULE",
		Short: "Begin a repository of your own, ready to run",
		Long: `init makes a folder a repository that serves an interface document: go.mod with jiekou
as a tool (go tool jiekou …), spec/NAME with a table, a report, a query and a
notification, main.go, Makefile, CI, README, a test that fires the fixtures, generated/,
deploy/ (Dockerfile, compose, a unit of systemd, manifests), and a complete go.sum. With --plain, requests are signed instead of sealed.

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
	if t.dir == "" {
		t.dir = "."
	}
	files, err := project.Begin(t.dir, o)
	if err := errors.Join(t.names(files), err); err != nil {
		return err
	}
	if err := t.generate(false, ""); err != nil {
		return err
	}
	t.say("go mod tidy, which may download modules")
	if err := project.Tidy(ctx, t.dir, t.stderr); err != nil {
		return err
	}
	t.say("next: make run, make test; README.md says what is where")
	return nil
}
