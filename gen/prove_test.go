package gen

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/prove"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// hunt is how long TestHunt works, and again a seed that it said.
var (
	hunt  = flag.Duration("hunt", 0, "how long TestHunt changes YAML at random")
	again = flag.Uint64("again", 0, "the seed that TestHunt repeats, with what it changes")
)

// FuzzCheckProves changes YAML at random. Where check and the generator find nothing,
// what is generated type-checks.
func FuzzCheckProves(f *testing.F) {
	worlds := worldsOf(f)
	for seed := range uint64(16) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		if _, fault := proves(t.Context(), seed, worlds, nil); fault != "" {
			t.Error(fault)
		}
	})
}

// TestHunt does the same with every input that it gets to in its time, on a real
// PostgreSQL, serves what check accepts as TestServed does, and goes on where it finds something: each kind of fault is said once,
// with the seed that repeats it.
func TestHunt(t *testing.T) {
	t.Parallel()
	if *hunt == 0 && *again == 0 {
		t.Skip("go test ./gen -run TestHunt -hunt 10m")
	}
	worlds := worldsOf(t)
	pool := migrated(t, nil)
	if *again != 0 {
		fine, fault := proves(t.Context(), *again, worlds, pool)
		if m := servable(*again, worlds); fault == "" && m.files != nil {
			fault = served(t, []mutant{m})[m.seed]
		}
		if fault == "" {
			t.Skipf("accepted: %v, and nothing is wrong with it now\n%s", fine, changes(*again, worlds))
		}
		t.Fatalf("accepted: %v\n%s\n%s", fine, fault, changes(*again, worlds))
	}
	begin := time.Now()
	first := uint64(begin.UnixNano())
	inputs, clean, run, seen := 0, 0, 0, map[string]int{}
	say := func(seed uint64, fault string) {
		kind := numbers.ReplaceAllString(fault, "#")
		if seen[kind]++; seen[kind] == 1 {
			t.Errorf("seed %d: %s", seed, fault)
		}
	}
	var waiting []mutant
	for ; time.Since(begin) < *hunt; inputs++ {
		seed := first + uint64(inputs)
		fine, fault := proves(t.Context(), seed, worlds, pool)
		if fault != "" {
			say(seed, fault)
		} else if fine {
			if m := servable(seed, worlds); m.files != nil {
				waiting = append(waiting, m)
			}
		}
		if fine {
			clean++
		}
		if len(waiting) == batch {
			for seed, fault := range served(t, waiting) {
				say(seed, fault)
			}
			run, waiting = run+len(waiting), nil
		}
	}
	t.Logf("%d inputs, of which check accepted %d; %d were served and fired at; from seed %d on", inputs, clean, run, first)
}

// changes are the lines that a seed changes.
func changes(seed uint64, worlds []fstest.MapFS) string {
	random := func() *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }
	before := worlds[random().IntN(len(worlds))]
	var out strings.Builder
	for name, file := range mutated(random(), worlds) {
		if old := before[name]; !bytes.Equal(old.Data, file.Data) {
			out.WriteString(name + "\n" + gocmp.Diff(strings.Split(string(old.Data), "\n"), strings.Split(string(file.Data), "\n")))
		}
	}
	return out.String()
}

var numbers = regexp.MustCompile(`[0-9]+`)

// proves changes a system by a seed. clean says that check accepts the result; a fault
// is what went wrong after that, or a panic.
func proves(ctx context.Context, seed uint64, worlds []fstest.MapFS, pool *pgxpool.Pool) (clean bool, fault string) {
	defer func() {
		if r := recover(); r != nil {
			fault = fmt.Sprintf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	set, err := loadtest.Systems(mutated(rand.New(rand.NewPCG(seed, 1)), worlds), "spec")
	if err != nil {
		return false, "" // found
	}
	if _, found := errors.AsType[spec.Findings](cmp.Or(bind.Protocols(set), bind.Examples(set))); found {
		return false, ""
	}
	files, err := Generate(set, testOptions())
	if _, refused := errors.AsType[*spec.Refusal](err); refused {
		return false, "" // found, too
	}
	if err != nil {
		return true, err.Error()
	}
	p, err := typed(files)
	if err != nil || len(p.problems) > 0 {
		return true, fmt.Sprint(err, " ", strings.Join(p.problems[:min(3, len(p.problems))], "\n"))
	}
	if pool == nil {
		return true, ""
	}
	found, err := prove.Statements(ctx, pool, set)
	if slices.ContainsFunc(found, func(f spec.Finding) bool { return f.Hint == prove.HintWritten }) {
		return false, "" // only the database knows
	}
	if err != nil || len(found) > 0 {
		return true, fmt.Sprint(err, " ", found)
	}
	return true, ""
}

// worldsOf reads the systems that are changed: the four, those of tests of the commands, and
// the cases of the generator and of the language.
func worldsOf(t testing.TB) []fstest.MapFS {
	t.Helper()
	var out []fstest.MapFS
	for _, c := range readCases(t, "testdata/*.txtar") {
		out = append(out, c.fsys)
	}
	for _, name := range []string{"shop", "direct", "book", "plain", "writes"} {
		out = append(out, specExample(t, name))
	}
	for _, root := range []string{
		"jiekou/testdata/exercise", "jiekou/testdata/handlers", "jiekou/testdata/release/2026-11",
		"jiekoud/faults/testdata/clinic", "jiekoud/faults/testdata/outlet",
	} {
		out = append(out, readWorld(t, os.DirFS(filepath.FromSlash("../cmd/"+root)), "spec"))
	}
	for _, s := range embeddedSet(t).Systems {
		out = append(out, readWorld(t, spec.Embedded(), "spec/"+s.Name))
	}
	return out
}

// specExample is a small system of the language's own tests.
func specExample(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, f := range parseArchive(t, "../spec/testdata/good/"+name+".txtar").Files {
		if strings.HasPrefix(f.Name, "spec/") {
			out[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return out
}

func readWorld(t testing.TB, from fs.FS, root string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(from, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(from, name)
		out[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
