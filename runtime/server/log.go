package server

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// Of the log of serve.
const (
	logFlush  = 200 * time.Millisecond // how long a line may wait
	logBuffer = 64 << 10
	refusals  = 50 // lines about refused requests a second; the others are counted
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
	if form == "text" || form == "" && isTerminal(w) {
		handler = slog.NewTextHandler(out, options)
	}
	return slog.New(&sampled{Handler: handler, out: out, state: &sampling{bucket: rate.NewLimiter(refusals, 2*refusals)}}), out.Close, nil
}

// isTerminal reports whether somebody reads along.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// sampled leaves out lines about refused requests where there are too many of them, and
// says how many. A line of level ERROR is never left out, and is written at once.
type sampled struct {
	slog.Handler
	out   *buffered
	state *sampling
}

// sampling is what the loggers of one log share.
type sampling struct {
	bucket *rate.Limiter
	mu     sync.Mutex
	left   int // out, since a line said how many
}

// Handle writes a line, or counts it.
func (h *sampled) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelError && isRefusal(&r) {
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
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelError {
		h.out.Flush()
	}
	return err
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
	return &sampled{Handler: h.Handler.WithAttrs(list), out: h.out, state: h.state}
}

// WithGroup returns the handler with a group.
func (h *sampled) WithGroup(name string) slog.Handler {
	return &sampled{Handler: h.Handler.WithGroup(name), out: h.out, state: h.state}
}

// buffered writes what it is given a little later, so that no request waits for it.
type buffered struct {
	mu   sync.Mutex
	w    *bufio.Writer
	stop chan struct{}
	once sync.Once
	done chan struct{}
}

func newBuffered(w io.Writer) *buffered {
	b := &buffered{w: bufio.NewWriterSize(w, logBuffer), stop: make(chan struct{}), done: make(chan struct{})}
	go b.keep()
	return b
}

// keep writes the lines that wait, until Close.
func (b *buffered) keep() {
	defer close(b.done)
	tick := time.NewTicker(logFlush)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			b.Flush()
		case <-b.stop:
			b.Flush()
			return
		}
	}
}

// Write takes a line.
func (b *buffered) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.w.Write(p)
}

// Flush writes the lines that wait.
func (b *buffered) Flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.w.Flush() // there is nowhere to say so
}

// Close writes the last lines. Later ones may be lost.
func (b *buffered) Close() {
	b.once.Do(func() { close(b.stop) })
	<-b.done
}
