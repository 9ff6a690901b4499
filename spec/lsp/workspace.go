package lsp

import (
	"errors"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/reference"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// folder holds the systems below a project's root.
const folder = "spec"

// workspace is the files of a project as the editor has them: what is open and changed
// there hides what is saved.
type workspace struct {
	root string
	disk fs.FS
	say  func(string) string // puts a text into the language of the editor

	mu    sync.Mutex
	open  map[string]string          // text by name below root
	trees map[string]*yamltree.Value // last trees that could be read, of every file
}

// newWorkspace is the workspace of a project's root.
func newWorkspace(root string, disk fs.FS) *workspace {
	return &workspace{root: root, disk: disk, say: func(text string) string { return text }, open: map[string]string{}, trees: map[string]*yamltree.Value{}}
}

// name is the name of a document below the root, or "" when it is none of ours.
func (w *workspace) name(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return ""
	}
	rel, err := filepath.Rel(w.root, filepath.FromSlash(u.Path))
	if rel = filepath.ToSlash(rel); err != nil || !fs.ValidPath(rel) {
		return ""
	}
	return rel
}

// uri is the address of a file below the root.
func (w *workspace) uri(name string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(w.root, filepath.FromSlash(name)))}).String()
}

// set keeps the text of an open document.
func (w *workspace) set(name, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open[name] = text
}

// drop forgets a document that was closed.
func (w *workspace) drop(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.open, name)
}

// text is the text of a file as the editor has it.
func (w *workspace) text(name string) string {
	w.mu.Lock()
	text, ok := w.open[name]
	w.mu.Unlock()
	if ok {
		return text
	}
	src, err := yamltree.ReadFile(w.disk, folder, name)
	if err != nil {
		return ""
	}
	return string(src)
}

// fs shows the files with what is open in front.
func (w *workspace) fs() fs.FS {
	w.mu.Lock()
	defer w.mu.Unlock()
	open := make(map[string]string, len(w.open))
	for name, text := range w.open {
		open[name] = text
	}
	return overlay{w.disk, open}
}

// index reads every file of the project. One that cannot be read counts as it was when
// it last could.
func (w *workspace) index() *index {
	x, fsys := &index{}, w.fs()
	_ = fs.WalkDir(fsys, folder, func(name string, d fs.DirEntry, err error) error {
		parts := strings.SplitN(name, "/", 3)
		if err != nil || d.IsDir() || len(parts) < 3 || reference.KindOf(parts[2]) == "" {
			return nil // what cannot be read has no names
		}
		src, err := yamltree.ReadFile(fsys, folder, name)
		if err != nil {
			return nil
		}
		tree := yamltree.Parse(&spec.Collector{}, name, src)
		w.mu.Lock()
		if tree == nil {
			tree = w.trees[name]
		}
		w.trees[name] = tree
		w.mu.Unlock()
		x.file(parts[1], parts[2], tree, split(string(src)))
		return nil
	})
	return x
}

// overlay shows some texts in front of the files of a folder.
type overlay struct {
	fs.FS
	open map[string]string
}

// Open opens a text, or the file.
func (o overlay) Open(name string) (fs.File, error) {
	if text, ok := o.open[name]; ok {
		return &document{strings.NewReader(text), path.Base(name), int64(len(text))}, nil
	}
	return o.FS.Open(name)
}

// ReadLink reads a link of the folder; a text that is open is none.
func (o overlay) ReadLink(name string) (string, error) {
	if _, ok := o.open[name]; ok {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: errors.ErrUnsupported}
	}
	return fs.ReadLink(o.FS, name)
}

// Lstat describes a text, or the file.
func (o overlay) Lstat(name string) (fs.FileInfo, error) {
	if text, ok := o.open[name]; ok {
		return (&document{nil, path.Base(name), int64(len(text))}).Stat()
	}
	return fs.Lstat(o.FS, name)
}

// document is an open text as a file.
type document struct {
	*strings.Reader
	name string
	size int64
}

// Stat describes it.
func (d *document) Stat() (fs.FileInfo, error) { return info{d.name, d.size}, nil }

// Close does nothing.
func (d *document) Close() error { return nil }

// info is what there is to say of an open text.
type info struct {
	name string
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0o644 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
