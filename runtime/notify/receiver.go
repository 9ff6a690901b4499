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
	Waiting      int        `json:"waiting"`          // notifications
	Dead         int        `json:"dead"`             // notifications in the dead-letter list
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

// Receivers returns the receivers of a system, or of all with "", and of one app
// or of all with "", by system and app.
func (a *Admin) Receivers(ctx context.Context, system, app string) ([]Receiver, error) {
	rows, err := a.pool.Query(ctx, `
select r.system, r.app, case when r.disabled is not null then 'disabled' when r.paused then 'paused'
    when r.failures > 0 then 'failing' else 'healthy' end,
  o.waiting, (select count(*) from jiekou.outbox d where d.system = r.system and d.app = r.app and d.dead is not null),
  o.oldest, r.failures, r.failing_since, case when r.failures > 0 then r.due end, r.disabled, r.why
from jiekou.receiver r cross join lateral (
  select count(*) as waiting, min(o.at) as oldest from jiekou.outbox o
  where o.system = r.system and o.app = r.app and `+waiting+`
) o
where ($1 = '' or r.system = $1) and ($2 = '' or r.app = $2) order by r.system, r.app`, system, app)
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
