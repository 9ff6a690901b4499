package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// BenchmarkDiff compares the four systems with themselves, and a system of 1,000 interfaces
// with one in which each has another length, against reading that many systems once.
func BenchmarkDiff(b *testing.B) {
	small, large, changed := b.TempDir(), b.TempDir(), b.TempDir()
	for _, name := range []string{"baas", "custservice", "lianfa", "u8"} {
		copySystem(b, small, name)
	}
	interfaces := multiplied(b, large, 1000, "length: 20")
	multiplied(b, changed, 1000, "length: 30")
	for _, c := range []struct {
		name, before, after string
		interfaces          int
	}{
		{"itself", small, small, 0},
		{"1000", large, changed, interfaces},
	} {
		b.Run(c.name, func(b *testing.B) {
			var read, compared time.Duration
			n, changes, used := 0, 0, spent(os.Getpid())
			for b.Loop() {
				start := time.Now()
				if _, _, err := load.Models(os.DirFS(c.after), "spec", nil, nil); err != nil {
					b.Fatal(err)
				}
				read += time.Since(start)
				start = time.Now()
				d, err := project.Project{Root: c.after}.Compare(b.Context(), c.before, c.after)
				if err != nil {
					b.Fatal(err)
				}
				compared += time.Since(start)
				n++
				changes = len(d.Changes)
			}
			if changes < c.interfaces {
				b.Fatalf("%d changes of %d interfaces", changes, c.interfaces)
			}
			b.ReportMetric((spent(os.Getpid())-used).Seconds()*1000/float64(n), "CPU-ms") // of both
			b.ReportMetric(compared.Seconds()*1000/float64(n), "diff-ms")
			b.ReportMetric(float64(compared)/float64(read), "x-read")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// copySystem copies a system of the project.
func copySystem(b *testing.B, to, name string) {
	b.Helper()
	if err := os.CopyFS(filepath.Join(to, "spec", name), os.DirFS(filepath.Join(root, "spec", name))); err != nil {
		b.Fatal(err)
	}
}

// multiplied is u8 with an interface as often as told, whose first length is another text.
func multiplied(b *testing.B, to string, n int, length string) int {
	b.Helper()
	copySystem(b, to, "u8")
	text, err := os.ReadFile(filepath.Join(root, "spec", "u8", "archive", "customer_get.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		one := strings.Replace(string(text), "interface: customer_get", fmt.Sprint("interface: customer_get", i), 1)
		one = strings.Replace(one, "from_account: {type: string", "from_account: {type: string, "+length, 1)
		write(b, filepath.Join(to, "spec", "u8", "archive", fmt.Sprint("customer_get", i, ".yaml")), one)
	}
	return n
}

// BenchmarkWatch edits one label of a team's project and takes the road of jiekou watch to a
// new server: it generates and builds, with and without tables for debuggers, in turns. A
// build that has nothing to do is the measure.
func BenchmarkWatch(b *testing.B) {
	at, err := filepath.Abs(root)
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	tool := filepath.Join(dir, "jiekou")
	spentOn(b, at, "go", "build", "-o", tool, "./cmd/jiekou")
	team := filepath.Join(dir, "orders")
	spentOn(b, dir, tool, "init", "example.com/acme/orders", "--system", "orders", "--dir", team, "--jiekou", at)
	file := filepath.Join(team, "spec", "orders", "customer", "customer_create.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	builds := [][]string{{"build", "-o", "bin/plain", "."}, {"build", "-ldflags=-s", "-o", "bin/bare", "."}}
	for _, args := range builds {
		spentOn(b, team, "go", args...)
	}
	var generated, nothing time.Duration
	built := make([]time.Duration, len(builds))
	n := 0
	for b.Loop() {
		for i, args := range builds {
			n++
			write(b, file, string(bytes.Replace(text, []byte("客户名称"), fmt.Append(nil, "客户名称", n), 1)))
			generated += spentOn(b, team, tool, "generate")
			built[i] += spentOn(b, team, "go", args...)
			nothing += spentOn(b, team, "go", args...)
		}
	}
	turns := float64(n) / float64(len(builds))
	b.ReportMetric(generated.Seconds()*1000/float64(n), "generate-CPU-ms")
	b.ReportMetric(built[1].Seconds()*1000/turns, "build-CPU-ms")
	b.ReportMetric(float64(built[1])/float64(built[0]), "x-plain")
	b.ReportMetric(float64(built[1])*float64(len(builds))/float64(nothing), "x-nothing")
	b.ReportMetric(0, "ns/op")
}

// spentOn runs a command and returns its CPU time.
func spentOn(b *testing.B, dir, name string, args ...string) time.Duration {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
