package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen"
)

// generateCommand prints what follows from the YAML.
func generateCommand(t *tool) *cobra.Command {
	check, module := false, ""
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Generate code, SQL, schemas and docs from the YAML",
		Long: `generate writes everything that follows from the YAML into generated/. It writes
only files whose contents change, each at once, and deletes only files that
generated/MANIFEST lists and that are no longer generated. With findings nothing is
written.

The Go packages import one another by the module of go.mod, which is looked for in the
project's folder and above it. Without one, --module names the import path of the folder
that holds spec/.

If docs/interfaces.md has the lines <!-- jiekou:interfaces --> and
<!-- /jiekou:interfaces -->, generate writes the table of all interfaces between them.

With --check it writes nothing, shows a unified diff of what is stale and exits 1
when there is any.`,
		Example: `  jiekou generate
  jiekou generate --check
  jiekou generate --module example.com/team`,
		Args: cobra.NoArgs,
		RunE: action(func(*cobra.Command, []string) error { return t.generate(check, module) }),
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
	set, err := t.load(p)
	if err != nil {
		return err
	}
	o, err := options(p.root, module)
	if err != nil {
		return err
	}
	files, err := gen.Generate(set, o)
	if err != nil {
		return bug(err)
	}
	root, err := os.OpenRoot(p.root)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // it was only looked up in
	out, err := compare(root, files)
	if err != nil {
		return err
	}
	if err := out.readInterfaces(root, set); err != nil {
		return err
	}
	if check {
		return t.stale(out)
	}
	written, err := out.write(root)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.stdout, "%s, %d written, %d deleted, %s\n",
		count(len(files), "file"), written, len(out.gone), since(start))
	return err
}

// write writes what changed and says how many files that were.
func (o *output) write(root *os.Root) (int, error) {
	if err := o.refuse(); err != nil {
		return 0, err
	}
	if err := o.apply(root); err != nil {
		return 0, err
	}
	if o.page == nil {
		return len(o.changed), nil
	}
	return len(o.changed) + 1, writeFile(root, gen.InterfacesPath, o.page)
}

// stale prints what generate would change.
func (t *tool) stale(o *output) error {
	for _, name := range o.changed {
		old, oldName := o.old[name], name
		if old == nil {
			oldName = "/dev/null"
		}
		if _, err := t.stdout.Write(diff.Diff(oldName, old, name, o.files[name])); err != nil {
			return err
		}
	}
	for _, name := range o.gone {
		if _, err := t.stdout.Write(diff.Diff(name, o.old[name], "/dev/null", nil)); err != nil {
			return err
		}
	}
	if o.page != nil {
		if _, err := t.stdout.Write(diff.Diff(gen.InterfacesPath, o.pageOld, gen.InterfacesPath, o.page)); err != nil {
			return err
		}
	}
	if n := o.stale(); n > 0 {
		return failed("jiekou generate", "%s stale", count(n, "file"))
	}
	return nil
}

// output is what is printed beside what is there.
type output struct {
	files   gen.Files
	old     map[string][]byte // contents of changed and gone files
	listed  map[string]bool   // by the manifest that is there
	changed []string          // to write, sorted; the manifest is among them
	gone    []string          // to delete, sorted

	pageOld, page []byte // docs/interfaces.md before and after; nil when its block is up to date
}

// manifestPath is where the list of printed files is.
const manifestPath = gen.DefaultRoot + "/" + gen.ManifestName

// compare reads what is there.
func compare(root *os.Root, files gen.Files) (*output, error) {
	o := &output{files: files, old: map[string][]byte{}, listed: map[string]bool{}}
	for _, name := range files.Paths() {
		if !inside(name) {
			return nil, bug(fmt.Errorf("the generator prints %q, outside of %s/", name, gen.DefaultRoot))
		}
		old, err := root.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			o.changed = append(o.changed, name)
		case err != nil:
			return nil, err
		case string(old) != string(files[name]):
			o.changed = append(o.changed, name)
			o.old[name] = old
		}
	}
	return o, o.readManifest(root)
}

// inside reports whether a path is clean and below the folder of what is printed.
func inside(name string) bool {
	return fs.ValidPath(name) && strings.HasPrefix(name, gen.DefaultRoot+"/")
}
