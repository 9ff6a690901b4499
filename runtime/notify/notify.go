// Package notify delivers the notifications that wait in jiekou.outbox, to each
// receiver in order and at least once.
//
// A receiver is an app of a system, and has one queue: all its notifications in
// the order of outbox.id. The first one that fails holds up the others of its
// receiver, and nobody else's, until it is delivered or dead. An Engine claims
// receivers by leases; several engines, in several servers, share the work. A
// lease has a number: what an engine reports under an old number has no effect.
//
// Message id and timestamp are given at the first attempt and are on disk before
// anything is sent, so every attempt sends the same bytes. What is marked as
// delivered is marked one by one: an engine that is killed costs its receivers
// one lease time and at most one copy of one notification.
//
// No log line and no row of this package but the outbox itself holds a value of a
// notification, a URL or a secret.
package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/envelope"
)

// What a Config stands for that says nothing else.
const (
	DefaultWorkers   = 64
	DefaultLease     = 30 * time.Second
	DefaultTimeout   = 15 * time.Second
	DefaultPatience  = 5 * 24 * time.Hour
	DefaultRetention = 90 * 24 * time.Hour

	poll  = 200 * time.Millisecond // between looks at the queues
	gap   = 5 * time.Millisecond   // at least, between two looks
	grace = 5 * time.Second        // for calls under way when an engine is stopped
	batch = 100                    // notifications of one lease
)

// System says how notifications of a system are sealed and replies are read.
type System struct {
	Codec    *envelope.Codec
	Zone     string // of the time in message ids
	Dispatch string // header field that names the notification, "header.cmd"
	Message  string // header field of the message id, "header.sid"
	Code     string // member of a plain reply that carries the code
	Success  string // the code of success
	Repeated string // the code of a message id seen before, which counts too; empty: none
}

// App is what an engine needs of a receiver.
type App struct {
	Keys *envelope.Keys        // prepared for the system's Codec
	May  func(cmd string) bool // whether it may have the notification; never where it is disabled
}

// Apps finds apps, disabled ones too.
type Apps interface {
	Find(ctx context.Context, system, id string) (App, bool)
}

// Observer is told of every attempt.
type Observer interface {
	Attempted(system, cmd string, outcome Outcome, took time.Duration)
}

// Config is what an Engine needs. Systems and Apps are required.
type Config struct {
	Systems  map[string]System // by name; what other systems queue is left alone
	Apps     Apps
	Observer Observer       // nil: nobody
	Log      *slog.Logger   // nil: discard
	Allow    []netip.Prefix // private addresses that may be called all the same
	// Schedule is how long to wait after the first, second … failure of one
	// notification; after the last one it is dead. nil: DefaultSchedule. Each wait
	// varies by a fifth, up or down.
	Schedule  []time.Duration
	Workers   int           // receivers that are served at once, 0: DefaultWorkers
	Lease     time.Duration // what a killed engine costs its receivers, 0: DefaultLease
	Timeout   time.Duration // of one call, at most 3/4 of Lease, 0: DefaultTimeout
	Patience  time.Duration // a receiver that failed for so long is disabled, 0: DefaultPatience
	Retention time.Duration // of what was delivered, 0: DefaultRetention
	// Now is the clock of schedules and timestamps, nil: the database's. Leases
	// always go by the database's.
	Now func() time.Time
}

// Engine delivers notifications.
type Engine struct {
	pool   *pgxpool.Pool
	config Config
	log    *slog.Logger
	names  []string // of systems
	sender *sender

	hint    chan struct{}
	busy    atomic.Int64 // workers
	failing atomic.Int64 // workers at receivers that fail
}

// New returns an Engine on a migrated database. It refuses systems without sealed
// messages, an unknown zone, and a schedule without a wait. pool should not be the
// one that answers requests: neither should wait for the other.
func New(pool *pgxpool.Pool, config Config) (*Engine, error) {
	config.Workers = cmp.Or(config.Workers, DefaultWorkers)
	config.Lease = cmp.Or(config.Lease, DefaultLease)
	config.Timeout = min(cmp.Or(config.Timeout, DefaultTimeout), usable(config.Lease))
	config.Patience = cmp.Or(config.Patience, DefaultPatience)
	config.Retention = cmp.Or(config.Retention, DefaultRetention)
	if config.Schedule == nil {
		config.Schedule = DefaultSchedule()
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Apps == nil || len(config.Schedule) == 0 || config.Workers < 1 || config.Lease < 0 {
		return nil, errors.New("notify: apps, a schedule, workers and a lease are needed")
	}
	e := &Engine{pool: pool, config: config, log: config.Log, hint: make(chan struct{}, 1)}
	for name, s := range config.Systems {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("notify: system %s: %w", name, err)
		}
		e.names = append(e.names, name)
	}
	slices.Sort(e.names)
	e.sender = newSender(config)
	return e, nil
}

// check judges a declaration.
func (s System) check() error {
	switch {
	case s.Codec == nil:
		return errors.New("its messages are not sealed")
	case s.Dispatch == "" || s.Message == "" || s.Code == "" || s.Success == "":
		return errors.New("dispatch, message, code and success are needed")
	}
	_, err := time.LoadLocation(s.Zone)
	return err
}

// usable is the part of a lease in which work is done; the rest is the margin.
func usable(lease time.Duration) time.Duration { return lease * 3 / 4 }

// Hint says that something may have been queued. It never waits; without it the
// queues are looked at five times a second.
func (e *Engine) Hint() {
	select {
	case e.hint <- struct{}{}:
	default: // hinted already
	}
}

// Run delivers until ctx ends. Calls under way then get five seconds; leases are
// given back. Run may be called once.
func (e *Engine) Run(ctx context.Context) {
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var workers sync.WaitGroup
	workers.Go(func() { e.retain(ctx) })
	down := false
	for ctx.Err() == nil {
		begun := time.Now()
		claims, err := e.claim(ctx)
		if err != nil && !down && ctx.Err() == nil {
			e.log.Error("the queues cannot be read", "error", sqlState(err))
		} else if err == nil && down {
			e.log.Info("the queues are read again")
		}
		down = err != nil
		for _, c := range claims {
			c.until = begun.Add(usable(e.config.Lease))
			e.count(c, 1)
			workers.Go(func() {
				e.serve(ctx, calls, c)
				e.count(c, -1)
				e.Hint()
			})
		}
		e.wait(ctx, begun)
	}
	timer := time.AfterFunc(grace, cancel)
	defer timer.Stop()
	workers.Wait()
	e.sender.close()
}

// count counts a worker in or out.
func (e *Engine) count(c claim, n int64) {
	e.busy.Add(n)
	if c.failures > 0 {
		e.failing.Add(n)
	}
}

// wait returns when the queues are to be looked at again.
func (e *Engine) wait(ctx context.Context, last time.Time) {
	timer := time.NewTimer(poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return
	case <-timer.C:
	case <-e.hint:
	}
	if rest := gap - time.Since(last); rest > 0 {
		timer.Reset(rest)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
}
