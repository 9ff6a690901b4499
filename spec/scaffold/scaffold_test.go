package scaffold_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/format"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// project returns the files of a repository.
func project(t *testing.T, o scaffold.ProjectOptions) fstest.MapFS {
	t.Helper()
	files, err := scaffold.Project(o)
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for _, f := range files {
		out[f.Path] = &fstest.MapFile{Data: f.Text}
	}
	return out
}

// TestProject holds that the YAML of a new repository checks, is formatted, and has what
// it promises.
func TestProject(t *testing.T) {
	t.Parallel()
	for _, signed := range []bool{false, true} {
		o := scaffold.ProjectOptions{
			Module: "example.com/acme/orders", Go: "1.26.0", System: "orders", Title: "订单: 接口", Signed: signed, Version: "v0.1.0",
		}
		files := project(t, o)
		set, err := load.Systems(files, "spec")
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[spec.Kind]int{}
		for _, i := range set.Systems[0].Interfaces {
			kinds[i.Kind]++
		}
		if kinds[spec.Report] != 1 || kinds[spec.Query] != 1 || kinds[spec.Notify] != 1 || len(set.Systems[0].Tables) != 1 {
			t.Errorf("signed %v: %v, %d tables", signed, kinds, len(set.Systems[0].Tables))
		}
		if set.Systems[0].HasPaths() != signed || set.Systems[0].Title != o.Title {
			t.Errorf("signed %v: %s", signed, set.Systems[0].Title)
		}
		for name, f := range files {
			if !strings.HasSuffix(name, ".yaml") || strings.HasPrefix(name, "deploy/") {
				continue
			}
			if out, err := format.YAML(f.Data); err != nil || !bytes.Equal(out, f.Data) {
				t.Errorf("%s is not formatted: %v", name, err)
			}
		}
		if n := bytes.Count(files["main.go"].Data, []byte("\n")); n > 15 {
			t.Errorf("main.go has %d lines", n)
		}
	}
}

// TestModule holds what go.mod says of jiekou.
func TestModule(t *testing.T) {
	t.Parallel()
	o := scaffold.ProjectOptions{Module: "example.com/acme/orders/v2", Go: "1.26.0", System: "orders", Version: "v0.1.0"}
	mod := string(project(t, o)["go.mod"].Data)
	if o.Program() != "orders" || strings.Contains(mod, "replace") || !strings.Contains(mod, "\nrequire github.com/jiekou-dev/jiekou v0.1.0\n") {
		t.Errorf("%s:\n%s", o.Program(), mod)
	}
	o.Checkout = "/jiekou"
	mod = string(project(t, o)["go.mod"].Data)
	if !strings.HasSuffix(mod, "\nreplace github.com/jiekou-dev/jiekou => /jiekou\n") {
		t.Error(mod)
	}
}

// TestPostgres holds the script of a new repository to that of this one.
func TestPostgres(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile("../../.ci/postgres")
	if err != nil {
		t.Fatal(err)
	}
	files := project(t, scaffold.ProjectOptions{Module: "example.com/orders", System: "orders"})
	if !bytes.Equal(files[".ci/postgres"].Data, own) {
		t.Error("template/project/postgres.tmpl and .ci/postgres differ: copy one to the other")
	}
}

// TestNames wants names that check refuses to be refused before anything is written.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, word := range spec.SQLWords() {
		if scaffold.CheckSystemName(word) == nil || scaffold.CheckTableName(word) == nil {
			t.Errorf("%q may name a system or a table", word)
		}
	}
	for _, word := range spec.Reserved() {
		if scaffold.CheckGroupName(word) == nil {
			t.Errorf("%q may name a group", word)
		}
	}
	long := strings.Repeat("a", spec.MaxSQLName+1)
	if scaffold.CheckSystemName(long) == nil || scaffold.CheckTableName(long) == nil {
		t.Errorf("%d letters may name a system or a table", len(long))
	}
	for name, check := range map[string]func(string) error{"orders": scaffold.CheckSystemName, "order_line": scaffold.CheckTableName, "sale": scaffold.CheckGroupName} {
		if err := check(name); err != nil {
			t.Error(err)
		}
	}
}
