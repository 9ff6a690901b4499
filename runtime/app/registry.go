package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

const (
	every    = 2 * time.Second       // between looks at the revision
	missGap  = 20 * time.Millisecond // between looks because of unknown apps
	missMost = 64                    // lookups that may wait for such a look at once
	readTime = 2 * time.Second       // for one look
)

// Protocols are those of the systems, by name.
type Protocols map[string]*protocol.Protocol

// Registry knows all apps, in memory. It follows changes within two seconds, and
// keeps its last state while the database is away.
type Registry struct {
	pool      *pgxpool.Pool
	master    *Master
	protocols Protocols
	log       *slog.Logger

	now  atomic.Pointer[snapshot]
	want chan struct{}
	stop context.CancelFunc
	done chan struct{}

	mu      sync.Mutex
	next    chan struct{} // closed after the next look that has not begun yet
	waiting int           // lookups that wait for it
}

type snapshot struct {
	apps     map[holder]*App
	systems  map[string]*protocol.Keys // by system
	revision int64
	ends     *time.Time // of the edition of keys that ends first; nil: none does
}

// NewRegistry reads all apps and follows their changes until Close; ctx bounds
// the first reading only. It fails where the database cannot be read, and with
// ErrMasterKey where there are keys and all are sealed under another one; an app
// that alone is so is left out. The keys of systems without a protocol are not
// prepared. log may be nil.
func NewRegistry(ctx context.Context, pool *pgxpool.Pool, master *Master, protocols Protocols, log *slog.Logger) (*Registry, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	life, stop := context.WithCancel(context.Background())
	r := &Registry{
		pool: pool, master: master, protocols: protocols, log: log, stop: stop,
		want: make(chan struct{}, 1), done: make(chan struct{}), next: make(chan struct{}),
	}
	if err := r.read(ctx, true); err != nil {
		stop()
		return nil, fmt.Errorf("app.registry: %w", err)
	}
	go r.loop(life)
	return r, nil
}

// Close ends the following of changes. Lookups still answer from the last state.
func (r *Registry) Close() {
	r.stop()
	<-r.done
}

// Lookup returns an app, disabled or not. A known one comes from memory without
// a lock. For an unknown one the database is looked at first, in one look each
// 20 ms for all such lookups, so an app works from the moment it was added.
func (r *Registry) Lookup(ctx context.Context, system, id string) (*App, bool) {
	k := holder{system, id}
	if a, ok := r.now.Load().apps[k]; ok {
		return a, true
	}
	if !r.fresh(ctx) {
		return nil, false
	}
	a, ok := r.now.Load().apps[k]
	return a, ok
}

// Look waits for the look that Lookup waits for of an app that is unknown: a caller who
// proves nothing must not learn by the time whether somebody has that id.
func (r *Registry) Look(ctx context.Context) { r.fresh(ctx) }

// Only returns the app of a system that has no other one, disabled ones apart: the
// caller where no message names it. It looks at the database first where it knows none.
func (r *Registry) Only(ctx context.Context, system string) (only *App, ok bool) {
	n := 0
	if only, n = r.only(system); n == 0 && r.fresh(ctx) {
		only, n = r.only(system)
	}
	return only, n == 1
}

// only returns an app of a system that is not disabled, and how many there are.
func (r *Registry) only(system string) (one *App, n int) {
	for _, a := range r.now.Load().apps {
		if a.System == system && !a.Disabled {
			one, n = a, n+1
		}
	}
	return one, n
}

// Len returns how many apps are known.
func (r *Registry) Len() int { return len(r.now.Load().apps) }

// fresh waits for a look at the database that began after the call. It says no
// at once where too many wait already.
func (r *Registry) fresh(ctx context.Context) bool {
	r.mu.Lock()
	if r.waiting >= missMost {
		r.mu.Unlock()
		return false
	}
	r.waiting++
	next := r.next
	r.mu.Unlock()
	select {
	case r.want <- struct{}{}:
	default: // asked for already
	}
	select {
	case <-next:
		return true
	case <-ctx.Done():
	case <-r.done:
	}
	return false
}

// loop looks at the database when it is time and when somebody waits.
func (r *Registry) loop(ctx context.Context) {
	defer close(r.done)
	tick := time.NewTicker(every)
	defer tick.Stop()
	var last time.Time
	down := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-r.want:
			if !sleep(ctx, missGap-time.Since(last)) {
				return
			}
		}
		last = time.Now()
		looked := r.begin()
		err := r.read(ctx, false)
		close(looked)
		switch {
		case err == nil && down:
			r.log.Info("apps are followed again")
		case err != nil && !down && ctx.Err() == nil:
			r.log.Error("apps cannot be read; the last state stays", "error", err)
		}
		down = err != nil
	}
}

