package protocol

import "github.com/jiekou-dev/jiekou/runtime/protocol/plan"

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
