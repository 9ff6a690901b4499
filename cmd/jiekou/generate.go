package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
)

// generateCommand generates what follows from the YAML.
func generateCommand(t *tool) *cobra.Command {
	check := false
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Generate code, SQL, schemas and docs from the YAML",
		Long: `generate writes everything that follows from the YAML into generated/. It writes
only files whose contents change, each at once, and deletes only files that
generated/MANIFEST lists and that are no longer generated. With findings it writes
nothing.

If docs/interfaces.md has the lines <!-- jiekou:interfaces --> and
<!-- /jiekou:interfaces -->, generate writes the table of all interfaces between them.

With --check it writes nothing, prints a unified diff of what is stale and exits 1
when there is any.`,
		Example: `  jiekou generate
  jiekou generate --check`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return t.generate(check) },
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; print a diff and exit 1 when something is stale")
	return cmd
}

func (t *tool) generate(check bool) error {
	start := time.Now()
	p, err := t.project()
	if err != nil {
		return err
	}
	set, err := t.load(p)
	if err != nil {
		return err
	}
	files, err := gen.Generate(set)
	if err != nil {
		return command.Bug(err)
	}
	root, err := os.OpenRoot(p.root)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // files below it are closed
	o, err := disk.Compare(root, gen.Root, files, set)
	if err != nil {
		return inTheWay(err)
	}
	if check {
		return t.stale(o)
	}
	if err := o.Apply(); err != nil {
		return inTheWay(err)
	}
	_, err = fmt.Fprintf(t.stdout, "%s, %d written, %d deleted, %s\n", count(o.Files(), "file"), o.Written(), o.Gone(), since(start))
	return err
}

// stale prints what generate would change.
func (t *tool) stale(o *disk.Output) error {
	if err := o.Diff(t.stdout); err != nil {
		return err
	}
	if n := o.Written() + o.Gone(); n > 0 {
		return command.Failed("jiekou generate", "%s stale", count(n, "file"))
	}
	return nil
}

// inTheWay gives an error of disk its hint.
func inTheWay(err error) error {
	if way, ok := errors.AsType[*disk.ErrWay](err); ok {
		return command.Hinted(err, way.Hint)
	}
	return err
}
