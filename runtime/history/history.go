// Package history sends the history of notifications to the app that asked for
// it: tasks name notifications, a range of time and a scope; a Worker walks over
// the rows of each in batches, queues them for that app only, and at the end
// queues the result of the task, once.
//
// A batch and the place of the next one commit in one transaction, so a Worker may
// be killed at any moment: another one goes on without a gap and without a copy.
// Workers share tasks by leases; a lease has a number, and work under an old number
// has no effect.
//
// A row is sent as it is when its batch is queued, under a lock, so that a
// simultaneous change is sent after it.
package history

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/retain"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// The defaults of a Config.
const (
	DefaultBatch   = 500
	DefaultLease   = 30 * time.Second
	DefaultPoll    = 2 * time.Second
	DefaultBacklog = 10_000
	DefaultWorkers = 2

	breath      = time.Second // after an error of the database
	maxFailures = 5           // of one batch in a row, not counting a database that is away
)

// Config configures a Worker. Tasks and Notifications are required.
type Config struct {
	Tasks         []outbox.History
	Notifications []outbox.Notification
	Log           *slog.Logger  // nil: discard
	Batch         int           // rows of one transaction, 0: DefaultBatch
	Lease         time.Duration // the time that a killed worker costs a task, 0: DefaultLease
	Poll          time.Duration // between looks for tasks, 0: DefaultPoll
	Workers       int           // tasks at once, 0: DefaultWorkers
	// Backlog is how many notifications may wait for an app before its tasks wait too,
	// so that history does not delay current notifications for long. 0: DefaultBacklog.
	Backlog int
}

// Worker works off tasks.
type Worker struct {
	pool   *pgxpool.Pool
	config Config
	breath time.Duration
	id     string // of this worker among all

	mu   sync.Mutex // of held; one claims after another, so that none takes what another has just claimed
	held []held

	down atomic.Bool // an error was logged, and is not over
}

// held is a task that this worker works off.
type held struct{ system, guid string }

// New returns a Worker. It refuses a result that is no notification of the
// system.
func New(pool *pgxpool.Pool, c Config) (*Worker, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Batch, c.Lease, c.Poll = cmp.Or(c.Batch, DefaultBatch), cmp.Or(c.Lease, DefaultLease), cmp.Or(c.Poll, DefaultPoll)
	c.Backlog, c.Workers = cmp.Or(c.Backlog, DefaultBacklog), cmp.Or(c.Workers, DefaultWorkers)
	w := &Worker{pool: pool, config: c, breath: breath, id: rand.Text()}
	for _, t := range c.Tasks {
		if w.notification(t.System, t.Result) == nil {
			return nil, fmt.Errorf("history: system %s has no notification %s", t.System, t.Result)
		}
	}
	return w, nil
}

// notification finds a notification.
func (w *Worker) notification(system, cmd string) *outbox.Notification {
	i := slices.IndexFunc(w.config.Notifications, func(n outbox.Notification) bool { return n.System == system && n.Cmd == cmd })
	if i < 0 {
		return nil
	}
	return &w.config.Notifications[i]
}

// Run works until ctx ends. Errors are logged, and tried again.
func (w *Worker) Run(ctx context.Context) {
	var group sync.WaitGroup
	for range w.config.Workers {
		group.Go(func() {
			for ctx.Err() == nil {
				done, err := w.Once(ctx)
				w.say(ctx, err)
				switch {
				case err != nil:
					retain.Pause(ctx, w.breath)
				case !done:
					retain.Pause(ctx, w.config.Poll)
				}
			}
		})
	}
	group.Wait()
}

// say logs an error, once until there is none.
func (w *Worker) say(ctx context.Context, err error) {
	switch {
	case err == nil:
		if w.down.Swap(false) {
			w.config.Log.Info("history is queued again")
		}
	case ctx.Err() == nil && !w.down.Swap(true):
		w.config.Log.Error("history cannot be queued", "cause", store.Refuse(err)) // the database's own text may quote a value
	}
}

