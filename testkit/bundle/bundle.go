// Package bundle makes one file of the tool, the YAML of a project and the files of apps, for
// a tester who has neither: a copy of the program with an archive behind it.
package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Prefix begins the name of a file that is in the bundle that runs.
const Prefix = "bundled:"

const (
	mark     = "jiekou bundle" // the last bytes of the file
	argsFile = "args.json"
	given    = "given/" // the files of apps, in the archive
)

// ErrBundled says that a bundle was to be made of a bundle.
var ErrBundled = errors.New("this program is such a file already: make another one with jiekou itself")

// Bundle is a program with an archive behind it.
type Bundle struct {
	FS   fs.FS    // the project
	Args []string // of the command that it runs
	file *os.File
}

// Open opens the bundle that runs; nil where the program is none.
func Open() (*Bundle, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // it has no file, so nothing is behind it
	}
	return open(program)
}

func open(program string) (*Bundle, error) {
	f, err := os.Open(program)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // it may run and not be read
	}
	end := make([]byte, len(mark))
	info, err := f.Stat()
	if err == nil {
		_, err = f.ReadAt(end, max(0, info.Size()-int64(len(end))))
	}
	if err != nil || string(end) != mark {
		_ = f.Close()
		return nil, nil //nolint:nilerr,nilnil // it is none
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("bundle: %w", err)
	}
	b := &Bundle{FS: z, file: f}
	text, err := fs.ReadFile(z, argsFile)
	if err == nil {
		err = json.Unmarshal(text, &b.Args)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("bundle: %w", err)
	}
	return b, nil
}

// Close closes the file of the bundle.
func (b *Bundle) Close() error { return b.file.Close() }

// Command is what the bundle runs: its own command with flags behind it, or another one whose
// name comes first.
func (b *Bundle) Command(args []string) []string {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		return args
	}
	return append(append([]string{}, b.Args...), args...)
}

// ReadFile reads a file from disk, or one of the bundle that runs.
func ReadFile(name string) ([]byte, error) {
	inside, ok := strings.CutPrefix(name, Prefix)
	if !ok {
		return os.ReadFile(name)
	}
	b, err := Open()
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	defer func() { _ = b.Close() }()
	return fs.ReadFile(b.FS, given+inside)
}

// Write writes a bundle of the program that runs: a project, the folder of it that is taken,
// files by the names that they get behind Prefix, and the arguments that it runs with.
func Write(to string, project fs.FS, folder string, files map[string][]byte, args []string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	switch b, err := open(program); {
	case err != nil:
		return err
	case b != nil:
		_ = b.Close()
		return ErrBundled
	}
	archive, err := archived(project, folder, files, args)
	if err != nil {
		return err
	}
	in, err := os.Open(program)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o700) //nolint:gosec // it has keys, and is run
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, io.MultiReader(in, archive)); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

// archived is the archive that follows the program.
func archived(project fs.FS, folder string, files map[string][]byte, args []string) (io.Reader, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, text []byte) error {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	}
	err := fs.WalkDir(project, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".go" {
			return err
		}
		text, err := fs.ReadFile(project, name)
		if err != nil {
			return err
		}
		return add(name, text)
	})
	if err != nil {
		return nil, err
	}
	for name, text := range files {
		if err := add(given+name, text); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(args)
	if err != nil {
		return nil, err
	}
	if err := add(argsFile, text); err != nil {
		return nil, err
	}
	if err := z.SetComment(mark); err != nil {
		return nil, err
	}
	return &b, z.Close()
}
