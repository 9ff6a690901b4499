package server

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// Of the log of serve.
const (
	logFlush  = 200 * time.Millisecond // how long a line may wait
	logBuffer = 64 << 10               // that is written without waiting any longer
	logMost   = 4 << 20                // that waits for a slow reader
	logLast   = 2 * time.Second        // for the last lines
	refusals  = 50                     // lines about refused requests a second; the others are counted
)

// newLog returns the log of serve, and what ends it. The form is text, json, or empty:
// text on a terminal, JSON elsewhere.
func newLog(w io.Writer, form, level string) (*slog.Logger, func(), error) {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, nil, command.Misused("", "JIEKOU_LOG_LEVEL is debug, info, warn or error, not %q", level)
	}
	if form != "" && form != "text" && form != "json" {
		return nil, nil, command.Misused("", "JIEKOU_LOG is text or json, not %q", form)
	}
	options := &slog.HandlerOptions{Level: least}
	out := newBuffered(w)
	var handler slog.Handler = slog.NewJSONHandler(out, options)
	if form == "text" || form == "" && command.IsTerminal(w) {
		handler = slog.NewTextHandler(out, options)
	}
	return slog.New(&sampled{Handler: handler, out: out, state: &sampling{bucket: rate.NewLimiter(refusals, 2*refusals)}}), out.Close, nil
}

// sampled leaves out lines about refused requests, and about what never became one, where there
// are too many of them, and says how many. A line of level ERROR is never left out, and is written at once.
type sampled struct {
	slog.Handler
	out   *buffered
	state *sampling
	all   bool // anybody can cause a line
}

// sampling is what the loggers of one log share.
type sampling struct {
	bucket *rate.Limiter
	mu     sync.Mutex
	left   int // out, since a line said how many
}

// Handle writes a line, or counts it.
func (h *sampled) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelError && (h.all || isRefusal(&r)) {
		h.state.mu.Lock()
		ok := h.state.bucket.Allow()
		left := h.state.left
		if h.state.left++; ok {
			h.state.left = 0
		}
		h.state.mu.Unlock()
		if !ok {
			return nil
		}
		if left > 0 {
			r.AddAttrs(slog.Int("left_out", left))
		}
	}
	if lost := h.out.gone(); lost > 0 {
		r.AddAttrs(slog.Int("lost", lost))
	}
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelError {
		h.out.hurry()
	}
	return err
}

// strangers is the handler for what anybody can cause, such as a handshake that fails.
func strangers(h slog.Handler) slog.Handler {
	if s, ok := h.(*sampled); ok {
		return &sampled{Handler: s.Handler, out: s.out, state: s.state, all: true}
	}
	return h
}

// isRefusal reports whether a line is about a refused request: it says why.
func isRefusal(r *slog.Record) bool {
	found := false
	if r.Message == "request" {
		r.Attrs(func(a slog.Attr) bool {
			found = found || a.Key == "why"
			return !found
		})
	}
	return found
}

// WithAttrs returns the handler with attributes.
func (h *sampled) WithAttrs(list []slog.Attr) slog.Handler {
	return &sampled{Handler: h.Handler.WithAttrs(list), out: h.out, state: h.state, all: h.all}
}

// WithGroup returns the handler with a group.
func (h *sampled) WithGroup(name string) slog.Handler {
	return &sampled{Handler: h.Handler.WithGroup(name), out: h.out, state: h.state, all: h.all}
}

// buffered writes what it is given a little later, so that no request waits for it: not
// even for a reader of the log that has stopped. Then lines are lost, and counted.
type buffered struct {
	w    io.Writer
	kick chan struct{} // there is much to write, or something urgent
	stop chan struct{}
	once sync.Once
	done chan struct{}

	mu      sync.Mutex
	waiting []byte
	lost    int // lines, since a line said how many
}

func newBuffered(w io.Writer) *buffered {
	b := &buffered{w: w, kick: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go b.keep()
	return b
}

// keep writes the lines that wait, until Close.
func (b *buffered) keep() {
	defer close(b.done)
	tick := time.NewTicker(logFlush)
	defer tick.Stop()
	var spare []byte
	for last := false; !last; {
		select {
		case <-tick.C:
		case <-b.kick:
		case <-b.stop:
			last = true
		}
		b.mu.Lock()
		list := b.waiting
		b.waiting = spare[:0]
		b.mu.Unlock()
		if spare = list; len(list) > 0 {
			_, _ = b.w.Write(list) // there is nowhere to say so
		}
		if cap(spare) > 4*logBuffer {
			spare = nil
		}
	}
}

// Write takes a line.
func (b *buffered) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting)+len(p) > logMost {
		b.lost++
		return len(p), nil
	}
	b.waiting = append(b.waiting, p...)
	if len(b.waiting) > logBuffer {
		b.hurry()
	}
	return len(p), nil
}

// hurry has the lines that wait written at once.
func (b *buffered) hurry() {
	select {
	case b.kick <- struct{}{}:
	default:
	}
}

// gone is how many lines were lost since it was asked last, and again found room.
func (b *buffered) gone() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) > logBuffer {
		return 0 // the line that says so would be lost as well
	}
	n := b.lost
	b.lost = 0
	return n
}

// Close writes the last lines, for as long as logLast. Later ones are lost.
func (b *buffered) Close() {
	b.once.Do(func() { close(b.stop) })
	select {
	case <-b.done:
	case <-time.After(logLast):
	}
}
