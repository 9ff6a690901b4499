package tamper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
)

// Desk receives messages like a server without a fault, and keeps what it has seen in
// memory. What an interface does is not its matter: every message that holds succeeds.
type Desk struct {
	p     *protocol.Protocol
	push  bool
	codes problem.Catalogue
	now   func() time.Time
	keys  map[string]*protocol.Keys
	apps  []Caller
	side  *protocol.Side

	mu   sync.Mutex
	used map[string]bool
}

// NewDesk returns a desk that knows callers. A protocol whose messages name no app
// knows the first one.
func NewDesk(p *protocol.Protocol, push bool, codes problem.Catalogue, now func() time.Time, apps ...Caller) (*Desk, error) {
	d := &Desk{p: p, push: push, codes: codes, now: now, keys: map[string]*protocol.Keys{}, apps: apps, used: map[string]bool{}}
	for _, a := range apps {
		k, err := p.Keys(a.ID, a.Secrets)
		if err != nil {
			return nil, err
		}
		d.keys[a.ID] = k
	}
	shared := protocol.Secrets{}
	for _, k := range p.Declaration().Keys {
		if k.System {
			shared[k.Name] = apps[0].Secrets[k.Name]
		}
	}
	system, err := p.Keys("", shared)
	if err != nil {
		return nil, err
	}
	d.side = protocol.NewSide(d, d, d, now).With(system)
	return d, nil
}

func (d *Desk) exchange() *protocol.Exchange {
	if d.push {
		return d.p.Push
	}
	return d.p.Call
}

// Keys finds the keys of an app.
func (d *Desk) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app == "" && (d.push || d.p.Declaration().App == "given") {
		return d.keys[d.apps[0].ID], nil
	}
	return d.keys[app], nil
}

// Valid reports whether a token is the app's.
func (d *Desk) Valid(_ context.Context, app, token string) (bool, error) {
	for _, a := range d.apps {
		if a.ID == app && a.Token == token && token != "" {
			return true, nil
		}
	}
	return false, nil
}

// App finds the app of a token.
func (d *Desk) App(_ context.Context, token string) (string, error) {
	for _, a := range d.apps {
		if a.Token == token && token != "" {
			return a.ID, nil
		}
	}
	return "", nil
}

// Unsent is what was issued to an app and is in no message.
func (d *Desk) Unsent(_ context.Context, app, token string) (list []string, _ error) {
	for _, a := range d.apps {
		switch {
		case a.ID != app:
		case token == "" && a.Token != "":
			list = append(list, a.Token)
		case token != "" && a.Token == token:
			list = append(list, a.beside(d.exchange().Beside()))
		}
	}
	return list, nil
}

// Use marks a value as used.
func (d *Desk) Use(_ context.Context, app, value string, _ time.Time) (bool, error) {
	return d.first(app + "\x00" + value), nil
}

func (d *Desk) first(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	seen := d.used[name]
	d.used[name] = true
	return !seen
}

// Verdict is what became of a message.
type Verdict struct {
	App     string
	Payload []byte
	Refused *problem.Error   // nil: it was let in
	By      string           // the value, place or guard that refused
	Reply   *message.Message // nil: a bare 401
}

// Decide says what becomes of a message that holds: the payload of the reply, or a
// refusal.
type Decide func(m *message.Message, a *protocol.Admitted) (reply []byte, err error)

// Receive takes a message of an interface and answers it. decide says what becomes of
// one that holds; nil: it succeeds.
func (d *Desk) Receive(
	ctx context.Context, in protocol.Incoming, decide Decide,
) (*Verdict, error) {
	x := d.exchange()
	a, err := x.Admit(ctx, in, d.side)
	defer a.Release()
	v := &Verdict{App: a.App()}
	var reply []byte
	if err == nil {
		if id := a.MessageID(); id != "" && !d.first("id "+a.App()+"\x00"+id) {
			err = problem.New(problem.Repeated)
		}
	}
	if err == nil {
		v.Payload = append([]byte(nil), a.Payload()...)
		reply = []byte("{}")
	}
	if err == nil && decide != nil && !a.Handshake() {
		reply, err = decide(in.Message, a)
	}
	o := protocol.Outcome{OK: err == nil, Code: d.codes.Success, Payload: reply, ID: "desk"}
	if err != nil {
		v.Refused = problem.From(err)
		o.OK = d.push && v.Refused.Rule == problem.Repeated // it is done already
		if e, ok := errors.AsType[*refusal.StepError](err); ok {
			v.By = e.Value
		}
		o.Code, o.Text = d.codes.Resolve(v.Refused)
		if v.Refused.Rule == problem.Internal {
			return v, fmt.Errorf("tamper: %w", err)
		}
	}
	m, err := x.Reply(a, o)
	if err != nil || m == nil || d.push && v.Refused != nil && v.Refused.Rule == problem.App { // another sender learns nothing
		return v, err
	}
	v.Reply = clone(m)
	v.Reply.Status = cmp.Or(v.Reply.Status, 200)
	return v, nil
}
