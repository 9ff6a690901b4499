package store

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/limit"
)

// Bounds of groups.
const (
	groupMost  = 32 // statements of one group
	groupLeast = 4  // that are worth a further turn
	groupLarge = 64 // rows that a report brings along, above which it is in no group
	// groupLock is how long a group waits for a lock that somebody else has: one report
	// must not delay the others.
	groupLock = 100 * time.Millisecond
)

// report is the statement of a report on its way to the database.
type report struct {
	ctx        context.Context // has a deadline
	app        string
	round      int // of the queue in which it waits
	sql        string
	args, dest []any
	err        error
	alone      bool      // nothing of it was kept by its group: to be tried by itself
	leads      chan bool // its signal: the turn, or (false) another report has sent it
	slow, done bool      // it passed its turn on before it was done; it is done
}

// groups lets reports that come at the same time share a transaction, and so a
// round trip and a wait for the disk. There are a few turns. A report that finds
// one free sends its statement at once; the others wait. The report that gets the
// next turn sends the statements of all that wait by then, and as soon as enough
// wait, they get a further turn. So no report waits for company while there is
// little to do, groups grow with the load, and a slow disk does not leave turns
// unused. Those that wait are served in rounds, in each of which an app has one report.
//
// A report that brings many rows along takes part in none of this: others would wait for
// its rows in their own transaction. Such reports have turns of their own. So have, for a
// while, the reports of an app one of which waited for a row that another transaction had
// (see among).
type groups struct {
	pool       *pgxpool.Pool
	few, turns int           // turns for anybody, and in all
	apart      chan struct{} // turns for reports that are in no group

	mu      sync.Mutex
	taken   int // turns
	slow    int // reports that passed their turn on before they were done
	round   int // of the report that was served last
	waiting []*report
	own     map[string]*groups // of apps that quarrelled of late
	until   time.Time          // an app has these
}

// newGroups returns groups over a pool with a number of turns, of which few are for
// anybody and the others for groups.
func newGroups(pool *pgxpool.Pool, few, turns int) *groups {
	return &groups{pool: pool, few: few, turns: turns, apart: make(chan struct{}, max(1, few/2)), own: map[string]*groups{}}
}

// do runs the statement of a report and scans its row. ctx must have a deadline;
// once the statement was sent, only its deadline ends it.
func (g *groups) do(ctx context.Context, sql string, args, dest []any) error {
	r := &report{ctx: ctx, app: limit.Whose(ctx), sql: sql, args: args, dest: dest, leads: make(chan bool, 1)}
	if isLarge(args) {
		return g.separate(r)
	}
	own := g.among(r.app)
	if own == nil {
		g.join(r)
		if !r.alone {
			return r.err
		}
		if own = g.among(r.app); own == nil {
			return g.single(r)
		}
		r.err, r.alone = nil, false
	}
	if own.join(r); r.alone {
		return own.separate(r)
	}
	return r.err
}

// join runs a report, with those that come at the same time.
func (g *groups) join(r *report) {
	if g.begin(r) || g.wait(r) {
		g.lead(r)
	}
}

// isLarge reports whether a report brings many rows along: columns that are arrays of one
// length. A single array may be what its app is bound to.
func isLarge(args []any) bool {
	length := 0
	for _, a := range args {
		v := reflect.ValueOf(a)
		if v.Kind() != reflect.Slice || v.Len() <= groupLarge || v.Type().Elem().Kind() == reflect.Uint8 {
			continue
		}
		if v.Len() == length {
			return true
		}
		length = v.Len()
	}
	return false
}

// separate runs a report that is in no group, when it has one of the turns for such.
func (g *groups) separate(r *report) error {
	select {
	case g.apart <- struct{}{}:
		defer func() { <-g.apart }()
		return g.single(r)
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
}

// begin gives a report a free turn, or lets it wait.
func (g *groups) begin(r *report) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.taken < g.few || g.taken < g.turns && len(g.waiting)+1 >= groupLeast {
		g.taken++
		r.round = g.round
		return true
	}
	g.queue(r)
	return false
}

// queue puts a report behind those of its round: the one after that of the last report of
// its app, or of the one that is being served.
func (g *groups) queue(r *report) {
	r.round = g.round + 1
	for _, w := range slices.Backward(g.waiting) {
		if w.app == r.app {
			r.round = w.round + 1
			break
		}
	}
	at := len(g.waiting)
	for at > 0 && g.waiting[at-1].round > r.round {
		at--
	}
	g.waiting = slices.Insert(g.waiting, at, r)
}

