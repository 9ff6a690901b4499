package yamltree

import (
	"io/fs"
	"os"
)

// Folder is a folder in which what is no file, such as a pipe or a device, is not opened: who
// reads it would wait for ever.
func Folder(dir string) fs.FS {
	return folder{os.DirFS(dir).(fs.ReadLinkFS)} //nolint:forcetypeassert // it is one, says os.DirFS
}

type folder struct{ fs.ReadLinkFS }

// Open opens a file or a folder.
func (f folder) Open(name string) (fs.File, error) {
	info, err := f.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errIrregular}
	}
	return f.ReadLinkFS.Open(name)
}

// Stat describes what a name leads to.
func (f folder) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.ReadLinkFS, name) }

// ReadDir reads a folder.
func (f folder) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.ReadLinkFS, name) }
