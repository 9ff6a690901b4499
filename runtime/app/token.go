package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jiekou-dev/jiekou/runtime/token"
)

// The bounds of a token's lifetime.
const (
	DefaultLifetime = 2 * time.Hour
	minLifetime     = time.Second
	maxLifetime     = 10 * 365 * 24 * time.Hour
)

// IssueToken issues a token to an app and returns it, with what is issued beside it, which
// cannot be shown again, and until when it is good: from now on, on every server. It fails with
// ErrNotFound and, beyond 10 years or below a second, with ErrInvalid.
func (a *Admin) IssueToken(ctx context.Context, system, id string, how Making) (Credentials, error) {
	if err := checkLifetime(how.Lifetime); err != nil {
		return Credentials{}, err
	}
	c := Credentials{System: system, AppID: id, Keys: map[string]Secret{}}
	detail := map[string]any{"lifetime": how.Lifetime.String()}
	err := a.change(ctx, "issue token", system, id, detail, func(tx pgx.Tx) error {
		return c.issue(ctx, tx, a.master, how)
	})
	if err != nil {
		return Credentials{}, err
	}
	return c, nil
}

// RevokeTokens ends a token that was issued to an app, or all of them with "":
// servers refuse them within two seconds. It returns how many were good. It fails
// with ErrNotFound where there is no such app.
func (a *Admin) RevokeTokens(ctx context.Context, system, id string, one Secret) (n int64, err error) {
	err = a.change(ctx, "revoke token", system, id, map[string]any{"all": one == ""}, func(tx pgx.Tx) error {
		var known bool
		err := tx.QueryRow(ctx, `select exists (select from jiekou.app where system = $1 and id = $2)`, system, id).Scan(&known)
		if err == nil && !known {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		n, err = token.Revoke(ctx, tx, system, id, string(one), time.Now())
		return err
	})
	return n, err
}

// issue adds an issued token to credentials, where how says so.
func (c *Credentials) issue(ctx context.Context, tx pgx.Tx, master *Master, how Making) error {
	if how.Lifetime == 0 {
		return nil
	}
	text := token.New()
	c.Keys[Token], c.Expires = Secret(text), time.Now().Add(how.Lifetime).Truncate(time.Second)
	secret := text
	if how.Beside != "" {
		secret = token.New()
		c.Keys[how.Beside] = Secret(secret)
	}
	var sealed []byte
	if how.Keeps {
		sealed = master.SealIssued(c.System, c.AppID, secret)
	}
	err := token.Keep(ctx, tx, c.System, c.AppID, text, sealed, c.Expires)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23503" { // foreign_key_violation
		return ErrNotFound
	}
	return err
}

// checkLifetime validates the lifetime of a token.
func checkLifetime(d time.Duration) error {
	if d < minLifetime || d > maxLifetime {
		return fmt.Errorf("%w: lifetime %v: from a second to ten years, for example 2h", ErrInvalid, d)
	}
	return nil
}
