package gen

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// The bounds of what is served at a time: one program is built of a batch, and systems
// of many interfaces take too long.
const (
	few      = 2  // of TestServed
	batch    = 16 // of TestHunt
	mostAsks = 24
)

// firstSeed is where TestServed begins, the same in each run.
const firstSeed = 20_261_200

// whole makes TestServedWhole run, which takes minutes.
var whole = flag.Bool("whole", false, "serve every system of the tests as it is")

// TestServed serves systems as they are generated, on a real PostgreSQL, and fires their
// cases: some that were changed at random and that check accepts, and those in which a
// server once did what its model did not.
func TestServed(t *testing.T) {
	t.Parallel()
	worlds := worldsOf(t)
	var list []mutant
	for _, name := range []string{
		"spec/mini/table/lamp.yaml",       // arrays of times in JSON
		"spec/mini/shop/times.yaml",       // a filter by a time in another form, rows that are their own children
		"spec/mini/table/account.yaml",    // a password hash in a column like others
		"spec/mini/table/member.yaml",     // a key of numbers
		"spec/mini/shop/shop_test.yaml",   // a report without any data
		"spec/book/system.yaml",           // one of several rows that no order tells apart
		"spec/direct/system.yaml",         // a body that a GET does not have
		"spec/tenant/table/customer.yaml", // issued tokens
		"spec/mini/shop/outer.yaml",       // conditions of members that look further out
		"spec/mini/shop/inner.yaml",       // conditions on what is in an object beside a row
		"spec/mini/table/ware.yaml",       // pages at offsets, cursors and values
		"spec/mini/table/basket.yaml",     // rows that are one value each
		"spec/mini/shop/change.yaml",      // rows below one that a report changed and reads
		"spec/mini/shop/goods_put.yaml",   // bodies without a name, rows of replies and notifications in headers, a column that is longer than its fields
		"spec/plain/system.yaml",          // a form with a signature of its own
		"spec/clinic/system.yaml",         // a token that one variant of the request does not have
	} {
		at := slices.IndexFunc(worlds, func(w fstest.MapFS) bool { return w[name] != nil })
		if m := servable(uint64(max(at, 0)), worlds); m.files != nil {
			list = append(list, m)
		} else {
			t.Errorf("%s cannot be served", name)
		}
	}
	enough := len(list) + few
	for tried := uint64(0); len(list) < enough; tried++ {
		if m := servable(firstSeed+tried, worlds); m.files != nil {
			list = append(list, m)
		}
		if tried > 400 {
			t.Fatalf("%d of %d inputs can be served", len(list), tried)
		}
	}
	for seed, fault := range served(t, list) {
		t.Errorf("seed %d: %s\n%s", seed, fault, changes(seed, worlds))
	}
}

// TestServedWhole serves every system that the tests of check and of the generator have, as it is.
func TestServedWhole(t *testing.T) {
	t.Parallel()
	if !*whole {
		t.Skip("go test ./gen -run TestServedWhole -whole")
	}
	var list []mutant
	worlds := worldsOf(t)
	for seed := range worlds {
		if m := servable(uint64(seed), worlds); m.files != nil {
			m.unseen = true
			list = append(list, m)
		}
	}
	for part := range slices.Chunk(list, batch) {
		for seed, fault := range served(t, part) {
			t.Errorf("%v: %s", slices.Sorted(maps.Keys(worlds[seed])), fault)
		}
	}
	t.Logf("%d of %d systems were served", len(list), len(worlds))
}

// mutant is a system that check accepts, by its seed.
type mutant struct {
	seed  uint64
	files Files
	yaml  fstest.MapFS
	// unseen says that the cases are fired at a server whose database nobody sees, too.
	unseen bool
}

// servable is the mutant of a seed; without files where check refuses it, where it is
// large, and where somebody has to write answers by hand.
func servable(seed uint64, worlds []fstest.MapFS) mutant {
	m := mutant{seed: seed}
	if m.yaml = mutated(rand.New(rand.NewPCG(seed, 1)), worlds); seed < uint64(len(worlds)) {
		m.yaml = worlds[seed]
	}
	set, findings, err := load.Draft(m.yaml, "spec")
	findings = slices.DeleteFunc(findings, func(f spec.Finding) bool { return f.ID == "JK0705" || f.ID == "JK0706" })
	if err != nil || len(findings) > 0 || slices.ContainsFunc(set.Systems, func(s *spec.System) bool { return len(s.Interfaces) > mostAsks }) {
		return m
	}
	if seed >= uint64(len(worlds)) && bind.Protocols(set) != nil {
		return m
	}
	options := testOptions()
	options.Module = mutantModule(seed)
	files, err := Generate(set, options)
	if err != nil || !bytes.Contains(files["generated/generated.go"], []byte("\nfunc Systems() ")) {
		return m
	}
	m.files = files
	return m
}

