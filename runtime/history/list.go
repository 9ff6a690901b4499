package history

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
)

// Progress is how far a task is.
type Progress struct {
	System   string     `json:"system"`
	Task     string     `json:"task"`
	App      string     `json:"app"`
	Name     string     `json:"name"`
	State    string     `json:"state"` // waiting, running, done, failed
	Created  time.Time  `json:"created"`
	Started  *time.Time `json:"started,omitempty"`
	Finished *time.Time `json:"finished,omitempty"`
	Remark   string     `json:"remark,omitempty"`
	Parts    []Part     `json:"parts,omitempty"`
}

// Part is how far one notification of a task is.
type Part struct {
	Cmd      string   `json:"cmd"`
	Queued   int64    `json:"queued"`
	Finished bool     `json:"finished"`
	After    []string `json:"after,omitempty"` // the last row that was queued, by its key
	Why      string   `json:"why,omitempty"`   // it could not be done
}

// progressSQL lists the tasks of one table, the youngest first. A task that was
// ended by others has no parts.
const progressSQL = `
select t.{key}, t.{app}, t.{name}, t.created, coalesce(s.started, t.{started}), coalesce(s.finished, t.{finished}), coalesce(t.{remark}, ''),
  case when t.{status} = $3 then 'done' when t.{status} is not null then 'failed' when s.leased_until > now() then 'running' else 'waiting' end,
  coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('cmd', p.cmd, 'queued', p.queued, 'finished', p.finished is not null,
      'after', p.after, 'why', nullif(p.why, ''))) order by p.n)
    from jiekou.sync_part p where p.system = $1 and p.task = t.{key}), '[]')
from {table} t left join jiekou.sync s on s.system = $1 and s.task = t.{key}
order by t.created desc, t.{key} limit $2`

// List returns the tasks of all tables, of each at most limit, the youngest first.
func List(ctx context.Context, pool *pgxpool.Pool, tables []outbox.History, limit int) ([]Progress, error) {
	list := []Progress{}
	for _, t := range tables {
		rows, err := pool.Query(ctx, named(progressSQL, t), t.System, limit, t.Done)
		if err != nil {
			return nil, fmt.Errorf("history.list: %w", err)
		}
		some, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Progress, error) {
			p := Progress{System: t.System}
			return p, row.Scan(&p.Task, &p.App, &p.Name, &p.Created, &p.Started, &p.Finished, &p.Remark, &p.State, &p.Parts)
		})
		if err != nil {
			return nil, fmt.Errorf("history.list: %w", err)
		}
		list = append(list, some...)
	}
	return list, nil
}
