package importer_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/write"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// share is a figure in a line of score.py; -1: it is not there.
func share(line, what string) float64 {
	_, after, ok := strings.Cut(line, what+" ")
	text, _, _ := strings.Cut(after, " %")
	n, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil {
		return -1
	}
	return n
}

// part is a figure in a line of score.py that it prints as so many of so many, in
// percent; -1: it is not there.
func part(line, what string) float64 {
	_, after, ok := strings.Cut(line, what+" ")
	text, _, _ := strings.Cut(after, " ")
	some, all, _ := strings.Cut(text, "/")
	a, err1 := strconv.ParseFloat(some, 64)
	b, err2 := strconv.ParseFloat(all, 64)
	switch {
	case !ok || err1 != nil || err2 != nil:
		return -1
	case b == 0:
		return 100
	}
	return 100 * a / b
}

// TestScore holds how much of real documents is found. They lie beside the project;
// without them there is nothing to measure.
func TestScore(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "..", "shared", "imports")
	if dir := os.Getenv("IMPORTS"); dir != "" {
		folder = dir
	}
	keys, _ := filepath.Glob(filepath.Join(folder, "*.key.json"))
	if len(keys) == 0 {
		t.Skip("no documents with keys beside the project")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("the keys come with a score in Python, which is not here")
	}
	for _, key := range keys {
		name := strings.TrimSuffix(filepath.Base(key), ".key.json")
		files, _ := filepath.Glob(filepath.Join(folder, name+".[^k]*"))
		data, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		doc, err := document.Read(files[0], data)
		if err != nil {
			t.Fatal(err)
		}
		found := drafted(t, doc)
		out := filepath.Join(t.TempDir(), "catalog.json")
		text, err := json.Marshal(catalog.Of(loaded(t, found).Systems))
		if err == nil {
			err = os.WriteFile(out, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		args := []string{filepath.Join(folder, "score.py"), key, out}
		if os.Getenv("VERBOSE") == name {
			args = append(args, "-v")
		}
		score, err := exec.Command(python, args...).CombinedOutput()
		n := found.Counts()
		t.Logf("%-14s %d cells carried, %d interpreted, %d left; %s", name, n[draft.Carried], n[draft.Read], n[draft.Left], score)
		if err != nil {
			t.Error(err)
		}
		for what, least := range map[string]float64{"labels": 90, "method+path": 95, "interfaces": 95} {
			if got := part(string(score), what); got < least {
				t.Errorf("%s: %s %.1f %%, at least %.0f %%", name, what, got, least)
			}
		}
		for what, least := range map[string]float64{"found": 99, "exact": 95} {
			if got := share(string(score), what); got < least {
				t.Errorf("%s: %s %.1f %%, at least %.0f %%", name, what, got, least)
			}
		}
	}
}

// drafted is the draft of a document.
func drafted(t testing.TB, docs ...*document.Document) *draft.Draft {
	t.Helper()
	d, err := importer.From(docs, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// loaded is the model of a draft, by way of its YAML.
func loaded(t *testing.T, d *draft.Draft) *spec.Set {
	t.Helper()
	files, err := write.Files(d, "sample")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range files {
		fsys["spec/"+f.Path] = &fstest.MapFile{Data: f.Text}
	}
	set, err := load.Systems(fsys, "spec")
	if err != nil {
		t.Errorf("check: %v", err)
	}
	return set
}
