package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Errors to match with errors.Is.
var (
	ErrNotFound = errors.New("no such delivery")
	ErrReceiver = errors.New("no such receiver")
	ErrFilter   = errors.New("invalid filter")
)

// State is the state of a notification.
type State string

// The states of a delivery.
const (
	Waiting State = "waiting"
	Done    State = "delivered"
	Dead    State = "dead"
)

// DefaultLimit is how many deliveries are listed where a Filter says nothing.
const DefaultLimit = 100

// Admin looks at deliveries and steers them, beside running engines. Every change
// leaves a row in jiekou.audit.
type Admin struct {
	pool  *pgxpool.Pool
	actor string
}

// NewAdmin returns an Admin. actor is the name in the audit.
func NewAdmin(pool *pgxpool.Pool, actor string) *Admin {
	return &Admin{pool: pool, actor: cmp.Or(actor, "unknown")}
}

// Filter picks deliveries; an empty member picks all.
type Filter struct {
	IDs              []int64
	System, App, Cmd string
	Sid              string
	State            State
	Since            time.Time // queued at or after it
	Limit            int       // List: 0 is DefaultLimit
}

// Delivery is one notification for one app.
type Delivery struct {
	ID        int64      `json:"id"`
	System    string     `json:"system"`
	App       string     `json:"app"`
	Cmd       string     `json:"cmd"`
	State     State      `json:"state"`
	Queued    time.Time  `json:"queued"`
	Sid       string     `json:"sid,omitempty"` // from the first attempt on
	Attempts  int        `json:"attempts"`      // since it was queued or replayed
	Delivered *time.Time `json:"delivered,omitempty"`
	Dead      *time.Time `json:"dead,omitempty"`
	Reason    string     `json:"reason,omitempty"` // of its death
}

// Attempt is the result of one attempt.
type Attempt struct {
	N       int       `json:"n"` // from 1, over replays
	At      time.Time `json:"at"`
	Seconds float64   `json:"seconds"`
	Outcome Outcome   `json:"outcome"`
	Status  int       `json:"status,omitempty"` // of HTTP
	Code    string    `json:"code,omitempty"`   // of a reply that was verified
}

// Detail is all that may be shown of a delivery.
type Detail struct {
	Delivery
	Content  json.RawMessage `json:"content"` // every text hidden
	Tries    []Attempt       `json:"tries"`
	Receiver Receiver        `json:"receiver"`
}

// ParseSince reads a time for Filter.Since: a date, a time, or how long ago, such as 36h.
// Empty is the zero time. Errors are ErrFilter.
func ParseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%w: since %q: want a date, a time, or a duration such as 36h", ErrFilter, text)
}

// where is the condition of a Filter, over $1 to $7.
const where = `
where (cardinality($1::bigint[]) = 0 or o.id = any($1)) and ($2 = '' or o.system = $2) and ($3 = '' or o.app = $3)
  and ($4 = '' or o.cmd = $4) and ($5 = '' or o.sid = $5) and ($6::timestamptz is null or o.at >= $6)
  and case $7 when 'waiting' then ` + waiting + ` when 'delivered' then o.delivered is not null
    when 'dead' then o.dead is not null else true end`

// args are the values of where.
func (f *Filter) args() ([]any, error) {
	switch f.State {
	case "", Waiting, Done, Dead:
	default:
		return nil, fmt.Errorf("%w: state %q: waiting, delivered or dead", ErrFilter, f.State)
	}
	var since *time.Time
	if !f.Since.IsZero() {
		since = &f.Since
	}
	ids := f.IDs
	if ids == nil {
		ids = []int64{}
	}
	return []any{ids, f.System, f.App, f.Cmd, f.Sid, since, string(f.State)}, nil
}

// columns of a Delivery.
const columns = `o.id, o.system, o.app, o.cmd, case when o.delivered is not null then 'delivered'
  when o.dead is not null then 'dead' else 'waiting' end, o.at, coalesce(o.sid, ''), o.attempts, o.delivered, o.dead,
  coalesce(o.reason, '')`

func (d *Delivery) dest() []any {
	return []any{&d.ID, &d.System, &d.App, &d.Cmd, &d.State, &d.Queued, &d.Sid, &d.Attempts, &d.Delivered, &d.Dead, &d.Reason}
}

