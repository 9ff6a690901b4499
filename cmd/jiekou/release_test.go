package main_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReleases takes the repositories that earlier releases of jiekou began, each as it
// was in testdata/release, with its migrations frozen: this jiekou brings their YAML
// along, generates and builds them. A release adds its own; none is ever edited.
func TestReleases(t *testing.T) {
	t.Parallel()
	folders, err := os.ReadDir(filepath.Join("testdata", "release"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no releases: %v", err)
	}
	for _, one := range folders {
		t.Run(one.Name(), func(t *testing.T) {
			t.Parallel()
			ctx := bounded(t)
			f := newForeign(t, "example.com/acme/orders", filepath.Join("release", one.Name()))
			for _, command := range []string{
				"jiekou fmt --migrate", "jiekou check", "jiekou generate", "jiekou generate --check", "go build ./...", "go vet ./...",
			} {
				f.run(ctx, t, command)
			}
		})
	}
}

// TestRelease makes a release of a repository that has only a changelog: it is a commit, with
// the repository that this jiekou begins, and a tag with the changelog of the language. What
// cannot be released changes nothing.
func TestRelease(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	tool, root := filepath.Join(t.TempDir(), "release"), t.TempDir()
	mustRun(ctx, t, filepath.Join("..", ".."), "go", "build", "-o", tool, ".ci/release.go")
	git := func(args ...string) string { return mustRun(ctx, t, root, "git", args...) }
	commit := func(changelog string) {
		if err := os.WriteFile(filepath.Join(root, "CHANGELOG.md"), []byte(changelog), 0o600); err != nil {
			t.Fatal(err)
		}
		git("add", "-A")
		git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "changes")
	}
	release := func(version string) (string, error) {
		c := exec.CommandContext(ctx, tool, "-at", root, "-day", "2026-12-01", version) //nolint:gosec // built above
		c.Dir = filepath.Join("..", "..")
		c.Env = append(os.Environ(), "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := c.CombinedOutput()
		return string(out), err
	}
	git("init", "-q")
	const head = "# Changelog\n\n## Unreleased\n"
	commit(head + "\n### For callers\n\n- Faster.\n\n### The language\n\n- A new key.\n")
	if out, err := release("v0.1.0"); err == nil || !strings.Contains(out, "does not say what `language: 2` changed") {
		t.Errorf("a changelog without the language: %v %s", err, out)
	}
	commit(head + "\n### The language\n\n- `language: 2` has protocols.\n\n### For callers\n\n- Faster.\n")
	for version, want := range map[string]string{"0.1.0": "is no version", "v0.1": "is no version", "": "is no version"} {
		if out, err := release(version); err == nil || !strings.Contains(out, want) {
			t.Errorf("%q: %v %s", version, err, out)
		}
	}
	if out, err := release("v0.1.0"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if want := head + "\n## v0.1.0, 2026-12-01\n\n### The language\n\n- `language: 2` has protocols.\n\n### For callers\n\n- Faster.\n"; err != nil || string(text) != want {
		t.Errorf("%v %s", err, text)
	}
	if tag := git("tag", "-l", "--format=%(contents)", "v0.1.0"); tag != "jiekou v0.1.0\n\n- `language: 2` has protocols." {
		t.Errorf("the tag says %q", tag)
	}
	const kept = "cmd/jiekou/testdata/release/v0.1.0/"
	for _, name := range []string{"main.go", "spec/orders/system.yaml", "spec/orders/sql/released.json"} {
		if !strings.Contains(git("ls-tree", "-r", "--name-only", "v0.1.0"), kept+name) {
			t.Errorf("the release has no %s", kept+name)
		}
	}
	if out, err := release("v0.2.0"); err == nil || !strings.Contains(out, "nothing is under Unreleased") {
		t.Errorf("nothing to release: %v %s", err, out)
	}
	commit(strings.Replace(string(text), head, head+"\n### For callers\n\n- Slower.\n", 1))
	if out, err := release("v0.0.9"); err == nil || !strings.Contains(out, "v0.1.0 is there already") {
		t.Errorf("an older version: %v %s", err, out)
	}
	if status := git("status", "--porcelain"); status != "" || strings.Count(git("log", "--oneline"), "\n") != 3 {
		t.Errorf("refusals wrote something: %s %s", status, git("log", "--oneline"))
	}
}

// mustRun runs a program in a folder, and returns what it prints.
func mustRun(ctx context.Context, t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}
