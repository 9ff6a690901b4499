package store

import (
	"context"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/token"
)

// SetSeal says what is kept of a token that signs without being sent; nil of one that
// messages carry.
func (db *DB) SetSeal(seal func(system, app, secret string) []byte) { db.seal = seal }

// IssueToken issues a token to the app that asks, good from now for lifetime on
// every server, and returns it with the seconds that it lasts. It is not part of
// the transaction of the message: a token that nobody got ends by itself.
func (db *DB) IssueToken(ctx context.Context, message Message, lifetime time.Duration) (value string, seconds int64, err error) {
	value = token.New()
	seconds, err = db.issue(ctx, message, lifetime, value, value)
	return value, seconds, err
}

// IssueSecret does what IssueToken does, with a secret that signs and is not sent.
func (db *DB) IssueSecret(ctx context.Context, message Message, lifetime time.Duration) (value, secret string, seconds int64, err error) {
	value, secret = token.New(), token.New()
	seconds, err = db.issue(ctx, message, lifetime, value, secret)
	return value, secret, seconds, err
}

func (db *DB) issue(ctx context.Context, message Message, lifetime time.Duration, value, secret string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, db.deadline)
	defer cancel()
	system, app, _, _ := message.Origin()
	var sealed []byte
	if db.seal != nil {
		sealed = db.seal(system, app, secret)
	}
	err := token.Keep(ctx, db.pool, system, app, value, sealed, time.Now().Add(lifetime))
	return int64(lifetime / time.Second), refuse(err, nil)
}
