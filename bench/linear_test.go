package bench

import (
	"io/fs"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/bench/large"
	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/gen/export/download"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
)

// step is a part of what the tools do with a project.
type step struct {
	name string
	do   func(fs.FS, *spec.Set) error
}

// steps are the parts that take long.
func steps() []step {
	generate := func(artefacts ...gen.Artefact) func(fs.FS, *spec.Set) error {
		return func(_ fs.FS, set *spec.Set) error {
			_, err := gen.Generate(set, gen.Options{Module: module, Artefacts: artefacts})
			return err
		}
	}
	return []step{
		{"models", func(files fs.FS, _ *spec.Set) error { _, _, err := load.Models(files, "spec", nil, nil); return err }},
		{"load", func(files fs.FS, _ *spec.Set) error { _, err := load.Systems(files, "spec"); return err }},
		{"generate", generate(gen.Artefact{Name: "console", Files: console.Generate}, gen.Artefact{Name: "downloads", Files: download.Files})},
		{"fixtures", generate(gen.Artefact{Name: "fixtures", Files: files.Generate})},
		{"impossible", func(_ fs.FS, set *spec.Set) error { fixture.Impossible(set.Systems[0]); return nil }},
	}
}

// sized are options for so many interfaces.
func sized(o large.Options, interfaces int) large.Options {
	o.Interfaces = interfaces
	return o
}

// projectOf makes a project and reads it.
func projectOf(tb testing.TB, o large.Options) (fs.FS, *spec.Set) {
	tb.Helper()
	project, err := large.Project("example.com/large", o)
	if err != nil {
		tb.Fatal(err)
	}
	set, err := load.Systems(project, "spec")
	if err != nil {
		tb.Fatal(err)
	}
	return project, set
}

// TestLinear holds what the tools allocate for twice as many interfaces against what they
// allocate for these: a step that grows with their square shows before it is felt. What makes
// less for each shows it with more of them.
func TestLinear(t *testing.T) { //nolint:paralleltest // it counts what the process allocates
	for _, kind := range []large.Options{{Storage: true}, {Storage: true, Shared: true}, {}} {
		for n, names := range map[int][]string{40: {"generate", "fixtures"}, 300: {"models", "load", "impossible"}} {
			small, few := projectOf(t, sized(kind, n))
			twice, many := projectOf(t, sized(kind, 2*n))
			for _, s := range steps() {
				// Lists without pages show all rows of their table, so that their cases grow where all share one.
				if !slices.Contains(names, s.name) || kind.Shared && s.name == "fixtures" {
					continue
				}
				one, two := allocated(t, s, small, few), allocated(t, s, twice, many)
				ratio := float64(two) / float64(one)
				t.Logf("%+v, %s: %d KiB and %d KiB, ratio %.2f", kind, s.name, one/1024, two/1024, ratio)
				if ratio > 2.15 {
					t.Errorf("%+v: %s allocates %.2f times as much for twice as many interfaces", kind, s.name, ratio)
				}
			}
		}
	}
}

// allocated are the bytes that a step allocates.
func allocated(tb testing.TB, s step, files fs.FS, set *spec.Set) uint64 {
	tb.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := s.do(files, set); err != nil {
		tb.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// BenchmarkLinear takes each step of the tools for 200 interfaces and for 400, in turns.
func BenchmarkLinear(b *testing.B) {
	const n = 200
	for name, kind := range map[string]large.Options{"tables/": {Storage: true}, "table/": {Storage: true, Shared: true}, "handlers/": {}} {
		small, few := projectOf(b, sized(kind, n))
		twice, many := projectOf(b, sized(kind, 2*n))
		for _, s := range steps() {
			b.Run(name+s.name, func(b *testing.B) {
				var one, two time.Duration
				for b.Loop() {
					one += used(b, s, small, few)
					two += used(b, s, twice, many)
				}
				b.ReportMetric(two.Seconds()*1000/float64(b.N), "CPU-ms") // of 400
				b.ReportMetric(float64(two)/float64(one), "x-half")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// used is the CPU time that a step takes.
func used(b *testing.B, s step, files fs.FS, set *spec.Set) time.Duration {
	b.Helper()
	runtime.GC() // what others left
	before := spent(os.Getpid())
	if err := s.do(files, set); err != nil {
		b.Fatal(err)
	}
	return spent(os.Getpid()) - before
}
