package protocol

import "github.com/jiekou-dev/jiekou/runtime/protocol/plan"

// HasHandshake reports whether the protocol asks a receiver whether it is there,
// before notifications are sent to it.
func (x *Exchange) HasHandshake() bool { return x.plan.HasHandshake() }

// Ages reports whether a receiver may refuse a message because of its time or because
// it has seen a value of it, so that one that is sent again needs new ones.
func (x *Exchange) Ages() bool { return x.plan.Ages() }

// UsesKey reports whether a message, or an answer to it, needs a key.
func (x *Exchange) UsesKey(name string) bool { return x.plan.UsesKey(name) }

// Methods lists the HTTP methods that messages have.
func (x *Exchange) Methods() []string { return x.plan.Methods() }

// Sender returns the text by which our messages name us, empty where they do not.
func (p *Protocol) Sender() string { return p.plan.Sender() }

// Said returns the text that decides what a reply says: its code, or the first name of
// success.
func (o *Opened) Said() string {
	if o.Code != "" || o.r.f == nil || len(o.r.f.Success) == 0 {
		return o.Code
	}
	return string(o.r.slots[o.r.f.Success[0].Slot].b)
}

// ID returns the text that names the message, the same whenever it is sent: MessageID,
// or what is made of {id}. It is empty where there is none.
func (a *Admitted) ID() string { return a.named((*plan.Form).Named) }

// SentAt returns the time of the message as it is written there, empty where it has
// none.
func (a *Admitted) SentAt() string { return a.named((*plan.Form).Clocked) }

func (a *Admitted) named(which func(*plan.Form) int) string {
	if a.r.f == nil {
		return ""
	}
	at := which(a.r.f)
	if at < 0 {
		return ""
	}
	return string(a.r.at(at))
}
