package docs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

var (
	metricName  = regexp.MustCompile(`jiekou_[a-z_]+`)
	settingName = regexp.MustCompile(`\b(?:JIEKOU_[A-Z_]+|DATABASE_URL)\b`)
)

// deployed are the files of docs/deploy.
func deployed(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"deploy/*", "deploy/*/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if text, err := os.ReadFile(name); err == nil {
				files[name] = string(text)
			}
		}
	}
	if len(files) < 7 {
		t.Fatalf("%d files", len(files))
	}
	return files
}

// The files of docs/deploy can be read, and name metrics and settings that there are.
func TestDeploy(t *testing.T) {
	t.Parallel()
	metrics := map[string]bool{}
	sources, err := filepath.Glob("../runtime/server/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, quoted := range regexp.MustCompile(`"(jiekou_[a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
			metrics[quoted[1]] = true
		}
	}
	manual, err := os.ReadFile("settings.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for name, text := range deployed(t) {
		for _, m := range metricName.FindAllString(text, -1) {
			seen++
			if base := strings.TrimSuffix(m, "_bucket"); !metrics[base] {
				t.Errorf("%s: there is no metric %s", name, m)
			}
		}
		for _, s := range settingName.FindAllString(text, -1) {
			if !bytes.Contains(manual, []byte("`"+s+"`")) {
				t.Errorf("%s: settings.md has no setting %s", name, s)
			}
		}
		switch filepath.Ext(name) {
		case ".yaml":
			readYAML(t, name, text)
		case ".json":
			if !json.Valid([]byte(text)) {
				t.Errorf("%s is no JSON", name)
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d metrics are named", seen)
	}
}

// readYAML reads all documents of a file.
func readYAML(t *testing.T, name, text string) {
	t.Helper()
	in := yaml.NewDecoder(strings.NewReader(text))
	for n := 0; ; n++ {
		var one map[string]any
		err := in.Decode(&one)
		if errors.Is(err, io.EOF) && n > 0 {
			return
		}
		if err != nil || len(one) == 0 {
			t.Errorf("%s: document %d: %v", name, n+1, err)
			return
		}
	}
}

// The tools of others find nothing in the files, where they are installed.
func TestLinters(t *testing.T) {
	t.Parallel()
	const yamlRules = "{extends: relaxed, rules: {line-length: disable}}"
	for _, args := range [][]string{
		{"yamllint", "-s", "-d", yamlRules, "deploy/alerts.yaml", "deploy/compose.yaml", "deploy/kubernetes/jiekoud.yaml"},
		{"promtool", "check", "rules", "deploy/alerts.yaml"},
		{"hadolint", "deploy/Dockerfile"},
		{"kubeconform", "-strict", "deploy/kubernetes/jiekoud.yaml"},
	} {
		t.Run(args[0], func(t *testing.T) {
			t.Parallel()
			program, err := exec.LookPath(args[0])
			if err != nil {
				t.Skip("it is not installed")
			}
			if out, err := exec.CommandContext(t.Context(), program, args[1:]...).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

// systemd understands every line of the unit.
func TestUnit(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	text, err := os.ReadFile("deploy/jiekoud.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "jiekoud.service")
	text = bytes.ReplaceAll(text, []byte("/usr/local/bin/jiekoud"), []byte("/bin/true"))
	if err := os.WriteFile(unit, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program, "verify", "--man=no", unit).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "jiekoud.service") {
			t.Error(line)
		}
	}
	if err != nil && !strings.Contains(string(out), "Failed to") { // where there is no systemd to ask
		t.Errorf("%v: %s", err, out)
	}
}

// The files that jiekou init writes for a new repository are these, from one template.
func TestDeployTemplates(t *testing.T) {
	t.Parallel()
	files, err := scaffold.Deployment{Name: "jiekoud", Main: "./cmd/jiekoud", Folder: "docs/deploy"}.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		have, err := os.ReadFile(strings.TrimPrefix(f.Path, "docs/"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, f.Text) {
			t.Errorf("%s is not what its template in spec/scaffold/template/project/deploy makes:\n%s", f.Path, f.Text)
		}
	}
}
