// Package read turns the files of a system into its model. A reader reads each
// file; a linker then turns names into pointers and fills in by convention.
package read

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// draft is a system while it is made, with the findings so far.
type draft struct {
	*spec.Collector
	*spec.System
}

// reader reads the files of a system, each into a part of the model. Names of
// things in other files are left to the linker.
type reader struct {
	draft
	fsys    fs.FS
	lang    *language
	dir     string
	written map[*spec.Interface]*yamltree.Value // the files of interfaces, whose answers are linked
	structs map[string]*structure               // by name in small letters
	common  map[string]*yamltree.Value          // shared rows by group; "": of the system
	foreign bool                                // it is written in another version of the language
	parsed  *yamltree.Parsed                    // files that another revision has, too; may be nil
}

// System reads and links the system of a folder and reports its faults. It returns
// nil if the folder has nothing of ours. Files that were parsed already are not parsed again;
// parsed may be nil.
func System(to *spec.Collector, fsys fs.FS, dir string, parsed *yamltree.Parsed) (*spec.System, error) {
	lang, err := compiled()
	if err != nil {
		return nil, err
	}
	d := &reader{
		draft: draft{to, &spec.System{Name: path.Base(dir), Unread: map[string]bool{}}}, fsys: fsys, lang: lang, dir: dir,
		written: map[*spec.Interface]*yamltree.Value{}, parsed: parsed,
	}
	if !d.exists("system.yaml") && len(d.names("", false)) == 0 {
		return nil, nil
	}
	d.strayFiles()
	d.readErrata()
	d.readSystem()
	if d.foreign {
		d.Unread["errors"] = true
		return d.System, nil
	}
	d.readErrors()
	d.readChanges()
	d.readKnown()
	d.readTables()
	d.readMigrations()
	d.readInterfaces()
	d.unusedStructs()
	d.readLedger()
	d.readOrigin()
	(&linker{d.draft, d.written}).link()
	d.layouts()
	return d.System, nil
}

// read returns one file of the system, checked against the schema. It returns
// nil after reporting why not.
func (d *reader) read(name, kind string) *yamltree.Value {
	file := path.Join(d.dir, name)
	src, err := yamltree.ReadFile(d.fsys, path.Dir(d.dir), file)
	if err != nil {
		d.Unread[strings.TrimSuffix(name, ".yaml")] = true
		d.Add("JK0001", spec.Pos{File: file, Line: 1, Col: 1}, "", "%s", reason(err))
		return nil
	}
	d.Source(file, src)
	v := yamltree.Parse(d.Collector, file, src)
	if v == nil || kind == "system" && !d.speaks(v) || !d.fits(kind, v) {
		d.Unread[strings.TrimSuffix(name, ".yaml")] = true
		return nil
	}
	return v
}

// readAll reads files side by side; nil are those that cannot be read.
func (d *reader) readAll(names []string, kind string) []*yamltree.Value {
	values, texts := make([]*yamltree.Value, len(names)), make([][]byte, len(names))
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(names); i = int(next.Add(1)) - 1 {
				values[i], texts[i] = d.quick(names[i], kind)
			}
		})
	}
	group.Wait()
	for i, name := range names {
		if values[i] != nil {
			d.Source(path.Join(d.dir, name), texts[i])
		} else {
			values[i] = d.read(name, kind)
		}
	}
	return values
}

// quick reads a file in which nothing is wrong, and changes nothing of the reader.
func (d *reader) quick(name, kind string) (*yamltree.Value, []byte) {
	file := path.Join(d.dir, name)
	src, err := yamltree.ReadFile(d.fsys, path.Dir(d.dir), file)
	if err != nil {
		return nil, nil
	}
	v := d.parsed.Parse(file, src)
	if v == nil || !d.lang.shapes[kind].Fits(v) {
		return nil, nil
	}
	return v, src
}

// reason is an error without the file's name.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return "cannot be read: " + err.Error()
}

// exists says whether the system has a file.
func (d *reader) exists(name string) bool {
	_, err := fs.Stat(d.fsys, path.Join(d.dir, name))
	return err == nil
}

// names returns the YAML files of a folder of the system, sorted; with folders it
// returns folders instead.
func (d *reader) names(folder string, folders bool) []string {
	entries, err := fs.ReadDir(d.fsys, path.Join(d.dir, folder))
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() == folders && !strings.HasPrefix(name, ".") && (folders || strings.HasSuffix(name, ".yaml")) {
			out = append(out, path.Join(folder, name))
		}
	}
	slices.Sort(out)
	return out
}

// strayFiles reports YAML files that nothing reads: in the system's folder
// under an unknown name, or with another extension.
func (d *reader) strayFiles() {
	known := []string{"system.yaml", "errors.yaml", "errata.yaml", "changelog.yaml", "ledger.yaml", "vectors.yaml", "origin.yaml", "enums.yaml"}
	for _, folder := range append([]string{""}, d.names("", true)...) {
		entries, err := fs.ReadDir(d.fsys, path.Join(d.dir, folder))
		if err != nil || slices.Contains(spec.Reserved()[1:], folder) {
			continue
		}
		for _, e := range entries {
			name, ext := e.Name(), path.Ext(e.Name())
			stray := ext == ".yml" || ext == ".yaml" && folder == "" && !slices.Contains(known, name)
			if !e.IsDir() && stray && !strings.HasPrefix(name, ".") {
				d.Add("JK0010", d.at(path.Join(folder, name)), cmp.Or(spec.Meant(name, known),
					"tables are in table/<name>.yaml, interfaces in <group>/<cmd>.yaml"), "nothing reads this file")
			}
		}
	}
}

// at is the first line of a file of the system.
func (d *reader) at(name string) spec.Pos {
	return spec.Pos{File: path.Join(d.dir, name), Line: 1, Col: 1}
}
