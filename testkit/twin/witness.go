package twin

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/testkit/expect"
)

// nowhere is where notifications would go that are only queued.
const nowhere = "http://127.0.0.1:9/"

// witness is an app that is there while a run lasts, subscribed to every notification, and
// shows who gets what. It has no keys, so nobody can call with it.
type witness struct {
	id       string
	grants   []string
	projects []string // empty: all
	disabled bool
}

// witnesses are an app that gets what everybody gets, and those that get nothing or nearly
// nothing: one without a grant, one that was switched off, and one of another project.
var witnesses = []witness{
	{id: "fire-all", grants: []string{"*"}},
	{id: "fire-ungranted"},
	{id: "fire-disabled", grants: []string{"*"}, disabled: true},
	{id: "fire-elsewhere", grants: []string{"*"}, projects: []string{"fire-elsewhere"}},
}

// isWitness reports whether an app is one, of this run or another.
func isWitness(app string) bool {
	return slices.ContainsFunc(witnesses, func(w witness) bool { return w.id == app })
}

// enter puts a witness into a database, and reports whether it was not there.
func (w witness) enter(ctx context.Context, pool *pgxpool.Pool, system string, cmds []string) (bool, error) {
	tag, err := pool.Exec(ctx, `insert into jiekou.app (system, id, name, grants, disabled) values ($1, $2, $3, coalesce($4::text[], '{}'), $5) on conflict do nothing`,
		system, w.id, "there while jiekou fire runs, to show who gets notifications", w.grants, w.disabled)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	_, err = pool.Exec(ctx, `insert into jiekou.subscription (system, app, cmd, url, projects) select $1, $2, c, $4, coalesce($5::text[], '{}') from unnest($3::text[]) c`,
		system, w.id, cmds, nowhere, w.projects)
	return true, err
}

// Subscribe has the notifications of the app sent to a URL that it has no subscription of,
// and those of witnesses queued, and returns which arrive there and what ends that again. The
// app's grants decide which are sent. Without a URL those of the app are queued, too.
func (t *Twin) Subscribe(ctx context.Context, pool *pgxpool.Pool, to string) (arrive []string, leave func(), err error) {
	var cmds []string
	for _, i := range t.System.Interfaces {
		if i.IsSent() {
			cmds = append(cmds, i.Cmd)
		}
	}
	if to == "" {
		to = nowhere
	}
	var added, apps []string
	leave = func() {
		ctx := context.WithoutCancel(ctx)
		_, _ = pool.Exec(ctx, `delete from jiekou.subscription where system = $1 and app = $2 and cmd = any($3) and starts_with(url, $4)`,
			t.System.Name, t.App, added, to)
		_, _ = pool.Exec(ctx, `delete from jiekou.outbox where system = $1 and app = any($2)`, t.System.Name, apps)
		_, _ = pool.Exec(ctx, `delete from jiekou.app where system = $1 and id = any($2)`, t.System.Name, apps)
	}
	if len(cmds) == 0 {
		return nil, leave, nil
	}
	rows, _ := pool.Query(ctx, `insert into jiekou.subscription (system, app, cmd, url)
		select a.system, a.id, c, $4 || c from jiekou.app a, unnest($3::text[]) c where a.system = $1 and a.id = $2 on conflict do nothing returning cmd`,
		t.System.Name, t.App, cmds, to)
	added, err = pgx.CollectRows(rows, pgx.RowTo[string])
	for _, w := range witnesses {
		if err != nil {
			break
		}
		var fresh bool
		if fresh, err = w.enter(ctx, pool, t.System.Name, cmds); fresh {
			apps = append(apps, w.id)
		}
		if !w.disabled && w.grants != nil {
			for _, cmd := range cmds {
				t.witnessed = append(t.witnessed, expect.Subscriber{App: w.id, Cmd: cmd, Projects: w.projects})
			}
		}
	}
	if err == nil {
		rows, _ := pool.Query(ctx, `select cmd from jiekou.subscription where system = $1 and app = $2 and granted and starts_with(url, $3) order by cmd`,
			t.System.Name, t.App, to)
		arrive, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		leave()
		return nil, nil, fmt.Errorf("twin: %w", err)
	}
	return arrive, leave, nil
}
