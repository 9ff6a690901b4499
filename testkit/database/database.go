// Package database looks at what a server stored in its PostgreSQL: the rows that changed
// since the last look, and the notifications that were queued.
package database

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// DB looks at the tables of one system. It only reads. It is for one caller at a time.
type DB struct {
	pool   *pgxpool.Pool
	system *spec.System
	marks  map[string]int64 // by table: the last transaction that was seen
	queued int64            // the last notification that was seen
}

// New looks at a database. Load must come first.
func New(pool *pgxpool.Pool, s *spec.System) *DB {
	return &DB{pool: pool, system: s, marks: map[string]int64{}}
}

// Load puts all rows of the system into a world, which must be empty.
func (d *DB) Load(ctx context.Context, w *model.World) error {
	looks, err := d.Look(ctx, w)
	if err != nil {
		return err
	}
	for _, l := range looks {
		if err := w.Import(l.Table.Name, l.Rows); err != nil {
			return err
		}
	}
	_, err = d.Queued(ctx)
	return err
}

// Look is what changed in a table.
type Look struct {
	Table *spec.Table
	Rows  []model.Row // that are new or were written again, in the order of their key
	Count int         // of all rows of the table
}

// Look returns the tables with rows that were written since the last look, and all tables
// with another number of rows than the world has.
func (d *DB) Look(ctx context.Context, w *model.World) ([]Look, error) {
	if len(d.system.Tables) == 0 {
		return nil, nil
	}
	var parts []string
	for _, t := range d.system.Tables {
		parts = append(parts, fmt.Sprintf("select '%s', count(*), coalesce(max(xmin::text::bigint), 0) from %s.%s", t.Name, d.system.Name, t.Name))
	}
	rows, err := d.pool.Query(ctx, strings.Join(parts, " union all "))
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	type state struct {
		count int
		mark  int64
	}
	states := map[string]state{}
	var name string
	var s state
	_, err = pgx.ForEachRow(rows, []any{&name, &s.count, &s.mark}, func() error {
		states[name] = s
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	var out []Look
	for _, t := range d.system.Tables {
		now := states[t.Name]
		last, known := d.marks[t.Name]
		d.marks[t.Name] = now.mark
		if known && now.mark == last && now.count == w.Len(t.Name) {
			continue
		}
		l := Look{Table: t, Count: now.count}
		if now.mark != last {
			if l.Rows, err = d.rows(ctx, w, t, last); err != nil {
				return nil, err
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// Keys are the keys of all rows of a table.
func (d *DB) Keys(ctx context.Context, w *model.World, t *spec.Table) ([]model.Row, error) {
	return d.rows(ctx, w, t, 0)
}

// rows reads the rows that were written after a transaction.
func (d *DB) rows(ctx context.Context, w *model.World, t *spec.Table, after int64) ([]model.Row, error) {
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, textOf(c))
	}
	rows, err := d.pool.Query(ctx, fmt.Sprintf("select %s from %s.%s t where xmin::text::bigint > $1 order by %s",
		strings.Join(columns, ", "), d.system.Name, t.Name, strings.Join(t.Key, ", ")), after)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (model.Row, error) {
		cells := make([]*string, len(t.Columns))
		dest := make([]any, len(cells))
		for n := range cells {
			dest[n] = &cells[n]
		}
		if err := row.Scan(dest...); err != nil {
			return nil, err
		}
		out := make(model.Row, len(cells))
		for n, c := range t.Columns {
			var err error
			if out[n], err = w.Read(c, cells[n]); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", t.Name, c.Name, err)
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	return list, nil
}

// textOf is a column as a text.
func textOf(c *spec.Column) string {
	switch c.Type {
	case spec.Datetime:
		return fmt.Sprintf(`to_char(t.%s at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`, c.Name)
	case spec.Date:
		return fmt.Sprintf("to_char(t.%s, 'YYYY-MM-DD')", c.Name)
	}
	return "t." + c.Name + "::text"
}

// Queued is a notification that a server queued.
type Queued struct {
	App, Cmd, Project string
	Body              json.RawMessage
}

// Queued returns the notifications of the system that were queued since the last time, in
// their order.
func (d *DB) Queued(ctx context.Context) ([]Queued, error) {
	rows, err := d.pool.Query(ctx, `select id, app, cmd, coalesce(project, ''), body::text from jiekou.outbox
		where system = $1 and id > $2 order by id`, d.system.Name, d.queued)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	var out []Queued
	var id int64
	var body string
	var one Queued
	_, err = pgx.ForEachRow(rows, []any{&id, &one.App, &one.Cmd, &one.Project, &body}, func() error {
		one.Body, d.queued = json.RawMessage(body), id
		out = append(out, one)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	return out, nil
}

// Subscription is who gets a notification.
type Subscription struct {
	App, Cmd string
	Projects []string // empty: all
}

// Scopes are the values of the scopes that an app is bound to.
func (d *DB) Scopes(ctx context.Context, app string) (out map[string][]string, err error) {
	err = d.pool.QueryRow(ctx, `select coalesce((select scopes from jiekou.app where system = $1 and id = $2), '{}')`, d.system.Name, app).Scan(&out)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	return out, nil
}

// Subscriptions are those of the system that notifications are queued for.
func (d *DB) Subscriptions(ctx context.Context) ([]Subscription, error) {
	rows, err := d.pool.Query(ctx, `select app, cmd, projects from jiekou.subscription where system = $1 and granted order by app, cmd`, d.system.Name)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Subscription])
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	return list, nil
}
