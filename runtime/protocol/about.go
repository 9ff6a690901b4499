package protocol

import (
	"context"
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Lines are the intermediate results of a message that was sent with Explain, or of
// its reply once that was opened. What Explain says of lines holds for them.
func (s *Sent) Lines() []Line {
	if s.r.trace == nil {
		return nil
	}
	return s.r.trace.lines
}

// Lacks lists the keys that a sender of messages needs to write them and to read
// their replies, and does not have.
func (x *Exchange) Lacks(keys *Keys) []key.Need {
	var out []key.Need
	m := keys.m()
	for _, need := range x.p.Needs(x != x.p.Call) {
		i := slices.IndexFunc(x.p.plan.Keys, func(k declare.Key) bool { return k.Name == need.Name })
		e := m.editions[0]
		has := e.Secrets[i] != nil
		if pair := e.Pairs[i]; pair != nil {
			has = need.Half == step.Private && pair.Private != nil || need.Half == step.Public && pair.Public != nil
		}
		if !has && slices.ContainsFunc(slices.Concat(x.Calls, x.Replies), func(f *plan.Form) bool { return f.TakesKey(i) }) {
			out = append(out, need)
		}
	}
	return out
}

// Shape is what is known of a message before it is made: the part that its payload goes
// into (json, xml, form, multipart or text where that is the body, query, header or path;
// empty: none); whether it has no place for the members of its interface, because the
// protocol says what its body is; and whether it has a token that was issued.
type Shape struct {
	Carrier      string
	Loses, Token bool
}

// Shape says which shape a message will have, by interface, frame and draft.
func (x *Exchange) Shape(o Outgoing) Shape {
	r := x.pool.Get().(*run)
	defer r.release()
	if o.Draft != nil {
		r.draft = *o.Draft
	}
	r.msg = &r.draft
	f := r.chooseSend(o)
	if f == nil {
		return Shape{}
	}
	return Shape{Carrier: f.Carrier(plan.SlotPayload), Loses: f.Loses(), Token: f.Issued(-1)}
}

// Whole returns what has the code and the payload of a reply, as JSON: the text
// that was encrypted, or else the body. A body that is no JSON is written as one.
func (o *Opened) Whole() []byte {
	r := o.r
	if r.whole != nil {
		return r.whole
	}
	kind := r.f.Decl.Carriage
	if kind == "json" {
		return r.msg.Body
	}
	if t, at, err := r.tree(kind); err == nil {
		return t.AppendJSON(nil, at, nil)
	}
	return step.AppendString(nil, r.msg.Body)
}

// Whole returns of a reply what Opened.Whole does, and else the payload.
func (q *Inquiry) Whole() []byte {
	if !q.r.f.Reply {
		return q.Payload()
	}
	return (&Opened{r: q.r}).Whole()
}

// OpenAlone reads a reply whose request is not at hand: what it repeats of the
// request is taken as it stands. in says what is known beside the message.
func (x *Exchange) OpenAlone(ctx context.Context, keys *Keys, in Incoming) (*Opened, error) {
	s, err := x.alone(keys, in)
	if err != nil {
		return nil, err
	}
	return x.Open(ctx, s, in.Message)
}

// alone stands for a request of which nothing is known but the interface.
func (x *Exchange) alone(keys *Keys, in Incoming) (*Sent, error) {
	x = x.of(keys)
	if keys == nil || keys.m == nil || keys.m().p != x.p {
		return nil, errKeys
	}
	r := &run{x: x, keys: keys, msg: &message.Message{}, iface: in.Interface, frame: in.Frame}
	return &Sent{r: r}, nil
}

// adopted is what a reply repeats of a request that is not at hand: the text of the
// place that has it, and nothing else.
func (r *run) adopted(at int) (slot, bool) {
	for _, it := range r.f.Items {
		if it.Leaf && r.slots[it.Slot].ok && r.f.Alone(it.Slot, at) {
			return r.slots[it.Slot], true
		}
	}
	return slot{}, false
}

// Repeats returns what a reply has of its request, by the request's names.
func (o *Opened) Repeats() map[string]string {
	out := map[string]string{}
	for at, s := range o.r.slots {
		if name, ok := o.r.f.OfCall(at); ok && s.ok && !s.absent {
			out[name] = string(s.b)
		}
	}
	return out
}

// foreign is the error of a reply that has not the form that is declared.
func foreign(err error) error { return fmt.Errorf("%w: %w", ErrForeign, err) }