// Once works off one task that nobody has, as far as that is possible now, and
// reports whether there was one.
func (w *Worker) Once(ctx context.Context) (bool, error) {
	for _, t := range w.config.Tasks {
		c, err := w.claim(ctx, t)
		if errors.Is(err, pgx.ErrNoRows) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("history.claim: %w", err)
		}
		err = w.task(ctx, c)
		w.end(c)
		if err != nil && !errors.Is(err, errLost) {
			return true, fmt.Errorf("history %s %s: %w", t.System, c.guid, err)
		}
		return true, nil
	}
	return false, nil
}

// errLost says that somebody else has the task now.
var errLost = errors.New("the lease is lost")

// claim is a task that this worker has.
type claim struct {
	outbox.History
	guid     string
	app      string
	lease    int64
	types    string
	from, to *time.Time
	scope    map[string]string
}

// claimSQL takes the oldest task that is open and that nobody has: its lease is over, or it
// is this worker's, $3, which knows nothing of it since an answer of the database was lost:
// it is not among $4.
const claimSQL = `
with open as (
  select t.{key} as task, t.{app} as app from {table} t
  left join jiekou.sync s on s.system = $1 and s.task = t.{key}
  where t.{status} is null and (s.task is null or s.leased_until < now() or s.holder = $3 || ':' || s.lease and not s.task = any($4))
  order by t.created, t.{key} limit 1
), mine as (
  insert into jiekou.sync as s (system, task, app, leased_until, holder)
  select $1, task, app, now() + $2::interval, $3 || ':1' from open
  on conflict (system, task) do update set lease = s.lease + 1, leased_until = excluded.leased_until, holder = $3 || ':' || (s.lease + 1)
  where s.leased_until < now() or s.holder = $3 || ':' || s.lease and not s.task = any($4)
  returning task, lease
)
select m.task, m.lease, t.{app}, t.{notifications}, t.{since}, t.{until}, jsonb_strip_nulls(jsonb_build_object({scope}))
from mine m join {table} t on t.{key} = m.task`

// claim takes a task, or returns pgx.ErrNoRows.
func (w *Worker) claim(ctx context.Context, t outbox.History) (*claim, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	mine := []string{}
	for _, one := range w.held {
		if one.system == t.System {
			mine = append(mine, one.guid)
		}
	}
	c := &claim{History: t}
	err := w.pool.QueryRow(ctx, named(claimSQL, t), t.System, w.config.Lease, w.id, mine).
		Scan(&c.guid, &c.lease, &c.app, &c.types, &c.from, &c.to, &c.scope)
	if err == nil {
		w.held = append(w.held, held{t.System, c.guid})
	}
	return c, err
}

// end forgets a task that is worked off no more.
func (w *Worker) end(c *claim) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := slices.Index(w.held, held{c.System, c.guid}); i >= 0 {
		w.held = slices.Delete(w.held, i, i+1)
	}
}

// named puts the names of a table with tasks into a statement.
func named(sql string, t outbox.History) string {
	var scope []string
	for _, column := range t.Scope {
		scope = append(scope, "'"+column+"', t."+column)
	}
	modified := ""
	if t.Modified != "" {
		modified = ", " + t.Modified + " = now()"
	}
	return fill(sql, "table", t.System+"."+t.Table, "key", t.Key, "app", t.App, "name", t.Name, "notifications", t.Notifications,
		"since", t.Since, "until", t.Until, "scope", strings.Join(scope, ", "), "status", t.Status, "started", t.Started,
		"finished", t.Finished, "remark", t.Remark, "modified", modified)
}

// fill puts values into the braces of a text: name, value, name, value.
func fill(text string, values ...string) string {
	for i := range values {
		if i%2 == 0 {
			values[i] = "{" + values[i] + "}"
		}
	}
	return strings.NewReplacer(values...).Replace(text)
}
