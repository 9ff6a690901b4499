package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// The waits of a Retry that says nothing.
const (
	DefaultWait = 200 * time.Millisecond
	DefaultMost = 10 * time.Second
)

// Retry says how calls are repeated. Only those are that may be: queries, and calls whose
// messages have an id, under the same one, so that the server carries them out once. The
// reply to such a call may be the code of a repeated message: it was carried out before.
//
// A call is repeated after a fault of the connection, after the statuses 502, 503 and 504
// of a proxy in front of the server, and after the codes of Codes. What the server
// refuses otherwise, and a reply that cannot be verified, is not.
type Retry struct {
	// Times is how often a call is sent again, at most. Zero: never.
	Times int
	// Wait is how long the first wait is, DefaultWait where it is zero. Each following one
	// is twice as long, up to Most (DefaultMost), and up to half of each is left out at random,
	// so that many callers do not come back at once.
	Wait, Most time.Duration
	// Codes are the document's codes after which a call is repeated. Nil: the one that the
	// system has for the rule unavailable.
	Codes []string
}

// wait is how long to wait before the n-th repetition, from 0.
func (r Retry) wait(n int) time.Duration {
	long, most := r.Wait, r.Most
	if long <= 0 {
		long = DefaultWait
	}
	if most <= 0 {
		most = DefaultMost
	}
	for ; n > 0 && long < most; n-- {
		long *= 2
	}
	long = min(long, most)
	return long - rand.N(long/2+1) //nolint:gosec // it spreads waits, and hides nothing
}

// repeat makes a call until its outcome is final, the repetitions are used up, or the
// context ends.
func (c *Client) repeat(ctx context.Context, r Request) (Reply, error) {
	for n := 0; ; n++ {
		reply, err := c.once(ctx, r)
		if n >= c.config.Retry.Times || !c.repeatable(r) || !c.passing(reply, err) || ctx.Err() != nil {
			return reply, err
		}
		timer := time.NewTimer(c.config.Retry.wait(n))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return reply, err
		}
	}
}

// once makes a call in its time.
func (c *Client) once(ctx context.Context, r Request) (Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	return c.exchange(ctx, r)
}

// repeatable says whether a call that was carried out may be sent again.
func (c *Client) repeatable(r Request) bool {
	one := c.byCmd[r.Cmd]
	return r.Sid != "" || one != nil && one.Kind == route.Query
}

// passing says whether an outcome may be another one soon.
func (c *Client) passing(reply Reply, err error) bool {
	if err == nil {
		codes := c.config.Retry.Codes
		if codes == nil {
			codes = []string{c.config.System.Errors.Rules[problem.Unavailable]}
		}
		return !reply.OK && slices.Contains(codes, reply.Code)
	}
	if e, ok := errors.AsType[*StatusError](err); ok {
		return e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
	}
	_, silent := errors.AsType[*NoReplyError](err)
	return silent
}
