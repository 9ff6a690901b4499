package gen

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// TestLongNames sends equal reports at once, into tables whose constraints would be
// called longer than PostgreSQL keeps names: each refusal is the declared code, and
// the constraints that the codes name are there.
func TestLongNames(t *testing.T) {
	t.Parallel()
	c := readCase(t, "testdata/long_names.txtar")
	set := c.load(t)
	files := c.print(t)
	pool := migrated(t, files)
	answer, err := statement.Compile(set.Systems[0].Interface("register"))
	if err != nil {
		t.Fatal(err)
	}
	taken := store.Codes{}
	rows, _ := pool.Query(t.Context(), "select conname from pg_constraint where connamespace = 'mini'::regnamespace")
	kept, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range answer.Write.Taken {
		taken[pair.Name] = pair.Value
		if !slices.Contains(kept, pair.Name) {
			t.Errorf("no constraint is called %s", pair.Name)
		}
	}
	var sql string
	for _, call := range compile(t, files).calls(t) {
		if call.name == "registerSQL" {
			sql = call.sql
		}
	}
	db := store.New(pool, 0)
	const senders, rounds = 8, 12
	codes := make([]string, senders*rounds)
	for round := range rounds {
		var group sync.WaitGroup
		for n := range senders {
			group.Go(func() {
				at := round*senders + n
				number := strings.Repeat("9", round+1)
				err := db.Write(t.Context(), sql, taken, []any{"A", strings.Repeat("1", at+1), "a", number})
				if codes[at] = code(err); err != nil && codes[at] == "" {
					codes[at] = err.Error()
				}
			})
		}
		group.Wait()
	}
	for _, got := range codes {
		if got != "" && got != "2003" {
			t.Errorf("answered %q", got)
		}
	}
	if won := len(slices.DeleteFunc(codes, func(c string) bool { return c != "" })); won != rounds {
		t.Errorf("%d were kept, want %d", won, rounds)
	}
}
