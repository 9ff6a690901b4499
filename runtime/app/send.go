package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ErrSubscription is the error of sending what an app did not subscribe to.
var ErrSubscription = errors.New("the app has no such subscription")

// Send queues a notification with the given contents, a JSON object, for one app
// and returns the delivery's number. The app must have subscribed to it
// (ErrSubscription) and may get it (ErrInvalid).
func (a *Admin) Send(ctx context.Context, system, id, cmd string, body []byte) (int64, error) {
	var n int64
	err := a.change(ctx, "send", system, id, map[string]any{"cmd": cmd}, func(tx pgx.Tx) error {
		one := App{System: system, ID: id}
		err := tx.QueryRow(ctx, `select grants, disabled from jiekou.app where system = $1 and id = $2`, system, id).
			Scan(&one.Grants, &one.Disabled)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if !one.May(cmd) {
			return fmt.Errorf("%w: the app is disabled or has no grant for %s", ErrInvalid, cmd)
		}
		err = tx.QueryRow(ctx, `insert into jiekou.outbox (system, app, cmd, body)
			select s.system, s.app, s.cmd, $4 from jiekou.subscription s where s.system = $1 and s.app = $2 and s.cmd = $3
			returning id`, system, id, cmd, string(body)).Scan(&n)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrSubscription
		}
		return err
	})
	return n, err
}

// Change does f and leaves a row in the audit, in one transaction. detail holds
// no secret.
func (a *Admin) Change(ctx context.Context, action, system, id string, detail map[string]any, f func(pgx.Tx) error) error {
	return a.change(ctx, action, system, id, detail, f)
}
