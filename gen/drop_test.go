package gen

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// syncer runs the statement of the case drop against a database.
type syncer struct {
	db   *store.DB
	pool *pgxpool.Pool
	sql  string
	seq  int
}

func newSyncer(t *testing.T) *syncer {
	t.Helper()
	files := readCase(t, "testdata/drop.txtar").print(t)
	for _, call := range compile(t, files).calls(t) {
		if call.name == "syncSQL" {
			pool := migrated(t, files)
			return &syncer{db: store.New(pool, 0), pool: pool, sql: call.sql}
		}
	}
	t.Fatal("the case runs no syncSQL")
	return nil
}

// send sends the list "N a=1, D b" with a sequence of the tenant T.
func (s *syncer) send(t *testing.T, seq, list string) error {
	t.Helper()
	var names, values, flags []string
	for member := range strings.SplitSeq(list, ", ") {
		if flag, rest, ok := strings.Cut(member, " "); ok {
			name, value, _ := strings.Cut(rest, "=")
			names, values, flags = append(names, name), append(values, value), append(flags, flag)
		}
	}
	taken := store.Codes{"trade_tenant_id_trade_seq_key": "2002"}
	return s.db.Write(t.Context(), s.sql, taken, []any{"T", seq, "c", "甲", wire.Time{}, names, values, flags})
}

// rows are the rows that are there: "a=1 b=2", those of an earlier message with a
// prime.
func (s *syncer) rows(t *testing.T) string {
	t.Helper()
	var text string
	err := s.pool.QueryRow(t.Context(), `select coalesce(string_agg(ext_name || case when created < modified then '''' else '' end ||
		'=' || coalesce(ext_value, ''), ' ' order by ext_name), '') from mini.ext_info`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestDrop sends lists whose members add, change and delete. The result equals that
// of one member after another.
func TestDrop(t *testing.T) {
	t.Parallel()
	s := newSyncer(t)
	for _, step := range []struct{ list, want string }{
		{"", ""},                                // an absent list and an empty one
		{"N a=1, N b=2", "a=1 b=2"},             //
		{"", "a=1 b=2"},                         // leaves the existing row
		{"U a=3, N b=4", "a'=3 b'=4"},           // N and U both write
		{"D c", "a'=3 b'=4"},                    // nothing to delete
		{"N c=1, D c", "a'=3 b'=4"},             // never stays
		{"D d, N d=1", "a'=3 b'=4 d=1"},         // there was nothing to delete
		{"D a, N a=5", "a=5 b'=4 d=1"},          // a new row in place of the old one
		{"U a=6, D a", "b'=4 d=1"},              //
		{"N a=7, U a=8, U a=9", "a=9 b'=4 d=1"}, // the last one
		{"D a, N a=1, D a, N a=2", "a=2 b'=4 d=1"},
		{"N e=, D b, D d, D d", "a=2 e="},
		{"D a, D e", ""},
	} {
		s.seq++
		if err := s.send(t, fmt.Sprint(s.seq), step.list); err != nil {
			t.Fatalf("%s: %v", step.list, err)
		}
		if got := s.rows(t); got != step.want {
			t.Fatalf("%q leaves %q, want %q", step.list, got, step.want)
		}
	}
	if err := s.send(t, "1", "N z=1"); code(err) != "2002" || s.rows(t) != "" {
		t.Errorf("a repeated sequence: %v, and %q is there", err, s.rows(t))
	}
}

// code is the code of a refusal.
func code(err error) string {
	if e, ok := err.(*problem.Error); ok { //nolint:errorlint // the store returns nothing else
		return e.Code
	}
	return ""
}

// TestDropTogether sends one sequence, and lists about the same rows, many times at
// once: one wins, none is half done, nothing is stuck.
func TestDropTogether(t *testing.T) {
	t.Parallel()
	s := newSyncer(t)
	const senders = 12
	codes := make([]string, senders)
	var group sync.WaitGroup
	for n := range senders {
		group.Go(func() { codes[n] = code(s.send(t, "one", fmt.Sprintf("N a=%d, N b=%d", n, n))) })
	}
	group.Wait()
	if won := slices.Index(codes, ""); won < 0 || s.rows(t) != fmt.Sprintf("a=%d b=%d", won, won) {
		t.Errorf("codes %q and rows %q", codes, s.rows(t))
	}
	if refused := len(slices.DeleteFunc(codes, func(c string) bool { return c != "2002" })); refused != senders-1 {
		t.Errorf("%d of %d were refused", refused, senders)
	}
	for n := range senders {
		group.Go(func() {
			if err := s.send(t, fmt.Sprint("seq", n), fmt.Sprintf("D b, N a=%d, D a, N b=%d, N a=%d", n, n, n)); err != nil {
				t.Errorf("sender %d: %v", n, err)
			}
		})
	}
	group.Wait()
	var a, b string
	if n, err := fmt.Sscanf(strings.ReplaceAll(s.rows(t), "'", ""), "a=%s b=%s", &a, &b); n != 2 || a != b {
		t.Errorf("rows %q (%v)", s.rows(t), err)
	}
}
