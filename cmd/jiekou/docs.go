package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// docsFlags are the flags of docs.
type docsFlags struct {
	out, host, app, database string
	all, force               bool
}

// docsCommand writes the site of documents into a folder.
func docsCommand(t *tool) *cobra.Command {
	f := docsFlags{}
	cmd := &cobra.Command{
		Use:   "docs --out DIR",
		Short: "Write the site of documents into a folder",
		Long: `docs writes the pages that a server has at /docs/ into a folder, byte for byte the same:
they need no server, load nothing from elsewhere and may lie below any path.

With --app they have only what one partner may call or is sent: by the file that
jiekoud app show ID --json prints, or by the id of an app in --database.`,
		Example: `  jiekou docs --out site
  jiekou docs --out site --host https://api.example.com
  jiekoud app show 301 --json > 301.json; jiekou docs --out for-301 --app 301.json
  jiekou docs --out for-301 --app 301 --database "$DATABASE_URL"`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return t.docs(f) },
	}
	cmd.Flags().StringVar(&f.out, "out", "", "folder to write, which is new, empty or one that docs wrote")
	cmd.Flags().StringVar(&f.host, "host", "", "address of the server in examples (default "+portal.SampleHost+"), which the pages can then call")
	cmd.Flags().StringVar(&f.app, "app", "", "only what this app may call: a file, or an id in --database")
	cmd.Flags().StringVar(&f.database, "database", os.Getenv("DATABASE_URL"), "URL of the PostgreSQL that has the apps")
	cmd.Flags().BoolVar(&f.all, "all", false, "with what is not for partners: ledger, reasons, test cases")
	forceFlag(cmd, &f.force)
	_ = cmd.MarkFlagRequired("out") // the flag is there
	_ = cmd.RegisterFlagCompletionFunc("app", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return partnerIDs(t.ctx, f.database)
	})
	return cmd
}

func (t *tool) docs(f docsFlags) error {
	p, set, err := t.readToWrite()
	if err != nil {
		return err
	}
	o := portal.Options{All: f.all}
	if o.Host, err = portal.Address(f.host); err != nil {
		return command.Misused("write it like https://api.example.com", "--host: %w", err)
	}
	o.Send = o.Host
	if f.app != "" {
		a, err := project.Partner(t.ctx, f.app, f.database)
		if err != nil {
			return err
		}
		o.May = a.Sees
	}
	site, err := siteOf(set, moduleOf(p), o)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	for _, name := range site.Names() {
		if files[name], err = site.Page(name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := disk.GiveFolder(f.out, files, f.force); err != nil {
		return inTheWay(err)
	}
	t.say("%d files in %s; open %s", len(files), f.out, filepath.Join(f.out, "index.html"))
	return nil
}

// moduleOf is the module that generates the client in Go of a project. Where no go.mod says
// it, an example stands for it.
func moduleOf(p project.Project) string {
	if p.BuiltIn {
		return "github.com/jiekou-dev/jiekou"
	}
	if module, err := project.ModuleOf(p.Root); err == nil {
		return module
	}
	return "example.com/team"
}

// siteOf makes the site of a set of systems; programs in Go import what is generated in a
// module.
func siteOf(set *spec.Set, module string, o portal.Options) (*portal.Site, error) {
	write := withoutCases
	if o.All {
		write = generated
	}
	files, err := write(set, module)
	if err != nil {
		return nil, err
	}
	var sources []portal.Source
	for _, s := range set.Systems {
		sources = append(sources, portal.Source{Name: s.Name, Read: func(page string) ([]byte, error) {
			if text, ok := files[path.Join("generated", s.Name, "docs", page)]; ok {
				return text, nil
			}
			return nil, fs.ErrNotExist
		}})
	}
	return portal.New(sources, o)
}

// partnerIDs offers the apps of a database to the shell, and the files of apps where there is
// none.
func partnerIDs(ctx context.Context, url string) (out []string, _ cobra.ShellCompDirective) {
	if url == "" {
		return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	list, _ := project.Partners(ctx, url) // a shell is offered files
	for _, one := range list {
		out = append(out, one.ID+"\t"+one.System)
	}
	return out, cobra.ShellCompDirectiveDefault
}
