package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/trace"
)

// Read is one statement of a query with where its rows go; see Checks, Row, Rows
// and PageRows.
type Read struct {
	queue func(batch *pgx.Batch, kept *counts)
	take  func(results pgx.BatchResults) error
}

// onceSQL marks a message id as used. A query's id need not survive a crash of
// the database, so its commit does not wait for the disk.
const onceSQL = `insert into jiekou.sid (system, app, sid, cmd)
select $1, $2, $3, $4 where set_config('synchronous_commit', 'off', true) = 'off'
on conflict do nothing`

// Read answers a query: it marks the id of the message as used and runs the
// reads, in one round trip and one transaction. The first read that refuses
// gives the refusal. While the database can keep nothing, for want of room or because it
// is read-only, the query is answered all the same, and its id may be used again.
func (db *DB) Read(ctx context.Context, message Message, reads ...Read) error {
	ctx, span := trace.Start(ctx, "statement")
	defer span.End()
	ctx, cancel := context.WithTimeout(ctx, db.deadline)
	defer cancel()
	var err error
	for range attempts {
		err = db.pipeline(ctx, message, reads)
		if !again(err) {
			break
		}
	}
	return refuse(err, nil)
}

// pipeline is one attempt of Read.
func (db *DB) pipeline(ctx context.Context, message Message, reads []Read) error {
	once, err := db.send(ctx, message, reads, true)
	if !once && db.keepsNothing(err) {
		_, err = db.send(ctx, message, reads, false)
	}
	if _, refused := errors.AsType[*problem.Error](err); refused && once {
		return errors.Join(err, db.forget(ctx, message))
	}
	return err
}

// forgetSQL gives a message id back: a refusal does not use it up.
const forgetSQL = `delete from jiekou.sid where system = $1 and app = $2 and sid = $3`

// forget gives the id of a message back.
func (db *DB) forget(ctx context.Context, message Message) error {
	system, app, sid, _ := message.Origin()
	_, err := db.pool.Exec(ctx, forgetSQL, system, app, sid)
	return err
}

// keepsNothing says whether an error is that of a database with no room, which is noted, or of a read-only one.
func (db *DB) keepsNothing(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if ok && e.Code[:2] == "53" {
		db.full.Store(time.Now().UnixNano())
	}
	return ok && (e.Code == "53100" || e.Code == "25006")
}

// send runs the pipeline, and marks the message id if it should; once reports whether it
// took it.
func (db *DB) send(ctx context.Context, message Message, reads []Read, mark bool) (once bool, err error) {
	batch := new(pgx.Batch)
	system, app, sid, cmd := message.Origin()
	mark = mark && sid != ""
	if mark {
		batch.Queue(onceSQL, system, app, sid, cmd)
	}
	for _, r := range reads {
		r.queue(batch, &db.counts)
	}
	results := db.pool.SendBatch(ctx, batch)
	defer func() {
		if e := results.Close(); err == nil {
			err = e
		}
	}()
	if mark {
		tag, err := results.Exec()
		if err != nil {
			return false, err
		}
		if once = tag.RowsAffected() == 1; !once {
			return false, problem.New(problem.Repeated)
		}
	}
	for _, r := range reads {
		if err := r.take(results); err != nil {
			return once, err
		}
	}
	return once, nil
}

// Checks runs a statement with one column: the verdict, see Write.
func Checks(sql string, args []any) Read {
	return Read{
		queue: func(batch *pgx.Batch, _ *counts) { batch.Queue(sql, args...) },
		take: func(results pgx.BatchResults) error {
			var verdict []string
			if err := results.QueryRow().Scan(&verdict); err != nil {
				return err
			}
			return refused(verdict)
		},
	}
}

// Row reads one row into dest; missing is the code when there is none. Without a
// code there always is one, and its lack an internal error.
func Row(sql, missing string, args []any, dest ...any) Read {
	return Read{
		queue: func(batch *pgx.Batch, _ *counts) { batch.Queue(sql, args...) },
		take: func(results pgx.BatchResults) error {
			err := results.QueryRow().Scan(dest...)
			switch {
			case !errors.Is(err, pgx.ErrNoRows):
				return err
			case missing == "":
				return problem.Wrap(problem.Internal, errors.New("store: a statement found no row"))
			}
			return problem.Code(missing)
		},
	}
}

// MaxRows is how many rows a list without pages has at most. One with more is refused by
// the document's code for what is too large: it would take the memory and the time of
// everybody, and then miss its deadline.
const MaxRows = 50_000

// errRows says why a list is refused.
var errRows = fmt.Errorf("store: a list without pages has more than %d rows", MaxRows)

// bounded ends the statement of a list without pages, so that PostgreSQL ends it as well.
var bounded = "\nlimit " + strconv.Itoa(MaxRows+1)

// Rows reads rows into *list, which is empty but not nil without rows. row gives
// the places that the columns of one row go to. More than MaxRows are refused.
func Rows[T any](sql string, args []any, row func(*T) []any, list *[]T) Read {
	return Read{
		queue: func(batch *pgx.Batch, _ *counts) { batch.Queue(sql+bounded, args...) },
		take: func(results pgx.BatchResults) error {
			err := collect(results, row, nil, list)
			if err == nil && len(*list) > MaxRows {
				*list = nil
				return problem.Wrap(problem.Size, errRows)
			}
			return err
		},
	}
}

// collect scans the rows of the next result, each into a new element of *list;
// extra gives the places of columns after those of row.
func collect[T any](results pgx.BatchResults, row func(*T) []any, extra func() []any, list *[]T) error {
	*list = []T{}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		*list = append(*list, *new(T))
		dest := row(&(*list)[len(*list)-1])
		if extra != nil {
			dest = append(dest, extra()...)
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
	}
	return rows.Err()
}
