package notify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A queued notification arrives: sealed, under our name, with the recorded id.
func TestDelivery(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	b.run(t, b.config())
	id := b.queue(t, "300", "changed", `{"name": "张三",  "n": 1}`)
	b.until(t, "delivered", state, id)
	list := r.all()
	if len(list) != 1 {
		t.Fatalf("%d came", len(list))
	}
	same(t, "content", list[0].plain, `{"name": "张三",  "n": 1}`)
	same(t, "cmd", list[0].cmd, "changed")
	same(t, "sid", list[0].sid, b.one(t, `select sid from jiekou.outbox`))
	zone, _ := time.LoadLocation("Asia/Shanghai")
	if !regexp.MustCompile(`^100\d{17}$`).MatchString(list[0].sid) ||
		list[0].sid[3:11] != time.Now().In(zone).Format("06010215") {
		t.Errorf("sid %s", list[0].sid)
	}
	same(t, "attempts", b.one(t, `select string_agg(n || ' ' || outcome || ' ' || status || ' ' || code, ';') from jiekou.attempt`), "1 delivered 200 0")
	b.until(t, "0 -infinity", `select failures || ' ' || case when leased_until <= now() then '-infinity' end from jiekou.receiver`)
}

// Each receiver gets the changes of one key in the order of their commits, while
// writers write at once, and each notification once.
func TestOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const receivers, writers, changes, keys = 5, 8, 25, 3
	var list []*receiver
	for i := range receivers {
		list = append(list, b.receiver(t, fmt.Sprint(300+i), nil))
	}
	b.exec(t, `create table thing (key int primary key, n int not null default 0)`)
	b.exec(t, `insert into thing select generate_series(1, $1::int)`, keys)
	b.run(t, b.config())
	b.run(t, b.config()) // two engines share the work
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range changes {
				err := pgx.BeginFunc(context.Background(), b.pool, func(tx pgx.Tx) error {
					key := 1 + rand.IntN(keys)
					_, err := tx.Exec(context.Background(), `with t as (update thing set n = n + 1 where key = $1 returning *)
						insert into jiekou.outbox (system, app, cmd, body)
						select s.system, s.app, s.cmd, json_build_object('key', t.key, 'n', t.n) from t, jiekou.subscription s`, key)
					if err == nil { // so that commits come in another order than inserts
						_, err = tx.Exec(context.Background(), `select pg_sleep(random() * 0.002)`)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	b.until(t, "0", `select count(*) from jiekou.outbox where delivered is null`)
	for _, r := range list {
		last, came := map[int]int{}, 0
		for _, g := range r.all() {
			var key, n int
			if _, err := fmt.Sscanf(g.plain, `{"key" : %d, "n" : %d}`, &key, &n); err != nil {
				t.Fatal(err, g.plain)
			}
			if n == last[key] { // at least once: a machine under load may outlast a lease
				continue
			}
			if n != last[key]+1 {
				t.Errorf("%s: key %d: %d after %d", r.id, key, n, last[key])
			}
			last[key] = n
			came++
		}
		same(t, "came", came, writers*changes)
	}
	same(t, "sids", b.one(t, `select count(distinct sid) from jiekou.outbox`), receivers*writers*changes)
}

// Receivers that hang or refuse delay no other; the head of a failing queue holds
// back the rest of that queue.
func TestBrokenReceivers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hang := make(chan struct{})
	b.receiver(t, "300", func(http.ResponseWriter, *receiver, got) { <-hang })
	t.Cleanup(func() { close(hang) }) // before its server closes
	refusing := b.receiver(t, "301", func(w http.ResponseWriter, r *receiver, g got) { r.answer(w, g, "1005") })
	good := b.receiver(t, "302", nil)
	config := b.config()
	config.Workers = 3 // the hanging one hangs to the end of the test
	b.run(t, config)
	for i := range 20 {
		for _, id := range []string{"300", "301", "302"} {
			b.queue(t, id, "changed", fmt.Sprint(i))
		}
	}
	b.until(t, "20", `select count(*) from jiekou.outbox where delivered is not null`)
	same(t, "good", len(good.plains()), 20)
	b.until(t, "true", `select attempts >= 3 from jiekou.outbox where app = '301' and body::text = '0'`)
	same(t, "only the head of 301", refusing.plains(), "[0]")
	refusing.set(nil)
	b.until(t, "20", `select count(*) from jiekou.outbox where delivered is not null and app = '301'`)
	same(t, "in order", strings.Join(refusing.plains(), " "), "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19")
	raw := map[string]string{}
	for _, g := range refusing.all() {
		if raw[g.plain] == "" {
			raw[g.plain] = g.raw
		}
		same(t, "bytes of "+g.plain, g.raw, raw[g.plain])
	}
	b.until(t, "0 NULL", `select failures || ' ' || coalesce(failing_since::text, 'NULL') from jiekou.receiver where app = '301'`)
}

// A message id that was seen before counts as delivered.
func TestRepeated(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var calls atomic.Int64
	r := b.receiver(t, "300", func(w http.ResponseWriter, r *receiver, g got) {
		if calls.Add(1) == 1 {
			w.WriteHeader(http.StatusBadGateway) // it was taken, but the answer is lost
			return
		}
		r.answer(w, g, "1013")
	})
	b.run(t, b.config())
	id := b.queue(t, "300", "changed", `{}`)
	b.until(t, "delivered", state, id)
	same(t, "attempts", b.one(t, `select string_agg(concat_ws(' ', n, outcome, status, code), ';' order by n) from jiekou.attempt`),
		"1 status 502;2 delivered 200 1013")
	same(t, "sid", r.all()[0].sid, r.all()[1].sid)
}
