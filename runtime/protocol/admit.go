package protocol

import (
	"context"
	"errors"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/layout"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
)

// Apps knows the keys of apps.
type Apps interface {
	// Keys returns the keys of an app, nil where nobody has that id or it may not
	// call. app is empty where no message names the app: there is one.
	Keys(ctx context.Context, app string) (*Keys, error)
}

// Tokens knows the tokens that were issued to apps.
type Tokens interface {
	// Valid reports whether a token was issued to the app and is good now.
	Valid(ctx context.Context, app, token string) (bool, error)
	// App returns the app that a token was issued to, empty where it is not good. It
	// is asked where nothing else in a message names the app.
	App(ctx context.Context, token string) (string, error)
	// Unsent returns the secret that was issued to the app with a token; with an empty
	// one, those that are good and never sent, the newest first.
	Unsent(ctx context.Context, app, token string) ([]string, error)
}

// Nonces knows which values apps have used.
type Nonces interface {
	// Use marks a value as used by the app until then, the zero time for good, and
	// reports whether it was not used before.
	Use(ctx context.Context, app, value string, until time.Time) (bool, error)
}

// Side is the receiver: all that a message is verified with. NewSide makes it, so
// that nothing can be forgotten; the zero Side admits nobody.
type Side struct {
	apps   Apps
	tokens Tokens
	nonces Nonces
	now    func() time.Time
	system []*Keys
}

// NewSide returns a receiver, which knows the keys of apps, the tokens that were
// issued, the values that were used, and the time. Nil stands for what the protocol
// does not ask for: what it does ask for and cannot verify, Admit refuses with the
// rule internal rather than letting it pass.
func NewSide(apps Apps, tokens Tokens, nonces Nonces, now func() time.Time) *Side {
	return &Side{apps: apps, tokens: tokens, nonces: nonces, now: now}
}

// With returns the receiver with the keys that are the same for all apps, see
// Need.System; with several, each for a protocol or an overlay of its own.
func (s *Side) With(system ...*Keys) *Side {
	out := *s
	out.system = system
	return &out
}

// systemOf are the keys for all apps of one protocol.
func (s *Side) systemOf(p *Protocol) *Keys {
	for _, k := range s.system {
		if k != nil && k.m != nil && k.m().p == p {
			return k
		}
	}
	return nil
}

// Incoming is a message with what is known beside it.
type Incoming struct {
	Message   *message.Message
	Interface string // where the URL says it
	Frame     string // of replies, where an interface has one of its own
}

// Admitted is a message that was let in, or as much of it as could be read. Its
// texts hold until Release.
type Admitted struct {
	r      *run
	known  bool
	proved bool // all of it holds, but for what counts once
	echo   bool
}

// Known reports whether the app is known, so that a reply can be protected.
func (a *Admitted) Known() bool { return a.known }

// App returns the id of the app, empty where it is not known.
func (a *Admitted) App() string {
	if !a.known {
		return ""
	}
	return a.r.keys.App()
}

// Interface returns the name of the interface, as the message or the URL has it.
// A message that was refused may name any.
func (a *Admitted) Interface() string { return str(a.r.at(plan.SlotInterface)) }

// Payload returns the JSON of the interface's members; of a body that is not JSON
// it is as the declaration has {payload}.
func (a *Admitted) Payload() []byte { return a.Own(a.r.at(plan.SlotPayload)) }

// Own returns a body that the protocol says nothing about as the payload that it is.
func (a *Admitted) Own(body []byte) []byte {
	return layout.Join(layout.Of(a.r.x.p.declared, a.Interface(), false), body, a.r.msg)
}

// MessageID returns the value that must be kept together with what the message
// does, empty where the protocol has none: a message with the same one is a
// repetition.
func (a *Admitted) MessageID() string {
	if a.r.f == nil || a.r.f.Effect < 0 {
		return ""
	}
	return brief(a.r.slots[a.r.f.Effect].b)
}

// Proved reports whether the message holds: the app is who it says, and a refusal,
// if there was one, is that of a value that counts once.
func (a *Admitted) Proved() bool { return a.proved }

// Unproved reports whether the app is known, but nothing has proved that the message
// is from it: a signature does not hold, or was not reached.
func (a *Admitted) Unproved() bool { return a.known && !a.r.proven }

// Handshake reports whether the protocol itself answers: Reply says what.
func (a *Admitted) Handshake() bool { return a.echo }

// Value returns what a name of the declaration holds.
func (a *Admitted) Value(name string) string { return a.r.value(name) }

// at is the text of a slot, nil where no message was read.
func (r *run) at(slot int) []byte {
	if slot >= len(r.slots) {
		return nil
	}
	return r.slots[slot].b
}

func (r *run) value(name string) string {
	if r.f == nil {
		return ""
	}
	at, ok := r.f.Index[name]
	if !ok || at >= len(r.slots) || r.f.Infos[at].Kind == plan.KindSecret {
		return ""
	}
	return string(r.slots[at].b)
}

