package store

import (
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// quarrelTime is how long the reports of an app stay among themselves after one of them
// waited for a row that another transaction had.
const quarrelTime = time.Minute

// among returns the groups of an app that quarrelled of late; nil: it shares those of all.
// Reports that write one row again and again wait for each other in their turns, and undo
// the groups that they are in. By themselves they have one turn for groups, so that one comes
// after the other, and some for what a group could not keep: the others are not held up.
func (g *groups) among(app string) *groups {
	g.mu.Lock()
	defer g.mu.Unlock()
	own := g.own[app]
	if own != nil && time.Now().After(own.until) {
		delete(g.own, app)
		return nil
	}
	return own
}

// quarrels notes that a report of an app waited for a row.
func (g *groups) quarrels(app string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.own == nil { // they are those of an app
		return
	}
	if g.own[app] == nil {
		g.own[app] = &groups{pool: g.pool, few: 1, turns: 1, apart: make(chan struct{}, max(2, g.turns/2))}
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
