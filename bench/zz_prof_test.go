package bench

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/gen/export/download"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
)

func zzcpu() time.Duration {
	var r syscall.Rusage
	_ = syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func TestZZProf(t *testing.T) {
	what := os.Getenv("ZZ_WHAT")
	stage := func(name string, f func()) {
		c, w := zzcpu(), time.Now()
		f()
		fmt.Printf("%-12s cpu %8.2f wall %8.2f\n", name, (zzcpu() - c).Seconds(), time.Since(w).Seconds())
	}
	fsys := os.DirFS(os.Getenv("ZZ_DIR"))
	var set *spec.Set
	stage("models", func() {
		var err error
		if set, _, err = load.Models(fsys, "spec", nil); err != nil {
			t.Fatal(err)
		}
	})
	if what == "models" {
		return
	}
	_ = check.Known
	stage("systems", func() {
		var err error
		if set, err = load.Systems(fsys, "spec"); err != nil {
			t.Fatal(err)
		}
	})
	if what == "systems" {
		return
	}
	stage("bare", func() {
		if _, err := gen.Generate(set, gen.Options{Module: "example.com/big"}); err != nil {
			t.Fatal(err)
		}
	})
	if what == "bare" {
		return
	}
	for _, s := range set.Systems {
		stage("console", func() { _, _ = console.Generate("generated", s) })
		stage("starts", func() { _, _ = console.Starts("x/y", "generated", s) })
		stage("downloads", func() { _, _ = download.Files("generated", s) })
	}
	if what == "exports" {
		return
	}
	for _, s := range set.Systems {
		stage("fixtures", func() { _, _ = files.Generate("generated", s) })
	}
}
