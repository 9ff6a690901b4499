package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
)

// maxProject bounds the id of a project, in bytes.
const maxProject = 256

// Subscribe sends a notification of an app to a URL, in place of an earlier one.
// The URL is http or https without user information. projects are those that the
// app sees: it gets the notifications about one of them, and those about none.
// Without projects it gets all.
func (a *Admin) Subscribe(ctx context.Context, system, id, cmd, target string, projects ...string) error {
	projects = tidy(projects)
	if err := CheckSubscription(cmd, target, projects); err != nil {
		return err
	}
	detail := map[string]any{"cmd": cmd, "url": target, "projects": projects}
	return a.change(ctx, "subscribe", system, id, detail, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into jiekou.subscription (system, app, cmd, url, projects)
			values ($1, $2, $3, $4, $5) on conflict (system, app, cmd) do update
			set url = excluded.url, projects = $5, asked = $5`, system, id, cmd, target, projects)
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23503" { // foreign_key_violation
			return ErrNotFound
		}
		return err
	})
}

// Unsubscribe ends a subscription. It returns ErrNotFound where there is none.
func (a *Admin) Unsubscribe(ctx context.Context, system, id, cmd string) error {
	return a.change(ctx, "unsubscribe", system, id, map[string]any{"cmd": cmd}, func(tx pgx.Tx) error {
		return one(tx.Exec(ctx, `delete from jiekou.subscription where system = $1 and app = $2 and cmd = $3`,
			system, id, cmd))
	})
}

// CheckSubscription validates a subscription. The address that the URL leads to is
// validated at dialling, not here.
func CheckSubscription(cmd, target string, projects []string) error {
	if !nameForm.MatchString(cmd) {
		return fmt.Errorf("%w: notification %q is no name of an interface", ErrInvalid, cmd)
	}
	if _, err := outbox.ParseURL(target); err != nil {
		return fmt.Errorf("%w: URL: %w", ErrInvalid, err)
	}
	for _, p := range projects {
		if p == "" || len(p) > maxProject || strings.ContainsFunc(p, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
			return fmt.Errorf("%w: project %q: want the id of a project, without blanks", ErrInvalid, p)
		}
	}
	return nil
}
