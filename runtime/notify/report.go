package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// later lets a commit not wait for the disk. A crash of PostgreSQL may then
// forget it, and something is sent once more.
const later = `set_config('synchronous_commit', 'off', true)`

// deliveredSQL marks notifications and says of each whether to go on; those whose
// lease is lost are not among them. Here and below the number of a lease alone would not
// do: a standby that had not heard of a claim gives its number again.
const deliveredSQL = `
with o as (
  update jiekou.outbox o set delivered = coalesce($9::timestamptz, now()), attempts = attempts + 1, tries = tries + 1
  from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::interval[], $6::text[], $7::int[], $8::text[])
    as c(system, app, lease, id, took, outcome, status, code)
  join jiekou.receiver r on r.system = c.system and r.app = c.app and r.lease = c.lease and r.holder = $10 || ':' || c.lease
  where o.id = c.id and ` + still + `
  returning o.id, o.tries, c.lease, c.took, c.outcome, c.status, c.code, not r.paused and r.disabled is null as go_on
), a as (
  insert into jiekou.attempt (outbox, n, at, took, outcome, status, code)
  select o.id, o.tries, coalesce($9::timestamptz, now()), o.took, o.outcome, nullif(o.status, 0), nullif(o.code, '') from o
)
select id, lease, go_on, ` + later + ` from o`

// releaseSQL gives leases back, in one order, like all that locks several
// receivers. One that took something fails no more.
const releaseSQL = `
with c as (
  select r.system, r.app, c.took, c.rest
  from unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::interval[]) as c(system, app, lease, took, rest)
  join jiekou.receiver r on r.system = c.system and r.app = c.app and r.lease = c.lease and r.holder = $7 || ':' || c.lease
  order by r.system, r.app for no key update of r
), r as (
  update jiekou.receiver r set leased_until = now() + c.rest, holder = null, due = coalesce($6::timestamptz, now()),
    failures = case when c.took then 0 else failures end,
    failing_since = case when c.took then null else failing_since end,
    why = case when c.took then '' else why end
  from c where r.system = c.system and r.app = c.app returning 1
)
select count(*), ` + later + ` from r`

// failedSQL notes a failure, gives the lease back, and disables a receiver that
// has failed for too long or says that it is gone.
const failedSQL = `
with r as (
  update jiekou.receiver r set failures = failures + 1, why = $7, leased_until = '-infinity',
    failing_since = coalesce(failing_since, $5::timestamptz, now()),
    due = coalesce($5::timestamptz, now()) + $10::interval,
    disabled = case when $14 or failing_since <= coalesce($5::timestamptz, now()) - $11::interval
      then coalesce($5::timestamptz, now()) end
  where system = $1 and app = $2 and lease = $3 and holder = $15 || ':' || $3 and disabled is null
  returning failures, failing_since, disabled
), o as (
  update jiekou.outbox o set attempts = attempts + 1, tries = tries + 1,
    dead = case when $12 then coalesce($5::timestamptz, now()) end,
    reason = case when $12 then $13 end
  from r where o.id = $4 and ` + still + ` returning o.id, o.tries
), a as (
  insert into jiekou.attempt (outbox, n, at, took, outcome, status, code)
  select o.id, o.tries, coalesce($5::timestamptz, now()), $6::interval, $7::text, nullif($8::int, 0), nullif($9::text, '') from o
), log as (
  insert into jiekou.audit (actor, action, system, app, detail)
  select 'jiekoud', 'disable-deliveries', $1, $2, jsonb_build_object('failures', failures, 'since', failing_since, 'why', $7::text)
  from r where disabled is not null
)
select disabled is not null from r`

// aloneSQL notes a failure of what has a URL of its own. It says nothing about the receiver,
// whose other notifications are sent meanwhile under the same lease.
const aloneSQL = `
with o as (
  update jiekou.outbox o set attempts = attempts + 1, tries = tries + 1, due = coalesce($5::timestamptz, now()) + $10::interval,
    dead = case when $11 then coalesce($5::timestamptz, now()) end,
    reason = case when $11 then $12 end
  where o.id = $4 and ` + still + `
    and exists (select from jiekou.receiver r where r.system = $1 and r.app = $2 and r.lease = $3 and r.holder = $13 || ':' || $3)
  returning o.id, o.tries
)
insert into jiekou.attempt (outbox, n, at, took, outcome, status, code)
select o.id, o.tries, coalesce($5::timestamptz, now()), $6::interval, $7::text, nullif($8::int, 0), nullif($9::text, '') from o`

