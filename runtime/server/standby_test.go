package server_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
)

// While the synchronous standby is away, a report that was committed here alone is neither
// acknowledged nor confirmed when it is repeated: a failover would lose it.
func TestStandbyAway(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	start := func() *privatepg.Server {
		s, err := privatepg.Open(t.Context(), privatepg.Config{DataDir: dir})
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
	standby := func(name string) {
		database.Stop(t.Context())
		file := filepath.Join(dir, "postgres", "data", "postgresql.auto.conf")
		if err := os.WriteFile(file, []byte("synchronous_standby_names = '"+name+"'\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		database = start()
		pool.Reset()
	}
	kept, down := c.Sid(), refusal(1005, "系统处理失败")
	standby("away")
	same(t, "report", c.Call(t, "cst_info_create", kept, newCustomer.JSON()).Plain, down)
	committed := func() string { return w.One(t, `select count(*) from lianfa.customer where mobile = '13900000001'`) }
	for end := time.Now().Add(2 * time.Minute); committed() != "1" && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond) // the server has answered; PostgreSQL gives the wait up a little later
	}
	same(t, "it is committed here", committed(), "1")
	same(t, "report again", c.Call(t, "cst_info_create", kept, newCustomer.JSON()).Plain, down)
	// Two at the same moment: the second one waits for the first, and finds it committed here.
	waits := func() string { return w.One(t, `select count(*) from pg_stat_activity where wait_event = 'SyncRep'`) }
	twice, second := c.Sid(), make(chan string)
	body := newCustomer.With("mobile", "13900000002").Without("certNum", "certType").JSON()
	go func() {
		for end := time.Now().Add(2 * time.Minute); waits() == "0" && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		second <- c.Call(t, "cst_info_create", twice, body).Plain
	}()
	same(t, "the first of two", c.Call(t, "cst_info_create", twice, body).Plain, down)
	same(t, "the second of two", <-second, down)
	standby("")
	if r := c.Call(t, "cst_info_create", kept, newCustomer.JSON()); r.Code(t) != 1013 {
		t.Error("report again, with nobody to wait for:", r.Plain)
	}
}
