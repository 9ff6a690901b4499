package notify

import (
	"context"
	"time"
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

// keep does the periodic work: at once, and then again and again. Several engines
// may do it.
func (e *Engine) keep(ctx context.Context) {
	hour, minute := time.NewTicker(retainEvery), time.NewTicker(doubtsEvery)
	defer hour.Stop()
	defer minute.Stop()
	for {
		if err := e.tidy(ctx); err != nil && ctx.Err() == nil {
			e.log.Error("old deliveries cannot be put away", "error", sqlState(err))
		}
		for due := false; !due; {
			select {
			case <-ctx.Done():
				return
			case <-minute.C:
				e.doubts.flush(e.log)
			case <-hour.C:
				due = true
			}
		}
	}
}

// tidy deletes notifications that were delivered long ago, and gives up those for a
// receiver that stays disabled.
func (e *Engine) tidy(ctx context.Context) error {
	if err := e.forget(ctx); err != nil {
		return err
	}
	total := int64(0)
	for {
		tag, err := e.pool.Exec(ctx, lateSQL, e.now(), e.config.Patience, e.names, retainBatch)
		total += tag.RowsAffected()
		if err != nil || tag.RowsAffected() < retainBatch {
			if total > 0 {
				e.log.Error("notifications are dead: their receivers are disabled", "rows", total)
			}
			return err
		}
	}
}

// forget deletes all that is too old, a batch at a time.
func (e *Engine) forget(ctx context.Context) error {
	total := 0
	for {
		n := 0
		err := e.pool.QueryRow(ctx, retainSQL, e.now(), e.config.Retention, e.names, retainBatch).Scan(&n)
		total += n
		if err != nil || n < retainBatch {
			if total > 0 {
				e.log.Info("old deliveries deleted", "rows", total)
			}
			return err
		}
	}
}
