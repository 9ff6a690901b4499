package importer_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec/importer"
	"github.com/jiekou-dev/jiekou/spec/importer/document"
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
		draft := importer.From([]*document.Document{doc})
		out := filepath.Join(t.TempDir(), "catalog.json")
		text, _ := json.Marshal(catalogOf(draft))
		if err := os.WriteFile(out, text, 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{filepath.Join(folder, "score.py"), key, out}
		if os.Getenv("VERBOSE") == name {
			args = append(args, "-v")
		}
		score, err := exec.Command(python, args...).CombinedOutput()
		t.Logf("%-14s %d of %d cells; %s", name, draft.Carried, draft.Cells, score)
		if err != nil {
			t.Error(err)
		}
		for what, least := range map[string]float64{"found": 93, "exact": 84} { // of the worst document today
			if got := share(string(score), what); got < least {
				t.Errorf("%s: %s %.1f %%, at least %.0f %%", name, what, got, least)
			}
		}
		if os.Getenv("VERBOSE") == name {
			for _, l := range draft.Left {
				fmt.Println("LEFT", l.Place, l.Why, l.Head)
			}
		}
	}
}

type object = map[string]any

// catalogOf is a draft in the form that jiekou catalog prints.
func catalogOf(d *importer.Draft) object {
	var list []object
	for _, i := range d.Interfaces {
		list = append(list, object{
			"cmd": i.Cmd, "title": i.Title, "method": i.Method, "path": i.Path, "request": fieldsOf(i.Request), "response": fieldsOf(i.Response),
		})
	}
	return object{"systems": []object{{"interfaces": list}}}
}

func fieldsOf(fields []*importer.Field) []object {
	out := []object{}
	for _, f := range fields {
		var enum []object
		for _, v := range f.Enum {
			enum = append(enum, object{"value": v.Value, "label": v.Label})
		}
		path := strings.Join(f.Path, "/")
		out = append(out, object{
			"path": path, "doc_path": path, "doc_type": f.Type, "doc_length": f.Length, "required": f.Required, "enum": enum, "label": f.Label,
		})
	}
	return out
}
