package bench

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
)

// root is the project, module its module.
const (
	root   = ".."
	module = "github.com/jiekou-dev/jiekou"
)

// BenchmarkGenerate reads the whole specification and generates everything.
func BenchmarkGenerate(b *testing.B) {
	fsys := os.DirFS(root)
	options := gen.Options{Module: module, Artefacts: []gen.Artefact{{Name: "fixtures", Files: files.Generate}}}
	var interfaces, bytes int
	for b.Loop() {
		set, err := load.Systems(fsys, "spec")
		if err != nil {
			b.Fatal(err)
		}
		files, err := gen.Generate(set, options)
		if err != nil {
			b.Fatal(err)
		}
		interfaces, bytes = 0, 0
		for _, s := range set.Systems {
			interfaces += len(s.Interfaces)
		}
		for _, f := range files {
			bytes += len(f)
		}
	}
	b.ReportMetric(float64(interfaces), "interfaces")
	b.ReportMetric(float64(bytes)/1024, "KiB")
}

// BenchmarkGenerateAgain is a repeat with nothing changed: what was generated is found.
func BenchmarkGenerateAgain(b *testing.B) {
	dir := b.TempDir()
	b.Setenv("XDG_CACHE_HOME", dir)
	b.Setenv("HOME", dir)
	fsys := os.DirFS(root)
	options := gen.Options{Module: module, Artefacts: []gen.Artefact{{Name: "fixtures", Files: files.Generate}}}
	again := func() {
		load := func() (*spec.Set, error) { return load.Systems(fsys, "spec") }
		if _, err := gen.Kept(fsys, "spec", options, load, func(err error) error { return err }); err != nil {
			b.Fatal(err)
		}
	}
	again()
	for b.Loop() {
		again()
	}
}

// BenchmarkLoad reads and checks the specification only.
func BenchmarkLoad(b *testing.B) {
	fsys := os.DirFS(root)
	for b.Loop() {
		if _, err := load.Systems(fsys, "spec"); err != nil {
			b.Fatal(err)
		}
	}
}

const copies = 20

// BenchmarkCompile builds a package with one copy of the generated
// cst_info_create.go and one with 20 more, and reports the CPU time of one copy.
func BenchmarkCompile(b *testing.B) {
	source, err := os.ReadFile(filepath.Join(root, "generated", "lianfa", "customer", "cst_info_create.go"))
	if err != nil {
		b.Fatal(err)
	}
	module := tempModule(b)
	build(b, module, string(source), 1, -1) // the dependencies
	var few, many time.Duration
	turns := 0
	for b.Loop() {
		few += build(b, module, string(source), 1, turns)
		many += build(b, module, string(source), 1+copies, turns)
		turns++
	}
	each := (many - few) / time.Duration(turns*copies)
	b.ReportMetric(float64(each.Microseconds())/1000, "CPU-ms/interface")
	b.ReportMetric(0, "ns/op")
}

// tempModule makes a module that uses the project as it is.
func tempModule(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	at, err := filepath.Abs(root)
	if err != nil {
		b.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Replace(string(mod), "module "+module, "module example.com/copies", 1) +
		"\nrequire " + module + " v0.0.0\nreplace " + module + " => " + at + "\n"
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		b.Fatal(err)
	}
	write(b, filepath.Join(dir, "go.mod"), text)
	write(b, filepath.Join(dir, "go.sum"), string(sum))
	return dir
}

// build compiles n copies in a package and returns the CPU time. turn makes the
// text new, so that nothing comes from the cache.
func build(b *testing.B, module, source string, n, turn int) time.Duration {
	b.Helper()
	dir := filepath.Join(module, fmt.Sprint("n", n))
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a build's folder
		b.Fatal(err)
	}
	write(b, filepath.Join(dir, "customer.go"), fmt.Sprintf(`package customer

import "github.com/jiekou-dev/jiekou/runtime/store"

const turn = "%d %d"

type answers struct{ db *store.DB }
`, turn, time.Now().UnixNano()))
	for i := range n {
		text := strings.NewReplacer("CstInfoCreate", fmt.Sprint("CstInfoCreate", i), "cstInfoCreate", fmt.Sprint("cstInfoCreate", i)).Replace(source)
		write(b, filepath.Join(dir, fmt.Sprintf("copy%d.go", i)), text)
	}
	cmd := exec.Command("go", "build", "-mod=mod", "./"+filepath.Base(dir)) //nolint:gosec,noctx // our own arguments; ends by itself
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// write writes a file.
func write(b *testing.B, path, text string) {
	b.Helper()
	if err := os.WriteFile(path, []byte(text), fs.FileMode(0o600)); err != nil {
		b.Fatal(err)
	}
}
