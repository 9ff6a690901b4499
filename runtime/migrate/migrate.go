// Package migrate brings a database to the state its binary was built for:
// numbered SQL files, embedded, each applied once and in order.
//
// A file is one transaction, or several steps, each with a commit of its own. Every
// one first locks the table jiekou.migration, so two servers that start at once take
// turns, and a kill in the middle leaves nothing half done but the steps that were
// not reached; the next run goes on there. A pooler in transaction mode is enough,
// except for steps that refuse a transaction.
//
// A file that expands leaves in place what servers of the revision before need. A file
// that contracts takes it away, and waits until an operator says that they are gone.
package migrate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	patience = 2 * time.Minute // how long Up waits for one lock where ctx has no earlier end
	firstGap = 50 * time.Millisecond
	lastGap  = 2 * time.Second
)

// ErrNewer is returned when the database holds a migration that this binary
// does not know: a newer binary was here.
var ErrNewer = errors.New("the database is newer than this binary")

// ErrChanged is returned when a migration was edited after it had been applied.
var ErrChanged = errors.New("an applied migration was changed")

// ErrContract is returned when a migration must run first that would break servers of
// the revision before.
var ErrContract = errors.New("it ends the revision before: once its servers are gone, run jiekoud migrate up --contract")

// Up applies the missing migrations of every set, in the order of sets and
// versions. The second of two runs, even simultaneous ones, does nothing. It checks
// all sets before it changes anything and refuses with ErrNewer, ErrChanged,
// ErrContract, or an error about a version that comes too late. A lock that others
// hold is tried again for two minutes, or until ctx ends; another run of Up is waited
// for until ctx ends. It leaves migrations that contract to Finish, except where it
// makes the tables.
func Up(ctx context.Context, pool *pgxpool.Pool, sets []Set) error { return up(ctx, pool, sets, false) }

// Finish is Up with the migrations that contract. No server of the revision before may
// run any more.
func Finish(ctx context.Context, pool *pgxpool.Pool, sets []Set) error {
	return up(ctx, pool, sets, true)
}

func up(ctx context.Context, pool *pgxpool.Pool, sets []Set, finish bool) error {
	plan, err := loadAll(sets)
	if err != nil {
		return err
	}
	if err := retry(ctx, func() error { return prepare(ctx, pool) }); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for {
		var done bool
		err := retry(ctx, func() (err error) {
			done, err = step(ctx, pool, plan, finish)
			return err
		})
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		if done {
			return nil
		}
	}
}

// steps is how many steps of a migration are done; null: all. fresh is true while
// the tables are made.
const table = `
create schema if not exists jiekou;
create table if not exists jiekou.migration (
	set      text        not null,
	version  integer     not null,
	name     text        not null,
	checksum text        not null,
	applied  timestamptz not null default now(),
	primary key (set, version)
);
alter table jiekou.migration add column if not exists phase text not null default '';
alter table jiekou.migration add column if not exists steps integer;
alter table jiekou.migration add column if not exists fresh boolean not null default false`

// hasSteps finds the last column of the table.
const hasSteps = `select from pg_attribute where attrelid = to_regclass('jiekou.migration') and attname = 'fresh'`

// prepare makes the table of migrations where it is missing.
func prepare(ctx context.Context, pool *pgxpool.Pool) error {
	var there bool
	err := pool.QueryRow(ctx, `select exists (`+hasSteps+`)`).Scan(&there)
	if err != nil || there {
		return err
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := run(ctx, tx.Conn(), table)
		return err
	})
}

// errBusy says that another process is migrating.
var errBusy = errors.New("another process is migrating this database")

// step applies the first missing step. done says that none was missing.
func step(ctx context.Context, pool *pgxpool.Pool, plan []loaded, finish bool) (done bool, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		const settings = `set local lock_timeout = '1s'; set local statement_timeout = 0;
			set local idle_in_transaction_session_timeout = 0;
			lock table jiekou.migration in share row exclusive mode`
		if _, err := run(ctx, tx.Conn(), settings); err != nil {
			if passing(err) {
				return fmt.Errorf("%w: %w", errBusy, err)
			}
			return err
		}
		applied, err := read(ctx, tx)
		if err != nil {
			return err
		}
		next, err := missing(plan, applied, finish)
		if err != nil {
			return err
		}
		if next == nil {
			done = true
			_, err = tx.Exec(ctx, `update jiekou.migration set fresh = false where fresh`)
			return err
		}
		return next.apply(ctx, pool, tx)
	})
	return done, err
}

