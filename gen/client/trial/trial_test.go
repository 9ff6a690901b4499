package trial_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/spec"
)

// program calls the interfaces of the client in Go with the payloads of its arguments, and
// writes what came back.
const program = `package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jiekou-dev/jiekou/gen/client/trial/made/base"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

func held[Q, R any, PQ wire.Decoder[Q], PR interface {
	*R
	wire.Encoder
}](call func(context.Context, *Q) (*R, error), zone *time.Location, payload string) {
	var q Q
	in := wire.NewReader([]byte(payload), zone, wire.Limits{Elements: 1000})
	PQ(&q).Decode(in)
	if err := in.Close(); err != nil {
		fmt.Printf("%q\n", err.Error())
		return
	}
	r, err := call(context.Background(), &q)
	if err != nil {
		fmt.Printf("%q\n", err.Error())
		return
	}
	out := wire.NewWriter(zone)
	out.Begin()
	PR(r).Encode(out)
	out.End()
	fmt.Println(string(out.Bytes()))
}

func main() {
	c, err := base.NewClient(client.Config{URL: os.Args[1], App: "300", Secrets: map[string]string{"class": os.Args[2]}})
	if err != nil {
		panic(err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
CALLS}
`

// TestGo compiles the client in Go and calls everything with it, from a machine that is in
// another zone.
func TestGo(t *testing.T) {
	t.Parallel()
	set := trial.Set(t, "")
	s := set.Systems[0]
	files, err := gen.Generate(set, gen.Options{Module: "github.com/jiekou-dev/jiekou", Root: "gen/client/trial/made"})
	if err != nil {
		t.Fatal(err)
	}
	calls, args, dir := "", []string{}, t.TempDir()
	for n, i := range s.Interfaces {
		calls += fmt.Sprintf("\theld(c.%s, zone, os.Args[%d])\n", spec.GoName(i.Cmd), n+3)
		args = append(args, trial.Payload(t, i))
	}
	files["gen/client/trial/made/call/main.go"] = []byte(strings.Replace(program, "CALLS", calls, 1))
	root, overlay := overlaid(t, dir, files)
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", filepath.Join(dir, "call"), "./gen/client/trial/made/call")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server := trial.Server(t, s)
	run := func(key string) []string {
		cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "call"), append([]string{server.URL, key}, args...)...)
		cmd.Env = append(os.Environ(), "TZ=America/New_York")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	}
	for n, got := range run(trial.Key) {
		if got != args[n] {
			t.Errorf("%s: sent %s\nread %s", s.Interfaces[n].Cmd, args[n], got)
		}
	}
	for n, got := range run("another") {
		if !strings.HasPrefix(got, `"`) {
			t.Errorf("%s: with another key: %s", s.Interfaces[n].Cmd, got)
		}
	}
}

// overlaid lays files over the project, for the go command.
func overlaid(t *testing.T, dir string, files gen.Files) (root, overlay string) {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	over := struct{ Replace map[string]string }{map[string]string{}}
	for n, name := range files.Paths() {
		at := filepath.Join(dir, fmt.Sprint(n))
		if err := os.WriteFile(at, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		over.Replace[filepath.Join(root, name)] = at
	}
	text, err := json.Marshal(over)
	overlay = filepath.Join(dir, "overlay.json")
	if err == nil {
		err = os.WriteFile(overlay, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return root, overlay
}
