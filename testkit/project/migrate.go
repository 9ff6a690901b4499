package project

import (
	"context"
	"errors"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/gen/migration"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// DraftOptions are what to draft, and for which systems.
type DraftOptions struct {
	migration.Options
	Fills   []string // constants for columns, TABLE.COLUMN=CONSTANT
	System  string   // empty: every system
	Name    string   // of the migration
	Against string   // revision that is released, for a system whose migrations are not frozen yet
}

// fills reads constants for columns.
func fills(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, one := range list {
		name, value, ok := strings.Cut(one, "=")
		if _, twice := out[name]; !ok || twice {
			return nil, command.Misused(`once for each column: --fill "customer.source='web'"`, "--fill %s is no TABLE.COLUMN=CONSTANT", one)
		}
		out[name] = strings.TrimSpace(value)
	}
	return out, nil
}

// Drafted is a file of SQL that was drafted, or frozen, by its path below the root.
type Drafted struct {
	Path string
	Text []byte
}

// DraftMigrations drafts the migrations from the released tables to those of the YAML. A
// system whose migrations were never frozen is frozen as the revision Against has it. It
// writes nothing; WriteMigrations does.
func (p Project) DraftMigrations(ctx context.Context, set *spec.Set, o DraftOptions) ([]Drafted, error) {
	systems, err := chosen(set, o.System)
	if err == nil {
		o.Fill, err = fills(o.Fills)
	}
	if err != nil {
		return nil, err
	}
	if o.System == "" && len(systems) > 1 && len(o.Drop)+len(o.Fill)+len(o.Rewrite)+len(o.Empty) > 0 {
		return nil, command.Misused("--system NAME", "which system do --drop, --fill, --rewrite and --empty mean?")
	}
	var out []Drafted
	var nothing *migration.ErrNothing
	for _, s := range systems {
		base, err := p.released(ctx, s, o.Against)
		if err != nil {
			return nil, err
		}
		from := *s
		from.Released = base.system.Released
		from.Migrations = base.system.Migrations
		files, err := migration.Draft(&from, o.Name, o.Options)
		if errors.As(err, &nothing) {
			continue
		}
		if err != nil {
			return nil, unplaced(err)
		}
		out = append(out, below(s, append(base.files, files...))...)
	}
	if out == nil {
		return nil, command.Failed("change a table first; jiekou diff says what a revision changes", "there is nothing to draft: no table differs from what was released")
	}
	return out, nil
}

// base is a system with what was released of it.
type base struct {
	system *spec.System
	files  []migration.File // to write, because they are not there
}

// released is a system as it was released: by its own folder, or by a revision.
func (p Project) released(ctx context.Context, s *spec.System, against string) (*base, error) {
	switch {
	case s.Released != nil && against != "":
		return nil, command.Misused("leave --against out", "%s/%s/sql/%s says what was released", Folder, s.Name, migration.ReleasedName)
	case s.Released != nil:
		return &base{system: s}, nil
	case against == "":
		return nil, command.Misused("jiekou migrate draft --against REV, the revision that runs; or jiekou migrate release, if what is here now runs",
			"nothing says which tables of %s were released", s.Name)
	}
	set, err := p.Revision(ctx, against)
	if err != nil {
		return nil, err
	}
	old, err := caller.System(set, s.Name)
	if err != nil {
		return nil, err
	}
	files, _, err := migration.Release(old)
	if err != nil {
		return nil, unplaced(err)
	}
	frozen := *old
	frozen.Migrations = nil
	for _, f := range files {
		m := &spec.Migration{Pos: s.FileAt("sql/" + f.Name), Name: f.Name, Text: f.Text}
		if f.Name == migration.ReleasedName {
			frozen.Released = m
		} else {
			frozen.Migrations = append(frozen.Migrations, m)
		}
	}
	return &base{&frozen, files}, nil
}

// ReleaseMigrations freezes the migrations of the YAML as it is. It writes nothing.
func (p Project) ReleaseMigrations(set *spec.Set, system string) ([]Drafted, error) {
	systems, err := chosen(set, system)
	if err != nil {
		return nil, err
	}
	var out []Drafted
	for _, s := range systems {
		files, fresh, err := migration.Release(s)
		if err != nil {
			return nil, unplaced(err)
		}
		if fresh > 0 {
			out = append(out, below(s, files)...)
		}
	}
	return out, nil
}

// WriteMigrations writes drafted files, all or none.
func (p Project) WriteMigrations(files []Drafted) error {
	root, err := os.OpenRoot(p.Root)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // files below it are closed
	trial := disk.Try(root)
	for _, f := range files {
		if err := trial.Write(f.Path, f.Text); err != nil {
			trial.Undo()
			return err
		}
	}
	return nil
}

// chosen are the systems that have tables, or the one of a name.
func chosen(set *spec.Set, name string) ([]*spec.System, error) {
	if name != "" {
		s, err := caller.System(set, name)
		return []*spec.System{s}, err
	}
	return slices.DeleteFunc(slices.Clone(set.Systems), func(s *spec.System) bool { return len(s.Tables) == 0 && s.Released == nil }), nil
}

func below(s *spec.System, files []migration.File) []Drafted {
	var out []Drafted
	for _, f := range files {
		out = append(out, Drafted{path.Join(Folder, s.Name, migration.Folder, f.Name), f.Text})
	}
	return out
}

// unplaced is an error of a draft as findings.
func unplaced(err error) error {
	if findings, ok := errors.AsType[spec.Findings](err); ok {
		return findings
	}
	return Refused(err)
}
