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
)

const (
	every      = 2 * time.Second        // between looks at the revision
	missGap    = 200 * time.Millisecond // between looks because of unknown apps
	missMost   = 64                     // lookups that may wait for such a look at once
	readTime   = 2 * time.Second        // for one look
	fieldToken = "token"                // names of the secrets, in Prepare and in their sealing

	fieldAppKey = "appkey"
)

// Prepare turns the secrets of an app, "token" and "appkey", into the keys that its
// system needs. It runs when apps are read, never in a request. An app that it
// refuses stays unknown.
type Prepare func(system, id string, secrets map[string]string) (any, error)

// Registry knows all apps, in memory. It follows changes within two seconds, and
// keeps its last state while the database is away.
type Registry struct {
	pool    *pgxpool.Pool
	master  *Master
	prepare Prepare
	log     *slog.Logger

	now      atomic.Pointer[snapshot]
	revision int64 // of now; only loop touches it
	want     chan struct{}
	stop     context.CancelFunc
	done     chan struct{}

	mu      sync.Mutex
	next    chan struct{} // closed after the next look that has not begun yet
	waiting int           // lookups that wait for it
}

type key struct{ system, id string }

type snapshot struct{ apps map[key]*App }

// NewRegistry reads all apps and follows their changes until Close; ctx bounds
// the first reading only. It fails where the database cannot be read, and with
// ErrMasterKey where there are apps and all are sealed under another key; an app
// that alone is so is left out. prepare may be nil;
// log may be nil.
func NewRegistry(ctx context.Context, pool *pgxpool.Pool, master *Master, prepare Prepare,
	log *slog.Logger,
) (*Registry, error) {
	if prepare == nil {
		prepare = func(string, string, map[string]string) (any, error) { return nil, nil }
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	life, stop := context.WithCancel(context.Background())
	r := &Registry{
		pool: pool, master: master, prepare: prepare, log: log, stop: stop,
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
// 200 ms for all such lookups, so an app works from the moment it was added.
func (r *Registry) Lookup(ctx context.Context, system, id string) (*App, bool) {
	k := key{system, id}
	if a, ok := r.now.Load().apps[k]; ok {
		return a, true
	}
	if !r.fresh(ctx) {
		return nil, false
	}
	a, ok := r.now.Load().apps[k]
	return a, ok
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

// read replaces the state if the revision has changed. The revision is read before
// the apps: a change in between makes the next look read again.
func (r *Registry) read(ctx context.Context, first bool) error {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	var revision int64
	if err := r.pool.QueryRow(ctx, `select n from jiekou.revision`).Scan(&revision); err != nil {
		return err
	}
	if revision == r.revision && !first {
		return nil
	}
	rows, err := r.pool.Query(ctx, `select system, id, name, grants, disabled, token, appkey from jiekou.app`)
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, scanSealed)
	if err != nil {
		return err
	}
	apps := make(map[key]*App, len(list))
	var judge keyJudge
	for _, s := range list {
		secrets, err := r.open(&s)
		judge.add(err)
		if err == nil {
			s.Prepared, err = r.prepare(s.System, s.ID, secrets)
		}
		if err != nil {
			r.log.Error("an app is left out", "system", s.System, "app", s.ID, "error", err)
			continue
		}
		apps[key{s.System, s.ID}] = &s.App
	}
	if err := judge.verdict(); first && err != nil {
		return err
	}
	r.now.Store(&snapshot{apps})
	r.revision = revision
	return nil
}

// sealed is a row.
type sealed struct {
	App
	token, appkey []byte
}

func scanSealed(row pgx.CollectableRow) (s sealed, err error) {
	return s, row.Scan(&s.System, &s.ID, &s.Name, &s.Grants, &s.Disabled, &s.token, &s.appkey)
}

// open returns the secrets of an app.
func (r *Registry) open(s *sealed) (map[string]string, error) {
	token, err := r.master.open(s.System, s.ID, fieldToken, s.token)
	if err != nil {
		return nil, err
	}
	appkey, err := r.master.open(s.System, s.ID, fieldAppKey, s.appkey)
	if err != nil {
		return nil, err
	}
	return map[string]string{fieldToken: token, fieldAppKey: appkey}, nil
}

// keyJudge distinguishes a wrong master key from a single app that was sealed under
// another one: a key that opens any app is right.
type keyJudge struct {
	right bool
	wrong error // of the first app that has another key
}

// add takes the outcome of opening one app's secret.
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
