// Package migrate brings a database to the state its binary was built for:
// numbered SQL files, embedded, each applied once and in order.
//
// Every migration runs in a transaction of its own that first locks the table
// jiekou.migration, so two servers that start at once take turns, a kill in the
// middle leaves nothing half done, and a pooler in transaction mode is enough.
// Statements that refuse a transaction (create index concurrently) do not fit.
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

// Up applies the missing migrations of every set, in the order of sets and
// versions. The second of two runs, even simultaneous ones, does nothing. It checks
// all sets before it changes anything and refuses with ErrNewer, ErrChanged, or an
// error about a version that comes too late. A lock that others hold is tried again
// for two minutes, or until ctx ends.
func Up(ctx context.Context, pool *pgxpool.Pool, sets []Set) error {
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
			done, err = step(ctx, pool, plan)
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

const table = `
create schema if not exists jiekou;
create table if not exists jiekou.migration (
	set      text        not null,
	version  integer     not null,
	name     text        not null,
	checksum text        not null,
	applied  timestamptz not null default now(),
	primary key (set, version)
)`

// prepare makes the table of migrations where it is missing.
func prepare(ctx context.Context, pool *pgxpool.Pool) error {
	var there bool
	err := pool.QueryRow(ctx, `select to_regclass('jiekou.migration') is not null`).Scan(&there)
	if err != nil || there {
		return err
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		return run(ctx, tx, table)
	})
}

// step applies the first missing migration. done says that none was missing.
func step(ctx context.Context, pool *pgxpool.Pool, plan []loaded) (done bool, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		const settings = `set local lock_timeout = '1s'; set local statement_timeout = 0;
			set local idle_in_transaction_session_timeout = 0;
			lock table jiekou.migration in share row exclusive mode`
		if err := run(ctx, tx, settings); err != nil {
			return err
		}
		applied, err := read(ctx, tx)
		if err != nil {
			return err
		}
		next, err := missing(plan, applied)
		if err != nil || next == nil {
			done = next == nil
			return err
		}
		return apply(ctx, tx, next)
	})
	return done, err
}

// apply runs one migration and notes it.
func apply(ctx context.Context, tx pgx.Tx, m *Migration) error {
	if err := run(ctx, tx, m.SQL); err != nil {
		return place(m, err)
	}
	if tx.Conn().PgConn().TxStatus() != 'T' {
		return fmt.Errorf("%s: a migration must not end its transaction (commit, rollback)", m.File())
	}
	_, err := tx.Exec(ctx, `insert into jiekou.migration (set, version, name, checksum) values ($1, $2, $3, $4)`,
		m.Set, m.Version, m.Name, m.Checksum)
	return err
}

// run sends text that may hold several statements.
func run(ctx context.Context, tx pgx.Tx, text string) error {
	_, err := tx.Conn().PgConn().Exec(ctx, text).ReadAll()
	return err
}

// place prefixes an error of PostgreSQL with file and line.
func place(m *Migration, err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pg.Position == 0 {
		return fmt.Errorf("%s: %w", m.File(), err)
	}
	line, left := 1, pg.Position
	for _, r := range m.SQL {
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
		case err != nil && last != nil && ctx.Err() != nil, passing(err) && time.Now().After(until):
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
