package store

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// insertSQL has the shape of a generated report: verdict, effect, answer.
const insertSQL = `with verdict as (
  select case when $1::text = 'taken' then array['4001'] when $1::text = 'odd' then array['2003'] end as refusal
), added as (
  insert into shop.thing (guid, mobile, n) select $1::text, $2::text, $3::bigint from verdict where refusal is null returning guid
)
select (select refusal from verdict), coalesce((select guid from added), '')`

var taken = Codes{"thing_mobile_key": "2003", "thing_n_check": "2999"}

func TestWrite(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	write := func(guid, mobile string, n wire.Int) (string, error) {
		var got string
		err := db.Write(t.Context(), insertSQL, taken, []any{guid, mobile, n}, &got)
		return got, err
	}
	got, err := write("a", secret, wire.IntOf(1))
	want(t, err, "")
	if got != "a" {
		t.Errorf("guid %q", got)
	}
	if _, err = write("taken", "1", wire.Int{}); err != nil {
		want(t, err, "4001")
	}
	_, err = write("b", secret, wire.Int{})
	want(t, err, "2003") // the unique constraint, by its name
	_, err = write("a", "2", wire.Int{})
	e := want(t, err, "internal") // a constraint without a code
	if !strings.Contains(e.Error(), "23505") || !strings.Contains(e.Error(), "thing_pkey") {
		t.Errorf("%q names neither SQLSTATE nor constraint", e)
	}
	_, err = write("c", "3", wire.IntOf(5000))
	want(t, err, "internal") // only uniqueness has codes
	if n := count(t, pool, `select count(*) from shop.thing`); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
	if n := count(t, pool, `select count(*) from shop.thing where n is null`); n != 0 {
		t.Errorf("an absent number is not NULL")
	}
}

// TestWriteErrors: each error of the database becomes a refusal without values.
func TestWriteErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, sql, want string
		args            []any
	}{
		{"a null where none may be", `insert into shop.thing (guid, mobile) values ('x', $1::text) returning null::text[], owner`, "internal", []any{secret}},
		{"not null", `insert into shop.thing (guid, note) values ($1::text, 'x') returning null::text[]`, "internal", []any{secret}},
		{"foreign key", `insert into shop.thing (guid, mobile, owner) values ('x', 'x', $1::text) returning null::text[]`, "internal", []any{secret}},
		{"too long", `insert into shop.thing (guid, mobile, note) values ('x', 'x', $1::text) returning null::text[]`, "internal", []any{secret}},
		{"no number", `select ($1::text || 'x')::bigint::text`, "internal", []any{secret}},
		{"raised", `select shop.fails('P0001', 9)`, "internal", nil},
		{"no such table", `select null::text[] from shop.nothing`, "internal", nil},
		{"syntax", `selec`, "internal", nil},
		{"an argument too few", `select $1::text || $2::text`, "internal", []any{secret}},
		{"an argument that does not fit", `select null::text[] where $1::bigint > 0`, "internal", []any{secret + "x"}},
		{"a column that does not fit", `select null::text[], $1::text`, "internal", []any{secret}},
		{"no row", `select null::text[] where $1::text = ''`, "internal", []any{secret}},
		{"too many connections", `select shop.fails('53300', 9)`, "unavailable", nil},
		{"disk full", `select shop.fails('53100', 9)`, "unavailable", nil},
		{"shut down", `select shop.fails('57P01', 9)`, "unavailable", nil},
		{"read only", `select shop.fails('25006', 9)`, "unavailable", nil},
		{"connection", `select shop.fails('08006', 9)`, "unavailable", nil},
		{"lock not available", `select shop.fails('55P03', 9)`, "unavailable", nil},
		{"serialization, always", `select shop.fails('40001', 9)`, "unavailable", nil},
		{"deadlock, always", `select shop.fails('40P01', 9)`, "unavailable", nil},
		{"NUL in a text", `select $1::text`, "internal", []any{secret + "\x00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, _ := setup(t)
			dest := []any{}
			switch tt.name {
			case "a column that does not fit":
				dest = append(dest, new(int))
			case "a null where none may be":
				dest = append(dest, new(string))
			}
			want(t, db.Write(t.Context(), tt.sql, taken, tt.args, dest...), tt.want)
		})
	}
}

