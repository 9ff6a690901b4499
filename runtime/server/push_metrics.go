package server

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jiekou-dev/jiekou/runtime/notify"
)

// pushMetrics measures deliveries.
type pushMetrics struct {
	attempts *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	admin    *notify.Admin
	waiting  *prometheus.Desc
	dead     *prometheus.Desc
	oldest   *prometheus.Desc
	state    *prometheus.Desc
	states   *prometheus.Desc
	age      *prometheus.Desc

	mu   sync.Mutex // of what follows
	list []notify.Receiver
	read time.Time
}

// Of a look at the queues for metrics.
const (
	queuesFresh = 5 * time.Second // no second look before
	queuesTime  = 3 * time.Second
)

// newPushMetrics registers the metrics of deliveries.
func newPushMetrics(registerer prometheus.Registerer, admin *notify.Admin) (*pushMetrics, error) {
	queue := []string{"system", "app"}
	m := &pushMetrics{
		admin: admin,
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "jiekou_push_attempts_total", Help: "Attempts to deliver a notification, by outcome.",
		}, []string{"system", "app", "cmd", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "jiekou_push_seconds", Help: "Time of one attempt.", Buckets: []float64{.001, .005, .025, .1, .5, 1, 5, 15},
		}, []string{"system"}),
		waiting: prometheus.NewDesc("jiekou_push_waiting", "Notifications that wait, by receiver; more than 10,000 are not counted.", queue, nil),
		dead:    prometheus.NewDesc("jiekou_push_dead", "Notifications in the dead-letter list, by receiver; more than 10,000 are not counted.", queue, nil),
		oldest:  prometheus.NewDesc("jiekou_push_oldest_seconds", "Age of the oldest notification that waits, by receiver.", queue, nil),
		state: prometheus.NewDesc("jiekou_push_state", "1 for the state of a receiver (healthy, failing, paused, disabled), 0 for the others.",
			[]string{"system", "app", "state"}, nil),
		states: prometheus.NewDesc("jiekou_push_receivers", "Receivers: healthy, failing, paused, disabled.", []string{"system", "state"}, nil),
		age:    prometheus.NewDesc("jiekou_push_queues_age_seconds", "Age of what is said of the queues; it rises while they cannot be read.", nil, nil),
	}
	return m, registerAll(registerer, m, m.attempts, m.seconds)
}

// Attempted counts one attempt.
func (m *pushMetrics) Attempted(system, app, cmd string, outcome notify.Outcome, took time.Duration) {
	m.attempts.WithLabelValues(system, app, cmd, string(outcome)).Inc()
	m.seconds.WithLabelValues(system).Observe(took.Seconds())
}

// Describe names the metrics of Collect.
func (m *pushMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- m.waiting
	out <- m.dead
	out <- m.oldest
	out <- m.state
	out <- m.states
	out <- m.age
}

// Collect measures the queues. While they cannot be read it says what was read last, and
// when that was.
func (m *pushMetrics) Collect(out chan<- prometheus.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(m.read) > queuesFresh {
		ctx, cancel := context.WithTimeout(context.Background(), queuesTime)
		defer cancel()
		list, err := m.admin.Receivers(ctx, "", "")
		if err == nil {
			m.list, m.read = list, time.Now()
		}
	}
	if m.read.IsZero() {
		return
	}
	out <- prometheus.MustNewConstMetric(m.age, prometheus.GaugeValue, time.Since(m.read).Seconds())
	counts := map[[2]string]int{}
	for _, r := range m.list {
		for _, s := range []notify.Breaker{notify.Healthy, notify.Failing, notify.Paused, notify.Disabled} {
			is := 0
			if r.State == s {
				is = 1
			}
			counts[[2]string{r.System, string(s)}] += is
			out <- prometheus.MustNewConstMetric(m.state, prometheus.GaugeValue, float64(is), r.System, r.App, string(s))
		}
		age := 0.0
		if r.Oldest != nil {
			age = max(time.Since(*r.Oldest).Seconds(), 0)
		}
		out <- prometheus.MustNewConstMetric(m.waiting, prometheus.GaugeValue, float64(r.Waiting), r.System, r.App)
		out <- prometheus.MustNewConstMetric(m.dead, prometheus.GaugeValue, float64(r.Dead), r.System, r.App)
		out <- prometheus.MustNewConstMetric(m.oldest, prometheus.GaugeValue, age, r.System, r.App)
	}
	for k, n := range counts {
		out <- prometheus.MustNewConstMetric(m.states, prometheus.GaugeValue, float64(n), k[0], k[1])
	}
}
