package disk

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// Format formats one file, writes it when that changes it, and reports whether
// it does.
func Format(name string, check bool) (bool, error) {
	src, err := yamltree.ReadFile(yamltree.Folder(filepath.Dir(name)), ".", filepath.Base(name))
	if err != nil {
		return false, err
	}
	out, err := format.YAML(src)
	if err != nil || bytes.Equal(src, out) {
		return false, err
	}
	if check {
		return true, nil
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return false, err
	}
	defer func() { _ = root.Close() }() // it was only looked up in
	return true, Write(root, filepath.Base(name), out)
}

// YAML lists the YAML files of all systems in a folder below root, sorted.
func YAML(root, folder string) ([]string, error) {
	fsys := yamltree.Folder(root)
	systems, err := fs.Glob(fsys, folder+"/*/system.yaml")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, one := range systems {
		err := fs.WalkDir(fsys, strings.TrimSuffix(one, "/system.yaml"), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".yaml") {
				out = append(out, filepath.Join(root, filepath.FromSlash(path)))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return out, nil
}
