package importer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestSources imports the documents of our own systems and compares them with the YAML
// that people wrote. They are beside the project; without them there is nothing to
// compare.
func TestSources(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "..", "shared", "sources")
	if dir := os.Getenv("SOURCES"); dir != "" {
		folder = dir
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*"))
	if len(files) == 0 {
		t.Skip("no documents of our own systems beside the project")
	}
	own, err := load.Systems(os.DirFS(filepath.Join("..", "..")), "spec")
	if err != nil {
		t.Fatal(err)
	}
	least := map[string]float64{"lianfa": 99, "custservice": 99, "baas": 99, "u8": 97}
	for _, s := range catalog.Of(own.Systems).Systems {
		for _, file := range files {
			if !strings.HasPrefix(filepath.Base(file), s.System) {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := document.Read(file, data)
			if err != nil {
				t.Fatal(err)
			}
			got := catalog.Of(loaded(t, drafted(t, doc)).Systems).Systems[0]
			found, required, all := compared(s, got)
			t.Logf("%-12s %d fields, %.1f %% found, %.1f %% with the same mark", s.System, all, 100*float64(found)/float64(all), 100*float64(required)/float64(all))
			if share := 100 * float64(found) / float64(all); share < least[s.System] {
				t.Errorf("%s: %.1f %% found, at least %.0f %%", s.System, share, least[s.System])
			}
		}
	}
}

// compared counts the fields of our YAML that an import found, and those with the same
// mark for required.
func compared(own, got catalog.System) (found, required, all int) {
	rows := map[string]string{}
	for _, i := range got.Interfaces {
		for _, f := range i.Request {
			rows[i.Cmd+" > "+last(f.DocPath)] = f.Required
		}
		for _, f := range i.Response {
			rows[i.Cmd+" < "+last(f.DocPath)] = f.Required
		}
	}
	for _, i := range own.Interfaces {
		name := i.Cmd
		if len(got.Interfaces) == 1 {
			name = got.Interfaces[0].Cmd
		}
		for sign, list := range map[string][]catalog.Field{" > ": i.Request, " < ": i.Response} {
			for _, f := range list {
				all++
				mark, ok := rows[name+sign+last(f.DocPath)]
				if ok {
					found++
				}
				if mark == f.Required {
					required++
				}
			}
		}
	}
	return found, required, all
}

// last is the last name of a path.
func last(path string) string { return path[strings.LastIndexAny(path, "/.")+1:] }
