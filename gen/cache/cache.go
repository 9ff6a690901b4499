// Package cache keeps what was generated in the user's folder for such things, so that a
// repeat with nothing changed neither reads the YAML nor generates.
//
// What is kept is found by everything that it follows from: the program, the module, and each
// file below spec/ with its name. Nothing else is read while files are generated, so what is
// found is never stale. Where no folder can be had, nothing is kept.
package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/gen/disk"
)

// Output is what follows from a project.
type Output struct {
	Files map[string][]byte // by path, from the project's root
	Table string            // of all interfaces, for docs/interfaces.md
}

// most is how many outputs are kept: those that were used last.
const most = 16

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

// kept is the output in a file; nil: there is none.
func kept(name string) *Output {
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name) //nolint:gosec // in the user's own folder
	if err != nil || len(text) < sha256.Size {
		return nil
	}
	sum := sha256.Sum256(text[sha256.Size:])
	out := &Output{}
	if !bytes.Equal(sum[:], text[:sha256.Size]) || gob.NewDecoder(bytes.NewReader(text[sha256.Size:])).Decode(out) != nil {
		return nil
	}
	now := time.Now()
	_ = os.Chtimes(name, now, now) // it was used; without that it is gone sooner
	return out
}

// keep writes an output to a file, and removes those that were not used for longest. Nobody
// needs it to succeed.
func keep(name string, out *Output) {
	var b bytes.Buffer
	if gob.NewEncoder(&b).Encode(out) != nil {
		return
	}
	sum := sha256.Sum256(b.Bytes())
	dir := filepath.Dir(name)
	if os.MkdirAll(dir, 0o700) != nil {
		return
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return
	}
	defer func() { _ = root.Close() }() // files below it are closed
	if disk.Write(root, filepath.Base(name), slices.Concat(sum[:], b.Bytes())) != nil {
		return
	}
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil || len(entries) <= most {
		return
	}
	used := func(e fs.DirEntry) time.Time {
		info, err := e.Info()
		if err != nil {
			return time.Time{}
		}
		return info.ModTime()
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return used(b).Compare(used(a)) })
	for _, e := range entries[most:] {
		_ = root.Remove(e.Name())
	}
}
