package server

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/failpoint"
	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/history"
	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/retain"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/runtime/token"
	"github.com/jiekou-dev/jiekou/runtime/trace"
	"github.com/jiekou-dev/jiekou/runtime/validate"
)

// Config configures a Handler. Systems is required.
type Config struct {
	Systems []system.System
	Pool    *pgxpool.Pool // of postgres.NewPool, or another, beside which one with its settings is opened; nil: of DATABASE_URL, else of a private PostgreSQL in the data folder (JIEKOU_DATA_DIR)
	// MasterKey is the file of the key that opens the apps' secrets, made where there are
	// no apps yet. Empty: JIEKOU_MASTER_KEY_FILE, else master.key in the data folder.
	MasterKey string
	Master    *app.Master // the key itself; nil: of the file

	Logger     *slog.Logger                    // nil: discard
	Middleware func(http.Handler) http.Handler // around everything that is served; nil: none
	Tracer     trace.Provider                  // of spans of requests and deliveries; nil: none are made
	Registerer prometheus.Registerer           // of the metrics, which are then not served at /metrics of Operate; nil: a registry that is

	Overrides        protocol.Overrides // words in the place of declared ones, by system
	AnswerDeadline   time.Duration      // how long an answer may take in the database; 0: store.DefaultDeadline
	HandlerDeadline  time.Duration      // how long a handler may take; 0: store.DefaultHandlerDeadline
	Limits           limit.Config       // of what one app or address can take from the others
	Proxies          []netip.Prefix     // before us, which say in X-Forwarded-For who calls
	PublicURL        string             // where partners reach the server, for the commands and calls of /docs/; empty: the host that a page was asked for at
	Origins          []string           // whose pages may call interfaces, such as https://docs.example.com; nil: those of this server alone
	OperateHosts     []string           // names that /panel/ of Operate may be reached by, beside localhost and addresses
	ScopedOnly       bool               // an app that no scope binds reaches no row that belongs to somebody; otherwise all
	RefuseDeprecated bool               // answer deprecated interfaces like unknown ones
	Allow            []netip.Prefix     // private addresses that notifications may go to all the same
	Schedule         []time.Duration    // waits after the failures of a notification; nil: notify.DefaultSchedule
	Jitter           float64            // share of a wait by which it varies; 0: notify.DefaultJitter
}

// Mount answers partners: the interfaces of its systems, /livez, /readyz and /docs.
// What only operators may see, Operate answers. Close it.
type Mount struct {
	handler http.Handler
	operate http.Handler
	ready   *readiness
	work    []func(context.Context) // started by Start
	closers []func()                // called by Close, the last one first
}

