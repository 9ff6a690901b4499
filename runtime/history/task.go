package history

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/retain"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// part is one notification of a task.
type part struct {
	n        int
	cmd      string
	after    []string
	queued   int64
	finished bool
	why      string
}

const (
	partsSQL = `
insert into jiekou.sync_part (system, task, n, cmd)
select $1, $2, min(u.n), btrim(u.cmd) from unnest(string_to_array($3, $4)) with ordinality as u(cmd, n)
where btrim(u.cmd) <> '' group by btrim(u.cmd)
on conflict do nothing`
	listSQL = `
select n, cmd, after, queued, finished is not null, why from jiekou.sync_part where system = $1 and task = $2 order by n`
	// holdSQL renews the lease; no row: it is lost.
	holdSQL = `
update jiekou.sync set leased_until = now() + $4::interval where system = $1 and task = $2 and lease = $3 and holder = $5 || ':' || $3 and finished is null`
	waitingSQL = `
select count(*) from (select from jiekou.outbox
  where system = $1 and app = $2 and delivered is null and dead is null limit $3) waiting`
)

// task goes through the parts of a task and ends it.
func (w *Worker) task(ctx context.Context, c *claim) error {
	var parts []part
	err := w.hold(ctx, c, func(tx pgx.Tx) (err error) {
		parts, err = c.parts(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for i := range parts {
		for !parts[i].finished {
			full, err := w.step(ctx, c, &parts[i])
			if err != nil {
				return err
			}
			if full {
				return w.rest(ctx, c)
			}
		}
	}
	return w.finish(ctx, c, parts)
}

// parts returns the parts of a task, which its first worker makes.
func (c *claim) parts(ctx context.Context, tx pgx.Tx) ([]part, error) {
	if _, err := tx.Exec(ctx, partsSQL, c.System, c.guid, c.types, c.Separator); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, listSQL, c.System, c.guid)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (p part, err error) {
		return p, row.Scan(&p.n, &p.cmd, &p.after, &p.queued, &p.finished, &p.why)
	})
}

// rest gives a task back, to be taken up again some time later.
func (w *Worker) rest(ctx context.Context, c *claim) error {
	_, err := w.pool.Exec(ctx, `update jiekou.sync set leased_until = now() + $4::interval, holder = null
where system = $1 and task = $2 and lease = $3 and holder = $5 || ':' || $3`,
		c.System, c.guid, c.lease, w.config.Poll, w.id)
	return err
}

// hold does f in a transaction in which the task is this worker's.
func (w *Worker) hold(ctx context.Context, c *claim, f func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, holdSQL, c.System, c.guid, c.lease, w.config.Lease, w.id)
		if err == nil && tag.RowsAffected() == 0 {
			err = errLost
		}
		if err != nil {
			return err
		}
		return f(tx)
	})
}

// step queues one batch of a part. full reports that too much waits for the app
// already. A batch that the database refuses again and again ends the part.
func (w *Worker) step(ctx context.Context, c *claim, p *part) (full bool, err error) {
	var waiting int
	if err := w.pool.QueryRow(ctx, waitingSQL, c.System, c.app, w.config.Backlog).Scan(&waiting); err != nil {
		return false, err
	}
	if waiting >= w.config.Backlog {
		return true, nil
	}
	next := *p
	err = w.hold(ctx, c, func(tx pgx.Tx) error { return w.batch(ctx, tx, c, &next) })
	if err == nil {
		*p = next
		return false, nil
	}
	if errors.Is(err, errLost) || ctx.Err() != nil {
		return false, err
	}
	w.config.Log.Warn("a batch of history was not queued", "system", c.System, "task", c.guid, "cmd", p.cmd, "cause", store.Refuse(err))
	retain.Pause(ctx, w.breath)
	if refused, ok := errors.AsType[*problem.Error](store.Refuse(err)); ok && refused.Rule == problem.Unavailable {
		return false, nil
	}
	return false, w.hold(ctx, c, func(tx pgx.Tx) error {
		var failures int
		err := tx.QueryRow(ctx, `update jiekou.sync_part set failures = failures + 1 where system = $1 and task = $2 and n = $3 returning failures`,
			c.System, c.guid, p.n).Scan(&failures)
		if err != nil || failures < maxFailures {
			return err
		}
		p.finished, p.why = true, c.Texts.BadData
		return p.save(ctx, tx, c)
	})
}

