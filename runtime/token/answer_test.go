package token_test

import (
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