// Handler brings the tables of the systems up to date and makes their interfaces
// ready to be served. Notifications, history and retention wait for Start.
func Handler(ctx context.Context, c Config) (*Mount, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if err := checkOrigins(c.Origins); err != nil {
		return nil, fmt.Errorf("Config.Origins: %w", err)
	}
	var err error
	if c.PublicURL, err = portal.Address(c.PublicURL); err != nil {
		return nil, fmt.Errorf("Config.PublicURL: %w", err)
	}
	m := new(Mount)
	if err := m.build(ctx, c); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// ServeHTTP answers a request of a partner.
func (m *Mount) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// Operate answers operators: /panel/ for people, /metrics, /readyz with its reason, /livez,
// /debug/pprof/ and all of /docs, the ledger, our reasons and the test cases included. It
// asks nobody who they are: serve it where only operators reach it.
func (m *Mount) Operate() http.Handler { return m.operate }

// Start delivers notifications, queues history and deletes old rows, in the
// background, until ctx ends or Close is called. Several servers may do it.
func (m *Mount) Start(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	for _, run := range m.work {
		group.Go(func() { run(ctx) })
	}
	m.onClose(func() {
		cancel()
		group.Wait()
	})
}

// Drain has /readyz say that the server is stopping.
func (m *Mount) Drain() { m.ready.draining.Store(true) }

// Close ends the background work, waits for its end, and releases everything that
// Handler opened. A Pool of the Config stays open.
func (m *Mount) Close() {
	for _, closer := range slices.Backward(m.closers) {
		closer()
	}
	m.closers = nil
}

// onClose has Close call a function, before those that are known already.
func (m *Mount) onClose(f func()) { m.closers = append(m.closers, f) }

// build puts a server together.
func (m *Mount) build(ctx context.Context, c Config) error {
	settings := operate.FromEnvironment(c.Systems)
	settings.Serving, settings.NeedKey = true, true
	settings.MasterKey = cmp.Or(c.MasterKey, settings.MasterKey)
	b, err := settings.Use(ctx, c.Pool, c.Master, c.Logger)
	if err != nil {
		return err
	}
	m.onClose(b.Close)
	rules, err := validate.NewStructs()
	if err != nil {
		return err
	}
	db := store.New(b.Pool, c.AnswerDeadline)
	db.SetHandlers(c.HandlerDeadline, rules)
	systems := system.Serving(c.Systems, db)
	known, err := protocol.Apply(c.Overrides, protocols(systems))
	if err != nil {
		return err
	}
	for i := range systems {
		systems[i].Protocol = known[systems[i].Name]
	}
	tokens := issued(db, b, known)
	registry, err := app.NewRegistry(ctx, b.Pool, b.Master, known, c.Logger)
	if err != nil {
		return err
	}
	m.onClose(registry.Close)
	limiter := newLimits(c.Limits, b.Pool)
	metrics, err := newMetrics(b.Pool, c.Registerer, limiter, systems)
	if err != nil {
		return err
	}
	engine, err := m.deliveries(ctx, c, b, systems, registry, metrics)
	if err != nil {
		return err
	}
	if err := m.chores(c, b); err != nil {
		return err
	}
	calls := app.NewCalls(b.Pool, c.Logger)
	m.work = append(m.work, calls.Keep)
	server, err := gate.New(systems, gate.Config{
		Apps: apps{registry}, Shared: registry.System,
		Tokens: tokens, Nonces: token.NewNonces(b.Pool, failpoint.Now), Now: failpoint.Now,
		Log: c.Logger, Observer: metrics, Refused: metrics.refused, Answered: wakeAfter(engine.Hint), Unproved: registry.Look, Limiter: limiter, Tracer: c.Tracer, RefuseDeprecated: c.RefuseDeprecated,
		ScopedOnly: c.ScopedOnly,
		Counted:    func(call route.Call, refused bool) { calls.Count(call.System, call.App, call.Cmd, refused, time.Now()) },
	})
	if err != nil {
		return err
	}
	m.ready = &readiness{pool: b.Pool, full: db.Full}
	if m.operate, err = operators(c, b.Pool, m.ready, metrics); err != nil {
		return err
	}
	m.handler, err = partnersOf(c, m.ready, server, limiter)
	return err
}

// issued are the tokens of apps; what signs without being sent is kept sealed.
func issued(db *store.DB, b *operate.Backing, known map[string]*protocol.Protocol) *token.Tokens {
	db.SetSeal(func(system, app, secret string) []byte {
		if p := known[system]; p == nil || p.Call == nil || !p.Call.Keeps() {
			return nil
		}
		return b.Master.SealIssued(system, app, secret)
	})
	tokens := token.NewTokens(b.Pool, failpoint.Now)
	tokens.Open = b.Master.OpenIssued
	return tokens
}

// newLimits are limits whose queries share the connections of a pool.
func newLimits(c limit.Config, pool *pgxpool.Pool) *limit.Limits {
	if c.Queries <= 0 {
		c.Queries, _ = limit.Connections(int(pool.Config().MaxConns))
	}
	return limit.New(c)
}

// chores adds the work that no request waits for: history, and forgetting message
// ids, tokens and nonces that are too old.
func (m *Mount) chores(c Config, b *operate.Backing) error {
	worker, err := history.New(b.Pool, history.Config{
		Tasks: system.Histories(c.Systems), Notifications: system.Notifications(c.Systems), Log: c.Logger,
	})
	if err != nil {
		return err
	}
	rules := append(token.Forget(b.Pool), app.Forget(b.Pool), app.ForgetCalls(b.Pool))
	for _, s := range c.Systems {
		zone, err := time.LoadLocation(s.Zone)
		if err != nil {
			return err
		}
		rules = append(rules, store.ForgetSids(b.Pool, s.Name, zone))
	}
	m.work = append(m.work, worker.Run, func(ctx context.Context) { retain.Keep(ctx, c.Logger, rules...) })
	return nil
}

// protocols are those of systems, by name.
func protocols(systems []route.System) map[string]*protocol.Protocol {
	list := map[string]*protocol.Protocol{}
	for _, s := range systems {
		list[s.Name] = s.Protocol
	}
	return list
}

// apps shows the registry to the route.
type apps struct{ registry *app.Registry }

// App finds a caller that is not disabled.
func (a apps) App(ctx context.Context, system, id string) (gate.App, bool) {
	found, ok := a.find(ctx, system, id)
	if !ok {
		return gate.App{}, false
	}
	if found.Disabled || found.Keys == nil {
		a.registry.Look(ctx) // it is refused like one that nobody knows, and as late
		return gate.App{}, false
	}
	return gate.App{ID: found.ID, Keys: found.Keys, May: found.May, Named: found.Named, Limit: found.Limit, Scopes: found.Scopes}, true
}

// find finds an app by its id, or the only one where messages do not name it.
func (a apps) find(ctx context.Context, system, id string) (*app.App, bool) {
	if id == "" {
		return a.registry.Only(ctx, system)
	}
	return a.registry.Lookup(ctx, system, id)
}
