package limit

import (
	"context"
	"net/netip"
	"time"
)

// Visit is one request, from its arrival to its end. The zero Visit, of nil Limits, is
// bounded by nothing.
type Visit struct {
	limits *Limits
	from   *address
	slow   bool  // it holds one of the narrow places of its address
	body   int64 // bytes beyond the free ones
	turns  *turns
	turn   *turn
}

// Arrive begins the visit of a request, before anything of it is read. It fails with
// ErrStrike; Leave ends it in either case.
func (l *Limits) Arrive(ctx context.Context, from netip.Addr) (v Visit, err error) {
	if l == nil {
		return v, nil
	}
	l.mu.Lock()
	v.limits, v.from = l, l.at(from)
	v.from.requests++
	bad := v.from.strikes.Tokens() < 1
	l.mu.Unlock()
	if !bad {
		return v, nil
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case v.from.narrow <- struct{}{}:
		v.slow = true
		return v, nil
	case <-timer.C:
	case <-ctx.Done():
	}
	return v, l.refuse(ErrStrike)
}

// Grow asks for room for a body of n bytes. It fails with ErrRoom.
func (v *Visit) Grow(n int64) error {
	more := n - FreeBody - v.body
	if v.limits == nil || more <= 0 {
		return nil
	}
	l := v.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bodies+more > l.config.Bodies || v.from.bodies+more > l.config.Bodies/4 {
		return l.refuse(ErrRoom)
	}
	l.bodies += more
	v.from.bodies += more
	v.body += more
	return nil
}

// Unproved says that nothing proved who sent the message.
func (v *Visit) Unproved() {
	if v.limits == nil {
		return
	}
	v.from.strikes.Allow()
	if v.slow {
		v.slow = false
		places := v.from.narrow
		time.AfterFunc(pace, func() { <-places })
	}
}

// known ends the narrow part of a visit.
func (v *Visit) known() {
	if v.slow {
		<-v.from.narrow
		v.slow = false
	}
}

// Proved waits for a turn of an app, which has proved that the message is from it. The
// name of an app is that of its system and its own. It fails with ErrRate or ErrBusy.
func (v *Visit) Proved(ctx context.Context, app, cmd string, of App, query bool) error {
	if v.limits == nil {
		return nil
	}
	v.known()
	if v.turns = v.limits.reports; query {
		v.turns = v.limits.queries
	}
	var err error
	v.turn, err = v.turns.enter(ctx, app, cmd, of, query)
	return v.limits.refuse(err)
}

// whose is the key of the app in a context.
type whose struct{}

// With returns a context that says for which app the work is done.
func (v *Visit) With(ctx context.Context) context.Context {
	if v.turn == nil {
		return ctx
	}
	return context.WithValue(ctx, whose{}, v.turn.lane)
}

// Whose is the app for which the work of a context is done; empty if nobody said so.
func Whose(ctx context.Context) string {
	if l, ok := ctx.Value(whose{}).(*lane); ok {
		return l.name
	}
	return ""
}

// Worked ends the turn: what is left to do is to send a reply of a size; below zero if it
// is none of success, which says nothing about others.
func (v *Visit) Worked(size int) {
	if v.turn != nil && v.turn.has {
		v.turn.has = false
		v.turns.done(v.turn, int64(size))
	}
}

// Leave ends the visit.
func (v *Visit) Leave() {
	if v.limits == nil {
		return
	}
	v.Worked(-1)
	if v.turn != nil {
		v.turns.leave(v.turn)
	}
	v.known()
	v.limits.mu.Lock()
	v.from.requests--
	v.from.bodies -= v.body
	v.limits.bodies -= v.body
	v.limits.mu.Unlock()
	*v = Visit{}
}
