package app

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/retain"
)

const (
	writeEvery  = 10 * time.Second
	secondsADay = 24 * 60 * 60
	keepCalls   = 400 * 24 * time.Hour
	// Recent is how many days Info.Calls counts.
	Recent = 30
)

// Calls counts the calls of apps by interface and day, without their contents. A call
// costs one lookup in a map; what was counted is written every ten seconds, so a server
// that is killed loses the count of that time. Keep must run.
type Calls struct {
	pool *pgxpool.Pool
	log  *slog.Logger

	mu     sync.Mutex
	counts map[called]count
}

type called struct {
	system, app, cmd string
	day              int64 // of UTC, from 1970 on
}

type count struct{ calls, refused int64 }

// NewCalls returns a counter. Many servers may count at once.
func NewCalls(pool *pgxpool.Pool, log *slog.Logger) *Calls {
	return &Calls{pool: pool, log: log, counts: map[called]count{}}
}

// Count counts one call of an app that is known, to an interface that there is, on the
// day of UTC.
func (c *Calls) Count(system, app, cmd string, refused bool, now time.Time) {
	key := called{system, app, cmd, now.Unix() / secondsADay}
	c.mu.Lock()
	defer c.mu.Unlock()
	one := c.counts[key]
	one.calls++
	if refused {
		one.refused++
	}
	c.counts[key] = one
}

// Keep writes what was counted until ctx ends, and then once more.
func (c *Calls) Keep(ctx context.Context) {
	for ctx.Err() == nil {
		retain.Pause(ctx, writeEvery)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeEvery)
		if err := c.Write(last); err != nil {
			c.log.Warn("calls are counted and not written yet", "error", err)
		}
		cancel()
	}
}

const addCalls = `insert into jiekou.call (system, app, cmd, day, calls, refused)
select * from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::bigint[], $6::bigint[])
on conflict (system, app, cmd, day) do update set calls = call.calls + excluded.calls, refused = call.refused + excluded.refused`

// Write writes what was counted. Where that fails, it is counted still.
func (c *Calls) Write(ctx context.Context) error {
	c.mu.Lock()
	counts := c.counts
	c.counts = make(map[called]count, len(counts))
	c.mu.Unlock()
	if len(counts) == 0 {
		return nil
	}
	keys := make([]called, 0, len(counts))
	for key := range counts {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, called.compare) // servers that write at once lock rows in one order
	var systems, apps, cmds, days []string
	var calls, refused []int64
	for _, key := range keys {
		systems, apps, cmds, days = append(systems, key.system), append(apps, key.app), append(cmds, key.cmd), append(days, time.Unix(key.day*secondsADay, 0).UTC().Format(time.DateOnly))
		calls, refused = append(calls, counts[key].calls), append(refused, counts[key].refused)
	}
	_, err := c.pool.Exec(ctx, addCalls, systems, apps, cmds, days, calls, refused)
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		for key, one := range counts {
			now := c.counts[key]
			c.counts[key] = count{now.calls + one.calls, now.refused + one.refused}
		}
	}
	return err
}

func (k called) compare(o called) int {
	return cmp.Or(cmp.Compare(k.system, o.system), cmp.Compare(k.app, o.app), cmp.Compare(k.cmd, o.cmd), cmp.Compare(k.day, o.day))
}

// ForgetCalls deletes counts of more than 400 days ago.
func ForgetCalls(pool *pgxpool.Pool) retain.Rule {
	return retain.Rule{
		What: "counts of calls", Done: "deleted", Every: forgetEvery, Most: forgetBatch,
		Batch: func(ctx context.Context, now time.Time, most int64) (int64, error) {
			tag, err := pool.Exec(ctx, `delete from jiekou.call where ctid = any(array(
				select ctid from jiekou.call where day < $1 limit $2 for update skip locked))`, now.Add(-keepCalls), most)
			return tag.RowsAffected(), err
		},
	}
}
