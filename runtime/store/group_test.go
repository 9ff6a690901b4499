package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// grouped is a database with one turn, which the test has. Reports then wait, and
// become one group when the test passes the turn on.
func grouped(t *testing.T) (*DB, *pgxpool.Pool) {
	t.Helper()
	db, pool := setup(t)
	db.groups = newGroups(pool, 1, 1)
	db.groups.begin(&report{})
	return db, pool
}

// write is one report of a test: its statement and arguments.
type write struct {
	sql  string
	args []any
}

// thing is a report that inserts a row.
func thing(guid, mobile string) write {
	return write{insertSQL, []any{guid, mobile, wire.IntOf(1)}}
}

// start runs reports at the same time and returns when all of them wait.
func start(t *testing.T, ctx context.Context, db *DB, list ...write) []chan error {
	t.Helper()
	var out []chan error
	for _, w := range list {
		done := make(chan error, 1)
		out = append(out, done)
		before := waiting(db)
		go func() {
			var guid string
			done <- db.Write(ctx, w.sql, taken, w.args, &guid)
		}()
		for waiting(db) == before {
			runtime.Gosched()
		}
	}
	return out
}

// waiting is how many reports wait for a turn.
func waiting(db *DB) int {
	db.groups.mu.Lock()
	defer db.groups.mu.Unlock()
	return len(db.groups.waiting)
}

// transactions is in how many transactions the rows were written.
const transactions = `select count(distinct xmin::text) from shop.thing`

// TestGroup: reports that wait together are written in one transaction, each with
// its own answer.
func TestGroup(t *testing.T) {
	t.Parallel()
	db, pool := grouped(t)
	done := start(t, t.Context(), db, thing("a", "1"), thing("taken", "2"), thing("c", "3"), thing("odd", "4"), thing("e", "5"))
	db.groups.pass()
	for i, code := range []string{"", "4001", "", "2003", ""} {
		want(t, <-done[i], code)
	}
	if rows, n := count(t, pool, `select count(*) from shop.thing`), count(t, pool, transactions); rows != 3 || n != 1 {
		t.Errorf("%d rows in %d transactions, want 3 in 1", rows, n)
	}
	want(t, db.Write(t.Context(), insertSQL, taken, thing("f", "6").args, new(string)), "") // the turn is free again
}

// TestGroupSees: a report sees the effects of those before it in the group, and a
// check refuses it without harm to them.
func TestGroupSees(t *testing.T) {
	t.Parallel()
	db, pool := grouped(t)
	once := func(guid string) write {
		return write{`with verdict as (select case when exists (select from shop.thing where mobile = $2::text) then array['2003'] end as refusal),
added as (insert into shop.thing (guid, mobile) select $1::text, $2::text from verdict where refusal is null returning guid)
select (select refusal from verdict), ''`, []any{guid, secret}}
	}
	done := start(t, t.Context(), db, once("a"), once("b"), thing("c", "3"))
	db.groups.pass()
	for i, code := range []string{"", "2003", ""} {
		want(t, <-done[i], code)
	}
	if n := count(t, pool, transactions); n != 1 {
		t.Errorf("%d transactions, want 1", n)
	}
}

// TestGroupFails: one that PostgreSQL or the driver refuses takes nobody with it.
func TestGroupFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, want string
		bad        write
	}{
		{"a value that somebody else has", "2003", thing("b", secret)},
		{"a constraint without a code", "internal", thing("there", "2")},
		{"raised", "internal", write{`select string_to_array(shop.fails('P0001', 9), ','), ''`, nil}},
		{"serialization, at first", "", write{`select string_to_array(shop.fails('40001', 2), ','), ''`, nil}},
		{"serialization, always", "unavailable", write{`select string_to_array(shop.fails('40001', 9), ','), ''`, nil}},
		{"no statement", "internal", write{`selec`, nil}},
		{"an argument that does not fit", "internal", write{`select null::text[], '' where $1::bigint > 0`, []any{secret + "x"}}},
		{"an argument too few", "internal", write{`select $1::text, $2::text`, []any{secret}}},
		{"a column that does not fit", "internal", write{`select null::text[], array[1, 2]`, nil}},
		{"no row", "internal", write{`select null::text[], '' where false`, nil}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, pool := grouped(t)
			exec(t, pool, `insert into shop.thing (guid, mobile) values ('there', $1)`, secret)
			done := start(t, t.Context(), db, thing("a", "1"), tt.bad, thing("c", "3"))
			db.groups.pass()
			want(t, <-done[0], "")
			want(t, <-done[1], tt.want)
			want(t, <-done[2], "")
			if n := count(t, pool, `select count(*) from shop.thing where guid in ('a', 'c')`); n != 2 {
				t.Errorf("%d of the others are there, want 2", n)
			}
		})
	}
}

