package notify

import (
	"context"
	"fmt"
	"time"
)

const (
	settleTime = 5 * time.Second  // for a statement that reports
	breath     = time.Second      // after an error of the database
	strange    = 10 * time.Second // before an app that is not known here is looked at again
)

// serve works off one claim. ctx ends with Run, calls somewhat later: what has
// begun is finished and reported.
func (e *Engine) serve(ctx, calls context.Context, c claim) {
	app, known := e.config.Apps.Find(calls, c.system, c.app)
	if !known { // its keys do not open here; another server may have them
		e.log.Warn("notifications wait for an app that is not known here", "system", c.system, "app", c.app)
		e.giveBack(calls, &c, false, strange)
		return
	}
	var list []notice
	err := e.settle(calls, func(ctx context.Context) (err error) {
		list, err = e.take(ctx, &c)
		return err
	})
	if err != nil {
		e.log.Error("notifications cannot be read", "system", c.system, "app", c.app, "error", sqlState(err))
		e.giveBack(calls, &c, false, breath)
		return
	}
	took, rest := false, time.Duration(0)
	for i := range list {
		if ctx.Err() != nil || i > 0 && time.Until(c.until) < e.config.Timeout {
			break
		}
		next := e.one(calls, &c, &app, &list[i], &took)
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
	e.giveBack(calls, &c, took, rest)
}

// step says what follows a notification.
type step int

const (
	goOn   step = iota
	enough      // give the lease back
	wrong       // the same, after an error of the database
	lost        // the lease is gone: given back, or taken by another engine
)

// one works off one notification. took is set when the receiver took it.
func (e *Engine) one(ctx context.Context, c *claim, app *App, n *notice, took *bool) step {
	switch {
	case !app.May(n.cmd):
		return e.aside(ctx, c, n, "the app may not have it (any more)")
	case n.url == "":
		return e.aside(ctx, c, n, "the app has no subscription to it (any more)")
	}
	system := e.config.Systems[c.system]
	call, cancel := context.WithDeadline(ctx, c.until)
	r := e.sender.send(call, &system, app.Keys, n)
	cancel()
	if r.outcome == stopped {
		return enough
	}
	if e.config.Observer != nil {
		e.config.Observer.Attempted(c.system, n.cmd, r.outcome, r.took)
	}
	if r.outcome != Delivered {
		return e.missed(ctx, c, n, r)
	}
	ok := false
	err := e.settle(ctx, func(ctx context.Context) (err error) {
		ok, err = e.delivered(ctx, c, n, r)
		return err
	})
	if err != nil {
		e.log.Error("a delivery cannot be noted; it will be sent again",
			"system", c.system, "app", c.app, "cmd", n.cmd, "sid", n.sid, "error", sqlState(err))
		return wrong
	}
	*took = true
	if !ok {
		return enough
	}
	return goOn
}

// aside puts a notification into the dead-letter list that must not be sent.
func (e *Engine) aside(ctx context.Context, c *claim, n *notice, reason string) step {
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

// missed notes a failure; the lease is given back with it.
func (e *Engine) missed(ctx context.Context, c *claim, n *notice, r result) step {
	wait, dead := e.config.after(n.attempts, r.asked)
	reason := ""
	if dead {
		reason = fmt.Sprintf("%d attempts failed, the last one: %s", n.attempts+1, r)
	}
	held, disabled := false, false
	err := e.settle(ctx, func(ctx context.Context) (err error) {
		held, disabled, err = e.failed(ctx, c, n, r, wait, reason)
		return err
	})
	if err != nil {
		e.log.Error("a failure cannot be noted", "system", c.system, "app", c.app, "sid", n.sid, "error", sqlState(err))
		return wrong
	}
	if !held {
		return lost
	}
	log := e.log.With("system", c.system, "app", c.app, "cmd", n.cmd, "sid", n.sid, "id", n.id,
		"attempt", n.attempts+1, "outcome", string(r.outcome), "status", r.status, "code", r.code)
	if dead {
		log.Error("a notification is dead", "why", reason)
	} else {
		log.Warn("a notification was not taken", "again_in", wait.Round(time.Second).String())
	}
	if disabled {
		log.Error("a receiver is disabled: it has failed for too long; jiekoud deliveries resume lets it in again")
	}
	return lost
}

// String says what came back, without any content.
func (r result) String() string {
	switch {
	case r.outcome == Status:
		return fmt.Sprintf("HTTP %d", r.status)
	case r.code != "":
		return string(r.outcome) + " with code " + r.code
	}
	return string(r.outcome)
}

// giveBack gives a lease back; where that fails it ends by itself.
func (e *Engine) giveBack(ctx context.Context, c *claim, took bool, rest time.Duration) {
	err := e.settle(ctx, func(ctx context.Context) error { return e.release(ctx, c, took, rest) })
	if err != nil {
		e.log.Error("a lease cannot be given back; it ends by itself", "system", c.system, "app", c.app, "error", sqlState(err))
	}
}

// settle runs a statement that reports, also while the engine is being stopped.
func (e *Engine) settle(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	return f(ctx)
}
