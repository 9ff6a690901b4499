package main_test

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/testkit/address"
)

// pooler starts PgBouncer before a database and returns the URL that leads through it.
func pooler(t *testing.T, database, mode, more string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		t.Skip("pgbouncer is not installed: apt-get install pgbouncer")
	}
	c, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	at, err := address.Reserve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(at.Release)
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "pgbouncer.ini")
	text := fmt.Sprintf(`[databases]
%[1]s = host=%[2]s port=%[3]d dbname=%[1]s user=%[4]s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %[5]d
unix_socket_dir =
auth_type = any
pool_mode = %[6]s
default_pool_size = 6
%[7]s
`, c.Database, c.Host, c.Port, c.User, at.Port, mode, more)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{file}
	if os.Geteuid() == 0 {
		args = []string{"-u", "postgres", file}
	}
	cmd := exec.Command(program, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	until(t, "pgbouncer listens", func() bool {
		conn, err := net.Dial("tcp", at.Addr)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	u := url.URL{Scheme: "postgres", User: url.User(c.User), Host: at.Addr, Path: c.Database}
	return u.String() + "?sslmode=disable"
}

// Through PgBouncer in transaction mode the server says at its start which URL it needs,
// and then carries out everything.
func TestPooler(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pgbouncer"); err != nil {
		t.Skip("pgbouncer is not installed: apt-get install pgbouncer")
	}
	b := build(t)
	dir := t.TempDir()
	master, err := app.OpenMaster(filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := setup(t)
	w.Master, w.Admin = master, app.NewAdmin(w.Pool, master, "test")
	c := w.App(t, "300")
	direct := w.Pool.Config().ConnString()
	strict := pooler(t, direct, "transaction", "")
	lax := pooler(t, direct, "transaction", "ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout")

	const hint = "default_query_exec_mode=cache_describe"
	refusals := []struct{ name, url, want, hint string }{
		{"as PostgreSQL", strict, "unsupported startup parameter", hint},
		{"as PostgreSQL, limits ignored", lax, "a pooler answers", hint},
		{"exec", strict + "&default_query_exec_mode=exec", "must be cache_statement", hint},
		{"simple_protocol", strict + "&default_query_exec_mode=simple_protocol", "must be cache_statement", hint},
		{"describe_exec", strict + "&default_query_exec_mode=describe_exec", "must be cache_statement", hint},
		{"without limits", strict + "&default_query_exec_mode=cache_describe", "no limits in time", "alter role"},
	}
	for _, r := range refusals {
		_, errs, code := b.run(t, r.url, t.TempDir(), "serve")
		if code != 1 || !strings.Contains(errs, r.want) || !strings.Contains(errs, r.hint) {
			t.Errorf("%s: exit code %d: %s", r.name, code, errs)
		}
	}

	// The limits are those of the database here: its role serves other tests as well.
	for _, limit := range []string{"statement_timeout = '5s'", "lock_timeout = '2s'", "idle_in_transaction_session_timeout = '10s'"} {
		w.Prepare(t, `alter database "`+w.Pool.Config().ConnConfig.Database+`" set `+limit)
	}
	// Sessions of before do not have them.
	through := pooler(t, direct, "transaction", "") + "&default_query_exec_mode=cache_describe"
	var mutex sync.Mutex
	taken := map[string]bool{}
	for _, id := range []string{"200"} {
		url := partner(t, w.App(t, id), func(sid, _, _ string) bool {
			mutex.Lock()
			defer mutex.Unlock()
			taken[sid] = true
			return true
		})
		if err := w.Admin.Subscribe(t.Context(), "lianfa", id, "cst_info_notify", url); err != nil {
			t.Fatal(err)
		}
	}
	s := b.serve(t, through, dir, "--push-allow", "127.0.0.1")
	const writers, each = 12, 25
	var group sync.WaitGroup
	for n := range writers {
		group.Go(func() {
			one := *c
			one.URL = s.url + "/lianfa/api"
			for i := range each {
				mobile := fmt.Sprintf("139%02d%06d", n, i)
				reply := one.Call(t, "cst_info_create", one.Sid(), newCustomer.With("mobile", mobile, "customerName", "甲").JSON())
				query := one.Call(t, "cst_info_get", one.Sid(), `{"mobile":"`+mobile+`"}`)
				if reply.Code(t) != 0 || query.Code(t) != 0 {
					t.Errorf("%s: created %d, asked for %d", mobile, reply.Code(t), query.Code(t))
				}
			}
		})
	}
	group.Wait()
	for end := time.Now().Add(2 * time.Minute); w.One(t, `select count(*) from jiekou.outbox where delivered is null`) != "0"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("notifications still wait")
		}
	}
	same(t, "customers", w.One(t, `select count(*) from lianfa.customer where mobile like '139%'`), fmt.Sprint(writers*each))
	mutex.Lock()
	defer mutex.Unlock()
	if len(taken) != writers*each {
		t.Errorf("%d of %d notifications", len(taken), writers*each)
	}
	if code := s.stop(); code != 0 || strings.Contains(s.errs.String(), `"level":"ERROR"`) {
		t.Errorf("exit code %d: %s", code, s.errs)
	}
}
