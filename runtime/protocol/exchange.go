package protocol

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// Apps knows the keys of apps.
type Apps interface {
	// Keys returns the keys of an app, nil where nobody has that id or it may not
	// call. app is empty where no message names the app: there is one.
	Keys(ctx context.Context, app string) (*Keys, error)
}

// Tokens knows the tokens that were issued to apps.
type Tokens interface {
	// Valid reports whether a token was issued to the app and is good now.
	Valid(ctx context.Context, app, token string) (bool, error)
	// App returns the app that a token was issued to, empty where it is not good. It
	// is asked where nothing else in a message names the app.
	App(ctx context.Context, token string) (string, error)
}

// Nonces knows which values apps have used.
type Nonces interface {
	// Use marks a value as used by the app until then, the zero time for good, and
	// reports whether it was not used before.
	Use(ctx context.Context, app, value string, until time.Time) (bool, error)
}

// Side is who receives: all that a message is judged with. Every member is needed
// where the protocol asks for it; Admit refuses with the rule internal what it
// cannot judge, rather than letting it pass.
type Side struct {
	Apps   Apps
	Tokens Tokens
	Nonces Nonces
	Now    func() time.Time
	System *Keys // keys that are the same for all apps; nil: there are none
}

// Incoming is a message with what is known beside it.
type Incoming struct {
	Message   *message.Message
	Interface string // where the URL says it
	Frame     string // of replies, where an interface has one of its own
}

// Admitted is a message that was let in, or as much of it as could be read. Its
// texts hold until Release.
type Admitted struct {
	r     *run
	known bool
	echo  bool
}

// Known reports whether the app is known, so that a reply can be protected.
func (a *Admitted) Known() bool { return a.known }

// App returns the id of the app, empty where it is not known.
func (a *Admitted) App() string {
	if !a.known {
		return ""
	}
	return a.r.keys.App()
}

// Interface returns the name of the interface, as the message or the URL has it.
func (a *Admitted) Interface() string { return a.Value("interface") }

// Payload returns the JSON of the interface's members; of a body that is not JSON
// it is as the declaration has {payload}.
func (a *Admitted) Payload() []byte { return a.r.slots[slotPayload].b }

// MessageID returns the value that must be kept together with what the message
// does, empty where the protocol has none: a message with the same one is a
// repetition.
func (a *Admitted) MessageID() string {
	if a.r.f == nil || a.r.f.effect < 0 {
		return ""
	}
	return string(a.r.slots[a.r.f.effect].b)
}

// Handshake reports whether the protocol itself answers: Reply says what.
func (a *Admitted) Handshake() bool { return a.echo }

// Value returns what a name of the declaration holds.
func (a *Admitted) Value(name string) string { return a.r.value(name) }

func (r *run) value(name string) string {
	if r.f == nil {
		return ""
	}
	at, ok := r.f.index[name]
	if !ok || at >= len(r.slots) || r.f.infos[at].kind == secret {
		return ""
	}
	return string(r.slots[at].b)
}

// Release ends the use of a.
func (a *Admitted) Release() { a.r.release() }

// Admit reads a message, finds out who sent it, and judges everything that the
// protocol declares: keys, signatures, tokens, times and repetitions. The refusal
// is a *problem.Error; Admitted is never nil, so that a refusal can be answered.
//
// Values that count once are used up only by a message that is otherwise right.
func (x *Exchange) Admit(ctx context.Context, in Incoming, side *Side) (*Admitted, error) {
	r := x.pool.Get().(*run)
	r.ctx, r.side, r.system, r.msg = ctx, side, side.System, in.Message
	r.now = side.Now()
	a := &r.admitted
	*a = Admitted{r: r}
	return a, r.admit(in, a)
}