// TestVerdict: a refusal may name the field at fault.
func TestVerdict(t *testing.T) {
	t.Parallel()
	db, _ := setup(t)
	for sql, field := range map[string]string{`select array['4001', 'lines/no']`: "lines/no", `select array['4001']`: ""} {
		err := db.Write(t.Context(), sql, nil, nil)
		want(t, err, "4001")
		if got, ok := errors.AsType[*problem.Error](err); ok && got.Field != field {
			t.Errorf("%s names the field %q", sql, got.Field)
		}
	}
}

// TestRetry: a statement that PostgreSQL gave up for the sake of another is retried
// up to three times, and any other is not.
func TestRetry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		state string
		fails int
		tries int
		ok    bool
	}{
		{"40001", 0, 1, true},
		{"40001", 1, 2, true},
		{"40001", 2, 3, true},
		{"40001", 3, 3, false},
		{"40P01", 2, 3, true},
		{"P0001", 1, 1, false},
		{"57014", 1, 1, false},
		{"23505", 1, 1, false},
	} {
		t.Run(fmt.Sprint(tt.state, " ", tt.fails), func(t *testing.T) {
			t.Parallel()
			calls := map[string]func(*DB) error{
				"Write": func(db *DB) error {
					return db.Write(t.Context(), `select string_to_array(shop.fails($1, $2), ',')`, nil, []any{tt.state, tt.fails})
				},
				"WriteRead": func(db *DB) error {
					var s string
					return db.WriteRead(t.Context(), `select string_to_array(shop.fails($1, $2), ',')`, nil, []any{tt.state, tt.fails}, nil, Row(`select 'x'`, "", nil, &s))
				},
				"Get": func(db *DB) error {
					var s string
					return db.Read(t.Context(), message{"1"}, Row(`select shop.fails($1, $2)`, "1012", []any{tt.state, tt.fails}, &s))
				},
				"List": func(db *DB) error {
					rows, err := list(t, db, "1", `select 'a' || shop.fails($1, $2), n::bigint from generate_series(1, 1) n`, tt.state, tt.fails)
					if err == nil && len(rows) != 1 {
						t.Errorf("%d rows, want 1", len(rows))
					}
					return err
				},
			}
			for name, call := range calls {
				db, pool := setup(t)
				err := call(db)
				if (err == nil) != tt.ok {
					t.Errorf("%s: %v", name, err)
				}
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("%s: a value is in %q", name, err)
				}
				if n := count(t, pool, `select last_value from shop.tries`); n != tt.tries {
					t.Errorf("%s: tried %d times, want %d", name, n, tt.tries)
				}
				if sids, wanted := count(t, pool, `select count(*) from jiekou.sid`), 1; !strings.HasPrefix(name, "Write") && tt.ok && sids != wanted {
					t.Errorf("%s: %d message ids", name, sids)
				}
			}
		})
	}
}

// failingCommit makes the commit of the first query fail, after its rows were
// read.
const failingCommit = `
create function shop.at_commit() returns trigger language plpgsql as $$
begin
	perform shop.fails('40001', 1);
	return null;
end $$;
create constraint trigger late after insert on jiekou.sid deferrable initially deferred
	for each row execute function shop.at_commit()`

// TestRetryLeavesNothing: an attempt whose commit failed leaves no row in the
// answer of the next.
func TestRetryLeavesNothing(t *testing.T) {
	t.Parallel()
	t.Run("List", func(t *testing.T) {
		t.Parallel()
		db, pool := setup(t)
		exec(t, pool, failingCommit)
		rows, err := list(t, db, "1", `select n::text, n::bigint from generate_series(1, 3) n`)
		if err != nil || len(rows) != 3 {
			t.Errorf("%v, %v; want 3 rows", rows, err)
		}
	})
	t.Run("ListPage", func(t *testing.T) {
		t.Parallel()
		db, pool := setup(t)
		exec(t, pool, failingCommit)
		page := NewPage(wire.Int{}, wire.Int{})
		rows, err := listPage(t, db, "1", Paged{
			Count: `select 3`, Rows: `select n::text, n::bigint from generate_series(1, 3) n limit $1 offset $2`,
		}, &page, nil)
		if err != nil || len(rows) != 3 || page.Total != 1 {
			t.Errorf("%v, %+v, %v; want 3 rows", rows, page, err)
		}
	})
	t.Run("a list that is empty in the end", func(t *testing.T) {
		t.Parallel()
		db, pool := setup(t)
		exec(t, pool, `create function shop.rows() returns table (guid text, n bigint) language plpgsql as $$
			begin perform shop.fails('40001', 1); end $$`)
		rows, err := list(t, db, "", `select guid, n from shop.rows()`)
		if err != nil || rows == nil || len(rows) != 0 {
			t.Errorf("%#v, %v; want [] and not nil", rows, err)
		}
	})
}

