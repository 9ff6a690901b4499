package spec_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/internal/golden"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestFollowers breaks each file of the small systems and of our own in several ways. One
// fault is one finding: what follows from it is held back.
func TestFollowers(t *testing.T) {
	t.Parallel()
	for name, fsys := range small(t) {
		set, err := load.Systems(fsys, "spec")
		if err != nil {
			t.Fatal(name, err)
		}
		if len(set.Systems) == 0 {
			t.Fatal(name)
		}
		for _, file := range slices.Sorted(maps.Keys(fsys)) {
			if path.Ext(file) != ".yaml" || name == "lianfa" && strings.Count(file, "/") > 2 {
				continue // those of custservice are like them
			}
			text := string(fsys[file].Data)
			ways := map[string]string{
				"no YAML": "a: [1\n" + text,
				"cut off": strings.TrimRight(text[:len(text)-len(text)/3], " \n") + "\n  - {x: [\n",
				"a tab":   "\tx: 1\n" + text,
				"a text":  "1\n",
			}
			if first := firstKey(text); first[0] != '-' {
				ways["a list"], ways["an unknown key"], ways["a key too often"] = "- 1\n", text+"\nthisIsNoKey: 1\n", text+"\n"+first+"\n"
			}
			for how, broken := range ways {
				t.Run(name+" "+file+" "+how, func(t *testing.T) {
					t.Parallel()
					with := maps.Clone(fsys)
					with[file] = &fstest.MapFile{Data: []byte(broken)}
					_, err := load.Systems(with, "spec")
					findings, _ := errors.AsType[spec.Findings](err)
					var there []string
					for _, f := range findings {
						there = append(there, f.String())
					}
					if len(findings) != 1 || findings[0].Pos.File != file {
						t.Errorf("%d findings, not 1 in %s:\n%s", len(findings), file, strings.Join(there, "\n"))
					}
				})
			}
		}
	}
}

// firstKey is the first line of a file that is a key.
func firstKey(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && line[0] != '#' {
			return line
		}
	}
	return ""
}

// small are the systems that the tests of findings are about, by name.
func small(t *testing.T) map[string]fstest.MapFS {
	t.Helper()
	all := map[string]fstest.MapFS{}
	for _, name := range []string{"book", "direct", "plain", "shop", "writes"} {
		all[name] = golden.Read(t, "testdata/good/"+name+".txtar").FS
	}
	for _, name := range []string{"custservice", "lianfa"} {
		all[name] = whole(t, name)
	}
	return all
}

// whole is a system of the repository.
func whole(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(".."), "spec/"+name, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(file)))
		out[file] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
