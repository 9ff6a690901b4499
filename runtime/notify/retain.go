package notify

import (
	"context"
	"time"
)

const (
	retainEvery = time.Hour
	retainBatch = 1000 // rows of one statement
)

// retainSQL deletes what was delivered long ago. Several engines may run it.
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

// retain deletes what was delivered long ago, at once and then each hour.
func (e *Engine) retain(ctx context.Context) {
	tick := time.NewTicker(retainEvery)
	defer tick.Stop()
	for {
		if err := e.forget(ctx); err != nil && ctx.Err() == nil {
			e.log.Error("old deliveries cannot be deleted", "error", sqlState(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
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
