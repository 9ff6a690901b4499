// Package token limits signed requests in time and to one use. It keeps tokens that
// were issued to apps, and values that an app may not use again.
//
// Both are in the database as hashes, so that every server knows them at once.
// Errors are *problem.Error of the rule unavailable and hold no value.
package token

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

const (
	size     = 16                      // bytes of a token, twice as many characters
	maxValue = 4096                    // bytes of a token or nonce that is looked at
	deadline = 1800 * time.Millisecond // of one look at the database
	fresh    = 1500 * time.Millisecond // for how long a token that was good is not looked up again
	most     = 10_000                  // tokens that are remembered
	lookups  = 8                       // of tokens at a time
	renewals = 4                       // of tokens at a time that were good lately
	waiting  = 64                      // look-ups that may wait for their turn
	together = 16                      // secrets of one app that are never sent and good at a time
)

// Execer runs a statement: a pool, or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// New returns a token: 32 random hexadecimal characters.
func New() string {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails: the program ends where the system has no randomness
	return hex.EncodeToString(b)
}

// Put makes a token good for an app until it expires. The app must exist. The
// error is PostgreSQL's own.
func Put(ctx context.Context, db Execer, system, app, token string, expires time.Time) error {
	return Keep(ctx, db, system, app, token, nil, expires)
}

// Keep does what Put does, and keeps a secret that was issued with the token.
func Keep(ctx context.Context, db Execer, system, app, token string, sealed []byte, expires time.Time) error {
	hash := sha256.Sum256([]byte(token))
	_, err := db.Exec(ctx, `insert into jiekou.token (system, app, hash, expires, sealed) values ($1, $2, $3, $4, $5)
		on conflict (system, app, hash) do update set expires = excluded.expires, sealed = excluded.sealed`, system, app, hash[:], expires, sealed)
	return err
}

// Revoke ends a token of an app, or all of them with "". It returns how many were
// good until now. The error is PostgreSQL's own.
func Revoke(ctx context.Context, db Execer, system, app, token string, now time.Time) (int64, error) {
	hash := sha256.Sum256([]byte(token))
	tag, err := db.Exec(ctx, `delete from jiekou.token
		where system = $1 and app = $2 and expires > $5 and ($3 or hash = $4)`, system, app, token == "", hash[:], now)
	return tag.RowsAffected(), err
}

// End ends all tokens of an app at a time, those that last longer. The error is
// PostgreSQL's own.
func End(ctx context.Context, db Execer, system, app string, at time.Time) error {
	_, err := db.Exec(ctx, `update jiekou.token set expires = $3 where system = $1 and app = $2 and expires > $3`, system, app, at)
	return err
}

// Tokens answers whether tokens are good. It remembers good ones for a second and
// a half, so a token that is revoked is refused within two seconds; one that it
// does not know is looked up, so a new one works at once on every server. It is
// safe for concurrent use.
type Tokens struct {
	// Open opens what Keep kept; what it refuses is as if it were not there. Nil: nothing is kept.
	Open func(system, app string, sealed []byte) (string, error)

	pool *pgxpool.Pool
	now  func() time.Time

	mu   sync.Mutex
	good map[key]seen
	any  queue
	old  queue // of those that were good lately: tokens that nobody issued do not keep them waiting
}

// queue bounds the look-ups of one kind.
type queue struct {
	turns   chan struct{}
	waiting atomic.Int32
}

