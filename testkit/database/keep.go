package database

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// Kept has the rows of a system as they were at a time, in temporary tables of a connection of
// its own. It is for one caller at a time.
type Kept struct {
	conn   *pgxpool.Conn
	system *spec.System
}

// Keep copies the rows of a system.
func Keep(ctx context.Context, pool *pgxpool.Pool, s *spec.System) (*Kept, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	for _, t := range s.Tables {
		if _, err := conn.Exec(ctx, fmt.Sprintf("create temporary table kept_%s as table %s.%s", t.Name, s.Name, t.Name)); err != nil {
			conn.Release()
			return nil, fmt.Errorf("database: %w", err)
		}
	}
	return &Kept{conn, s}, nil
}

// Release forgets the copies.
func (k *Kept) Release(ctx context.Context) {
	for _, t := range k.system.Tables {
		_, _ = k.conn.Exec(ctx, "drop table if exists pg_temp.kept_"+t.Name)
	}
	k.conn.Release()
}

// Key is the text by which Restore finds a row; ok is false where there is no row, or none.
func Key(w *model.World, t *spec.Table, r model.Row) (key string, ok bool) {
	if r == nil {
		return "", false
	}
	var parts []string
	for _, v := range model.Key(t, r) {
		text, ok := w.Text(v)
		if !ok {
			return "", false
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\x1f"), true
}

// Restore makes some rows of a table what they were: those that are new are deleted. It
// returns how many it touched. Times in keys find no row.
func (k *Kept) Restore(ctx context.Context, t *spec.Table, keys []string) (rows int64, err error) {
	key := func(of string) string {
		var parts []string
		for _, c := range t.Key {
			parts = append(parts, of+"."+c+"::text")
		}
		return strings.Join(parts, " || e'\\x1f' || ")
	}
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, c.Name+" = excluded."+c.Name)
	}
	table := k.system.Name + "." + t.Name
	err = pgx.BeginFunc(ctx, k.conn, func(tx pgx.Tx) error {
		gone, err := tx.Exec(ctx, fmt.Sprintf("delete from %s t where %s = any($1) and not exists (select from pg_temp.kept_%s o where %s = %s)",
			table, key("t"), t.Name, key("o"), key("t")), keys)
		if err != nil {
			return err
		}
		back, err := tx.Exec(ctx, fmt.Sprintf("insert into %s select * from pg_temp.kept_%s o where %s = any($1) on conflict (%s) do update set %s",
			table, t.Name, key("o"), strings.Join(t.Key, ", "), strings.Join(columns, ", ")), keys)
		rows = gone.RowsAffected() + back.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("database: %s: %w", t.Name, err)
	}
	return rows, nil
}
