// Package notify delivers the notifications that wait in jiekou.outbox, to each
// receiver in order and at least once.
//
// A receiver is an app of a system, and has one queue: all its notifications in the
// order of outbox.id. The first one that fails holds back its successors, and no
// other receiver's, until it is delivered or dead. An Engine claims receivers by
// leases; several engines, in several servers, share the work. A lease has a
// number: a report under an old number has no effect.
//
// Receivers are served in three lanes with places of their own: those that did not
// fail last time, those that did, and those whose call takes long. A slow call
// leaves the first lane, and is given up if the slow lane is full, so the others
// have places however many receivers hang.
//
// Message id and timestamp are given at the first attempt and are on disk before
// anything is sent, so every attempt sends the same bytes: but for what the protocol
// declares as random, and for the time where its receivers refuse an old one.
// Delivered notifications
// are marked one by one: a killed engine costs its receivers one lease time and at
// most one copy of one notification. After a blip of the database an engine takes its own
// leases up again at once.
//
// No log line and no row of this package but the outbox itself holds a value of a
// notification, a URL or a secret.
package notify

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/retain"
	"github.com/jiekou-dev/jiekou/runtime/trace"
)

// The defaults of a Config.
const (
	DefaultWorkers   = 64
	DefaultLease     = 30 * time.Second
	DefaultTimeout   = 15 * time.Second
	DefaultPatience  = 5 * 24 * time.Hour
	DefaultRetention = 90 * 24 * time.Hour
	DefaultBuried    = 90 * 24 * time.Hour

	DefaultPrompt = time.Second
	DefaultJitter = 0.2

	poll  = 200 * time.Millisecond // between looks at the queues
	gap   = 5 * time.Millisecond   // at least, between two looks
	grace = 5 * time.Second        // for calls under way when an engine is stopped

	takeMost  = 100  // notifications of one lease
	takeLeast = 16   // the same, where many receivers are served at once
	takeAll   = 1000 // of all leases that begin together, where that is not less
)

// System says how notifications of a system are written and their answers are read.
type System struct {
	Protocol *protocol.Protocol        // it declares notifications
	Zone     string                    // of the time in message ids
	Frames   map[string]string         // by notification that has a frame of its own
	Codes    map[string]string         // of the document, with their texts; any other is kept only if it is short
	Doubts   map[string][]outbox.Doubt // by notification: fields whose sent values are looked at, and counted in the log

	sender string // what message ids begin with
	ages   bool   // a message that is sent again needs a new time
}

// Apps knows the keys of apps, prepared for their system's Protocol. The database says
// whether an app may have a notification: the state here may be older.
type Apps interface {
	Find(ctx context.Context, system, id string) (*protocol.Keys, bool)
}

// Observer hears of every attempt.
type Observer interface {
	Attempted(system, app, cmd string, outcome Outcome, took time.Duration)
}

// Config configures an Engine. Systems and Apps are required.
type Config struct {
	Systems  map[string]System // by name; notifications of other systems are left alone
	Apps     Apps
	Observer Observer       // nil: nobody
	Tracer   trace.Provider // of a span for each attempt; nil: none are made
	Log      *slog.Logger   // nil: discard
	Allow    []netip.Prefix // private addresses that may be called all the same
	// Schedule is how long to wait after the first, second … failure of one
	// notification; after the last one it is dead. nil: DefaultSchedule.
	Schedule []time.Duration
	Jitter   float64       // share of a wait by which it varies, up or down, below 1; 0: DefaultJitter, negative: none
	Workers  int           // receivers that are served at once, 0: DefaultWorkers
	Suspects int           // failing receivers that are tried at once, and as many slow ones, beside Workers; 0: twice Workers
	Prompt   time.Duration // a call that takes longer is slow; also the turn of a receiver while others wait. 0: DefaultPrompt
	Lease    time.Duration // the time that a killed engine costs its receivers, 0: DefaultLease
	Timeout  time.Duration // of one call, at most half of Lease, 0: DefaultTimeout
	// Patience is how long a receiver may fail before it is disabled, and how long
	// notifications then wait for it before they are dead. 0: DefaultPatience
	Patience  time.Duration
	Retention time.Duration // of delivered notifications, 0: DefaultRetention
	Buried    time.Duration // of dead ones, 0: DefaultBuried
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

	id   string // of this engine among all
	held held
	down atomic.Bool // the database: what follows from that is not logged again

	hint chan struct{}
	road *road

	looked func(claims int) // told of every look at the queues, for tests; nil: nobody

	deliveries batcher[delivery, bool]
	ends       batcher[end, struct{}]
	doubts     doubts
}

