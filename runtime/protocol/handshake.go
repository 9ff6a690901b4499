package protocol

import (
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// HasHandshake reports whether the protocol asks a receiver whether it is there,
// before notifications are sent to it.
func (x *Exchange) HasHandshake() bool {
	return slices.ContainsFunc(x.plan.Calls, func(f *plan.Form) bool { return f.Answer != nil })
}

// Ages reports whether a receiver may refuse a message because of its time or because
// it has seen a value of it, so that one that is sent again needs new ones.
func (x *Exchange) Ages() bool {
	return slices.ContainsFunc(x.plan.Calls, func(f *plan.Form) bool {
		return f.Answer == nil && slices.ContainsFunc(f.Guards, func(g plan.Guard) bool {
			return g.Kind == "window" || g.Kind == "until" || g.Kind == "once" && !g.Effect
		})
	})
}

// Sender returns the text by which our messages name us: the one that notifications
// have where calls have {app}. It is empty where they do not name us.
func (p *Protocol) Sender() string {
	if p.Call == nil || p.Push == nil {
		return ""
	}
	calls, pushes := p.Call.plan.Calls, p.Push.plan.Calls
	for _, place := range calls[len(calls)-1].Items {
		if !place.IsApp() {
			continue
		}
		for _, it := range pushes[len(pushes)-1].Items {
			if it.Leaf && it.Name == place.Name {
				return it.Constant()
			}
		}
	}
	return ""
}

// Said returns the text that decides what a reply says: its code, or the first name of
// success.
func (o *Opened) Said() string {
	if o.Code != "" || o.r.f == nil || len(o.r.f.Success) == 0 {
		return o.Code
	}
	return string(o.r.slots[o.r.f.Success[0].Slot].b)
}
