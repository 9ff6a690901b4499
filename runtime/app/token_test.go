package app

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/token"
)

// TestIssuedTokens: a first token comes with the app, further ones beside it,
// until they are revoked or the app's secrets are replaced.
func TestIssuedTokens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := t.Context()
	clock := time.Now()
	tokens := token.NewTokens(b.pool, func() time.Time { return clock })
	valid := func(what string, s Secret, want bool) {
		t.Helper()
		if got, err := tokens.Valid(ctx, "u8", "erp", string(s)); err != nil || got != want {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	c, err := b.admin.Add(ctx, New{System: "u8", ID: "erp", Making: Making{Lifetime: time.Hour}})
	if err != nil || c.Expires.Before(clock.Add(59*time.Minute)) || c.Expires.After(clock.Add(2*time.Hour)) {
		t.Fatal(c.Expires, err)
	}
	valid("first", c.Keys[Token], true)
	second, expires, err := issued(b.admin.IssueToken(ctx, "u8", "erp", Making{Lifetime: 24 * time.Hour}))
	if err != nil || second == c.Keys[Token] || !expires.After(c.Expires) {
		t.Fatal(expires, err)
	}
	valid("second", second, true)
	valid("first beside the second", c.Keys[Token], true)

	if n, err := b.admin.RevokeTokens(ctx, "u8", "erp", second); n != 1 || err != nil {
		t.Error(n, err)
	}
	clock = clock.Add(2 * time.Second)
	valid("revoked", second, false)
	valid("not revoked", c.Keys[Token], true)
	rotated, err := b.admin.Rotate(ctx, "u8", "erp", Rotation{Making: Making{Lifetime: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(2 * time.Second)
	valid("replaced", c.Keys[Token], false)
	valid("new", rotated.Keys[Token], true)
	if n, err := b.admin.RevokeTokens(ctx, "u8", "erp", ""); n != 1 || err != nil {
		t.Error(n, err)
	}

	plain := b.add(t, "lianfa", "301")
	if ok, err := tokens.Valid(ctx, "lianfa", "301", string(plain.Keys[Token])); ok || err != nil || !plain.Expires.IsZero() {
		t.Error("a token was issued although nothing asks for one", ok, err)
	}
	all := dump(t, b.pool)
	for _, s := range []Secret{c.Keys[Token], second, rotated.Keys[Token]} {
		if strings.Contains(all, string(s)) {
			t.Error("a token stands in the database")
		}
	}
}

func TestIssueRefusals(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.add(t, "u8", "erp")
	_, _, unknown := issued(b.admin.IssueToken(t.Context(), "u8", "nobody", Making{Lifetime: time.Hour}))
	_, unrevoked := b.admin.RevokeTokens(t.Context(), "u8", "nobody", "")
	_, _, short := issued(b.admin.IssueToken(t.Context(), "u8", "erp", Making{Lifetime: time.Millisecond}))
	_, _, long := issued(b.admin.IssueToken(t.Context(), "u8", "erp", Making{Lifetime: 1_000_000 * time.Hour}))
	_, added := b.admin.Add(t.Context(), New{System: "u8", ID: "two", Making: Making{Lifetime: -1}})
	for _, tt := range []struct {
		err, want error
		text      string
	}{
		{unknown, ErrNotFound, "app.issue token u8/nobody: no such app"},
		{unrevoked, ErrNotFound, "app.revoke token u8/nobody: no such app"},
		{short, ErrInvalid, "invalid: lifetime 1ms: from a second to ten years, for example 2h"},
		{long, ErrInvalid, "from a second to ten years"},
		{added, ErrInvalid, "lifetime -1ns"},
	} {
		if !errors.Is(tt.err, tt.want) || !strings.Contains(tt.err.Error(), tt.text) {
			t.Errorf("%v, want %s", tt.err, tt.text)
		}
	}
}

// issued are the token of credentials and its end.
func issued(c Credentials, err error) (Secret, time.Time, error) {
	return c.Keys[Token], c.Expires, err
}
