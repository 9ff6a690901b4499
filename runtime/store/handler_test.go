package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Location makes a message one that handlers answer.
func (m message) Location() *time.Location { return time.UTC }

// item is a request, a response and the contents of a notification.
type item struct {
	GUID string `json:"guid" validate:"required,max=8"`
}

// Encode writes the member.
func (q *item) Encode(out *wire.Writer) { out.String("guid", q.GUID) }

// handlerTables are the tables of the tests' handlers.
const handlerTables = `
create table jiekou.outbox (
	id bigint generated always as identity primary key,
	system text not null, app text not null, cmd text not null, project text, body json not null, url text
);
create table jiekou.subscription (system text, app text, cmd text, projects text[], granted boolean);
create function jiekou.sees(projects text[], project text) returns boolean language sql immutable
	as $$ select projects = '{}' or coalesce(project, '') = '' or project = any (projects) $$;
create function jiekou.addressed(of_system text, of_cmd text, of_app text, of_url text)
	returns table (system text, app text, cmd text, projects text[], granted boolean) language sql
	as $$ select * from jiekou.subscription s where s.system = of_system and s.cmd = of_cmd and s.app = of_app
		union all select of_system, of_app, of_cmd, array[]::text[], of_app = '406' where of_app in ('406', '407') and of_url <> '' $$;
insert into jiekou.subscription values
	('shop', '401', 'thing_notify', '{}', true), ('shop', '402', 'thing_notify', '{p1}', true),
	('shop', '403', 'thing_notify', '{}', false), ('shop', '404', 'other_notify', '{}', true),
	('store', '405', 'thing_notify', '{}', true)`

// left counts the rows after a handler: message ids, things, notifications.
func left(t *testing.T, pool *pgxpool.Pool) [3]int {
	t.Helper()
	return [3]int{
		count(t, pool, "select count(*) from jiekou.sid"), count(t, pool, "select count(*) from shop.thing"),
		count(t, pool, "select count(*) from jiekou.outbox"),
	}
}

// rules validate what handlers make.
func rules(t *testing.T) Rules {
	t.Helper()
	s, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// handling is a database with a short deadline for handlers.
func handling(t *testing.T) (*DB, *pgxpool.Pool) {
	t.Helper()
	db, pool := setup(t)
	exec(t, pool, handlerTables)
	db.SetHandlers(20*time.Second, rules(t))
	return db, pool
}

// insert is a handler that works.
func insert(ctx context.Context, call *Call, q, p *item) error {
	if _, err := call.Tx.Exec(ctx, "insert into shop.thing (guid, mobile) values ($1, $2)", q.GUID, secret); err != nil {
		return err
	}
	if err := Tell(ctx, call, "thing_notify", "p2", q); err != nil {
		return err
	}
	p.GUID = q.GUID
	return nil
}

// Message id, row and notifications commit together, and the response is filled in.
func TestHandler(t *testing.T) {
	t.Parallel()
	db, pool := handling(t)
	answer := Handler[message](db, insert)
	p := new(item)
	want(t, answer(t.Context(), message{"1"}, &item{"a"}, p), "")
	if p.GUID != "a" || left(t, pool) != [3]int{1, 1, 1} {
		t.Errorf("response %q, left %v", p.GUID, left(t, pool))
	}
	var app, project, body string
	if err := pool.QueryRow(t.Context(), "select app, project, body::text from jiekou.outbox").Scan(&app, &project, &body); err != nil {
		t.Fatal(err)
	}
	if app != "401" || project != "p2" || body != `{"guid":"a"}` {
		t.Errorf("queued for %s about %s: %s", app, project, body)
	}
	want(t, answer(t.Context(), message{"1"}, &item{"b"}, new(item)), "repeated")
	want(t, answer(t.Context(), message{""}, &item{"b"}, new(item)), "internal") // the mobile is taken
	if left(t, pool) != [3]int{1, 1, 1} {
		t.Errorf("left %v", left(t, pool))
	}
}

// A notification for one app goes to the URL of the call, or to that of its subscription, and
// to nobody who may not have it.
func TestTellTo(t *testing.T) {
	t.Parallel()
	db, pool := handling(t)
	answer := Handler[message](db, func(ctx context.Context, call *Call, q, p *item) error {
		p.GUID = q.GUID
		for _, to := range [][2]string{{"401", ""}, {"401", "http://a/"}, {"403", ""}, {"406", ""}, {"406", "http://b/"}, {"407", "http://c/"}, {"402", ""}, {"none", "http://d/"}} {
			if err := TellTo(ctx, call, "thing_notify", "p2", to[0], to[1], q); err != nil {
				return err
			}
		}
		return nil
	})
	want(t, answer(t.Context(), message{"1"}, &item{"a"}, new(item)), "")
	var got string
	if err := pool.QueryRow(t.Context(), "select string_agg(app || ' ' || coalesce(url, '-') || ' ' || project, ', ' order by id) from jiekou.outbox").Scan(&got); err != nil {
		t.Fatal(err)
	}
	if got != "401 - p2, 401 http://a/ p2, 406 http://b/ p2" {
		t.Error(got)
	}
}

// Whatever goes wrong, nothing is kept: not even the message id, which may come
// again.
func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	db, pool := handling(t)
	after := func(do func(ctx context.Context, call *Call, p *item) error) func(context.Context, *Call, *item, *item) error {
		return func(ctx context.Context, call *Call, q, p *item) error {
			if err := insert(ctx, call, q, p); err != nil {
				return err
			}
			return do(ctx, call, p)
		}
	}
	for _, c := range []struct { //nolint:paralleltest // the cases share one database in turn
		name, want, why string
		do              func(ctx context.Context, call *Call, p *item) error
	}{
		{"a declared refusal", "4001", "4001", func(context.Context, *Call, *item) error { return problem.Code("4001") }},
		{"another error", "internal", "internal: store: handler: no such depot", func(context.Context, *Call, *item) error {
			return errors.New("no such depot")
		}},
		{"a panic", "internal", "the handler panicked with a string", func(context.Context, *Call, *item) error { panic(secret) }},
		{"a broken statement", "internal", "SQLSTATE 22", func(ctx context.Context, call *Call, _ *item) error {
			_, err := call.Tx.Exec(ctx, "select '"+secret+"x'::int")
			return err
		}},
		{"an error that is passed over", "internal", "", func(ctx context.Context, call *Call, _ *item) error {
			_, _ = call.Tx.Exec(ctx, "select 1/0")
			return nil
		}},
		{"a commit", "internal", "ends with its handler", func(ctx context.Context, call *Call, _ *item) error { return call.Tx.Commit(ctx) }},
		{"a rollback", "internal", "ends with its handler", func(ctx context.Context, call *Call, _ *item) error {
			return call.Tx.Rollback(ctx)
		}},
		{"a response without a required value", "internal", "required guid", func(_ context.Context, _ *Call, p *item) error {
			p.GUID = ""
			return nil
		}},
		{"a response that is too long", "internal", "length guid", func(_ context.Context, _ *Call, p *item) error {
			p.GUID = secret
			return nil
		}},
		{
			"a notification that is not valid", "internal", "the contents of thing_notify are not valid: required guid",
			func(ctx context.Context, call *Call, _ *item) error {
				return Tell(ctx, call, "thing_notify", "", &item{})
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := new(item)
			err := want(t, Handler[message](db, after(c.do))(t.Context(), message{"1"}, &item{"a"}, p), c.want)
			if !strings.Contains(err.Error(), c.why) {
				t.Errorf("%v does not say %s", err, c.why)
			}
			if p.GUID != "" || left(t, pool) != [3]int{} {
				t.Errorf("response %q, left %v", p.GUID, left(t, pool))
			}
		})
	}
	want(t, Handler[message](db, insert)(t.Context(), message{"1"}, &item{"a"}, new(item)), "")
}

