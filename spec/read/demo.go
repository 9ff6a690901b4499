package read

import (
	"cmp"
	"io/fs"
	"path"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readDemo reads the demo apps and demo/*.csv, which a system need not have.
func (d *reader) readDemo(v *yamltree.Value) {
	if v != nil {
		d.Demo.Places = v.Places(v.Pos)
	}
	for _, m := range v.Each("apps") {
		d.Demo.Apps = append(d.Demo.Apps, &spec.DemoApp{
			Places: m.Places(m.Pos), ID: m.Name, Name: m.Str("name"), Call: m.Str("call"), Data: cmp.Or(m.Str("data"), "{}"),
		})
	}
	files, err := fs.Glob(d.fsys, path.Join(d.dir, "demo", "*.csv"))
	if err != nil {
		return // the folder's name is a pattern: it has no demo data
	}
	for _, file := range files {
		at := spec.Pos{File: file, Line: 1, Col: 1}
		text, err := yamltree.ReadFile(d.fsys, path.Dir(d.dir), file)
		if err != nil {
			d.Add("JK0001", at, "", "%s", reason(err))
			continue
		}
		d.Source(file, text)
		d.Demo.Rows = append(d.Demo.Rows, &spec.DemoRows{Pos: at, Table: strings.TrimSuffix(path.Base(file), ".csv"), CSV: text})
	}
}