// enter waits for a turn.
func (q *queue) enter(ctx context.Context) (leave func(), err error) {
	defer q.waiting.Add(-1)
	if q.waiting.Add(1) > waiting {
		return nil, fmt.Errorf("%d tokens are being looked up already", waiting)
	}
	select {
	case q.turns <- struct{}{}:
		return func() { <-q.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type key struct {
	system, app string
	hash        [sha256.Size]byte
}

// seen is the database's answer about a token, and its time.
type seen struct {
	app         string
	expires, at time.Time
}

// NewTokens returns Tokens on a database. now may be nil: time.Now.
func NewTokens(pool *pgxpool.Pool, now func() time.Time) *Tokens {
	if now == nil {
		now = time.Now
	}
	return &Tokens{pool: pool, now: now, good: map[key]seen{}, any: queue{turns: make(chan struct{}, lookups)}, old: queue{turns: make(chan struct{}, renewals)}}
}

// Valid reports whether a token was issued to the app and is good now. If too many
// unknown tokens wait for a look-up, it fails at once.
func (t *Tokens) Valid(ctx context.Context, system, app, token string) (bool, error) {
	s, good, err := t.find(ctx, key{system, app, sha256.Sum256([]byte(token))}, token)
	return good && s.app == app, err
}

// App returns the app that a token was issued to, empty where it is not good now, or
// was issued to several apps. It fails as Valid does.
func (t *Tokens) App(ctx context.Context, system, token string) (string, error) {
	s, good, err := t.find(ctx, key{system, "", sha256.Sum256([]byte(token))}, token)
	if !good {
		return "", err
	}
	return s.app, nil
}

// Unsent returns the secret that was issued to an app with a token, or with an empty one
// those that are good, the newest first.
func (t *Tokens) Unsent(ctx context.Context, system, app, token string) (list []string, err error) {
	if t.Open == nil || len(token) > maxValue {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadline)
	defer cancel()
	leave, err := t.any.enter(ctx)
	if err != nil {
		return nil, problem.Wrap(problem.Unavailable, fmt.Errorf("token: %w", err))
	}
	defer leave()
	hash := sha256.Sum256([]byte(token))
	rows, err := t.pool.Query(ctx, `select sealed from jiekou.token where system = $1 and app = $2 and expires > $3
		and sealed is not null and ($4 or hash = $5) order by created desc limit $6`, system, app, t.now(), token == "", hash[:], together)
	if err != nil {
		return nil, problem.Wrap(problem.Unavailable, fmt.Errorf("token: %w", err))
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return nil, problem.Wrap(problem.Unavailable, fmt.Errorf("token: %w", err))
	}
	for _, sealed := range all {
		if secret, err := t.Open(system, app, sealed); err == nil {
			list = append(list, secret)
		}
	}
	return list, nil
}

// find returns what is known about a token, and whether it is good.
func (t *Tokens) find(ctx context.Context, k key, token string) (seen, bool, error) {
	if token == "" || len(token) > maxValue {
		return seen{}, false, nil
	}
	now := t.now()
	line := &t.any
	if s, ok := t.known(k); ok {
		line = &t.old
		if age := now.Sub(s.at); age >= 0 && age < fresh {
			return s, now.Before(s.expires), nil
		}
	}
	s, ok, err := t.look(ctx, line, k, now)
	if err != nil {
		return s, false, problem.Wrap(problem.Unavailable, fmt.Errorf("token: %w", err))
	}
	t.keep(k, s, ok)
	return s, ok && now.Before(s.expires), nil
}

// known returns the remembered answer about a token.
func (t *Tokens) known(k key) (seen, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.good[k]
	return s, ok
}

// look asks the database. Without an app in k it finds the only one that has the token
// now.
func (t *Tokens) look(ctx context.Context, line *queue, k key, now time.Time) (s seen, ok bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadline)
	defer cancel()
	leave, err := line.enter(ctx)
	if err != nil {
		return s, false, err
	}
	defer leave()
	s.at = now
	if k.app == "" {
		err = t.pool.QueryRow(ctx, `select min(app), min(expires) from jiekou.token
			where system = $1 and hash = $2 and expires > $3 having count(*) = 1`, k.system, k.hash[:], now).Scan(&s.app, &s.expires)
	} else {
		err = t.pool.QueryRow(ctx, `select app, expires from jiekou.token where system = $1 and app = $2 and hash = $3`,
			k.system, k.app, k.hash[:]).Scan(&s.app, &s.expires)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

// keep remembers a good token and forgets another one.
func (t *Tokens) keep(k key, s seen, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !ok {
		delete(t.good, k)
		return
	}
	if len(t.good) >= most {
		for other, old := range t.good {
			if s.at.Sub(old.at) >= fresh {
				delete(t.good, other)
			}
		}
		if len(t.good) >= most {
			clear(t.good)
		}
	}
	t.good[k] = s
}
