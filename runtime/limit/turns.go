package limit

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// turns lets a number of requests work at a time. Those that wait are served by app,
// one of each in turn.
type turns struct {
	config Config
	share  int // of one app
	slots  int
	wait   time.Duration

	mu      sync.Mutex
	free    int
	room    int64 // bytes for replies that are free
	lanes   map[string]*lane
	waiting []*lane // that have somebody waiting, the next one first
}

// lane is one app.
type lane struct {
	name    string
	running int
	room    int64 // bytes that its replies take
	line    []*turn
	bucket  *rate.Limiter
	of      App
	sizes   map[string]int64 // of replies, by interface; the largest of late
}

// turn is one request that works, or waits for it.
type turn struct {
	lane *lane
	cmd  string
	room int64
	most int           // turns of its app at a time
	come chan struct{} // closed when it has its turn
	has  bool
}

// crowd is how many requests of one app may wait.
const crowd = 512

func newTurns(slots, share int, c Config) *turns {
	return &turns{config: c, share: share, slots: slots, wait: c.Wait, free: slots, room: c.Replies, lanes: map[string]*lane{}}
}

// enter waits for a turn of an app. sized asks for room by the size of the replies that
// the interface had.
func (t *turns) enter(ctx context.Context, app, cmd string, of App, sized bool) (*turn, error) {
	t.mu.Lock()
	l := t.lane(app, of)
	if !l.bucket.Allow() {
		t.mu.Unlock()
		return nil, ErrRate
	}
	one := &turn{lane: l, cmd: cmd, most: t.share}
	if of.Concurrency > 0 {
		one.most = of.Concurrency
	}
	if sized {
		one.room = t.size(l, cmd)
	}
	if len(l.line) == 0 && t.fits(one) {
		t.take(one)
		t.mu.Unlock()
		return one, nil
	}
	if len(l.line) >= crowd {
		t.mu.Unlock()
		return nil, ErrBusy
	}
	one.come = make(chan struct{})
	if l.line = append(l.line, one); len(l.line) == 1 {
		t.waiting = append(t.waiting, l)
	}
	t.mu.Unlock()
	return t.await(ctx, one)
}

// state counts who works and who waits.
func (t *turns) state() Turns {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Turns{Running: t.slots - t.free, Bytes: t.config.Replies - t.room}
	for _, l := range t.waiting {
		s.Waiting += len(l.line)
	}
	return s
}

// await waits until a request has its turn, or has waited for too long.
func (t *turns) await(ctx context.Context, one *turn) (*turn, error) {
	timer := time.NewTimer(t.wait)
	defer timer.Stop()
	select {
	case <-one.come:
		return one, nil
	case <-timer.C:
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.has {
		return one, nil // in the same moment
	}
	l := one.lane
	l.line = slices.DeleteFunc(l.line, func(o *turn) bool { return o == one })
	if len(l.line) == 0 {
		t.waiting = slices.DeleteFunc(t.waiting, func(o *lane) bool { return o == l })
	}
	t.next() // what stood behind it may be smaller
	return nil, ErrBusy
}

// lane is that of an app; t is locked.
func (t *turns) lane(app string, of App) *lane {
	l := t.lanes[app]
	if l == nil {
		l = &lane{name: app, sizes: map[string]int64{}}
		t.lanes[app] = l
	}
	if l.bucket == nil || l.of != of {
		every, burst := t.config.Rate, t.config.Burst
		if of.Rate > 0 {
			every, burst = of.Rate, max(int(2*of.Rate), 1)
		}
		if of.Burst > 0 {
			burst = of.Burst
		}
		l.bucket, l.of = rate.NewLimiter(rate.Limit(every), burst), of
	}
	return l
}

// size is how much memory a reply will take, as far as is known. Of an interface that
// was not called yet it may be half of what the app has: two are tried first.
func (t *turns) size(l *lane, cmd string) int64 {
	most := t.config.Replies / 2
	size, known := l.sizes[cmd]
	switch {
	case !known:
		return most / 2
	case size < freeReply:
		return 0
	}
	return min(size*heavier, most)
}

// fits reports whether a request can have its turn now; t is locked.
func (t *turns) fits(one *turn) bool {
	l := one.lane
	return t.free > 0 && l.running < one.most && one.room <= t.room && l.room+one.room <= t.config.Replies/2
}

// take gives a request its turn; t is locked.
func (t *turns) take(one *turn) {
	one.has = true
	t.free--
	one.lane.running++
	t.room -= one.room
	one.lane.room += one.room
	if one.come != nil {
		close(one.come)
	}
}

// next gives turns to those that wait, one app after another; t is locked.
func (t *turns) next() {
	for i := 0; i < len(t.waiting) && t.free > 0; {
		l := t.waiting[i]
		if !t.fits(l.line[0]) {
			i++
			continue
		}
		t.take(l.line[0])
		l.line = l.line[1:]
		t.waiting = slices.Delete(t.waiting, i, i+1)
		if len(l.line) > 0 {
			t.waiting = append(t.waiting, l)
		}
	}
}

// done ends the work of a turn; its reply, of a size, is still to be sent. A size below
// zero says nothing about other replies.
func (t *turns) done(one *turn, size int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.free++
	one.lane.running--
	if size >= 0 {
		// It forgets slowly: the next request may be for as many rows.
		one.lane.sizes[one.cmd] = max(size, one.lane.sizes[one.cmd]*15/16)
		t.resize(one, t.size(one.lane, one.cmd))
	}
	t.next()
}

// leave gives the room of a turn back.
func (t *turns) leave(one *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.resize(one, 0)
	t.next()
}

// resize changes the room that a turn has; t is locked.
func (t *turns) resize(one *turn, room int64) {
	t.room += one.room - room
	one.lane.room += room - one.room
	one.room = room
}
