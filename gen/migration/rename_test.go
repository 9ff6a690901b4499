package migration

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
)

// revised is goods with another column no, drafted and brought to what expands.
func revised(t *testing.T, pool *pgxpool.Pool, from, to, rows string, o Options) *spec.System {
	t.Helper()
	before := freeze(t, shop(t, map[string][]byte{"goods.yaml": []byte(goods)}))
	if err := migrate.Up(t.Context(), pool, set(t, before)); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, rows)
	after := shop(t, map[string][]byte{"goods.yaml": []byte(strings.Replace(goods, from, to, 1))})
	after.Migrations, after.Released = before.Migrations, before.Released
	drafted, err := Draft(after, "next", o)
	if err != nil {
		t.Fatal(err)
	}
	after.Migrations = append(slices.Clone(after.Migrations), placed(drafted)...)
	if found := asked(t, pool, after); slices.ContainsFunc(found, func(w migrate.InTheWay) bool { return w.Later }) {
		t.Errorf("cannot be asked before what expands: %v", found)
	}
	if err := migrate.Up(t.Context(), pool, set(t, after)); err != nil {
		t.Fatal(err)
	}
	if found := asked(t, pool, after); slices.ContainsFunc(found, func(w migrate.InTheWay) bool { return w.Later }) {
		t.Errorf("cannot be asked after what expands: %v", found)
	}
	return after
}

// asked are the prechecks of a system with what they find.
func asked(t *testing.T, pool *pgxpool.Pool, s *spec.System) []migrate.InTheWay {
	t.Helper()
	found, err := migrate.Prechecks(t.Context(), pool, set(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestRenamedAndRequired holds that what the new revision requires is not in the data of
// the old one: where that has none, it has none still.
func TestRenamedAndRequired(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		to string
		o  Options
	}{
		"default": {"  nr:   {was: no, type: int, required: true, default: \"1\"}", Options{}},
		"fill":    {"  nr:   {was: no, type: int, required: true}", Options{Fill: map[string]string{"goods.nr": "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := postgrestest.New(t)
			s := revised(t, pool, "  no:   {type: int}", c.to, `insert into shop.goods (guid, name, no) values ('a', 'x', null), ('b', 'x', 5)`, c.o)
			exec(t, pool, `insert into shop.goods (guid, name) values ('c', 'x')`)          // an old server
			exec(t, pool, `update shop.goods set name = 'y' where guid in ('a', 'b', 'c')`) // either
			exec(t, pool, `update shop.goods set nr = nr where guid in ('a', 'c')`)         // a new one
			exec(t, pool, `insert into shop.goods (guid, nr) values ('d', 2)`)
			exec(t, pool, `insert into shop.goods (guid, no) values ('e', 3); update shop.goods set no = null where guid = 'e'`)
			exec(t, pool, `insert into shop.goods (guid, no) values ('f', 3); update shop.goods set nr = 4 where guid = 'f'`)
			got := query(t, pool, `select concat_ws(' ', guid, coalesce(no::text, '-'), nr) from shop.goods order by guid`)
			if diff := cmp.Diff([]string{"a - 1", "b 5 5", "c - 1", "d 2 2", "e - 1", "f 4 4"}, got); diff != "" {
				t.Error(diff)
			}
			if err := migrate.Finish(t.Context(), pool, set(t, s)); err != nil {
				t.Fatal(err)
			}
			compareWith(t, pool, freeze(t, s))
		})
	}
}

// TestRenamedAndLonger writes what only the new revision takes while the old column is there,
// and goes back from the end with it.
func TestRenamedAndLonger(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]string{"longer": "length: 30", "without a bound": "label: 名"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := postgrestest.New(t)
			s := revised(t, pool, "  name: {type: string, length: 20}", "  title: {was: name, type: string, "+to+"}", `insert into shop.goods (guid, name) values ('a', 'x')`, Options{})
			exec(t, pool, `insert into shop.goods (guid, title) values ('b', repeat('y', 30)); update shop.goods set title = repeat('z', 25) where guid = 'a'`)
			if got := query(t, pool, `select guid || length(name) from shop.goods order by guid`); !slices.Equal(got, []string{"a25", "b30"}) {
				t.Errorf("the old column has %v", got)
			}
			if err := migrate.Finish(t.Context(), pool, set(t, s)); err != nil {
				t.Fatal(err)
			}
			compareWith(t, pool, freeze(t, s))
		})
	}
}

