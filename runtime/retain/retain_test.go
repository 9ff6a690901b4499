package retain

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// rows are rows that a test has; each call of batch ends some.
type rows struct {
	left  int64
	calls []time.Duration // since the test began
	began time.Time
	err   error
}

func (r *rows) batch(_ context.Context, _ time.Time, most int64) (int64, error) {
	r.calls = append(r.calls, time.Since(r.began))
	n := min(r.left, most)
	r.left -= n
	return n, r.err
}

func (r *rows) rule() Rule {
	r.began = time.Now()
	return Rule{What: "old things", Done: "deleted", Every: time.Hour, Most: 10, Batch: r.batch}
}

// TestApply: full batches follow one another with a pause, up to one that is not full.
func TestApply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rows{left: 25}
		rule := r.rule()
		if n, err := rule.Apply(t.Context(), time.Now()); n != 25 || err != nil {
			t.Error(n, err)
		}
		if len(r.calls) != 3 || r.calls[2] != 2*breath {
			t.Errorf("batches at %v", r.calls)
		}
		r.left, r.err = 25, errors.New("away")
		if n, err := rule.Apply(t.Context(), time.Now()); n != 10 || err == nil || err.Error() != "old things: away" {
			t.Error(n, err)
		}
	})
}

// TestKeep: at once, and then each hour, until ctx ends; an error is logged, and
// the work tried again.
func TestKeep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var log bytes.Buffer
		r, broken := &rows{left: 5}, &rows{err: errors.New("away")}
		one, other := r.rule(), broken.rule()
		done := make(chan struct{})
		go func() {
			defer close(done)
			Keep(ctx, slog.New(slog.NewTextHandler(&log, nil)), one, other)
		}()
		time.Sleep(150 * time.Minute)
		cancel()
		<-done
		if len(r.calls) != 3 || r.calls[0] != 0 || r.calls[1] != time.Hour || len(broken.calls) != 3 {
			t.Errorf("looked at %v and %v", r.calls, broken.calls)
		}
		if text := log.String(); strings.Count(text, `msg="old things deleted" rows=5`) != 1 ||
			strings.Count(text, `level=ERROR msg="rows that are too old stay"`) != 3 {
			t.Error(text)
		}
	})
}
