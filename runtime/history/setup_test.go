package history

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/schema"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// shop has things, tasks, and an app that subscribed to what tells of both.
const shop = `
create schema shop;
create table shop.thing (guid text primary key, project text not null default '', changed timestamptz not null default now());
create table shop.task (
	guid text primary key, app text not null, title text not null default '', asked text not null default '',
	since timestamptz, until timestamptz, project text, status int, started timestamptz, ended timestamptz,
	remark text, created timestamptz not null default now(), modified timestamptz
);
create sequence shop.tries;
-- fails with an SQLSTATE until it was called as often as said
create function shop.fails(state text, times int) returns text language plpgsql as $$
begin
	if nextval('shop.tries') <= times then
		raise exception 'could not' using errcode = state;
	end if;
	return '';
end $$;
insert into jiekou.app (system, id, grants) values ('shop', '300', '{thing_*,task_done}'), ('shop', '400', '{*}');
insert into jiekou.subscription (system, app, cmd, url)
select 'shop', '300', cmd, 'http://h/' from unnest('{thing_notify,thing_broken,thing_away,task_done}'::text[]) cmd;
insert into jiekou.subscription (system, app, cmd, url) values ('shop', '400', 'thing_notify', 'http://h/');
`

// walk is the history of things; queue sends things as a notification, whose body has
// an expression more.
const walk = `select array[t.guid] from shop.thing t
where ($1::text[] is null or t.guid > $1[1]) and ($2::timestamptz is null or t.changed >= $2)
	and ($3::timestamptz is null or t.changed <= $3)
	and (coalesce($4::jsonb ->> 'project', '') = '' or t.project = $4 ->> 'project')
order by t.guid limit $5`

func queue(cmd, table, more string) string {
	return fmt.Sprintf(`insert into jiekou.outbox (system, app, cmd, body)
select 'shop', s.app, '%[1]s', json_build_object('guid', b.guid, 'more', %[3]s)
from unnest($2::text[]) with ordinality as b(guid, n)
join %[2]s t on t.guid = b.guid
join jiekou.subscription s on s.system = 'shop' and s.cmd = '%[1]s' and ($1 = '' or s.app = $1)
order by b.n`, cmd, table, more)
}

// notifications are those of shop.
func notifications() []outbox.Notification {
	told := func(cmd, more string, scope ...string) outbox.Notification {
		return outbox.Notification{
			System: "shop", Cmd: cmd, Table: "thing", By: []string{"guid"}, Scope: scope, History: walk,
			SQL: queue(cmd, "shop.thing", more),
		}
	}
	return []outbox.Notification{
		told("thing_notify", "''", "project"),
		told("thing_other", "''"),
		told("thing_broken", "1 / (case when t.guid = 'c' then 0 else 1 end)"),
		told("thing_away", "shop.fails('57P01', 2)"),
		{System: "shop", Cmd: "thing_new", Table: "thing", By: []string{"guid"}},
		{System: "shop", Cmd: "task_done", Table: "task", By: []string{"guid"}, SQL: queue("task_done", "shop.task", "t.status"), History: walk},
	}
}

// tasks describes shop.task.
func tasks() outbox.History {
	return outbox.History{
		System: "shop", Table: "task", Key: "guid", App: "app", Name: "title", Notifications: "asked", Separator: "|",
		Since: "since", Until: "until", Scope: []string{"project"}, ScopeFields: []string{"projectId"}, Status: "status", Done: 1, Failed: 2,
		Started: "started", Finished: "ended", Remark: "remark", RemarkLength: 50, Modified: "modified", Result: "task_done",
		Texts: outbox.HistoryTexts{
			Done: "{count} sent", Partly: "{count} sent, but {reasons}", Failed: "nothing sent: {reasons}", Nothing: "nothing asked for",
			Join: "; ", NoHistory: " has no history", NoScope: " cannot be bounded by {field}", NoApp: " has no app",
			NoGrant: " is not granted", NoSubscription: " is not subscribed", BadData: " has bad data",
		},
	}
}

// bundle is a worker and its database.
type bundle struct {
	*Worker
	t *testing.T
}

// setup makes a worker that does not pause after failures. things are put into the
// table, one letter each.
func setup(t *testing.T, things string, change ...func(*Config)) bundle {
	t.Helper()
	pool := postgrestest.NewFrom(t, "shop", func(ctx context.Context, p *pgxpool.Pool) error {
		err := migrate.Up(ctx, p, []migrate.Set{schema.Migrations()})
		if err == nil {
			_, err = p.Exec(ctx, shop)
		}
		return err
	})
	b := bundle{worker(t, pool, change...), t}
	b.exec(`insert into shop.thing (guid) select unnest(string_to_array($1, null))`, things)
	return b
}

func worker(t *testing.T, pool *pgxpool.Pool, change ...func(*Config)) *Worker {
	t.Helper()
	c := Config{Tasks: []outbox.History{tasks()}, Notifications: notifications(), Batch: 2}
	for _, f := range change {
		f(&c)
	}
	w, err := New(pool, c)
	if err != nil {
		t.Fatal(err)
	}
	w.breath = 0
	return w
}

// exec runs a statement of a test.
func (b bundle) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.pool.Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatal(err)
	}
}

// text is the only column of the rows of a query, with blanks between them.
func (b bundle) text(sql string, args ...any) string {
	b.t.Helper()
	rows, err := b.pool.Query(b.t.Context(), sql, args...)
	if err != nil {
		b.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(list, " ")
}

// ask makes a task of app 300.
func (b bundle) ask(guid, asked string) {
	b.t.Helper()
	b.exec(`insert into shop.task (guid, app, asked) values ($1, '300', $2)`, guid, asked)
}

// once works off one task, which must be there.
func (b bundle) once() {
	b.t.Helper()
	if done, err := b.Once(b.t.Context()); err != nil || !done {
		b.t.Fatalf("done %v, %v", done, err)
	}
}

// queued are the notifications of an app in their order: command/thing.
func (b bundle) queued(app string) string {
	b.t.Helper()
	return b.text(`select cmd || '/' || (body ->> 'guid') from jiekou.outbox where app = $1 order by id`, app)
}

// state is what became of a task.
func (b bundle) state(guid string) string {
	b.t.Helper()
	return b.text(`select concat_ws(', ', status, started is not null and ended >= started and modified is not null, remark) from shop.task where guid = $1`, guid)
}

// expire ends all leases, as if their workers had been killed long ago.
func (b bundle) expire() {
	b.t.Helper()
	b.exec(`update jiekou.sync set leased_until = now() - interval '1 second' where finished is null`)
}
