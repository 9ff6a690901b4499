package store

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/limit"
)

// by is a context of work for an app.
func by(t *testing.T, app string) context.Context {
	t.Helper()
	v, err := limit.New(limit.Config{}).Arrive(t.Context(), netip.Addr{})
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Proved(t.Context(), app, "", limit.App{}, false); err != nil {
		t.Fatal(err)
	}
	return v.With(t.Context())
}

// TestGroupRounds: an app with many reports that wait does not keep those of another waiting.
func TestGroupRounds(t *testing.T) {
	t.Parallel()
	g := newGroups(nil, 1, 1)
	var got []string
	more := func(app string, from, n int) {
		for i := range n {
			g.begin(&report{app: app, sql: fmt.Sprint(app, from+i), leads: make(chan bool, 1)})
		}
	}
	served := func(n int) {
		g.waiting = slices.Insert(g.waiting, n, &report{})
		list := g.waiting[:n]
		g.waiting = g.waiting[n+1:]
		for _, r := range list {
			got = append(got, r.sql)
			g.round = r.round
		}
	}
	g.begin(&report{})
	more("a", 0, 4)
	more("b", 0, 1)
	served(2)
	more("a", 4, 1)
	more("b", 1, 1)
	served(5)
	if want := "a0 b0 a1 b1 a2 a3 a4"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// locked is a row that another transaction has, until the returned function gives it back.
func locked(t *testing.T, pool *pgxpool.Pool) (free func()) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), `insert into shop.thing (guid, mobile) values ('x', '0')`); err != nil {
		t.Fatal(err)
	}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `update shop.thing set mobile = '1' where guid = 'x'`); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Commit(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

const touchSQL = `with touched as (update shop.thing set mobile = $1::text where guid = 'x' returning guid) select null::text[], guid from touched`

// TestQuarrel: the reports of an app that wait for a row keep no report of another app
// waiting, and after a group found out the two share none.
func TestQuarrel(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	db.groups = newGroups(pool, 1, 1)
	free := locked(t, pool)
	rude, polite := by(t, "rude"), by(t, "polite")
	const many = 3
	done := make(chan error, many)
	for n := range many {
		go func() { done <- db.Write(rude, touchSQL, taken, []any{fmt.Sprint("t", n)}, new(string)) }()
	}
	for by := time.Now().Add(20 * time.Second); db.groups.among("rude") == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(by) {
			t.Fatal("nobody found out who waits for a row")
		}
	}
	for n := range 5 {
		want(t, db.Write(polite, insertSQL, taken, thing(fmt.Sprint("p", n), fmt.Sprint("p", n)).args, new(string)), "")
	}
	if db.groups.among("polite") != nil {
		t.Error("who waited for nothing is by itself as well")
	}
	free()
	for range many {
		want(t, <-done, "")
	}
	db.groups.own["rude"].until = time.Now()
	if db.groups.among("rude") != nil {
		t.Error("an app stays by itself for good")
	}
}

// TestSlow: a report by itself that waits for a row does not keep the only turn.
func TestSlow(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	db.groups = newGroups(pool, 1, 1)
	free := locked(t, pool)
	done := make(chan error, 1)
	go func() { done <- db.Write(by(t, "rude"), touchSQL, taken, []any{"t"}, new(string)) }()
	for taken := 0; taken == 0; time.Sleep(time.Millisecond) {
		db.groups.mu.Lock()
		taken = db.groups.taken
		db.groups.mu.Unlock()
	}
	want(t, db.Write(by(t, "polite"), insertSQL, taken, thing("p", "p").args, new(string)), "")
	free()
	want(t, <-done, "")
	db.groups.mu.Lock()
	defer db.groups.mu.Unlock()
	if db.groups.taken != 0 || db.groups.slow != 0 {
		t.Errorf("%d turns are taken and %d reports slow, want none", db.groups.taken, db.groups.slow)
	}
}
