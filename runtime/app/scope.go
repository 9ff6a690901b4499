package app

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"
)

// Scopes has the values of each scope that an app is bound to: it reaches the rows of these
// alone. A scope that is not there does not bind it.
type Scopes map[string][]string

// maxScope bounds the values of one scope: each statement of the app carries them.
const maxScope = 1000

// SetScope binds an app to values of a scope; nil values free it. If the scope is the project
// of the system's notifications, subscriptions follow: they get the part of what they ask for
// that is within.
func (a *Admin) SetScope(ctx context.Context, system, id, scope string, values []string, project bool) error {
	if len(values) > maxScope {
		return fmt.Errorf("%w: %d values of a scope; at most %d", ErrInvalid, len(values), maxScope)
	}
	for _, v := range values {
		if v == "" || len(v) > maxProject || strings.ContainsFunc(v, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
			return fmt.Errorf("%w: value %q of the scope %s: want an id, without blanks", ErrInvalid, v, scope)
		}
	}
	if values != nil {
		values = tidy(values)
	}
	return a.change(ctx, "scope", system, id, map[string]any{"scope": scope, "values": values}, func(tx pgx.Tx) error {
		return one(tx.Exec(ctx, `update jiekou.app set
			scopes = case when $4::text[] is null then scopes - $3::text else scopes || jsonb_build_object($3::text, $4::text[]) end,
			projects = case when $5 then $4::text[] else projects end, modified = now()
			where system = $1 and id = $2`, system, id, scope, values, project))
	})
}
