package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/trace"
)

const (
	settleTime = 5 * time.Second  // for a statement that reports
	breath     = time.Second      // after an error of the database
	strange    = 10 * time.Second // before an app that is not known here is looked at again
)

// serve works off one claim. ctx ends with Run, calls somewhat later: a call that
// has begun is finished and reported.
func (e *Engine) serve(ctx, calls context.Context, c *claim) {
	keys, known := e.config.Apps.Find(calls, c.system, c.app)
	if !known { // its keys do not open here; another server may have them
		e.log.Warn("notifications wait for an app that is not known here", "system", c.system, "app", c.app)
		e.giveBack(c, false, strange)
		return
	}
	begun, took, rest := time.Now(), false, time.Duration(0)
	for i := range c.list {
		over := time.Since(begun) > e.config.Prompt || time.Until(c.until) < e.config.Timeout
		if ctx.Err() != nil || i > 0 && over || !time.Now().Before(c.until) { // a claim may have taken that long
			break
		}
		next := e.one(calls, c, keys, &c.list[i], &took)
		if next == lost {
			return
		}
		if next == wrong {
			rest = breath
		}
		if next != goOn {
			break
		}
	}
	e.giveBack(c, took, rest)
}

// step decides what follows a notification.
type step int

const (
	goOn   step = iota
	enough      // give the lease back
	wrong       // the same, after an error of the database
	lost        // the lease is gone: given back, or taken by another engine
)

// one works off one notification. took is set when the receiver took it.
func (e *Engine) one(ctx context.Context, c *claim, keys *protocol.Keys, n *notification, took *bool) step {
	switch {
	case n.refused:
		return e.aside(ctx, c, n, "the app may not have it (any more)")
	case n.url == "":
		return e.aside(ctx, c, n, "the app has no subscription to it (any more)")
	case n.hidden:
		return e.aside(ctx, c, n, "the app may not see its project (any more)")
	}
	r := e.call(ctx, c, keys, n)
	if r.outcome == stopped {
		return enough
	}
	if e.config.Observer != nil {
		e.config.Observer.Attempted(c.system, c.app, n.cmd, r.outcome, r.took)
	}
	if r.outcome != Delivered {
		return e.missed(ctx, c, n, r)
	}
	ok, err := e.deliveries.do(delivery{c, n, r})
	if err != nil {
		e.fails("a delivery cannot be noted; it will be sent again", err, "system", c.system, "app", c.app, "cmd", n.cmd, "sid", n.sid)
		return wrong
	}
	*took = true
	e.doubts.look(c.system, n.cmd, e.config.Systems[c.system].Doubts[n.cmd], n.body)
	if !ok {
		return enough
	}
	return goOn
}

// errCrowded is why a slow call is given up.
var errCrowded = errors.New("notify: too many calls are slow")

// call sends a notification. A call that is slow makes room for others.
func (e *Engine) call(ctx context.Context, c *claim, keys *protocol.Keys, n *notification) (r result) {
	ctx, span := trace.Root(ctx, e.config.Tracer, "delivery")
	defer func() { r.spoken(span, c, n) }()
	ctx, cancel := context.WithDeadline(ctx, c.until)
	defer cancel()
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	system := e.config.Systems[c.system]
	if c.lane != prompt {
		return e.sender.send(ctx, &system, keys, n)
	}
	moved := make(chan bool, 1)
	timer := time.AfterFunc(e.config.Prompt, func() {
		ok := e.road.slowDown()
		if !ok {
			giveUp(errCrowded)
		}
		moved <- ok
		e.Hint()
	})
	r = e.sender.send(ctx, &system, keys, n)
	if !timer.Stop() && <-moved {
		c.lane = slow
	}
	return r
}

// spoken ends the span of an attempt with what is known of it.
func (r *result) spoken(span trace.Span, c *claim, n *notification) {
	if span.IsRecording() {
		trace.Text(span, "jiekou.system", c.system)
		trace.Text(span, "jiekou.cmd", n.cmd)
		trace.Text(span, "jiekou.app", c.app)
		trace.Text(span, "jiekou.code", r.code)
		if r.outcome != Delivered {
			trace.Failed(span, string(r.outcome))
		}
	}
	span.End()
}

// aside puts a notification into the dead-letter list that must not be sent.
func (e *Engine) aside(ctx context.Context, c *claim, n *notification, reason string) step {
	ok := false
	err := e.settle(ctx, func(ctx context.Context) (err error) {
		ok, err = e.bury(ctx, c, n, reason)
		return err
	})
	if err != nil || !ok {
		return wrong
	}
	e.log.Warn("a notification is dead", "system", c.system, "app", c.app, "cmd", n.cmd, "sid", n.sid, "id", n.id, "why", reason)
	return goOn
}

// finalWaits is how many waits of the schedule a refusal for good gets: somebody may
// be deploying the receiver, but an ordered queue is not held up for a day by what
// will not change.
const finalWaits = 3

// missed notes a failure; the lease is given back with it, but for that of a notification
// with a URL of its own.
func (e *Engine) missed(ctx context.Context, c *claim, n *notification, r result) step {
	wait, dead := e.config.after(n.attempts, r.asked)
	reason := ""
	switch {
	case r.final && n.attempts >= finalWaits: // the next one has its turn at once
		wait, dead, reason = 0, true, fmt.Sprintf("the receiver refused it for good in %d attempts, the last time: %s", n.attempts+1, r)
	case dead:
		reason = fmt.Sprintf("%d attempts failed, the last one: %s", n.attempts+1, r)
	}
	held, disabled := false, false
	err := e.settle(ctx, func(ctx context.Context) (err error) {
		held, disabled, err = e.failed(ctx, c, n, r, wait, reason)
		return err
	})
	if err != nil {
		e.fails("a failure cannot be noted", err, "system", c.system, "app", c.app, "sid", n.sid)
		return wrong
	}
	if !held {
		return lost
	}
	log := e.log.With("system", c.system, "app", c.app, "cmd", n.cmd, "sid", n.sid, "id", n.id,
		"attempt", n.attempts+1, "outcome", string(r.outcome), "status", r.status, "code", r.code)
	if r.why != nil {
		log = log.With("cause", r.why)
	}
	if dead {
		log.Error("a notification is dead", "why", reason)
	} else {
		log.Warn("a notification was not taken", "again_in", wait.Round(time.Second).String())
	}
	switch {
	case disabled && r.outcome == Gone:
		log.Error("a receiver is disabled: it says that it is gone (HTTP 410); jiekoud deliveries resume lets it in again")
	case disabled:
		log.Error("a receiver is disabled: it has failed for too long; jiekoud deliveries resume lets it in again")
	case n.own:
		return goOn
	}
	return lost
}

// String describes the answer, without any content.
func (r result) String() string {
	switch {
	case r.outcome == Status, r.outcome == Gone:
		return fmt.Sprintf("HTTP %d", r.status)
	case r.code != "":
		return string(r.outcome) + " with code " + r.code
	}
	return string(r.outcome)
}

// giveBack gives a lease back. Where that fails, the engine takes it up again as soon as it
// can read the queues.
func (e *Engine) giveBack(c *claim, took bool, rest time.Duration) {
	if _, err := e.ends.do(end{c, took, rest}); err != nil {
		e.fails("a lease cannot be given back", err, "system", c.system, "app", c.app)
	}
}

// settle runs a statement that reports, also while the engine is being stopped.
func (e *Engine) settle(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	return f(ctx)
}
