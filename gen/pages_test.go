package gen

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// origin is a message without an id.
type origin struct{}

func (origin) Origin() (system, app, sid, cmd string) { return "mini", "1", "", "walk" }

// wares puts rows into the table of the case: many alike in every column but the key, some
// of them without a value.
const wares = `insert into mini.ware (guid, seq, name, amount, price, made, modified)
select 'w' || n * 7919 % 1009, n, 'n' || n, case when n % 3 > 0 then n % 4 end, n % 2, case when n % 5 > 0 then date '2026-01-01' + n % 3 end,
  timestamptz '2026-01-01' + n / 6 * interval '1 microsecond'
from generate_series(1, 60) n`

// TestPagesLoseNothing turns the pages of each list of the case, of every size, with the
// statements that are generated for it: no row comes twice, none is missing, they come in
// the order of the whole list, and the last page says that it is the last.
func TestPagesLoseNothing(t *testing.T) {
	t.Parallel()
	c := readCase(t, "testdata/pages.txtar")
	set, err := loadtest.Systems(c.fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	pool := migrated(t, c.print(t))
	if _, err := pool.Exec(t.Context(), wares); err != nil {
		t.Fatal(err)
	}
	walked := 0
	for _, i := range set.Systems[0].Interfaces {
		if i.Answer == nil || len(i.Answer.Steps) == 0 || i.Answer.Steps[0].Page == nil {
			continue
		}
		a, err := statement.Compile(i)
		if err != nil {
			t.Fatal(err)
		}
		whole, _ := turned(t, pool, a.Reads[0], 1000)
		if len(whole) != 60 {
			t.Errorf("%s lists %d rows", i.Cmd, len(whole))
		}
		for _, size := range []int64{1, 2, 7, 30, 59, 60} {
			rows, pages := turned(t, pool, a.Reads[0], size)
			if !slices.Equal(rows, whole) {
				t.Errorf("%s, %d rows a page: %v, want %v", i.Cmd, size, rows, whole)
			}
			if want := (60 + size - 1) / size; pages != want {
				t.Errorf("%s, %d rows a page: %d pages, want %d", i.Cmd, size, pages, want)
			}
		}
		walked++
	}
	if walked != 5 {
		t.Errorf("%d lists were walked", walked)
	}
}

// turned are the rows of all pages of a list, and how many pages there are.
func turned(t *testing.T, pool *pgxpool.Pool, r *statement.Read, size int64) (rows []string, pages int64) {
	t.Helper()
	db, p := store.New(pool, 5*time.Minute), r.Step.Page
	sql := store.Paged{Rows: r.SQL.String(), Looks: r.Step.Looks(), Marked: r.Marked, Keyed: r.Keys != nil && p.Next != nil}
	if r.Count != nil {
		sql.Count = r.Count.SQL.String()
	}
	var args []any
	for _, arg := range r.Args {
		if _, given := arg.Source.(statement.Given); !given {
			args = append(args, "")
		}
	}
	begin := ""
	for more := true; more && pages < 100; pages++ {
		page := asked(t, p, r.Keys, begin, size)
		var list []ware
		if err := db.Read(t.Context(), origin{}, store.PageRows(sql, &page, args, func(w *ware) []any { return w.dest(len(r.Columns) - extra(sql)) }, &list)); err != nil {
			t.Fatal(err)
		}
		for _, w := range list {
			rows = append(rows, w.name)
		}
		if more = page.More; !more && page.Next != "" {
			t.Errorf("the last page of %s leads to %q", r.Step.Into.Path, page.Next)
		}
		switch begin = page.Next; {
		case p.Page != nil:
			begin = fmt.Sprint(pages + 2)
		case p.Offset != nil:
			begin = fmt.Sprint((pages + 1) * size)
		}
	}
	return rows, pages
}

// asked is the page that a request asks for.
func asked(t *testing.T, p *spec.Paging, keys []*spec.Column, begin string, size int64) store.Page {
	t.Helper()
	var number wire.Int
	if n, err := strconv.ParseInt(begin, 10, 64); err == nil {
		number = wire.IntOf(n)
	}
	switch {
	case p.Page != nil:
		return store.NewPage(number, wire.IntOf(size))
	case p.Offset != nil:
		return store.NewOffset(number, wire.IntOf(size))
	case p.After != nil:
		return store.NewAfter(number, wire.IntOf(size))
	}
	var kinds []store.Key
	for _, c := range keys {
		kinds = append(kinds, map[spec.Type]store.Key{
			spec.Int: store.WholeKey, spec.Decimal: store.DecimalKey, spec.Datetime: store.TimeKey, spec.Date: store.DayKey, spec.String: store.TextKey,
		}[c.Type])
	}
	page, err := store.NewCursor("cursor", begin, wire.IntOf(size), kinds...)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// ware is a row of a list, by its name.
type ware struct {
	seq  wire.Int
	name string
}

// dest are the places of a row's columns.
func (w *ware) dest(columns int) []any {
	if columns == 1 {
		return []any{&w.name}
	}
	return []any{&w.seq, &w.name}
}

// extra is how many columns the store takes itself.
func extra(sql store.Paged) (n int) {
	for _, one := range []bool{sql.Marked, sql.Keyed} {
		if one {
			n++
		}
	}
	return n
}
