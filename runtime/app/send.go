package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Errors of sending, to match with errors.Is.
var (
	ErrSubscription = errors.New("the app has no such subscription")
	ErrProject      = errors.New("the app's subscription sees certain projects only")
)

// Message is a notification to send.
type Message struct {
	Cmd     string
	Body    []byte // a JSON object
	About   bool   // it is about a project
	Project string // the one that it is about; empty: none, or not known
}

// Send queues a notification for one app and returns the delivery's number. The app
// must have subscribed to it (ErrSubscription), must have the grant (ErrInvalid)
// and must see its project: a notification about an unknown project goes only to
// apps that see all projects (ErrProject).
func (a *Admin) Send(ctx context.Context, system, id string, m Message) (int64, error) {
	var n int64
	cmd := m.Cmd
	err := a.change(ctx, "send", system, id, map[string]any{"cmd": cmd}, func(tx pgx.Tx) error {
		var may bool
		err := tx.QueryRow(ctx, `select not disabled and jiekou.granted(grants, $3) from jiekou.app where system = $1 and id = $2`, system, id, cmd).
			Scan(&may)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if !may {
			return fmt.Errorf("%w: the app is disabled or has no grant for %s", ErrInvalid, cmd)
		}
		var sees bool
		err = tx.QueryRow(ctx, `select jiekou.sees(projects, $4) and (projects = '{}' or $4 <> '' or not $5)
			from jiekou.subscription where system = $1 and app = $2 and cmd = $3 for key share`, system, id, cmd, m.Project, m.About).Scan(&sees)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return ErrSubscription
		case err != nil:
			return err
		case !sees:
			return ErrProject
		}
		return tx.QueryRow(ctx, `insert into jiekou.outbox (system, app, cmd, project, body)
			values ($1, $2, $3, nullif($4, ''), $5) returning id`, system, id, cmd, m.Project, string(m.Body)).Scan(&n)
	})
	return n, err
}

// Change does f and leaves a row in the audit, in one transaction. detail holds
// no secret.
func (a *Admin) Change(ctx context.Context, action, system, id string, detail map[string]any, f func(pgx.Tx) error) error {
	return a.change(ctx, action, system, id, detail, f)
}