// apply runs a step and notes it.
func (w *work) apply(ctx context.Context, pool *pgxpool.Pool, tx pgx.Tx) error {
	if w.at == 0 {
		if err := w.inTheWay(ctx, tx); err != nil {
			return err
		}
	}
	if w.at >= len(w.Steps) { // a file that was shortened while it was half done
		return w.note(ctx, tx, len(w.Steps))
	}
	s := w.Steps[w.at]
	var changed int64
	var err error
	if s.Alone {
		// The portal of the last query keeps its snapshot, which the statement would wait
		// for; a simple statement closes it.
		if _, err := run(ctx, tx.Conn(), `set local lock_timeout = '1s'`); err != nil {
			return err
		}
		err = w.clear(ctx, pool)
		if err == nil {
			err = alone(ctx, pool, s.SQL)
		}
	} else {
		changed, err = run(ctx, tx.Conn(), s.SQL)
	}
	if err != nil {
		return place(w.Migration, s, err)
	}
	if tx.Conn().PgConn().TxStatus() != 'T' {
		return fmt.Errorf("%s: a migration must not end its transaction (commit, rollback)", w.File())
	}
	if s.Repeat && changed > 0 {
		return w.note(ctx, tx, w.at)
	}
	return w.note(ctx, tx, w.at+1)
}

// clear repeats the step before that takes away an index: a build that was stopped, or that
// failed, leaves one behind that is not valid.
func (w *work) clear(ctx context.Context, pool *pgxpool.Pool) error {
	if w.at == 0 || !w.Steps[w.at-1].clears() {
		return nil
	}
	return alone(ctx, pool, w.Steps[w.at-1].SQL)
}

// note records how many steps are done.
func (w *work) note(ctx context.Context, tx pgx.Tx, done int) error {
	steps := &done
	if done >= len(w.Steps) {
		steps = nil
	}
	_, err := tx.Exec(ctx, `insert into jiekou.migration (set, version, name, checksum, phase, steps, fresh)
		values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (set, version) do update set steps = $6, checksum = $4, applied = now()`,
		w.Set, w.Version, w.Name, w.Checksum, string(w.Phase), steps, w.fresh)
	return err
}

// alone runs a statement that refuses a transaction. It may take long: it locks out
// nobody, and waits for transactions that are older than itself.
func alone(ctx context.Context, pool *pgxpool.Pool, sql string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := run(ctx, conn.Conn(), `set statement_timeout = 0; set lock_timeout = 0`); err != nil {
		return err
	}
	defer func() { // the session goes back to the pool
		_, _ = run(context.WithoutCancel(ctx), conn.Conn(), `reset statement_timeout; reset lock_timeout`)
	}()
	_, err = run(ctx, conn.Conn(), sql)
	return err
}

// run sends text that may hold several statements, and returns how many rows they
// changed.
func run(ctx context.Context, conn *pgx.Conn, text string) (changed int64, err error) {
	results, err := conn.PgConn().Exec(ctx, text).ReadAll()
	for _, r := range results {
		if r.CommandTag.Update() || r.CommandTag.Insert() || r.CommandTag.Delete() {
			changed += r.CommandTag.RowsAffected()
		}
	}
	return changed, err
}

// place prefixes an error of PostgreSQL with file and line.
func place(m *Migration, s Step, err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pg.Position == 0 {
		return fmt.Errorf("%s: %w", m.File(), err)
	}
	line, left := s.line, pg.Position
	for _, r := range s.SQL {
		if left--; left == 0 {
			break
		}
		if r == '\n' {
			line++
		}
	}
	return fmt.Errorf("%s:%d: %w", m.File(), line, err)
}

// retry repeats f while it fails for a lock, a deadlock, or two processes that
// made the same thing at once.
func retry(ctx context.Context, f func() error) error {
	var last error
	until := time.Now().Add(patience)
	for gap := firstGap; ; gap = min(2*gap, lastGap) {
		err := f()
		switch {
		case err != nil && last != nil && ctx.Err() != nil, passing(err) && !errors.Is(err, errBusy) && time.Now().After(until):
			return fmt.Errorf("gave up waiting for a lock that another session holds: %w", cmp.Or(last, err))
		case !passing(err):
			return err
		}
		last = err
		select {
		case <-ctx.Done():
		case <-time.After(gap):
		}
	}
}

// passing says that an error may be gone at the next try. A duplicate counts
// only where prepare races with another process; in a migration it is final.
func passing(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return false
	}
	switch pg.Code {
	case "55P03", "40P01", "40001": // lock_not_available, deadlock, serialization failure
		return true
	case "23505": // two "create … if not exists" at once collide in the catalogue
		return pg.SchemaName == "pg_catalog"
	}
	return false
}
