package notify

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkDrain measures 200 receivers, of which one is dead for half of the run:
// how many notifications the others are drained of each second, and how long one
// that comes to an idle engine is on its way (from its insert to its mark), without
// and with the dead one. It hangs: nothing is worse. Receivers, engine and
// PostgreSQL (without fsync) share the machine.
func BenchmarkDrain(b *testing.B) {
	x := setup(b)
	hang := make(chan struct{})
	var dead atomic.Bool
	for i := range benchReceivers {
		var reply func(http.ResponseWriter, *receiver, got)
		if i == 0 {
			reply = func(w http.ResponseWriter, r *receiver, g got) {
				if dead.Load() {
					<-hang
				}
				r.answer(w, g, "0")
			}
		}
		x.receiver(b, fmt.Sprint(1000+i), reply)
	}
	b.Cleanup(func() { close(hang) })
	rates, middles, worsts := map[bool]float64{}, map[bool]float64{}, map[bool]float64{}
	for b.Loop() {
		for _, is := range []bool{false, true} {
			dead.Store(is)
			rates[is] = drain(b, x)
			middles[is], worsts[is] = journey(b, x)
		}
	}
	for is, name := range map[bool]string{false: "", true: "-dead"} {
		b.ReportMetric(rates[is], "events/s"+name)
		b.ReportMetric(middles[is], "p50-ms"+name)
		b.ReportMetric(worsts[is], "p99-ms"+name)
	}
	b.ReportMetric(0, "ns/op")
}

const (
	benchReceivers = 200
	benchEach      = 100 // notifications for each receiver in a drain
	benchRounds    = 20  // of one notification for each receiver, 500 a second in all
	benchGood      = `select exists (select from jiekou.outbox where delivered is null and dead is null and app <> '1000')`
)

// fill queues notifications for each receiver.
func (b *bench) fill(t *testing.B, each int) {
	b.exec(t, `insert into jiekou.outbox (system, app, cmd, body)
		select system, app, cmd, json_build_object('cstGUID', gen_random_uuid(), 'customerName', '张三', 'n', n)
		from generate_series(1, $1::int) n, jiekou.subscription`, each)
}

// clean begins anew.
func (b *bench) clean(t *testing.B) Config {
	b.exec(t, `delete from jiekou.outbox`)
	b.exec(t, `delete from jiekou.attempt`)
	b.exec(t, `update jiekou.receiver set leased_until = '-infinity', failures = 0, failing_since = null, lease = lease + 1`)
	b.exec(t, `vacuum analyze jiekou.outbox, jiekou.attempt, jiekou.receiver`)
	config := b.config()
	config.Schedule, config.Log = nil, nil
	return config
}

// drain returns how many notifications a second went to the others.
func drain(b *testing.B, x *bench) float64 {
	config := x.clean(b)
	x.fill(b, benchEach)
	begun := time.Now()
	stop := x.run(b, config)
	x.until(b, "false", benchGood)
	took := time.Since(begun)
	stop()
	return benchEach * (benchReceivers - 1) / took.Seconds()
}

// journey returns how many milliseconds the others' notifications are on their way.
func journey(b *testing.B, x *bench) (middle, worst float64) {
	e, stop := x.engine(b, x.clean(b))
	defer stop()
	for range benchRounds {
		x.fill(b, 1)
		e.Hint()
		time.Sleep(400 * time.Millisecond)
	}
	x.until(b, "false", benchGood)
	err := x.pool.QueryRow(b.Context(), `select 1000 * percentile_cont(0.5) within group (order by extract(epoch from delivered - at)),
		1000 * percentile_cont(0.99) within group (order by extract(epoch from delivered - at)) from jiekou.outbox where app <> '1000'`).
		Scan(&middle, &worst)
	if err != nil {
		b.Fatal(err)
	}
	return middle, worst
}
