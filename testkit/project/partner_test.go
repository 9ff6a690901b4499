package project

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// TestPartners reads who calls, and how often, from a server's database.
func TestPartners(t *testing.T) {
	t.Parallel()
	pool := postgrestest.NewFrom(t, "jiekou", func(ctx context.Context, p *pgxpool.Pool) error {
		return migrate.Up(ctx, p, []migrate.Set{schema.Migrations()})
	})
	for _, sql := range []string{
		`insert into jiekou.app (system, id, grants) values ('shop', '1', '{order_*}'), ('shop', '2', '{*}')`,
		`insert into jiekou.call values ('shop', '1', 'order_get', current_date, 400, 3), ('shop', '1', 'order_get', current_date - 1, 12, 0),
			('shop', '2', 'other', current_date, 9, 0)`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	partners, err := Partners(t.Context(), pool.Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	changes := []diff.Change{{System: "shop", Interface: "order_get"}, {System: "shop"}, {System: "bank"}}
	diff.Touch(changes, partners)
	got := []any{changes[0].Partners, changes[0].Calls, changes[1].Calls, changes[2].Partners}
	want := []any{[]string{"1", "2"}, map[string]int64{"1": 412}, map[string]int64{"1": 412, "2": 9}, []string{}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := Partners(t.Context(), postgrestest.URL(t)); err == nil {
		t.Error("a database that is not jiekoud's has partners")
	}
}
