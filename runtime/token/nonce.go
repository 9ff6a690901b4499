package token

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/retain"
)

// Nonces knows which values apps have used. It is safe for concurrent use.
type Nonces struct {
	pool *pgxpool.Pool
	now  func() time.Time
}

// NewNonces returns Nonces on a database. now may be nil: time.Now.
func NewNonces(pool *pgxpool.Pool, now func() time.Time) *Nonces {
	if now == nil {
		now = time.Now
	}
	return &Nonces{pool: pool, now: now}
}

// Use marks a value as used by an app until then, and reports whether it was not
// used before. The zero time is for good. Of two servers that get one value at the
// same time, one gets true.
func (n *Nonces) Use(ctx context.Context, system, app, value string, until time.Time) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadline)
	defer cancel()
	hash := sha256.Sum256([]byte(value))
	end := pgtype.Timestamptz{Time: until, Valid: true}
	if until.IsZero() {
		end = pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	}
	tag, err := n.pool.Exec(ctx, `insert into jiekou.nonce (system, app, hash, until) values ($1, $2, $3, $4)
		on conflict (system, app, hash) do update set until = excluded.until where jiekou.nonce.until < $5`,
		system, app, hash[:], end, n.now())
	if err != nil {
		return false, problem.Wrap(problem.Unavailable, fmt.Errorf("nonce: %w", err))
	}
	return tag.RowsAffected() == 1, nil
}

// The periodic deletion.
const (
	keepEvery  = 10 * time.Minute
	keepMargin = 10 * time.Minute // beyond the end, for clocks that differ
	keepBatch  = 5000
)

// The deletions: a batch of rows that expired before $1.
const (
	forgetTokens = `delete from jiekou.token where ctid = any(array(
		select ctid from jiekou.token where expires < $1 limit $2 for update skip locked))`
	forgetNonces = `delete from jiekou.nonce where ctid = any(array(
		select ctid from jiekou.nonce where until < $1 limit $2 for update skip locked))`
)

// Forget deletes the tokens and the values that ended more than ten minutes ago.
func Forget(pool *pgxpool.Pool) []retain.Rule {
	rule := func(what, sql string) retain.Rule {
		return retain.Rule{
			What: what, Done: "deleted", Every: keepEvery, Most: keepBatch,
			Batch: func(ctx context.Context, now time.Time, most int64) (int64, error) {
				tag, err := pool.Exec(ctx, sql, now.Add(-keepMargin), most)
				return tag.RowsAffected(), err
			},
		}
	}
	return []retain.Rule{rule("tokens that have ended", forgetTokens), rule("nonces that have ended", forgetNonces)}
}
