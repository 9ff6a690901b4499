package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Receiver is the queue of one app.
type Receiver struct {
	System       string     `json:"system"`
	App          string     `json:"app"`
	State        Breaker    `json:"state"`
	Waiting      int        `json:"waiting"`          // notifications, at most Counted
	Dead         int        `json:"dead"`             // notifications in the dead-letter list, at most Counted
	Oldest       *time.Time `json:"oldest,omitempty"` // when the first of them was queued
	Failures     int        `json:"failures"`         // in a row
	FailingSince *time.Time `json:"failing_since,omitempty"`
	Due          *time.Time `json:"due,omitempty"`      // the next attempt, while it fails
	Disabled     *time.Time `json:"disabled,omitempty"` // since when
	Why          string     `json:"why,omitempty"`      // outcome of the last attempt, while it fails
}

// Breaker is whether a receiver is called.
type Breaker string

// The states of a receiver.
const (
	Healthy  Breaker = "healthy"
	Failing  Breaker = "failing"  // its first notification only is tried, when it is due
	Paused   Breaker = "paused"   // by a person
	Disabled Breaker = "disabled" // it failed for too long, or said that it is gone
)

// Counted is how many notifications of a receiver are counted: a look at the queues takes
// no longer with millions of them, when it matters.
const Counted = 10_000

// Receivers returns the receivers of a system, or of all with "", and of one app
// or of all with "", by system and app.
func (a *Admin) Receivers(ctx context.Context, system, app string) ([]Receiver, error) {
	rows, err := a.pool.Query(ctx, `
select r.system, r.app, case when r.disabled is not null then 'disabled' when r.paused then 'paused'
    when r.failures > 0 then 'failing' else 'healthy' end,
  (select count(*) from (select from jiekou.outbox o where o.system = r.system and o.app = r.app and `+waiting+` limit $3) o),
  (select count(*) from (select from jiekou.outbox o where o.system = r.system and o.app = r.app and o.dead is not null limit $3) o),
  (select o.at from jiekou.outbox o where o.system = r.system and o.app = r.app and `+waiting+` order by o.id limit 1), r.failures, r.failing_since, case when r.failures > 0 then r.due end, r.disabled, r.why
from jiekou.receiver r
where ($1 = '' or r.system = $1) and ($2 = '' or r.app = $2) order by r.system, r.app`, system, app, Counted)
	if err != nil {
		return nil, fmt.Errorf("notify.receivers: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Receiver, err error) {
		return r, row.Scan(&r.System, &r.App, &r.State, &r.Waiting, &r.Dead, &r.Oldest, &r.Failures, &r.FailingSince, &r.Due,
			&r.Disabled, &r.Why)
	})
	if err != nil {
		return nil, fmt.Errorf("notify.receivers: %w", err)
	}
	return list, nil
}
