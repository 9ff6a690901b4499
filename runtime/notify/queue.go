package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// claim is a lease of one receiver.
type claim struct {
	system, app string
	lease       int64
	failures    int
	until       time.Time // of this process's clock: no call begins that may end later
}

// notice is a notification that waits.
type notice struct {
	id       int64
	cmd      string
	body     []byte
	sid      string
	sent     int64
	attempts int    // failed ones
	url      string // empty: no subscription any more
}

const waiting = `o.delivered is null and o.dead is null`

// claimSQL leases receivers that have something to send. Those that fail are
// counted apart, so that they never hold all workers.
const claimSQL = `
with idle as (
  select system, app from jiekou.receiver r
  where system = any($1) and failures = 0 and not paused and disabled is null and leased_until < now()
    and exists (select from jiekou.outbox o where o.system = r.system and o.app = r.app and ` + waiting + `)
  order by due limit $2 for no key update skip locked
), failing as (
  select system, app from jiekou.receiver r
  where system = any($1) and failures > 0 and not paused and disabled is null and leased_until < now()
    and due <= coalesce($5::timestamptz, now())
    and exists (select from jiekou.outbox o where o.system = r.system and o.app = r.app and ` + waiting + `)
  order by due limit $3 for no key update skip locked
)
update jiekou.receiver r set lease = lease + 1, leased_until = now() + $4::interval
from (table idle union all table failing) c where r.system = c.system and r.app = c.app
returning r.system, r.app, r.lease, r.failures`

// assignSQL gives message ids and timestamps to notifications that have none.
const assignSQL = `
with first as (
  select o.id, o.sid from jiekou.outbox o
  where o.system = $1 and o.app = $2 and ` + waiting + ` order by o.id limit $3
), numbered as (
  select id, nextval('jiekou.notice') as n from first where sid is null order by id
)
update jiekou.outbox o
set sid = $4::text || to_char(coalesce($6::timestamptz, now()) at time zone $5, 'YYMMDDHH24MISS') || lpad(n::text, 5, '0'),
    sent = extract(epoch from coalesce($6::timestamptz, now()))::bigint
from numbered where o.id = numbered.id and o.sid is null`

// takeSQL reads notifications in their order.
const takeSQL = `
select o.id, o.cmd, o.body::text, o.sid, o.sent, o.attempts, coalesce(s.url, '')
from jiekou.outbox o
left join jiekou.subscription s on s.system = o.system and s.app = o.app and s.cmd = o.cmd
where o.system = $1 and o.app = $2 and o.sid is not null and ` + waiting + ` order by o.id limit $3`

// later lets a commit not wait for the disk. A crash of PostgreSQL may then
// forget it, and something is sent once more.
const later = `set_config('synchronous_commit', 'off', true)`

// ours holds while a lease does.
const ours = `exists (select from jiekou.receiver r where r.system = $1 and r.app = $2 and r.lease = $3)`

// attemptSQL keeps what came back for the notification in o.
const attemptSQL = `
insert into jiekou.attempt (outbox, n, at, took, outcome, status, code)
select o.id, coalesce((select max(n) from jiekou.attempt a where a.outbox = o.id), 0) + 1,
  coalesce($5::timestamptz, now()), $6::interval, $7::text, nullif($8::int, 0), nullif($9::text, '')
from o`

// deliveredSQL marks one notification and says whether to go on.
const deliveredSQL = `
with o as (
  update jiekou.outbox o set delivered = coalesce($5::timestamptz, now()), attempts = attempts + 1
  where o.id = $4 and ` + waiting + ` and ` + ours + ` returning o.id
), a as (` + attemptSQL + `)
select ` + later + `, exists (select from o)
  and exists (select from jiekou.receiver where system = $1 and app = $2 and not paused and disabled is null)`

// failedSQL notes a failure, gives the lease back, and disables a receiver that
// has failed for too long.
const failedSQL = `
with r as (
  update jiekou.receiver r set failures = failures + 1, why = $7, leased_until = '-infinity',
    failing_since = coalesce(failing_since, $5::timestamptz, now()),
    due = coalesce($5::timestamptz, now()) + $10::interval,
    disabled = case when failing_since <= coalesce($5::timestamptz, now()) - $11::interval
      then coalesce($5::timestamptz, now()) end
  where system = $1 and app = $2 and lease = $3 and disabled is null
  returning failures, failing_since, disabled
), o as (
  update jiekou.outbox o set attempts = attempts + 1,
    dead = case when $12 then coalesce($5::timestamptz, now()) end,
    reason = case when $12 then $13 end
  from r where o.id = $4 and ` + waiting + ` returning o.id
), a as (` + attemptSQL + `), log as (
  insert into jiekou.audit (actor, action, system, app, detail)
  select 'jiekoud', 'disable-deliveries', $1, $2, jsonb_build_object('failures', failures, 'since', failing_since, 'why', $7::text)
  from r where disabled is not null
)
select disabled is not null from r`

