package notify

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// claim is a lease of one receiver, with the notifications to send.
type claim struct {
	system, app string
	lease       int64
	lane        lane
	until       time.Time      // of this process's clock: no call begins that may end later
	list        []notification // in their order
}

// notification is one that waits.
type notification struct {
	id       int64
	cmd      string
	body     []byte
	sid      string
	sent     int64
	attempts int    // failed ones
	url      string // empty: no subscription any more
	own      bool   // the URL is its own, not the subscription's: it holds nothing back
	hidden   bool   // its project is none that the subscription sees (any more)
	refused  bool   // the app has no grant for it (any more), or is disabled
}

// waiting finds notifications by the index of those that wait.
const waiting = `o.delivered is null and o.dead is null`

// still holds while a notification waits that is looked up by its id: PostgreSQL,
// which takes those that wait for few, must not look through all of them.
const still = `coalesce(o.delivered, o.dead) is null`

// some holds where something waits for the receiver r. It is no exists, which
// PostgreSQL would answer by reading everything that waits.
const some = `(select true from jiekou.outbox o where o.system = r.system and o.app = r.app and ` + waiting + ` and ` + open + ` order by o.id limit 1)`

// open holds for a notification that does not wait for a next attempt of its own, at the
// time $4.
const open = `coalesce(o.due <= coalesce($4::timestamptz, now()), true)`

// free holds for a receiver r that nobody serves: its lease is over, or it is this engine's,
// which knows nothing of it: the answer to the claim was lost, or the lease could not be
// given back. What is served now is not up to the database: $7 and $8.
const free = `(leased_until < now() or holder = $6 || ':' || lease and (system, app) not in (select * from unnest($7::text[], $8::text[])))`

// claimSQL leases receivers that have something to send. Those that fail are
// counted apart.
const claimSQL = `
with idle as (
  select system, app from jiekou.receiver r
  where system = any($1) and failures = 0 and not paused and disabled is null and ` + free + `
    and ` + some + `
  order by due limit $2 for no key update skip locked
), failing as (
  select system, app from jiekou.receiver r
  where system = any($1) and failures > 0 and not paused and disabled is null and ` + free + `
    and due <= coalesce($4::timestamptz, now())
    and ` + some + `
  order by due limit $3 for no key update skip locked
)
update jiekou.receiver r set lease = lease + 1, leased_until = now() + $5::interval, holder = $6 || ':' || (lease + 1)
from (table idle union all table failing) c where r.system = c.system and r.app = c.app
returning r.system, r.app, r.lease, r.failures > 0`

// firstSQL is the first notifications of each of the claims $1 and $2, $3 of each, at the
// time $4.
const firstSQL = `
from unnest($1::text[], $2::text[], $3::int[]) with ordinality as c(system, app, most, i)
cross join lateral (
  select * from jiekou.outbox o where o.system = c.system and o.app = c.app and ` + waiting + ` and ` + open + ` order by o.id limit c.most
) o`

// assignSQL gives message ids and timestamps to notifications that have none. $5
// and $6 are sender and zone of each claim's system.
const assignSQL = `
with numbered as (
  select id, ($5::text[])[i::int] as sender, ($6::text[])[i::int] as zone, nextval('jiekou.notice') as n
  from (select o.id, c.i` + firstSQL + ` where o.sid is null order by o.id) o
)
update jiekou.outbox o
set sid = sender || to_char(coalesce($4::timestamptz, now()) at time zone zone, 'YYMMDDHH24MISS') || lpad(n::text, 5, '0'),
    sent = extract(epoch from coalesce($4::timestamptz, now()))::bigint
from numbered where o.id = numbered.id and o.sid is null`

// takeSQL reads notifications, those of each claim in their order. What has a URL of its
// own needs no subscription, but the app must still be one that may have it.
const takeSQL = `
select c.i, o.id, o.cmd, o.body::text, o.sid, o.sent, o.attempts, coalesce(o.url, s.url, ''), o.url is not null,
  not coalesce(jiekou.sees(s.projects, o.project), true),
  case when o.url is null or s.app is not null then not coalesce(s.granted, true)
    else not exists (select from jiekou.addressed(o.system, o.cmd, o.app, o.url) a where a.granted and jiekou.sees(a.projects, o.project)) end` +
	firstSQL + `
left join jiekou.subscription s on s.system = o.system and s.app = o.app and s.cmd = o.cmd
where o.sid is not null order by c.i, o.id`

// claim leases as many receivers as have a place.
func (e *Engine) claim(ctx context.Context) ([]claim, error) {
	places, poor := max(e.road.free(prompt), 0), max(e.road.free(failing), 0)
	if places+poor == 0 {
		return nil, nil
	}
	systems, apps := e.held.all()
	rows, err := e.pool.Query(ctx, claimSQL, e.names, places, poor, e.now(), e.config.Lease, e.id, systems, apps)
	if err != nil {
		return nil, err
	}
	claims, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c claim, err error) {
		var fails bool
		if err = row.Scan(&c.system, &c.app, &c.lease, &fails); fails {
			c.lane = failing
		}
		return c, err
	})
	if err != nil {
		return nil, err
	}
	e.held.add(claims)
	return claims, nil
}

// take reads the next notifications of receivers, whose message ids are then on
// disk. One that fails gets its first only.
func (e *Engine) take(ctx context.Context, claims []claim) error {
	n := len(claims)
	systems, apps, most := make([]string, n), make([]string, n), make([]int, n)
	senders, zones := make([]string, n), make([]string, n)
	for i, c := range claims {
		systems[i], apps[i], most[i] = c.system, c.app, min(max(takeAll/n, takeLeast), takeMost)
		if c.lane == failing {
			most[i] = 1
		}
		system := e.config.Systems[c.system]
		senders[i], zones[i] = system.sender, system.Zone
		claims[i].list = nil
	}
	queue := new(pgx.Batch)
	queue.Queue(assignSQL, systems, apps, most, e.now(), senders, zones)
	queue.Queue(takeSQL, systems, apps, most, e.now()).Query(func(rows pgx.Rows) error {
		var i int
		var one notification
		into := []any{&i, &one.id, &one.cmd, &one.body, &one.sid, &one.sent, &one.attempts, &one.url, &one.own, &one.hidden, &one.refused}
		_, err := pgx.ForEachRow(rows, into, func() error {
			claims[i-1].list = append(claims[i-1].list, one)
			one.body = nil
			return nil
		})
		return err
	})
	return e.pool.SendBatch(ctx, queue).Close()
}
