package sql_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// TestExpressions holds the texts of expressions. A test of cmd/jiekoud asks PostgreSQL the
// same.
func TestExpressions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/expressions.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		expression, want, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		c, err := sql.Expression(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		v, err := c.Value(&sql.Env{Zone: time.UTC})
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		got, ok := sql.Text(v)
		if !ok {
			got = "NULL"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", expression, got, want)
		}
	}
}

// TestTables selects from tables and from rows at hand, with and without an index.
func TestTables(t *testing.T) {
	t.Parallel()
	people := &sql.Relation{Columns: []string{"id", "name", "boss"}, Rows: [][]any{{"1", "安", nil}, {"2", "白", "1"}, {"3", "陈", "1"}}}
	looked := 0
	people.Find = func(column int, value any) (out [][]any) {
		looked++
		for _, row := range people.Rows {
			if sql.Same(row[column], value) {
				out = append(out, row)
			}
		}
		return out
	}
	env := &sql.Env{
		Table: func(system, name string) *sql.Relation {
			switch system + "." + name {
			case "hr.person":
				return people
			case ".written":
				return &sql.Relation{Columns: []string{"id"}, Rows: [][]any{{"3"}}}
			}
			return nil
		},
		Field: func(name string) (any, bool) { return "1", name == "boss" },
		Row:   &sql.Relation{Columns: []string{"id", "boss"}, Rows: [][]any{{"2", "1"}}},
	}
	for expression, want := range map[string]string{
		"(select p.name from hr.person p where p.id = t.boss)":                                         "安",
		"(select string_agg(p.name, '' order by p.id) from hr.person p where p.boss = :boss)":          "白陈",
		"(select p.name from hr.person p join written w on w.id = p.id)":                               "陈",
		"(select b.name from hr.person p join hr.person b on b.id = p.boss where p.id = '3')":          "安",
		"(select count(*) from hr.person p left join hr.person b on b.id = p.boss where b.id is null)": "1",
		"boss || id": "12",
	} {
		c, err := sql.Expression(expression)
		if err != nil {
			t.Fatal(err)
		}
		v, err := c.Value(env)
		if got, _ := sql.Text(v); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", expression, got, err, want)
		}
	}
	if looked < 4 {
		t.Errorf("the index was asked %d times", looked)
	}
}

// TestUnsupported says what is not known, and never guesses.
func TestUnsupported(t *testing.T) {
	t.Parallel()
	for _, expression := range []string{
		"no_such_function(1)", "1 +", "(select a from)", "x.y", "avg(1)", "pg_sleep(1)", "'a' @> 'b'", "interval '1 month'", "1 2", "'open",
	} {
		c, err := sql.Expression(expression)
		if err == nil {
			_, err = c.Value(&sql.Env{})
		}
		if !errors.Is(err, sql.ErrUnsupported) {
			t.Errorf("%s: %v", expression, err)
		}
	}
}

// FuzzExpression reads whatever comes, and carries it out without a panic.
func FuzzExpression(f *testing.F) {
	f.Add("coalesce(:a, (select max(x) from unnest(array[1]) x))")
	f.Fuzz(func(_ *testing.T, text string) {
		if c, err := sql.Expression(text); err == nil {
			_, _ = c.Value(&sql.Env{Field: func(string) (any, bool) { return "v", true }, Zone: time.UTC})
		}
	})
}
