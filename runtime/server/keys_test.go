package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// bank signs with a pair of the partner, and replies with one that all apps share.
const bank = `
keys: {merchant: rsa, platform: system sm2, aes: hex}
request:
  path: /bank
  header: {X-App: "{app}", X-Cmd: "{interface}", X-Sign: "{sign}"}
  json: {box: "{box}"}
  values:
    box: {of: "{payload}", by: [aes-gcm aes, base64]}
    sign: {of: "{app}{interface}{body}", by: [rsa-sha256 merchant, base64], else: auth}
reply:
  header: {X-Sign: "{sign}"}
  json: {code: "{code}", text: "{text}", "*": "{payload}"}
  values:
    sign: {of: "{body}", by: [sm2 platform, base64]}
  success: {code: "0"}
`

// bankSystem is a system of that protocol, with one interface.
func bankSystem(t *testing.T) system.System {
	t.Helper()
	p, err := protocol.Parse([]byte(bank))
	if err != nil {
		t.Fatal(err)
	}
	one := route.Interface{Cmd: "ping", Kind: route.Query, Status: route.Active}
	texts := map[string]string{"0": "ok", "1": "refused"}
	rules := map[problem.Rule]string{}
	for _, rule := range problem.Rules() {
		rules[rule] = "1"
	}
	return system.System{
		System: route.System{
			Name: "bank", Zone: "UTC", Protocol: p, Interfaces: []route.Interface{one},
			Docs:   fstest.MapFS{"docs/portal.json": {Data: []byte("{}")}},
			Errors: problem.Catalogue{Success: "0", Texts: texts, Rules: rules},
		},
		Migrations: migrate.Set{Name: "bank", FS: fstest.MapFS{"migration/0001_none.sql": {Data: []byte("create schema bank")}}},
		Answers: func(*store.DB) []route.Interface {
			return []route.Interface{route.Serve(one, func(context.Context, *route.Call, *wire.Reader) (wire.Encoder, error) {
				return new(wire.Empty), nil
			})}
		},
	}
}

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// TestKeysOverHTTP: the file that app add writes calls a running server; after a
// rotation both files do, and after the end the new one alone. No key is in the log.
func TestKeysOverHTTP(t *testing.T) {
	t.Parallel()
	s, pool, dir := bankSystem(t), postgrestest.New(t), t.TempDir()
	said := func(args ...string) string {
		t.Helper()
		settings := operate.FromEnvironment([]system.System{s})
		settings.DatabaseURL, settings.DataDir, settings.MasterKey = pool.Config().ConnString(), dir, ""
		root := &cobra.Command{Use: "jiekoud"}
		root.AddCommand(operate.Commands(settings)...)
		var out, errs bytes.Buffer
		root.SetOut(&out)
		root.SetErr(&errs)
		if code := command.Main(t.Context(), root, args); code != command.Fine {
			t.Fatalf("%v: %d %s", args, code, &errs)
		}
		return out.String()
	}
	said("key", "rotate", "--system", "bank")
	first, second := filepath.Join(dir, "1.json"), filepath.Join(dir, "2.json")
	said("app", "add", "m1", "--system", "bank", "--grant", "*", "--out", first)
	log := new(journal)
	mount, err := server.Handler(t.Context(), server.Config{
		Systems: []system.System{s}, Pool: pool, MasterKey: filepath.Join(dir, "master.key"),
		Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer mount.Close()
	listener := httptest.NewServer(mount)
	defer listener.Close()
	secrets := func(file string) map[string]string {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	works := func(file string) bool {
		t.Helper()
		c, err := client.New(client.Config{System: s.System, URL: listener.URL, App: "m1", Secrets: secrets(file), Transport: listener.Client().Transport})
		if err != nil {
			t.Fatal(err)
		}
		reply, err := c.Call(t.Context(), "ping", []byte(`{"a":1}`))
		return err == nil && reply.OK
	}
	if !works(first) {
		t.Fatalf("the first credentials: %s", log)
	}
	said("app", "rotate", "m1", "--overlap", "1d", "--out", second)
	until(t, "the new credentials", func() bool { return works(second) })
	if !works(first) {
		t.Error("the old credentials are refused in the overlap")
	}
	said("app", "rotate", "m1", "--end", "now")
	until(t, "the old credentials end", func() bool { return !works(first) })
	if !works(second) {
		t.Error("the new credentials are refused")
	}
	for _, file := range []string{first, second} {
		for name, text := range secrets(file) {
			if name != "system" && name != "appid" && strings.Contains(log.String(), strings.Split(text, "\n")[min(1, strings.Count(text, "\n"))]) {
				t.Errorf("%s is in the log", name)
			}
		}
	}
}
