package spec

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed */*.yaml */*/*.yaml */demo/*.csv
var yamlFiles embed.FS

// Embedded returns the systems that were there when the program was built,
// below "spec": Load(Embedded(), "spec").
func Embedded() fs.FS { return below{"spec", yamlFiles} }

// below shows a file system inside one folder.
type below struct {
	folder string
	fsys   fs.FS
}

// Open opens a name that starts with the folder.
func (b below) Open(name string) (fs.File, error) {
	switch rest, ok := strings.CutPrefix(name, b.folder+"/"); {
	case name == b.folder:
		return b.fsys.Open(".")
	case ok && fs.ValidPath(name):
		return b.fsys.Open(rest)
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
