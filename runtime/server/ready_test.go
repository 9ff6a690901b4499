package server

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
)

// Where nothing can be written the server is not ready.
func TestReadyWrites(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	pool, err := postgres.NewPool(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	full := false
	r := &readiness{pool: pool, full: func() bool { return full }}
	if why := r.reason(); why != "" {
		t.Error(why)
	}
	full, r.seen = true, time.Time{}
	if why := r.reason(); !strings.Contains(why, "no room") {
		t.Error("full:", why)
	}
	locked, err := postgres.NewPool(t.Context(), url, func(c *pgxpool.Config) {
		c.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(locked.Close)
	r = &readiness{pool: locked, full: func() bool { return false }}
	if why := r.reason(); !strings.Contains(why, "read-only") {
		t.Error("read-only:", why)
	}
}

// While the queues cannot be read, the metrics have what was read last, and its age.
func TestQueuesAge(t *testing.T) {
	t.Parallel()
	pool, err := postgres.NewPool(t.Context(), postgrestest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := migrate.Up(t.Context(), pool, []migrate.Set{schema.Migrations()}); err != nil {
		t.Fatal(err)
	}
	_, err = pool.Exec(t.Context(), `with a as (insert into jiekou.app (system, id) values ('shop', '300'))
		insert into jiekou.outbox (system, app, cmd, body) select 'shop', '300', 'told', '{}' from generate_series(1, $1)`, notify.Counted+2)
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	m, err := newPushMetrics(registry, notify.NewAdmin(pool, "test"))
	if err != nil {
		t.Fatal(err)
	}
	values := func() map[string]float64 {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]float64{}
		for _, f := range families {
			out[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
		}
		return out
	}
	if v := values(); v["jiekou_push_waiting"] != notify.Counted || v["jiekou_push_queues_age_seconds"] > 5 {
		t.Error(v)
	}
	pool.Close()
	m.mu.Lock()
	m.read = m.read.Add(-time.Minute)
	m.mu.Unlock()
	if v := values(); v["jiekou_push_waiting"] != notify.Counted || v["jiekou_push_queues_age_seconds"] < 60 {
		t.Error("without the database:", v)
	}
}

// serve waits for a database that nobody serves yet, and for nothing else.
func TestWaitsForDatabase(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	took := func(url string) time.Duration {
		o := serveOptions{Settings: &operate.Settings{DatabaseURL: url, DataDir: t.TempDir()}, databaseWait: time.Second}
		begun := time.Now()
		b, err := o.open(t.Context(), slog.New(slog.NewTextHandler(io.Discard, nil)))
		if err == nil {
			b.Close()
			t.Error("opened", url)
		}
		return time.Since(begun)
	}
	if d := took("postgres://nobody@" + address + "/none"); d < time.Second {
		t.Errorf("given up after %v", d)
	}
	if d := took(postgrestest.URL(t) + "&dbname=no_such_database"); d > 900*time.Millisecond {
		t.Errorf("waited %v for a database that is not there", d)
	}
}

// Between 503 at /readyz and the end the server goes on for the delay, so that a load
// balancer sees it in time.
func TestDrainDelay(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &Mount{ready: &readiness{}}
	m.handler = http.HandlerFunc(m.ready.status)
	ctx, stop := context.WithCancel(t.Context())
	const delay = 300 * time.Millisecond
	done := make(chan error, 1)
	go func() { done <- listenAndDrain(ctx, l, m, delay, slog.New(slog.DiscardHandler)) }()
	begun := time.Now()
	stop()
	for !m.ready.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal("nobody answers while it drains:", err)
	}
	_ = reply.Body.Close()
	if reply.StatusCode != http.StatusServiceUnavailable {
		t.Error("HTTP", reply.StatusCode)
	}
	if err := <-done; err != nil || time.Since(begun) < delay {
		t.Error("ended after", time.Since(begun), err)
	}
}
