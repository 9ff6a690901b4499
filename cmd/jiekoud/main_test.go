package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

// TestMain runs the tests, or a history worker for the test that kills it.
func TestMain(m *testing.M) {
	if url := os.Getenv(historyEnv); url != "" {
		if err := workHistory(url); err != nil {
			fmt.Fprintln(os.Stderr, "history worker:", err)
			os.Exit(1)
		}
		return
	}
	postgrestest.Main(m)
}

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
	pool   *pgxpool.Pool
	master *app.Master
	admin  *app.Admin
	url    string
	http   *http.Client
	log    *record
	sids   atomic.Int64
}

// setup starts a world. What it holds ends with the test.
func setup(t testing.TB) *world {
	t.Helper()
	pool := postgrestest.NewFrom(t, "demo", func(ctx context.Context, p *pgxpool.Pool) error {
		if err := migrate.Up(ctx, p, migrations()); err != nil {
			return err
		}
		return loadDemo(ctx, &base{pool: p}, slog.New(slog.DiscardHandler))
	})
	return worldOn(t, pool)
}

// worldOn starts a server on a database that is migrated.
func worldOn(t testing.TB, pool *pgxpool.Pool) *world {
	t.Helper()
	master, err := app.OpenMaster(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{pool: pool, master: master, admin: app.NewAdmin(pool, master, "test"), log: new(record)}
	log := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	handler, closeRegistry, err := newHandler(t.Context(), &base{pool: pool, master: master}, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeRegistry)
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	server.Start()
	t.Cleanup(server.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	w.url, w.http = server.URL, &http.Client{Transport: transport, Timeout: 30 * time.Second}
	return w
}

// app registers an app of lianfa and returns a client for it.
func (w *world) app(t testing.TB, id string, grants ...string) *caller {
	t.Helper()
	if len(grants) == 0 {
		grants = []string{"*"}
	}
	c, err := w.admin.Add(t.Context(), app.New{System: "lianfa", ID: id, Grants: grants})
	if err != nil {
		t.Fatal(err)
	}
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

// record is a log that can be read while it is written.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends to the log.
func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

// String returns what was logged.
func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

// same fails when two texts differ.
func same(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}
