package twin

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/testkit/expect"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// How long is waited for a notification: after one of its kind has come, and while none has.
// A kind that was missed and never came is not waited for again.
const (
	patience     = 15 * time.Second
	noPatience   = 200 * time.Millisecond
	settled      = 500 * time.Millisecond // without a message: what waited before has come
	settlingTime = 20 * time.Second
)

// Heard has the notifications of an app as they arrive. It is safe for concurrent use.
type Heard struct {
	mu     sync.Mutex
	came   []expect.Notification
	wrong  []expect.Difference
	more   chan struct{}   // holds one where something came
	kinds  map[string]bool // that have come
	missed map[string]bool // that were waited for in vain
}

// NewHeard makes one that has heard nothing.
func NewHeard() *Heard {
	return &Heard{more: make(chan struct{}, 1), kinds: map[string]bool{}, missed: map[string]bool{}}
}

// Take notes a notification. wrong says what is wrong with its message: a signature, a rule
// of a field; empty: nothing.
func (h *Heard) Take(one expect.Notification, wrong string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if wrong != "" {
		h.wrong = append(h.wrong, expect.Difference{Path: "the message of notification " + one.Cmd, Want: "a message by the document", Got: wrong, Why: "message"})
	}
	if one.Body != nil {
		h.kinds[one.Cmd] = true
		h.came = append(h.came, one)
	}
	select {
	case h.more <- struct{}{}:
	default:
	}
}

// settle waits until nothing comes any more, and forgets it: it was queued before.
func (h *Heard) settle(ctx context.Context) {
	end := time.After(settlingTime)
	for {
		select {
		case <-h.more:
			continue
		case <-time.After(settled):
		case <-end:
		case <-ctx.Done():
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.came, h.wrong = nil, nil
		return
	}
}

// take waits for notifications, and returns what has come since the last time.
func (h *Heard) take(ctx context.Context, want map[string]int) ([]expect.Notification, []expect.Difference) {
	end := time.NewTimer(h.patience(want))
	defer end.Stop()
	for !h.enough(want) {
		select {
		case <-h.more:
			continue
		case <-end.C:
		case <-ctx.Done():
		}
		break
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	came, wrong := h.came, h.wrong
	h.came, h.wrong = nil, nil
	for cmd := range want {
		h.missed[cmd] = !h.kinds[cmd]
	}
	return came, wrong
}

// patience is how long notifications are waited for.
func (h *Heard) patience(want map[string]int) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	for cmd := range want {
		if !h.missed[cmd] {
			return patience
		}
	}
	return noPatience
}

// enough reports whether as many have come as are wanted.
func (h *Heard) enough(want map[string]int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	have := map[string]int{}
	for _, one := range h.came {
		have[one.Cmd]++
	}
	for cmd, n := range want {
		if have[cmd] < n {
			return false
		}
	}
	return true
}

// Hear has the twin compare what arrives at the app from now on. cmds are the notifications
// that it is subscribed to.
func (t *Twin) Hear(ctx context.Context, h *Heard, cmds []string) {
	h.settle(ctx)
	t.heard = h
	for _, cmd := range cmds {
		sub := expect.Subscriber{App: t.App, Cmd: cmd}
		if at := slices.IndexFunc(t.to, func(s expect.Subscriber) bool { return s.App == t.App && s.Cmd == cmd }); at >= 0 {
			sub = t.to[at] // with its projects
		}
		t.hears = append(t.hears, sub)
	}
}

// delivered compares what arrives at the app with the notifications of a message.
func (t *Twin) delivered(ctx context.Context, judge *expect.Judge, told []model.Told) []expect.Difference {
	if t.heard == nil {
		return nil
	}
	want := map[string]int{}
	told = slices.DeleteFunc(slices.Clone(told), func(one model.Told) bool { return one.URL != "" && !strings.HasPrefix(one.URL, t.Listens) })
	for _, one := range told {
		for _, sub := range t.hears {
			if sub.Cmd == one.Of.Cmd && one.For(sub.App) && one.Sees(sub.Projects) {
				want[sub.Cmd]++
			}
		}
	}
	came, wrong := t.heard.take(ctx, want)
	return append(wrong, judge.Told(t.System, told, t.hears, came)...)
}