func (r *run) admit(in Incoming, a *Admitted) error {
	for from := 0; ; {
		f, at := r.choose(in, from)
		if f == nil {
			return problem.New(problem.JSON)
		}
		err := r.solve(f, in, a)
		if !f.asks() || err == nil && r.solved() {
			if err == nil {
				err = r.guard()
			}
			if err == nil {
				a.echo = f.answer != nil
			}
			return err
		}
		from = at + 1 // what the variant asks for does not stand in the message
	}
}

// solve reads a message as one variant, all but its guards.
func (r *run) solve(f *form, in Incoming, a *Admitted) error {
	r.begin(f)
	r.keys, r.edition = nil, nil
	r.useSystem()
	r.setText(slotInterface, in.Interface)
	r.setText(slotFrame, in.Frame)
	if f.bound(slotInterface) {
		r.slots[slotInterface] = slot{}
	}
	if err := r.extract(); err != nil {
		return problem.Wrap(problem.JSON, err)
	}
	err := r.exec(f.receive)
	if r.trace != nil && err == nil {
		err = r.trace.first
	}
	a.known = r.keys != nil
	if err == nil && !a.known {
		err = refusal(string(problem.App), "app", errMissing)
	}
	if err == nil {
		err = r.list.Err()
	}
	if err != nil && r.slots[slotApp].b == nil {
		if missing := r.list.Err(); missing != nil {
			err = missing // it is not known who asks, because something is not there
		}
	}
	return err
}

// useSystem fills in the keys that need no app.
func (r *run) useSystem() {
	if r.system == nil || r.system.m == nil {
		return
	}
	m := r.system.m()
	e := &m.editions[0]
	for i := range e.secrets {
		if e.secrets[i] != nil || e.pairs[i] != nil {
			r.slots[builtins+i] = slot{b: e.secrets[i], ok: true}
		}
	}
}

// Outcome is what a message is answered with.
type Outcome struct {
	OK      bool
	Code    string
	Text    string
	Payload []byte // JSON, empty: none
	ID      string // of the exchange in our log
	Now     time.Time
	Values  map[string]string // what is sent in place of what a value says to send
	Random  io.Reader         // nil: crypto/rand
}

// Reply writes the answer to a message that was admitted or refused. It returns nil
// where the protocol has no answer that can be given to somebody who is not known.
// The answer holds until the next one, or until a is released.
func (x *Exchange) Reply(a *Admitted, o Outcome) (*message.Message, error) {
	f := a.r.f
	if a.echo && f.answer != nil {
		return x.reply(a, f.answer, o)
	}
	for _, one := range x.plan.replies {
		if a.r.replies(one, o.OK, a.known) {
			return x.reply(a, one, o)
		}
	}
	if !a.known {
		return nil, nil //nolint:nilnil // there is no answer, and that is no fault
	}
	return nil, errors.New("protocol: no reply is declared that fits")
}

func (x *Exchange) reply(a *Admitted, f *form, o Outcome) (*message.Message, error) {
	if a.r.answered != nil {
		a.r.answered.release()
	}
	r := x.pool.Get().(*run)
	a.r.answered = r
	r.request, r.keys, r.system, r.inputs, r.random, r.now = a.r, a.r.keys, a.r.system, o.Values, o.Random, o.Now
	if r.now.IsZero() {
		r.now = a.r.now
	}
	if a.known {
		r.edition = a.r.edition
		if r.edition == nil {
			r.edition = &r.keys.m().editions[0]
		}
	}
	r.draft, r.payload = message.Message{Status: 200}, o.Payload
	r.begin(f)
	r.fill(f, "", o.Payload)
	if a.r.f != nil {
		r.slots[slotInterface], r.slots[slotFrame] = a.r.slots[slotInterface], a.r.slots[slotFrame]
	}
	r.setText(slotID, o.ID)
	r.outcome(f, o)
	m, err := r.write()
	if err != nil {
		return nil, err
	}
	m.Status = statusOf(f.status, o.Code, o.OK)
	return m, nil
}

