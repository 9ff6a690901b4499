package prove_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/gen/prove"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

var update = flag.Bool("update", false, "rewrite what the cases in testdata expect")

// world is a case: YAML, Go as if it had been generated, and the findings.
type world struct {
	set   *spec.Set
	files map[string][]byte
	dir   string
}

func read(t *testing.T, archive *txtar.Archive) world {
	t.Helper()
	w := world{files: map[string][]byte{}, dir: filepath.Join("..", "..")}
	base, err := txtar.ParseFile("../testdata/base/mini.txtar")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range append(base.Files, archive.Files...) {
		if strings.HasPrefix(f.Name, "spec/") {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		} else {
			w.files[f.Name] = f.Data
		}
	}
	if w.set, err = loadtest.Systems(fsys, "spec"); err != nil {
		t.Fatal(err)
	}
	return w
}

// types are the findings in the Go files.
func (w world) types(t *testing.T) (spec.Findings, error) {
	t.Helper()
	return prove.Program{Set: w.set, Module: "example.com/team", Files: w.files, Dir: w.dir}.Types(t.Context())
}

// TestFindings holds the exact findings of each case.
func TestFindings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := read(t, archive)
			found, err := w.types(t)
			if err != nil {
				t.Fatal(err)
			}
			err = prove.Scratch(t.Context(), postgrestest.URL(t), func(pool *pgxpool.Pool) error {
				more, err := prove.Statements(t.Context(), pool, w.set)
				found = append(found, more...)
				if err == nil && len(more) == 0 {
					more, err = prove.Plans(t.Context(), pool, w.set)
					found = append(found, more...)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			got := found.Error() + "\n"
			want := &archive.Files[len(archive.Files)-1]
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("-want +got; -update rewrites:\n%s", diff)
			}
		})
	}
}

// TestNoGo says why nothing was type-checked: in a folder of no module, and without a
// go command.
func TestNoGo(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/JK0701.txtar")
	if err != nil {
		t.Fatal(err)
	}
	w := read(t, archive)
	w.dir = t.TempDir()
	if _, err := w.types(t); !errors.Is(err, prove.ErrNoGo) || !strings.Contains(err.Error(), "go list") {
		t.Errorf("without a go.mod: %v", err)
	}
	t.Setenv("PATH", w.dir)
	if _, err := w.types(t); !errors.Is(err, prove.ErrNoGo) || !strings.Contains(err.Error(), "no go command") {
		t.Errorf("without go: %v", err)
	}
}

// TestScratchGoesAway wants no database left, whatever happened in it.
func TestScratchGoesAway(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	mistake := errors.New("mistake")
	ctx, cancel := context.WithCancel(t.Context())
	name := ""
	err := prove.Scratch(ctx, url, func(pool *pgxpool.Pool) error {
		defer cancel()
		return errors.Join(mistake, pool.QueryRow(ctx, "select current_database()").Scan(&name))
	})
	if !errors.Is(err, mistake) || !strings.HasPrefix(name, "jiekou_check_") {
		t.Errorf("got %v in %q", err, name)
	}
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var left int
	if err := pool.QueryRow(t.Context(), `select count(*) from pg_database where datname = $1`, name).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d databases left, %v", left, err)
	}
}

// TestCache remembers packages that hold, and only those.
func TestCache(t *testing.T) {
	compiled, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(compiled))) // else all would be compiled again
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	archive, err := txtar.ParseFile("testdata/JK0701.txtar")
	if err != nil {
		t.Fatal(err)
	}
	w := read(t, archive)
	p := prove.Program{Set: w.set, Module: "example.com/team", Files: w.files, Dir: w.dir, Cache: prove.OpenCache("types")}
	entries := func() int {
		list, _ := os.ReadDir(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "jiekou", "types")) // none is empty
		return len(list)
	}
	for range 2 {
		if found, err := p.Types(t.Context()); err != nil || len(found) != 1 || entries() > 1 {
			t.Fatalf("%d findings, %d entries, %v", len(found), entries(), err)
		}
	}
	delete(w.files, "generated/mini/shop/goods_find.go")
	w.files["generated/mini/shop/goods_find.go"] = []byte("package shop\n\ntype Request struct{}\n")
	for range 2 {
		if found, err := p.Types(t.Context()); err != nil || len(found) != 0 || entries() < 2 {
			t.Fatalf("%d findings, %d entries, %v", len(found), entries(), err)
		}
	}
}
