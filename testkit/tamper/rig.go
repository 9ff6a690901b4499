package tamper

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// Rig is a sender and a desk that know each other, for finding out what a receiver
// without a fault answers. It is for one goroutine at a time.
type Rig struct {
	Sender  *Sender
	Desk    *Desk
	App     Caller
	Limited Caller // another app, which may call nothing
}

// NewRig returns a rig for a protocol, at a time that stands still. Without an app it
// makes keys of its own. codes are the codes of the system.
func NewRig(p *protocol.Protocol, push bool, codes problem.Catalogue, at time.Time, app *Caller) (*Rig, error) {
	r := &Rig{}
	var err error
	if app == nil {
		if r.App, err = Example(p, first, nil); err != nil {
			return nil, err
		}
	} else {
		r.App = *app
	}
	if r.Limited, err = Example(p, other, &r.App); err != nil {
		return nil, err
	}
	now := func() time.Time { return at }
	r.Sender = New(p, push, now)
	known := []Caller{r.App, r.Limited}
	if push { // who receives notifications knows nobody but itself
		known = known[:1]
	}
	r.Desk, err = NewDesk(p, push, codes, now, known...)
	return r, err
}

// Seen is what the sender of a message sees.
type Seen struct {
	Status  int    // of HTTP
	OK      bool   // the answer says success
	Code    string // in the answer, empty where it has none or is none
	Text    string
	Bare    bool // there is no answer but the status
	Sent    *message.Message
	Form    string // the variant of the message, as protocol.Parts has it
	Verdict        // of the receiver
}

// ErrUnread is the error of an answer that its sender cannot read.
var ErrUnread = errors.New("tamper: the answer cannot be read")

// Try makes a message, has it received by a desk that has seen nothing yet, and reads
// the answer. An error is a message that cannot be made, or ErrUnread.
func (r *Rig) Try(ctx context.Context, o Order, decide Decide) (*Seen, error) {
	o.Caller, o.Limited = r.App, &r.Limited
	r.Desk.used = map[string]bool{}
	m, err := r.Sender.Make(o)
	if err != nil {
		return nil, err
	}
	var v *Verdict
	for _, one := range m.Messages {
		in := protocol.Incoming{Message: transported(one), Interface: o.Out.Interface, Frame: o.Out.Frame}
		if v, err = r.Desk.Receive(ctx, in, decide); err != nil {
			return nil, err
		}
	}
	s := &Seen{Verdict: *v, Form: m.Form(), Sent: m.Messages[len(m.Messages)-1]}
	return s, s.read(ctx, m)
}

// read reads the answer.
func (s *Seen) read(ctx context.Context, m *Made) error {
	if s.Status = http.StatusUnauthorized; s.Reply != nil {
		s.Status = s.Reply.Status
	}
	if s.Reply == nil || len(s.Reply.Body) == 0 && s.Status >= http.StatusBadRequest {
		s.Bare = true
		return nil
	}
	return s.open(ctx, m)
}

// open reads the reply.
func (s *Seen) open(ctx context.Context, m *Made) error {
	opened, err := m.Open(ctx, s.Reply)
	if err != nil {
		return errors.Join(ErrUnread, err)
	}
	s.OK, s.Code, s.Text = opened.OK, opened.Code, opened.Text
	return nil
}

// transported is a message as a server of net/http gets it.
func transported(m *message.Message) *message.Message {
	out := clone(m)
	if out.Scheme == "" {
		out.Scheme = "http"
	}
	return out
}

// farthest is how far away a moment is looked for.
const farthest = 400 * 24 * time.Hour

// Edge is how far a message may be away from its receiver's time, so that it is taken,
// and one second more so that it is not.
type Edge struct {
	By, Code string // of the refusal behind it
	Far      time.Duration
}

// Edges finds the last moments before and behind now at which a message is taken; nil
// where there is none within a year.
func (r *Rig) Edges(ctx context.Context, o Order) (before, behind *Edge) {
	return r.edge(ctx, o, -1), r.edge(ctx, o, 1)
}

func (r *Rig) edge(ctx context.Context, o Order, direction time.Duration) *Edge {
	try := func(far time.Duration) (*Seen, bool) {
		o.Tamper = &Tamper{What: Shift, Value: (direction * far).String()}
		s, err := r.Try(ctx, o, nil)
		return s, err == nil && s.Refused == nil
	}
	if _, ok := try(0); !ok {
		return nil
	}
	low, high := time.Duration(0), time.Second
	last, ok := try(high)
	for ok {
		if low, high = high, high*2; high > farthest {
			return nil
		}
		last, ok = try(high)
	}
	for high-low > time.Second {
		middle := low + (high-low)/2
		if s, ok := try(middle); ok {
			low = middle
		} else {
			high, last = middle, s
		}
	}
	if last == nil || last.Refused == nil {
		return nil
	}
	code := last.Refused.Code
	if code == "" {
		code = string(last.Refused.Rule)
	}
	return &Edge{By: last.By, Code: code, Far: low}
}
