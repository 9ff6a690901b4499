package protocol

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/layout"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Outgoing is what is sent.
type Outgoing struct {
	Interface string
	ID        string // of the message; empty: a random one where the protocol has {id}
	Payload   []byte // JSON
	// Draft has what the interface says beside the payload: method, path, query,
	// headers. Nil: nothing.
	Draft *message.Message
	Files []message.Part // of multipart
	// Handshake sends the variant that asks a receiver whether it is there, in place of
	// a notification.
	Handshake bool
	Explain   bool // Sent.Lines is kept
	Frame     string
	Now       time.Time
	Token     string            // what is sent where a token that was issued stands
	Values    map[string]string // what is sent in place of what a value says to send
	Random    io.Reader         // nil: crypto/rand
	// Change is given the text of each value and each place by its name, sign or
	// header.X-Sign, as soon as it is made, and returns what is sent in its place: a
	// message that is wrong in one part and sound around it. Nil: nothing is changed.
	// It is for those who test a receiver.
	Change func(name string, text []byte) []byte
	AsIs   bool // Payload is what the message has, also where a layout says otherwise
}

// Sent is a message that was made, and what its reply is read with. The message
// holds until Release.
type Sent struct {
	Message *message.Message
	r       *run
}

// Value returns what a name of the declaration holds.
func (s *Sent) Value(name string) string { return s.r.value(name) }

// Form is the name of the variant of the message, as Parts has it.
func (s *Sent) Form() string { return s.r.f.Place }

// Release ends the use of s.
func (s *Sent) Release() { s.r.release() }

// Send writes a message to an app, or as one, with its keys.
func (x *Exchange) Send(keys *Keys, o Outgoing) (*Sent, error) {
	x = x.of(keys)
	r := x.pool.Get().(*run)
	s := &r.sent
	*s = Sent{r: r}
	m, err := r.send(keys, o)
	if err != nil {
		r.release()
		return nil, err
	}
	s.Message = m
	return s, nil
}

func (r *run) send(keys *Keys, o Outgoing) (*message.Message, error) {
	if keys == nil || keys.m == nil || keys.m().p != r.x.p {
		return nil, errKeys
	}
	r.keys, r.edition = keys, &keys.m().editions[0]
	r.inputs, r.random, r.now, r.files, r.change, r.grant, r.asIs = o.Values, o.Random, o.Now, o.Files, o.Change, o.Token, o.AsIs
	if o.Explain {
		r.trace = &tracer{}
	}
	if o.Draft != nil {
		r.draft = *o.Draft
	}
	r.msg = &r.draft
	f := r.chooseSend(o)
	if f == nil {
		return nil, errors.New("protocol: no variant of the message fits")
	}
	r.begin(f)
	r.fill(f, keys.App(), o.Payload)
	r.setText(plan.SlotInterface, o.Interface)
	r.setText(plan.SlotFrame, o.Frame)
	if err := r.identify(o.ID); err != nil {
		return nil, err
	}
	return r.write()
}

// identify fills in the id of what is sent, a random one where none is given.
func (r *run) identify(id string) error {
	if id == "" && r.f.MakesID {
		var room [16]byte
		if _, err := io.ReadFull(r.randomSource(), room[:]); err != nil {
			return fmt.Errorf("protocol: random: %w", err)
		}
		id = hex.EncodeToString(room[:])
	}
	r.setText(plan.SlotID, id)
	return nil
}

func (r *run) randomSource() io.Reader {
	if r.random != nil {
		return r.random
	}
	return rand.Reader
}

// fill makes ready what every message that is sent knows.
func (r *run) fill(f *plan.Form, app string, payload []byte) {
	r.made = r.draft
	m := &r.made
	if r.header == nil {
		r.header = http.Header{}
	}
	for name, values := range r.draft.Header {
		r.header[name] = slices.Clone(values)
	}
	m.Header, r.msg, r.sending = r.header, m, true
	payload = layout.Split(layout.Of(r.x.p.declared, r.iface, f.Reply), payload, r.header, r.asIs)
	if r.edition != nil {
		r.use(r.edition)
	}
	r.useSystem()
	if app == "" && r.keys != nil {
		app = r.keys.App()
	}
	r.setText(plan.SlotApp, app)
	r.slots[plan.SlotPayload] = slot{b: payload, ok: true, json: true}
	at := len(r.buf)
	r.buf = step.AppendTime(r.buf, r.now)
	r.set(plan.SlotNow, r.buf[at:len(r.buf):len(r.buf)])
	if m.Method == "" && !f.Reply {
		m.Method = "POST"
	}
	r.setText(plan.SlotMethod, m.Method)
	r.setText(plan.SlotScheme, m.Scheme)
	r.setText(plan.SlotHost, m.Host)
	r.set(plan.SlotPath, view(m.Path))
	if f.Decl.Carriage == "multipart" {
		r.boundary = message.Boundary(r.slots[plan.SlotNow].b, payload)
	}
	if kind := message.ContentType(f.Decl.Carriage, r.boundary); kind != nil && !f.Empty && m.Header.Get("Content-Type") == "" {
		m.Header["Content-Type"] = kind
	}
}

// write carries out the plan of sending and returns the message, which is the
// run's own.
func (r *run) write() (*message.Message, error) {
	if err := r.exec(r.f.Send); err != nil {
		return nil, err
	}
	return &r.made, nil
}

// changed lets whoever tests a receiver change what was made.
func (r *run) changed(o *plan.Op) {
	if r.change == nil || !r.sending {
		return
	}
	s := &r.slots[o.Slot]
	s.b = r.change(o.Item.Name, s.b)
	s.json, s.safe = s.json && json.Valid(s.b), false
}
