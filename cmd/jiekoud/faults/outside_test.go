package faults_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/testkit/fault"
)

// outside is the environment of this binary where it was built with the generated code below
// that folder in place of the module's own.
const outside = "JIEKOU_OUTSIDE"

// systems are what this binary serves.
func systems() []system.System { return generated.Systems() }

// measure builds this test again, with what is generated from the YAML of a folder in place of
// the four systems, and runs it.
func measure(t *testing.T, project string) {
	t.Helper()
	root := t.TempDir()
	run := func(dir string, env []string, name string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, append(os.Environ(), env...), os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s %v: %v", name, args, err)
		}
	}
	if err := os.CopyFS(filepath.Join(root, "spec"), os.DirFS(filepath.Join(project, "spec"))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module github.com/jiekou-dev/jiekou\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tool, binary := filepath.Join(root, "jiekou"), filepath.Join(root, "measure")
	run(module, nil, "go", "build", "-o", tool, "./cmd/jiekou")
	run(root, nil, tool, "generate")
	text, err := os.ReadFile(filepath.Join(root, "generated", "generated.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("\nfunc Systems() ")) {
		t.Fatalf("%s has answers in Go (handler: true): what they do is not generated, and not measured", project)
	}
	if err := fault.Exchange(module, root, root); err != nil {
		t.Fatal(err)
	}
	run("", nil, "go", "test", "-c", "-vet=off", "-overlay", filepath.Join(root, "overlay.json"), "-o", binary, ".")
	run("", []string{outside + "=" + root}, binary, "-test.run", "^TestFaults$", "-test.v", "-test.timeout", "0")
}
