package twin

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// ownScopes is the scope under which the scopes of an app are kept while it is bound to those
// of a case.
const ownScopes = "jiekou fire: before"

// Bind has the server bind the app to the values of scopes; nil frees it again. The server
// knows when it has looked at its apps. changed is false where it was bound so already.
func (t *Twin) Bind(ctx context.Context, scopes map[string][]string) (changed bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	want := ""
	if scopes != nil {
		text, err := json.Marshal(scopes)
		if err != nil {
			return false, err
		}
		want = string(text)
	}
	if want == t.bound {
		return false, nil
	}
	if err := t.free(ctx, t.pool); err != nil {
		return false, err
	}
	if want != "" {
		_, err := t.pool.Exec(ctx, `update jiekou.app set scopes = $3::jsonb || jsonb_build_object($4::text, jsonb_build_array(scopes::text))
			where system = $1 and id = $2`, t.System.Name, t.App, want, ownScopes)
		if err != nil {
			return false, fmt.Errorf("twin: %w", err)
		}
	}
	t.bound = want
	t.Scopes, err = t.db.Scopes(ctx, t.App)
	return true, err
}

// free gives the app the scopes back that it had.
func (t *Twin) free(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, `update jiekou.app set scopes = (scopes->$3->>0)::jsonb where system = $1 and id = $2 and scopes ? $3`,
		t.System.Name, t.App, ownScopes)
	if err != nil {
		return fmt.Errorf("twin: %w", err)
	}
	return nil
}
