package project

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
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
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		dir, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		if isFolder(filepath.Join(dir, Folder)) {
			return drafted(name, os.DirFS(dir), Folder)
		}
		return drafted(name, os.DirFS(filepath.Dir(dir)), filepath.Base(dir))
	}
	rev, folder, ok := strings.Cut(name, ":")
	if !ok {
		folder = Folder
	}
	fsys, err := p.archive(ctx, rev, folder)
	if err != nil {
		return nil, command.Misused("name a folder, or a revision of git as v3.9:spec", "%s cannot be read: %s", name, err)
	}
	return drafted(name, fsys, path.Clean(folder))
}

// drafted reads the systems at or below a folder of a file system.
func drafted(name string, fsys fs.FS, folder string) (*spec.Set, error) {
	only := ""
	switch {
	case exists(fsys, path.Join(folder, "system.yaml")):
		folder, only = path.Dir(folder), path.Base(folder)
	case exists(fsys, path.Join(folder, Folder)):
		folder = path.Join(folder, Folder)
	}
	set, findings, err := load.Draft(fsys, folder)
	if err != nil {
		return nil, command.Misused("a revision is a folder of systems, each with a system.yaml", "%s cannot be read: %s", name, err)
	}
	out := &spec.Set{}
	for _, s := range set.Systems {
		if only != "" && s.Name != only {
			continue
		}
		if !s.Whole() {
			return nil, command.Misused("fix it, or compare with another revision", "%s cannot be read:\n%s", name, findings.Error())
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
