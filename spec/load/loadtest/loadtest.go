// Package loadtest loads the small systems of test cases, which share a base and need
// not use all that it declares.
package loadtest

import (
	"io/fs"
	"slices"
	"strings"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// Systems is load.Systems without the findings about what nothing uses, and about values
// that may be taken.
func Systems(fsys fs.FS, root string) (*spec.Set, error) {
	set, findings, err := load.Draft(fsys, root)
	if err != nil {
		return nil, err
	}
	findings = slices.DeleteFunc(findings, func(f spec.Finding) bool { return slices.Contains([]string{"JK0438", "JK0705", "JK0706"}, f.ID) })
	if len(findings) > 0 {
		return nil, findings
	}
	return set, nil
}

// Archive loads the systems of a case of the generator, a file of txtar that stands on no
// base.
func Archive(file string) (*spec.Set, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "spec/") {
			files[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return Systems(files, "spec")
}
