package notify

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A killed engine costs one lease time; its later reports have no effect.
func TestFencing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	config := b.config()
	config.Lease = 600 * time.Millisecond
	id := b.queue(t, "300", "changed", `{"n":1}`)
	killed, err := New(b.pool, config)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := killed.claim(t.Context())
	if err != nil || len(claims) != 1 {
		t.Fatal(claims, err)
	}
	old := &claims[0]
	if again, err := killed.claim(t.Context()); err != nil || len(again) != 0 {
		t.Errorf("claimed twice: %v %v", again, err)
	}
	if err := killed.take(t.Context(), claims); err != nil || len(old.list) != 1 {
		t.Fatal(old.list, err)
	}
	list := old.list
	keys, _ := b.Find(t.Context(), "shop", "300")
	if sent := killed.call(t.Context(), withTime(old), keys, &list[0]); sent.outcome != Delivered {
		t.Fatal(sent)
	}
	// Here it is killed: sent, and not noted. Another one takes over.
	other, err := New(b.pool, config)
	if err != nil {
		t.Fatal(err)
	}
	b.exec(t, `update jiekou.receiver set leased_until = now() - interval '1 second'`) // its time is over
	if claims, err = other.claim(t.Context()); err != nil || len(claims) != 1 || claims[0].lease == old.lease {
		t.Fatal("not taken over", claims, err)
	}
	// The first one comes to life again.
	fine := result{outcome: Delivered, status: 200, code: "0"}
	if ok, err := killed.deliveries.do(delivery{old, &list[0], fine}); ok || err != nil {
		t.Error("delivered under an old lease", ok, err)
	}
	if held, _, err := killed.failed(t.Context(), old, &list[0], result{outcome: Broken}, time.Hour, "over"); held || err != nil {
		t.Error("failed under an old lease", held, err)
	}
	if ok, err := killed.bury(t.Context(), old, &list[0], "over"); ok || err != nil {
		t.Error("buried under an old lease", ok, err)
	}
	killed.giveBack(old, true, 0)
	same(t, "nothing happened", b.one(t, `select concat_ws(' ', o.attempts, r.failures, r.lease, r.leased_until > now(),
		o.dead is null and o.delivered is null, (select count(*) from jiekou.attempt))
		from jiekou.outbox o, jiekou.receiver r where o.id = $1`, id), "0 0 2 t t 0")
	if err := other.take(t.Context(), claims); err != nil {
		t.Fatal(err)
	}
	other.serve(t.Context(), t.Context(), withTime(&claims[0]))
	same(t, "state", b.one(t, state, id), "delivered")
	all := r.all()
	if len(all) != 2 || all[0].raw != all[1].raw {
		t.Errorf("%d came, or of other bytes", len(all))
	}
	killed.sender.close()
	other.sender.close()
}

func withTime(c *claim) *claim {
	c.until = time.Now().Add(patience)
	return c
}

// Two engines; one dies in the middle of a call. Nothing is lost, order stays.
func TestTakeover(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stuck := make(chan struct{})
	r := b.receiver(t, "300", func(w http.ResponseWriter, r *receiver, g got) {
		if len(r.all()) == 3 { // the third call is never answered
			<-stuck
			return
		}
		r.answer(w, g, "0")
	})
	t.Cleanup(func() { close(stuck) })
	for _, body := range []string{"1", "2", "3", "4", "5", "6"} {
		b.queue(t, "300", "changed", body)
	}
	config := b.config()
	config.Lease = 2 * time.Second
	doomed, err := New(b.pool, config)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := doomed.claim(t.Context())
	if err != nil || len(claims) != 1 {
		t.Fatal(claims, err)
	}
	life, kill := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		dead := withTime(&claims[0])
		_ = doomed.take(life, claims) // it shows below
		keys, _ := b.Find(life, "shop", "300")
		var took bool
		for i := range dead.list { // as serve does, but it gives nothing back
			if doomed.one(life, dead, keys, &dead.list[i], &took) != goOn {
				return
			}
		}
	}()
	b.until(t, "2", `select count(*) from jiekou.outbox where delivered is not null`)
	r.await(3)
	kill()
	<-done
	doomed.sender.close()
	b.run(t, config)
	b.until(t, "6", `select count(*) from jiekou.outbox where delivered is not null`)
	same(t, "order", strings.Join(r.plains(), " "), "1 2 3 4 5 6")
	same(t, "copies", len(r.all()), 7)
}

