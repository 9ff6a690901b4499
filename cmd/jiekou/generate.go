package main

import (
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"
	gomodule "golang.org/x/mod/module"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/cache"
	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/gen/export/download"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// generateCommand generates everything that follows from the YAML.
func generateCommand(t *tool) *cobra.Command {
	check, module := false, ""
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Generate code, SQL, schemas and docs from the YAML",
		Long: `generate writes everything that follows from the YAML into generated/. It writes
only files whose contents change, each at once, and deletes only files that
generated/MANIFEST lists and that are no longer generated. With findings it writes
nothing. What was generated is kept in the user's cache folder, for the same YAML.

The Go packages import one another by the module of go.mod, which is looked for in the
project's folder and above it. Without one, --module names the import path of the folder
that holds spec/.

If docs/interfaces.md has the lines <!-- jiekou:interfaces --> and
<!-- /jiekou:interfaces -->, generate writes the table of all interfaces between them.

With --check it writes nothing, prints a unified diff of stale files and exits 1 if
there are any.`,
		Example: `  jiekou generate
  jiekou generate --check
  jiekou generate --module example.com/team`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return t.generate(check, module) },
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; print a diff and exit 1 when something is stale")
	cmd.Flags().StringVar(&module, "module", "", "import path of the folder that holds spec/ (default: by go.mod)")
	return cmd
}

func (t *tool) generate(check bool, module string) error {
	start := time.Now()
	p, err := t.project()
	if err != nil {
		return err
	}
	o, err := options(p.Root, module)
	if err != nil {
		if _, findings := p.Load(); findings != nil { // they come first: without YAML there is no Go
			return t.found(findings)
		}
		return err
	}
	var made *cache.Output
	err = command.Until(t.ctx, func() (err error) {
		made, err = gen.Kept(p.FS, project.Folder, o, p.Load, project.Refused)
		return err
	})
	if err != nil {
		return t.found(err)
	}
	root, err := os.OpenRoot(p.Root)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // files below it are closed
	out, err := disk.Compare(root,
		disk.Tree{Folder: gen.DefaultRoot, Manifest: gen.ManifestName, Files: made.Files},
		disk.Block{Path: docs.InterfacesPath, Text: made.Table})
	if err != nil {
		return inTheWay(err)
	}
	if check {
		return t.stale(out)
	}
	if err := out.Apply(); err != nil {
		return inTheWay(err)
	}
	err = t.tell("%s, %d written, %d deleted, %s\n", count(out.Files(), "file"), out.Written(), out.Gone(), since(start))
	return err
}

// generated is what generate would write for a module.
func generated(set *spec.Set, module string) (map[string][]byte, error) {
	o, err := options("", module)
	if err != nil {
		return nil, err
	}
	return gen.Generate(set, o)
}

// withoutCases is what generate would write but for the test cases, which take longest.
func withoutCases(set *spec.Set, module string) (map[string][]byte, error) {
	o, err := options("", module)
	if err != nil {
		return nil, err
	}
	o.Artefacts[0].Files = nil
	return gen.Generate(set, o)
}

// options say for which module the files of the project in root are generated: the
// one that --module names, or that of the go.mod in root or above it.
func options(root, flag string) (gen.Options, error) {
	o := gen.Options{Module: flag, Artefacts: []gen.Artefact{
		{Name: "fixtures", Files: files.Generate, Title: files.Title, Page: files.Page},
		{Name: "console", Files: console.Generate},
		{Name: "downloads", Files: download.Files},
	}}
	if flag == "" {
		var err error
		if o.Module, err = project.ModuleOf(root); err != nil {
			return o, err
		}
	}
	if err := gomodule.CheckImportPath(o.Module); err != nil {
		return o, command.Misused("a module is named like example.com/team", "%s", err)
	}
	o.Artefacts = append(o.Artefacts, gen.Artefact{Name: "starts", Files: func(root string, s *spec.System) (map[string][]byte, error) {
		return console.Starts(o.Module, root, s)
	}})
	return o, nil
}

// stale prints the changes that generate would make.
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
