package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
)

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

// The database goes and comes back while the server runs.
func TestDatabaseDown(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	start := func() *privatepg.Server {
		s, err := privatepg.Open(t.Context(), privatepg.Config{DataDir: dir, Fast: true})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	database := start()
	t.Cleanup(func() { database.Stop(context.Background()) })
	pool, err := postgres.NewPool(t.Context(), database.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := migrate.Up(t.Context(), pool, migrations()); err != nil {
		t.Fatal(err)
	}
	if err := loadDemo(t.Context(), &base{pool: pool}, nil); err != nil {
		t.Fatal(err)
	}
	w := worldOn(t, pool)
	c := w.app(t, "300")
	ready := func() reply {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.do(t, r)
	}
	if r := c.call(t, "cst_info_get", c.sid(), `{"mobile":"13800138000"}`); r.code(t) != 0 {
		t.Fatal(r.plain)
	}
	database.Stop(t.Context())
	down := refusal(1005, "系统处理失败")
	kept := c.sid()
	for _, one := range []struct{ name, cmd, sid, body string }{
		{"report", "cst_info_create", kept, newCustomer.json()},
		{"query", "cst_info_get", c.sid(), `{"mobile":"13800138000"}`},
		{"list", "base_project_list", c.sid(), `{}`},
		{"report again", "cst_info_create", kept, newCustomer.json()},
	} {
		began := time.Now()
		same(t, one.name, c.call(t, one.cmd, one.sid, one.body).plain, down)
		if took := time.Since(began); took > 2*time.Second+500*time.Millisecond {
			t.Errorf("%s: 1005 after %v", one.name, took)
		}
	}
	same(t, "what needs no database", c.call(t, "cst_info_get", c.sid(), `{}`).plain, missing("mobile"))
	r := ready()
	same(t, "readiness", r.raw, `{"ready":false,"why":"the database cannot be reached"}`+"\n")
	if r.status != http.StatusServiceUnavailable {
		t.Errorf("readiness: HTTP %d", r.status)
	}
	database = start()
	until(t, "ready again", func() bool { return ready().status == http.StatusOK })
	if r := c.call(t, "cst_info_create", kept, newCustomer.json()); r.code(t) != 0 {
		t.Errorf("the refused message, once the database is back: %s", r.plain)
	}
	same(t, "customers", w.one(t, `select count(*) from lianfa.customer where mobile = '13900000001'`), "1")
}

// A database that hangs is answered with 1005 in time as well: somebody else
// holds a lock, or all connections are taken.
func TestDatabaseHangs(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	tx, err := w.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `lock table lianfa.customer in access exclusive mode`); err != nil {
		t.Fatal(err)
	}
	sid, began := c.sid(), time.Now()
	same(t, "locked", c.call(t, "cst_info_create", sid, newCustomer.json()).plain, refusal(1005, "系统处理失败"))
	if took := time.Since(began); took > 2*time.Second+500*time.Millisecond {
		t.Errorf("1005 after %v", took)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := c.call(t, "cst_info_create", sid, newCustomer.json()); r.code(t) != 0 {
		t.Errorf("the refused message, once the lock is gone: %s", r.plain)
	}
}

// A caller that hangs up does not stop the effect half-way: it is whole or not
// there, together with its sid.
func TestCallerLeaves(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	w.subscribe(t, "300", "cst_info_notify")
	tx, err := w.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `lock table lianfa.customer in exclusive mode`); err != nil {
		t.Fatal(err)
	}
	sid := c.sid()
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		r, err := c.http.Do(c.request(c.seal("cst_info_create", sid, newCustomer.json()).body()).WithContext(ctx))
		if err == nil {
			_ = r.Body.Close()
		}
		left <- err
	}()
	until(t, "the request waits", func() bool {
		return w.one(t, `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`) == "true"
	})
	cancel()
	<-left
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, "the request ends", func() bool { return strings.Contains(w.log.String(), `"sid":"`+sid+`"`) })
	customers := w.one(t, `select count(*) from lianfa.customer where mobile = '13900000001'`)
	same(t, "sid and effect", w.one(t, `select count(*) from jiekou.sid where sid = $1`, sid), customers)
	same(t, "notification and effect", w.one(t, `select count(*) from jiekou.outbox`), customers)
}
