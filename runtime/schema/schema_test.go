package schema_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/schema"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// TestTables: the migrations make the tables that are listed, and no other.
func TestTables(t *testing.T) {
	t.Parallel()
	pool := postgrestest.NewFrom(t, "jiekou", func(ctx context.Context, p *pgxpool.Pool) error {
		return migrate.Up(ctx, p, []migrate.Set{schema.Migrations()})
	})
	rows, err := pool.Query(t.Context(), `select tablename::text from pg_tables where schemaname = 'jiekou' order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	made, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	made = slices.DeleteFunc(made, func(name string) bool { return name == "migration" }) // of package migrate
	var listed []string
	for _, table := range schema.Tables() {
		listed = append(listed, table.Name)
		if table.Holds == "" || table.Kept == "" || len(table.Writers) == 0 {
			t.Errorf("%s: say what it holds, who writes it and how long it is kept", table.Name)
		}
	}
	slices.Sort(listed)
	if diff := cmp.Diff(listed, made); diff != "" {
		t.Errorf("listed and made (-listed +made):\n%s", diff)
	}
}

// TestWriters: the packages that are named write the table, and no other does.
func TestWriters(t *testing.T) {
	t.Parallel()
	all := sources(t)
	for _, table := range schema.Tables() {
		writes := regexp.MustCompile(`(?i)\b(insert into|update|delete from) jiekou\.` + table.Name + `\b`)
		var found []string
		for place, text := range all {
			if writes.MatchString(text) {
				found = append(found, place)
			}
		}
		slices.Sort(found)
		if diff := cmp.Diff(slices.Sorted(slices.Values(table.Writers)), found); diff != "" {
			t.Errorf("%s (-listed +found):\n%s", table.Name, diff)
		}
	}
}

// sources is the Go and SQL text of the runtime and of generated code, by package;
// that of generated code by "generated", that of the migrations by "schema", where
// only the triggers count.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	root := filepath.Join("..", "..")
	for _, top := range []string{"runtime", "generated"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(file string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(file, "_test.go") {
				return err
			}
			text, err := os.ReadFile(file)
			place, _ := filepath.Rel(root, filepath.Dir(file))
			switch ext := filepath.Ext(file); {
			case top == "generated" && ext == ".go":
				all["generated"] += string(text)
			case filepath.Base(place) == "migration" && ext == ".sql":
				for _, body := range regexp.MustCompile(`(?s)\$\$.*?\$\$`).FindAllString(string(text), -1) {
					all["schema"] += body
				}
			case ext == ".go":
				all[filepath.ToSlash(place)] += string(text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}
