package store

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// TestUnavailable: no database, in each of the ways there are, is one refusal,
// in time.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	all := func(t *testing.T, db *DB, sql string) {
		t.Helper()
		var s string
		calls := map[string]func() error{
			"Write": func() error { return db.Write(t.Context(), sql, nil, []any{secret}) },
			"Get":   func() error { return get(t, db, "1", sql, "1012", []any{secret}, &s) },
			"List": func() error {
				var rows []row
				return db.Read(t.Context(), message{}, Rows(sql, []any{secret}, func(r *row) []any { return []any{&r.GUID} }, &rows))
			},
		}
		for name, call := range calls {
			err := call() // it ends, though the context has no end
			if e := problem.From(err); err == nil || e.Rule != problem.Unavailable {
				t.Errorf("%s: %v", name, err)
			} else if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: a value is in %q", name, err)
			}
		}
	}
	const text = `select left($1::text, 0)`
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		_ = l.Close()
		all(t, New(dial(t, address), time.Second), text)
	})
	t.Run("nobody answers", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0") // accepts in the kernel, says nothing
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		all(t, New(dial(t, l.Addr().String()), 300*time.Millisecond), text)
	})
	t.Run("closed pool", func(t *testing.T) {
		t.Parallel()
		pool := dial(t, "127.0.0.1:1")
		pool.Close()
		all(t, New(pool, time.Second), text)
	})
	t.Run("deadline", func(t *testing.T) {
		t.Parallel()
		_, pool := setup(t)
		all(t, New(pool, 50*time.Millisecond), `select left($1::text, 0) from pg_sleep(30)`)
	})
	t.Run("statement timeout", func(t *testing.T) {
		t.Parallel()
		_, pool := setup(t)
		with(t, pool, "statement_timeout = '50ms'", func(db *DB) {
			all(t, db, `select left($1::text, 0) from pg_sleep(30)`)
		})
	})
	t.Run("lock timeout", func(t *testing.T) {
		t.Parallel()
		_, pool := setup(t)
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = tx.Rollback(t.Context()) })
		if _, err := tx.Exec(t.Context(), `lock table shop.thing`); err != nil {
			t.Fatal(err)
		}
		with(t, pool, "lock_timeout = '50ms'", func(db *DB) {
			all(t, db, `select left($1::text, 0) from shop.thing`)
		})
		_ = tx.Rollback(t.Context())
	})
	t.Run("pool is empty", func(t *testing.T) {
		t.Parallel()
		_, pool := setup(t)
		for range pool.Config().MaxConns {
			c, err := pool.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Release()
		}
		all(t, New(pool, 50*time.Millisecond), text)
	})
	t.Run("session ended", func(t *testing.T) {
		t.Parallel()
		db, _ := setup(t)
		err := db.Write(t.Context(), `select array[pg_terminate_backend(pg_backend_pid())::text, $1::text]`, nil, []any{secret})
		want(t, err, "unavailable")
		want(t, db.Write(t.Context(), `select null::text[]`, nil, nil), "") // and it recovers
	})
}

// dial returns a pool on an address.
func dial(t *testing.T, address string) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.NewPool(t.Context(), "postgres://nobody@"+address+"/none?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// with runs f on a store whose sessions have a setting.
func with(t *testing.T, pool *pgxpool.Pool, setting string, f func(*DB)) {
	t.Helper()
	config := pool.Config()
	name, value, _ := strings.Cut(setting, " = ")
	config.ConnConfig.RuntimeParams[name] = strings.Trim(value, "'")
	other, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	f(New(other, 10*time.Second))
}

// TestOnce: of many copies of one message sent at once, one is answered.
func TestOnce(t *testing.T) {
	t.Parallel()
	db, _ := setup(t)
	var answered, repeated atomic.Int32
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			_, err := list(t, db, "same", `select guid, n from shop.thing`)
			switch {
			case err == nil:
				answered.Add(1)
			case problem.From(err).Rule == problem.Repeated:
				repeated.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if answered.Load() != 1 || repeated.Load() != 11 {
		t.Errorf("%d answered, %d repeated", answered.Load(), repeated.Load())
	}
}

// TestQueryCommitsWithoutWaiting: only a query's transaction skips the wait for
// the disk; the session is as before.
func TestQueryCommitsWithoutWaiting(t *testing.T) {
	t.Parallel()
	_, pool := setup(t)
	with(t, pool, "synchronous_commit = 'on'", func(db *DB) {
		var inside, after string
		want(t, get(t, db, "1", `select current_setting('synchronous_commit')`, "", nil, &inside), "")
		want(t, get(t, db, "", `select current_setting('synchronous_commit')`, "", nil, &after), "")
		if inside != "off" || after != "on" {
			t.Errorf("inside %s, after %s", inside, after)
		}
	})
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	if refuse(nil, nil) != nil {
		t.Error("nil became a refusal")
	}
	e := problem.Code("4001")
	if got := refuse(fmt.Errorf("around: %w", e), nil); !errors.Is(got, e) {
		t.Errorf("%v", got)
	}
}

// A report that the database has no room for is known until one is kept, and is refused as
// one to try again.
func TestFull(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	exec(t, pool, `create function full_disk(yes bool) returns text[] language plpgsql as $$
		begin
			if yes then raise exception 'could not extend file' using errcode = '53100'; end if;
			return null;
		end $$`)
	write := func(full bool) error { return db.Write(t.Context(), `select full_disk($1)`, nil, []any{full}) }
	if db.Full() {
		t.Error("full before anything was written")
	}
	if err := write(true); problem.From(err).Rule != problem.Unavailable || !db.Full() {
		t.Error("not known to be full", err)
	}
	if err := write(false); err != nil || db.Full() {
		t.Error("still full", err)
	}
}

// While the database can keep nothing, queries are answered, with their rows and their
// refusals, and reports are not. What a query is refused for in another way stays so.
func TestKeepsNothing(t *testing.T) {
	t.Parallel()
	_, pool := setup(t)
	asked := func(t *testing.T, db *DB) {
		t.Helper()
		var s string
		for range 2 { // the id is not kept
			if err := get(t, db, "77", `select 'there'`, "1012", nil, &s); err != nil || s != "there" {
				t.Errorf("%q, %v", s, err)
			}
		}
		want(t, get(t, db, "78", `select 'x' where false`, "1012", nil, &s), "1012")
		want(t, db.Write(t.Context(), `with i as (insert into jiekou.sid (system, app, sid, cmd) values ('shop', '301', '79', 'x'))
			select null::text[]`, nil, nil), string(problem.Unavailable))
	}
	with(t, pool, "default_transaction_read_only = on", func(db *DB) {
		if asked(t, db); db.Full() {
			t.Error("a read-only database is told to have no room")
		}
	})
	exec(t, pool, `create function shop.no_room() returns trigger language plpgsql as
		$$ begin raise exception 'no space left' using errcode = '53100'; end $$`)
	exec(t, pool, `create trigger no_room before insert on jiekou.sid for each row execute function shop.no_room()`)
	full := New(pool, time.Second)
	asked(t, full)
	if !full.Full() {
		t.Error("nobody is told that there is no room")
	}
	exec(t, pool, `drop trigger no_room on jiekou.sid`)
	var s string
	if err := get(t, full, "80", `select 'there'`, "1012", nil, &s); err != nil {
		t.Error(err)
	}
	want(t, get(t, full, "80", `select 'there'`, "1012", nil, &s), string(problem.Repeated))
}