// TestGroupLost: when the connection ends, no report succeeds.
func TestGroupLost(t *testing.T) {
	t.Parallel()
	db, pool := grouped(t)
	done := start(t, t.Context(), db, thing("a", "1"), write{`select array[pg_terminate_backend(pg_backend_pid())::text], ''`, nil}, thing("c", "3"))
	db.groups.pass()
	for _, err := range done {
		want(t, <-err, "unavailable")
	}
	if n := count(t, pool, `select count(*) from shop.thing`); n != 0 {
		t.Errorf("%d rows, want none", n)
	}
}

// TestGroupLock: a report that must wait for somebody's lock does not delay the
// others of its group.
func TestGroupLock(t *testing.T) {
	t.Parallel()
	db, pool := grouped(t)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `insert into shop.thing (guid, mobile) values ('x', $1)`, secret); err != nil {
		t.Fatal(err)
	}
	done := start(t, t.Context(), db, thing("a", "1"), thing("b", secret), thing("c", "3"))
	db.groups.pass()
	want(t, <-done[0], "")
	want(t, <-done[2], "")
	select {
	case err := <-done[1]:
		t.Errorf("it did not wait for the lock: %v", err)
	default:
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, <-done[1], "2003")
}

// TestGroupWithdraws: a report without time left is not sent, and the others are.
func TestGroupWithdraws(t *testing.T) {
	t.Parallel()
	db, pool := grouped(t)
	ctx, cancel := context.WithCancel(t.Context())
	gone := start(t, ctx, db, thing("a", "1"))[0]
	rest := start(t, t.Context(), db, thing("b", "2"), thing("c", "3"))
	cancel()
	want(t, <-gone, "unavailable")
	db.groups.pass()
	for _, err := range rest {
		want(t, <-err, "")
	}
	if n := count(t, pool, `select count(*) from shop.thing where guid = 'a'`); n != 0 {
		t.Error("a report was written after its refusal")
	}
}

// TestGroupDeadline: a group ends when the first of it has no time left.
func TestGroupDeadline(t *testing.T) {
	t.Parallel()
	now := time.Now()
	var list []*report
	for _, after := range []time.Duration{time.Hour, time.Minute, 2 * time.Hour} {
		ctx, cancel := context.WithDeadline(t.Context(), now.Add(after))
		defer cancel()
		list = append(list, &report{ctx: ctx})
	}
	ctx, cancel := soonest(list)
	defer cancel()
	if d, ok := ctx.Deadline(); !ok || !d.Equal(now.Add(time.Minute)) {
		t.Errorf("deadline %v, want a minute from %v", d, now)
	}
}

// TestGroupShare: a turn takes its share of those that wait, in their order: enough
// to be worth it, and never more than a group may hold.
func TestGroupShare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ turns, waiting, want int }{
		{1, 0, 1},
		{1, 5, 6},
		{4, 1, 2},
		{4, 12, groupLeast},
		{4, 17, 6},
		{2, 200, groupMost},
	} {
		g := newGroups(nil, 1, tt.turns)
		for i := range tt.waiting {
			g.waiting = append(g.waiting, &report{sql: strconv.Itoa(i)})
		}
		list := g.take(&report{})
		if len(list) != tt.want || len(g.waiting) != tt.waiting-tt.want+1 {
			t.Errorf("%v: %d taken, %d left", tt, len(list), len(g.waiting))
		}
		if len(list) > 1 && list[1].sql != "0" {
			t.Errorf("%v: the first to be taken is %s", tt, list[1].sql)
		}
	}
}

