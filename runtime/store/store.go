// Package store runs the statements of generated answers against PostgreSQL.
//
// A report is one statement: it looks for the message id, makes the declared
// checks, writes, and queues notifications, all or nothing, in one round trip.
// Reports that come at the same time share a transaction; see groups. A query is
// one pipeline: the message id and the rows. Every failure comes back as a
// *problem.Error, without PostgreSQL's messages about values, because they quote
// them.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/puddle/v2"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// DefaultDeadline is how long one answer may take in the database, waiting for a
// connection included. It is less than two seconds so that the reply of a database
// that is away has arrived at the caller within two seconds.
const DefaultDeadline = 1800 * time.Millisecond

// attempts is how often a statement is tried that PostgreSQL gave up for the
// sake of another one.
const attempts = 3

// DB is the database of generated answers. It is safe for concurrent use.
type DB struct {
	pool     *pgxpool.Pool
	deadline time.Duration
	groups   *groups

	handlerDeadline time.Duration
	rules           Rules
}

// Rules validates what handlers make, by the tags of its struct. *validate.Structs
// does.
type Rules interface{ Check(v any) error }

// New returns a DB over a pool. A deadline of zero is DefaultDeadline. A
// system with handlers needs SetHandlers as well.
func New(pool *pgxpool.Pool, deadline time.Duration) *DB {
	if deadline == 0 {
		deadline = DefaultDeadline
	}
	few := max(2, runtime.GOMAXPROCS(0))
	return &DB{
		pool: pool, deadline: deadline, groups: newGroups(pool, few, min(4*few, int(pool.Config().MaxConns))),
		handlerDeadline: DefaultHandlerDeadline,
	}
}

// Message is the message that is being answered; *route.Call is one. A query
// marks its id as used, unless the id is empty.
type Message interface {
	Origin() (system, app, sid, cmd string)
}

// Codes says which code of the document answers a violated constraint.
type Codes map[string]string

// Statement is one generated statement, for tests that prepare them all.
type Statement struct {
	Name, SQL string
}

// Write runs the statement of a report. Its first column is the verdict: null when
// everything was written, or an array with the code of the first check that failed
// and, where the code's text names one, the field at fault. The other columns go to
// dest.
func (db *DB) Write(ctx context.Context, sql string, taken Codes, args []any, dest ...any) error {
	ctx, cancel := context.WithTimeout(ctx, db.deadline)
	defer cancel()
	var verdict []string
	if err := db.groups.do(ctx, sql, args, append([]any{&verdict}, dest...)); err != nil {
		return refuse(err, taken)
	}
	return refused(verdict)
}

// refused turns the verdict of a statement into a refusal, or nil.
func refused(verdict []string) error {
	switch len(verdict) {
	case 0:
		return nil
	case 1:
		return problem.Code(verdict[0])
	}
	return problem.CodeAt(verdict[0], verdict[1])
}

// again reports whether PostgreSQL gave the statement up for the sake of another
// one: a serialization failure or a deadlock. Nothing of it was kept.
func again(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}

// Refuse turns an error of the database into a *problem.Error without any value in
// it; its rule is Unavailable where trying again may help.
func Refuse(err error) error { return refuse(err, nil) }

// refuse turns an error of the database into a refusal without any value of the
// request in it.
func refuse(err error, taken Codes) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*problem.Error](err); ok {
		return e
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if lost(err) {
			return problem.Wrap(problem.Unavailable, fmt.Errorf("store: %w", err))
		}
		return problem.Wrap(problem.Internal, fmt.Errorf("store: %T", err)) // its text may quote a value
	}
	if code := taken[e.ConstraintName]; code != "" && e.Code == "23505" {
		return problem.Code(code)
	}
	cause := fmt.Errorf("store: SQLSTATE %s at %s%s.%s", e.Code, e.ConstraintName, e.TableName, e.ColumnName)
	switch e.Code[:2] {
	case "08", "40", "53", "57", "55", "25": // connection, conflict, resources, operator or timeout, lock, read-only standby
		return problem.Wrap(problem.Unavailable, cause)
	}
	return problem.Wrap(problem.Internal, cause)
}

// lost reports whether the database was not reached in time.
func lost(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, known := range []error{
		context.DeadlineExceeded, context.Canceled, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, puddle.ErrClosedPool,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return pgconn.Timeout(err) || pgconn.SafeToRetry(err)
}
