package protocol

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/internal/alias"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// maxRoom is the largest buffer that a run keeps from one use to the next.
const maxRoom = 1 << 20

// slot is the text of a name in one message.
type slot struct {
	b      []byte
	ok     bool
	json   bool     // it stands in JSON without quotes
	safe   bool     // it has no character that JSON escapes
	absent bool     // an optional place that was not sent
	more   [][]byte // further texts of the same name, of a list of signatures
}

// run is one message on its way, in or out. It is pooled.
type run struct {
	x     *Exchange
	f     *form
	msg   *message.Message
	slots []slot
	buf   []byte // room for texts
	out   []byte // room for bodies and trees, whose parts stand in buf
	body  message.Tree
	query message.Tree
	trees []*message.Tree // of JSON inside of values
	open  int             // how many of them are in use
	read  string          // how the body was read

	keys    *Keys
	system  *Keys
	edition *edition
	side    *Side
	ctx     context.Context //nolint:containedctx // a run is one message, not a thing that is kept
	call    step.Call
	random  io.Reader
	now     time.Time
	inputs  map[string]string
	request *run // of the call that is answered
	list    problem.List
	pairs   []pair
	trace   *tracer

	admitted Admitted
	sent     Sent
	iface    string // what is known beside the message
	frame    string
	payload  []byte // of what is sent
	draft    message.Message
	made     message.Message // what is sent
	header   http.Header     // its headers
	answered *run            // the reply to this message
	sending  bool
	files    []message.Part
	boundary string
}

// begin makes a run ready for a form.
func (r *run) begin(f *form) {
	r.f = f
	clear(r.slots)
	r.slots = slices.Grow(r.slots[:0], len(f.infos))[:len(f.infos)]
	r.buf, r.out = r.buf[:0], r.out[:0]
	r.open = 0
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
	r.iface, r.frame, r.payload = "", "", nil
	clear(r.header)
	r.made = message.Message{}
	if r.answered != nil {
		r.answered.release()
		r.answered = nil
	}
	r.read, r.msg, r.keys, r.system, r.edition, r.side, r.ctx = "", nil, nil, nil, nil, nil, nil
	r.call, r.random, r.inputs, r.request, r.trace = step.Call{}, nil, nil, nil, nil
	r.draft, r.sending, r.files, r.boundary = message.Message{}, false, nil, ""
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
func view(s string) []byte { return alias.Bytes(s) }

// str is the reverse; the bytes must not change while the text is in use.
func str(b []byte) string { return alias.Text(b) }

// StepError says which value refused and why, for the log and for known answers.
type StepError struct {
	Value string // name of the value, place or guard
	cause error
}

// Error names the value and the cause, and nothing of the message.
func (e *StepError) Error() string { return e.Value + ": " + e.cause.Error() }

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.cause }

// refusal is what a message is refused with: a rule, or a code of the document.
func refusal(code, value string, cause error) *problem.Error {
	rule := problem.Rule(code)
	if slices.Contains(problem.Rules(), rule) {
		return problem.Wrap(rule, &StepError{value, cause})
	}
	e := problem.Wrap("", &StepError{value, cause})
	e.Code = code
	return e
}

var (
	errDiffers = errors.New("it differs")
	errForm    = errors.New("it has another form")
	errUnready = errors.New("a value that is needed is not there")
	errMissing = errors.New("it is missing")
)

// exec carries out operations.
func (r *run) exec(ops []op) error {
	for i := range ops {
		o := &ops[i]
		if o.kind == opApp {
			return r.keyed(ops[i+1:])
		}
		if err := r.one(o); err != nil {
			if r.trace == nil || r.sending {
				return err
			}
			r.trace.failed(err) // people want to see the rest, too
		}
	}
	return nil
}

