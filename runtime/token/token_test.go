package token_test

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/runtime/token"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// clock is a time that a test moves.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time                   { return time.Unix(0, c.at.Load()) }
func (c *clock) forward(d time.Duration)          { c.at.Add(int64(d)) }
func (c *clock) in(d time.Duration) (t time.Time) { return c.now().Add(d) }

// setup returns a database with the apps kiosk/a and kiosk/b, and a clock.
func setup(t *testing.T) (*pgxpool.Pool, *clock) {
	t.Helper()
	pool := postgrestest.NewFrom(t, "jiekou", func(ctx context.Context, p *pgxpool.Pool) error {
		return migrate.Up(ctx, p, []migrate.Set{schema.Migrations()})
	})
	for _, id := range []string{"a", "b"} {
		if _, err := pool.Exec(t.Context(), `insert into jiekou.app (system, id) values ('kiosk', $1)`, id); err != nil {
			t.Fatal(err)
		}
	}
	c := new(clock)
	c.at.Store(1795219750_000000000)
	return pool, c
}

// TestTokens: a token is good for its app, from the moment it is issued on every
// server, until it expires or is revoked.
func TestTokens(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	here, there := token.NewTokens(pool, c.now), token.NewTokens(pool, c.now)
	valid := func(tokens *token.Tokens, id, value string, want bool) {
		t.Helper()
		if got, err := tokens.Valid(t.Context(), "kiosk", id, value); err != nil || got != want {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	}
	one, two := token.New(), token.New()
	if one == two || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(one) {
		t.Error("no random token")
	}
	valid(here, "a", one, false)
	for _, value := range []string{one, two} {
		if err := token.Put(t.Context(), pool, "kiosk", "a", value, c.in(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	valid(here, "a", one, true)
	valid(there, "a", one, true)
	valid(there, "a", two, true)
	valid(here, "b", one, false)
	valid(here, "a", "", false)
	valid(here, "a", string(make([]byte, 5000)), false)
	if ok, err := here.Valid(t.Context(), "other", "a", one); ok || err != nil {
		t.Errorf("of another system: %v, %v", ok, err)
	}

	if n, err := token.Revoke(t.Context(), pool, "kiosk", "a", two, c.now()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	valid(here, "a", two, false) // never asked before
	valid(there, "a", two, true) // remembered
	c.forward(2 * time.Second)
	valid(there, "a", two, false)
	valid(there, "a", one, true)

	c.forward(2*time.Hour - 3*time.Second)
	valid(here, "a", one, true)
	c.forward(time.Second) // within the remembered time
	valid(here, "a", one, false)
	if n, err := token.Revoke(t.Context(), pool, "kiosk", "a", "", c.now()); n != 0 || err != nil {
		t.Error("an expired token was good:", n, err)
	}
}

// TestOwner: a token names the app that it was issued to, as long as it is good, and
// nobody where two apps have it.
func TestOwner(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	tokens := token.NewTokens(pool, c.now)
	owner := func(value, want string) {
		t.Helper()
		if got, err := tokens.App(t.Context(), "kiosk", value); got != want || err != nil {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	one := token.New()
	owner(one, "")
	owner("", "")
	for _, id := range []string{"b", "a"} {
		if err := token.Put(t.Context(), pool, "kiosk", id, one, c.in(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if id == "b" {
			owner(one, "b")
		}
	}
	c.forward(2 * time.Second)
	owner(one, "")
	if _, err := token.Revoke(t.Context(), pool, "kiosk", "b", one, c.now()); err != nil {
		t.Fatal(err)
	}
	owner(one, "a")
	c.forward(time.Hour)
	owner(one, "")
	pool.Close()
	if _, err := tokens.App(t.Context(), "kiosk", token.New()); problem.From(err) == nil || problem.From(err).Rule != problem.Unavailable {
		t.Error(err)
	}
}

// TestTokensOfRemovedApps: they go with the app, and none is made for an app that
// is not there.
func TestTokensOfRemovedApps(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	if err := token.Put(t.Context(), pool, "kiosk", "nobody", token.New(), c.in(time.Hour)); err == nil {
		t.Error("a token of an app that is not there")
	}
	value := token.New()
	if err := token.Put(t.Context(), pool, "kiosk", "a", value, c.in(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `delete from jiekou.app where id = 'a'`); err != nil {
		t.Fatal(err)
	}
	if ok, err := token.NewTokens(pool, c.now).Valid(t.Context(), "kiosk", "a", value); ok || err != nil {
		t.Error(ok, err)
	}
}

// TestHashes: neither tokens nor nonces are in the database.
func TestHashes(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	if err := token.Put(t.Context(), pool, "kiosk", "a", "open sesame", c.in(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := token.NewNonces(pool, c.now).Use(t.Context(), "kiosk", "a", "open sesame", c.in(time.Hour)); err != nil {
		t.Fatal(err)
	}
	var found bool
	err := pool.QueryRow(t.Context(), `select exists (select from jiekou.token t where position('sesame'::bytea in hash) > 0)
		or exists (select from jiekou.nonce n where position('sesame'::bytea in hash) > 0)
		or (select count(*) from jiekou.token) + (select count(*) from jiekou.nonce) <> 2`).Scan(&found)
	if err != nil || found {
		t.Error(found, err)
	}
}

// TestNonces: a value is used once by each app, whatever server gets it, until it
// has ended.
func TestNonces(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	here, there := token.NewNonces(pool, c.now), token.NewNonces(pool, c.now)
	use := func(nonces *token.Nonces, id, value string, until time.Time, want bool) {
		t.Helper()
		if got, err := nonces.Use(t.Context(), "kiosk", id, value, until); err != nil || got != want {
			t.Errorf("%s %s: %v, %v; want %v", id, value, got, err, want)
		}
	}
	use(here, "a", "1", c.in(time.Minute), true)
	use(here, "a", "1", c.in(time.Minute), false)
	use(there, "a", "1", c.in(time.Minute), false)
	use(there, "b", "1", c.in(time.Minute), true)
	use(there, "a", "2", time.Time{}, true)
	c.forward(2 * time.Minute)
	use(there, "a", "1", c.in(time.Minute), true)
	use(there, "a", "1", c.in(time.Minute), false)
	c.forward(1_000_000 * time.Hour)
	use(here, "a", "2", time.Time{}, false)
}

// TestNoncesRace: many servers get one value at the same moment; one takes it.
func TestNoncesRace(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	for round := range 20 {
		var taken atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				ok, err := token.NewNonces(pool, c.now).Use(t.Context(), "kiosk", "a", fmt.Sprint(round), c.in(time.Minute))
				if err != nil {
					t.Error(err)
				}
				if ok {
					taken.Add(1)
				}
			})
		}
		if all.Wait(); taken.Load() != 1 {
			t.Fatalf("round %d: taken %d times", round, taken.Load())
		}
	}
}

// TestForget: expired rows are deleted, in batches; good ones stay.
func TestForget(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	_, err := pool.Exec(t.Context(), `
		insert into jiekou.token (system, app, hash, expires)
		select 'kiosk', 'a', int4send(n), $1::timestamptz from generate_series(1, 5001) n
		union all select 'kiosk', 'a', int4send(n), $2 from generate_series(6001, 6003) n`, c.in(-time.Hour), c.in(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	_, err = pool.Exec(t.Context(), `insert into jiekou.nonce values ('kiosk', 'a', 'old', $1), ('kiosk', 'a', 'new', $2), ('kiosk', 'a', 'ever', 'infinity')`,
		c.in(-time.Hour), c.now())
	if err != nil {
		t.Fatal(err)
	}
	for i, rule := range token.Forget(pool) {
		if n, err := rule.Apply(t.Context(), c.now()); n != []int64{5001, 1}[i] || err != nil {
			t.Errorf("%s: %d, %v", rule.What, n, err)
		}
	}
	var tokens, nonces int
	err = pool.QueryRow(t.Context(), `select (select count(*) from jiekou.token), (select count(*) from jiekou.nonce)`).Scan(&tokens, &nonces)
	if tokens != 3 || nonces != 2 || err != nil {
		t.Error(tokens, nonces, err)
	}
}

// TestAway: without a database nothing is good and nothing is fresh, and the
// error says no more than that.
func TestAway(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	tokens, nonces := token.NewTokens(pool, c.now), token.NewNonces(pool, c.now)
	pool.Close()
	if ok, err := tokens.Valid(t.Context(), "kiosk", "a", "x"); ok || problem.From(err) == nil || problem.From(err).Rule != problem.Unavailable {
		t.Error(ok, err)
	}
	if ok, err := nonces.Use(t.Context(), "kiosk", "a", "x", c.now()); ok || problem.From(err) == nil || problem.From(err).Rule != problem.Unavailable {
		t.Error(ok, err)
	}
}

// TestManyTokens: unknown tokens from many callers at once, beside a good one.
func TestManyTokens(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	if err := token.Put(t.Context(), pool, "kiosk", "a", "good", c.in(time.Hour)); err != nil {
		t.Fatal(err)
	}
	tokens := token.NewTokens(pool, c.now)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 50 {
				if ok, err := tokens.Valid(t.Context(), "kiosk", "a", fmt.Sprint(worker, "-", i)); ok || err != nil {
					t.Error(ok, err)
				}
				if ok, err := tokens.Valid(t.Context(), "kiosk", "a", "good"); !ok || err != nil {
					t.Error(ok, err)
				}
			}
		})
	}
	all.Wait()
}
