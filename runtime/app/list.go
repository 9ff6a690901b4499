package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

const infoSQL = `select a.system, a.id, a.name, a.grants, a.profile, a.limits, a.scopes, a.disabled, a.created, a.modified,
  coalesce((select jsonb_agg(jsonb_build_object('cmd', s.cmd, 'url', s.url, 'projects', s.asked, 'created', s.created, 'granted', s.granted) order by s.cmd)
    from jiekou.subscription s where s.system = a.system and s.app = a.id), '[]'),
  coalesce((select ` + keysSQL + ` where k.system = a.system and k.app = a.id and until > now()), '[]'),
  coalesce(c.calls, '{}'), coalesce(c.refused, '{}')
from jiekou.app a left join lateral (
  select jsonb_object_agg(cmd, calls) as calls, jsonb_object_agg(cmd, refused) filter (where refused > 0) as refused
  from (select cmd, sum(calls) as calls, sum(refused) as refused from jiekou.call
    where system = a.system and app = a.id and day > (now() at time zone 'UTC')::date - 30 group by cmd) as s) as c on true `

const keysSQL = `jsonb_agg(jsonb_build_object('name', k.name, 'kind', k.kind, 'half', k.half, 'fingerprint', k.fingerprint,
    'edition', k.edition, 'made', k.made, 'until', nullif(k.until, 'infinity')) order by k.edition desc, k.name) from jiekou.key k`

func scanInfo(row pgx.CollectableRow) (i Info, err error) {
	return i, row.Scan(&i.System, &i.ID, &i.Name, &i.Grants, &i.Profile, &i.Limit, &i.Scopes, &i.Disabled, &i.Created, &i.Modified, &i.Subscriptions, &i.Keys, &i.Calls, &i.Refused)
}

// List returns the apps of a system, or of all with "", by system and id.
func (a *Admin) List(ctx context.Context, system string) ([]Info, error) {
	rows, err := a.pool.Query(ctx, infoSQL+`where $1 = '' or a.system = $1 order by a.system, a.id`, system)
	if err != nil {
		return nil, fmt.Errorf("app.list: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanInfo)
	if err != nil {
		return nil, fmt.Errorf("app.list: %w", err)
	}
	return list, nil
}

// Show returns one app, or ErrNotFound.
func (a *Admin) Show(ctx context.Context, system, id string) (Info, error) {
	rows, err := a.pool.Query(ctx, infoSQL+`where a.system = $1 and a.id = $2`, system, id)
	if err != nil {
		return Info{}, fmt.Errorf("app.show %s/%s: %w", system, id, err)
	}
	info, err := pgx.CollectExactlyOneRow(rows, scanInfo)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Info{}, fmt.Errorf("app.show %s/%s: %w", system, id, err)
	}
	return info, nil
}

// SystemKeys returns the keys that all apps of a system share, the newest edition
// first.
func (a *Admin) SystemKeys(ctx context.Context, system string) (list []Key, err error) {
	err = a.pool.QueryRow(ctx, `select coalesce((select `+keysSQL+` where k.system = $1 and k.app is null and until > now()), '[]')`, system).Scan(&list)
	if err != nil {
		return nil, fmt.Errorf("app.keys %s: %w", system, err)
	}
	return list, nil
}
