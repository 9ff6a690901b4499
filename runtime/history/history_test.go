package history

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
)

// TestTask: every row is sent once, in order, to the app that asked and to nobody
// else; then the result, once.
func TestTask(t *testing.T) {
	t.Parallel()
	b := setup(t, "abcde")
	b.ask("t1", "thing_notify| thing_notify |")
	b.once()
	const want = "thing_notify/a thing_notify/b thing_notify/c thing_notify/d thing_notify/e task_done/t1"
	if got := b.queued("300"); got != want {
		t.Errorf("queued %s\nwant   %s", got, want)
	}
	if got := b.queued("400"); got != "" {
		t.Errorf("another app got %s", got)
	}
	if got := b.state("t1"); got != "1, t, 5 sent" {
		t.Error(got)
	}
	if done, err := b.Once(t.Context()); done || err != nil {
		t.Errorf("a task is left: %v, %v", done, err)
	}
	if got := b.queued("300"); got != want {
		t.Errorf("queued again: %s", got)
	}
}

// TestBounds: a task may ask for a time, and for a scope.
func TestBounds(t *testing.T) {
	t.Parallel()
	b := setup(t, "abcd")
	b.exec(`update shop.thing set changed = timestamptz '2026-11-01' + (ascii(guid) - ascii('a')) * interval '1 day',
		project = case when guid < 'c' then 'p' else 'q' end`)
	for _, tt := range []struct{ since, until, project, want string }{
		{"", "", "", "abcd"},
		{"2026-11-02", "", "", "bcd"},
		{"", "2026-11-03", "", "abc"},
		{"2026-11-02", "2026-11-03", "", "bc"},
		{"2026-11-02", "", "p", "b"},
		{"", "", "q", "cd"},
		{"", "", "r", ""},
	} {
		b.exec(`truncate jiekou.outbox`)
		guid := "t" + tt.since + tt.until + tt.project
		b.exec(`insert into shop.task (guid, app, asked, since, until, project)
			values ($1, '300', 'thing_notify', nullif($2, '')::timestamptz, nullif($3, '')::timestamptz, $4)`,
			guid, tt.since, tt.until, tt.project)
		b.once()
		got := strings.NewReplacer("thing_notify/", "", " ", "", "task_done/"+guid, "").Replace(b.queued("300"))
		if got != tt.want {
			t.Errorf("%+v: told of %q", tt, got)
		}
	}
}

// TestObstacles: what cannot be sent says why; what can is sent all the same.
func TestObstacles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, asked, before, want string }{
		{"nothing", " | ", "", "2, t, nothing asked for"},
		{"unknown", "thing_nowhere", "", "2, t, nothing sent: thing_nowhere has no history"},
		{"no history", "thing_new", "", "2, t, nothing sent: thing_new has no history"},
		{"the result itself", "task_done", "", "2, t, nothing sent: task_done has no history"},
		{"scope", "thing_other", "update shop.task set project = 'p'", "2, t, nothing sent: thing_other cannot be bounded by pr…"},
		{"empty scope", "thing_notify", "update shop.task set project = ''", "1, t, 1 sent"},
		{"no subscription", "thing_other", "", "2, t, nothing sent: thing_other is not subscribed"},
		{"no grant", "thing_notify", "update jiekou.app set grants = '{task_done}'", "2, t, nothing sent: thing_notify is not granted"},
		{"disabled", "thing_notify", "update jiekou.app set disabled = true", "2, t, nothing sent: thing_notify is not granted"},
		{"no app", "thing_notify", "update shop.task set app = '500'", "2, t, nothing sent: thing_notify has no app"},
		{"some", "thing_notify|thing_new", "", "2, t, 1 sent, but thing_new has no history"},
		{"bad data", "thing_broken", "insert into shop.thing values ('c')", "2, t, nothing sent: thing_broken has bad data"},
		{"away for a while", "thing_away", "", "1, t, 1 sent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "a")
			b.ask("t1", tt.asked)
			if tt.before != "" {
				b.exec(tt.before)
			}
			b.once()
			if got := b.state("t1"); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
			told := strings.Contains(b.queued("300"), "task_done/t1")
			if lost := tt.name == "no app"; told == lost {
				t.Errorf("the result was sent: %v", told)
			}
		})
	}
}

