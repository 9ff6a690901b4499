package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// pushConnections are those of deliveries alone: they never wait for requests,
// nor requests for them.
const pushConnections = 8

// startPush delivers notifications until the returned function is called, which
// waits for what is under way.
func startPush(ctx context.Context, b *base, d *daemon, o serveOptions, log *slog.Logger) (stop func(), err error) {
	allow, err := notify.ParseAllow(o.pushAllow)
	if err != nil {
		return nil, usageError{err}
	}
	schedule, err := notify.ParseSchedule(o.retry)
	if err != nil {
		return nil, usageError{fmt.Errorf("--retry: %w", err)}
	}
	jitter, err := notify.ParseJitter(o.retryJitter)
	if err != nil {
		return nil, usageError{fmt.Errorf("--retry-jitter: %w", err)}
	}
	if o.demo {
		allow = append(allow, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
	}
	pool, err := postgres.NewPool(ctx, b.pool.Config().ConnString(), func(c *pgxpool.Config) { c.MaxConns = pushConnections })
	if err != nil {
		return nil, err
	}
	engine, err := notify.New(pool, notify.Config{
		Systems: pushSystems(d.systems, d.codecs), Apps: pushApps{d.registry}, Log: log, Allow: allow,
		Schedule: schedule, Jitter: jitter,
		Observer: newPushMetrics(d.metrics.registry, notify.NewAdmin(pool, "jiekoud")),
	})
	if err != nil {
		pool.Close()
		return nil, err
	}
	d.metrics.queued = hintAfter(d.systems, engine.Hint)
	ctx, cancel := context.WithCancel(ctx)
	var run sync.WaitGroup
	run.Go(func() { engine.Run(ctx) })
	return func() {
		cancel()
		run.Wait()
		pool.Close()
	}, nil
}

// pushSystems are the systems whose messages are sealed: others have no
// notifications.
func pushSystems(systems []route.System, codecs map[string]*envelope.Codec) map[string]notify.System {
	list := map[string]notify.System{}
	for _, s := range systems {
		if codec := codecs[s.Name]; codec != nil {
			list[s.Name] = notify.System{
				Codec: codec, Zone: s.Zone, Dispatch: s.Dispatch, Message: s.Envelope.Message, Code: s.Frame.Code,
				Success: s.Errors.Success, Repeated: s.Errors.Rules[problem.Repeated], Doubts: map[string][]store.Doubt{},
			}
		}
	}
	for _, n := range allNotifications() {
		if s, ok := list[n.System]; ok {
			s.Doubts[n.Cmd] = n.Doubts
		}
	}
	return list
}

// pushApps shows the registry to the engine.
type pushApps struct{ registry *app.Registry }

// Find finds an app, disabled or not.
func (a pushApps) Find(ctx context.Context, system, id string) (*envelope.Keys, bool) {
	found, ok := a.registry.Lookup(ctx, system, id)
	if !ok {
		return nil, false
	}
	keys, ok := found.Prepared.(*envelope.Keys)
	return keys, ok
}

// hintAfter returns what is told of requests and hints after reports that were
// carried out: they may have queued notifications.
func hintAfter(systems []route.System, hint func()) func(system, cmd, code string) {
	success := map[[2]string]string{}
	for _, s := range systems {
		for _, i := range s.Interfaces {
			if i.Kind == route.Report {
				success[[2]string{s.Name, i.Cmd}] = s.Errors.Success
			}
		}
	}
	return func(system, cmd, code string) {
		if want, ok := success[[2]string{system, cmd}]; ok && code == want {
			hint()
		}
	}
}
