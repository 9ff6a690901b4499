package tamper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// Caller is an app that sends.
type Caller struct {
	ID      string
	Secrets protocol.Secrets
	Token   string // that was issued to it; empty: none
	Ended   string // one that was issued to it and is over; empty: none is known
}

// Order is a message to make.
type Order struct {
	// Out is the message before the protocol writes it: interface, payload, draft. Id,
	// time and token are the sender's.
	Out     protocol.Outgoing
	Caller  Caller
	Limited *Caller // an app that may call nothing; nil: no tamper needs it
	Tamper  *Tamper // nil: the message is sound

	id string // of the message; empty: the next one
}

// Made is what an order gives.
type Made struct {
	Messages []*message.Message // to send one after the other; the answer to the last one counts
	Chunked  bool               // its length is not said

	x      *protocol.Exchange
	before *Made // the first message, where it is another one; nil: it is the same
	sent   *protocol.Sent
	keys   *protocol.Keys
	own    bool // sent has the keys that replies are made with
	broken bool
	in     protocol.Incoming // what is known beside the answer
}

// Sender makes messages of one protocol. It is safe for concurrent use.
type Sender struct {
	p    *protocol.Protocol
	push bool // of notifications
	now  func() time.Time
	ids  ids

	calls []protocol.Parts
	once  []string // names of the values that count once

	mu    sync.Mutex
	used  map[string]bool // values that count once
	forms map[string]*protocol.Protocol
	keys  map[string]*protocol.Keys
	other map[string]string // keys in place of others
}

// New returns a sender of requests, or of notifications. now is its clock, in the time
// zone of the system.
func New(p *protocol.Protocol, push bool, now func() time.Time) *Sender {
	s := &Sender{
		p: p, push: push, now: now, ids: ids{now: now},
		used: map[string]bool{}, forms: map[string]*protocol.Protocol{}, keys: map[string]*protocol.Keys{}, other: map[string]string{},
	}
	s.calls, _ = s.exchange(p).Parts()
	for _, one := range s.calls {
		for _, g := range one.Guards {
			if g.Kind == "once" && !g.Effect && !slices.Contains(s.once, g.Value) {
				s.once = append(s.once, g.Value)
			}
		}
	}
	return s
}

func (s *Sender) exchange(p *protocol.Protocol) *protocol.Exchange {
	if s.push {
		return p.Push
	}
	return p.Call
}

// Check refuses a caller without the keys that it needs.
func (s *Sender) Check(c Caller) error {
	keys, err := s.prepared(s.p, c)
	if err != nil {
		return err
	}
	_, err = s.exchange(s.p).Send(keys, protocol.Outgoing{Interface: "check", ID: s.id(c.ID), Token: c.Token, Payload: []byte("{}"), Now: s.now()})
	return err
}

// Repeats reports whether two senders make the same message at one moment: what counts once in
// it follows from its contents and the time.
func (s *Sender) Repeats(c Caller) bool {
	keys, err := s.prepared(s.p, c)
	if err != nil {
		return false
	}
	var once [2]string
	out := protocol.Outgoing{Interface: "check", ID: s.id(c.ID), Token: c.Token, Payload: []byte("{}"), Now: s.now()}
	for n := range once {
		sent, err := s.exchange(s.p).Send(keys, out)
		if err != nil {
			return false
		}
		once[n] = strings.Clone(s.unique(sent))
		sent.Release()
	}
	return once[0] != "" && once[0] == once[1]
}

// Make makes a message and breaks it as its tamper says. An error is a message that
// cannot be made.
func (s *Sender) Make(o Order) (*Made, error) {
	t := o.Tamper
	if t == nil {
		t = &Tamper{}
	}
	m, err := s.make(o, t)
	for range lucky {
		if err != nil || t.What != OtherKey || !s.opensByLuck(m, o) {
			break
		}
		m, err = s.make(o, t)
	}
	if err != nil {
		return nil, err
	}
	out := clone(m.sent.Message)
	if err := after(out, t); err != nil {
		return nil, err
	}
	m.Messages, m.Chunked = []*message.Message{out}, t.What == Chunked
	switch t.What {
	case Repeat:
		m.Messages = append(m.Messages, clone(out))
	case Corrected, Reused:
		first := o
		first.Out.Payload = []byte(t.Value)
		o.id = s.id(o.Caller.ID)
		first.id = o.id
		wrong, err := s.make(first, t)
		if err != nil {
			return nil, err
		}
		if m, err = s.make(o, t); err != nil {
			return nil, err
		}
		if t.What == Reused {
			wrong, m = m, wrong
		}
		m.before, m.Messages = wrong, []*message.Message{clone(wrong.sent.Message), clone(m.sent.Message)}
	case Resend:
		again, err := s.make(o, t)
		if err != nil {
			return nil, err
		}
		again.before, again.Messages = m, append(m.Messages, clone(again.sent.Message))
		m = again
	}
	return m, nil
}

