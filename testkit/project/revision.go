package project

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// maxRevision is how many bytes the YAML of a revision may have.
const maxRevision = 256 << 20

// Revision reads a revision of the YAML for a comparison: a folder, or a revision of
// git as REV:FOLDER, or REV alone for its spec/. The folder is a project, its spec/, or
// that of one system. Findings are no matter here, but every file must be readable.
func (p Project) Revision(ctx context.Context, name string) (*spec.Set, error) {
	r, err := p.revision(ctx, name)
	if err != nil {
		return nil, err
	}
	return r.read(nil)
}

// Revisions reads two revisions. A system whose files are the same in both is read once:
// it is one model.
func (p Project) Revisions(ctx context.Context, older, newer string) (before, after *spec.Set, err error) {
	a, err := p.revision(ctx, older)
	if err != nil {
		return nil, nil, err
	}
	b, err := p.revision(ctx, newer)
	if err != nil {
		return nil, nil, err
	}
	if before, err = a.read(nil); err != nil {
		return nil, nil, err
	}
	after, err = b.read(func(folder string) *spec.System {
		at := slices.IndexFunc(before.Systems, func(s *spec.System) bool { return s.Name == path.Base(folder) })
		if at < 0 || !sameFiles(a.fsys, path.Join(a.folder, path.Base(folder)), b.fsys, folder) {
			return nil
		}
		return before.Systems[at]
	})
	return before, after, err
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
	name   string // as somebody wrote it
	fsys   fs.FS
	folder string // that holds the systems
	only   string // the one that is meant; empty: all
}

// revision finds a revision.
func (p Project) revision(ctx context.Context, name string) (revision, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		dir, err := filepath.Abs(name)
		if err != nil {
			return revision{}, err
		}
		if isFolder(filepath.Join(dir, Folder)) {
			return holding(name, os.DirFS(dir), Folder), nil
		}
		return holding(name, os.DirFS(filepath.Dir(dir)), filepath.Base(dir)), nil
	}
	rev, folder, ok := strings.Cut(name, ":")
	if !ok {
		folder = Folder
	}
	fsys, err := p.archive(ctx, rev, folder)
	if err != nil {
		return revision{}, command.Misused("name a folder, or a revision of git as v3.9:spec", "%s cannot be read: %s", name, err)
	}
	return holding(name, fsys, path.Clean(folder)), nil
}

// holding is the revision at or below a folder of a file system.
func holding(name string, fsys fs.FS, folder string) revision {
	switch {
	case exists(fsys, path.Join(folder, "system.yaml")):
		return revision{name, fsys, path.Dir(folder), path.Base(folder)}
	case exists(fsys, path.Join(folder, Folder)):
		folder = path.Join(folder, Folder)
	}
	return revision{name, fsys, folder, ""}
}

// read reads the systems, but for those that have knows.
func (r revision) read(have func(folder string) *spec.System) (*spec.Set, error) {
	set, findings, err := load.Models(r.fsys, r.folder, have)
	if err != nil {
		return nil, command.Misused("a revision is a folder of systems, each with a system.yaml", "%s cannot be read: %s", r.name, err)
	}
	out := &spec.Set{}
	for _, s := range set.Systems {
		if r.only != "" && s.Name != r.only {
			continue
		}
		if !s.Whole() {
			return nil, command.Misused("fix it, or compare with another revision", "%s cannot be read:\n%s", r.name, findings.Error())
		}
		out.Systems = append(out.Systems, s)
	}
	return out, nil
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// archive reads a folder of a revision of git.
func (p Project) archive(ctx context.Context, rev, folder string) (fs.FS, error) {
	if strings.HasPrefix(rev, "-") || rev == "" || !filepath.IsLocal(folder) {
		return nil, errors.New("it is neither a folder nor a revision")
	}
	git := exec.CommandContext(ctx, "git", "-C", p.Root, "archive", "--format=tar", rev, "--", folder)
	var out, speech bytes.Buffer
	git.Stdout, git.Stderr = &out, &speech
	if err := git.Run(); err != nil {
		if text := strings.TrimSpace(speech.String()); text != "" {
			return nil, errors.New("git: " + text)
		}
		return nil, err
	}
	files := fstest.MapFS{}
	size := int64(0)
	for in := tar.NewReader(&out); ; {
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
