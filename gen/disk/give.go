package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Given is the file that lists, in a folder that was written for somebody, what is jiekou's
// there: the next time that may be replaced, and goes where it is no longer written.
const Given = ".jiekou-export"

const givenHead = "# Written by jiekou: it replaces the files that are listed here, and no others."

// GiveFile writes one file for somebody. Another one that is there stays, unless force says
// that it goes.
func GiveFile(name string, text []byte, force bool) error {
	old, err := os.ReadFile(name)
	if info, statErr := os.Stat(name); statErr == nil && info.IsDir() {
		return &ErrWay{Text: name + " is a folder", Hint: "name a file in it"}
	}
	switch {
	case err == nil && bytes.Equal(old, text):
		return nil
	case err == nil && !force:
		return &ErrWay{Text: name + " is there, with other contents", Hint: "name another file, or replace it with --force"}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return WriteAll(filepath.Dir(name), map[string][]byte{filepath.Base(name): text})
}

// GiveFolder writes the files of a folder for somebody, and takes away those of the last
// time that are no longer among them. The folder is new or empty, or was written like this;
// files in it that are not jiekou's stay, unless force says that they are replaced.
func GiveFolder(folder string, files map[string][]byte, force bool) error {
	own, known, err := given(folder)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &ErrWay{Text: folder + " is no folder", Hint: "name a folder that is new or empty"}
	}
	if len(entries) > 0 && !known && !force {
		return &ErrWay{Text: folder + " holds other files", Hint: "name a folder that is new or empty, or write among them with --force"}
	}
	for name, text := range files {
		old, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err == nil && !own[name] && !force && !bytes.Equal(old, text) {
			return &ErrWay{Text: path.Join(filepath.ToSlash(folder), name) + " is in the way: jiekou did not write it", Hint: "move it away, or replace it with --force"}
		}
	}
	for name := range own {
		if _, still := files[name]; !still {
			if err := remove(folder, name); err != nil {
				return err
			}
		}
	}
	all := maps.Clone(files)
	all[Given] = []byte(givenHead + "\n" + strings.Join(slices.Sorted(maps.Keys(files)), "\n") + "\n")
	return WriteAll(folder, all)
}

// given are the files of a folder that jiekou wrote; known says that it wrote any.
func given(folder string) (own map[string]bool, known bool, err error) {
	text, err := os.ReadFile(filepath.Join(folder, Given))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, &ErrWay{Text: folder + " is no folder", Hint: "name a folder that is new or empty"}
	}
	own = map[string]bool{}
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		switch {
		case n == 0 && line != givenHead, n > 0 && !fs.ValidPath(line):
			return nil, false, fmt.Errorf("%s is not a list of files that jiekou wrote", filepath.Join(folder, Given))
		case n > 0:
			own[line] = true
		}
	}
	return own, true, nil
}

// remove takes a file away, and folders that it leaves empty.
func remove(folder, name string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // nothing is left open below it
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if root.Remove(dir) != nil { // it holds something
			break
		}
	}
	return nil
}
