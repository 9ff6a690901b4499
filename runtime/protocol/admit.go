package protocol

import (
	"context"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
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
}

// Nonces knows which values apps have used.
type Nonces interface {
	// Use marks a value as used by the app until then, the zero time for good, and
	// reports whether it was not used before.
	Use(ctx context.Context, app, value string, until time.Time) (bool, error)
}

// Side is the receiver: all that a message is verified with. Every member is needed
// where the protocol asks for it; Admit refuses with the rule internal what it
// cannot verify, rather than letting it pass.
type Side struct {
	Apps   Apps
	Tokens Tokens
	Nonces Nonces
	Now    func() time.Time
	System *Keys // keys that are the same for all apps; nil: there are none
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
	r     *run
	known bool
	echo  bool
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
func (a *Admitted) Interface() string { return a.Value("interface") }

// Payload returns the JSON of the interface's members; of a body that is not JSON
// it is as the declaration has {payload}.
func (a *Admitted) Payload() []byte { return a.r.slots[plan.SlotPayload].b }

// MessageID returns the value that must be kept together with what the message
// does, empty where the protocol has none: a message with the same one is a
// repetition.
func (a *Admitted) MessageID() string {
	if a.r.f == nil || a.r.f.Effect < 0 {
		return ""
	}
	return string(a.r.slots[a.r.f.Effect].b)
}

// Handshake reports whether the protocol itself answers: Reply says what.
func (a *Admitted) Handshake() bool { return a.echo }

// Value returns what a name of the declaration holds.
func (a *Admitted) Value(name string) string { return a.r.value(name) }

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
	r.ctx, r.side, r.system, r.msg = ctx, side, side.System, in.Message
	r.now = side.Now()
	r.verified = false
	a := &r.admitted
	*a = Admitted{r: r}
	return a, r.admit(in, a)
}

func (r *run) admit(in Incoming, a *Admitted) error {
	for from := 0; ; {
		f, at := r.choose(in, from)
		if f == nil {
			return problem.New(problem.JSON)
		}
		err := r.solve(f, in, a)
		if !f.Asks() || err == nil && r.solved() {
			if err == nil {
				r.verified = true
				err = r.guard()
			}
			if err == nil {
				a.echo = f.Answer != nil
			}
			return err
		}
		from = at + 1 // the message does not have what the variant asks for
	}
}

// solve reads a message as one variant, all but its guards.
func (r *run) solve(f *plan.Form, in Incoming, a *Admitted) error {
	r.begin(f)
	r.keys, r.edition = nil, nil
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
	if err == nil && !a.known {
		err = refusal(string(problem.App), "app", errMissing)
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

// useSystem fills in the keys that need no app.
func (r *run) useSystem() {
	if r.system == nil || r.system.m == nil {
		return
	}
	m := r.system.m()
	e := &m.editions[0]
	for i := range e.secrets {
		if e.secrets[i] != nil || e.pairs[i] != nil {
			r.slots[plan.Builtins+i] = slot{b: e.secrets[i], ok: true}
		}
	}
}