// mutantModule is the module of the mutant of a seed.
func mutantModule(seed uint64) string { return fmt.Sprintf("%s/m%d", testModule, seed) }

// program that serves mutants, and a test of each.
const (
	hunter = `package team

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/testkit"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

func on(t *testing.T, systems []system.System) *testkit.Server {
	c := testkit.Config{Systems: systems, Demo: true, Setup: true}
	pool := postgrestest.NewFrom(t, "jiekou", func(ctx context.Context, pool *pgxpool.Pool) error {
		return migrate.Up(ctx, pool, []migrate.Set{schema.Migrations()})
	})
	if err := c.Prepare(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	return testkit.On(t, pool, c)
}

// foreign fires twice at a server whose database nobody sees.
func foreign(t *testing.T, systems []system.System, of *spec.System) {
	s := on(t, systems)
	shooter := func(c app.Credentials) fire.App { return fire.App{ID: c.AppID, Secrets: c.Secrets()} }
	limited := shooter(s.App(t, of.Name, "301", "nothing"))
	own := shooter(s.App(t, of.Name, "300"))
	for seed := range uint64(2) {
		c := fire.Config{
			System: system.Find(systems, of.Name).System, Suite: fixture.Derive(of), URL: s.URL, Parallel: 8, Seed: 2 + seed, Timeout: 2 * time.Minute,
			App: own, Limited: &limited,
			Now: func() time.Time { return time.Now().Add(time.Duration(seed) * 30 * time.Second) }, // no message is one of the first run
		}
		beside, release, err := fire.Beside(t.Context(), of, c, "")
		if err != nil {
			t.Fatal(err)
		}
		c.Twin = beside
		report, err := fire.Run(t.Context(), c)
		release() // the next run waits for it
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for _, r := range report.Results {
			if r.Verdict == fire.Failed || r.Verdict == fire.Broken {
				if wrong++; wrong <= 20 {
					t.Errorf("unseen, run %d: %s: %s: %s\n%s\nsent %.400s\ngot  %d %.400s", seed+1, r.Case.ID, r.Verdict, r.Why, r.Case.Source, r.Payload, r.Got.Status, r.Got.Plain)
				}
			}
		}
		t.Logf("unseen, run %d: %d of %d", seed+1, wrong, len(report.Results))
	}
}

func serve(t *testing.T, folder string, systems []system.System, unseen bool) {
	t.Parallel()
	s := on(t, systems)
	set, err := loadtest.Systems(os.DirFS(folder), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range set.Systems {
		testkit.FireAt(t, s, of)
		if unseen {
			foreign(t, systems, of)
		}
	}
	for line := range strings.Lines(s.Log.String()) {
		if strings.Contains(line, ` + "`\"level\":\"ERROR\"`" + `) {
			t.Error(line)
		}
	}
}
`
	hunted = `package team

import (
	"testing"

	%[1]s "example.com/team/%[1]s/generated"
)

func Test_%[1]s(t *testing.T) { serve(t, "%[1]s", %[1]s.Systems(), %[2]t) }
`
)

// served builds one program of mutants, serves each, and says what is wrong with which.
func served(t testing.TB, list []mutant) map[uint64]string {
	t.Helper()
	root := t.TempDir()
	write := func(name string, text []byte) {
		t.Helper()
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := cmp.Or(os.MkdirAll(filepath.Dir(file), 0o750), os.WriteFile(file, text, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	jiekou, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(jiekou, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "go.mod" {
			text = bytes.Replace(text, []byte("module github.com/jiekou-dev/jiekou\n"), []byte("module "+testModule+"\n"), 1)
			text = fmt.Appendf(text, "\nrequire github.com/jiekou-dev/jiekou v0.0.0\nreplace github.com/jiekou-dev/jiekou => %s\n", jiekou)
		}
		write(name, text)
	}
	write("serve_test.go", []byte(hunter))
	for _, m := range list {
		name := fmt.Sprintf("m%d", m.seed)
		for file, text := range m.files {
			write(name+"/"+file, text)
		}
		for file, text := range m.yaml {
			write(name+"/"+file, text.Data)
		}
		write(name+"_test.go", fmt.Appendf(nil, hunted, name, m.unseen))
	}
	run := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-timeout", "20m", ".") //nolint:gosec // our own program
	run.Dir, run.Env = root, append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -mod=mod -buildvcs=false")
	out, err := run.CombinedOutput()
	if err == nil {
		return nil
	}
	faults := map[uint64]string{}
	for at, part := range failed.Split(string(out), -1) {
		if at > 0 {
			var seed uint64
			_, _ = fmt.Sscan(failed.FindAllStringSubmatch(string(out), -1)[at-1][1], &seed) // digits, by the pattern
			faults[seed] = strings.TrimSpace(part)
		}
	}
	if len(faults) == 0 {
		t.Errorf("%v\n%s", err, out)
	}
	return faults
}

var failed = regexp.MustCompile(`--- FAIL: Test_m([0-9]+) `)
