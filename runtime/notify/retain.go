package notify

import (
	"context"
	"log/slog"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/retain"
)

const (
	retainEvery = time.Hour
	doubtsEvery = time.Minute
	retainBatch = 1000 // rows of one statement
)

// retainSQL deletes notifications that were delivered long ago. Several engines may
// run it.
const retainSQL = `
with old as (
  select id from jiekou.outbox
  where delivered < coalesce($1::timestamptz, now()) - $2::interval and system = any($3)
  order by delivered limit $4 for update skip locked
), gone as (
  delete from jiekou.outbox o using old where o.id = old.id returning o.id
), attempts as (
  delete from jiekou.attempt a using old where a.outbox = old.id
)
select count(*) from gone`

// buriedLongAgoSQL deletes notifications that have been dead for long.
const buriedLongAgoSQL = `
with old as (
  select id from jiekou.outbox
  where dead < coalesce($1::timestamptz, now()) - $2::interval and system = any($3)
  order by dead limit $4 for update skip locked
), gone as (
  delete from jiekou.outbox o using old where o.id = old.id returning o.id
), attempts as (
  delete from jiekou.attempt a using old where a.outbox = old.id
)
select count(*) from gone`

// lateSQL declares dead the notifications for receivers that were disabled long
// ago.
const lateSQL = `
with late as (
  select o.id, r.why from jiekou.receiver r
  join jiekou.outbox o on o.system = r.system and o.app = r.app and ` + waiting + `
  where r.system = any($3) and greatest(r.disabled, o.at) <= coalesce($1::timestamptz, now()) - $2::interval and r.disabled is not null
  order by o.id limit $4 for share of r for update of o skip locked
)
update jiekou.outbox o set dead = coalesce($1::timestamptz, now()), reason = 'the receiver is disabled: ' || late.why
from late where o.id = late.id`

// rules are the ends of notifications: those that were delivered or dead long ago are
// deleted, those for a receiver that stays disabled are dead.
func (e *Engine) rules() []retain.Rule {
	return []retain.Rule{
		{
			What: "old deliveries", Done: "deleted", Every: retainEvery, Most: retainBatch,
			Batch: func(ctx context.Context, _ time.Time, most int64) (n int64, err error) {
				err = e.pool.QueryRow(ctx, retainSQL, e.now(), e.config.Retention, e.names, most).Scan(&n)
				return n, stated(err)
			},
		}, {
			What: "old dead letters", Done: "deleted", Level: slog.LevelWarn, Every: retainEvery, Most: retainBatch,
			Batch: func(ctx context.Context, _ time.Time, most int64) (n int64, err error) {
				err = e.pool.QueryRow(ctx, buriedLongAgoSQL, e.now(), e.config.Buried, e.names, most).Scan(&n)
				return n, stated(err)
			},
		}, {
			What: "notifications for disabled receivers", Done: "are dead", Level: slog.LevelError, Every: retainEvery, Most: retainBatch,
			Batch: func(ctx context.Context, _ time.Time, most int64) (int64, error) {
				tag, err := e.pool.Exec(ctx, lateSQL, e.now(), e.config.Patience, e.names, most)
				return tag.RowsAffected(), stated(err)
			},
		},
	}
}

// keepDoubts logs from time to time which values were doubtful, until ctx ends.
func (e *Engine) keepDoubts(ctx context.Context) {
	for ctx.Err() == nil {
		retain.Pause(ctx, doubtsEvery)
		e.doubts.flush(e.log)
	}
}
