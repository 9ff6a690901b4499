// Package cache keeps what was generated in the user's folder for such things, so that a
// repeat with nothing changed neither reads the YAML nor generates.
//
// What is kept is found by everything that it follows from: the program, the module, and each
// file below spec/ with its name. Nothing else is read while files are generated, so what is
// found is never stale. Where no folder can be had, nothing is kept.
package cache

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Output is what follows from a project.
type Output struct {
	Files map[string][]byte // by path, from the project's root
	Table string            // of all interfaces, for docs/interfaces.md
}

// What is kept are the outputs that were used last.
const (
	most = 16
	room = 1 << 30 // bytes
)

// Generate returns what follows from the systems in a folder for a module, which generate makes where it is
// not known yet. Errors are not kept.
func Generate(fsys fs.FS, folder, module string, generate func() (*Output, error)) (*Output, error) {
	name := place(fsys, folder, module)
	if out := kept(name); out != nil {
		return out, nil
	}
	out, err := generate()
	if err == nil && name != "" && name == place(fsys, folder, module) { // nobody wrote meanwhile
		keep(name, out)
	}
	return out, err
}

// place is the file in which an output is kept; empty: nowhere.
func place(fsys fs.FS, folder, module string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	program, err := self()
	if err != nil {
		return ""
	}
	key, err := Key(program, fsys, folder, module)
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "jiekou", "generated", key)
}

// Key is a digest of everything that an output follows from. program is one of the program.
func Key(program []byte, fsys fs.FS, folder, module string) (string, error) {
	h := sha256.New()
	add(h, program, []byte(module))
	err := fs.WalkDir(fsys, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			add(h, []byte(name))
			return err
		}
		text, err := fs.ReadFile(fsys, name) // a link to a folder is none: nothing is kept
		add(h, []byte(name), text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// add adds texts to a digest, so that no two lists of them are one.
func add(h hash.Hash, list ...[]byte) {
	for _, text := range list {
		_, _ = fmt.Fprintf(h, "%d:", len(text)) // a digest takes everything
		_, _ = h.Write(text)
	}
}

// self is a digest of the program that runs.
var self = sync.OnceValues(func() ([]byte, error) {
	name, err := os.Executable()
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name) //nolint:gosec // the program itself
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it is only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
})

// head is what comes first in a file; after it come its files, one by one, and a digest of all.
type head struct {
	Table string
	Files int
}

// file is one of an output.
type file struct {
	Name string
	Text []byte
}

// kept is the output in a file; nil: there is none.
func kept(name string) *Output {
	if name == "" {
		return nil
	}
	f, err := os.Open(name) //nolint:gosec // in the user's own folder
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // it is only read
	if !sound(f) {
		return nil
	}
	in, first := gob.NewDecoder(bufio.NewReader(f)), head{}
	if in.Decode(&first) != nil {
		return nil
	}
	out := &Output{Files: make(map[string][]byte, first.Files), Table: first.Table}
	for range first.Files {
		var one file
		if in.Decode(&one) != nil {
			return nil
		}
		out.Files[one.Name] = one.Text
	}
	now := time.Now()
	_ = os.Chtimes(name, now, now) // it was used; without that it is gone sooner
	return out
}

// sound reports whether a file ends with the digest of what is before it, and goes back to its
// beginning.
func sound(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Size() < sha256.Size {
		return false
	}
	h, sum := sha256.New(), make([]byte, sha256.Size)
	if _, err := io.CopyN(h, f, info.Size()-sha256.Size); err != nil {
		return false
	}
	if _, err := io.ReadFull(f, sum); err != nil || !bytes.Equal(sum, h.Sum(nil)) {
		return false
	}
	_, err = f.Seek(0, io.SeekStart)
	return err == nil
}

// keep writes an output to a file, and removes those that were not used for longest. Nobody
// needs it to succeed.
func keep(name string, out *Output) {
	dir := filepath.Dir(name)
	if os.MkdirAll(dir, 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(dir, ".*")
	if err != nil {
		return
	}
	if err := errors.Join(write(f, out), f.Close()); err != nil || os.Rename(f.Name(), name) != nil {
		_ = os.Remove(f.Name())
		return
	}
	prune(dir)
}

// write writes an output file by file: no copy of all of it is made.
func write(to io.Writer, out *Output) error {
	h, buffered := sha256.New(), bufio.NewWriter(to)
	enc := gob.NewEncoder(io.MultiWriter(h, buffered))
	if err := enc.Encode(head{out.Table, len(out.Files)}); err != nil {
		return err
	}
	for name, text := range out.Files {
		if err := enc.Encode(file{name, text}); err != nil {
			return err
		}
	}
	_, err := buffered.Write(h.Sum(nil))
	return errors.Join(err, buffered.Flush())
}

// prune removes what was not used for longest: beyond the last outputs, and beyond the room for
// them; the last one stays.
func prune(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var list []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			list = append(list, info)
		}
	}
	slices.SortFunc(list, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	var bytes int64
	for n, info := range list {
		if bytes += info.Size(); n > 0 && (n >= most || bytes > room) {
			_ = os.Remove(filepath.Join(dir, info.Name()))
		}
	}
}
