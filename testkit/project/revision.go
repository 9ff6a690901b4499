package project

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing/fstest"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/diff/accepted"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/migrate"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// maxRevision is how many bytes the YAML of a revision may have.
const maxRevision = 256 << 20

// Revision reads a revision of the YAML for a comparison: a folder, or a revision of
// git as REV:FOLDER, or REV alone for the spec/ of the project. The folder is a project,
// its spec/, or that of one system; as in git, it is below the root of the repository,
// and with ./ in front below the project. Findings are no matter here, but every file
// must be readable. YAML of an older language is brought along in memory.
func (p Project) Revision(ctx context.Context, name string) (*spec.Set, error) {
	r, err := p.revision(ctx, name)
	if err != nil {
		return nil, err
	}
	set, _, err := r.read(nil, nil)
	return set, err
}

// Compared are two revisions and what is different between them.
type Compared struct {
	Before, After *spec.Set
	Changes       []diff.Change
	Findings      spec.Findings // about the newer one beside the older one

	settled map[string]bool // ids that the older one had accepted already
}

// Fresh leaves out what the older revision had accepted already: that was about a merge
// before, and says nothing of this one.
func (c *Compared) Fresh(list []accepted.Entry) []accepted.Entry {
	return slices.DeleteFunc(list, func(a accepted.Entry) bool { return c.settled[a.ID] })
}

// Compare reads two revisions and compares them. A system whose files are the same in
// both is read once: it is one model.
func (p Project) Compare(ctx context.Context, older, newer string) (*Compared, error) {
	a, err := p.revision(ctx, older)
	if err != nil {
		return nil, err
	}
	b, err := p.revision(ctx, newer)
	if err != nil {
		return nil, err
	}
	c := &Compared{settled: a.settled()}
	var found spec.Findings
	if c.Before, c.After, found, err = both(a, b); err != nil {
		return nil, err
	}
	if err := diff.Comparable(c.Before, c.After); err != nil {
		return nil, command.Misused("rename one at a time, or leave the folders of the others out", "%s", err)
	}
	day := ""
	if newer == p.Root { // it is served from today on; a revision of git was from its own date on
		day = time.Now().Format(time.DateOnly)
	}
	c.Changes, c.Findings = diff.Compare(c.Before, c.After, day)
	c.Findings = append(c.Findings, found...) // what is not read as it is written shows no change
	for i := range c.Changes {
		one := &c.Changes[i]
		one.OldPlace, one.NewPlace = a.written.At(one.OldPlace), b.written.At(one.NewPlace)
	}
	return c, nil
}

// settled are the ids in the file of accepted changes of a revision.
func (r revision) settled() map[string]bool {
	out := map[string]bool{}
	text, err := fs.ReadFile(r.fsys, path.Join(r.folder, path.Base(accepted.File)))
	if err != nil {
		return out // it has none
	}
	list, _ := accepted.Read(accepted.File, text) // what cannot be read accepts nothing
	for _, a := range list {
		out[a.ID] = true
	}
	return out
}

// both reads two revisions side by side.
func both(a, b revision) (before, after *spec.Set, found spec.Findings, err error) {
	var group sync.WaitGroup
	var parsed yamltree.Parsed
	group.Go(func() { before, _, err = a.read(nil, &parsed) })
	same := map[string]bool{} // systems that are read once
	var errAfter error
	after, found, errAfter = b.read(func(folder string) *spec.System {
		name := path.Base(folder)
		if !sameFiles(a.fsys, path.Join(a.folder, name), b.fsys, folder) {
			return nil
		}
		same[name] = true
		return &spec.System{Name: name}
	}, &parsed)
	group.Wait()
	if err = cmp.Or(err, errAfter); err != nil {
		return nil, nil, nil, err
	}
	for i, s := range after.Systems {
		if n := slices.IndexFunc(before.Systems, func(o *spec.System) bool { return o.Name == s.Name }); same[s.Name] && n >= 0 {
			after.Systems[i] = before.Systems[n]
			delete(same, s.Name)
		}
	}
	after.Systems = slices.DeleteFunc(after.Systems, func(s *spec.System) bool { return same[s.Name] }) // folders without a system
	return before, after, found, nil
}

// sameFiles reports whether two folders hold the same files. What cannot be read is not
// the same.
func sameFiles(a fs.FS, dirA string, b fs.FS, dirB string) bool {
	files := func(fsys fs.FS, dir string) (map[string][]byte, error) {
		out := map[string][]byte{}
		return out, fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			out[strings.TrimPrefix(name, dir)], err = fs.ReadFile(fsys, name)
			return err
		})
	}
	before, err := files(a, dirA)
	if err != nil {
		return false
	}
	after, err := files(b, dirB)
	return err == nil && maps.EqualFunc(before, after, bytes.Equal)
}

// revision is where the systems of a revision are.
type revision struct {
	name    string // as somebody wrote it
	fsys    fs.FS
	folder  string          // that holds the systems
	only    string          // the one that is meant; empty: all
	none    bool            // it is from before there were systems: everything is new
	written migrate.Written // where YAML of an older language was written
}

// revision finds a revision.
func (p Project) revision(ctx context.Context, name string) (revision, error) {
	if isFolder(name) {
		return folderOf(name)
	}
	rev, folder, ok := strings.Cut(name, ":")
	if !ok {
		folder = "./" + Folder
	}
	if own, ok := strings.CutPrefix(folder, p.Below(ctx)); ok && own != folder {
		folder = "./" + own // files of the project are called as they are in it
	}
	fsys, err := p.archive(ctx, rev, folder)
	if err != nil && !ok {
		if before, errBefore := p.beforeSystems(ctx, rev); errBefore != nil {
			err = errBefore
		} else if before {
			return revision{name: name, fsys: fstest.MapFS{}, folder: Folder, none: true}, nil
		}
	}
	if err != nil {
		return revision{}, command.Misused("name a folder, or a revision of git as v3.9:spec", "%s cannot be read: %s", name, err)
	}
	return holding(name, fsys, path.Clean(folder)), nil
}

