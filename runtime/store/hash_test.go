package store

import (
	"context"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Passwords are hashed a few at a time; one that waits ends with its request, or is
// unavailable after the deadline.
func TestHashPasswordBounded(t *testing.T) {
	t.Parallel()
	_, pool := setup(t)
	db := New(pool, 50*time.Millisecond)
	for range cap(db.hashing) {
		db.hashing <- struct{}{}
	}
	if text, err := db.HashPassword(t.Context(), ""); text != "" || err != nil {
		t.Error("no password waits", err)
	}
	if _, err := db.HashPassword(t.Context(), "p"); problem.From(err).Rule != problem.Unavailable {
		t.Error("hashed beyond the bound", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	<-db.hashing
	if _, err := db.HashPassword(gone, "p"); err == nil {
		t.Error("hashed for nobody")
	}
	text, err := db.HashPassword(t.Context(), "p")
	if err != nil || !CheckPassword(text, "p") {
		t.Error(text, err)
	}
	if len(db.hashing) != cap(db.hashing)-1 {
		t.Error("a place was not given back")
	}
}

// What Refused refuses is what Write would.
func TestRefused(t *testing.T) {
	t.Parallel()
	db, _ := setup(t)
	const verdict = `select case when $1::bool then array['4005'] end`
	if err := db.Refused(t.Context(), verdict, []any{false}); err != nil {
		t.Error(err)
	}
	if err := db.Refused(t.Context(), verdict, []any{true}); problem.From(err).Code != "4005" {
		t.Error(err)
	}
}
