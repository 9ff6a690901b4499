package store

import (
	"context"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/token"
)

// IssueToken issues a token to the app that asks, good from now for lifetime on
// every server. It returns the token, which is kept nowhere, and its lifetime in
// seconds.
func (db *DB) IssueToken(ctx context.Context, message Message, lifetime time.Duration) (value string, seconds int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, db.deadline)
	defer cancel()
	system, app, _, _ := message.Origin()
	value = token.New()
	if err := token.Put(ctx, db.pool, system, app, value, time.Now().Add(lifetime)); err != nil {
		return "", 0, refuse(err, nil)
	}
	return value, int64(lifetime / time.Second), nil
}
