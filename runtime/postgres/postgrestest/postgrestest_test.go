package postgrestest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

func TestNew(t *testing.T) {
	t.Parallel()
	a, b := postgrestest.New(t), postgrestest.New(t)
	if _, err := a.Exec(t.Context(), `create table only_here (n int)`); err != nil {
		t.Fatal(err)
	}
	var there bool
	if err := b.QueryRow(t.Context(), `select to_regclass('only_here') is not null`).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if there {
		t.Error("two tests share a database")
	}
}

func TestNewFrom(t *testing.T) {
	t.Parallel()
	calls := 0
	prepare := func(ctx context.Context, p *pgxpool.Pool) error {
		calls++
		_, err := p.Exec(ctx, `create table filled as select 7 as n`)
		return err
	}
	for range 3 {
		var n int
		p := postgrestest.NewFrom(t, "filled", prepare)
		if err := p.QueryRow(t.Context(), `update filled set n = n + 1 returning n`).Scan(&n); err != nil || n != 8 {
			t.Errorf("got %d, %v; want 8 in a copy of its own", n, err)
		}
	}
	if calls != 1 {
		t.Errorf("prepared %d times", calls)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		postgrestest.URL(b)
	}
}
