package twin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
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

// witnessName is the name by which a witness is known in the database: an app that is called
// like one and has another name is somebody's.
const witnessName = "there while jiekou fire runs, to show who gets notifications"

// enter puts a witness into a database, in place of one that a run left behind which was
// ended by force.
func (w witness) enter(ctx context.Context, pool *pgxpool.Pool, system string, cmds []string) error {
	if err := w.leave(ctx, pool, system); err != nil {
		return err
	}
	_, err := pool.Exec(ctx, `insert into jiekou.app (system, id, name, grants, disabled) values ($1, $2, $3, coalesce($4::text[], '{}'), $5)`,
		system, w.id, witnessName, w.grants, w.disabled)
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "23505" {
		return fmt.Errorf("the app %s of %s is in the way: fire needs an app of that id while it runs", w.id, system)
	}
	if err != nil {
		return err
	}
	_, err = pool.Exec(ctx, `insert into jiekou.subscription (system, app, cmd, url, projects) select $1, $2, c, $4, coalesce($5::text[], '{}') from unnest($3::text[]) c`,
		system, w.id, cmds, nowhere, w.projects)
	return err
}

// leave takes a witness away, with the notifications that were queued for it.
func (w witness) leave(ctx context.Context, pool *pgxpool.Pool, system string) error {
	_, err := pool.Exec(ctx, `with gone as (delete from jiekou.app where system = $1 and id = $2 and name = $3 returning system, id)
		delete from jiekou.outbox o using gone where o.system = gone.system and o.app = gone.id`, system, w.id, witnessName)
	return err
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
	var added []string
	var last int64 // of what was queued before
	leave = func() {
		ctx := context.WithoutCancel(ctx)
		_ = t.free(ctx, pool)
		_, _ = pool.Exec(ctx, `with gone as (delete from jiekou.subscription where system = $1 and app = $2 and cmd = any($3) and starts_with(url, $4) returning system, app, cmd)
			delete from jiekou.outbox o using gone where o.system = gone.system and o.app = gone.app and o.cmd = gone.cmd and o.id > $5 and o.delivered is null`,
			t.System.Name, t.App, added, to, last)
		for _, w := range witnesses {
			_ = w.leave(ctx, pool, t.System.Name)
		}
	}
	if len(cmds) == 0 {
		return nil, leave, nil
	}
	if err := pool.QueryRow(ctx, `select coalesce(max(id), 0) from jiekou.outbox`).Scan(&last); err != nil {
		return nil, nil, fmt.Errorf("twin: %w", err)
	}
	rows, _ := pool.Query(ctx, `insert into jiekou.subscription (system, app, cmd, url)
		select a.system, a.id, c, $4 || c from jiekou.app a, unnest($3::text[]) c where a.system = $1 and a.id = $2
		on conflict (system, app, cmd) do update set url = excluded.url where starts_with(subscription.url, $5) returning cmd`,
		t.System.Name, t.App, cmds, to, nowhere) // a run that was ended by force left them there
	added, err = pgx.CollectRows(rows, pgx.RowTo[string])
	for _, w := range witnesses {
		if err != nil {
			break
		}
		err = w.enter(ctx, pool, t.System.Name, cmds)
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
