package notify

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// away cuts all connections to the database and lets nobody in, until the returned
// function is called.
func (b *bench) away(t *testing.T) (back func()) {
	t.Helper()
	config := b.pool.Config().ConnConfig.Copy()
	name := config.Database
	config.Database = "postgres"
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	allow := func(yes string) {
		if _, err := conn.Exec(context.Background(), "alter database "+name+" allow_connections "+yes); err != nil {
			t.Error(err)
		}
	}
	allow("false")
	if _, err := conn.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, name); err != nil {
		t.Fatal(err)
	}
	return func() { allow("true") }
}

// After a blip of the database deliveries go on at once, though what was delivered could
// not be noted and the lease could not be given back.
func TestBlip(t *testing.T) {
	t.Parallel()
	b := setup(t)
	gone := make(chan func(), 1)
	r := b.receiver(t, "300", func(w http.ResponseWriter, r *receiver, g got) {
		if len(r.all()) == 1 {
			gone <- b.away(t)
		}
		r.answer(w, g, "0")
	})
	b.queue(t, "300", "changed", "1")
	b.queue(t, "300", "changed", "2")
	b.run(t, b.config())
	back := <-gone
	time.Sleep(700 * time.Millisecond) // a blip
	back()
	begun := time.Now()
	r.await(3)
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("deliveries went on after %v", took)
	}
	if list := r.all(); list[0].raw != list[1].raw || list[2].plain != "2" {
		t.Error("not one copy of the first, and then the second")
	}
	b.until(t, "2", `select count(*) from jiekou.outbox where delivered is not null`)
}

// A lease whose number nobody learned, since the answer to the claim was lost, is taken up
// again by the engine that claimed it, and by no other.
func TestLostClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.receiver(t, "300", nil)
	b.queue(t, "300", "changed", "1")
	mine, other := b.idle(t), b.idle(t)
	first, err := mine.claim(t.Context())
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	mine.held.end(&first[0])
	if claims, err := other.claim(t.Context()); err != nil || len(claims) != 0 {
		t.Error("another engine took it up", claims, err)
	}
	again, err := mine.claim(t.Context())
	if err != nil || len(again) != 1 || again[0].lease != first[0].lease+1 {
		t.Error("not taken up again", again, err)
	}
	if claims, err := mine.claim(t.Context()); err != nil || len(claims) != 0 {
		t.Error("taken up while it is served", claims, err)
	}
}

// idle is an engine that does not run.
func (b *bench) idle(t *testing.T) *Engine {
	t.Helper()
	e, err := New(b.pool, b.config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.sender.close)
	return e
}
