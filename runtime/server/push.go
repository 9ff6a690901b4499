package server

import (
	"context"
	"time"

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

// pushPool opens the connections of deliveries.
func pushPool(ctx context.Context, like *pgxpool.Pool) (*pgxpool.Pool, error) {
	return postgres.NewPool(ctx, like.Config().ConnString(), func(c *pgxpool.Config) { c.MaxConns = pushConnections })
}

// pushSystems are the systems whose messages are sealed: others have no
// notifications.
func pushSystems(systems []route.System, codecs map[string]*envelope.Codec, notices []store.Notification) map[string]notify.System {
	list := map[string]notify.System{}
	for _, s := range systems {
		if codec := codecs[s.Name]; codec != nil {
			list[s.Name] = notify.System{
				Codec: codec, Zone: s.Zone, Dispatch: s.Dispatch, Message: s.Envelope.Message, Code: s.Frame.Code,
				Success: s.Errors.Success, Repeated: s.Errors.Rules[problem.Repeated], Doubts: map[string][]store.Doubt{},
			}
		}
	}
	for _, n := range notices {
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

// hint wakes the engine after reports that were carried out: they may have queued
// notifications.
type hint struct {
	wake    func()
	success map[[2]string]string // the code of success, by system and report
}

func newHint(systems []route.System, wake func()) hint {
	h := hint{wake, map[[2]string]string{}}
	for _, s := range systems {
		for _, i := range s.Interfaces {
			if i.Kind == route.Report {
				h.success[[2]string{s.Name, i.Cmd}] = s.Errors.Success
			}
		}
	}
	return h
}

// Observe wakes the engine where it is worth it.
func (h hint) Observe(system, cmd, code string, _ time.Duration) {
	if want, ok := h.success[[2]string{system, cmd}]; ok && code == want {
		h.wake()
	}
}
