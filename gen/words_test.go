package gen

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
)

// TestSQLWords holds the words that no name may be against PostgreSQL's own list,
// and writes every other word of it wherever generated SQL writes a name.
func TestSQLWords(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	for _, part := range []struct {
		where    string
		reserved bool
	}{{"catcode in ('R', 'T')", true}, {"catcode not in ('R', 'T')", false}} {
		rows, err := pool.Query(t.Context(), "select word from pg_get_keywords() where "+part.where)
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(list) < 50 {
			t.Fatalf("%d words, %v", len(list), err)
		}
		for _, word := range list {
			if slices.Contains(spec.SQLWords(), word) != part.reserved {
				t.Errorf("%s: reserved is %v", word, part.reserved)
			}
			if part.reserved {
				continue
			}
			sql := "create schema " + word + "; create table " + word + "." + word + " (" + word + " bigint not null, other text," +
				" constraint " + word + "_pkey primary key (" + word + ")); create index " + word + "_other on " + word + "." + word + " (" + word + ", other);" +
				" alter table " + word + "." + word + " add constraint " + word + "_key unique (" + word + ");" +
				" with " + word + " as (insert into " + word + "." + word + " (" + word + ", other) select 1 as " + word + ", 'a' from (select) one" +
				" on conflict (" + word + ") do update set " + word + " = excluded." + word + " returning *)," +
				" " + word + "_new as (update " + word + "." + word + " t set " + word + " = 2 from " + word + " where t." + word + " = " + word + "." + word +
				" returning t." + word + ") select " + word + "." + word + " from " + word + " order by " + word + "." + word + "; drop schema " + word + " cascade"
			if _, err := pool.Exec(t.Context(), sql); err != nil {
				t.Errorf("%s: %v", word, err)
			}
		}
	}
}
