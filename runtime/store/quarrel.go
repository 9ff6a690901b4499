package store

import (
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// quarrelTime is how long the reports of an app stay among themselves after one of them
// waited for a row that another transaction had.
const quarrelTime = time.Minute

// quarrel is an app whose reports stay among themselves until a time.
type quarrel struct {
	groups *groups
	until  time.Time
}

// among returns the groups of an app that quarrelled of late; nil: it shares those of all.
// Reports that write one row again and again wait for each other in their turns, and undo
// the groups that they are in. By themselves they have one turn for groups, so that one comes
// after the other, and some for what a group could not keep: the others are not held up.
func (g *groups) among(app string) *groups {
	g.mu.Lock()
	defer g.mu.Unlock()
	q := g.own[app]
	switch {
	case q == nil:
		return nil
	case time.Now().After(q.until):
		delete(g.own, app)
		return nil
	}
	return q.groups
}

// quarrels notes that a report of an app waited for a row.
func (g *groups) quarrels(app string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.own == nil { // they are those of an app
		return
	}
	if g.own[app] == nil {
		own := newGroups(g.pool, 1, 1)
		own.apart, own.own = make(chan struct{}, max(2, g.turns/2)), nil
		g.own[app] = &quarrel{groups: own}
	}
	g.own[app].until = time.Now().Add(quarrelTime)
}

// waited reports whether a statement was given up because another transaction had what it
// wanted.
func waited(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "55P03" || e.Code == "40P01") // lock_not_available, deadlock_detected
}

// first runs a report that found a turn free. If it takes long, it may wait for a row: it
// passes its turn on, so that nobody waits with it. Only a few may, which leaves the others
// connections.
func (g *groups) first(r *report) {
	timer := time.AfterFunc(groupLock, func() {
		g.mu.Lock()
		r.slow = !r.done && g.slow < g.few
		pass := r.slow
		if pass {
			g.slow++
		}
		g.mu.Unlock()
		if pass {
			g.pass()
		}
	})
	r.err = g.single(r)
	timer.Stop()
	g.mu.Lock()
	r.done = true
	if r.slow {
		g.slow--
	}
	g.mu.Unlock()
	if !r.slow {
		g.pass()
	}
}
