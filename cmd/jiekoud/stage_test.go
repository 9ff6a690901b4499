package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
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

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/demo"
	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit"
)

// Rows of the demo data that the tests stand on.
const (
	project1   = "985fb4e7-2a09-4ee8-abb2-997659ba1b0d" // 云屿湾一期
	project2   = "9a1e40b4-5815-4a99-89e2-d15364c7a500" // 云屿湾二期
	company1   = "e7949b80-dcb0-482e-b029-0103855dbf55"
	user1      = "6f2c7a8c-627b-4322-bfac-9cb6e34acb11"
	user2      = "050c86bd-84e0-464b-93f2-f1936e85df08"
	customer1  = "f3d6415b-395a-4e27-abc6-6fa8cc3b99ef" // 13800138000
	customer2  = "c099fd1e-9807-421f-b471-439b46eb6a5d" // 13800138001
	chance1    = "ad88a6bd-f5bc-403e-a8f8-9f4a55b5d6f5" // of customer1 in project1
	chance2    = "341db197-3532-47d2-a914-da864c6e3102" // of customer2 in project1
	lead1      = "e37cf3cc-d269-4468-812c-0c3e250ca913"
	nobody     = "00000000-0000-4000-8000-000000000000"
	goodIDCard = "11010519491231002X"
)

// world is a server over HTTP on a database of its own, with demo data.
type world struct {
	*testkit.Server
	pool   *pgxpool.Pool
	master *app.Master
	admin  *app.Admin
	url    string
	http   *http.Client
	log    *testkit.Log
	sids   atomic.Int64
}

// setup starts a world. What it holds ends with the test.
func setup(t testing.TB) *world {
	t.Helper()
	return newWorld(testkit.Serve(t, testkit.Config{Systems: demo.Systems(), Demo: true}))
}

// on starts a world on an empty database that is there.
func on(t testing.TB, pool *pgxpool.Pool) *world {
	t.Helper()
	c := testkit.Config{Systems: demo.Systems(), Demo: true}
	if err := c.Prepare(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	return newWorld(testkit.On(t, pool, c))
}

func newWorld(s *testkit.Server) *world {
	return &world{Server: s, pool: s.Pool, master: s.Master, admin: s.Admin, log: s.Log, http: s.Client, url: s.URL}
}

// mounted serves the systems once more, in another way, and returns the address.
func (w *world) mounted(t testing.TB, configure func(*server.Config)) string {
	t.Helper()
	s := httptest.NewServer(w.Another(t, configure))
	t.Cleanup(s.Close)
	return s.URL
}

// run runs a command line of the server.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return server.Run(ctx, demo.Systems(), args, stdout, stderr)
}

// describedSystems are all systems without answers.
func describedSystems() []route.System { return system.Descriptions(demo.Systems()) }

// allNotifications are the notifications of all systems.
func allNotifications() []store.Notification { return system.Notifications(demo.Systems()) }

// allTables are the tables of all systems.
func allTables() []store.Table { return system.Tables(demo.Systems()) }

// syncTasks are the tables whose tasks ask for history.
func syncTasks() []system.History { return system.Histories(demo.Systems()) }

// app registers an app of lianfa and returns a client for it.
func (w *world) app(t testing.TB, id string, grants ...string) *caller {
	t.Helper()
	c := w.Server.App(t, "lianfa", id, grants...)
	return &caller{http: w.http, url: w.url + "/lianfa/api", appid: id, token: string(c.Token), appkey: string(c.AppKey), sids: &w.sids}
}

// subscribe has notifications queued for an app.
func (w *world) subscribe(t testing.TB, id string, cmds ...string) {
	t.Helper()
	for _, cmd := range cmds {
		if err := w.admin.Subscribe(t.Context(), "lianfa", id, cmd, "http://127.0.0.1:9/push"); err != nil {
			t.Fatal(err)
		}
	}
}

// subscribeAll has every notification of lianfa queued for an app, the ones
// that are never sent as well.
func (w *world) subscribeAll(t testing.TB, id string) {
	t.Helper()
	for _, system := range describedSystems() {
		for _, one := range system.Interfaces {
			if system.Name == "lianfa" && one.Kind == "notify" {
				w.subscribe(t, id, one.Cmd)
			}
		}
	}
}

// rows returns the rows of a statement as JSON texts.
func (w *world) rows(t testing.TB, sql string, args ...any) []string {
	t.Helper()
	rows, err := w.pool.Query(t.Context(), "select to_jsonb(q)::text from ("+sql+") q", args...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return list
}

// one returns the one value of a statement as text, "NULL" for NULL.
func (w *world) one(t testing.TB, sql string, args ...any) string {
	t.Helper()
	var text *string
	if err := w.pool.QueryRow(t.Context(), "select ("+sql+")::text", args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if text == nil {
		return "NULL"
	}
	return *text
}

// prepare runs statements before a test.
func (w *world) prepare(t testing.TB, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := w.pool.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// exec changes the database beside the server.
func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := w.pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// queued lists what was queued for an app, "cmd body" a line, by cmd.
func (w *world) queued(t testing.TB, id string) string {
	t.Helper()
	text := w.one(t, `select coalesce(string_agg(cmd || ' ' || body, chr(10) order by cmd, id), '') from jiekou.outbox where system = 'lianfa' and app = $1`, id)
	return text
}

// state is the number of rows and a digest of every table.
func (w *world) state(t testing.TB) map[string]string {
	t.Helper()
	rows, err := w.pool.Query(t.Context(), `select format('%I.%I', schemaname, tablename) from pg_tables
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
	rows, err = w.pool.Query(t.Context(), strings.Join(parts, " union all "))
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

// unchanged fails when do changes any table, ids of messages included.
func (w *world) unchanged(t testing.TB, do func()) {
	t.Helper()
	before := w.state(t)
	do()
	if diff := cmp.Diff(before, w.state(t)); diff != "" {
		t.Errorf("tables changed:\n%s", diff)
	}
}

// told runs a command on the database of a world.
func (w *world) told(t *testing.T, stdout, stderr string, code int, args ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	dir := filepath.Join(t.TempDir(), "data")
	args = append(args, "--database-url", w.pool.Config().ConnString(), "--data-dir", dir)
	if got := run(t.Context(), args, &out, &errs); got != code {
		t.Errorf("%v: exit code %d, want %d", args, got, code)
	}
	same(t, args[0]+" "+args[1]+": output", out.String(), stdout)
	same(t, args[0]+" "+args[1]+": messages", errs.String(), stderr)
}

// eventually waits for the value of a statement.
func (w *world) eventually(t testing.TB, sql, want string) {
	t.Helper()
	got := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if got = w.one(t, sql); got == want {
			return
		}
	}
	t.Fatalf("%s: %s, want %s", sql, got, want)
}

// until asks again until a condition holds; it fails after a while.
func until(t testing.TB, what string, holds func() bool) {
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

// same fails when two texts differ.
func same(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// loadSpec reads the YAML that everything was printed from.
func loadSpec(t testing.TB) *spec.Set {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// dataFolder returns a folder that the database's own user can reach.
func dataFolder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "data")
}
