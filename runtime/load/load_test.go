package load

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// tables are those that things describes.
const tables = `
create schema shop;
create table shop.thing (
	guid    text primary key,
	mobile  text not null constraint thing_mobile_key unique,
	n       bigint check (n < 1000),
	price   numeric,
	rate    double precision,
	ok      boolean,
	day     date,
	at      timestamptz,
	note    varchar(10),
	doc     jsonb,
	owner   text references shop.thing,
	modified timestamptz not null default 'epoch'
);
`

// secret is the personal value that must never be in an error.
const secret = "13800138000"

func setup(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return postgrestest.NewFrom(t, "load", func(ctx context.Context, p *pgxpool.Pool) error {
		_, err := p.Exec(ctx, tables)
		return err
	})
}

// want fails unless err is a refusal with the rule and without the secret.
func want(t *testing.T, err error, rule problem.Rule) {
	t.Helper()
	e, ok := err.(*problem.Error) //nolint:errorlint // it must be one, not hold one
	if !ok || e.Rule != rule {
		t.Fatalf("%v, want %s", err, rule)
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("a value of the row is in %q", err)
	}
}

// count returns a number from the database.
func count(t *testing.T, pool *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// exec runs a statement of a test.
func exec(t testing.TB, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(context.Background(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// things describes shop.thing.
func things() store.Table {
	return store.Table{
		System: "shop", Name: "thing", Key: []string{"guid"},
		Columns: []store.Column{
			{Name: "guid", Type: "string", Length: 64, Required: true},
			{Name: "mobile", Type: "string", Length: 16, Required: true, PII: true},
			{Name: "n", Type: "int"},
			{Name: "price", Type: "decimal"},
			{Name: "rate", Type: "number"},
			{Name: "ok", Type: "bool"},
			{Name: "day", Type: "date"},
			{Name: "at", Type: "datetime"},
			{Name: "note", Type: "string", Length: 10},
			{Name: "doc", Type: "json"},
			{Name: "modified", Type: "datetime", Required: true, Default: "now"},
		},
	}
}

var shanghai = time.FixedZone("CST", 8*60*60)

func loader(t testing.TB, columns string) *Loader {
	t.Helper()
	l, err := New(things(), strings.Fields(columns), shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestNew(t *testing.T) {
	t.Parallel()
	for columns, want := range map[string]string{
		"guid mobile":         "",
		"note mobile n guid":  "",
		"guid mobile nothing": `thing has no column "nothing"; it has guid, mobile, n, price, rate, ok, day, at, note, doc, modified`,
		"guid mobile guid":    `column "guid" comes twice`,
		"guid":                `thing needs column "mobile"`,
		"mobile":              `thing needs column "guid"`,
		"":                    `thing needs column "guid"`,
		"GUID mobile":         `thing has no column "GUID"; it has guid, mobile, n, price, rate, ok, day, at, note, doc, modified`,
	} {
		_, err := New(things(), strings.Fields(columns), shanghai)
		if got := fmt.Sprint(err); err == nil && want != "" || err != nil && got != want {
			t.Errorf("%q: %s, want %s", columns, got, want)
		}
	}
}

// TestLoaderValues: accepted values and their form in the table; refused ones, and
// that the refusal has no value.
func TestLoaderValues(t *testing.T) {
	t.Parallel()
	const refused = "\x00refused"
	for _, tt := range []struct{ column, value, want string }{
		{"n", "7", "7"},
		{"n", "-7", "-7"},
		{"n", "", "NULL"},
		{"n", "7.0", refused},
		{"n", "abc", refused},
		{"n", "9223372036854775808", refused},
		{"n", " 7", refused},
		{"price", "1.10", "1.10"},
		{"price", "-0.5", "-0.5"},
		{"price", "", "NULL"},
		{"price", "1,000", refused},
		{"price", "abc", refused},
		{"price", "NaN", refused}, // JSON has no such numbers
		{"price", "Inf", refused},
		{"price", "-infinity", refused},
		{"price", "0x1p4", refused},
		{"price", "1e200000", refused},
		{"rate", "1.5", "1.5"},
		{"rate", "NaN", refused},
		{"rate", "0x10p0", refused},
		{"rate", "1e999", refused},
		{"ok", "true", "true"},
		{"ok", "0", "false"},
		{"ok", "", "NULL"},
		{"ok", "yes", refused},
		{"day", "2026-11-21", "2026-11-21"},
		{"day", "2026-11-21 23:59:59", "2026-11-21"},
		{"day", "2026-02-29", refused},
		{"day", "", "NULL"},
		{"at", "2026-11-21 08:09:10", "1795219750"},
		{"at", "1795219750", "1795219750"},
		{"at", "soon", refused},
		{"note", "十个字十个字十个字了", "十个字十个字十个字了"},
		{"note", "十一个字一个字一个字呢了", refused},
		{"note", "", "NULL"},
		{"note", "\xff", refused},
		{"note", "a\x00b", refused},
		{"note", `'"\;--`, `'"\;--`},
		{"doc", `{"a": 1}`, `{"a": 1}`},
		{"doc", "", "NULL"},
		{"doc", `{`, refused},
		{"doc", `"\u0000"`, refused},
		{"guid", "", refused},
		{"mobile", "", refused}, // a text that must be there is no empty one
		{"mobile", " \u3000", refused},
		{"mobile", "12345678901234567", refused},
		{"modified", "", refused},
	} {
		t.Run(tt.column+" "+strings.ToValidUTF8(tt.value, "?"), func(t *testing.T) {
			t.Parallel()
			columns, row := []string{"guid", "mobile"}, []string{"g", "m"}
			switch tt.column {
			case "guid":
				row[0] = tt.value
			case "mobile":
				row[1] = tt.value
			default:
				columns, row = append(columns, tt.column), append(row, tt.value)
			}
			l := loader(t, strings.Join(columns, " "))
			full, err := l.Add(row)
			if full {
				t.Error("full after one row")
			}
			if tt.want == refused {
				if err == nil {
					t.Error("accepted")
				} else if !strings.HasPrefix(err.Error(), "column "+tt.column+": ") || len(tt.value) > 3 && strings.Contains(err.Error(), tt.value) {
					t.Errorf("%q", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			pool := setup(t)
			if n, err := l.Flush(t.Context(), pool); n != 1 || err != nil {
				t.Fatal(n, err)
			}
			column := tt.column + "::text"
			if tt.column == "at" {
				column = "extract(epoch from at)::bigint::text"
			}
			var got string
			if err := pool.QueryRow(t.Context(), `select coalesce(`+column+`, 'NULL') from shop.thing`).Scan(&got); err != nil || got != tt.want {
				t.Errorf("stands as %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestLoaderRows(t *testing.T) {
	t.Parallel()
	l := loader(t, "guid mobile")
	for _, row := range [][]string{nil, {"a"}, {"a", "b", "c"}} {
		if _, err := l.Add(row); err == nil || !strings.Contains(err.Error(), "values for 2 columns") {
			t.Errorf("%v: %v", row, err)
		}
	}
	if _, err := l.Add([]string{"a", secret}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Add([]string{"a", "another"}); err == nil || !strings.Contains(err.Error(), "earlier row") {
		t.Errorf("the same key twice: %v", err)
	}
	pool := setup(t)
	if n, err := l.Flush(t.Context(), pool); n != 1 || err != nil { // refused rows are not in it
		t.Error(n, err)
	}
	if n, err := l.Flush(t.Context(), pool); n != 0 || err != nil {
		t.Error("nothing to write:", n, err)
	}
	if _, err := l.Add([]string{"a", "another"}); err == nil || !strings.Contains(err.Error(), "earlier row") {
		t.Errorf("in a later batch: %v", err)
	}
}

// TestLoaderRules: the rules of a column's values.
func TestLoaderRules(t *testing.T) {
	t.Parallel()
	hash, err := store.HashPassword("p")
	if err != nil {
		t.Fatal(err)
	}
	table := store.Table{System: "shop", Name: "ruled", Key: []string{"k"}, Columns: []store.Column{
		{Name: "k", Type: "string", Required: true},
		{Name: "word", Type: "string", Enum: []string{"a", "b"}},
		{Name: "must", Type: "string", Required: true, Enum: []string{"a"}},
		{Name: "num", Type: "int", Enum: []string{"1", "16"}},
		{Name: "mobile", Type: "string", Format: "mobile"},
		{Name: "card", Type: "string", Format: "idcard"},
		{Name: "mail", Type: "string", Format: "email"},
		{Name: "price", Type: "decimal", Min: "0", Max: "99.5"},
		{Name: "count", Type: "int", Max: "3"},
		{Name: "pass", Type: "string", Hash: true},
		{Name: "blank", Type: "string", Required: true, Blank: true, Enum: []string{"x"}},
	}}
	for _, tt := range []struct{ column, value, stored, want string }{
		{"word", "b", "b", ""},
		{"word", "", "NULL", ""},
		{"word", "secret", "", "not one of a, b"},
		{"must", "", "", "a value is needed"},
		{"num", "016", "16", ""},
		{"num", "2", "", "not one of 1, 16"},
		{"mobile", "13800138000", "13800138000", ""},
		{"mobile", "23800138000", "", "not of the form mobile"},
		{"card", "110101190001010110", "110101190001010110", ""},
		{"card", "110101194912310020", "", "not of the form idcard"},
		{"mail", "a@example.com", "a@example.com", ""},
		{"mail", "example.com", "", "not of the form email"},
		{"price", "0", "0", ""},
		{"price", "99.50", "99.50", ""},
		{"price", "-0.01", "", "less than 0"},
		{"price", "99.51", "", "more than 99.5"},
		{"price", "1e-999999999", "1e-999999999", ""}, // and soon
		{"count", "-5", "-5", ""},
		{"count", "4", "", "more than 3"},
		{"pass", "", "NULL", ""},
		{"pass", hash, hash, ""},
		{"blank", "", "", ""},
		{"blank", "y", "", "not one of x"},
	} {
		c := table.Columns[slices.IndexFunc(table.Columns, func(c store.Column) bool { return c.Name == tt.column })]
		got, err := (&Loader{table: table, zone: shanghai}).value(c, tt.value)
		if tt.want != "" {
			if err == nil || err.Error() != tt.want {
				t.Errorf("%s %q: %v, want %s", tt.column, tt.value, err, tt.want)
			}
			continue
		}
		stored := "NULL"
		if got != nil {
			stored = *got
		}
		if err != nil || stored != tt.stored {
			t.Errorf("%s %q: %q, %v; want %q", tt.column, tt.value, stored, err, tt.stored)
		}
	}
	for _, plain := range []string{"p", "$pbkdf2-sha512$i=1$$", "$pbkdf2-sha512$i=210000$c2FsdA$", hash + "x"} {
		got, err := (&Loader{table: table, zone: shanghai}).value(store.Column{Name: "pass", Type: "string", Hash: true}, plain)
		if err != nil || *got == plain || !store.CheckPassword(*got, plain) {
			t.Errorf("%q is stored as %q, %v", plain, *got, err)
		}
	}
}

// TestLoaderKeys: keys that differ as texts and are one to PostgreSQL.
func TestLoaderKeys(t *testing.T) {
	t.Parallel()
	pool := setup(t)
	exec(t, pool, `create table shop.numbered (n bigint primary key, note text)`)
	table := store.Table{System: "shop", Name: "numbered", Key: []string{"n"}, Columns: []store.Column{
		{Name: "n", Type: "int", Required: true}, {Name: "note", Type: "string"},
	}}
	l, err := New(table, []string{"n", "note"}, shanghai)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"1", "01", "+1"} {
		_, err := l.Add([]string{n, "x"})
		if (err == nil) != (n == "1") {
			t.Errorf("%s: %v", n, err)
		}
	}
	if n, err := l.Flush(t.Context(), pool); n != 1 || err != nil {
		t.Error(n, err)
	}
}

// TestLoaderUpsert: a row with an existing key replaces the columns of the file,
// keeps the rest, and is marked as modified.
func TestLoaderUpsert(t *testing.T) {
	t.Parallel()
	pool := setup(t)
	exec(t, pool, `insert into shop.thing (guid, mobile, n, note) values ('a', '1', 7, 'kept'), ('b', '2', 8, 'kept')`)
	load := func(columns string, rows ...[]string) error {
		l := loader(t, columns)
		for _, r := range rows {
			if _, err := l.Add(r); err != nil {
				return err
			}
		}
		_, err := l.Flush(t.Context(), pool)
		return err
	}
	if err := load("guid mobile n", []string{"a", "10", ""}, []string{"c", "3", "9"}); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := pool.QueryRow(t.Context(), `select string_agg(concat_ws(' ', guid, mobile, coalesce(n::text, '-'), note, modified > now() - interval '1 hour'), ';' order by guid)
		from shop.thing`).Scan(&got); err != nil || got != "a 10 - kept t;b 2 8 kept f;c 3 9 t" && got != "a 10 - kept t;b 2 8 kept f;c 3 9 f" {
		t.Errorf("%s, %v", got, err)
	}
	want(t, load("guid mobile", []string{"x", "new"}, []string{"d", "2"}), "internal") // somebody else's mobile
	want(t, load("guid mobile n", []string{"y", "z", "5000"}), "internal")             // a check of the table
	if n := count(t, pool, `select count(*) from shop.thing`); n != 3 {
		t.Errorf("%d rows, want 3: a batch is written whole or not at all", n)
	}
	table := things()
	table.Columns = table.Columns[:2] // key columns and one more; then the key alone
	if err := load("guid mobile modified", []string{"a", "10", "2020-01-01"}); err != nil {
		t.Fatal(err)
	}
	if n := count(t, pool, `select count(*) from shop.thing where guid = 'a' and extract(year from modified) in (2019, 2020)`); n != 1 {
		t.Error("a modified that the file gives is not kept")
	}
	exec(t, pool, `create table shop.only (a text, b text, primary key (a, b))`)
	only := store.Table{System: "shop", Name: "only", Key: []string{"a", "b"}, Columns: []store.Column{{Name: "a", Type: "string"}, {Name: "b", Type: "string"}}}
	for range 2 {
		l, err := New(only, []string{"b", "a"}, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range [][]string{{"1", "12"}, {"11", "2"}, {"2", "11"}} { // joined alike, but different
			if _, err := l.Add(r); err != nil {
				t.Error(err)
			}
		}
		if _, err := l.Flush(t.Context(), pool); err != nil {
			t.Error(err)
		}
	}
	if n := count(t, pool, `select count(*) from shop.only`); n != 3 {
		t.Errorf("%d rows", n)
	}
}

// TestLoaderFull: full comes at the batch's size, and Flush begins a new one.
func TestLoaderFull(t *testing.T) {
	t.Parallel()
	pool := setup(t)
	l := loader(t, "guid mobile")
	if n := fill(t, l, pool, 2*batchRows+1, "m"); n != 2 {
		t.Errorf("%d full batches, want 2", n)
	}
	if n := count(t, pool, `select count(*) from shop.thing`); n != 2*batchRows+1 {
		t.Errorf("%d rows", n)
	}
}

// fill loads n rows and returns how many batches were full.
func fill(t testing.TB, l *Loader, pool *pgxpool.Pool, n int, mark string) (batches int) {
	t.Helper()
	for i := range n {
		full, err := l.Add([]string{fmt.Sprint("g", i), fmt.Sprint(mark, i)})
		if err != nil {
			t.Fatal(err)
		}
		if !full {
			continue
		}
		batches++
		if wrote, err := l.Flush(context.Background(), pool); err != nil || wrote != batchRows {
			t.Fatal(wrote, err)
		}
	}
	if _, err := l.Flush(context.Background(), pool); err != nil {
		t.Fatal(err)
	}
	return batches
}

// BenchmarkLoad loads 100,000 new rows, and then the same rows again.
func BenchmarkLoad(b *testing.B) {
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "new", true: "again"}[again], func(b *testing.B) {
			const rows = 100_000
			pool := setup(b)
			if again {
				fill(b, loader(b, "guid mobile"), pool, rows, "m")
			}
			for b.Loop() {
				if !again {
					exec(b, pool, `truncate shop.thing`)
				}
				fill(b, loader(b, "guid mobile"), pool, rows, "m")
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