func TestRead(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	exec(t, pool, `insert into shop.thing (guid, mobile) values ('a', $1)`, secret)
	var r row
	byMobile := func(sid, mobile string) error {
		return get(t, db, sid, `select guid, n from shop.thing where mobile = $1`, "2001", []any{mobile}, &r.GUID, &r.N)
	}
	want(t, byMobile("1", secret), "")
	if r != (row{GUID: "a"}) {
		t.Errorf("%+v", r)
	}
	want(t, byMobile("1", secret), "repeated")
	want(t, byMobile("", secret), "") // a system without message ids
	want(t, byMobile("", secret), "")
	// A refusal does not use the id up, whether it is a row that is missing, a
	// check, or a statement that fails.
	want(t, byMobile("2", "nobody"), "2001")
	want(t, byMobile("2", secret), "")
	want(t, db.Read(t.Context(), message{"3"}, Checks(`select array['4001', 'name']`, nil), Row(`select 'b'`, "", nil, &r.GUID)), "4001")
	if r.GUID != "a" {
		t.Error("a read behind a check that failed was taken")
	}
	want(t, byMobile("3", secret), "")
	want(t, get(t, db, "4", `select 1 / 0, n from shop.thing`, "2001", nil, &r.GUID, &r.N), "internal")
	want(t, byMobile("4", secret), "")
	want(t, byMobile("4", secret), "repeated")
	if n := count(t, pool, `select count(*) from jiekou.sid where system = 'shop' and app = '301' and cmd = 'thing_get'`); n != 4 {
		t.Errorf("%d message ids, want 4", n)
	}
}

