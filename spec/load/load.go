// Package load reads a folder of YAML into a checked model: yamltree, read and
// check, one after the other, for each system.
package load

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/read"
)

// Systems reads every system below root, the folder that holds them: each folder
// with a system.yaml is one. Positions start with root as it was given:
// "spec/lianfa/customer/cst_info_create.yaml:9:41".
//
// When anything is wrong with the YAML it returns no Set and an error of type
// spec.Findings with all that was found. Other errors mean that root cannot be read,
// or, ErrNoSystem, that it holds no system.
func Systems(fsys fs.FS, root string) (*spec.Set, error) {
	set, findings, err := Draft(fsys, root)
	if err != nil {
		return nil, fmt.Errorf("load.Systems: %w", err)
	}
	if len(findings) > 0 {
		return nil, findings
	}
	return set, nil
}

// ErrNoSystem says that a folder holds no system at all.
var ErrNoSystem = errors.New("no system")

// Draft reads like Systems, and returns the readable part beside the findings. A
// Set with findings is for tools that help to fix it: it may lack anything.
func Draft(fsys fs.FS, root string) (*spec.Set, spec.Findings, error) {
	root = path.Clean(root)
	entries, err := fs.ReadDir(fsys, root)
	if err != nil {
		return nil, nil, err
	}
	r := &spec.Collector{}
	set := &spec.Set{}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata" {
			continue
		}
		s, err := read.System(r, fsys, path.Join(root, e.Name()))
		if err != nil {
			return nil, nil, err
		}
		if s != nil {
			check.System(r, s)
			set.Systems = append(set.Systems, s)
		}
	}
	if len(set.Systems) == 0 {
		return nil, nil, fmt.Errorf("%w below %s/", ErrNoSystem, root)
	}
	return set, r.Sorted(), nil
}
