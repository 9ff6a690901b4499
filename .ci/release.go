//go:build ignore

// Release makes the commit and the tag of a release, and pushes nothing: what is under
// Unreleased in CHANGELOG.md goes below the version and the day, the repository that this
// jiekou begins is kept for TestReleases of every later one, and the tag says what changed in
// the language. It stops, with nothing written, where the folder is not clean, the version is
// none or not the next one, or the changelog does not name a version of the language.
//
//	go run .ci/release.go [-at FOLDER] [-day yyyy-MM-dd] v0.1.0
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/jiekou-dev/jiekou/spec"
)

func main() {
	r := release{}
	flag.StringVar(&r.root, "at", ".", "folder of the repository")
	flag.StringVar(&r.day, "day", time.Now().Format(time.DateOnly), "day of the release")
	flag.Parse()
	r.version = flag.Arg(0)
	if err := r.make(); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
	fmt.Printf("%s is a commit and a tag; look at both (git show %[1]s), then: git push --follow-tags; make dist\n", r.version)
}

// release is one that is about to be.
type release struct{ root, day, version string }

func (r release) make() error {
	if err := r.possible(); err != nil {
		return err
	}
	file := filepath.Join(r.root, "CHANGELOG.md")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	changelog, language, err := r.changelog(string(text))
	if err != nil {
		return err
	}
	kept, err := r.begin()
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(changelog), 0o644); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"add", "CHANGELOG.md", kept},
		{"commit", "-q", "-m", "Release " + r.version},
		{"tag", "-a", r.version, "--cleanup=verbatim", "-m", "jiekou " + r.version + "\n\n" + language},
	} {
		if _, err := r.run(r.root, "git", args...); err != nil {
			return err
		}
	}
	return nil
}

// possible reports why there can be no such release now.
func (r release) possible() error {
	if !semver.IsValid(r.version) || semver.Canonical(r.version) != r.version {
		return fmt.Errorf("%q is no version as v0.1.0", r.version)
	}
	if _, err := time.Parse(time.DateOnly, r.day); err != nil {
		return fmt.Errorf("%q is no day as 2026-12-01", r.day)
	}
	if out, err := r.run(r.root, "git", "status", "--porcelain"); err != nil || out != "" {
		return errors.Join(err, fmt.Errorf("the folder is not clean: commit first\n%s", out))
	}
	tags, err := r.run(r.root, "git", "tag", "--list", "v*")
	if err != nil {
		return err
	}
	for _, tag := range strings.Fields(tags) {
		if semver.Compare(tag, r.version) >= 0 {
			return fmt.Errorf("%s is there already, so %s is not the next one", tag, r.version)
		}
	}
	return nil
}

// heads finds the releases in the changelog.
var heads = regexp.MustCompile(`(?m)^## .*$`)

// changelog moves what is unreleased below the version, and returns what it says of the
// language.
func (r release) changelog(text string) (out, language string, err error) {
	const unreleased = "## Unreleased\n"
	before, after, ok := strings.Cut(text, unreleased)
	if !ok {
		return "", "", errors.New("CHANGELOG.md has no part Unreleased")
	}
	own, older := after, ""
	if next := heads.FindStringIndex(after); next != nil {
		own, older = after[:next[0]], after[next[0]:]
	}
	if strings.TrimSpace(own) == "" {
		return "", "", errors.New("nothing is under Unreleased in CHANGELOG.md")
	}
	if _, language, ok = strings.Cut(own, "### The language\n"); !ok {
		language = "The language did not change.\n"
	} else if next := strings.Index(language, "\n### "); next >= 0 {
		language = language[:next+1]
	}
	for _, c := range spec.LanguageChanges() {
		named := fmt.Sprintf("`language: %d`", c.Version)
		if c.Version > 1 && !strings.Contains(own+older, named) {
			return "", "", fmt.Errorf("CHANGELOG.md does not say what %s changed: say so under The language", named)
		}
		if c.Version > 1 && !strings.Contains(older, named) && c.Since > r.day[:7] {
			return "", "", fmt.Errorf("%s is since %s by spec.LanguageChanges, and is released on %s", named, c.Since, r.day)
		}
	}
	before = strings.Replace(before, " There is no release yet; everything is under Unreleased, grouped by what it changes for whom.",
		" Each release is grouped by what it changes for whom.", 1)
	return before + unreleased + "\n## " + r.version + ", " + r.day + "\n" + own + older, strings.TrimSpace(language) + "\n", nil
}

// begin keeps the repository that this jiekou begins, with its migrations frozen, among those
// that later ones must build, and returns its folder.
func (r release) begin() (string, error) {
	folder := filepath.Join("cmd", "jiekou", "testdata", "release", r.version)
	if _, err := os.Stat(filepath.Join(r.root, folder)); err == nil {
		return "", fmt.Errorf("%s is there already", folder)
	}
	work, err := os.MkdirTemp("", "jiekou-release-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	checkout, err := os.Getwd()
	if err != nil {
		return "", err
	}
	tool, team := filepath.Join(work, "jiekou"), filepath.Join(work, "orders")
	if err := os.Mkdir(team, 0o755); err != nil {
		return "", err
	}
	for _, step := range []struct {
		dir  string
		args []string
	}{
		{checkout, []string{"go", "build", "-o", tool, "./cmd/jiekou"}},
		{team, []string{tool, "init", "example.com/acme/orders", "--system", "orders", "--jiekou", checkout}},
		{team, []string{tool, "migrate", "release"}},
	} {
		if _, err := r.run(step.dir, step.args[0], step.args[1:]...); err != nil {
			return "", err
		}
	}
	for _, part := range []string{"spec/orders", "main.go"} {
		to := filepath.Join(r.root, folder, part)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return "", err
		}
		if _, err := r.run(team, "cp", "-R", part, to); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// run runs a program in a folder and returns what it prints.
func (r release) run(dir, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Dir = dir
	var speech strings.Builder
	c.Stderr = &speech
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, speech.String())
	}
	return strings.TrimSpace(string(out)), nil
}
