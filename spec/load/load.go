// Package load reads a folder of YAML into a checked model: yamltree, read and
// check, one after the other, for each system.
package load

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/listen"
	"github.com/jiekou-dev/jiekou/spec/read"
	"github.com/jiekou-dev/jiekou/spec/waiver"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
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
	l, err := All(fsys, root)
	if err != nil {
		return nil, nil, err
	}
	return l.Set, l.Findings, nil
}

// Loaded is all that is known of a folder.
type Loaded struct {
	Set      *spec.Set
	Findings spec.Findings
	Waived   []waiver.Waived // findings that comments let stay

	sources *spec.Collector
	waivers waiver.List
}

// All reads like Draft and tells more.
func All(fsys fs.FS, root string) (*Loaded, error) {
	root = path.Clean(root)
	folders, err := below(fsys, root)
	if err != nil {
		return nil, err
	}
	r := &spec.Collector{}
	l := &Loaded{Set: &spec.Set{}, sources: r}
	for _, folder := range folders {
		s, err := read.System(r, fsys, folder, nil)
		if err != nil {
			return nil, err
		}
		if s != nil {
			check.System(r, s)
			l.Set.Systems = append(l.Set.Systems, s)
		}
	}
	if len(l.Set.Systems) == 0 {
		return nil, fmt.Errorf("%w below %s/", ErrNoSystem, root)
	}
	listen.Check(r, l.Set)
	l.finish()
	return l, nil
}

// below lists the folders that may be systems.
func below(fsys fs.FS, root string) ([]string, error) {
	entries, err := fs.ReadDir(fsys, root)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "testdata" {
			out = append(out, path.Join(root, e.Name()))
		}
	}
	return out, nil
}

// Models reads systems for programs that compare them: side by side, and without the
// rules of check. Its findings are about what cannot be read. A folder of which have
// returns a system is that system, and is not read; have may be nil. Revisions that are read
// with the same parsed, which may be nil, parse their common files once.
func Models(fsys fs.FS, root string, have func(folder string) *spec.System, parsed *yamltree.Parsed) (*spec.Set, spec.Findings, error) {
	root = path.Clean(root)
	folders, err := below(fsys, root)
	if err != nil {
		return nil, nil, err
	}
	type one struct {
		system *spec.System
		found  spec.Collector
		err    error
	}
	all := make([]one, len(folders))
	var group sync.WaitGroup
	for n, folder := range folders {
		if have != nil {
			if all[n].system = have(folder); all[n].system != nil {
				continue
			}
		}
		group.Go(func() { all[n].system, all[n].err = read.System(&all[n].found, fsys, folder, parsed) })
	}
	group.Wait()
	set, found := &spec.Set{}, spec.Findings(nil)
	for n := range all {
		if all[n].err != nil {
			return nil, nil, all[n].err
		}
		if all[n].system != nil {
			set.Systems = append(set.Systems, all[n].system)
			found = append(found, all[n].found.Sorted()...)
		}
	}
	if len(set.Systems) == 0 {
		return nil, nil, fmt.Errorf("%w below %s/", ErrNoSystem, root)
	}
	return set, found, nil
}

// finish takes out the findings that are let stay, and looks for what nothing uses
// where there is no other. A waiver that held nothing back is a finding where there is
// no other either: its rule may not have been looked at.
func (l *Loaded) finish() {
	l.waivers = waiver.Read(l.sources)
	l.waive()
	for _, s := range l.Set.Systems {
		if !l.sources.FoundIn(path.Dir(s.Pos.File)) {
			check.Unused(l.sources, s)
		}
	}
	l.waive()
	l.waivers.Faults(l.sources, check.Known, func(rule string) bool { return check.Waivable(rule) || check.Planned(rule) || check.Tried(rule) })
	if len(l.Findings) == 0 {
		l.waivers.Idle(l.sources, check.Waivable)
	}
	l.Findings = l.sources.Sorted()
}

// waive takes out the findings that are let stay.
func (l *Loaded) waive() {
	kept, waived := l.waivers.Apply(l.sources.Sorted(), check.Waivable)
	l.Findings, l.Waived = kept, append(l.Waived, waived...)
	l.sources.Keep(kept)
}

// Ended are the findings about waivers that ended before a day.
func (l *Loaded) Ended(day time.Time) spec.Findings {
	l.sources.Keep(nil)
	l.waivers.Ended(l.sources, day)
	return l.sources.Sorted()
}

// Further are the findings of rules that somebody else has run over the model: those
// that no waiver lets stay, and the waivers of these rules that hold nothing back.
func (l *Loaded) Further(found spec.Findings, own func(rule string) bool) (spec.Findings, []waiver.Waived) {
	l.sources.Keep(found)
	kept, waived := l.waivers.Apply(l.sources.Sorted(), own)
	l.sources.Keep(kept)
	l.waivers.Idle(l.sources, own)
	return l.sources.Sorted(), waived
}