// folderOf is a revision in a folder. Its files are called as they are from here, where it
// is below.
func folderOf(name string) (revision, error) {
	from, at := ".", filepath.ToSlash(filepath.Clean(name))
	if !filepath.IsLocal(name) {
		dir, err := filepath.Abs(name)
		if err != nil {
			return revision{}, err
		}
		from, at = filepath.Dir(dir), filepath.Base(dir)
		if isFolder(filepath.Join(dir, Folder)) {
			from, at = dir, Folder
		}
	}
	if isFolder(filepath.Join(from, at, Folder)) {
		at = path.Join(at, Folder)
	}
	return holding(name, yamltree.Folder(from), at), nil
}

// holding is the revision at or below a folder of a file system.
func holding(name string, fsys fs.FS, folder string) revision {
	r := revision{name: name, folder: folder}
	switch {
	case exists(fsys, path.Join(folder, "system.yaml")):
		r.folder, r.only = path.Dir(folder), path.Base(folder)
	case exists(fsys, path.Join(folder, Folder)):
		r.folder = path.Join(folder, Folder)
	}
	r.fsys, r.written = migrate.Current(fsys, r.folder)
	return r
}

// read reads the systems, but for those that have knows, and says what is wrong with them.
func (r revision) read(have func(folder string) *spec.System, parsed *yamltree.Parsed) (*spec.Set, spec.Findings, error) {
	if r.none {
		return &spec.Set{}, nil, nil
	}
	set, findings, err := load.Models(r.fsys, r.folder, have, parsed)
	if err != nil {
		return nil, nil, command.Misused("a revision is a folder of systems, each with a system.yaml", "%s cannot be read: %s", r.name, err)
	}
	if at := slices.IndexFunc(findings, func(f spec.Finding) bool { return f.ID == "JK0507" }); at >= 0 { // it has two names
		return nil, nil, command.Misused("rename the folder or the system", "%s cannot be read:\n%s", r.name, findings[at:at+1].Error())
	}
	out := &spec.Set{}
	for _, s := range set.Systems {
		if r.only != "" && s.Name != r.only {
			continue
		}
		if !s.Whole() {
			return nil, nil, command.Misused("fix it, or compare with another revision", "%s cannot be read:\n%s", r.name, findings.Error())
		}
		out.Systems = append(out.Systems, s)
	}
	return out, findings, nil
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// archive reads a folder of a revision of git: below the root of the repository, or, with
// ./ in front, below the project.
func (p Project) archive(ctx context.Context, rev, folder string) (fs.FS, error) {
	if strings.HasPrefix(rev, "-") || rev == "" || !filepath.IsLocal(folder) {
		return nil, errors.New("it is neither a folder nor a revision")
	}
	at := p.Root
	if !strings.HasPrefix(folder, "./") {
		top, err := git(ctx, p.Root, "rev-parse", "--show-toplevel")
		if err != nil {
			return nil, err
		}
		at = strings.TrimSpace(top.String())
	}
	out, err := git(ctx, at, "archive", "--format=tar", rev, "--", folder)
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	size := int64(0)
	for in := tar.NewReader(out); ; {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if head.Typeflag != tar.TypeReg || !fs.ValidPath(head.Name) {
			continue
		}
		if size += head.Size; size > maxRevision {
			return nil, fmt.Errorf("it has more than %d bytes", maxRevision)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		files[head.Name] = &fstest.MapFile{Data: text, Mode: 0o644}
	}
}

// beforeSystems reports whether a revision of git is there and has no systems yet, neither
// those of the project nor others, which the project could have had elsewhere.
func (p Project) beforeSystems(ctx context.Context, rev string) (bool, error) {
	if strings.HasPrefix(rev, "-") || rev == "" {
		return false, nil
	}
	if _, err := git(ctx, p.Root, "rev-parse", "--verify", "--quiet", rev+"^{commit}"); err != nil {
		if _, err := git(ctx, p.Root, "rev-parse", "--git-dir"); errors.Is(err, exec.ErrNotFound) {
			return false, errors.New("git is not installed here")
		} else if err != nil {
			return false, errors.New("the project is in no repository of git")
		}
		if _, err := git(ctx, p.Root, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
			return false, errors.New("nothing is committed yet")
		}
		return false, errors.New("git has no such revision here; a shallow clone lacks older ones")
	}
	out, err := git(ctx, p.Root, "ls-tree", "-r", "-z", "--full-tree", "--name-only", rev)
	if err != nil {
		return false, err
	}
	for name := range strings.SplitSeq(out.String(), "\x00") {
		if path.Base(name) == "system.yaml" && path.Base(path.Dir(path.Dir(name))) == Folder {
			return false, fmt.Errorf("it has systems in another folder: write %s:%s", rev, path.Dir(path.Dir(name)))
		}
	}
	return true, nil
}

// git is what a command of git prints in a folder.
func git(ctx context.Context, dir string, args ...string) (*bytes.Buffer, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...)
	var out, speech bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &speech
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(speech.String()); text != "" {
			return nil, errors.New("git: " + text)
		}
		return nil, err
	}
	return &out, nil
}

// Below is where a project is in its repository of git, for tools that name files from
// there: "services/orders/", or empty where it is the repository or in none.
func (p Project) Below(ctx context.Context) string {
	out, err := git(ctx, p.Root, "rev-parse", "--show-prefix")
	if err != nil || p.BuiltIn {
		return ""
	}
	return strings.TrimSpace(out.String())
}