// outcome fills in what an outcome says.
func (r *run) outcome(f *form, o Outcome) {
	r.slots[slotCode] = slot{b: view(o.Code), ok: true}
	r.slots[slotText] = slot{b: view(o.Text), ok: true}
	list, other := f.success, f.failure
	if !o.OK {
		list, other = other, list
	}
	for _, c := range other {
		if c.slot >= builtins {
			r.slots[c.slot] = slot{ok: true, absent: true}
		}
	}
	for _, c := range list {
		if len(c.texts) > 0 && !c.holds(r.slots[c.slot].b) {
			r.slots[c.slot] = slot{b: c.texts[0].b, ok: true, json: c.texts[0].json}
		}
	}
}

// Outgoing is what is sent.
type Outgoing struct {
	Interface string
	ID        string // of the message; empty: a random one where the protocol has {id}
	Payload   []byte // JSON
	// Draft has what the interface says beside the payload: method, path, query,
	// headers. Nil: nothing.
	Draft  *message.Message
	Files  []message.Part // of multipart
	Frame  string
	Now    time.Time
	Values map[string]string // what is sent in place of what a value says to send
	Random io.Reader         // nil: crypto/rand
}

// Sent is a message that was made, and what its reply is read with. The message
// holds until Release.
type Sent struct {
	Message *message.Message
	r       *run
}

// Value returns what a name of the declaration holds.
func (s *Sent) Value(name string) string { return s.r.value(name) }

// Release ends the use of s.
func (s *Sent) Release() { s.r.release() }

// Send writes a message to an app, or as one, with its keys.
func (x *Exchange) Send(keys *Keys, o Outgoing) (*Sent, error) {
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
	r.inputs, r.random, r.now, r.files = o.Values, o.Random, o.Now, o.Files
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
	r.setText(slotInterface, o.Interface)
	r.setText(slotFrame, o.Frame)
	id := o.ID
	if id == "" && f.uses(slotID) {
		var room [16]byte
		if _, err := io.ReadFull(r.randomSource(), room[:]); err != nil {
			return nil, fmt.Errorf("protocol: random: %w", err)
		}
		id = hex.EncodeToString(room[:])
	}
	r.setText(slotID, id)
	return r.write()
}

func (r *run) randomSource() io.Reader {
	if r.random != nil {
		return r.random
	}
	return rand.Reader
}

// fill makes ready what every message that is sent knows.
func (r *run) fill(f *form, app string, payload []byte) {
	r.made = r.draft
	m := &r.made
	if r.header == nil {
		r.header = http.Header{}
	}
	for name, values := range r.draft.Header {
		r.header[name] = slices.Clone(values)
	}
	m.Header, r.msg, r.sending = r.header, m, true
	if r.edition != nil {
		r.use(r.edition)
	}
	r.useSystemBeside()
	if app == "" && r.keys != nil {
		app = r.keys.App()
	}
	r.setText(slotApp, app)
	r.slots[slotPayload] = slot{b: payload, ok: true, json: true}
	at := len(r.buf)
	r.buf = appendNow(r.buf, r.now)
	r.set(slotNow, r.buf[at:len(r.buf):len(r.buf)])
	if m.Method == "" && !f.reply {
		m.Method = "POST"
	}
	r.setText(slotMethod, m.Method)
	r.setText(slotScheme, m.Scheme)
	r.setText(slotHost, m.Host)
	r.set(slotPath, view(m.Path))
	if f.decl.Carriage == "multipart" {
		r.boundary = boundary(r.slots[slotNow].b, payload)
	}
	if kind := contentType(f.decl.Carriage, r.boundary); kind != nil && !f.empty && m.Header.Get("Content-Type") == "" {
		m.Header["Content-Type"] = kind
	}
}

func (r *run) useSystemBeside() {
	if r.system == nil || r.system.m == nil {
		return
	}
	for i, b := range r.system.m().editions[0].secrets {
		if b != nil && !r.slots[builtins+i].ok {
			r.slots[builtins+i] = slot{b: b, ok: true}
		}
	}
}

