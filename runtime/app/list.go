package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

const infoColumns = `select system, id, name, grants, disabled, created, modified from jiekou.app `

func scanInfo(row pgx.CollectableRow) (i Info, err error) {
	return i, row.Scan(&i.System, &i.ID, &i.Name, &i.Grants, &i.Disabled, &i.Created, &i.Modified)
}

// List returns the apps of a system, or of all with "", by system and id.
func (a *Admin) List(ctx context.Context, system string) ([]Info, error) {
	rows, err := a.pool.Query(ctx, infoColumns+`where $1 = '' or system = $1 order by system, id`, system)
	if err != nil {
		return nil, fmt.Errorf("app.list: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanInfo)
	if err != nil {
		return nil, fmt.Errorf("app.list: %w", err)
	}
	return list, nil
}

// Show returns one app with its subscriptions, or ErrNotFound.
func (a *Admin) Show(ctx context.Context, system, id string) (Info, error) {
	info, err := a.show(ctx, system, id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Info{}, fmt.Errorf("app.show %s/%s: %w", system, id, err)
	}
	return info, nil
}

func (a *Admin) show(ctx context.Context, system, id string) (Info, error) {
	rows, err := a.pool.Query(ctx, infoColumns+`where system = $1 and id = $2`, system, id)
	if err != nil {
		return Info{}, err
	}
	info, err := pgx.CollectExactlyOneRow(rows, scanInfo)
	if err != nil {
		return Info{}, err
	}
	rows, err = a.pool.Query(ctx, `select cmd, url, created, paused from jiekou.subscription
		where system = $1 and app = $2 order by cmd`, system, id)
	if err != nil {
		return Info{}, err
	}
	info.Subscriptions, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Subscription, err error) {
		return s, row.Scan(&s.Cmd, &s.URL, &s.Created, &s.Paused)
	})
	return info, err
}