// A handler is not waited for longer than its deadline, whether it minds its context
// or not, and nothing of it is kept.
func TestHandlerDeadline(t *testing.T) {
	t.Parallel()
	db, pool := handling(t)
	db.SetHandlers(300*time.Millisecond, rules(t))
	release := make(chan struct{})
	ended := make(chan error, 1)
	for name, method := range map[string]func(context.Context, *Call, *item, *item) error{
		"minds": func(ctx context.Context, call *Call, q, p *item) error {
			_ = insert(ctx, call, q, p)
			_, err := call.Tx.Exec(ctx, "select pg_sleep(60)")
			return err
		},
		"waits": func(ctx context.Context, call *Call, q, p *item) error {
			_ = insert(ctx, call, q, p)
			<-ctx.Done()
			return errors.New("too slow")
		},
		"returns nil too late": func(ctx context.Context, call *Call, q, p *item) error {
			_ = insert(ctx, call, q, p)
			<-ctx.Done()
			return nil
		},
		"does not mind": func(ctx context.Context, call *Call, q, p *item) error {
			_ = insert(ctx, call, q, p)
			<-release
			_, err := call.Tx.Exec(ctx, "select 1")
			ended <- err
			return nil
		},
	} {
		want(t, Handler[message](db, method)(t.Context(), message{"1"}, &item{"a"}, new(item)), "unavailable")
		if name != "does not mind" && left(t, pool) != [3]int{} {
			t.Errorf("%s: left %v", name, left(t, pool))
		}
		if name == "does not mind" {
			close(release)
			if err := <-ended; err == nil {
				t.Error("its transaction could still be used")
			}
		}
	}
	patient := New(pool, 20*time.Second) // db may still be read by the handler that came too late
	patient.SetHandlers(20*time.Second, rules(t))
	want(t, Handler[message](patient, insert)(t.Context(), message{"1"}, &item{"a"}, new(item)), "")
}

// Of several simultaneous requests with one message id, one runs; if it fails, the
// next one does.
func TestHandlerOnce(t *testing.T) {
	t.Parallel()
	db, pool := handling(t)
	var calls, failures atomic.Int64
	failures.Store(2)
	answer := Handler[message](db, func(ctx context.Context, call *Call, q, p *item) error {
		calls.Add(1)
		if failures.Add(-1) >= 0 {
			return problem.Code("4001")
		}
		return insert(ctx, call, q, p)
	})
	var group sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	for range 8 {
		group.Go(func() {
			err := answer(t.Context(), message{"1"}, &item{"a"}, new(item))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				got["success"]++
				return
			}
			got[err.Error()]++
		})
	}
	group.Wait()
	if got["success"] != 1 || got["4001"] != 2 || got["repeated"] != 5 || calls.Load() != 3 {
		t.Errorf("%v after %d calls", got, calls.Load())
	}
	if left(t, pool) != [3]int{1, 1, 1} {
		t.Errorf("left %v", left(t, pool))
	}
}

// TestHandlerWithoutRules: a server that forgot them sends nothing that nobody
// validated.
func TestHandlerWithoutRules(t *testing.T) {
	t.Parallel()
	db, pool := handling(t)
	db.SetHandlers(20*time.Second, nil)
	want(t, Handler[message](db, insert)(t.Context(), message{"1"}, &item{"a"}, new(item)), "internal")
	if left(t, pool) != [3]int{} {
		t.Errorf("left %v", left(t, pool))
	}
}
