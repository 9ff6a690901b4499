package notify

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// BenchmarkDrain measures 200 receivers: how many notifications are drained each
// second, and how long one that comes to an idle engine is on its way (from its
// insert to its mark), without and with a receiver that hangs or refuses. The
// receivers, the engine and PostgreSQL (without fsync) share the machine.
func BenchmarkDrain(b *testing.B) {
	for _, dead := range []string{"none", "hangs", "refuses"} {
		b.Run("dead="+dead, func(b *testing.B) { drain(b, dead) })
	}
}

const (
	benchReceivers = 200
	benchEach      = 50 // notifications for each receiver in one drain
	benchRounds    = 20 // of one notification for each receiver, 500 a second in all
)

func drain(b *testing.B, dead string) {
	x := setup(b)
	hang := make(chan struct{})
	for i := range benchReceivers {
		var reply func(http.ResponseWriter, *receiver, got)
		switch {
		case i > 0 || dead == "none":
		case dead == "hangs":
			reply = func(http.ResponseWriter, *receiver, got) { <-hang }
		default:
			reply = func(w http.ResponseWriter, _ *receiver, _ got) { w.WriteHeader(http.StatusServiceUnavailable) }
		}
		x.receiver(b, fmt.Sprint(1000+i), reply)
	}
	b.Cleanup(func() { close(hang) })
	config := x.config()
	config.Schedule, config.Log = nil, nil
	const good = `select exists (select from jiekou.outbox where delivered is null and dead is null and app <> '1000')`
	queue := func(each int) {
		x.exec(b, `insert into jiekou.outbox (system, app, cmd, body)
			select system, app, cmd, json_build_object('cstGUID', gen_random_uuid(), 'customerName', '张三', 'n', n)
			from generate_series(1, $1::int) n, jiekou.subscription`, each)
	}
	n, took := 0, time.Duration(0)
	for b.Loop() {
		b.StopTimer()
		queue(benchEach)
		b.StartTimer()
		begun := time.Now()
		stop := x.run(b, config)
		x.until(b, "false", good)
		took += time.Since(begun)
		n += benchEach * (benchReceivers - 1)
		b.StopTimer()
		x.exec(b, `update jiekou.receiver set leased_until = '-infinity'`)
		go stop()
		b.StartTimer()
	}
	b.StopTimer()
	b.ReportMetric(float64(n)/took.Seconds(), "events/s")
	x.exec(b, `delete from jiekou.outbox`)
	x.exec(b, `vacuum analyze jiekou.outbox`)
	e, stop := x.engine(b, config)
	defer stop()
	for range benchRounds {
		queue(1)
		e.Hint()
		time.Sleep(400 * time.Millisecond)
	}
	x.until(b, "false", good)
	for name, part := range map[string]float64{"p50-ms": 0.5, "p99-ms": 0.99} {
		ms := 0.0
		err := x.pool.QueryRow(b.Context(), `select extract(epoch from percentile_cont($1::float8) within group (order by delivered - at)) * 1000
			from jiekou.outbox where app <> '1000'`, part).Scan(&ms)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(ms, name)
	}
	b.ReportMetric(0, "ns/op")
}