// TestReads: several reads of one query, in order and in one transaction.
func TestReads(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	exec(t, pool, `insert into shop.thing (guid, mobile, n) select 'g' || n, n, n from generate_series(1, 3) n`)
	var one row
	var many, none []row
	var id1, id2 string
	page := NewPage(wire.IntOf(2), wire.IntOf(2))
	var paged []row
	err := db.Read(
		t.Context(), message{"1"},
		Checks(`select case when $1 = 'x' then array['4001'] end`, []any{"y"}),
		Row(`select guid, n from shop.thing where n = $1`, "2001", []any{2}, one.dest()...),
		Rows(`select guid, n from shop.thing order by n`, nil, (*row).dest, &many),
		Rows(`select guid, n from shop.thing where false`, nil, (*row).dest, &none),
		PageRows(Paged{
			Count: `select count(*) from shop.thing`, Rows: `select guid, n from shop.thing order by n limit $1 offset $2`,
		}, &page, nil, (*row).dest, &paged),
		Row(`select pg_current_xact_id()::text`, "", nil, &id1), Row(`select pg_current_xact_id()::text`, "", nil, &id2),
	)
	want(t, err, "")
	if one.GUID != "g2" || len(many) != 3 || none == nil || len(none) != 0 || len(paged) != 1 || page.Total != 2 {
		t.Errorf("%v %v %#v %v %+v", one, many, none, paged, page)
	}
	if id1 != id2 {
		t.Errorf("two transactions, %s and %s", id1, id2)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	exec(t, pool, `insert into shop.thing (guid, mobile, n) select 'g' || n, n, nullif(n, 2) from generate_series(1, 3) n`)
	rows, err := list(t, db, "1", `select guid, n from shop.thing where n is null or n < $1 order by guid`, 10)
	want(t, err, "")
	if diff := cmp.Diff([]row{{"g1", wire.IntOf(1)}, {"g2", wire.Int{}}, {"g3", wire.IntOf(3)}}, rows); diff != "" {
		t.Error(diff)
	}
	rows, err = list(t, db, "2", `select guid, n from shop.thing where n > $1`, 10)
	if want(t, err, ""); rows == nil || len(rows) != 0 {
		t.Errorf("%#v, want [] and not nil", rows)
	}
	_, err = list(t, db, "2", `select guid, n from shop.thing`)
	want(t, err, "repeated")
	_, err = list(t, db, "3", `select guid, mobile from shop.thing where mobile = $1 or true`, secret)
	want(t, err, "internal") // a text where a number is read
	_, err = list(t, db, "4", `select guid from shop.thing`)
	want(t, err, "internal") // a column too few
}

// The rows of a long list are counted once in a while, those of another one every time.
func TestLongList(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	now := time.Now()
	db.counts.now = func() time.Time { return now }
	exec(t, pool, `create table shop.counted (n bigint)`)
	exec(t, pool, `create table shop.long as select 'g' || n as guid, n::bigint as n from generate_series(1, 12000) n`)
	sql := Paged{
		Count: `with c as (insert into shop.counted values ($1) returning 1) select count(*) from shop.long, c where n <= $1`,
		Rows:  `select guid, n from shop.long where n <= $1 order by n limit $2 offset $3`,
	}
	read := func(sid string, most, wantPages int64) {
		t.Helper()
		page := NewPage(wire.IntOf(2), wire.IntOf(1000))
		rows, err := listPage(t, db, sid, sql, &page, []any{wire.IntOf(most)})
		want(t, err, "")
		if page.Total != wantPages || int64(len(rows)) != min(1000, most-1000) {
			t.Errorf("%d rows, %d pages, want %d", len(rows), page.Total, wantPages)
		}
	}
	read("1", 11000, 11)
	exec(t, pool, `delete from shop.long where n > 10500`)
	read("2", 11000, 11) // as it was a moment ago
	read("3", 10200, 11) // another list
	read("4", 2000, 2)
	exec(t, pool, `delete from shop.long where n between 1100 and 2000 and n % 2 = 0`)
	before := count(t, pool, `select count(*) from shop.counted where n = 2000`)
	page := NewPage(wire.IntOf(1), wire.IntOf(10))
	_, err := listPage(t, db, "5", sql, &page, []any{wire.IntOf(2000)})
	want(t, err, "")
	if page.Rows != 2000-451 || count(t, pool, `select count(*) from shop.counted where n = 2000`) != before+1 {
		t.Errorf("a short list has %d rows", page.Rows)
	}
	if n := count(t, pool, `select count(*) from shop.counted where n = 11000`); n != 1 {
		t.Errorf("a long list was counted %d times in a moment", n)
	}
	now = now.Add(countTime)
	read("6", 11000, 11) // 10,049 rows, counted again
	if n := count(t, pool, `select count(*) from shop.counted where n = 11000`); n != 2 {
		t.Errorf("an old number of rows is kept: counted %d times", n)
	}
	for n := range 2 * mostKept {
		db.counts.keep(fmt.Sprint(n), longList)
	}
	if len(db.counts.list) > mostKept {
		t.Errorf("%d lists are kept", len(db.counts.list))
	}
}

func TestNewPage(t *testing.T) {
	t.Parallel()
	n := wire.IntOf
	for _, tt := range []struct {
		number, size wire.Int
		want         Page
	}{
		{wire.Int{}, wire.Int{}, Page{Number: 1, Size: 10}},
		{n(3), n(7), Page{Number: 3, Size: 7}},
		{n(0), n(0), Page{Number: 1, Size: 1}},
		{n(-1 << 63), n(-5), Page{Number: 1, Size: 1}},
		{n(1<<63 - 1), n(1<<63 - 1), Page{Number: 1_000_000, Size: 1000}},
		{n(1_000_000), n(1000), Page{Number: 1_000_000, Size: 1000}},
	} {
		if got := NewPage(tt.number, tt.size); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%v, %v: %+v, want %+v", tt.number, tt.size, got, tt.want)
		}
	}
}

