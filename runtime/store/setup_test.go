package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// tables are those of the tests: message ids, and things with constraints.
const tables = `
create schema jiekou;
create schema shop;
create table jiekou.sid (
	system text not null, app text not null, sid text not null, cmd text not null,
	primary key (system, app, sid)
);
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
create sequence shop.tries;
-- fails with the SQLSTATE until it was called as often as said
create function shop.fails(state text, times int) returns text language plpgsql as $$
begin
	if nextval('shop.tries') <= times then
		raise exception 'could not, because of 13800138000' using errcode = state, detail = 'Key (mobile)=(13800138000)';
	end if;
	return '';
end $$;
`

// secret is the personal value that must never be in an error.
const secret = "13800138000"

func setup(t testing.TB) (*DB, *pgxpool.Pool) {
	t.Helper()
	pool := postgrestest.NewFrom(t, "store", func(ctx context.Context, p *pgxpool.Pool) error {
		_, err := p.Exec(ctx, tables)
		return err
	})
	return New(pool, 20*time.Second), pool
}

// message is a call, for the store.
type message struct{ sid string }

func (m message) Origin() (system, app, sid, cmd string) { return "shop", "301", m.sid, "thing_get" }

// want fails unless err is a refusal with the rule or code and without the
// secret, in its text or in that of any cause.
func want(t *testing.T, err error, ruleOrCode string) *problem.Error {
	t.Helper()
	if ruleOrCode == "" {
		if err != nil {
			t.Fatalf("%v", err)
		}
		return nil
	}
	e, ok := err.(*problem.Error) //nolint:errorlint // it must be one, not hold one
	if !ok || string(e.Rule)+e.Code != ruleOrCode {
		t.Fatalf("%v, want %s", err, ruleOrCode)
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("a value of the row is in %q", err)
	}
	return e
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

// row is one row of shop.thing.
type row struct {
	GUID string
	N    wire.Int
}

func (r *row) dest() []any { return []any{&r.GUID, &r.N} }

// get reads one row.
func get(t *testing.T, db *DB, sid, sql, missing string, args []any, dest ...any) error {
	t.Helper()
	return db.Read(t.Context(), message{sid}, Row(sql, missing, args, dest...))
}

// list reads rows.
func list(t *testing.T, db *DB, sid, sql string, args ...any) (rows []row, err error) {
	t.Helper()
	err = db.Read(t.Context(), message{sid}, Rows(sql, args, (*row).dest, &rows))
	return rows, err
}

// listPage reads a page.
func listPage(t *testing.T, db *DB, sid string, sql Paged, page *Page, args []any) (rows []row, err error) {
	t.Helper()
	err = db.Read(t.Context(), message{sid}, PageRows(sql, page, args, (*row).dest, &rows))
	return rows, err
}