// buriedSQL puts a notification aside that must not be sent.
const buriedSQL = `
update jiekou.outbox o set dead = coalesce($5::timestamptz, now()), reason = $6
where o.id = $4 and ` + still + `
  and exists (select from jiekou.receiver r where r.system = $1 and r.app = $2 and r.lease = $3 and r.holder = $7 || ':' || $3)`

// now is the clock as a parameter; nil is the database's.
func (e *Engine) now() *time.Time {
	if e.config.Now == nil {
		return nil
	}
	now := e.config.Now()
	return &now
}

// delivery is a notification that was taken, under a lease.
type delivery struct {
	c *claim
	n *notification
	r result
}

// delivered marks notifications of several receivers. An answer is false where the
// lease is lost or the receiver was paused.
func (e *Engine) delivered(list []delivery) (goOn []bool, err error) {
	n := len(list)
	systems, apps, leases, ids := make([]string, n), make([]string, n), make([]int64, n), make([]int64, n)
	took, outcomes, statuses, codes := make([]time.Duration, n), make([]string, n), make([]int, n), make([]string, n)
	type key struct{ id, lease int64 }
	at := make(map[key]int, n)
	for i, d := range list {
		systems[i], apps[i], leases[i], ids[i] = d.c.system, d.c.app, d.c.lease, d.n.id
		took[i], outcomes[i], statuses[i], codes[i] = d.r.took, string(d.r.outcome), d.r.status, d.r.code
		at[key{d.n.id, d.c.lease}] = i
	}
	goOn = make([]bool, n)
	ctx, cancel := context.WithTimeout(context.Background(), settleTime)
	defer cancel()
	rows, err := e.pool.Query(ctx, deliveredSQL, systems, apps, leases, ids, took, outcomes, statuses, codes, e.now(), e.id)
	if err != nil {
		return nil, err
	}
	var one key
	var ok bool
	_, err = pgx.ForEachRow(rows, []any{&one.id, &one.lease, &ok, nil}, func() error {
		goOn[at[one]] = ok
		return nil
	})
	return goOn, err
}

// end is the end of a lease.
type end struct {
	c    *claim
	took bool          // the receiver took something
	rest time.Duration // before it is served again
}

// release gives leases back.
func (e *Engine) release(list []end) ([]struct{}, error) {
	n := len(list)
	systems, apps, leases := make([]string, n), make([]string, n), make([]int64, n)
	took, rests := make([]bool, n), make([]time.Duration, n)
	for i, one := range list {
		systems[i], apps[i], leases[i], took[i], rests[i] = one.c.system, one.c.app, one.c.lease, one.took, one.rest
	}
	ctx, cancel := context.WithTimeout(context.Background(), settleTime)
	defer cancel()
	err := e.pool.QueryRow(ctx, releaseSQL, systems, apps, leases, took, rests, e.now(), e.id).Scan(nil, nil)
	return make([]struct{}, n), err
}

// failed notes a failure and gives the lease back, but for that of a notification with a
// URL of its own. held is false when the lease was lost: then nothing was noted.
func (e *Engine) failed(ctx context.Context, c *claim, n *notification, r result, wait time.Duration, reason string,
) (held, disabled bool, err error) {
	if n.own {
		tag, err := e.pool.Exec(ctx, aloneSQL, c.system, c.app, c.lease, n.id, e.now(), r.took, string(r.outcome), r.status, r.code,
			wait, reason != "", reason, e.id)
		return tag.RowsAffected() == 1, false, err
	}
	err = e.pool.QueryRow(ctx, failedSQL, c.system, c.app, c.lease, n.id, e.now(), r.took, string(r.outcome), r.status, r.code,
		wait, e.config.Patience, reason != "", reason, r.outcome == Gone, e.id).Scan(&disabled)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, false, nil
	}
	return err == nil, disabled, err
}

// bury puts a notification aside without an attempt. It returns false when the
// lease is lost.
func (e *Engine) bury(ctx context.Context, c *claim, n *notification, reason string) (bool, error) {
	tag, err := e.pool.Exec(ctx, buriedSQL, c.system, c.app, c.lease, n.id, e.now(), reason, e.id)
	return tag.RowsAffected() == 1, err
}

// stated is an error of the database as sqlState writes it; nil for nil.
func stated(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(sqlState(err))
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
