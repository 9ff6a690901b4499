package token_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/token"
)

// asked is a message of an app.
type asked string

func (a asked) Origin() (system, app, sid, cmd string) { return "kiosk", string(a), "", "get_token" }

// TestAnswerIssues: a token that an answer issues is good for the app that asked.
func TestAnswerIssues(t *testing.T) {
	t.Parallel()
	pool, _ := setup(t)
	db := store.New(pool, 0)
	value, seconds, err := db.IssueToken(t.Context(), asked("a"), 2*time.Hour)
	if err != nil || seconds != 7200 || len(value) != 32 {
		t.Fatal(seconds, err)
	}
	later := time.Now().Add(2 * time.Hour)
	for _, tt := range []struct {
		id   string
		at   time.Time
		want bool
	}{{"a", later.Add(-time.Minute), true}, {"b", later.Add(-time.Minute), false}, {"a", later.Add(time.Minute), false}} {
		tokens := token.NewTokens(pool, func() time.Time { return tt.at })
		if ok, err := tokens.Valid(t.Context(), "kiosk", tt.id, value); ok != tt.want || err != nil {
			t.Errorf("%s at %v: %v, %v", tt.id, tt.at, ok, err)
		}
	}
	if _, _, err := db.IssueToken(t.Context(), asked("nobody"), time.Hour); problem.From(err) == nil || problem.From(err).Rule != problem.Internal {
		t.Error(err)
	}
}

// TestUnsent: what signs without being sent is kept sealed, and found by its token or
// among those of its app that are good.
func TestUnsent(t *testing.T) {
	t.Parallel()
	pool, c := setup(t)
	db := store.New(pool, 0)
	seal := func(system, app, secret string) []byte { return []byte(system + " " + app + " " + secret) }
	db.SetSeal(seal)
	ticket, _, err := db.IssueToken(t.Context(), asked("a"), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	value, secret, seconds, err := db.IssueSecret(t.Context(), asked("a"), 2*time.Hour)
	if err != nil || secret == value || seconds != 7200 {
		t.Fatal(value, secret, seconds, err)
	}
	if err := token.Put(t.Context(), pool, "kiosk", "a", "sent", c.in(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := token.Keep(t.Context(), pool, "kiosk", "b", "broken", []byte("x"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	tokens := token.NewTokens(pool, func() time.Time { return now })
	find := func(app, token string, want ...string) {
		t.Helper()
		if got, err := tokens.Unsent(t.Context(), "kiosk", app, token); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s %q: %q, %v; want %q", app, token, got, err, want)
		}
	}
	find("a", "")
	tokens.Open = func(system, app string, sealed []byte) (string, error) {
		text, ok := bytes.CutPrefix(sealed, []byte(system+" "+app+" "))
		if !ok {
			return "", errors.New("another key")
		}
		return string(text), nil
	}
	find("a", "", secret, ticket)
	find("a", value, secret)
	find("a", ticket, ticket)
	find("a", "sent")
	find("b", "")
	find("b", value)
	now = now.Add(90 * time.Minute)
	find("a", "", secret)
	pool.Close()
	if _, err := tokens.Unsent(t.Context(), "kiosk", "a", ""); problem.From(err) == nil || problem.From(err).Rule != problem.Unavailable {
		t.Error(err)
	}
}
