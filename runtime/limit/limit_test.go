package limit_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/limit"
)

var somewhere = netip.MustParseAddr("192.0.2.1")

// work is one request of an app that takes a while and has a reply of a size.
func work(l *limit.Limits, app string, of limit.App, took time.Duration, size int) error {
	v, err := l.Arrive(context.Background(), somewhere)
	defer v.Leave()
	if err != nil {
		return err
	}
	if err := v.Proved(context.Background(), app, "list", of, true); err != nil {
		return err
	}
	time.Sleep(took)
	v.Worked(size)
	return nil
}

// One app with a hundred requests leaves turns for another, which hardly waits.
func TestFair(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Config{Queries: 6, Wait: time.Minute})
		_, _ = work(l, "rude", limit.App{}, 0, 10), work(l, "kind", limit.App{}, 0, 10) // their replies are small
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				if err := work(l, "rude", limit.App{}, 10*time.Millisecond, 10); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		for range 5 {
			start := time.Now()
			if err := work(l, "kind", limit.App{}, time.Millisecond, 10); err != nil || time.Since(start) > time.Millisecond {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		}
		group.Wait()
	})
}

// What goes beyond the bounds of an app waits, and then is refused.
func TestBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Config{})
		one := limit.App{Concurrency: 1}
		_ = work(l, "a", one, 0, 10)
		var group sync.WaitGroup
		group.Go(func() { _ = work(l, "a", one, time.Hour, 10) })
		synctest.Wait()
		start := time.Now()
		if err := work(l, "a", one, 0, 10); !errors.Is(err, limit.ErrBusy) || time.Since(start) != 1200*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if s := l.State(); s.Queries.Running != 1 || s.Queries.Waiting != 0 || s.Refused["busy"] != 1 || s.Refused["rate"] != 0 {
			t.Errorf("%+v", s)
		}
		if err := work(l, "b", one, 0, 10); err != nil {
			t.Error(err)
		}
		group.Wait()
		if err := work(l, "a", one, 0, 10); err != nil {
			t.Error(err)
		}
		slow := limit.App{Rate: 1, Burst: 2}
		for i, want := range []error{nil, nil, limit.ErrRate} {
			if err := work(l, "c", slow, 0, 10); !errors.Is(err, want) {
				t.Errorf("%d: %v", i, err)
			}
		}
		time.Sleep(time.Second)
		if err := work(l, "c", slow, 0, 10); err != nil {
			t.Error(err)
		}
	})
}

// Replies that are large do not take all memory: those of one app wait for each other,
// until they are sent.
func TestLargeReplies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Config{Wait: time.Hour})
		if err := work(l, "a", limit.App{}, 0, 10<<20); err != nil {
			t.Fatal(err)
		}
		most, now := 0, 0
		var mu sync.Mutex
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				v, _ := l.Arrive(context.Background(), somewhere)
				if err := v.Proved(context.Background(), "a", "list", limit.App{}, true); err != nil {
					t.Error(err)
				}
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				v.Worked(10 << 20)
				time.Sleep(time.Second) // the caller takes it slowly
				mu.Lock()
				now--
				mu.Unlock()
				v.Leave()
			})
		}
		group.Wait()
		if most != 1 {
			t.Errorf("%d replies of 10 MiB at a time", most)
		}
	})
}

// Bodies have room together, and of one address.
func TestBodies(t *testing.T) {
	t.Parallel()
	l := limit.New(limit.Config{Bodies: 4 << 20})
	var all []limit.Visit
	grow := func(from netip.Addr, n int64) error {
		v, err := l.Arrive(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		err = v.Grow(n)
		all = append(all, v)
		return err
	}
	other := netip.MustParseAddr("192.0.2.2")
	for i, tt := range []struct {
		from netip.Addr
		size int64
		want error
	}{
		{somewhere, 1 << 20, nil}, {somewhere, 1 << 20, limit.ErrRoom}, {somewhere, limit.FreeBody, nil}, {other, 1 << 20, nil},
	} {
		if err := grow(tt.from, tt.size); !errors.Is(err, tt.want) {
			t.Errorf("%d: %v", i, err)
		}
	}
	for i := range all {
		all[i].Leave()
	}
	if err := grow(somewhere, 1<<20); err != nil {
		t.Error(err)
	}
}

// An address from which nothing is proved is looked at slowly; others are not.
func TestStrikes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Config{Strikes: 1})
		bad := func() error {
			v, err := l.Arrive(context.Background(), somewhere)
			defer v.Leave()
			v.Unproved()
			return err
		}
		for range 10 {
			_ = bad()
		}
		start, refused := time.Now(), 0
		var mu sync.Mutex
		var group sync.WaitGroup
		for range 1000 {
			group.Go(func() {
				if err := bad(); err != nil {
					mu.Lock()
					refused++
					mu.Unlock()
				}
			})
		}
		v, err := l.Arrive(context.Background(), netip.MustParseAddr("192.0.2.9"))
		if err != nil || time.Since(start) > 0 {
			t.Errorf("another address: %v after %v", err, time.Since(start))
		}
		v.Leave()
		group.Wait()
		if refused < 700 || refused > 900 { // 2 each 20 ms, for 2 s
			t.Errorf("%d of 1000 were refused", refused)
		}
		time.Sleep(time.Second)
	})
}

// A listener has so many connections, and so many of one address.
func TestListen(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	inner, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := limit.Listen(inner, 3, 2)
	accepted := make(chan net.Conn, 8)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	defer l.Close()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	dial()
	dial()
	first := <-accepted
	<-accepted
	if _, err := io.ReadAll(dial()); err != nil && !errors.Is(err, io.EOF) {
		t.Log("cut off:", err)
	}
	_ = first.Close()
	dial()
	<-accepted
}

// TestConnections: whatever the size of the pool, one app leaves connections to the others.
func TestConnections(t *testing.T) {
	t.Parallel()
	for all := 3; all <= 200; all++ {
		queries, groups := limit.Connections(all)
		if one := max(queries*2/3, 1) + groups; one >= all {
			t.Errorf("of %d connections one app has %d", all, one)
		}
	}
}
