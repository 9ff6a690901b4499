package protocol

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
	"unsafe"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// maxRoom is the largest buffer that a run keeps from one use to the next.
const maxRoom = 64 << 10

// slot is the text of a name in one message.
type slot struct {
	b      []byte
	more   *[][]byte // further texts of the same name, of a list of signatures
	ok     bool
	json   bool // JSON has it without quotes
	safe   bool // it has no character that JSON escapes
	absent bool // an optional place that was not sent
}

// run is one message on its way, in or out. It is pooled.
type run struct {
	x     *Exchange
	f     *plan.Form
	msg   *message.Message
	slots []slot
	buf   []byte // room for texts
	out   []byte // room for bodies and trees, whose parts are in buf
	body  step.Tree
	query step.Tree
	trees []*step.Tree // of JSON inside of values
	open  int          // how many of them are in use
	read  string       // how the body was read

	keys    *Keys
	system  *Keys
	turn    int  // which edition of system
	done    int  // operations that held, of one edition
	proven  bool // whoever sent the message has proved to be the app
	edition *edition
	side    *Side
	ctx     context.Context //nolint:containedctx // a run is one message, not a thing that is kept
	call    step.Call
	random  io.Reader
	now     time.Time
	inputs  map[string]string
	grant   string // the token that is sent where one that was issued stands
	whole   []byte // of a reply: the text that has code and payload
	request *run   // of the call that is answered
	bare    bool   // a refusal is read that has nothing of the call
	opens   bool   // a text is read whose secrets are not known yet
	list    problem.List
	pairs   []step.Named
	trace   *tracer
	over    *Overlay     // what an explanation tries
	masking bool         // secrets are written as their names
	exclude []*plan.Item // what a container is written without

	admitted     Admitted
	sent         Sent
	opened       Opened
	iface, frame string // what is known beside the message
	payload      []byte // of what is sent
	asIs         bool   // it has no layout
	draft        message.Message
	made         message.Message // what is sent
	header       http.Header     // its headers
	answered     *run            // the reply to this message
	sending      bool
	change       func(name string, text []byte) []byte
	files        []message.Part
	boundary     string
}

// begin makes a run ready for a form.
func (r *run) begin(f *plan.Form) {
	r.f = f
	clear(r.slots)
	r.slots = slices.Grow(r.slots[:0], len(f.Infos))[:len(f.Infos)]
	r.buf, r.out = r.buf[:0], r.out[:0]
	r.open, r.proven = 0, false
	r.list.Reset()
}

// release puts a run back, holding nothing of the message.
func (r *run) release() {
	clear(r.slots)
	clear(r.buf)
	clear(r.out)
	if cap(r.buf) > maxRoom || cap(r.out) > maxRoom {
		r.buf, r.out = nil, nil
	}
	r.body.Reset()
	r.query.Reset()
	for _, t := range r.trees[:r.open] {
		t.Reset()
	}
	r.open = 0
	clear(r.pairs)
	r.pairs = r.pairs[:0]
	r.slots = r.slots[:0]
	r.iface, r.frame, r.payload, r.asIs = "", "", nil, false
	clear(r.header)
	r.made = message.Message{}
	if r.answered != nil {
		r.answered.release()
		r.answered = nil
	}
	r.f, r.read, r.msg, r.keys, r.system, r.edition, r.side, r.ctx = nil, "", nil, nil, nil, nil, nil, nil
	r.call, r.random, r.inputs, r.request, r.trace = step.Call{}, nil, nil, nil, nil
	r.draft, r.sending, r.files, r.boundary, r.change, r.grant = message.Message{}, false, nil, "", nil, ""
	r.over = nil
	r.whole, r.opened, r.turn, r.bare = nil, Opened{}, 0, false
	r.list.Reset()
	r.x.pool.Put(r)
}

func (r *run) set(at int, b []byte) { r.slots[at] = slot{b: b, ok: true} }

func (r *run) setText(at int, s string) {
	if s != "" {
		r.set(at, view(s))
	}
}

