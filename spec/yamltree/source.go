package yamltree

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// MaxSize is how many bytes a YAML file may have. The largest of a document with
// hundreds of rows has a tenth of it.
const MaxSize = 1 << 20

// maxLinks is how many symbolic links may lead from a name to its file.
const maxLinks = 8

// ReadFile reads a YAML file below the folder root: a regular file of at most
// MaxSize bytes. What is no file, such as a pipe or a device, is not opened. A
// symbolic link is followed only to a file below root: what lies elsewhere may be
// somebody's secret, which a finding would show.
func ReadFile(fsys fs.FS, root, name string) ([]byte, error) {
	if _, ok := fsys.(fs.ReadLinkFS); ok {
		var err error
		if name, err = follow(fsys, root, name); err != nil {
			return nil, err
		}
	}
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	return readRegular(info, func() ([]byte, error) { return fs.ReadFile(fsys, name) })
}

var errIrregular = errors.New("it is not a regular file")

// readRegular reads a file that stat has described.
func readRegular(info fs.FileInfo, read func() ([]byte, error)) ([]byte, error) {
	switch {
	case !info.Mode().IsRegular():
		return nil, errIrregular
	case info.Size() > MaxSize:
		return nil, fmt.Errorf("it has %d bytes; a file of the language has at most %d", info.Size(), MaxSize)
	}
	return read()
}

// follow returns the name to which links lead.
func follow(fsys fs.FS, root, name string) (string, error) {
	for range maxLinks {
		info, err := fs.Lstat(fsys, name)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			return name, nil
		}
		target, err := fs.ReadLink(fsys, name)
		if err != nil {
			return "", err
		}
		next := path.Join(path.Dir(name), target)
		if path.IsAbs(target) || root != "." && next != root && !strings.HasPrefix(next, root+"/") || !fs.ValidPath(next) {
			return "", fmt.Errorf("it is a link that leaves %s/", root)
		}
		name = next
	}
	return "", errors.New("it is a link to links without end")
}

// maxBrackets is how many brackets may be open at once, those in texts included:
// more than MaxDepth, because a text may open some and close none.
const maxBrackets = 4 * MaxDepth

// brackets returns how many brackets are open at once. The parser's scanner looks
// ahead from each of them, so its own limit comes too late.
func brackets(src []byte) int {
	open, most := 0, 0
	for _, c := range src {
		switch c {
		case '[', '{':
			open++
			most = max(most, open)
		case ']', '}':
			open = max(open-1, 0)
		}
	}
	return most
}

// Node parses YAML of at most MaxSize bytes and MaxDepth levels, both of which are
// held while it is parsed, so that no text takes long.
func Node(src []byte) (*yaml.Node, error) {
	if len(src) > MaxSize {
		return nil, fmt.Errorf("more than %d bytes", MaxSize)
	}
	if brackets(src) > maxBrackets {
		return nil, fmt.Errorf("more than %d brackets are open at once", maxBrackets)
	}
	var doc yaml.Node
	err := yaml.Load(src, &doc, yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(MaxDepth))))
	return &doc, err
}
