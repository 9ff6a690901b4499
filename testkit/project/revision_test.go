package project_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/testkit/project"
)

// TestRevisions holds that a system whose files are the same in both revisions is read
// once, and one with a further byte twice.
func TestRevisions(t *testing.T) {
	t.Parallel()
	older, newer := t.TempDir(), t.TempDir()
	for _, dir := range []string{older, newer} {
		for _, name := range []string{"baas", "u8"} {
			if err := os.CopyFS(filepath.Join(dir, "spec", name), os.DirFS(filepath.Join("..", "..", "spec", name))); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, dir := range []string{older, newer} { // both have a folder that is no system
		if err := os.MkdirAll(filepath.Join(dir, "spec", "notes"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(newer, "spec", "u8", "errors.yaml")
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, append(text, '\n'), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := project.Project{Root: newer}.Compare(t.Context(), older, newer)
	if err != nil {
		t.Fatal(err)
	}
	before, after := c.Before, c.After
	if before.Systems[0] != after.Systems[0] || before.Systems[1] == after.Systems[1] || after.Systems[1].Name != "u8" {
		t.Errorf("read once: baas %t, u8 %t", before.Systems[0] == after.Systems[0], before.Systems[1] == after.Systems[1])
	}
	if c, err = (project.Project{Root: newer}).Compare(t.Context(), filepath.Join(older, "spec", "u8"), filepath.Join(newer, "spec", "u8")); err != nil || len(c.Before.Systems) != 1 || len(c.After.Systems) != 1 {
		t.Errorf("one system alone: %v", err)
	}
}

// TestTwoNames holds that a system whose folder is called otherwise cannot be read: nobody
// could say which of the two it is.
func TestTwoNames(t *testing.T) {
	t.Parallel()
	older, newer := t.TempDir(), t.TempDir()
	for _, dir := range []string{older, newer} {
		if err := os.CopyFS(filepath.Join(dir, "spec", "u8"), os.DirFS(filepath.Join("..", "..", "spec", "u8"))); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(newer, "spec", "u8", "system.yaml")
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, []byte(strings.Replace(string(text), "system: u8", "system: u9", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, two := range [][2]string{{older, newer}, {newer, older}} {
		_, err := project.Project{Root: newer}.Compare(t.Context(), two[0], two[1])
		if err == nil || !strings.Contains(err.Error(), `JK0507 system "u9" is in the folder "u8"`) {
			t.Errorf("%v", err)
		}
	}
}
