package migrate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"

	"github.com/jiekou-dev/jiekou/spec"
)

// Change is what has to be written below a folder of systems, by name, and what could not
// be carried over.
type Change struct {
	Files map[string][]byte
	Notes []string
}

// Folder rewrites all systems of a folder that are written in an older version of the
// language, and says in each which one it is written in now.
func Folder(fsys fs.FS, folder string) (*Change, error) {
	systems, err := fs.Glob(fsys, path.Join(folder, "*", "system.yaml"))
	if err != nil {
		return nil, err
	}
	c := &Change{Files: map[string][]byte{}}
	for _, file := range systems {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		if version, _ := written(text); version > spec.Language {
			return nil, fmt.Errorf("%s: language %d is newer than this jiekou, which writes language %d", file, version, spec.Language)
		}
		if !Needed(text) {
			if now := stamp(text); !bytes.Equal(now, text) {
				c.Files[file] = now
			}
			continue
		}
		if err := c.system(fsys, path.Dir(file), text); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Dir(file), err)
		}
	}
	return c, nil
}

// system rewrites one system.
func (c *Change) system(fsys fs.FS, dir string, text []byte) error {
	in := Input{System: text, Signed: map[string][]string{}}
	var err error
	if in.Errors, err = fs.ReadFile(fsys, path.Join(dir, "errors.yaml")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	files, err := fs.Glob(fsys, path.Join(dir, "*", "*.yaml"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := c.named(fsys, file, &in); err != nil {
			return err
		}
	}
	out, err := System(in)
	if err != nil {
		return err
	}
	c.Files[path.Join(dir, "system.yaml")] = out.System
	vectors := path.Join(dir, "vectors.yaml")
	if _, err := fs.Stat(fsys, vectors); out.Vectors != nil && errors.Is(err, fs.ErrNotExist) {
		c.Files[vectors] = out.Vectors
	}
	for _, note := range out.Notes {
		c.Notes = append(c.Notes, dir+": "+note)
	}
	return nil
}

// signatureLine is the key signature of an interface. It names one of the system's.
var signatureLine = regexp.MustCompile(`(?m)^signature: *(\S+).*\n`)

// formLine is the key of an interface whose body is a form.
var formLine = regexp.MustCompile(`(?m)^body: *form`)

// named notes which signature an interface names, and takes the key out: the protocol has
// a variant for the interface.
func (c *Change) named(fsys fs.FS, file string, in *Input) error {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	in.Forms = in.Forms || formLine.Match(text)
	m := signatureLine.FindSubmatchIndex(text)
	if m == nil {
		return nil
	}
	v, err := parse(file, text)
	if err != nil || v.Get("interface") == nil {
		return err
	}
	name := v.Str("signature")
	in.Signed[name] = append(in.Signed[name], v.Str("interface"))
	c.Files[file] = append(append([]byte{}, text[:m[0]]...), text[m[1]:]...)
	return nil
}
