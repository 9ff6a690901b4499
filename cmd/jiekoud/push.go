package main

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/envelope"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
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
	if o.demo {
		allow = append(allow, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
	}
	pool, err := postgres.NewPool(ctx, b.pool.Config().ConnString(), func(c *pgxpool.Config) { c.MaxConns = pushConnections })
	if err != nil {
		return nil, err
	}
	engine, err := notify.New(pool, notify.Config{
		Systems: pushSystems(d.systems, d.codecs), Apps: pushApps{d.registry}, Log: log, Allow: allow,
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
				Success: s.Errors.Success, Repeated: s.Errors.Rules[problem.Repeated],
			}
		}
	}
	return list
}

// pushApps shows the registry to the engine.
type pushApps struct{ registry *app.Registry }

// Find finds an app, disabled or not.
func (a pushApps) Find(ctx context.Context, system, id string) (notify.App, bool) {
	found, ok := a.registry.Lookup(ctx, system, id)
	if !ok {
		return notify.App{}, false
	}
	keys, ok := found.Prepared.(*envelope.Keys)
	return notify.App{Keys: keys, May: found.May}, ok
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

// pushMetrics measures deliveries.
type pushMetrics struct {
	attempts *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	admin    *notify.Admin
	waiting  *prometheus.Desc
	oldest   *prometheus.Desc
	states   *prometheus.Desc

	mu   sync.Mutex // of what follows
	list []notify.Receiver
	read time.Time
}

// Of a look at the queues for metrics.
const (
	queuesFresh = 5 * time.Second // no second look before
	queuesTime  = 3 * time.Second
)

// newPushMetrics registers what is measured of deliveries.
func newPushMetrics(registry *prometheus.Registry, admin *notify.Admin) *pushMetrics {
	queue := []string{"system", "app"}
	m := &pushMetrics{
		admin: admin,
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "jiekou_push_attempts_total", Help: "Attempts to deliver a notification, by outcome.",
		}, []string{"system", "cmd", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "jiekou_push_seconds", Help: "Time of one attempt.", Buckets: []float64{.001, .005, .025, .1, .5, 1, 5, 15},
		}, []string{"system"}),
		waiting: prometheus.NewDesc("jiekou_push_waiting", "Notifications that wait, by receiver.", queue, nil),
		oldest:  prometheus.NewDesc("jiekou_push_oldest_seconds", "Age of the oldest notification that waits, by receiver.", queue, nil),
		states:  prometheus.NewDesc("jiekou_push_receivers", "Receivers: healthy, failing, paused, disabled.", []string{"system", "state"}, nil),
	}
	registry.MustRegister(m, m.attempts, m.seconds)
	return m
}

// Attempted counts one attempt.
func (m *pushMetrics) Attempted(system, cmd string, outcome notify.Outcome, took time.Duration) {
	m.attempts.WithLabelValues(system, cmd, string(outcome)).Inc()
	m.seconds.WithLabelValues(system).Observe(took.Seconds())
}

// Describe names what Collect measures.
func (m *pushMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- m.waiting
	out <- m.oldest
	out <- m.states
}

// Collect measures the queues. Without the database it says nothing of them.
func (m *pushMetrics) Collect(out chan<- prometheus.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(m.read) > queuesFresh {
		ctx, cancel := context.WithTimeout(context.Background(), queuesTime)
		defer cancel()
		list, err := m.admin.Receivers(ctx, "", "")
		if err != nil {
			return
		}
		m.list, m.read = list, time.Now()
	}
	counts := map[[2]string]int{}
	for _, r := range m.list {
		for _, s := range []notify.Breaker{notify.Healthy, notify.Failing, notify.Paused, notify.Disabled} {
			counts[[2]string{r.System, string(s)}] += 0
		}
		counts[[2]string{r.System, string(r.State)}]++
		age := 0.0
		if r.Oldest != nil {
			age = max(time.Since(*r.Oldest).Seconds(), 0)
		}
		out <- prometheus.MustNewConstMetric(m.waiting, prometheus.GaugeValue, float64(r.Waiting), r.System, r.App)
		out <- prometheus.MustNewConstMetric(m.oldest, prometheus.GaugeValue, age, r.System, r.App)
	}
	for k, n := range counts {
		out <- prometheus.MustNewConstMetric(m.states, prometheus.GaugeValue, float64(n), k[0], k[1])
	}
}
