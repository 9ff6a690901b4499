package receive

import (
	"context"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Nonces keeps values that count once. Use is asked when everything else about a
// message is verified. Forget gives a value back whose message was not carried out: it
// will come again. They must be safe for concurrent use; within one process, messages
// with the same value are carried out one after the other.
type Nonces interface {
	// Use marks a value as used until then, the zero time for good, and reports whether
	// it was not used before.
	Use(ctx context.Context, app, value string, until time.Time) (bool, error)
	Forget(ctx context.Context, app, value string) error
}

// Use marks a value of this message as used.
func (d *delivery) Use(ctx context.Context, app, value string, until time.Time) (bool, error) {
	leave, err := d.busy.enter(ctx, "once "+value)
	if err != nil {
		return false, problem.Wrap(problem.Unavailable, err)
	}
	d.leave = append(d.leave, leave)
	fresh, err := d.nonces.Use(ctx, app, value, until)
	if err != nil {
		return false, problem.Wrap(problem.Unavailable, err)
	}
	if fresh {
		d.took = append(d.took, value)
	}
	return fresh, nil
}

// settle gives the values of a message back that was not carried out.
func (d *delivery) settle(parent context.Context, refusal *problem.Error) {
	if refusal != nil && refusal.Rule != problem.Repeated && len(d.took) > 0 {
		ctx, cancel := context.WithTimeout(parent, d.timeout)
		defer cancel()
		for _, value := range d.took {
			if err := d.nonces.Forget(ctx, d.app, value); err != nil {
				d.log.ErrorContext(ctx, "a message was not carried out, and its value counts as used", "cmd", d.call.Cmd, "cause", err)
			}
		}
	}
	for _, leave := range d.leave {
		leave()
	}
}

// used is Nonces in memory. What counts for good counts for a week there: no sender
// tries for longer.
type used struct {
	mu    sync.Mutex
	until map[string]time.Time
	swept time.Time
}

func newUsed() *used { return &used{until: map[string]time.Time{}} }

const (
	forGood    = 7 * 24 * time.Hour
	sweepEvery = time.Minute // values that are over are dropped
)

// Use marks a value as used. It never fails.
func (u *used) Use(_ context.Context, app, value string, until time.Time) (bool, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := time.Now()
	if now.Sub(u.swept) > sweepEvery {
		u.swept = now
		for name, end := range u.until {
			if now.After(end) {
				delete(u.until, name)
			}
		}
	}
	if until.IsZero() {
		until = now.Add(forGood)
	}
	name := app + "\x00" + value
	if _, known := u.until[name]; known {
		return false, nil
	}
	u.until[name] = until
	return true, nil
}

// Forget gives a value back. It never fails.
func (u *used) Forget(_ context.Context, app, value string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.until, app+"\x00"+value)
	return nil
}
