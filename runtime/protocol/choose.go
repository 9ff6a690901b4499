package protocol

import (
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// choose finds the variant of a message that came: the first whose conditions hold.
// from is where the search begins.
func (r *run) choose(in Incoming, from int) (f *plan.Form, at int) {
	r.iface, r.frame = in.Interface, in.Frame
	for i, f := range r.x.Calls[from:] {
		if len(f.When) == 0 || r.conditionsHold(f, true) {
			return f, from + i
		}
	}
	return nil, 0
}

// solved tests the conditions about values of a message that was solved.
func (r *run) solved() bool {
	for i := range r.f.When {
		if w := &r.f.When[i]; w.Later || w.Learned {
			s := r.slots[w.Slot]
			if !w.Set && len(s.b) == 0 || w.Set && !message.Glob(w.Glob, str(s.b)) {
				return false
			}
		}
	}
	return true
}

// named reports whether a message that does not hold is of the interface that its
// variant asks for, and of nothing else that has to be read first.
func (r *run) named() bool {
	s := r.slots[plan.SlotInterface]
	for i := range r.f.When {
		if w := &r.f.When[i]; w.Later || w.Learned && (!s.ok || !message.Glob(w.Glob, str(s.b))) {
			return false
		}
	}
	return true
}

// chooseSend finds the variant of a message that is to be sent.
func (r *run) chooseSend(o Outgoing) *plan.Form {
	r.iface, r.frame, r.payload = o.Interface, o.Frame, o.Payload
	for _, f := range r.x.Calls {
		if o.Handshake {
			if f.Answer != nil {
				return f
			}
			continue
		}
		if len(f.When) == 0 {
			return f
		}
		if f.Answer == nil && r.conditionsHold(f, false) {
			return f
		}
	}
	return nil
}

// conditionsHold tests the conditions of r's own message, as far as they can be known
// at the start: who receives a message learns its interface later.
func (r *run) conditionsHold(f *plan.Form, received bool) bool {
	for i := range f.When {
		w := &f.When[i]
		if w.Later || w.Learned && received {
			continue
		}
		if w.Outcome != "" || w.Code {
			if received {
				continue
			}
			return false
		}
		if !r.holdsOne(f, w) {
			return false
		}
	}
	return true
}

func (r *run) holdsOne(f *plan.Form, w *plan.Condition) bool {
	var b []byte
	ok := false
	if w.Part != nil {
		src := r
		if f.Reply && r.request != nil {
			src = r.request
		}
		b, _, ok = src.part(w.Part)
	} else {
		switch w.Slot {
		case plan.SlotMethod:
			b = view(r.msg.Method)
		case plan.SlotHost:
			b = view(r.msg.Host)
		case plan.SlotPath:
			b = view(r.msg.Below())
		case plan.SlotInterface:
			b = view(r.iface)
		case plan.SlotFrame:
			b = view(r.frame)
		case plan.SlotApp:
			if r.keys != nil && r.keys.m != nil {
				b = view(r.keys.m().app)
			}
		}
		ok = len(b) > 0
	}
	if !w.Set {
		return ok
	}
	return message.Glob(w.Glob, string(b))
}

// replies reports whether a reply fits an outcome of the message in r.
func (r *run) replies(f *plan.Form, o *Outcome, known bool) bool {
	unknown := false
	for i := range f.When {
		w := &f.When[i]
		switch {
		case w.Outcome == "success" && !o.OK, w.Outcome == "failure" && (o.OK || !known), w.Outcome == "unknown" && known,
			w.Code && !message.Glob(w.Glob, o.Code):
			return false
		case w.Outcome == "unknown":
			unknown = true
		case w.Outcome != "", w.Code:
		case !r.holdsCall(w):
			return false
		}
	}
	return known || unknown
}

// holdsCall tests a condition of a reply on the message that is answered.
func (r *run) holdsCall(w *plan.Condition) bool {
	if r.f == nil {
		return false
	}
	return r.holdsOne(r.f, w)
}
