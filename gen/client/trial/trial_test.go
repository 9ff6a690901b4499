package trial_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/mock/mocktest"
)

// program calls the interfaces of the client in Go with the payloads of its arguments, and
// writes what came back.
const program = `package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jiekou-dev/jiekou/gen/client/trial/made/SYSTEM"
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
	if os.Args[1] == "receive" {
		receives(os.Args[2], os.Args[3:])
		return
	}
	c, err := SYSTEM.NewClient(client.Config{URL: os.Args[1], App: "300", Secrets: map[string]string{"KEY": os.Args[2]}})
	if err != nil {
		panic(err)
	}
	zone, err := time.LoadLocation("ZONE")
	if err != nil {
		panic(err)
	}
CALLS}
`

// TestGo compiles the clients in Go and calls everything with them, from a machine that is in
// another zone.
func TestGo(t *testing.T) {
	t.Parallel()
	base := trial.Set(t, "")
	holdGo(t, base, base.Systems[0], func(i *spec.Interface) string { return trial.Payload(t, i) })
	names := trial.Names(t)
	usual := strings.Replace(trial.Echo, "2026-03-08 02:30:00", "2026-03-08 03:30:00", 1) // no clock in the system's zone shows the first
	for _, s := range names.Systems {
		holdGo(t, names, s, func(i *spec.Interface) string { return map[string]string{"OrderAdd": usual}[i.Cmd] })
	}
}

// holdGo calls those interfaces of a system that have a payload.
func holdGo(t *testing.T, set *spec.Set, s *spec.System, payload func(*spec.Interface) string) {
	t.Helper()
	files, err := gen.Generate(set, gen.Options{Module: "github.com/jiekou-dev/jiekou", Root: "gen/client/trial/made"})
	if err != nil {
		t.Fatal(err)
	}
	calls, cmds, args, dir := "", []string{}, []string{}, t.TempDir()
	for _, i := range s.Interfaces {
		if one := payload(i); one != "" {
			calls += fmt.Sprintf("\theld(c.%s, zone, os.Args[%d])\n", spec.GoName(i.Cmd), len(args)+3)
			cmds, args = append(cmds, i.Cmd), append(args, one)
		}
	}
	key := slices.Collect(maps.Keys(trial.Keys(s)))[0]
	words := strings.NewReplacer("CALLS", calls, "SYSTEM", s.Name, "KEY", key, "ZONE", s.Zone)
	files["gen/client/trial/made/call/main.go"] = []byte(words.Replace(program))
	files["gen/client/trial/made/call/receive.go"] = []byte(words.Replace(receiving(s)))
	root, overlay := overlaid(t, dir, files)
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", filepath.Join(dir, "call"), "./gen/client/trial/made/call")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := func(url, key string) []string {
		cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "call"), append([]string{url, key}, args...)...)
		cmd.Env = append(os.Environ(), "TZ=America/New_York")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	}
	server := trial.Server(t, s).URL
	for n, got := range run(server, trial.Key) {
		if got != strings.ReplaceAll(args[n], `\u2028`, "\u2028") {
			t.Errorf("%s: sent %s\nread %s", cmds[n], args[n], got)
		}
	}
	for n, got := range run(server, "another") {
		if !strings.HasPrefix(got, `"`) {
			t.Errorf("%s: with another key: %s", cmds[n], got)
		}
	}
	for n, got := range run(trial.Changing(t, trial.Server(t, s)).URL, trial.Key) {
		if want := cmds[n] + ": the reply cannot be trusted"; !strings.HasPrefix(got, `"`+want) {
			t.Errorf("%s: a changed reply: %s", cmds[n], got)
		}
	}
	holdPushes(t, s, filepath.Join(dir, "call"))
	for n, got := range run(mocktest.URL(t, s, trial.App, trial.Keys(s)), trial.Key) {
		if !strings.HasPrefix(got, `{`) {
			t.Errorf("%s: the mock: %s", cmds[n], got)
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