// buriedSQL puts a notification aside that must not be sent.
const buriedSQL = `
update jiekou.outbox o set dead = coalesce($5::timestamptz, now()), reason = $6
where o.id = $4 and ` + waiting + ` and ` + ours

// releaseSQL gives a lease back. A receiver that took something fails no more.
const releaseSQL = `
with r as (
  update jiekou.receiver set leased_until = now() + $5::interval, due = coalesce($6::timestamptz, now()),
    failures = case when $4 then 0 else failures end,
    failing_since = case when $4 then null else failing_since end,
    why = case when $4 then '' else why end
  where system = $1 and app = $2 and lease = $3 returning 1
)
select ` + later + `, count(*) from r`

// now is the clock as a parameter; nil is the database's.
func (e *Engine) now() *time.Time {
	if e.config.Now == nil {
		return nil
	}
	now := e.config.Now()
	return &now
}

// claim leases as many receivers as there are workers free.
func (e *Engine) claim(ctx context.Context) ([]claim, error) {
	free := max(e.config.Workers-int(e.busy.Load()), 0)
	poor := min(free, max(e.config.Workers/4, 1)-int(e.failing.Load()))
	if free == 0 {
		return nil, nil
	}
	rows, err := e.pool.Query(ctx, claimSQL, e.names, max(free-max(poor, 0), 1), max(poor, 0), e.config.Lease, e.now())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c claim, err error) {
		return c, row.Scan(&c.system, &c.app, &c.lease, &c.failures)
	})
}

// take returns the next notifications of a receiver, whose message ids are then
// on disk. One that fails gets its first only.
func (e *Engine) take(ctx context.Context, c *claim) ([]notice, error) {
	limit := batch
	if c.failures > 0 {
		limit = 1
	}
	system := e.config.Systems[c.system]
	var list []notice
	queue := new(pgx.Batch)
	queue.Queue(assignSQL, c.system, c.app, limit, system.Codec.Sender(), system.Zone, e.now())
	queue.Queue(takeSQL, c.system, c.app, limit).Query(func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (n notice, err error) {
			return n, row.Scan(&n.id, &n.cmd, &n.body, &n.sid, &n.sent, &n.attempts, &n.url)
		})
		return err
	})
	return list, e.pool.SendBatch(ctx, queue).Close()
}

// delivered marks a notification. It returns false when the lease is lost or the
// receiver was paused.
func (e *Engine) delivered(ctx context.Context, c *claim, n *notice, r result) (goOn bool, err error) {
	return goOn, e.pool.QueryRow(ctx, deliveredSQL, c.system, c.app, c.lease, n.id, e.now(),
		r.took, string(r.outcome), r.status, r.code).Scan(nil, &goOn)
}

// failed notes a failure and gives the lease back. held is false when the lease
// was lost: then nothing was noted.
func (e *Engine) failed(ctx context.Context, c *claim, n *notice, r result, wait time.Duration, reason string,
) (held, disabled bool, err error) {
	err = e.pool.QueryRow(ctx, failedSQL, c.system, c.app, c.lease, n.id, e.now(),
		r.took, string(r.outcome), r.status, r.code, wait, e.config.Patience, reason != "", reason).Scan(&disabled)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, false, nil
	}
	return err == nil, disabled, err
}

// bury puts a notification aside without an attempt. It returns false when the
// lease is lost.
func (e *Engine) bury(ctx context.Context, c *claim, n *notice, reason string) (bool, error) {
	tag, err := e.pool.Exec(ctx, buriedSQL, c.system, c.app, c.lease, n.id, e.now(), reason)
	return tag.RowsAffected() == 1, err
}

// release gives a lease back, for nobody to take before rest is over.
func (e *Engine) release(ctx context.Context, c *claim, took bool, rest time.Duration) error {
	return e.pool.QueryRow(ctx, releaseSQL, c.system, c.app, c.lease, took, rest, e.now()).Scan(nil, nil)
}

// sqlState is an error of the database without the values that its text may quote.
func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fmt.Sprintf("SQLSTATE %s at %s%s", e.Code, e.ConstraintName, e.TableName)
	}
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return e.Error() // without the password
	}
	for _, known := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return fmt.Sprintf("%T", err)
}
