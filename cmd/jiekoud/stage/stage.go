// Package stage serves the four systems with their demo data for tests, and has
// partners that call them. The partners share no code with the server: sealing,
// signing and opening are written again from the documents.
package stage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit"
)

// Rows of the demo data that the tests use.
const (
	Project1   = "985fb4e7-2a09-4ee8-abb2-997659ba1b0d" // 云屿湾一期
	Project2   = "9a1e40b4-5815-4a99-89e2-d15364c7a500" // 云屿湾二期
	Company1   = "e7949b80-dcb0-482e-b029-0103855dbf55"
	User1      = "6f2c7a8c-627b-4322-bfac-9cb6e34acb11"
	User2      = "050c86bd-84e0-464b-93f2-f1936e85df08"
	Customer1  = "f3d6415b-395a-4e27-abc6-6fa8cc3b99ef" // 13800138000
	Customer2  = "c099fd1e-9807-421f-b471-439b46eb6a5d" // 13800138001
	Chance1    = "ad88a6bd-f5bc-403e-a8f8-9f4a55b5d6f5" // of customer1 in project1
	Chance2    = "341db197-3532-47d2-a914-da864c6e3102" // of customer2 in project1
	Lead1      = "e37cf3cc-d269-4468-812c-0c3e250ca913"
	Nobody     = "00000000-0000-4000-8000-000000000000"
	GoodIDCard = "11010519491231002X"
)

// World is a server over HTTP on a database of its own, with demo data.
type World struct {
	*testkit.Server
	Sids atomic.Int64
}

// Setup starts a world, which ends with the test.
func Setup(t testing.TB) *World {
	t.Helper()
	patient := func(c *server.Config) { c.AnswerDeadline = time.Minute } // a machine under test may be busy
	return &World{Server: testkit.Serve(t, testkit.Config{Systems: generated.Systems(), Demo: true, Configure: patient})}
}

// On starts a world on an empty database that is there.
func On(t testing.TB, pool *pgxpool.Pool) *World {
	t.Helper()
	c := testkit.Config{Systems: generated.Systems(), Demo: true}
	if err := c.Prepare(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	return &World{Server: testkit.On(t, pool, c)}
}

// Mounted serves the systems once more, in another way, and returns the address.
func (w *World) Mounted(t testing.TB, configure func(*server.Config)) string {
	t.Helper()
	s := httptest.NewServer(w.Another(t, configure))
	t.Cleanup(s.Close)
	return s.URL
}

// Run runs a command line of the server.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return server.Run(ctx, generated.Systems(), args, stdout, stderr)
}

// DescribedSystems are all systems without answers.
func DescribedSystems() []route.System { return system.Descriptions(generated.Systems()) }

// AllNotifications are the notifications of all systems.
func AllNotifications() []outbox.Notification { return system.Notifications(generated.Systems()) }

// AllTables are the tables of all systems.
func AllTables() []store.Table { return system.Tables(generated.Systems()) }

// SyncTasks are the tables whose tasks ask for history.
func SyncTasks() []outbox.History { return system.Histories(generated.Systems()) }

// App registers an app of lianfa and returns a client for it.
func (w *World) App(t testing.TB, id string, grants ...string) *Caller {
	t.Helper()
	c := w.Server.App(t, "lianfa", id, grants...)
	return &Caller{HTTP: w.Client, URL: w.URL + "/lianfa/api", AppID: id, Token: string(c.Keys["token"]), AppKey: string(c.Keys["appkey"]), Sids: &w.Sids}
}

// Subscribe has notifications queued for an app.
func (w *World) Subscribe(t testing.TB, id string, cmds ...string) {
	t.Helper()
	for _, cmd := range cmds {
		if err := w.Admin.Subscribe(t.Context(), "lianfa", id, cmd, "http://127.0.0.1:9/push"); err != nil {
			t.Fatal(err)
		}
	}
}