func TestPageRows(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	exec(t, pool, `insert into shop.thing (guid, mobile, n, modified)
		select lpad(n::text, 2, '0'), n, n, 'epoch'::timestamptz + (100 - n) * interval '1 minute' from generate_series(1, 25) n`)
	sql := Paged{
		Count:  `select count(*) from shop.thing where n <= $1`,
		Rows:   `select guid, n, modified from shop.thing where n <= $1 order by guid limit $2 offset $3`,
		Marked: true,
	}
	for i, tt := range []struct {
		most, number, size int64
		rows               int
		first              string
		total              int64
	}{
		{25, 1, 10, 10, "01", 3},
		{25, 2, 10, 10, "11", 3},
		{25, 3, 10, 5, "21", 3},
		{25, 4, 10, 0, "", 3},
		{20, 2, 10, 10, "11", 2},
		{0, 1, 10, 0, "", 0},
		{25, 1, 1000, 25, "01", 1},
		{25, 25, 1, 1, "25", 25},
		{1, 1, 1, 1, "01", 1},
	} {
		page := NewPage(wire.IntOf(tt.number), wire.IntOf(tt.size))
		args := make([]any, 1, 8) // with room, so that an append in place would show
		args[0] = tt.most
		rows, err := listPage(t, db, fmt.Sprint(i), sql, &page, args)
		want(t, err, "")
		if len(rows) != tt.rows || rows == nil || page.Total != tt.total || tt.rows > 0 && rows[0].GUID != tt.first {
			t.Errorf("%+v: %d rows from %v, %d pages", tt, len(rows), rows, page.Total)
		}
		mark := page.Mark
		if mark.Set != (tt.rows > 0) {
			t.Errorf("%+v: mark %v", tt, mark)
		}
		if mark.Set { // the greatest of the page is that of its first row
			n := 100 - rows[0].N.Value
			if want := time.Unix(n*60, 0); !mark.Value.Equal(want) {
				t.Errorf("%+v: mark %v, want %v", tt, mark.Value, want)
			}
		}
		if extra := args[:3]; extra[1] != nil {
			t.Error("the caller's arguments were written to")
		}
	}
	page := NewPage(wire.Int{}, wire.Int{})
	_, err := listPage(t, db, "unmarked", Paged{
		Count: `select count(*) from shop.thing`, Rows: `select guid, n from shop.thing limit $1 offset $2`,
	}, &page, nil)
	if want(t, err, ""); page.Mark.Set {
		t.Errorf("mark %v", page.Mark)
	}
	_, err = listPage(t, db, "unmarked", sql, &page, []any{1})
	want(t, err, "repeated")
}

// A list without pages has a bound; one of just that many rows is whole.
func TestRowsBounded(t *testing.T) {
	t.Parallel()
	db, _ := setup(t)
	const sql = `select 'x', n from (select generate_series(1, $1) as n) t`
	rows, err := list(t, db, "1", sql, MaxRows)
	if err != nil || len(rows) != MaxRows {
		t.Error(len(rows), err)
	}
	rows, err = list(t, db, "2", sql, 100_000_000)
	if problem.From(err).Rule != problem.Size || len(rows) != 0 {
		t.Error(len(rows), err)
	}
	if _, err = list(t, db, "2", sql, 1); err != nil {
		t.Error("the refused message id is used up", err)
	}
}

// BenchmarkLongList reads the first page of 100,000 rows, counted for every page and once in
// a while.
func BenchmarkLongList(b *testing.B) {
	db, pool := setup(b)
	exec(b, pool, `create table shop.long as select 'g' || n as guid, n::bigint as n from generate_series(1, 100000) n`)
	exec(b, pool, `create index on shop.long (n)`)
	exec(b, pool, `analyze shop.long`)
	sql := Paged{
		Count: `select count(*) from shop.long where n >= $1`,
		Rows:  `select guid, n from shop.long where n >= $1 order by n limit $2 offset $3`,
	}
	now := time.Now()
	db.counts.now = func() time.Time { return now }
	for _, bb := range []struct {
		name string
		step time.Duration
	}{{"counted", countTime}, {"kept", 0}} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				now = now.Add(bb.step)
				page := NewPage(wire.Int{}, wire.Int{})
				var rows []row
				if err := db.Read(b.Context(), message{}, PageRows(sql, &page, []any{wire.IntOf(0)}, (*row).dest, &rows)); err != nil || page.Rows != 100_000 {
					b.Fatal(page.Rows, err)
				}
			}
		})
	}
}