// List returns deliveries, the newest first.
func (a *Admin) List(ctx context.Context, f Filter) ([]Delivery, error) {
	args, err := f.args()
	if err != nil {
		return nil, err
	}
	rows, err := a.pool.Query(ctx, `select `+columns+` from jiekou.outbox o`+where+` order by o.id desc limit $8`,
		append(args, cmp.Or(f.Limit, DefaultLimit))...)
	if err != nil {
		return nil, fmt.Errorf("notify.list: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Delivery, err error) {
		return d, row.Scan(d.dest()...)
	})
	if err != nil {
		return nil, fmt.Errorf("notify.list: %w", err)
	}
	return list, nil
}

// Show returns one delivery with its attempts, or ErrNotFound.
func (a *Admin) Show(ctx context.Context, id int64) (Detail, error) {
	var d Detail
	var body []byte
	err := a.pool.QueryRow(ctx, `select `+columns+`, o.body::text from jiekou.outbox o where o.id = $1`, id).
		Scan(append(d.dest(), &body)...)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Detail{}, fmt.Errorf("notify.show %d: %w", id, err)
	}
	d.Content = mask(body)
	rows, err := a.pool.Query(ctx, `select n, at, extract(epoch from took)::float8, outcome, coalesce(status, 0), coalesce(code, '')
		from jiekou.attempt where outbox = $1 order by n`, id)
	if err == nil {
		d.Tries, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Attempt, err error) {
			return t, row.Scan(&t.N, &t.At, &t.Seconds, &t.Outcome, &t.Status, &t.Code)
		})
	}
	if err != nil {
		return Detail{}, fmt.Errorf("notify.show %d: %w", id, err)
	}
	list, err := a.Receivers(ctx, d.System, d.App)
	if err == nil && len(list) == 1 {
		d.Receiver = list[0]
	}
	return d, err
}

// Replay lets dead and delivered notifications wait again: each goes back to its
// place in the queue, keeps its message id and bytes, and has the whole schedule
// before it. Receivers of such are tried at once, unless they are paused or
// disabled. It returns how many there are; waiting ones are left alone.
func (a *Admin) Replay(ctx context.Context, f Filter) (int, error) {
	args, err := f.args()
	if err != nil {
		return 0, err
	}
	n := 0
	err = pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		// Receivers first, like an engine that notes a failure: no deadlock.
		return tx.QueryRow(ctx, `
with r as (
  select r.system, r.app from jiekou.receiver r
  where exists (select from jiekou.outbox o`+where+` and o.system = r.system and o.app = r.app and not (`+waiting+`))
  order by r.system, r.app for no key update
), o as (
  update jiekou.outbox o set delivered = null, dead = null, due = null, reason = null, attempts = 0
  from r`+where+` and o.system = r.system and o.app = r.app and not (`+waiting+`)
  returning o.system, o.app, o.id
), due as (
  update jiekou.receiver set due = least(due, now()) from (select distinct system, app from o) c
  where receiver.system = c.system and receiver.app = c.app
), log as (
  insert into jiekou.audit (actor, action, system, app, detail)
  select $8, 'replay-deliveries', system, app, jsonb_build_object('count', count(*), 'first', min(id), 'last', max(id))
  from o group by system, app
)
select count(*) from o`, append(args, a.actor)...).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("notify.replay: %w", err)
	}
	return n, nil
}

// Pause holds a receiver's queue; calls under way are finished.
func (a *Admin) Pause(ctx context.Context, system, app string) error {
	return a.steer(ctx, "pause", system, app, `paused = true`)
}

// Resume lets a paused or disabled receiver in again, at once and as if it had
// never failed.
func (a *Admin) Resume(ctx context.Context, system, app string) error {
	return a.steer(ctx, "resume", system, app,
		`paused = false, disabled = null, failures = 0, failing_since = null, due = least(due, now()), why = ''`)
}

// steer changes a receiver.
func (a *Admin) steer(ctx context.Context, action, system, app, set string) error {
	tag, err := a.pool.Exec(ctx, strings.Join([]string{
		`with r as (update jiekou.receiver set`, set, `where system = $1 and app = $2 returning 1)`,
		`insert into jiekou.audit (actor, action, system, app) select $3, $4, $1, $2 from r`,
	}, "\n"), system, app, a.actor, action+"-deliveries")
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrReceiver
	}
	if err != nil {
		return fmt.Errorf("notify.%s %s/%s: %w", action, system, app, err)
	}
	return nil
}
