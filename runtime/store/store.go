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
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/puddle/v2"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/trace"
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
	counts   counts
	hashing  chan struct{} // has room for the passwords that are hashed at a time
	full     atomic.Int64  // when a report last failed for want of room, as Unix time in nanoseconds; 0: one was kept since

	handlerDeadline time.Duration
	rules           Rules
	seal            func(system, app, secret string) []byte
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
	_, turns := limit.Connections(int(pool.Config().MaxConns))
	return &DB{
		hashing: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
		pool:    pool, deadline: deadline, groups: newGroups(pool, min(few, max(1, turns/2)), min(4*few, turns)),
		handlerDeadline: DefaultHandlerDeadline,
	}
}

// Message is the message that is being answered; *route.Call is one. A query
// marks its id as used, unless the id is empty.
type Message interface {
	Origin() (system, app, sid, cmd string)
}

// outside is the SQLSTATE of jiekou.refuse: a row outside of what the app is bound to. Its
// text is the code.
const outside = "JK001"

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
	ctx, span := trace.Start(ctx, "statement")
	defer span.End()
	ctx, cancel := context.WithTimeout(ctx, db.deadline)
	defer cancel()
	var verdict []string
	if err := db.groups.do(ctx, sql, args, append([]any{&verdict}, dest...)); err != nil {
		db.keepsNothing(err)
		return refuse(err, taken)
	}
	if len(verdict) == 0 && db.full.Load() != 0 {
		db.full.Store(0)
	}
	return refused(verdict)
}

// Refused runs a statement with one column, the verdict of Write, and writes nothing: what
// it refuses would be refused by the report, too, and needs no work that takes long.
func (db *DB) Refused(ctx context.Context, sql string, args []any) error {
	ctx, span := trace.Start(ctx, "statement")
	defer span.End()
	ctx, cancel := context.WithTimeout(ctx, db.deadline)
	defer cancel()
	var verdict []string
	if err := db.pool.QueryRow(ctx, sql, args...).Scan(&verdict); err != nil {
		return refuse(err, nil)
	}
	return refused(verdict)
}

// HashPassword is the function HashPassword for a request. Only so many are hashed at a
// time, half of the cores, so that passwords leave time to other requests; what waits ends
// with its request, and is unavailable after the deadline of an answer.
func (db *DB) HashPassword(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", nil
	}
	ctx, cancel := context.WithTimeout(ctx, db.deadline)
	defer cancel()
	select {
	case db.hashing <- struct{}{}:
		defer func() { <-db.hashing }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return "", refuse(err, nil)
	}
	return HashPassword(password)
}

// fullTime is how long a failure for want of room counts: then reports must show whether
// there is room again.
const fullTime = 5 * time.Second

// Full says whether the database could not keep the last report for want of room or
// memory, in the last five seconds.
func (db *DB) Full() bool { return time.Since(time.Unix(0, db.full.Load())) < fullTime }

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
	if e.Code == outside {
		return problem.Code(e.Message)
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