// TestGroupLarge: a report that brings many rows along is in no group and takes no turn of
// others, which go on meanwhile; another such report waits for it, no longer than it may.
func TestGroupLarge(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	db.groups = newGroups(pool, 1, 1)
	lock, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Exec(t.Context(), `select pg_advisory_xact_lock(7)`); err != nil {
		t.Fatal(err)
	}
	many := func() []any { return []any{make([]string, groupLarge+1), "large", make([]string, groupLarge+1)} }
	const sql = `with waited as (select pg_advisory_xact_lock(7)), rows as (select count(*) from unnest($1::text[], $3::text[])),
added as (insert into shop.thing (guid, mobile) select $2::text, '9' from waited, rows on conflict do nothing returning guid)
select null::text[], coalesce((select guid from added), '')`
	large := make(chan error, 1)
	go func() { large <- db.Write(t.Context(), sql, taken, many(), new(string)) }()
	for len(db.groups.apart) == 0 {
		runtime.Gosched()
	}
	for n := range 5 { // while it waits for the lock
		want(t, db.Write(t.Context(), insertSQL, taken, thing(strconv.Itoa(n), strconv.Itoa(n)).args, new(string)), "")
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	want(t, db.Write(short, sql, taken, many(), new(string)), "unavailable")
	if err := lock.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, <-large, "")
	if n := count(t, pool, transactions); n != 6 {
		t.Errorf("%d transactions, want 6", n)
	}
	if isLarge([]any{make([]byte, 1000), make([]byte, 1000), "text", []string{"a"}, nil, make([]string, 1000)}) {
		t.Error("bytes are no rows, nor is what an app is bound to")
	}
}

// TestGroupTurns: the first turns are for anybody; a further one needs a group, and
// goes away without one.
func TestGroupTurns(t *testing.T) {
	t.Parallel()
	g := newGroups(nil, 1, 2)
	one := func() *report { return &report{leads: make(chan bool, 1)} }
	leads := []bool{g.begin(one())}
	for range groupLeast {
		leads = append(leads, g.begin(one()))
	}
	if want := []bool{true, false, false, false, true}; !slices.Equal(leads, want) {
		t.Errorf("who gets a turn: %v, want %v", leads, want)
	}
	g.take(one())
	late := one()
	if g.begin(late) {
		t.Error("a third turn of two")
	}
	g.pass()
	if g.taken != 1 || len(g.waiting) != 1 {
		t.Errorf("%d turns are left, %d wait; want 1 and 1", g.taken, len(g.waiting))
	}
	g.pass()
	if !<-late.leads || g.taken != 1 {
		t.Error("the last turn did not go to who waited")
	}
	g.pass()
	if g.taken != 0 {
		t.Errorf("%d turns are left, want none", g.taken)
	}
}

// TestGroupMany: under load every report is written once, with its own answer.
func TestGroupMany(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	db.groups = newGroups(pool, 2, 4)
	const all = 400
	failed := make(chan error, all)
	for i := range all {
		go func() {
			var guid string
			err := db.Write(t.Context(), insertSQL, taken, thing(fmt.Sprint("g", i), fmt.Sprint("m", i%(all/2))).args, &guid)
			if err == nil && guid != fmt.Sprint("g", i) {
				err = errors.New("the answer of another: " + guid)
			}
			failed <- err
		}()
	}
	refused := 0
	for range all {
		if err := <-failed; err != nil {
			want(t, err, "2003")
			refused++
		}
	}
	if n := count(t, pool, `select count(*) from shop.thing`); n != all/2 || refused != all/2 {
		t.Errorf("%d rows and %d refusals, want %d each", n, refused, all/2)
	}
}