// New returns an Engine on a migrated database. It refuses systems whose protocol has
// no notifications, an unknown zone, and a schedule without a wait. pool should not be
// the one that answers requests: neither should wait for the other.
func New(pool *pgxpool.Pool, config Config) (*Engine, error) {
	config.Workers = cmp.Or(config.Workers, DefaultWorkers)
	config.Lease = cmp.Or(config.Lease, DefaultLease)
	config.Timeout = min(cmp.Or(config.Timeout, DefaultTimeout), config.Lease/2) // so that one lease serves more than one
	config.Patience = cmp.Or(config.Patience, DefaultPatience)
	config.Retention = cmp.Or(config.Retention, DefaultRetention)
	config.Buried = cmp.Or(config.Buried, DefaultBuried)
	config.Suspects = cmp.Or(config.Suspects, 2*config.Workers)
	config.Prompt = cmp.Or(config.Prompt, DefaultPrompt)
	config.Jitter = max(cmp.Or(config.Jitter, DefaultJitter), 0)
	if config.Schedule == nil {
		config.Schedule = DefaultSchedule()
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case config.Apps == nil || len(config.Schedule) == 0 || config.Workers < 1 || config.Suspects < 1 || config.Lease < 0:
		return nil, errors.New("notify: apps, a schedule, workers, suspects and a lease are needed")
	case config.Jitter >= 1:
		return nil, errors.New("notify: jitter is a share below 1")
	}
	e := &Engine{
		pool: pool, config: config, log: config.Log, id: rand.Text(), hint: make(chan struct{}, 1), road: newRoad(config.Workers, config.Suspects),
	}
	e.deliveries.run, e.ends.run = e.delivered, e.release
	e.config.Systems = map[string]System{}
	for name, s := range config.Systems {
		ready, err := s.ready()
		if err != nil {
			return nil, fmt.Errorf("notify: system %s: %w", name, err)
		}
		e.config.Systems[name] = ready
		e.names = append(e.names, name)
	}
	slices.Sort(e.names)
	e.sender = newSender(config)
	return e, nil
}

// ready validates a system and fills in what its protocol says.
func (s System) ready() (System, error) {
	if s.Protocol == nil || s.Protocol.Push == nil {
		return s, errors.New("its protocol has no notifications")
	}
	s.sender, s.ages = s.Protocol.Sender(), s.Protocol.Push.Ages()
	_, err := time.LoadLocation(s.Zone)
	return s, err
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
	workers.Go(func() { retain.Keep(ctx, e.log, e.rules()...) })
	workers.Go(func() { e.keepDoubts(ctx) })
	for ctx.Err() == nil {
		begun := time.Now()
		claims, err := e.claim(ctx)
		if err != nil && ctx.Err() == nil {
			e.fails("the queues cannot be read", err)
		} else if err == nil && e.down.Swap(false) {
			e.log.Info("the queues are read again")
		}
		if err == nil && e.looked != nil {
			e.looked(len(claims))
		}
		for i := range claims {
			claims[i].until = begun.Add(usable(e.config.Lease))
			e.road.enter(claims[i].lane)
		}
		if len(claims) > 0 {
			workers.Go(func() { e.round(ctx, calls, claims, &workers) })
		}
		e.wait(ctx, begun)
	}
	timer := time.AfterFunc(grace, cancel)
	defer timer.Stop()
	workers.Wait()
	e.doubts.flush(e.log)
	e.sender.close()
}

// round serves the receivers of claims that began together.
func (e *Engine) round(ctx, calls context.Context, claims []claim, workers *sync.WaitGroup) {
	err := e.settle(calls, func(ctx context.Context) error { return e.take(ctx, claims) })
	if err != nil {
		e.fails("notifications cannot be read", err, "receivers", len(claims))
	}
	for i := range claims {
		c := &claims[i]
		workers.Go(func() {
			if err != nil {
				e.giveBack(c, false, breath)
			} else {
				e.serve(ctx, calls, c)
			}
			e.road.leave(c.lane)
			e.held.end(c)
			e.Hint()
		})
	}
}

// fails logs an error of the database: the first one until the queues are read again.
func (e *Engine) fails(what string, err error, more ...any) {
	if !e.down.Swap(true) {
		e.log.Error(what, append(more, "error", sqlState(err))...)
	}
}

// wait returns when the queues are to be looked at again. Looks that take long
// come less often.
func (e *Engine) wait(ctx context.Context, last time.Time) {
	took := time.Since(last)
	timer := time.NewTimer(poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return
	case <-timer.C:
	case <-e.hint:
	}
	if rest := max(gap-time.Since(last), took); rest > 0 {
		timer.Reset(rest)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
}