// Release ends the use of a.
func (a *Admitted) Release() { a.r.release() }

// Admit reads a message, finds out who sent it, and verifies everything that the
// protocol declares: keys, signatures, tokens, times and repetitions. The refusal
// is a *problem.Error; Admitted is never nil, so that a refusal can be answered.
//
// Values that count once are used up only by a message that is otherwise right.
func (x *Exchange) Admit(ctx context.Context, in Incoming, side *Side) (*Admitted, error) {
	r := x.pool.Get().(*run)
	a := r.receive(side)
	if side.now == nil {
		return a, errSide
	}
	r.ctx, r.msg, r.now = ctx, in.Message, side.now()
	err := r.admit(in, a)
	if err == nil {
		return a, nil
	}
	if by, ok := errors.AsType[*overlaid](err); ok {
		a.Release()
		return x.beside(by.by).Admit(ctx, in, side)
	}
	return a, err
}

// of is the exchange of the protocol that keys belong to, if it is an overlay.
func (x *Exchange) of(k *Keys) *Exchange {
	if k != nil && k.m != nil && k.m().p.base == x.p {
		return x.beside(k.m().p)
	}
	return x
}

// beside is the same exchange of an overlay.
func (x *Exchange) beside(p *Protocol) *Exchange {
	if x == x.p.Push {
		return p.Push
	}
	return p.Call
}

// Unread returns a message that nobody looked at, because it could not be read.
// Reply answers it as one of somebody who is not known.
func (x *Exchange) Unread(side *Side) *Admitted {
	r := x.pool.Get().(*run)
	if side.now != nil {
		r.now = side.now()
	}
	return r.receive(side)
}

// receive makes a run ready for what comes to a side.
func (r *run) receive(side *Side) *Admitted {
	r.side, r.system = side, side.systemOf(r.x.p)
	r.admitted = Admitted{r: r}
	return &r.admitted
}

func (r *run) admit(in Incoming, a *Admitted) error {
	for from := 0; ; {
		f, at := r.choose(in, from)
		if f == nil {
			return problem.New(problem.JSON)
		}
		err := r.solve(f, in, a)
		r.iface = str(r.at(plan.SlotInterface))
		if !f.Asks() || err == nil && r.solved() || err != nil && r.named() {
			if err == nil {
				err = r.guard(a)
			}
			if err == nil {
				a.echo = f.Answer != nil
			}
			return err
		}
		from = at + 1 // the message does not have what the variant asks for
	}
}

// solve reads a message as one variant. An older key of the system may open the app.
func (r *run) solve(f *plan.Form, in Incoming, a *Admitted) error {
	r.turn = 0
	err := r.solveOne(f, in, a)
	for first := err; err != nil && !a.known && r.shared() != nil && r.turn+1 < len(r.system.m().editions); {
		r.turn++
		if err = r.solveOne(f, in, a); !a.known {
			err = first
		}
	}
	return err
}

func (r *run) solveOne(f *plan.Form, in Incoming, a *Admitted) error {
	r.begin(f)
	r.keys, r.edition, a.known = nil, nil, false
	r.useSystem()
	r.setText(plan.SlotInterface, in.Interface)
	r.setText(plan.SlotFrame, in.Frame)
	if f.Bound(plan.SlotInterface) {
		r.slots[plan.SlotInterface] = slot{}
	}
	if err := r.extract(); err != nil {
		return problem.Wrap(problem.JSON, err)
	}
	err := r.exec(f.Receive)
	if r.trace != nil && err == nil {
		err = r.trace.first
	}
	a.known = r.keys != nil
	if keyed, issued := f.Proof(); !keyed && !issued {
		r.proven = err == nil
	}
	if err == nil && !a.known {
		err = refusal.Of(string(problem.App), "app", errMissing)
	}
	if err == nil {
		err = r.list.Err()
	}
	if err != nil && r.slots[plan.SlotApp].b == nil {
		if missing := r.list.Err(); missing != nil {
			err = missing // it is not known who asks, because something is not there
		}
	}
	return err
}

// shared is the edition in turn of the keys that all apps share; nil: there are none.
func (r *run) shared() *edition {
	if r.system == nil || r.system.m == nil || r.system.m().p != r.x.p {
		return nil
	}
	m := r.system.m()
	return &m.editions[min(r.turn, len(m.editions)-1)]
}

// useSystem fills in the keys that need no app, beside those of the app.
func (r *run) useSystem() {
	e := r.shared()
	for i := 0; e != nil && i < len(e.Secrets); i++ {
		if at := plan.Builtins + i; !r.slots[at].ok && (e.Secrets[i] != nil || e.Pairs[i] != nil) {
			r.slots[at] = slot{b: e.Secrets[i], ok: true}
		}
	}
}
