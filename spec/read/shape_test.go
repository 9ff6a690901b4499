package read

import (
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/internal/golden"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// TestShapes holds that the quick validator of files says what the schema says: of every file of
// the systems and of the tests, and of many that are such a file with a part in another place.
func TestShapes(t *testing.T) {
	t.Parallel()
	l, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	slow, err := l.validators()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same in every run
	fit, unfit := 0, 0
	compare := func(file string, v *yamltree.Value) {
		for _, kind := range kinds() {
			want := slow[kind].Validate(v.JSON())
			if got := l.shapes[kind].Fits(v); got != (want == nil) {
				t.Errorf("%s as %s: fits is %t, and the schema says %v", file, kind, got, want)
			}
			if want == nil {
				fit++
			} else {
				unfit++
			}
		}
	}
	var parts []*yamltree.Value
	for file, text := range written(t) {
		v := yamltree.Parse(&spec.Collector{}, file, text)
		if v == nil {
			continue
		}
		compare(file, v)
		own, other := below(v), below(yamltree.Parse(&spec.Collector{}, file, text))
		parts = append(parts, other[random.IntN(len(other))])
		for range 4 { // a part has the place of another
			at := own[random.IntN(len(own))]
			was := *at
			*at = *parts[random.IntN(len(parts))]
			compare(file, v)
			*at = was
		}
	}
	if fit < 400 || unfit < 10_000 {
		t.Errorf("%d files fit, %d do not: too few to say anything", fit, unfit)
	}
}

// below are a value and all that it holds.
func below(v *yamltree.Value) []*yamltree.Value {
	out := []*yamltree.Value{v}
	for _, item := range v.Items {
		out = append(out, below(item)...)
	}
	for _, m := range v.Members {
		out = append(out, below(m.Value)...)
	}
	return out
}

// written are the YAML files of the systems and of the tests of this folder.
func written(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	add := func(fsys fs.FS, in string) {
		if err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && path.Ext(name) == ".yaml" {
				out[path.Join(in, name)], err = fs.ReadFile(fsys, name)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	add(os.DirFS(".."), "")
	cases, err := filepath.Glob("../testdata/*/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal(err)
	}
	for _, name := range cases {
		files := fstest.MapFS{}
		maps.Copy(files, golden.Read(t, name).FS)
		add(files, name)
	}
	return out
}
