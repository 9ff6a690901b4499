package fire_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/gen/export/collection"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/mock/mocktest"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// brunoOf writes the folder that a system is exported as, and returns it.
func brunoOf(t *testing.T, s *spec.System) string {
	t.Helper()
	set, err := call.Of(s)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := collection.Bruno(set)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, s.Name)
}

// brunoRun sends requests of a folder with the command line of Bruno, and returns how many
// tests passed and what failed.
func brunoRun(t *testing.T, folder string, variables map[string]string, args ...string) (passed int, failures []string) {
	t.Helper()
	program := filepath.Join(npm.Modules(t), "@usebruno", "cli", "bin", "bru.js")
	if _, err := os.Stat(program); err != nil {
		t.Skip("the npm package @usebruno/cli is not here: make npm installs it")
	}
	report := filepath.Join(t.TempDir(), "report.json")
	args = append([]string{program, "run", "-r", "--output", report}, args...)
	for name, value := range variables {
		args = append(args, "--env-var", name+"="+value)
	}
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Dir = folder
	said, _ := cmd.CombinedOutput() // it fails where a test does, which the report says
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	var runs []struct {
		Results []struct {
			Name, Error string
			TestResults []struct{ Description, Status, Error string }
		}
	}
	if err := json.Unmarshal(text, &runs); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, one := range runs[0].Results {
		if one.Error != "" {
			failures = append(failures, one.Name+": "+one.Error)
		}
		for _, r := range one.TestResults {
			if r.Status == "pass" {
				passed++
				continue
			}
			failures = append(failures, one.Name+": "+r.Description+": "+r.Error)
		}
	}
	return passed, failures
}

// TestBruno runs the exported folders with the command line of Bruno against mocks, of each system one
// group, since a request takes a second in its sandbox. Where calls carry a token, the login's
// script keeps it for those that come after; before it they say what to send first.
func TestBruno(t *testing.T) {
	t.Parallel()
	gate := trial.NewGate(t)
	variables := map[string]string{"baseUrl": gate.URL, "app": trial.App, "secret": trial.Key}
	folder := brunoOf(t, gate.System)
	if _, early := brunoRun(t, folder, variables, "pass/pass_get.bru"); len(early) != 1 || !strings.Contains(early[0], "请先发送登录请求 auth_token") {
		t.Errorf("before the login: %q", early)
	}
	if passed, failures := brunoRun(t, folder, variables); len(failures) > 0 || passed < 4 {
		t.Errorf("with a login: %d passed, %q", passed, failures)
	}
	variables["expectSuccess"] = "true"
	if passed, failures := brunoRun(t, folder, variables); len(failures) > 0 || passed < 6 {
		t.Errorf("success expected: %d passed, %q", passed, failures)
	}
	long := filepath.Join(folder, "pass", "pass_get.bru")
	text, err := os.ReadFile(long)
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`"id": ".*"`).ReplaceAll(text, []byte(`"id": "`+strings.Repeat("9", 30)+`"`))
	if err := os.WriteFile(long, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, failures := brunoRun(t, folder, variables); len(failures) != 1 || !strings.Contains(failures[0], "业务成功") {
		t.Errorf("a refusal where success is expected: %q", failures)
	}
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		p, err := bind.Protocol(s)
		if err != nil {
			t.Fatal(err)
		}
		app, err := tamper.Example(p, "300", nil)
		if err != nil {
			t.Fatal(err)
		}
		variables := app.Texts()
		variables["baseUrl"], variables["app"] = mocktest.URL(t, s, app.ID, app.Texts()), app.ID
		passed, failures := brunoRun(t, brunoOf(t, s), variables, s.Interfaces[0].Group.Name)
		if len(failures) > 0 || passed < 2 {
			t.Errorf("%s: %d passed, %q", s.Name, passed, failures)
		}
	}
}
