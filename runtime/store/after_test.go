package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestWriteRead: reads see the writes of the statement before them, and a refused
// statement leaves nothing to keep or read.
func TestWriteRead(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	type reply struct {
		guid, mobile string
		rows         []row
	}
	write := func(guid, mobile, looked string) (r reply, err error) {
		err = db.WriteRead(t.Context(), insertSQL, taken, []any{guid, mobile, wire.IntOf(1)}, []any{&r.guid},
			Row(`select mobile from shop.thing where guid = $1`, "", []any{looked}, &r.mobile),
			Rows(`select guid, n from shop.thing order by guid`, nil, (*row).dest, &r.rows))
		return r, err
	}
	got, err := write("a", secret, "a")
	want(t, err, "")
	if got.guid != "a" || got.mobile != secret {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]row{{"a", wire.IntOf(1)}}, got.rows); diff != "" {
		t.Error(diff)
	}
	for guid, code := range map[string]string{"taken": "4001", "b": "2003"} { // a verdict, a constraint
		got, err = write(guid, secret, "a")
		want(t, err, code)
		if got.guid+got.mobile != "" || got.rows != nil {
			t.Errorf("%s: %+v was read", guid, got)
		}
	}
	_, err = write("c", "3", "nobody")
	if e := want(t, err, "internal"); !strings.Contains(e.Error(), "found no row") {
		t.Errorf("%q does not say why", e)
	}
	if n := count(t, pool, `select count(*) from shop.thing where guid in ('taken', 'b')`); n != 0 {
		t.Errorf("%d rows of refused writes", n)
	}
}

// TestWriteReadTogether: a read that the database refuses takes the write with it.
func TestWriteReadTogether(t *testing.T) {
	t.Parallel()
	db, pool := setup(t)
	var guid, text string
	err := db.WriteRead(t.Context(), insertSQL, taken, []any{"a", secret, wire.Int{}}, []any{&guid},
		Row(`select shop.fails('P0001', 9)`, "", nil, &text))
	want(t, err, "internal")
	if n := count(t, pool, `select count(*) from shop.thing`); n != 0 {
		t.Errorf("%d rows of a transaction that failed", n)
	}
}
