package gate_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/runtime/token"
)

// database is one with the app kiosk/key.
func database(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := postgrestest.NewFrom(t, "jiekou", func(ctx context.Context, p *pgxpool.Pool) error {
		if err := migrate.Up(ctx, p, []migrate.Set{schema.Migrations()}); err != nil {
			return err
		}
		_, err := p.Exec(ctx, `insert into jiekou.app (system, id) values ('kiosk', 'key')`)
		return err
	})
	return pool
}

// on lets a server use a database, at a time that the test moves.
func on(pool *pgxpool.Pool, clock *atomic.Int64) func(*gate.Config) {
	now := func() time.Time { return time.Unix(0, clock.Load()) }
	return func(c *gate.Config) {
		c.Tokens, c.Nonces, c.Now = token.NewTokens(pool, now), token.NewNonces(pool, now), now
	}
}

// forget deletes rows that have expired by a clock.
func forget(t *testing.T, pool *pgxpool.Pool, clock *atomic.Int64) {
	t.Helper()
	for _, rule := range token.Forget(pool) {
		if _, err := rule.Apply(t.Context(), time.Unix(0, clock.Load())); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTwoServers: a request that one server accepted is refused by another one on
// the same database.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	pool := database(t)
	var clock atomic.Int64
	clock.Store(epoch.UnixNano())
	one, two := setup(t, on(pool, &clock)), setup(t, on(pool, &clock))
	s := one.kiosk("PUT", "/kiosk/thing/a", `{}`)
	for i, tt := range []struct{ url, want string }{
		{one.url, fine("a", "")}, {two.url, not("99021", "")}, {one.url, not("99021", "")},
	} {
		if _, _, body := do(t, s.sign(t, tt.url)); body != tt.want {
			t.Errorf("time %d: %s, want %s", i+1, body, tt.want)
		}
	}
	clock.Add(int64(4 * time.Minute))
	forget(t, pool, &clock)
	if _, _, body := do(t, s.sign(t, two.url)); body != not("99021", "") {
		t.Errorf("within the window: %s", body)
	}
	clock.Add(int64(time.Hour))
	forget(t, pool, &clock)
	if _, _, body := do(t, s.sign(t, two.url)); body != not("99020", "") {
		t.Errorf("when its nonce was forgotten: %s", body)
	}

	// Both get it at the same moment.
	clock.Store(epoch.UnixNano())
	for i := range 10 {
		var took atomic.Int32
		var all sync.WaitGroup
		race := one.kiosk("PUT", "/kiosk/thing/race", `{}`)
		race.now = epoch.Add(time.Duration(i) * time.Millisecond)
		for _, url := range []string{one.url, two.url, one.url, two.url} {
			r := race.sign(t, url)
			all.Go(func() {
				if _, _, body := do(t, r); body == fine("race", "") {
					took.Add(1)
				} else if body != not("99021", "") {
					t.Error(body)
				}
			})
		}
		if all.Wait(); took.Load() != 1 {
			t.Fatalf("taken %d times", took.Load())
		}
	}
}

// TestTokenLife: a token works on every server from its issue to its end.
func TestTokenLife(t *testing.T) {
	t.Parallel()
	pool := database(t)
	var clock atomic.Int64
	clock.Store(epoch.UnixNano())
	one, two := setup(t, on(pool, &clock)), setup(t, on(pool, &clock))
	get := func(b *testBench, value, want string) {
		t.Helper()
		if _, _, body := do(t, request(t, "GET", b.url+"/kiosk/issued?app_key=key&name=a&token="+value, nil)); body != want {
			t.Errorf("%s, want %s", body, want)
		}
	}
	value, second := token.New(), token.New()
	get(one, value, not("99022", ""))
	for _, v := range []string{value, second} {
		if err := token.Put(t.Context(), pool, "kiosk", "key", v, epoch.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	get(one, value, fine("a", ""))
	get(two, value, fine("a", ""))
	get(two, second, fine("a", ""))
	if _, err := token.Revoke(t.Context(), pool, "kiosk", "key", second, epoch); err != nil {
		t.Fatal(err)
	}
	clock.Add(int64(2 * time.Second))
	get(two, second, not("99022", ""))
	clock.Store(epoch.Add(2*time.Hour - time.Millisecond).UnixNano())
	get(one, value, fine("a", ""))
	clock.Store(epoch.Add(2 * time.Hour).UnixNano())
	get(one, value, not("99022", ""))
	get(two, value, not("99022", ""))
	pool.Close()
	get(two, token.New(), not("99006", "")) // without a database nobody knows
	signed := two.kiosk("PUT", "/kiosk/thing/a", `{}`)
	signed.now = epoch.Add(2 * time.Hour)
	if _, _, body := do(t, signed.sign(t, two.url)); body != not("99006", "") {
		t.Error(body)
	}
	for _, b := range []*testBench{one, two} {
		if log := b.log.String(); strings.Contains(log, value) || strings.Contains(log, second) {
			t.Error("a token is in the log")
		}
	}
}
