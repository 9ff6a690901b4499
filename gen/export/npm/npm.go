// Package npm runs JavaScript in tests: what is generated, and programs of others that
// read what is exported. make npm installs these.
package npm

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Run carries a script out with node, with in as JSON on its standard input, and reads
// its output into out. It skips the test where node is missing, or one of the
// packages that the script needs.
func Run(t *testing.T, script string, in, out any, packages ...string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here")
	}
	modules := Modules(t)
	for _, name := range packages {
		if _, err := os.Stat(filepath.Join(modules, name)); err != nil {
			t.Skipf("the npm package %s is not here: make npm installs it", name)
		}
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "-e", script)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	cmd.Stdin = bytes.NewReader(text)
	var printed, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("node: %v\n%s%s", err, printed.String(), said.String())
	}
	if err := json.Unmarshal(printed.Bytes(), out); err != nil {
		t.Fatalf("%v: %s%s", err, printed.String(), said.String())
	}
}

// Modules is the folder of the packages: .tools/npm/node_modules of the repository, or
// JIEKOU_NPM.
func Modules(t *testing.T) string {
	t.Helper()
	if own := os.Getenv("JIEKOU_NPM"); own != "" {
		return own
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, ".tools", "npm", "node_modules")
		}
		above := filepath.Dir(dir)
		if above == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = above
	}
}
