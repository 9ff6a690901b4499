package gen

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

// Files for another folder are below it, its last part names the package, and
// generated files import it.
func TestRoot(t *testing.T) {
	t.Parallel()
	o := testOptions()
	o.Root = "internal/api"
	files, err := Generate(mustLoad(t, hostileYAML(t, "plain")), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files.Paths() {
		if !strings.HasPrefix(name, "internal/api/") {
			t.Errorf("%s is not below the root", name)
		}
	}
	source := string(files["internal/api/api.go"])
	for _, part := range []string{"\npackage api\n", `"example.com/team/internal/api/mini"`, "Package api lists"} {
		if !strings.Contains(source, part) {
			t.Errorf("api.go lacks %s:\n%s", part, source)
		}
	}
	if page := string(files["internal/api/mini/docs/testing.md"]); !strings.Contains(page, "`internal/api/fixtures/mini`") {
		t.Errorf("the page names another folder:\n%s", page)
	}
	compile(t, files)
}

// A module path that no package can be imported by is refused.
func TestOptionsRefused(t *testing.T) {
	t.Parallel()
	set := mustLoad(t, hostileYAML(t, "plain"))
	for _, c := range []struct {
		options Options
		want    string
	}{
		{Options{}, `gen: module "": malformed import path ""`},
		{Options{Module: "/tmp/x"}, `gen: module "/tmp/x": malformed import path`},
		{Options{Module: "a b"}, `gen: module "a b": malformed import path`},
		{Options{Module: testModule, Root: "../x"}, `gen: folder "../x": `},
		{Options{Module: testModule, Root: "a/."}, `gen: folder "a/.": `},
		{Options{Module: testModule, Root: "my-api"}, `gen: folder "my-api": `},
		{Options{Module: testModule, Root: "internal/type"}, `gen: folder "internal/type": `},
	} {
		if _, err := Generate(set, c.options); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %s", c.options, err, c.want)
		}
	}
}

// Further files are listed and linked from the docs; they replace no other file, and
// their errors name them.
func TestArtefacts(t *testing.T) {
	t.Parallel()
	set := mustLoad(t, hostileYAML(t, "plain"))
	further := func(name string, err error) Options {
		return Options{Module: testModule, Artefacts: []Artefact{{
			Name: "cards", Title: "卡片", Page: "cards.md",
			Files: func(root string, s *spec.System) (map[string][]byte, error) {
				return map[string][]byte{path.Join(s.Name, name): []byte(root)}, err
			},
		}}}
	}
	files, err := Generate(set, further("docs/cards.md", nil))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(files["generated/mini/docs/cards.md"]); got != "generated" {
		t.Errorf("the file holds %q", got)
	}
	if !strings.Contains(string(files["generated/mini/docs/README.md"]), "[卡片](cards.md)") {
		t.Error("the docs do not link the page")
	}
	if !slices.Contains(strings.Fields(string(files["generated/MANIFEST"])), "mini/docs/cards.md") {
		t.Error("the manifest does not list the file")
	}
	plain, err := Generate(set, Options{Module: testModule})
	if err != nil || len(plain)+1 != len(files) {
		t.Errorf("%d files without it, %d with it, %v", len(plain), len(files), err)
	}
	for _, c := range []struct {
		options Options
		want    string
	}{
		{further("mini.go", nil), "gen: further files of mini: spec/mini/system.yaml:1:9: generated/mini/mini.go would be generated twice"},
		{further("docs/cards.md", errors.New("no cards")), "gen: further files of mini: cards: no cards"},
	} {
		if got, err := Generate(set, c.options); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, %v, want %s", slices.Collect(maps.Keys(got)), err, c.want)
		}
	}
}