// Stopped, an engine ends though a call hangs, counts nothing against the receiver,
// and gives the lease back.
func TestStop(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hang := make(chan struct{})
	r := b.receiver(t, "300", func(http.ResponseWriter, *receiver, got) { <-hang })
	t.Cleanup(func() { close(hang) })
	stop := b.run(t, b.config())
	b.queue(t, "300", "changed", `1`)
	r.await(1)
	stop()
	same(t, "receiver", b.one(t, `select concat_ws(' ', failures, leased_until <= now(), (select sum(attempts) from jiekou.outbox)) from jiekou.receiver`), "0 t 0")
}

// What an engine has given back it may claim again before the worker that gave it back has
// come to its end: the next claim must not take what is served under the new lease.
func TestClaimBeforeEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.receiver(t, "300", nil)
	b.queue(t, "300", "changed", "1")
	e := b.idle(t)
	first, err := e.claim(t.Context())
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	e.giveBack(&first[0], false, 0)
	second, err := e.claim(t.Context())
	if err != nil || len(second) != 1 {
		t.Fatal("not claimed again", second, err)
	}
	e.held.end(&first[0])
	if claims, err := e.claim(t.Context()); err != nil || len(claims) != 0 {
		t.Error("claimed while it is served", claims, err)
	}
	e.held.end(&second[0])
	if claims, err := e.claim(t.Context()); err != nil || len(claims) != 1 {
		t.Error("what nobody serves is not taken up", claims, err)
	}
}

// A standby that takes over and has not heard of a claim gives its number again: the
// reports of the one that claimed before count no more.
func TestNumberGivenAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.receiver(t, "300", nil)
	id := b.queue(t, "300", "changed", "1")
	before, after := b.idle(t), b.idle(t)
	claims, err := before.claim(t.Context())
	if err != nil || len(claims) != 1 || before.take(t.Context(), claims) != nil {
		t.Fatal(claims, err)
	}
	b.exec(t, `update jiekou.receiver set lease = lease - 1, leased_until = '-infinity', holder = null`) // as the standby knew it
	others, err := after.claim(t.Context())
	if err != nil || len(others) != 1 || others[0].lease != claims[0].lease {
		t.Fatal(others, err)
	}
	old := &claims[0]
	if ok, err := before.deliveries.do(delivery{old, &old.list[0], result{outcome: Delivered, status: 200, code: "0"}}); ok || err != nil {
		t.Error("delivered under a lease that is another's", ok, err)
	}
	if held, _, err := before.failed(t.Context(), old, &old.list[0], result{outcome: Broken}, 0, "over"); held || err != nil {
		t.Error("failed under a lease that is another's", held, err)
	}
	if ok, err := before.bury(t.Context(), old, &old.list[0], "over"); ok || err != nil {
		t.Error("buried under a lease that is another's", ok, err)
	}
	before.giveBack(old, true, 0)
	same(t, "nothing happened", b.one(t, `select concat_ws(' ', o.attempts, r.failures, r.lease, r.leased_until > now(),
		o.dead is null and o.delivered is null) from jiekou.outbox o, jiekou.receiver r where o.id = $1`, id), "0 0 1 t t")
}

// A lease serves what waits, and not one notification, also where calls may take as long as
// the lease.
func TestLongTimeout(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.receiver(t, "300", nil)
	for range 5 {
		b.queue(t, "300", "changed", "1")
	}
	config := b.config()
	config.Lease, config.Timeout, config.Prompt = patience, patience, patience
	b.run(t, config)
	b.until(t, "5", `select count(*) from jiekou.outbox where delivered is not null`)
	if n := b.one(t, `select lease from jiekou.receiver`); n != "1" {
		t.Errorf("%s leases for what one could serve", n)
	}
}