// lucky is how often a message is made again that opens by luck.
const lucky = 5

// opensByLuck reports whether the right key makes something of a message that another
// key encrypted. A cipher without a seal does in one case of 256 or so; then the value
// behind it refuses, with another code than the cipher.
func (s *Sender) opensByLuck(m *Made, o Order) bool {
	ciphers := map[string]bool{}
	for _, one := range s.calls {
		for _, v := range one.Values {
			if v.Role == protocol.RoleUndone && v.Keyed && !v.Seals && !v.Flows && slices.Contains(v.Keys, o.Tamper.Part) {
				ciphers[v.Name] = true
			}
		}
	}
	if len(ciphers) == 0 {
		return false
	}
	desk, err := NewDesk(s.p, s.push, problem.Catalogue{}, s.now, o.Caller)
	if err != nil {
		return false // who cannot receive cannot tell
	}
	in := protocol.Incoming{Message: transported(m.sent.Message), Interface: o.Out.Interface, Frame: o.Out.Frame}
	v, err := desk.Receive(context.Background(), in, nil)
	return err == nil && !ciphers[v.By]
}

// make sends an order, without what happens to the message on its way.
func (s *Sender) make(o Order, t *Tamper) (*Made, error) {
	caller := o.Caller
	if t.What == Limited {
		if o.Limited == nil {
			return nil, errors.New("tamper: there is no limited app")
		}
		caller = *o.Limited
	}
	if t.What == Ended {
		caller.Token = caller.Ended
	}
	p, err := s.formed(t)
	if err != nil {
		return nil, err
	}
	out := o.Out
	out.ID, out.Draft, out.Now, out.Token, out.Values = cmp.Or(o.id, s.id(caller.ID)), draft(o.Out.Draft), s.now(), caller.Token, caller.given(s.exchange(s.p).Beside(), out.Values)
	right, err := s.prepared(p, caller)
	if err != nil {
		return nil, err
	}
	wrong, err := s.before(&out, &caller, o, t)
	if err != nil {
		return nil, err
	}
	keys := right
	if wrong {
		if keys, err = s.prepared(p, caller); err != nil {
			return nil, err
		}
	}
	x := s.exchange(p)
	sent, err := s.fresh(x, keys, out, strings.HasPrefix(t.What, Make))
	if err != nil {
		return nil, err
	}
	return &Made{
		x: x, sent: sent, keys: right, own: !wrong, broken: t.What != "" && t.What != Sound, in: protocol.Incoming{Interface: o.Out.Interface, Frame: o.Out.Frame},
	}, nil
}

// before carries out the faults of who sends, when and with what. wrong says that the
// caller's keys are other ones.
func (s *Sender) before(out *protocol.Outgoing, caller *Caller, o Order, t *Tamper) (wrong bool, err error) {
	if t.Variant > 0 {
		if err := s.vary(out, t.Variant); err != nil {
			return false, err
		}
	}
	switch t.What {
	case UnknownApp:
		caller.ID = t.Value
		return true, nil
	case OtherCmd:
		out.Interface = t.Value
	case OtherKey:
		caller.Secrets, err = s.spoiled(caller.Secrets, t.Part)
		return true, err
	case Shift:
		by, err := time.ParseDuration(t.Value)
		if err != nil {
			return false, err
		}
		out.Now = out.Now.Add(by)
	case Old:
		out.ID = s.ids.old(s.owner(caller.ID))
	case Empty:
		out.Payload = nil
	case Make + Query:
		return false, extra(out.Draft, "query", t.Value)
	}
	if what, ok := strings.CutPrefix(t.What, Make); ok {
		value := t.Value
		if what == Alien {
			if value, err = s.alien(*out, o, t.Part); err != nil {
				return false, err
			}
		}
		out.Change = changing(what, t.Part, value)
	}
	return false, err
}

// changing is a function that changes one part while a message is made.
func changing(what, part, value string) func(string, []byte) []byte {
	return func(name string, text []byte) []byte {
		if name != part {
			return text
		}
		out, err := changed(what, value, string(text))
		if err != nil {
			return text // the message is as it was, and whoever looks sees that
		}
		return []byte(out)
	}
}

// alien is a value of the same message from the limited app.
func (s *Sender) alien(out protocol.Outgoing, o Order, name string) (string, error) {
	if o.Limited == nil {
		return "", errors.New("tamper: there is no limited app")
	}
	keys, err := s.prepared(s.p, *o.Limited)
	if err != nil {
		return "", err
	}
	out.Token = o.Limited.Token
	sent, err := s.exchange(s.p).Send(keys, out)
	if err != nil {
		return "", err
	}
	defer sent.Release()
	return strings.Clone(sent.Value(name)), nil
}