// wait says whether a report that waited has the turn now; otherwise it is done. A
// report without time left withdraws, unless it was sent: then its arguments and
// the places for its row are in use.
func (g *groups) wait(r *report) bool {
	select {
	case leads := <-r.leads:
		return leads
	case <-r.ctx.Done():
	}
	g.mu.Lock()
	at := slices.Index(g.waiting, r)
	if at >= 0 {
		g.waiting = slices.Delete(g.waiting, at, at+1)
	}
	g.mu.Unlock()
	if at < 0 {
		return <-r.leads
	}
	r.err = r.ctx.Err()
	return false
}

// lead uses a turn for a report and those that it takes along, and passes it on.
func (g *groups) lead(r *report) {
	list := g.take(r)
	if len(list) == 1 {
		g.first(r)
		return
	}
	g.together(list)
	g.pass()
	for _, other := range list[1:] {
		other.leads <- false
	}
}

// take returns the reports that are sent with one: itself, and its turn's share of
// those that wait.
func (g *groups) take(r *report) []*report {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), groupMost-1, max(groupLeast-1, (len(g.waiting)+g.turns-1)/g.turns))
	list := append([]*report{r}, g.waiting[:n]...)
	g.waiting = slices.Delete(g.waiting, 0, n)
	g.round = list[n].round
	return list
}

// pass gives the turn to the report that is the next one.
func (g *groups) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 || g.taken > g.few && len(g.waiting) < groupLeast {
		g.taken--
		return
	}
	g.waiting[0].leads <- true
	g.waiting = slices.Delete(g.waiting, 0, 1)
}

// single runs one report in a transaction of its own.
func (g *groups) single(r *report) error {
	var err error
	for range attempts {
		err = g.pool.QueryRow(r.ctx, r.sql, r.args...).Scan(r.dest...)
		if !again(err) {
			break
		}
	}
	return err
}

// lockSQL bounds the wait for locks until the transaction ends.
const lockSQL = `select set_config('lock_timeout', $1::text, true)`

// together runs several reports in one transaction. If PostgreSQL refuses one of
// them, it keeps none: each must then be tried alone.
func (g *groups) together(list []*report) {
	ctx, cancel := soonest(list)
	defer cancel()
	batch := new(pgx.Batch)
	batch.Queue(lockSQL, groupLock.String())
	for _, r := range list {
		batch.Queue(r.sql, r.args...)
	}
	results := g.pool.SendBatch(ctx, batch)
	_, failed := results.Exec()
	for _, r := range list {
		if failed != nil {
			break
		}
		var own error
		if own, failed = scan(results, r.dest); own != nil {
			r.err = own
		}
		if waited(failed) {
			g.quarrels(r.app)
		}
	}
	if err := results.Close(); failed == nil {
		failed = err
	}
	if failed == nil {
		return
	}
	for _, r := range list {
		r.err, r.alone = failed, nothingKept(failed)
	}
}

// nothingKept reports whether an error means for sure that the transaction was
// given up: PostgreSQL refused it and goes on, or it was never complete.
func nothingKept(err error) bool {
	if _, ok := errors.AsType[pgx.ErrPreprocessingBatch](err); ok {
		return true
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.SeverityUnlocalized == "ERROR"
}

// scan reads the row of the next result. own is a fault of the row alone (rows.Scan
// would end the batch), failed a fault of all.
func scan(results pgx.BatchResults, dest []any) (own, failed error) {
	rows, err := results.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if rows.Next() {
		own = pgx.ScanRow(rows.Conn().TypeMap(), rows.FieldDescriptions(), rows.RawValues(), dest...)
	} else {
		own = pgx.ErrNoRows
	}
	rows.Close()
	return own, rows.Err()
}

// soonest is a context that ends when the first of some reports has no time left.
func soonest(list []*report) (context.Context, context.CancelFunc) {
	first, _ := list[0].ctx.Deadline()
	for _, r := range list[1:] {
		if d, ok := r.ctx.Deadline(); ok && d.Before(first) {
			first = d
		}
	}
	return context.WithDeadline(context.WithoutCancel(list[0].ctx), first)
}