// TestRenamedAndGiven holds that a value of its own for each row is given once.
func TestRenamedAndGiven(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	revised(t, pool, "  name: {type: string, length: 20}", "  code: {was: name, type: string, length: 64, required: true, default: guid}",
		`insert into shop.goods (guid) values ('a'), ('b')`, Options{})
	first := query(t, pool, `select guid || code from shop.goods order by guid`)
	exec(t, pool, `update shop.goods set no = 1; update shop.goods set name = name`)
	if diff := cmp.Diff(first, query(t, pool, `select guid || code from shop.goods order by guid`)); diff != "" || len(first) != 2 {
		t.Error(diff, first)
	}
	if got := query(t, pool, `select guid from shop.goods where name is not null`); len(got) > 0 {
		t.Errorf("the old servers see a name of %v", got)
	}
}

// TestAskedByOldNames holds that rows in the way of a column or a table with another name
// are found before anything was changed.
func TestAskedByOldNames(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]string{
		"shorter":  "  title: {was: name, type: string, length: 5}",
		"required": "  title: {was: name, type: string, length: 20, required: true}",
		"enum":     "  title: {was: name, type: string, length: 20, enum: [ok]}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := postgrestest.New(t)
			rows := `insert into shop.goods (guid, name) values ('a', 'too long'), ('b', null)`
			if name == "required" { // what expands refuses to begin with such a row
				rows = `insert into shop.goods (guid, name) values ('a', 'a'), ('b', 'b')`
			}
			s := revised(t, pool, "  name: {type: string, length: 20}", to, rows, Options{})
			count := int64(0)
			for _, w := range asked(t, pool, s) {
				count += w.Count
			}
			if want := int64(1); count != want && name != "required" {
				t.Errorf("%d rows in the way, want %d", count, want)
			}
		})
	}
}

// TestMeanwhile holds that servers of the revision before can answer with every row while
// those of the new one write rows without a column, where --fill says what it is then.
func TestMeanwhile(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	const had = "  no:   {type: int, required: true}"
	before := freeze(t, shop(t, map[string][]byte{"goods.yaml": []byte(strings.Replace(goods, "  no:   {type: int}", had, 1))}))
	if err := migrate.Up(t.Context(), pool, set(t, before)); err != nil {
		t.Fatal(err)
	}
	after := shop(t, map[string][]byte{"goods.yaml": []byte(goods)})
	after.Migrations, after.Released = before.Migrations, before.Released
	drafted, err := Draft(after, "next", Options{Fill: map[string]string{"goods.no": "0"}})
	if err != nil {
		t.Fatal(err)
	}
	after.Migrations = append(slices.Clone(after.Migrations), placed(drafted)...)
	if err := migrate.Up(t.Context(), pool, set(t, after)); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, `insert into shop.goods (guid) values ('new'); insert into shop.goods (guid, no) values ('old', 7); update shop.goods set no = null where guid = 'old'`)
	if diff := cmp.Diff([]string{"new 0", "old 0"}, query(t, pool, `select guid || ' ' || no from shop.goods order by guid`)); diff != "" {
		t.Error(diff)
	}
	if err := migrate.Finish(t.Context(), pool, set(t, after)); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, `insert into shop.goods (guid) values ('later')`)
	if got := query(t, pool, `select guid from shop.goods where no is null`); !slices.Equal(got, []string{"later"}) {
		t.Errorf("got %v", got)
	}
	compareWith(t, pool, freeze(t, after))
}