// batch queues the next rows of a part and notes where it ended.
func (w *Worker) batch(ctx context.Context, tx pgx.Tx, c *claim, p *part) error {
	n := w.notification(c.System, p.cmd)
	why, err := obstacle(ctx, tx, c, p.cmd, n)
	if err != nil {
		return err
	}
	if why != "" {
		p.finished, p.why = true, why
		return p.save(ctx, tx, c)
	}
	rows, err := tx.Query(ctx, n.History, p.after, c.from, c.to, c.scope, w.config.Batch)
	if err != nil {
		return err
	}
	by, err := pgx.CollectRows(rows, pgx.RowTo[[]string])
	if err != nil {
		return err
	}
	p.finished = len(by) < w.config.Batch
	if len(by) > 0 {
		p.after = by[len(by)-1]
		queued, err := n.Queue(ctx, tx, c.app, by)
		if err != nil {
			return err
		}
		p.queued += queued
	}
	return p.save(ctx, tx, c)
}

// save writes how far a part is.
func (p *part) save(ctx context.Context, tx pgx.Tx, c *claim) error {
	_, err := tx.Exec(ctx, `update jiekou.sync_part set after = $4, queued = $5, failures = 0, why = $6,
		finished = case when $7 then now() end where system = $1 and task = $2 and n = $3`,
		c.System, c.guid, p.n, p.after, p.queued, p.why, p.finished)
	return err
}

// obstacle says why a part cannot be done, in the document's language; "" where
// it can. The subscription stays as it is until the transaction ends.
func obstacle(ctx context.Context, tx pgx.Tx, c *claim, cmd string, n *outbox.Notification) (string, error) {
	if n == nil || n.History == "" || cmd == c.Result {
		return c.Texts.NoHistory, nil
	}
	for at, name := range c.Scope {
		if c.scope[name] != "" && !slices.Contains(n.Scope, name) {
			return fill(c.Texts.NoScope, "field", c.ScopeFields[at]), nil
		}
	}
	var may bool
	err := tx.QueryRow(ctx, `select not disabled and jiekou.granted(grants, $3) from jiekou.app where system = $1 and id = $2`, c.System, c.app, cmd).
		Scan(&may)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return c.Texts.NoApp, nil
	case err != nil:
		return "", err
	case !may:
		return c.Texts.NoGrant, nil
	}
	var url string
	err = tx.QueryRow(ctx, `select url from jiekou.subscription where system = $1 and app = $2 and cmd = $3 for key share`, c.System, c.app, cmd).
		Scan(&url)
	if errors.Is(err, pgx.ErrNoRows) {
		return c.Texts.NoSubscription, nil
	}
	return "", err
}

// finish ends a task and queues its result, once.
func (w *Worker) finish(ctx context.Context, c *claim, parts []part) error {
	status, remark := c.result(parts)
	return w.hold(ctx, c, func(tx pgx.Tx) error {
		var started time.Time
		err := tx.QueryRow(ctx, `update jiekou.sync set finished = now() where system = $1 and task = $2 returning started`, c.System, c.guid).
			Scan(&started)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, named(`update {table} set {status} = $2, {started} = $3, {finished} = now(), {remark} = $4{modified}
			where {key} = $1 and {status} is null`, c.History), c.guid, status, started, remark)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		_, err = w.notification(c.System, c.Result).Queue(ctx, tx, c.app, [][]string{{c.guid}})
		return err
	})
}

// result is the status and the remark of a task.
func (c *claim) result(parts []part) (int, string) {
	var queued int64
	var wrong []string
	for _, p := range parts {
		queued += p.queued
		if p.why != "" {
			wrong = append(wrong, p.cmd+p.why)
		}
	}
	count, reasons := strconv.FormatInt(queued, 10), strings.Join(wrong, c.Texts.Join)
	switch {
	case len(parts) == 0:
		return c.Failed, c.cut(c.Texts.Nothing)
	case len(wrong) == 0:
		return c.Done, c.cut(fill(c.Texts.Done, "count", count))
	case len(wrong) == len(parts):
		return c.Failed, c.cut(fill(c.Texts.Failed, "reasons", reasons))
	}
	return c.Failed, c.cut(fill(c.Texts.Partly, "count", count, "reasons", reasons))
}

// cut makes a remark fit its column.
func (c *claim) cut(remark string) string {
	text := []rune(remark)
	if c.RemarkLength > 0 && len(text) > c.RemarkLength {
		text = append(text[:c.RemarkLength-1], '…')
	}
	return string(text)
}