// write carries out the plan of sending and returns the message, which is the
// run's own.
func (r *run) write() (*message.Message, error) {
	if err := r.exec(r.f.send); err != nil {
		return nil, err
	}
	return &r.made, nil
}

// Opened is a reply that was read.
type Opened struct {
	OK      bool
	Code    string
	Text    string
	Payload []byte
	Plain   bool // nothing in it was verified
	r       *run
}

// Value returns what a name of the declaration holds.
func (o *Opened) Value(name string) string { return o.r.value(name) }

// Open reads the reply to a message that was sent, and verifies it with the keys
// that it was sent with.
func (x *Exchange) Open(ctx context.Context, s *Sent, m *message.Message) (*Opened, error) {
	var first error
	for _, f := range x.readable() {
		o, err := x.open(ctx, s, f, m)
		if err == nil {
			return o, nil
		}
		if first == nil || isShape(first) && !isShape(err) {
			first = err
		}
	}
	if first == nil {
		first = errors.New("protocol: no reply is declared")
	}
	return nil, first
}

// readable are the replies in the order in which they are tried: those to somebody
// who is not known, which prove nothing, come last.
func (x *Exchange) readable() []*form {
	var known, unknown []*form
	for _, f := range x.plan.replies {
		if slices.ContainsFunc(f.when, func(w condition) bool { return w.outcome == "unknown" }) {
			unknown = append(unknown, f)
		} else {
			known = append(known, f)
		}
	}
	return append(known, unknown...)
}

// isShape reports whether an error only says that a message is not of a form.
func isShape(err error) bool {
	e := problem.From(err)
	return e.Rule == problem.JSON || e.Rule == problem.Required || e.Rule == problem.Type
}

func (x *Exchange) open(ctx context.Context, s *Sent, f *form, m *message.Message) (*Opened, error) {
	r := &run{x: x, ctx: ctx, msg: m, keys: s.r.keys, request: s.r, now: s.r.now}
	r.side = &Side{}
	r.begin(f)
	r.setText(slotInterface, s.Value("interface"))
	r.setText(slotFrame, s.Value("frame"))
	if !r.conditionsHold(f, true) || f.contradicts(m.Status) {
		return nil, problem.Wrap(problem.JSON, errForm)
	}
	if err := r.extract(); err != nil {
		return nil, problem.Wrap(problem.JSON, err)
	}
	if err := r.list.Err(); err != nil {
		return nil, err
	}
	if err := r.exec(f.receive); err != nil {
		return nil, err
	}
	if err := r.list.Err(); err != nil {
		return nil, err
	}
	if err := r.guard(); err != nil {
		return nil, err
	}
	o := &Opened{
		Code: string(r.slots[slotCode].b), Text: string(r.slots[slotText].b), Payload: r.slots[slotPayload].b, r: r,
		Plain: !f.verifies(),
	}
	var right bool
	if o.OK, right = r.verdict(f); !right {
		return nil, problem.Wrap(problem.JSON, errForm)
	}
	return o, nil
}

// verdict says whether a reply is one of success; right is false where it
// contradicts the variant that it was read as.
func (r *run) verdict(f *form) (ok, right bool) {
	ok = len(f.success) > 0
	for _, c := range f.success {
		ok = ok && r.isOne(c)
	}
	for _, w := range f.when {
		switch {
		case w.outcome == "success" && !ok && len(f.success) > 0:
			return false, false
		case w.outcome == "success":
			ok = true
		case w.outcome == "failure" || w.outcome == "unknown":
			if ok && len(f.success) > 0 {
				return false, false
			}
			ok = false
		}
	}
	return ok, true
}

func (r *run) isOne(c constant) bool {
	s := r.slots[c.slot]
	if !s.ok && c.slot < builtins {
		return true // the frame does not show it
	}
	return c.slot == slotText || c.holds(s.b)
}
