package systems_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
)

// PostgreSQL accepts every generated statement, on the migrated schema.
func TestStatements(t *testing.T) {
	t.Parallel()
	w := setup(t)
	conn, err := w.Pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	seen := map[string]bool{}
	for _, system := range generated.Describe() {
		for _, s := range system.Statements {
			if seen[s.Name] || s.SQL == "" {
				t.Errorf("%s stands twice or is empty", s.Name)
			}
			seen[s.Name] = true
			if _, err := conn.Conn().Prepare(t.Context(), s.Name, s.SQL); err != nil {
				t.Errorf("%s: %v\n%s", s.Name, err, s.SQL)
			}
		}
		for _, one := range system.Interfaces {
			if one.Kind != route.Notify && one.Status != route.Unimplemented && !seen[one.Cmd] {
				t.Errorf("%s has no statement", one.Cmd)
			}
		}
	}
}

// The tables that are described are the tables that are there.
func TestTables(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, table := range allTables() {
		var want []string
		for _, c := range table.Columns {
			want = append(want, c.Name)
		}
		same(t, table.Name, w.One(t, `select string_agg(column_name::text, ' ' order by ordinal_position) from information_schema.columns
			where table_schema = $1 and table_name = $2`, table.System, table.Name), strings.Join(want, " "))
	}
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Unchanged(t, func() {
		if err := migrate.Up(t.Context(), w.Pool, operate.Migrations(generated.Systems())); err != nil {
			t.Error(err)
		}
	})
}