// begin lets later lookups wait for the next look and returns the signal of
// this one.
func (r *Registry) begin() chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	looked := r.next
	r.next, r.waiting = make(chan struct{}), 0
	return looked
}

// System returns the keys that all apps of a system share, nil where it has none.
func (r *Registry) System(system string) *protocol.Keys { return r.now.Load().systems[system] }

// read replaces the state if the revision has changed, or an edition of keys has
// ended. The revision is read before the apps: a change in between makes the next
// look read again.
func (r *Registry) read(ctx context.Context, first bool) error {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	last := r.now.Load()
	if first {
		last = &snapshot{revision: -1}
	}
	var revision int64
	var ended bool
	err := r.pool.QueryRow(ctx, `select n, coalesce($1::timestamptz <= now(), false) from jiekou.revision`, last.ends).
		Scan(&revision, &ended)
	if err != nil {
		return err
	}
	if revision == last.revision && !ended {
		return nil
	}
	rows, err := r.pool.Query(ctx, `select system, id, name, grants, disabled, profile, limits, scopes from jiekou.app`)
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, scanApp)
	if err != nil {
		return err
	}
	keys, err := readKeys(ctx, r.pool)
	if err != nil {
		return err
	}
	next, err := r.prepared(list, keys)
	if first && err != nil {
		return err
	}
	next.revision, next.ends = revision, keys.ends
	r.now.Store(next)
	return nil
}

func scanApp(row pgx.CollectableRow) (a *App, err error) {
	a = new(App)
	return a, row.Scan(&a.System, &a.ID, &a.Name, &a.Grants, &a.Disabled, &a.Profile, &a.Limit, &a.Scopes)
}

// prepared makes the keys of apps and systems ready. Its error matches ErrMasterKey
// where the master key opens nothing.
func (r *Registry) prepared(list []*App, keys *keyring) (*snapshot, error) {
	next := &snapshot{apps: make(map[holder]*App, len(list)), systems: map[string]*protocol.Keys{}}
	var judge keyJudge
	shared := map[string]editions{}
	for system, p := range r.protocols {
		if p == nil {
			continue
		}
		own, err := keys.open(r.master, system, "")
		judge.note(own, err)
		if err == nil && len(own) > 0 {
			shared[system] = own
			next.systems[system], err = p.Keys("", own.secrets(nil))
		}
		if err != nil {
			r.log.Error("the keys of a system are left out", "system", system, "error", err)
		}
	}
	for _, a := range list {
		own, err := keys.open(r.master, a.System, a.ID)
		judge.note(own, err)
		if err == nil {
			a.of = keys.digest(a)
			err = r.keys(a, own, shared[a.System])
		}
		if err != nil {
			r.log.Error("an app is left out", "system", a.System, "app", a.ID, "error", err)
			continue
		}
		next.apps[holder{a.System, a.ID}] = a
	}
	return next, judge.verdict()
}

// keys prepares the keys of an app, or takes those of the last state where nothing of
// them has changed: to read a key pair takes long.
func (r *Registry) keys(a *App, own, shared editions) (err error) {
	p := r.protocols[a.System]
	if p == nil {
		return nil
	}
	if last := r.now.Load(); last != nil {
		if old := last.apps[holder{a.System, a.ID}]; old != nil && old.of == a.of {
			a.Keys = old.Keys
			return nil
		}
	}
	if a.Keys, err = p.Keys(a.ID, own.secrets(shared)); err == nil && a.Profile != nil {
		a.Keys, err = a.Keys.In(*a.Profile)
	}
	r.lacking(a, p, own.newest(), shared.newest())
	return err
}

// lacking logs the keys that an app should have: what needs them refuses its messages.
func (r *Registry) lacking(a *App, p *protocol.Protocol, own, shared map[string]string) {
	for _, n := range p.Needs(true) {
		text := own[n.Name]
		if n.System {
			text = shared[n.Name]
		}
		if n.Lacks(text) {
			r.log.Error("a key of an app is missing", "system", a.System, "app", a.ID, "key", n.String())
		}
	}
}

// keyJudge distinguishes a wrong master key from a single app that was sealed under
// another one: a key that opens any app is right.
type keyJudge struct {
	right bool
	wrong error // of the first app that has another key
}

// note takes the outcome of opening one app's keys; an app without keys says nothing.
func (j *keyJudge) note(opened editions, err error) {
	if err != nil || len(opened) > 0 {
		j.add(err)
	}
}

// add takes the outcome of opening one key.
func (j *keyJudge) add(err error) {
	switch {
	case err == nil:
		j.right = true
	case j.wrong == nil && errors.Is(err, ErrMasterKey):
		j.wrong = err
	}
}

// verdict returns an error that matches ErrMasterKey where the key is wrong.
func (j *keyJudge) verdict() error {
	if j.right {
		return nil
	}
	return j.wrong
}

// sleep waits; false says that ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
