package app

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestCalls counts calls, writes them, and keeps what could not be written.
func TestCalls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	pool, admin := b.pool, b.admin
	if _, err := pool.Exec(t.Context(), `insert into jiekou.app (system, id, grants) values ('s', '1', '{*}'), ('s', '2', '{*}')`); err != nil {
		t.Fatal(err)
	}
	calls := NewCalls(pool, slog.New(slog.DiscardHandler))
	now := time.Now()
	for n := range 5 {
		calls.Count("s", "1", "get", n == 0, now)
	}
	calls.Count("s", "1", "get", false, now.AddDate(0, 0, -29))
	calls.Count("s", "1", "get", false, now.AddDate(0, 0, -31)) // too long ago
	calls.Count("s", "2", "set", true, now)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := calls.Write(gone); err == nil {
		t.Error("written without a context")
	}
	for range 2 {
		if err := calls.Write(t.Context()); err != nil {
			t.Fatal(err)
		}
		calls.Count("s", "1", "list", false, now)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	calls.Keep(ctx) // its last words
	list, err := admin.List(t.Context(), "s")
	if err != nil {
		t.Fatal(err)
	}
	got, refused := map[string]map[string]int64{}, map[string]map[string]int64{}
	for _, one := range list {
		got[one.ID], refused[one.ID] = one.Calls, one.Refused
	}
	if diff := cmp.Diff(map[string]map[string]int64{"1": {"get": 1}, "2": {"set": 1}}, refused); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]map[string]int64{"1": {"get": 6, "list": 1}, "2": {"set": 1}}, got); diff != "" {
		t.Error(diff)
	}
	rule := ForgetCalls(pool)
	if n, err := rule.Apply(t.Context(), now.AddDate(0, 0, 375)); err != nil || n != 2 {
		t.Errorf("%d forgotten, %v", n, err)
	}
}
