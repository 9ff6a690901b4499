package protocol

import (
	"context"
	"errors"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Opened is a reply that was read.
type Opened struct {
	OK      bool
	Code    string
	Text    string
	Payload []byte
	Plain   bool // nothing in it was verified
	Final   bool // it is a refusal for good: sending the message again is of no use
	r       *run
}

// Value returns what a name of the declaration holds.
func (o *Opened) Value(name string) string { return o.r.value(name) }

// ErrForeign is the error of a reply that has not the form of any that the protocol
// declares: somebody else answered. Other errors are of replies that have, and that
// the keys do not prove.
var ErrForeign = errors.New("it is no reply of the protocol")

// Open reads the reply to a message that was sent, and verifies it with the keys
// that it was sent with.
func (x *Exchange) Open(ctx context.Context, s *Sent, m *message.Message) (*Opened, error) {
	var first error
	for _, f := range x.readable(s) {
		o, err := x.open(ctx, s, f, m)
		if err == nil {
			return o, nil
		}
		if first == nil || errors.Is(first, ErrForeign) && !errors.Is(err, ErrForeign) {
			first = err
		}
	}
	if first == nil {
		first = errors.New("protocol: no reply is declared")
	}
	return nil, first
}

// readable are the replies in the order in which they are tried: those to somebody
// who is not known, which prove nothing, come last. A handshake has one of its own.
func (x *Exchange) readable(s *Sent) []*plan.Form {
	if s.r.f != nil && s.r.f.Answer != nil {
		return []*plan.Form{s.r.f.Answer}
	}
	var known, unknown []*plan.Form
	for _, f := range x.plan.Replies {
		if slices.ContainsFunc(f.When, func(w plan.Condition) bool { return w.Outcome == "unknown" }) {
			unknown = append(unknown, f)
		} else {
			known = append(known, f)
		}
	}
	return append(known, unknown...)
}

func (x *Exchange) open(ctx context.Context, s *Sent, f *plan.Form, m *message.Message) (*Opened, error) {
	r := &run{x: x, ctx: ctx, msg: m, keys: s.r.keys, request: s.r, now: s.r.now}
	r.side = &Side{}
	r.begin(f)
	r.setText(plan.SlotInterface, s.r.iface)
	r.setText(plan.SlotFrame, s.r.frame)
	if !r.conditionsHold(f, true) || f.Contradicts(m.Status) {
		return nil, foreign(problem.Wrap(problem.JSON, errForm))
	}
	if err := r.extract(); err != nil {
		return nil, foreign(problem.Wrap(problem.JSON, err))
	}
	if err := r.list.Err(); err != nil {
		return nil, foreign(err)
	}
	if err := r.prove(s.r.trace); err != nil {
		if !f.Verifies() {
			err = foreign(err)
		}
		return nil, err
	}
	o := &Opened{
		Code: string(r.slots[plan.SlotCode].b), Text: string(r.slots[plan.SlotText].b), Payload: r.slots[plan.SlotPayload].b, r: r,
		Plain: !f.Verifies(),
	}
	var right bool
	if o.OK, right = r.verdict(f); !right {
		return nil, foreign(problem.Wrap(problem.JSON, errForm))
	}
	if s.r.f != nil && s.r.f.Answer == f && len(f.Success) == 0 {
		o.OK = true // it holds what was asked for
	}
	o.Final = !o.OK && len(f.Final) > 0
	for _, c := range f.Final {
		o.Final = o.Final && c.Holds(r.slots[c.Slot].b)
	}
	return o, nil
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
	ok = len(f.Success) > 0
	for _, c := range f.Success {
		ok = ok && r.isOne(c)
	}
	for _, w := range f.When {
		switch {
		case w.Outcome == "success" && !ok && len(f.Success) > 0:
			return false, false
		case w.Outcome == "success":
			ok = true
		case w.Outcome == "failure" || w.Outcome == "unknown":
			if ok && len(f.Success) > 0 {
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
