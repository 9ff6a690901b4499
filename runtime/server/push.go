package server

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
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
func (m *Mount) deliveries(ctx context.Context, c Config, b *operate.Backing, systems []route.System, k keyring,
	registry *app.Registry, metrics *metrics,
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
		Systems: pushSystems(systems, k.codecs, system.Notifications(c.Systems)), Apps: pushApps{registry}, Log: c.Logger,
		Allow: c.Allow, Schedule: c.Schedule, Jitter: c.Jitter, Observer: observer,
	})
	if err != nil {
		return nil, err
	}
	m.work = append(m.work, engine.Run)
	return engine, nil
}

// pushSystems are the systems whose messages are sealed: others have no
// notifications.
func pushSystems(systems []route.System, codecs map[string]*envelope.Codec, notifications []outbox.Notification) map[string]notify.System {
	list := map[string]notify.System{}
	for _, s := range systems {
		if codec := codecs[s.Name]; codec != nil {
			list[s.Name] = notify.System{
				Codec: codec, Zone: s.Zone, Dispatch: s.Dispatch, Message: s.Envelope.Message, Code: s.Frame.Code,
				Success: s.Errors.Success, Repeated: s.Errors.Rules[problem.Repeated], Doubts: map[string][]outbox.Doubt{},
			}
		}
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
func (a pushApps) Find(ctx context.Context, system, id string) (*envelope.Keys, bool) {
	found, ok := a.registry.Lookup(ctx, system, id)
	if !ok {
		return nil, false
	}
	keys, ok := found.Prepared.(*envelope.Keys)
	return keys, ok
}

// wakeAfter returns the function that hears of requests that were carried out: a
// report may have queued notifications, and wakes the engine.
func wakeAfter(wake func()) route.Answered {
	return func(_ route.Call, kind route.Kind) {
		if kind == route.Report {
			wake()
		}
	}
}