// view is the bytes of a text without a copy; they must not be written.
func view(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// str is the reverse; the bytes must not change while the text is in use.
func str(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

var (
	errDiffers = errors.New("it differs")
	errForm    = errors.New("it has another form")
	errUnready = errors.New("a value that is needed is not there")
	errMissing = errors.New("it is missing")
)

// exec carries out operations.
func (r *run) exec(ops []plan.Op) error {
	for i := range ops {
		o := &ops[i]
		switch o.Kind {
		case plan.OpApp:
			return r.keyed(ops[i+1:])
		case plan.OpUnsent:
			return r.unsent(o, ops[i+1:])
		}
		if err := r.one(r.over.op(o)); err != nil {
			if r.trace == nil || r.sending {
				return err
			}
			r.trace.failed(err) // people want to see the rest, too
			r.trace.values = append(r.trace.values, &Failure{Op: o, Err: err})
		}
		r.done++
		r.proven = r.proven || o.Last && (r.trace == nil || r.trace.first == nil)
	}
	return nil
}

// keyed looks the app up and goes on with its keys; where several are valid, as
// during a rotation, until one fits.
func (r *run) keyed(rest []plan.Op) error {
	if err := r.lookUp(); err != nil {
		return err
	}
	if !r.f.Reply { // only a caller who is known learns what is missing
		if err := r.list.Err(); err != nil {
			return err
		}
	}
	m := r.keys.m()
	return r.tries(len(m.editions), func(i int) { r.use(&m.editions[i]) }, rest)
}

// tries carries out the rest with the first of several keys that fits; a message that
// none fits is refused, and answered, with the one that came furthest.
func (r *run) tries(n int, use func(int), rest []plan.Op) error {
	best, most := 0, -1
	saved, trace := []slot(nil), r.trace
	if n > 1 {
		saved, r.trace = slices.Clone(r.slots), nil
	}
	for i := 0; i < n && n > 1 && most < len(rest); i++ {
		copy(r.slots, saved)
		use(i)
		r.done, r.proven = 0, false
		if r.exec(rest) == nil {
			r.done = len(rest)
		}
		if r.done > most {
			best, most = i, r.done
		}
	}
	switch {
	case most == len(rest) && trace == nil:
		return nil
	case n > 1:
		r.proven, r.trace = false, trace
		copy(r.slots, saved)
	}
	use(best)
	return r.exec(rest)
}

// unsent goes on with a secret that was issued to the app and is in no place.
func (r *run) unsent(o *plan.Op, rest []plan.Op) error {
	if r.side.tokens == nil {
		return errSide
	}
	token := ""
	if o.Slot != o.G.Slot {
		token = string(r.slots[o.G.Slot].b)
	}
	list, err := r.side.tokens.Unsent(r.ctx, r.keys.App(), token)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		r.noteGuard(o.G, errIssued)
		return refusal.Of(o.G.Refuse(), o.G.Value, errIssued)
	}
	return r.tries(len(list), func(i int) { r.set(o.Slot, view(list[i])) }, rest)
}

// overlaid says that an app has an overlay of the protocol.
type overlaid struct{ by *Protocol }

// Error says that the message is to be read by an overlay.
func (*overlaid) Error() string { return "protocol: the app has an overlay" }

func (r *run) lookUp() error {
	if r.keys == nil {
		if r.side.apps == nil {
			return errSide
		}
		if !r.slots[plan.SlotApp].ok && !r.x.Given {
			return refusal.Of(string(problem.App), "app", errMissing)
		}
		keys, err := r.side.apps.Keys(r.ctx, str(r.slots[plan.SlotApp].b))
		if err != nil {
			return err
		}
		if keys == nil {
			return problem.New(problem.App)
		}
		if err := r.fits(keys); err != nil {
			return err
		}
		r.keys = keys
	}
	if err := r.fits(r.keys); err != nil {
		return err
	}
	if !r.slots[plan.SlotApp].ok {
		r.set(plan.SlotApp, view(r.keys.m().app))
	}
	return nil
}

// fits refuses keys that were made ready for another protocol.
func (r *run) fits(k *Keys) error {
	if k.m == nil {
		return errKeys
	}
	base := r.x.p.base
	switch p := k.m().p; {
	case p == r.x.p:
		return nil
	case r.f.Reply:
	case p.base == r.x.p:
		return &overlaid{p}
	case base != nil && (p == base || p.base == base):
		return problem.New(problem.App) // the overlay of one app, and the name of another one
	}
	return errKeys
}

// use fills in the secrets of one edition.
func (r *run) use(e *edition) {
	r.edition = e
	for i := range e.Secrets {
		if e.Secrets[i] != nil || e.Pairs[i] != nil {
			r.slots[plan.Builtins+i] = slot{b: e.Secrets[i], ok: true}
		}
	}
}

// one carries out one operation.
func (r *run) one(o *plan.Op) error {
	switch o.Kind {
	case plan.OpCompute:
		return r.compute(o)
	case plan.OpMatch:
		return r.place(o)
	case plan.OpCompare:
		return r.compare(o)
	case plan.OpVerify:
		return r.verify(o)
	case plan.OpUndo:
		return r.undo(o)
	case plan.OpInto:
		return r.into(o)
	case plan.OpToken:
		return r.token(o)
	case plan.OpClock:
		return r.clock(o)
	case plan.OpPart:
		if o.Node != nil {
			at := len(r.out)
			out, err := o.Node.AppendJSON(r.out, r)
			r.out = out
			r.slots[o.Slot] = slot{b: out[at:len(out):len(out)], ok: true, json: true}
			return err
		}
		b, json, ok := r.part(r.f.Infos[o.Slot].Part)
		r.slots[o.Slot] = slot{b: b, ok: true, json: json, absent: !ok}
		return nil
	case plan.OpCall:
		return r.ofCall(o)
	case plan.OpBody:
		return r.writeBody()
	case plan.OpQuery:
		return r.writeQuery()
	case plan.OpPath:
		return r.writePath()
	case plan.OpHeader:
		return r.writeHeader(o.Item)
	case plan.OpURL:
		r.urls()
	}
	return nil
}

// urls makes the URL and its end.
func (r *run) urls() {
	url := r.msg.URL()
	r.set(plan.SlotURL, view(url))
	r.set(plan.SlotTarget, view(url[len(r.msg.Scheme)+len("://")+len(r.msg.Host):]))
}

// randomBytes fills in what {random} stands for.
func (r *run) randomBytes() error {
	in := r.random
	if in == nil {
		in = rand.Reader
	}
	at := len(r.buf)
	r.buf = append(r.buf, make([]byte, 32)...)
	if _, err := io.ReadFull(in, r.buf[at:]); err != nil {
		return fmt.Errorf("protocol: random: %w", err)
	}
	r.set(plan.SlotRandom, r.buf[at:len(r.buf):len(r.buf)])
	return nil
}