// SubscribeAll has every notification of lianfa queued for an app, the ones
// that are never sent as well.
func (w *World) SubscribeAll(t testing.TB, id string) {
	t.Helper()
	for _, system := range DescribedSystems() {
		for _, one := range system.Interfaces {
			if system.Name == "lianfa" && one.Kind == "notify" {
				w.Subscribe(t, id, one.Cmd)
			}
		}
	}
}

// Rows returns the rows of a statement as JSON texts.
func (w *World) Rows(t testing.TB, sql string, args ...any) []string {
	t.Helper()
	rows, err := w.Pool.Query(t.Context(), "select to_jsonb(q)::text from ("+sql+") q", args...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return list
}

// One returns the one value of a statement as text, "NULL" for NULL.
func (w *World) One(t testing.TB, sql string, args ...any) string {
	t.Helper()
	var text *string
	if err := w.Pool.QueryRow(t.Context(), "select ("+sql+")::text", args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if text == nil {
		return "NULL"
	}
	return *text
}

// Prepare runs statements before a test.
func (w *World) Prepare(t testing.TB, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := w.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// Exec changes the database beside the server.
func (w *World) Exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := w.Pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// Queued lists the notifications queued for an app, one "cmd body" per line, by
// cmd.
func (w *World) Queued(t testing.TB, id string) string {
	t.Helper()
	text := w.One(t, `select coalesce(string_agg(cmd || ' ' || body, chr(10) order by cmd, id), '') from jiekou.outbox where system = 'lianfa' and app = $1`, id)
	return text
}

// State is the number of rows and a digest of every table.
func (w *World) State(t testing.TB) map[string]string {
	t.Helper()
	rows, err := w.Pool.Query(t.Context(), `select format('%I.%I', schemaname, tablename) from pg_tables
		where schemaname in ('lianfa', 'baas', 'custservice', 'u8', 'jiekou') order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, name := range tables {
		parts = append(parts, fmt.Sprintf(
			`select '%s', count(*) || ' rows ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from %s t`, name, name))
	}
	rows, err = w.Pool.Query(t.Context(), strings.Join(parts, " union all "))
	if err != nil {
		t.Fatal(err)
	}
	state := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		state[name] = text
	}
	if rows.Err() != nil || len(state) < 19 {
		t.Fatalf("%d tables, %v", len(state), rows.Err())
	}
	return state
}

// Unchanged fails when do changes any table, ids of messages included.
func (w *World) Unchanged(t testing.TB, do func()) {
	t.Helper()
	before := w.State(t)
	do()
	if diff := cmp.Diff(before, w.State(t)); diff != "" {
		t.Errorf("tables changed:\n%s", diff)
	}
}

// Told runs a command on the database of a world.
func (w *World) Told(t *testing.T, stdout, stderr string, code int, args ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	dir := filepath.Join(t.TempDir(), "data")
	args = append(args, "--database-url", w.Pool.Config().ConnString(), "--data-dir", dir)
	if got := Run(t.Context(), args, &out, &errs); got != code {
		t.Errorf("%v: exit code %d, want %d", args, got, code)
	}
	Same(t, args[0]+" "+args[1]+": output", out.String(), stdout)
	Same(t, args[0]+" "+args[1]+": messages", errs.String(), stderr)
}

// Eventually waits for the value of a statement.
func (w *World) Eventually(t testing.TB, sql, want string) {
	t.Helper()
	got := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if got = w.One(t, sql); got == want {
			return
		}
	}
	t.Fatalf("%s: %s, want %s", sql, got, want)
}

// Until asks again until a condition holds; it fails after a while.
func Until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(30 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%s: not after 30 seconds", what)
		}
	}
}

// Same fails when two texts differ.
func Same(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// LoadSpec reads the YAML that everything was generated from.
func LoadSpec(t testing.TB) *spec.Set {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// DataFolder returns a folder that the database's own user can reach.
func DataFolder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "data")
}
