package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/retain"
)

// SidMonths is how many months message ids are kept, going by the date in them.
// Older ones are refused, so that forgetting one never lets it in again.
const SidMonths = 13

// The periodic deletion of message ids.
const (
	sidEvery  = time.Hour
	sidBatch  = 5000
	sidMargin = 24 * time.Hour // beyond the refused ones, for clocks that differ
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

// ForgetSids deletes the message ids of a system, by its zone, whose date is more
// than SidMonths and a day ago.
func ForgetSids(pool *pgxpool.Pool, system string, zone *time.Location) retain.Rule {
	return retain.Rule{
		What: "old message ids of " + system, Done: "deleted", Every: sidEvery, Most: sidBatch,
		Batch: func(ctx context.Context, now time.Time, most int64) (int64, error) {
			limit := now.In(zone).AddDate(0, -SidMonths, 0).Add(-sidMargin)
			tag, err := pool.Exec(ctx, forgetSids, system, limit, zone.String(), most)
			return tag.RowsAffected(), refuse(err, nil)
		},
	}
}
