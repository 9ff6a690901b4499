package migrate

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
)

// Written says where lines of YAML that was brought along are in the YAML as it was
// written: for each file, the line as it was, by the line as it is, both from 0.
type Written map[string][]int

// At is a place as it was written. What a file got on the way is at the line that it took
// the place of.
func (w Written) At(p spec.Pos) spec.Pos {
	if lines := w[p.File]; p.Line >= 1 && p.Line <= len(lines) {
		p.Line = lines[p.Line-1] + 1
	}
	return p
}

// Current is a folder of systems in the language that this jiekou reads: those that are
// written in an older one are rewritten in memory. A folder that needs nothing, or in
// which something cannot be read, is as it is: reading it says what is wrong.
func Current(fsys fs.FS, folder string) (fs.FS, Written) {
	change, err := Folder(fsys, folder)
	if err != nil {
		return fsys, nil
	}
	older := map[string]bool{} // folders of systems
	for name, text := range change.Files {
		if was, err := fs.ReadFile(fsys, name); err == nil && strings.HasSuffix(name, "/system.yaml") && Needed(was) && len(text) > 0 {
			older[strings.TrimSuffix(name, "system.yaml")] = true
		}
	}
	if len(older) == 0 {
		return fsys, nil // at most the version is to be stamped
	}
	out, written := fstest.MapFS{}, Written{}
	err = fs.WalkDir(fsys, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		out[name] = &fstest.MapFile{Data: text, Mode: 0o644}
		return err
	})
	if err != nil {
		return fsys, nil
	}
	for _, name := range slices.Sorted(maps.Keys(change.Files)) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(older)), func(dir string) bool { return strings.HasPrefix(name, dir) }) {
			continue
		}
		if was := out[name]; was != nil {
			written[name] = sources(lines(was.Data), lines(change.Files[name]))
		}
		out[name] = &fstest.MapFile{Data: change.Files[name], Mode: 0o644}
	}
	return out, written
}

// lines are the lines of a text without what a formatter changes.
func lines(text []byte) []string {
	out := strings.Split(string(text), "\n")
	for i := range out {
		out[i] = out[i][:min(1, len(out[i])-len(strings.TrimLeft(out[i], " ")))] + strings.Join(strings.Fields(out[i]), " ")
	}
	return out
}

// sources are the lines of one text that those of another are: of the longest row of lines
// that both have, and the line behind the last of them for what the other has alone.
func sources(was, is []string) []int {
	long := make([][]int, len(was)+1) // how many lines both have from here on
	for i := range long {
		long[i] = make([]int, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if was[i] == is[j] {
				long[i][j] = long[i+1][j+1] + 1
			} else {
				long[i][j] = max(long[i+1][j], long[i][j+1])
			}
		}
	}
	out := make([]int, len(is))
	i := 0
	for j := range is {
		for i < len(was) && was[i] != is[j] && long[i+1][j] == long[i][j] && long[i][j+1] < long[i][j] {
			i++
		}
		out[j] = min(i, len(was)-1)
		if i < len(was) && was[i] == is[j] {
			i++
		}
	}
	return out
}
