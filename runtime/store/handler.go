package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// DefaultHandlerDeadline is how long a handler may take, its transaction included,
// where DB.SetHandlers says nothing.
const DefaultHandlerDeadline = 5 * time.Second

// handlerGrace is how long a handler that ignores its context is waited for.
const handlerGrace = 100 * time.Millisecond

// Call is one request on its way through a handler: its caller, and the transaction
// in which its message id, everything that the handler writes and the notifications
// that it queues commit together. The handler's return decides: nil commits, an
// error rolls back.
type Call struct {
	System string
	Cmd    string
	App    string // id of the caller
	Sid    string // id of the message; empty where the system has none
	Zone   *time.Location

	// Tx reads and writes. It cannot be committed or rolled back by a handler; Begin
	// gives a savepoint.
	Tx pgx.Tx

	db *DB
}

// Request is the message that a handler answers; *route.Call is one.
type Request interface {
	Message
	Location() *time.Location
}

// SetHandlers says how long a handler may take, 0: DefaultHandlerDeadline, and what
// validates its responses and the contents that it tells. It is for the time before
// the first request.
func (db *DB) SetHandlers(deadline time.Duration, rules Rules) {
	db.handlerDeadline, db.rules = cmp.Or(deadline, DefaultHandlerDeadline), rules
}

// Handler makes an answer of a method that is written by hand. The message id is
// taken first, so that a repeated one is refused without a call of the method, and
// of several that come at once one runs. The method's error answers: a *problem.Error
// as it is, a database that is away or a deadline that has passed as unavailable,
// anything else, a panic included, as an internal error. So does a response that
// breaks the tags of its struct. Nothing of a refused call is kept.
func Handler[M Request, Q, P any](
	db *DB, method func(ctx context.Context, call *Call, q *Q, p *P) error,
) func(ctx context.Context, message M, q *Q, p *P) error {
	return func(ctx context.Context, message M, q *Q, p *P) error {
		reply := new(P) // a method that outlives its deadline may still write to it
		err := db.handle(ctx, message, func(ctx context.Context, call *Call) error {
			if err := method(ctx, call, q, reply); err != nil {
				return err
			}
			return db.sound("the handler's response is", reply)
		})
		if err == nil {
			*p = *reply
		}
		return err
	}
}

// sound validates what a handler made by its tags.
func (db *DB) sound(what string, v any) error {
	if db.rules == nil {
		return problem.Wrap(problem.Internal, errors.New("store: nothing validates what handlers make: call DB.SetHandlers"))
	}
	if err := db.rules.Check(v); err != nil {
		return problem.Wrap(problem.Internal, fmt.Errorf("store: %s not valid: %w", what, err))
	}
	return nil
}

// handle runs a handler in a transaction and waits for it until its deadline.
func (db *DB) handle(ctx context.Context, message Request, run func(context.Context, *Call) error) error {
	ctx, cancel := context.WithTimeout(ctx, db.handlerDeadline)
	defer cancel()
	call := &Call{Zone: message.Location(), db: db} // the message is the route's again once we return
	call.System, call.App, call.Sid, call.Cmd = message.Origin()
	done := make(chan error, 1)
	go func() { done <- db.transact(ctx, call, run) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(handlerGrace):
		return problem.Wrap(problem.Unavailable, errors.New("store: the handler goes on after its deadline; nothing of it will be kept"))
	}
}

// transact runs a handler in a transaction of its own, which it commits or rolls back.
func (db *DB) transact(ctx context.Context, call *Call, run func(context.Context, *Call) error) (err error) {
	tx, err := db.pool.Begin(ctx)
	if err != nil {
		return refuse(err, nil)
	}
	defer func() {
		if v := recover(); v != nil { // its value may quote the request
			err = problem.Wrap(problem.Internal, fmt.Errorf("store: the handler panicked with a %T\n%s", v, debug.Stack()))
		}
		if err != nil {
			rollback(ctx, tx)
		}
	}()
	call.Tx = guarded{tx}
	taken, err := takeSid(ctx, tx, call)
	switch {
	case err != nil:
		return refuse(err, nil)
	case !taken:
		return confirm(ctx, tx, call)
	}
	if err := run(ctx, call); err != nil {
		return verdict(ctx, err)
	}
	return refuse(tx.Commit(ctx), nil)
}

// rollback ends a transaction whose context may have ended.
func rollback(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = tx.Rollback(ctx) // the connection is closed where this fails, and so is the transaction
}

// sidSQL takes a message id; it waits for another transaction that has taken it.
const sidSQL = `insert into jiekou.sid (system, app, sid, cmd) values ($1, $2, $3, $4) on conflict do nothing`

// takeSid takes the message id of a call, if it has one; false: it was taken before.
func takeSid(ctx context.Context, tx pgx.Tx, call *Call) (bool, error) {
	if call.Sid == "" {
		return true, nil
	}
	tag, err := tx.Exec(ctx, sidSQL, call.System, call.App, call.Sid, call.Cmd)
	return err == nil && tag.RowsAffected() == 1, err
}

// confirmSQL locks a message id, so that the commit waits as that of the message did.
const confirmSQL = `select from jiekou.sid where system = $1 and app = $2 and sid = $3 for key share`

// confirm refuses a message whose id was taken before, once what was done then is as safe as
// a commit makes it: a synchronous standby has it.
func confirm(ctx context.Context, tx pgx.Tx, call *Call) error {
	_, err := tx.Exec(ctx, confirmSQL, call.System, call.App, call.Sid)
	if err == nil {
		err = tx.Commit(ctx)
	}
	if err != nil {
		return refuse(err, nil)
	}
	return problem.New(problem.Repeated)
}

// verdict is the refusal for a handler's error.
func verdict(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*problem.Error](err); ok {
		return e
	}
	if _, ok := errors.AsType[*pgconn.PgError](err); ok || lost(err) {
		return refuse(err, nil)
	}
	if ctx.Err() != nil {
		return problem.Wrap(problem.Unavailable, fmt.Errorf("store: the handler ended after its deadline: %w", err))
	}
	return problem.Wrap(problem.Internal, fmt.Errorf("store: handler: %w", err))
}

// guarded is a transaction that its user cannot end.
type guarded struct{ pgx.Tx }

// errGuarded is the error of a handler that ends the transaction of its call.
var errGuarded = errors.New("the transaction of a call ends with its handler: return nil to commit, an error to roll back")

// Commit is refused.
func (guarded) Commit(context.Context) error { return errGuarded }

// Rollback is refused.
func (guarded) Rollback(context.Context) error { return errGuarded }
