package protocol

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// Outcome is what a message is answered with.
type Outcome struct {
	OK         bool
	Interface  string // an earlier revision that answers, whose places Payload has; empty: none
	Code, Text string
	Payload    []byte // JSON, empty: none
	ID         string // of the exchange in our log; empty: a random one where the reply has {id}
	Frame      string // of the interface, where it was not known before the message was read
	Unread     int    // the status of HTTP for a message that the server does not read: 405 always, others in place of a status of 400 or more; 0: none
	Now        time.Time
	Values     map[string]string // what is sent in place of what a value says to send
	Random     io.Reader         // nil: crypto/rand
}

// Reply writes the answer to a message that was admitted or refused. It returns nil
// where the protocol has no answer that can be given to somebody who is not known.
// The answer holds until the next one, or until a is released.
func (x *Exchange) Reply(a *Admitted, o Outcome) (*message.Message, error) {
	x, f := a.r.x, a.r.f // an overlay's, where the app has one
	if o.Frame != "" {
		a.r.frame = o.Frame
		if f != nil {
			a.r.setText(plan.SlotFrame, o.Frame)
		}
	}
	if a.echo && f.Answer != nil {
		return x.reply(a, f.Answer, o, a.known)
	}
	f, known := x.fitting(a, &o, a.known), a.known
	if f != nil && f.Seals && !o.OK && a.Unproved() && !x.Trusts {
		if plain := x.fitting(a, &o, false); plain != nil {
			f, known = plain, false
		}
	}
	switch {
	case f != nil:
		return x.reply(a, f, o, known)
	case !a.known:
		return nil, nil //nolint:nilnil // there is no answer, and that is no fault
	}
	return nil, errors.New("protocol: no reply is declared that fits")
}

// fitting is the first reply that fits an outcome, nil where none does. What is
// encrypted tells whoever asks in the name of an app something about its keys; so
// somebody who has proved nothing is refused like one who is not known.
func (x *Exchange) fitting(a *Admitted, o *Outcome, known bool) *plan.Form {
	for _, one := range x.Replies {
		if a.r.replies(one, o, known) {
			return one
		}
	}
	return nil
}

func (x *Exchange) reply(a *Admitted, f *plan.Form, o Outcome, known bool) (*message.Message, error) {
	if a.r.answered != nil {
		a.r.answered.release()
	}
	r := x.pool.Get().(*run)
	a.r.answered = r
	r.request, r.system, r.inputs, r.random, r.now = a.r, a.r.system, o.Values, o.Random, o.Now
	if r.now.IsZero() {
		r.now = a.r.now
	}
	if known {
		r.keys, r.edition = a.r.keys, a.r.edition
		if r.edition == nil {
			r.edition = &r.keys.m().editions[0]
		}
	}
	r.draft, r.payload, r.iface = message.Message{Status: 200}, o.Payload, cmp.Or(o.Interface, a.Interface())
	r.begin(f)
	r.fill(f, "", o.Payload)
	if a.r.f != nil {
		r.slots[plan.SlotInterface], r.slots[plan.SlotFrame] = a.r.slots[plan.SlotInterface], a.r.slots[plan.SlotFrame]
	}
	if err := r.identify(o.ID); err != nil {
		return nil, err
	}
	r.outcome(f, o)
	status := declare.StatusOf(f.Status, o.Code, o.OK).Status
	if o.Unread == http.StatusMethodNotAllowed || o.Unread > 0 && status >= http.StatusBadRequest {
		status = o.Unread
	}
	r.setStatus(status)
	m, err := r.write()
	if err != nil {
		return nil, err
	}
	m.Status = status
	return m, nil
}

// setStatus fills in the status of HTTP, where a reply has it in a text.
func (r *run) setStatus(status int) {
	if r.f.Tells {
		r.setText(plan.SlotStatus, strconv.Itoa(status))
	}
}

// outcome fills in what an outcome says.
func (r *run) outcome(f *plan.Form, o Outcome) {
	r.slots[plan.SlotCode], r.slots[plan.SlotText] = slot{b: view(o.Code), ok: true}, slot{b: view(o.Text), ok: true}
	list, other := f.Success, f.Failure
	if !o.OK {
		list, other = other, list
	}
	for _, c := range other {
		if c.Slot >= plan.Builtins {
			r.slots[c.Slot] = slot{ok: true, absent: true}
		}
	}
	for _, c := range list {
		if len(c.Texts) > 0 && !c.Holds(r.slots[c.Slot].b) {
			r.slots[c.Slot] = slot{b: c.Texts[0].B, ok: true, json: c.Texts[0].JSON}
		}
	}
}
