package protocol

import (
	"context"
	"errors"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/layout"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Opened is a reply that was read.
type Opened struct {
	OK       bool
	Code     string
	Text     string
	Payload  []byte
	Declared bool // its HTTP status is the one that is declared for it
	Plain    bool // nothing in it was verified
	Unknown  bool // it is the reply to somebody who is not known, which proves nothing
	Final    bool // it is a refusal for good: sending the message again is of no use
	r        *run
}

// Release ends the use of o, whose payload holds until then. It need not be called.
func (o *Opened) Release() { o.r.release() }

// Value returns what a name of the declaration holds.
func (o *Opened) Value(name string) string { return o.r.value(name) }

// ErrForeign is the error of a reply that has not the form of any that the protocol declares: somebody
// else answered. Other errors are of replies that have, and that the keys do not prove.
var ErrForeign = errors.New("it is no reply of the protocol")

// Open reads the reply to a message that was sent, and verifies it with the keys
// that it was sent with.
func (x *Exchange) Open(ctx context.Context, s *Sent, m *message.Message) (*Opened, error) {
	x = s.r.x // an overlay's, where the app has one
	first := errors.New("protocol: no reply is declared")
	for i, f := range x.shapes(s) {
		o, err := x.open(ctx, s, f, m, false)
		if err == nil {
			return o, nil
		}
		if i == 0 || errors.Is(first, ErrForeign) && !errors.Is(err, ErrForeign) {
			first = err
		}
	}
	if o := x.openBare(ctx, s, m); o != nil {
		return o, nil
	}
	return nil, first
}

// openBare reads a refusal that has nothing of the call: whoever refuses before the call
// is proved repeats nothing of it, and may not know its interface.
func (x *Exchange) openBare(ctx context.Context, s *Sent, m *message.Message) *Opened {
	var told tracer
	if s.r.trace != nil {
		told = *s.r.trace
	}
	for _, f := range x.shapes(s) {
		if !f.Repeats() {
			continue
		}
		o, err := x.open(ctx, s, f, m, true)
		refuses := func(c plan.Constant) bool { return c.Slot == plan.SlotText || c.Holds(o.r.slots[c.Slot].b) }
		if err == nil && !o.OK && !slices.ContainsFunc(f.Failure, func(c plan.Constant) bool { return !refuses(c) }) {
			return o
		}
		if err == nil {
			o.Release()
		}
	}
	if s.r.trace != nil {
		*s.r.trace = told // it explains why it is no reply
	}
	return nil
}

// shapes are the replies to a message in the order in which they are tried. A
// handshake has one of its own.
func (x *Exchange) shapes(s *Sent) []*plan.Form {
	if s.r.f != nil && s.r.f.Answer != nil {
		return []*plan.Form{s.r.f.Answer}
	}
	return x.replies
}

// noSide is the receiver of a reply: it asks for nothing but keys.
var noSide Side

func (x *Exchange) open(ctx context.Context, s *Sent, f *plan.Form, m *message.Message, bare bool) (*Opened, error) {
	r := x.pool.Get().(*run)
	r.bare = bare
	r.ctx, r.msg, r.keys, r.request, r.now, r.side = ctx, m, s.r.keys, s.r, s.r.now, &noSide
	r.admitted, r.opened = Admitted{r: r}, Opened{r: r, Plain: !f.Proves, Unknown: f.ForUnknown()}
	if err := r.openAs(f, s); err != nil {
		r.release()
		return nil, err
	}
	return &r.opened, nil
}

// openAs reads a reply as one shape.
func (r *run) openAs(f *plan.Form, s *Sent) error {
	r.begin(f)
	if r.setText(plan.SlotInterface, s.r.iface); r.bare {
		r.set(plan.SlotInterface, nil)
	}
	r.frame = s.r.frame
	r.setText(plan.SlotFrame, r.frame)
	if !r.conditionsHold(f, true) || f.Contradicts(r.msg.Status) || f.Empty && len(r.msg.Body) > 0 {
		return foreign(problem.Wrap(problem.JSON, errForm))
	}
	if err := r.extract(); err != nil {
		return foreign(problem.Wrap(problem.JSON, err))
	}
	if err := r.list.Err(); err != nil {
		return foreign(err)
	}
	if err := r.prove(s.r.trace); err != nil {
		if !f.Proves || len(r.msg.Body) == 0 && !f.Succeeds(r.msg.Status) { // such as 405, before the app is known
			err = foreign(err)
		}
		return err
	}
	o := &r.opened
	o.Code, o.Text = string(r.slots[plan.SlotCode].b), string(r.slots[plan.SlotText].b)
	o.Payload = layout.Join(layout.Of(r.x.p.declared, s.r.iface, true), r.slots[plan.SlotPayload].b, r.msg)
	var right bool
	if o.OK, right = r.verdict(f); !right {
		return foreign(problem.Wrap(problem.JSON, errForm))
	}
	if s.r.f != nil && s.r.f.Answer == f && len(f.Success) == 0 {
		o.OK = f.Succeeds(r.msg.Status) // it holds what was asked for
	}
	o.Final = !o.OK && len(f.Final) > 0
	o.Declared = declare.StatusOf(f.Status, o.Code, o.OK).Takes(r.msg.Status)
	for _, c := range f.Final {
		o.Final = o.Final && c.Holds(r.slots[c.Slot].b)
	}
	return nil
}

// prove carries out the plan of receiving a reply. People who look on see all of it,
// whatever fails: of the first shape that holds, or of the last one.
func (r *run) prove(look *tracer) error {
	if look != nil {
		look.lines, look.first = nil, nil
		r.trace = look
	}
	err := r.exec(r.f.Receive)
	if look != nil && err == nil {
		err = look.first
	}
	if err == nil {
		err = r.list.Err()
	}
	if err == nil {
		err = r.guard(&r.admitted)
	}
	return err
}

// verdict says whether a reply is one of success; right is false where it
// contradicts the variant that it was read as.
func (r *run) verdict(f *plan.Form) (ok, right bool) {
	ok = len(f.Success) > 0 || !f.Refuses && f.Succeeds(r.msg.Status)
	shown := false
	for _, c := range f.Success {
		ok = ok && r.isOne(c)
		shown = shown || c.Slot != plan.SlotText && (r.slots[c.Slot].ok || c.Slot >= plan.Builtins)
	}
	for _, w := range f.When {
		switch {
		case w.Outcome == "success" && !ok && len(f.Success) > 0:
			return false, false
		case w.Outcome == "success":
			ok = true
		case w.Outcome == "failure" || w.Outcome == "unknown":
			if ok && shown {
				return false, false
			}
			ok = false
		}
	}
	return ok, true
}

func (r *run) isOne(c plan.Constant) bool {
	s := r.slots[c.Slot]
	if !s.ok && c.Slot < plan.Builtins {
		return true // the frame does not show it
	}
	return c.Slot == plan.SlotText || c.Holds(s.b)
}
