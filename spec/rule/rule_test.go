package rule_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/internal/golden"
	"github.com/jiekou-dev/jiekou/spec/rule"
)

// labelled wants a label at every field of a request.
var labelled = rule.Rule{ID: "TEAM01", Title: "field called id", Check: func(s *spec.System, report rule.Report) {
	for _, x := range s.Interfaces {
		for f := range x.Request.All() {
			if f.Name == "id" {
				report(f.Pos, "name it after what it identifies", "%s of %s says too little", f.Name, x.Cmd)
			}
		}
	}
}}

func direct(t *testing.T, more string) fstest.MapFS {
	t.Helper()
	fsys := golden.Read(t, "../testdata/good/direct.txtar").FS
	const file = "spec/direct/archive/customer_get.yaml"
	fsys[file] = &fstest.MapFile{Data: []byte(strings.Replace(string(fsys[file].Data), "  id: ", more+"  id: ", 1))}
	return fsys
}

// TestCheck runs a rule, lets its finding stay by a comment, and finds the comment that
// is not needed.
func TestCheck(t *testing.T) {
	t.Parallel()
	const waive = "  # waive TEAM01 on 2026-11-28: the document calls it so\n"
	for _, c := range []struct {
		name, more string
		rules      []rule.Rule
		want       string
		waived     int
	}{
		{"found", "", []rule.Rule{labelled}, "spec/direct/archive/customer_get.yaml:10:3: TEAM01 id of customer_get says too little\n" +
			"hint: name it after what it identifies\n  10 |   id:      {type: string, required: true, in: query, label: 客户编码}\n     |   ^", 0},
		{"waived", waive, []rule.Rule{labelled}, "", 1},
		{"idle", waive, []rule.Rule{{ID: "TEAM01", Check: func(*spec.System, rule.Report) {}}}, "JK0708 nothing breaks the rule TEAM01 here", 0},
		{"of others", waive, []rule.Rule{{ID: "TEAM02", Check: func(*spec.System, rule.Report) {}}}, "", 0},
		{"of the language", "  id: {type: strng}\n", []rule.Rule{labelled}, "JK0003", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found, waived, err := rule.Check(direct(t, c.more), "spec", c.rules...)
			if err != nil || len(waived) != c.waived || !strings.Contains(found.Error(), c.want) || (c.want == "") != (len(found) == 0) {
				t.Errorf("%v, %v, %v", found, waived, err)
			}
		})
	}
	for _, bad := range []rule.Rule{{ID: "JK9999", Check: labelled.Check}, {ID: "team", Check: labelled.Check}, {ID: "TEAM01"}} {
		if _, _, err := rule.Check(direct(t, ""), "spec", bad); err == nil {
			t.Errorf("the rule %+v was taken", bad)
		}
	}
}

// TestRun holds the exit codes and the formats.
func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, direct(t, "")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--dir", dir}, 1, "TEAM01 id of"},
		{[]string{"--dir", dir, "--format", "github"}, 1, "::error file=spec/direct/archive/customer_get.yaml,line=10"},
		{[]string{"--dir", dir, "--format", "sarif"}, 1, `"ruleId": "TEAM01"`},
		{[]string{"--dir", dir, "--format", "xml"}, 2, "--format"},
		{[]string{"--dir", filepath.Join(dir, "nowhere")}, 2, "error"},
		{[]string{"--fast"}, 2, "fast"},
		{[]string{"-h"}, 0, "the folder"},
	} {
		var out bytes.Buffer
		if code := rule.Run(c.args, &out, &out, labelled); code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%v: exit code %d, want %d:\n%s", c.args, code, c.code, out.String())
		}
	}
}

// TestManual runs the program of docs/check.md over the systems of this repository.
func TestManual(t *testing.T) {
	t.Parallel()
	program, err := os.ReadFile("testdata/rules/main.go")
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(manual, append([]byte("```go\n"), program...)) {
		t.Error("docs/check.md does not show testdata/rules/main.go as it is")
	}
	out, err := exec.CommandContext(t.Context(), "go", "run", "./testdata/rules", "--dir", "../..").CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}
