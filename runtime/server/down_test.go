package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
)

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
	w := on(t, pool)
	c := w.App(t, "300")
	ready := func() reply {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Do(t, r)
	}
	if r := c.Call(t, "cst_info_get", c.Sid(), `{"mobile":"13800138000"}`); r.Code(t) != 0 {
		t.Fatal(r.Plain)
	}
	database.Stop(t.Context())
	down := refusal(1005, "系统处理失败")
	kept := c.Sid()
	for _, one := range []struct{ name, cmd, sid, body string }{
		{"report", "cst_info_create", kept, newCustomer.JSON()},
		{"query", "cst_info_get", c.Sid(), `{"mobile":"13800138000"}`},
		{"list", "base_project_list", c.Sid(), `{}`},
		{"report again", "cst_info_create", kept, newCustomer.JSON()},
	} {
		same(t, one.name, c.Call(t, one.cmd, one.sid, one.body).Plain, down)
	}
	same(t, "what needs no database", c.Call(t, "cst_info_get", c.Sid(), `{}`).Plain, missing("mobile"))
	r := ready()
	same(t, "readiness", r.Raw, `{"ready":false}`+"\n")
	if r.Status != http.StatusServiceUnavailable {
		t.Errorf("readiness: HTTP %d", r.Status)
	}
	database = start()
	until(t, "ready again", func() bool { return ready().Status == http.StatusOK })
	if r := c.Call(t, "cst_info_create", kept, newCustomer.JSON()); r.Code(t) != 0 {
		t.Errorf("the refused message, once the database is back: %s", r.Plain)
	}
	same(t, "customers", w.One(t, `select count(*) from lianfa.customer where mobile = '13900000001'`), "1")
}

// A database that hangs is answered with 1005 as well, while somebody else still
// holds the lock.
func TestDatabaseHangs(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	tx, err := w.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `lock table lianfa.customer in access exclusive mode`); err != nil {
		t.Fatal(err)
	}
	sid := c.Sid()
	same(t, "locked", c.Call(t, "cst_info_create", sid, newCustomer.JSON()).Plain, refusal(1005, "系统处理失败"))
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := c.Call(t, "cst_info_create", sid, newCustomer.JSON()); r.Code(t) != 0 {
		t.Errorf("the refused message, once the lock is gone: %s", r.Plain)
	}
}

// A caller that hangs up does not stop the effect half-way: it is whole or not
// there, together with its sid.
func TestCallerLeaves(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "cst_info_notify")
	tx, err := w.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `lock table lianfa.customer in exclusive mode`); err != nil {
		t.Fatal(err)
	}
	sid := c.Sid()
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		r, err := c.HTTP.Do(c.Request(c.Seal("cst_info_create", sid, newCustomer.JSON()).Body()).WithContext(ctx))
		if err == nil {
			_ = r.Body.Close()
		}
		left <- err
	}()
	until(t, "the request waits", func() bool {
		return w.One(t, `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`) == "true"
	})
	cancel()
	<-left
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, "the request ends", func() bool { return strings.Contains(w.Log.String(), `"sid":"`+sid+`"`) })
	customers := w.One(t, `select count(*) from lianfa.customer where mobile = '13900000001'`)
	same(t, "sid and effect", w.One(t, `select count(*) from jiekou.sid where sid = $1`, sid), customers)
	same(t, "notification and effect", w.One(t, `select count(*) from jiekou.outbox`), customers)
}
