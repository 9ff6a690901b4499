package server

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/failpoint"
	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// pushConnections are those of deliveries alone: they never wait for requests,
// nor requests for them.
const pushConnections = 8

// pushPool opens the connections of deliveries.
func pushPool(ctx context.Context, like *pgxpool.Pool) (*pgxpool.Pool, error) {
	return postgres.NewPool(ctx, like.Config().ConnString(), func(c *pgxpool.Config) { c.MaxConns = pushConnections })
}

// deliveries adds the engine that delivers notifications, on connections of its
// own.
func (m *Mount) deliveries(ctx context.Context, c Config, b *operate.Backing, systems []route.System, registry *app.Registry,
	metrics *metrics,
) (*notify.Engine, error) {
	pool, err := pushPool(ctx, b.Pool)
	if err != nil {
		return nil, err
	}
	m.onClose(pool.Close)
	observer, err := newPushMetrics(metrics.registerer, notify.NewAdmin(pool, "jiekoud"))
	if err != nil {
		return nil, err
	}
	engine, err := notify.New(pool, notify.Config{
		Systems: pushSystems(systems, system.Notifications(c.Systems)), Apps: pushApps{registry}, Log: c.Logger,
		Allow: c.Allow, Schedule: c.Schedule, Jitter: c.Jitter, Observer: observer, Tracer: c.Tracer, Lease: failpoint.Lease(),
	})
	if err != nil {
		return nil, err
	}
	m.work = append(m.work, engine.Run)
	return engine, nil
}

// pushSystems are the systems whose protocol has notifications.
func pushSystems(systems []route.System, notifications []outbox.Notification) map[string]notify.System {
	list := map[string]notify.System{}
	for _, s := range systems {
		if s.Protocol == nil || s.Protocol.Push == nil {
			continue
		}
		one := notify.System{
			Protocol: s.Protocol, Zone: s.Zone, Codes: s.Errors.Texts, Frames: map[string]string{}, Doubts: map[string][]outbox.Doubt{},
		}
		for _, i := range s.Interfaces {
			if i.Kind == route.Notify {
				one.Frames[i.Cmd] = i.Frame
			}
		}
		list[s.Name] = one
	}
	for _, n := range notifications {
		if s, ok := list[n.System]; ok {
			s.Doubts[n.Cmd] = n.Doubts
		}
	}
	return list
}

// pushApps shows the registry to the engine.
type pushApps struct{ registry *app.Registry }

// Find finds an app, disabled or not.
func (a pushApps) Find(ctx context.Context, system, id string) (*protocol.Keys, bool) {
	found, ok := a.registry.Lookup(ctx, system, id)
	if !ok || found.Keys == nil {
		return nil, false
	}
	return found.Keys, true
}

// wakeAfter returns the function that hears of requests that were carried out: a
// report may have queued notifications, and wakes the engine.
func wakeAfter(wake func()) gate.Answered {
	return func(_ route.Call, kind route.Kind) {
		if kind == route.Report {
			wake()
		}
	}
}
