package protocol

// HasHandshake reports whether the protocol asks a receiver whether it is there,
// before notifications are sent to it.
func (x *Exchange) HasHandshake() bool { return x.plan.HasHandshake() }

// Ages reports whether a receiver may refuse a message because of its time or because
// it has seen a value of it, so that one that is sent again needs new ones.
func (x *Exchange) Ages() bool { return x.plan.Ages() }

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
