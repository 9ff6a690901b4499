package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// learned is a pool of a server.
func learned(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.NewPool(t.Context(), open(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// TestColumns: an absent value is NULL and comes back absent, whatever was in its place; a set
// one comes back as it was, alone and in an array.
func TestColumns(t *testing.T) {
	t.Parallel()
	pool := learned(t)
	when := time.Unix(1795219750, 0)
	for _, set := range []bool{true, false} {
		n, d := wire.Int{Value: 7, Set: true, Blank: true}, wire.Decimal{Value: "2", Set: true, Blank: true}
		s, b, at, was := wire.TextOf("y"), wire.BoolOf(false), wire.TimeOf(when.Add(time.Hour)), wire.TimeOf(when)
		var nulls int
		err := pool.QueryRow(t.Context(), `select $1::text, $2::int8, $3::text::numeric::text, $4::bool, $5::timestamptz, num_nulls($1, $2, $3, $4, $5)`,
			wire.Text{Value: "x", Set: set}, wire.Int{Value: 9, Set: set}, wire.Decimal{Value: "1.10", Set: set}, wire.Bool{Value: true, Set: set}, wire.Time{Value: when, Set: set},
		).Scan(&s, &n, &d, &b, &at, &nulls)
		was.Value, at.Value = was.Value.UTC(), at.Value.UTC()
		got := fmt.Sprint(s, n, d, b, at, nulls)
		want := fmt.Sprint(wire.TextOf("x"), wire.IntOf(9), wire.DecimalOf("1.10"), wire.BoolOf(true), was, 0)
		if !set {
			want = fmt.Sprint(wire.Text{}, wire.Int{}, wire.Decimal{}, wire.Bool{}, wire.Time{}, 5)
		}
		if err != nil || got != want {
			t.Errorf("%s, want %s: %v", got, want, err)
		}
	}
	var many []wire.Text
	err := pool.QueryRow(t.Context(), `select $1::text[]`, []wire.Text{wire.TextOf("a"), {}}).Scan(&many)
	if err != nil || len(many) != 2 || many[0] != wire.TextOf("a") || many[1].Set {
		t.Errorf("%v: %v", many, err)
	}
}

// TestDecimalFromTheDatabase: numeric columns know NaN and Infinity, JSON does not.
func TestDecimalFromTheDatabase(t *testing.T) {
	t.Parallel()
	pool := learned(t)
	for _, text := range []string{"NaN", "Infinity", "-Infinity", ""} {
		var d wire.Decimal
		err := pool.QueryRow(t.Context(), `select $1::text`, text).Scan(&d)
		if err == nil || !strings.Contains(err.Error(), "no number that JSON has") {
			t.Errorf("%q is read as %+v: %v", text, d, err)
		}
	}
}

// TestLike: connections of a pool that a team made otherwise are taught, in a pool beside it that keeps the
// team's own settings; a pool of NewPool is taken as it is.
func TestLike(t *testing.T) {
	t.Parallel()
	known := learned(t)
	if same, own, err := postgres.Like(t.Context(), known); same != known || own || err != nil {
		t.Errorf("a pool of NewPool: own %v, %v", own, err)
	}
	c := known.Config()
	c.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `set application_name = 'team'`)
		return err
	}
	team, err := pgxpool.NewWithConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	like, own, err := postgres.Like(t.Context(), team)
	if err != nil || !own {
		t.Fatalf("own %v: %v", own, err)
	}
	defer like.Close()
	var name string
	var got wire.Text
	err = like.QueryRow(t.Context(), `select current_setting('application_name'), $1::text`, wire.TextOf("x")).Scan(&name, &got)
	if err != nil || name != "team" || got != wire.TextOf("x") {
		t.Errorf("%s, %v: %v", name, got, err)
	}
}
