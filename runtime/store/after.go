package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// WriteRead is Write followed by reads that see its result, in one round trip and
// one transaction; dest takes the values that the statement itself returns. A
// refused statement leaves no effect, and dest and the places of the reads as they
// were. Its transaction ends before the last rows are looked at: a read that misses
// a required row is an internal error after a write that stays.
func (db *DB) WriteRead(ctx context.Context, sql string, taken Codes, args, dest []any, reads ...Read) error {
	ctx, cancel := context.WithTimeout(ctx, db.deadline)
	defer cancel()
	var err error
	for range attempts {
		err = db.writeRead(ctx, sql, args, dest, reads)
		if !again(err) {
			break
		}
	}
	return refuse(err, taken)
}

// writeRead is one attempt of WriteRead.
func (db *DB) writeRead(ctx context.Context, sql string, args, dest []any, reads []Read) (err error) {
	batch := new(pgx.Batch)
	batch.Queue(sql, args...)
	for _, r := range reads {
		r.queue(batch, &db.counts)
	}
	results := db.pool.SendBatch(ctx, batch)
	defer func() {
		if e := results.Close(); err == nil {
			err = e
		}
	}()
	var verdict []string
	if err := results.QueryRow().Scan(append([]any{&verdict}, dest...)...); err != nil {
		return err
	}
	if err := refused(verdict); err != nil {
		return err
	}
	for _, r := range reads {
		if err := r.take(results); err != nil {
			return err
		}
	}
	return nil
}