// vary makes the conditions of a variant hold, where what an interface says can.
func (s *Sender) vary(out *protocol.Outgoing, n int) error {
	if n > len(s.calls) {
		return fmt.Errorf("tamper: there is no variant %d", n)
	}
	if s.calls[n-1].Handshake {
		out.Handshake = true
		return nil
	}
	for _, c := range s.calls[n-1].When {
		text := strings.NewReplacer("*", "", "?", "0").Replace(c.Glob)
		holder, name, _ := strings.Cut(c.Part, ".")
		switch holder {
		case "method":
			out.Draft.Method = text
		case "query":
			out.Draft.Query = strings.TrimPrefix(out.Draft.Query+"&"+name+"="+text, "&")
		case "header":
			out.Draft.Header.Set(name, text)
		default:
			return fmt.Errorf("tamper: %s is not for its sender to choose", c.Part)
		}
	}
	return nil
}

// maxFresh is how many moments are tried until a message is new, and maxAlike how many of them
// may be alike: a protocol that sees minutes sees the second of two.
const maxFresh, maxAlike = 100_000, 100

// fresh sends at a moment at which nothing was sent that counts as the same: two
// messages that sign the same at one time are one and the same.
func (s *Sender) fresh(x *protocol.Exchange, keys *protocol.Keys, out protocol.Outgoing, broken bool) (*protocol.Sent, error) {
	step, last := time.Millisecond, ""
	for n, alike := 0, 0; n < maxFresh && alike < maxAlike; n++ {
		sent, err := x.Send(keys, out)
		if err != nil || broken {
			return sent, err
		}
		once := s.unique(sent)
		if once == "" || s.first(keys.App()+"\x00"+once) {
			return sent, nil
		}
		if alike++; once != last {
			alike = 0
		} else {
			step = time.Second // the protocol does not see less
		}
		last, out.Now = once, out.Now.Add(step)
		sent.Release()
	}
	return nil, ErrSpent
}

// unique are the values of a message that count once, empty where there are none.
func (s *Sender) unique(sent *protocol.Sent) string {
	var list []string
	for _, name := range s.once {
		if text := sent.Value(name); text != "" {
			list = append(list, text)
		}
	}
	return strings.Join(list, "\x00")
}

func (s *Sender) first(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.used[text]
	s.used[text] = true
	return !seen
}

// id is a new message id, empty where the protocol has none.
func (s *Sender) id(app string) string {
	if !s.exchange(s.p).HasID() {
		return ""
	}
	return s.ids.next(s.owner(app))
}

// owner is the id that those of messages begin with: that of who sends them.
func (s *Sender) owner(app string) string {
	if s.push {
		return cmp.Or(s.p.Sender(), app)
	}
	return app
}

// Of is what was made for a message, whose answers it reads.
func (m *Made) Of(n int) *Made {
	if m.before != nil && n == 0 {
		return m.before
	}
	return m
}

// Open reads the answer to the last message. That to a broken message may repeat less
// of it, or other values.
func (m *Made) Open(ctx context.Context, reply *message.Message) (*protocol.Opened, error) {
	var err error
	if m.own {
		var o *protocol.Opened
		if o, err = m.x.Open(ctx, m.sent, reply); err == nil {
			return o, nil
		}
	}
	if !m.broken {
		return nil, err
	}
	in := m.in
	in.Message = reply
	o, alone := m.x.OpenAlone(ctx, m.keys, in)
	if alone != nil && err == nil {
		err = alone
	}
	if alone == nil {
		return o, nil
	}
	if !m.own && m.sent != nil { // what it has of the call is read beside it, where no key proves anything
		if o, again := m.x.Open(ctx, m.sent, reply); again == nil && o.Plain {
			return o, nil
		}
	}
	return nil, err
}

// Release ends the use of m.
func (m *Made) Release() {
	m.sent.Release()
	if m.before != nil {
		m.before.Release()
	}
}

// Form is the name of the variant of the message, as protocol.Parts has it.
func (m *Made) Form() string { return m.sent.Form() }

// Value is what a name of the declaration holds in the message.
func (m *Made) Value(name string) string { return m.sent.Value(name) }

// clone is a copy of a message that may be changed.
func clone(m *message.Message) *message.Message {
	out := *m
	out.Header, out.Body = m.Header.Clone(), slices.Clone(m.Body)
	out.Method, out.Path, out.Query, out.Host = strings.Clone(m.Method), strings.Clone(m.Path), strings.Clone(m.Query), strings.Clone(m.Host)
	return &out
}

// draft is a copy of what an interface says.
func draft(m *message.Message) *message.Message {
	out := &message.Message{}
	if m != nil {
		*out = *m
	}
	if out.Header = out.Header.Clone(); out.Header == nil {
		out.Header = http.Header{}
	}
	out.Scheme, out.Host = cmp.Or(out.Scheme, "http"), cmp.Or(out.Host, "localhost")
	return out
}
