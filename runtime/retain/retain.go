// Package retain deletes old rows, or marks them, a batch at a time, so that no
// statement delays requests for long. Several servers may apply one rule at once.
package retain

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// breath is the time between two batches, for everybody else.
const breath = 50 * time.Millisecond

// Rule says which rows end, and how often to look for them.
type Rule struct {
	What  string        // for the log: "old message ids of lianfa"
	Done  string        // for the log: "deleted"
	Level slog.Level    // of the line that says how many there were
	Every time.Duration // between two looks
	Most  int64         // rows of one batch
	// Batch ends at most that many of the rows that are too old by now, and returns how
	// many they were. Its error holds no value of a row.
	Batch func(ctx context.Context, now time.Time, most int64) (int64, error)
}

// Apply ends all rows that are too old by now, and returns how many they were.
func (r *Rule) Apply(ctx context.Context, now time.Time) (total int64, err error) {
	for {
		n, err := r.Batch(ctx, now, r.Most)
		total += n
		if err != nil {
			return total, fmt.Errorf("%s: %w", r.What, err)
		}
		if n < r.Most || ctx.Err() != nil {
			return total, nil
		}
		Pause(ctx, breath)
	}
}

// Keep applies rules, each at once and then again and again, until ctx ends.
func Keep(ctx context.Context, log *slog.Logger, rules ...Rule) {
	var all sync.WaitGroup
	for i := range rules {
		all.Go(func() { rules[i].keep(ctx, log) })
	}
	all.Wait()
}

// keep applies one rule until ctx ends.
func (r *Rule) keep(ctx context.Context, log *slog.Logger) {
	for ctx.Err() == nil {
		n, err := r.Apply(ctx, time.Now())
		if err != nil && ctx.Err() == nil {
			log.Error("rows that are too old stay", "rows", r.What, "error", err)
		}
		if n > 0 {
			log.Log(ctx, r.Level, r.What+" "+r.Done, "rows", n)
		}
		Pause(ctx, r.Every)
	}
}

// Pause waits, or until ctx ends.
func Pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