// keyed looks the app up and goes on with its keys; where several are valid, as
// during a rotation, until one fits.
func (r *run) keyed(rest []op) error {
	if err := r.lookUp(); err != nil {
		return err
	}
	if !r.f.reply { // what is missing is told to those only who are known
		if err := r.list.Err(); err != nil {
			return err
		}
	}
	m := r.keys.m()
	if len(m.editions) == 1 {
		r.use(&m.editions[0])
		return r.exec(rest)
	}
	saved := slices.Clone(r.slots)
	var first error
	for i := range m.editions {
		copy(r.slots, saved)
		r.use(&m.editions[i])
		err := r.exec(rest)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func (r *run) lookUp() error {
	if r.keys == nil {
		keys, err := r.side.Apps.Keys(r.ctx, str(r.slots[slotApp].b))
		if err != nil {
			return err
		}
		if keys == nil {
			return problem.New(problem.App)
		}
		r.keys = keys
	}
	if r.keys.m == nil || r.keys.m().p != r.x.p {
		return errKeys
	}
	if !r.slots[slotApp].ok {
		r.set(slotApp, view(r.keys.m().app))
	}
	return nil
}

// use fills in the secrets of one edition.
func (r *run) use(e *edition) {
	r.edition = e
	for i := range e.secrets {
		if e.secrets[i] != nil || e.pairs[i] != nil {
			r.slots[builtins+i] = slot{b: e.secrets[i], ok: true}
		}
	}
}

// one carries out one operation.
func (r *run) one(o *op) error {
	switch o.kind {
	case opCompute:
		return r.compute(o)
	case opMatch:
		return r.place(o)
	case opCompare:
		return r.compare(o)
	case opVerify:
		return r.verify(o)
	case opUndo:
		return r.undo(o)
	case opInto:
		return r.into(o)
	case opToken:
		return r.token(o)
	case opClock:
		return r.clock(o)
	case opPart:
		b, json, ok := r.part(r.f.infos[o.slot].part)
		r.slots[o.slot] = slot{b: b, ok: true, json: json, absent: !ok}
		return nil
	case opCall:
		return r.ofCall(o)
	case opBody:
		return r.writeBody()
	case opQuery:
		return r.writeQuery()
	case opPath:
		return r.writePath()
	case opHeader:
		return r.writeHeader(o.item)
	case opURL:
		r.urls()
	}
	return nil
}

// urls makes the URL and its end.
func (r *run) urls() {
	url := r.msg.URL()
	r.set(slotURL, view(url))
	r.set(slotTarget, view(url[len(r.msg.Scheme)+len("://")+len(r.msg.Host):]))
}

// compute makes a text.
func (r *run) compute(o *op) error {
	if r.sending && o.item != nil && o.item.send {
		if given, ok := r.inputs[o.item.name]; ok {
			r.set(o.slot, view(given))
			r.note(o.item, "given")
			return nil
		}
	}
	t, err := r.eval(o.expr)
	if err != nil {
		return refusal(o.item.refuse, o.item.name, err)
	}
	r.slots[o.slot] = slot{b: t.b, ok: true, json: t.json, safe: t.safe}
	if o.slot == slotMethod {
		r.msg.Method = str(t.b)
	}
	if o.slot == slotHost {
		r.msg.Host = str(t.b)
	}
	r.note(o.item, "made")
	return nil
}

// place reads a place.
func (r *run) place(o *op) error {
	s := r.slots[o.slot]
	if !s.ok {
		return nil // it is missing, and told with the others
	}
	if s.absent {
		for i := range o.expr.pieces {
			if at := o.expr.pieces[i].slot; at >= 0 && !r.slots[at].ok {
				r.slots[at] = slot{ok: true, absent: true}
			}
		}
		return nil
	}
	if err := r.match(o.expr.pieces, s.b, s.json, o.expr.scalar); err != nil {
		return refusal(o.item.refuse, o.item.name, err)
	}
	if one := single(o.expr); one != nil && s.more != nil && len(one.steps) == 0 {
		r.slots[one.slot].more = s.more
	}
	return nil
}

// compare computes again and compares in constant time.
func (r *run) compare(o *op) error {
	if o.lax && r.slots[o.slot].absent {
		return nil
	}
	got := r.slots[o.slot].b
	r.noteCompare(o.item, got)
	if r.any(o.item, o.expr, got) {
		return nil
	}
	for _, one := range r.slots[o.slot].more {
		if r.any(o.item, o.expr, one) {
			return nil
		}
	}
	return refusal(o.item.refuse, o.item.name, errDiffers)
}

// any compares with every form that is accepted.
func (r *run) any(it *item, e *expr, got []byte) bool {
	if r.same(e, got) {
		return true
	}
	for _, other := range it.accept {
		if r.same(other, got) {
			return true
		}
	}
	return false
}

func (r *run) same(e *expr, got []byte) bool {
	t, err := r.eval(e)
	if err != nil {
		return false
	}
	want := t.b
	for _, u := range e.steps {
		if u.do.Fold {
			got, want = r.folded(got), r.folded(want)
			break
		}
	}
	return subtle.ConstantTimeCompare(got, want) == 1
}

// folded is a copy in lower case.
func (r *run) folded(b []byte) []byte {
	at := len(r.buf)
	r.buf = append(r.buf, b...)
	for i := at; i < len(r.buf); i++ {
		if ch := r.buf[i]; 'A' <= ch && ch <= 'Z' {
			r.buf[i] = ch | 0x20
		}
	}
	return r.buf[at:len(r.buf):len(r.buf)]
}

// verify verifies a signature with the public half of its maker's key.
func (r *run) verify(o *op) error {
	r.noteCompare(o.item, r.slots[o.slot].b)
	var first error
	for i, e := range append([]*expr{o.expr}, o.item.accept...) {
		at := o.at
		if i > 0 {
			at = verifies(e)
		}
		err := r.verifyOne(e, at, r.slots[o.slot].b)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return refusal(o.item.refuse, o.item.name, first)
}

func (r *run) verifyOne(e *expr, at int, sig []byte) error {
	if at < 0 {
		return errForm
	}
	var err error
	for i := len(e.steps) - 1; i > at; i-- {
		if sig, err = r.unapply(e.steps[i], sig); err != nil {
			return err
		}
	}
	base, err := r.base(e)
	if err != nil {
		return err
	}
	text := base.b
	for _, u := range e.steps[:at] {
		if text, err = r.apply(u, text); err != nil {
			return err
		}
	}
	u := e.steps[at]
	if err := r.ready(u); err != nil {
		return err
	}
	return u.do.Verify(&r.call, text, sig)
}

// undo takes a value apart.
func (r *run) undo(o *op) error {
	b, json := r.slots[o.slot].b, r.slots[o.slot].json
	var err error
	for i := len(o.expr.steps) - 1; i >= 0; i-- {
		if b, err = r.unapply(o.expr.steps[i], b); err != nil {
			return refusal(o.item.refuse, o.item.name, err)
		}
		json = o.expr.steps[i].do.From == step.JSON
	}
	r.noteUndone(o.item, b)
	switch o.expr.kind {
	case fromTree:
		err = r.readTree(o.expr.tree, b)
	case fromPairs:
		err = r.readPairs(o.expr, b)
	default:
		err = r.match(o.expr.pieces, b, json, false)
	}
	if err != nil {
		return refusal(o.item.refuse, o.item.name, err)
	}
	return nil
}

// into joins the parts of a value, or takes it apart when it was made.
func (r *run) into(o *op) error {
	if r.slots[o.slot].ok {
		if err := r.match(o.item.into, r.slots[o.slot].b, false, false); err != nil {
			return refusal(o.item.refuse, o.item.name, err)
		}
		return nil
	}
	t, err := r.template(o.item.into, false)
	if err != nil {
		return refusal(o.item.refuse, o.item.name, err)
	}
	r.set(o.slot, t.b)
	return nil
}

// clock learns what now was when the message was sent.
func (r *run) clock(o *op) error {
	t, err := r.readClock(o.g)
	if err != nil {
		return refusal(o.g.refuse(), o.g.Value, err)
	}
	at := len(r.buf)
	r.buf = step.AppendTime(r.buf, t)
	r.set(slotNow, r.buf[at:len(r.buf):len(r.buf)])
	return nil
}

func (r *run) readClock(g *guard) (time.Time, error) {
	b := r.slots[g.slot].b
	var err error
	for i := len(g.clock) - 1; i >= 0; i-- {
		if b, err = r.unapply(g.clock[i], b); err != nil {
			return time.Time{}, err
		}
	}
	return step.ReadTime(b)
}

// token finds the app of a token.
func (r *run) token(o *op) error {
	if r.side.Tokens == nil {
		return errSide
	}
	app := ""
	var err error
	if b := r.slots[o.slot].b; len(b) > 0 {
		app, err = r.side.Tokens.App(r.ctx, string(b))
	}
	if err != nil {
		return err
	}
	if app == "" {
		if missing := r.list.Err(); missing != nil {
			return missing
		}
		return refusal(o.g.refuse(), o.g.Value, errIssued)
	}
	r.set(slotApp, view(app))
	return nil
}

// ofCall takes a value of the call that is answered.
func (r *run) ofCall(o *op) error {
	name := r.f.infos[o.slot].part.path[0]
	r.slots[o.slot] = slot{ok: true, absent: true}
	if r.request == nil || r.request.f == nil {
		return nil
	}
	if at, ok := r.request.f.index[name]; ok && at < len(r.request.slots) && r.request.slots[at].ok {
		r.slots[o.slot] = r.request.slots[at]
	}
	return nil
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
	r.set(slotRandom, r.buf[at:len(r.buf):len(r.buf)])
	return nil
}

// short is the name of a place as a problem gives it.
func short(name string) string {
	_, rest, ok := strings.Cut(name, ".")
	if !ok {
		return name
	}
	return strings.ReplaceAll(rest, ".", "/")
}
