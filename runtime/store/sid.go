package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// SidMonths is how many months message ids are kept, going by the date in them.
// Older ones are refused, so that forgetting one never lets it in again.
const SidMonths = 13

// The periodic deletion of message ids.
const (
	sidEvery  = time.Hour
	sidBatch  = 5000
	sidMargin = 24 * time.Hour // beyond the refused ones, for clocks that differ
	sidPause  = 50 * time.Millisecond
)

// forgetSids deletes a batch of ids that route would refuse, of the same form and
// by the same comparison of digits. Ids without a date stay for good.
const forgetSids = `
delete from jiekou.sid where ctid = any(array(
  select ctid from jiekou.sid
  where at < $2::timestamptz and system = $1 and length(sid) = 20 and starts_with(sid, app)
    and substr(sid, length(app) + 1, 12) ~ '^[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]$'
    and substr(sid, length(app) + 1, 12) < to_char($2::timestamptz at time zone $3, 'YYMMDDHH24MISS')
  limit $4 for update skip locked))`

// ForgetSids deletes the message ids of a system whose date is more than
// SidMonths and a day ago, in batches, and returns how many they were. Several
// servers may do it at once.
func ForgetSids(ctx context.Context, pool *pgxpool.Pool, system string, zone *time.Location, now time.Time) (int64, error) {
	limit := now.In(zone).AddDate(0, -SidMonths, 0).Add(-sidMargin)
	var total int64
	for {
		tag, err := pool.Exec(ctx, forgetSids, system, limit, zone.String(), sidBatch)
		total += tag.RowsAffected()
		if err != nil {
			return total, fmt.Errorf("store.forget sids: %w", err)
		}
		if tag.RowsAffected() < sidBatch {
			return total, nil
		}
		rest(ctx, sidPause)
	}
}

// KeepSids forgets old message ids of systems, by their zones, at once and then
// each hour, until ctx ends.
func KeepSids(ctx context.Context, pool *pgxpool.Pool, zones map[string]*time.Location, log *slog.Logger) {
	for ctx.Err() == nil {
		for system, zone := range zones {
			n, err := ForgetSids(ctx, pool, system, zone, time.Now())
			if err != nil && ctx.Err() == nil {
				log.Error("old message ids cannot be deleted", "system", system, "cause", refuse(err, nil))
			}
			if n > 0 {
				log.Info("old message ids deleted", "system", system, "rows", n)
			}
		}
		rest(ctx, sidEvery)
	}
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
