// Package disk writes files: generated ones, so that an interrupted run leaves
// nothing that a later one would not own, and new ones, which are removed again if
// they turn out to be wrong.
package disk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
)

// Write writes a file at once: a reader sees the old or the new contents. Missing folders
// are made; a link that leads out of root is refused.
func Write(root *os.Root, name string, data []byte) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := root.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	temp := path.Join(path.Dir(name), fmt.Sprintf(".%s.%s", path.Base(name), rand.Text()))
	f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		_ = root.Remove(temp) // the first error counts
	}
	return err
}

// WriteAll writes files below a folder, which is made where it is missing.
func WriteAll(folder string, files map[string][]byte) error {
	if len(files) == 0 {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // they are to be read
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // files below it are closed
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := Write(root, name, files[name]); err != nil {
			return err
		}
	}
	return nil
}

// Trial is files that were written and may be taken back.
type Trial struct {
	root *os.Root
	undo []func()
}

// Try begins a trial below root.
func Try(root *os.Root) *Trial { return &Trial{root: root} }

// Write writes a file, in place of one that is there.
func (t *Trial) Write(name string, data []byte) error {
	old, err := t.root.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	existed := err == nil
	var folders []string
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, err := t.root.Stat(dir); err != nil {
			folders = append(folders, dir)
		}
	}
	t.undo = append(t.undo, func() { // errors are of no use here: the first one is reported
		if existed {
			_ = Write(t.root, name, old)
			return
		}
		_ = t.root.Remove(name)
		for _, dir := range folders {
			_ = t.root.Remove(dir)
		}
	})
	return Write(t.root, name, data)
}

// Undo takes everything back, the last file first.
func (t *Trial) Undo() {
	for i := len(t.undo) - 1; i >= 0; i-- {
		t.undo[i]()
	}
}
