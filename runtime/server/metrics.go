package server

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/panel"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// metrics counts requests for Prometheus.
type metrics struct {
	registerer prometheus.Registerer
	served     http.Handler // the page; nil: others serve it
	requests   *prometheus.CounterVec
	seconds    *prometheus.HistogramVec
	watch      *watch
}

// newMetrics registers the server's metrics, in a registry of its own if registerer
// is nil.
func newMetrics(pool *pgxpool.Pool, registerer prometheus.Registerer, limiter *limit.Limits, systems []route.System) (*metrics, error) {
	m := &metrics{
		registerer: registerer, watch: newWatch(systems),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "jiekou_requests_total", Help: "Requests answered, by interface and code; cmd is empty where none was recognised.",
		}, []string{"system", "cmd", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "jiekou_request_seconds", Help: "Time from the first byte read to the reply written.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}, []string{"system", "cmd"}),
	}
	gauge := func(name, help string, value func(*pgxpool.Stat) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return value(pool.Stat()) })
	}
	if registerer == nil {
		own := prometheus.NewRegistry()
		own.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
		m.registerer, m.served = own, promhttp.HandlerFor(own, promhttp.HandlerOpts{})
	}
	return m, registerAll(m.registerer, m.requests, m.seconds, newAdmission(limiter),
		gauge("jiekou_pool_connections", "Connections to the database.", func(s *pgxpool.Stat) float64 { return float64(s.TotalConns()) }),
		gauge("jiekou_pool_busy", "Connections in use.", func(s *pgxpool.Stat) float64 { return float64(s.AcquiredConns()) }),
		gauge("jiekou_pool_wait_seconds", "Time spent waiting for a connection, in all.",
			func(s *pgxpool.Stat) float64 { return s.AcquireDuration().Seconds() }))
}

// registerAll registers all of a kind, or says which one cannot be.
func registerAll(r prometheus.Registerer, list ...prometheus.Collector) error {
	for _, c := range list {
		if err := r.Register(c); err != nil {
			return fmt.Errorf("metrics: %w", err)
		}
	}
	return nil
}

// Observe counts one request.
func (m *metrics) Observe(system, cmd, code string, took time.Duration) {
	m.requests.WithLabelValues(system, cmd, code).Inc()
	m.seconds.WithLabelValues(system, cmd).Observe(took.Seconds())
	m.watch.Observe(system, cmd, took)
}

// newAdmission describes what the limits of callers do.
func newAdmission(limiter *limit.Limits) *admission {
	by := func(name, help, label string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, []string{label}, nil)
	}
	return &admission{
		limiter: limiter,
		running: by("jiekou_admission_running", "Requests that have their turn.", "kind"),
		waiting: by("jiekou_admission_waiting", "Requests that wait for their turn.", "kind"),
		refused: by("jiekou_admission_refused_total", "Requests refused by a limit: rate, busy, room or strike.", "why"),
		bytes:   by("jiekou_admission_bytes", "Memory that large bodies and replies hold.", "of"),
	}
}

// admission collects the state of limits.
type admission struct {
	limiter                          *limit.Limits
	running, waiting, refused, bytes *prometheus.Desc
}

// Describe names the metrics.
func (a *admission) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{a.running, a.waiting, a.refused, a.bytes} {
		to <- d
	}
}

// Collect reads the limits.
func (a *admission) Collect(to chan<- prometheus.Metric) {
	s := a.limiter.State()
	gauge := func(d *prometheus.Desc, value float64, label string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, label)
	}
	gauge(a.running, float64(s.Queries.Running), "query")
	gauge(a.running, float64(s.Reports.Running), "report")
	gauge(a.waiting, float64(s.Queries.Waiting), "query")
	gauge(a.waiting, float64(s.Reports.Waiting), "report")
	gauge(a.bytes, float64(s.Bodies), "bodies")
	gauge(a.bytes, float64(s.Queries.Bytes+s.Reports.Bytes), "replies")
	for why, n := range s.Refused {
		to <- prometheus.MustNewConstMetric(a.refused, prometheus.CounterValue, float64(n), why)
	}
}

// refused notes why a request was refused.
func (m *metrics) refused(_ context.Context, call route.Call, refusal *problem.Error) {
	m.watch.Refused(call, m.watch.errors[call.System], refusal, time.Now())
}

// watch sees refusals, with the catalogues that explain them.
type watch struct {
	panel.Watch
	errors map[string]*problem.Catalogue // by system
}

func newWatch(systems []route.System) *watch {
	w := &watch{errors: map[string]*problem.Catalogue{}}
	for i := range systems {
		w.errors[systems[i].Name] = &systems[i].Errors
	}
	return w
}