// TestTakenOver: a worker that is killed after any batch leaves neither a gap nor a
// copy, and what it does later has no effect.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	for steps := range 4 {
		b := setup(t, "abcde")
		b.ask("t1", "thing_notify")
		c, err := b.claim(t.Context(), tasks())
		if err != nil {
			t.Fatal(err)
		}
		if done, err := b.Once(t.Context()); done || err != nil {
			t.Fatalf("two workers have one task: %v, %v", done, err)
		}
		var parts []part
		if err := b.hold(t.Context(), c, func(tx pgx.Tx) (err error) {
			parts, err = c.parts(t.Context(), tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range steps {
			if _, err := b.step(t.Context(), c, &parts[0]); err != nil {
				t.Fatal(err)
			}
		}
		b.expire()
		b.once()
		const want = "thing_notify/a thing_notify/b thing_notify/c thing_notify/d thing_notify/e task_done/t1"
		if got := b.queued("300"); got != want {
			t.Errorf("after %d batches: %s", steps, got)
		}
		if _, err := b.step(t.Context(), c, &parts[0]); !errors.Is(err, errLost) {
			t.Errorf("a batch without the lease: %v", err)
		}
		if err := b.finish(t.Context(), c, parts); !errors.Is(err, errLost) {
			t.Errorf("the end without the lease: %v", err)
		}
		if got := b.queued("300"); got != want {
			t.Errorf("after %d batches the killed worker sent: %s", steps, got)
		}
	}
}

// TestBacklog: a task waits while too much waits for its app.
func TestBacklog(t *testing.T) {
	t.Parallel()
	b := setup(t, "abcde", func(c *Config) { c.Backlog, c.Poll = 3, time.Hour })
	b.ask("t1", "thing_notify")
	b.once()
	if got := b.queued("300"); got != "thing_notify/a thing_notify/b thing_notify/c thing_notify/d" {
		t.Errorf("queued %s", got)
	}
	if done, err := b.Once(t.Context()); done || err != nil {
		t.Errorf("it was given back for an hour: %v, %v", done, err)
	}
	b.expire()
	b.once()
	if got := b.queued("300"); strings.Contains(got, "thing_notify/e") {
		t.Errorf("queued %s", got)
	}
	b.exec(`update jiekou.outbox set delivered = now()`)
	b.expire()
	b.once()
	if got := b.state("t1"); got != "1, t, 5 sent" {
		t.Error(got)
	}
}

// TestEnded: a task that others end while it is worked on keeps what they wrote.
func TestEnded(t *testing.T) {
	t.Parallel()
	b := setup(t, "ab")
	b.ask("t1", "thing_notify")
	c, err := b.claim(t.Context(), tasks())
	if err != nil {
		t.Fatal(err)
	}
	b.exec(`update shop.task set status = 9, remark = 'by hand'`)
	if err := b.task(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if got := b.text(`select status || ' ' || remark from shop.task`); got != "9 by hand" || strings.Contains(b.queued("300"), "task_done") {
		t.Errorf("%s; %s", got, b.queued("300"))
	}
}

// TestRun: several workers share many tasks, the oldest first, and stop when told to.
func TestRun(t *testing.T) {
	t.Parallel()
	b := setup(t, "abc", func(c *Config) { c.Workers, c.Poll = 3, time.Millisecond })
	const many = 9
	b.exec(`insert into shop.task (guid, app, asked) select 't' || n, '300', 'thing_notify' from generate_series(1, $1) n`, many)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Run(ctx)
	}()
	for b.text(`select count(*)::text from shop.task where status = 1`) != "9" {
		if ctx.Err() != nil {
			t.Fatal(ctx.Err())
		}
	}
	cancel()
	<-ended
	got := strings.Fields(b.queued("300"))
	slices.Sort(got)
	var want []string
	for n := range many {
		want = append(want, "thing_notify/a", "thing_notify/b", "thing_notify/c", "task_done/t"+string(rune('1'+n)))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +queued):\n%s", diff)
	}
}

// TestList shows tasks that wait, run, are done and have failed.
func TestList(t *testing.T) {
	t.Parallel()
	b := setup(t, "abc")
	b.exec(`insert into shop.task (guid, app, title, asked, created) values
		('t1', '300', 'one', 'thing_notify|thing_new', '2026-01-01'), ('t2', '300', 'two', 'thing_notify', '2026-01-02'),
		('t3', '300', 'three', 'thing_notify', '2026-01-03'), ('t4', '300', 'four', '', '2026-01-04')`)
	b.once()
	b.once()
	if _, err := b.claim(t.Context(), tasks()); err != nil {
		t.Fatal(err)
	}
	list, err := List(t.Context(), b.pool, []outbox.History{tasks()}, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range list {
		line := []string{p.System, p.App, p.Task, p.Name, p.State, p.Remark}
		for _, part := range p.Parts {
			line = append(line, part.Cmd, strings.Join(part.After, "")+part.Why)
			if part.Finished != (p.Finished != nil) {
				t.Errorf("%s: %+v", p.Task, part)
			}
		}
		got = append(got, strings.Join(line, ","))
	}
	if diff := cmp.Diff([]string{
		"shop,300,t4,four,waiting,", "shop,300,t3,three,running,", "shop,300,t2,two,done,3 sent,thing_notify,c",
		"shop,300,t1,one,failed,3 sent, but thing_new has no history,thing_notify,c,thing_new, has no history",
	}, got); diff != "" {
		t.Error(diff)
	}
	if list, err = List(t.Context(), b.pool, []outbox.History{tasks()}, 1); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
}

// TestNewRefuses: a result must be a notification of the system.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	task := tasks()
	task.Result = "nothing"
	_, err := New(nil, Config{Tasks: []outbox.History{task}, Notifications: notifications()})
	if err == nil || err.Error() != "history: system shop has no notification nothing" {
		t.Error(err)
	}
}

// Values are put into a text once: what they hold is not looked at again.
func TestFill(t *testing.T) {
	t.Parallel()
	got := fill("共{count}条；{reasons}{other}", "count", "3", "reasons", "a{count}")
	if want := "共3条；a{count}{other}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A task whose claim got no answer is taken up again by the worker that claimed it, and by
// no other.
func TestLostClaim(t *testing.T) {
	t.Parallel()
	b := setup(t, "a")
	other := worker(t, b.pool)
	b.ask("t1", "thing_notify")
	first, err := b.claim(t.Context(), tasks())
	if err != nil {
		t.Fatal(err)
	}
	b.end(first)
	if _, err := other.claim(t.Context(), tasks()); !errors.Is(err, pgx.ErrNoRows) {
		t.Error("another worker took it up", err)
	}
	again, err := b.claim(t.Context(), tasks())
	if err != nil || again.lease != first.lease+1 {
		t.Error("not taken up again", again, err)
	}
	if _, err := b.claim(t.Context(), tasks()); !errors.Is(err, pgx.ErrNoRows) {
		t.Error("taken up while it is worked off", err)
	}
}
