package read

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readMigrations reads sql/, which a system has from its first release on. What the
// files say is known to package gen/migration.
func (d *reader) readMigrations() {
	entries, err := fs.ReadDir(d.fsys, path.Join(d.dir, "sql"))
	if err != nil {
		return
	}
	for _, e := range entries {
		name := path.Join("sql", e.Name())
		if e.IsDir() || !strings.HasSuffix(name, ".sql") && e.Name() != "released.json" {
			continue
		}
		text, err := yamltree.ReadFile(d.fsys, path.Dir(d.dir), path.Join(d.dir, name))
		if err != nil {
			d.Add("JK0001", d.at(name), "", "%s", reason(err))
			continue
		}
		m := &spec.Migration{Pos: d.at(name), Name: e.Name(), Text: text}
		if e.Name() == "released.json" {
			d.Released = m
		} else {
			d.Migrations = append(d.Migrations, m)
		}
	}
	slices.SortFunc(d.Migrations, func(a, b *spec.Migration) int { return strings.Compare(a.Name, b.Name) })
}
