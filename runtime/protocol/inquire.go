package protocol

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

var errNoText = errors.New("what comes out is no text")

// Inquiry is a message that was read with every intermediate result, kept with all that
// its receiver learned, so that other forms of a value can be tried on what came. Secrets
// show as their names in brackets, where the templates put them; everything else shows in
// full, so the lines are for people who may see it, not for logs. It is used by one
// goroutine at a time.
type Inquiry struct {
	Lines  []Line
	Err    error      // of Admit, or of Open
	Failed []*Failure // values that do not hold, in the order in which they are solved
	r      *run
	base   []slot
	open   int                     // trees that base is made of
	Again  func(*Overlay) *Inquiry // reads the same message with an overlay
}

// Failure is a value that does not hold.
type Failure struct {
	Op  *plan.Op
	Err error
	ops []plan.Op // they make what it is made of
}

// Overlay is what is tried in place of what is declared: other expressions of items,
// other texts of slots. The zero Overlay changes nothing.
type Overlay struct {
	Exprs map[*plan.Item]*plan.Expr
	Texts map[int][]byte
}

// op is an operation with what is tried in place of its expression.
func (o *Overlay) op(op *plan.Op) *plan.Op {
	if o == nil || op.Item == nil || op.Expr == nil || o.Exprs[op.Item] == nil {
		return op
	}
	out := *op
	out.Expr = o.Exprs[op.Item]
	if op.Kind == plan.OpVerify {
		out.At = plan.Verifies(out.Expr)
	}
	return &out
}

// Inquire admits a message, and goes on behind a value that does not hold.
func (x *Exchange) Inquire(ctx context.Context, in Incoming, side *Side) *Inquiry {
	var ask func(*Overlay) *Inquiry
	ask = func(over *Overlay) *Inquiry {
		r := x.pool.Get().(*run)
		a := r.receive(side)
		r.ctx, r.msg, r.trace, r.over = ctx, in.Message, &tracer{}, over
		q := &Inquiry{r: r, Again: ask, Err: errSide}
		if side.now != nil {
			r.now = side.now()
			q.Err = r.admit(in, a)
		}
		if by, ok := errors.AsType[*overlaid](q.Err); ok {
			r.release()
			return x.beside(by.by).Inquire(ctx, in, side)
		}
		q.finish()
		return q
	}
	return ask(nil)
}

// InquireOpen opens like OpenAlone, as the shape of a reply that fits best.
func (x *Exchange) InquireOpen(ctx context.Context, keys *Keys, in Incoming) (*Inquiry, error) {
	s, err := x.alone(keys, in)
	if err != nil {
		return nil, err
	}
	var best *Inquiry
	for _, f := range x.shapes(s) {
		var ask func(*Overlay) *Inquiry
		ask = func(over *Overlay) *Inquiry {
			r := x.pool.Get().(*run)
			r.ctx, r.msg, r.keys, r.request, r.side, r.trace, r.over = ctx, in.Message, keys, s.r, &noSide, &tracer{}, over
			r.admitted, r.opened = Admitted{r: r}, Opened{r: r}
			s.r.trace = r.trace
			q := &Inquiry{r: r, Again: ask}
			q.Err = r.openAs(f, s)
			q.finish()
			return q
		}
		q := ask(nil)
		if best == nil || q.worth() > best.worth() {
			best = q
		}
	}
	if best == nil {
		return nil, errors.New("protocol: no reply is declared")
	}
	return best, nil
}

// worth ranks the variants as which a reply can be read.
func (q *Inquiry) worth() int {
	switch {
	case q.Err == nil && q.r.f.Proves:
		return 3
	case q.Err == nil:
		return 2
	case !errors.Is(q.Err, ErrForeign):
		return 1
	}
	return 0
}

// finish keeps what was found out.
func (q *Inquiry) finish() {
	r := q.r
	if q.Err != nil && r.trace.first == nil {
		r.trace.failed(q.Err)
	}
	if q.Err == nil {
		r.line("payload", step.Printable(r.slots[plan.SlotPayload].b))
	}
	if q.Err == nil && r.f != nil {
		r.doubt()
	}
	q.Lines, q.Failed = r.trace.lines, r.trace.values
	for _, one := range q.Failed {
		one.ops = r.f.Behind(one.Op)
	}
	if q.Err != nil && r.f != nil {
		q.times()
	}
	q.Lines = r.trace.lines
	r.trace = nil
	q.base, q.open = slices.Clone(r.slots), r.open
}

// doubt notes what was decrypted to no text: a stream cipher takes any key.
func (r *run) doubt() {
	for i := range r.f.Receive {
		o := &r.f.Receive[i]
		if o.Kind != plan.OpUndo || !r.slots[o.Slot].ok || r.slots[o.Slot].absent {
			continue
		}
		keyed := slices.ContainsFunc(o.Expr.Steps, func(u *plan.Use) bool { return u.Key >= 0 && u.Pair < 0 })
		one := plan.SingleSteps(o.Expr)
		alone := one != nil && one.Slot == plan.SlotPayload && len(one.Steps) == 0
		if b, _, err := r.undone(o); keyed && err == nil && (!utf8.Valid(b) || (bytes.HasSuffix(b, []byte("}")) || len(b) > 0 && alone) && !object(b)) {
			r.trace.values = append(r.trace.values, &Failure{Op: o, Err: errNoText})
			r.line(o.Item.Name, "what comes out is not what it should be: another key, another cipher, or a text that was written otherwise before it was encrypted")
		}
	}
}

// object reports whether a text is JSON that has members or elements, or another text
// that ends as it does.
func object(b []byte) bool {
	b = bytes.TrimSpace(b)
	return len(b) > 1 && (b[0] == '{' || b[0] == '[') && json.Valid(b)
}

// times tells of the guards about times of a message that was refused before.
func (q *Inquiry) times() {
	for i := range q.r.f.Guards {
		g := &q.r.f.Guards[i]
		told := slices.ContainsFunc(q.Lines, func(l Line) bool { return l.Step == g.Kind+" "+g.Value })
		if g.Kind != "once" && g.Kind != "issued" && q.r.slots[g.Slot].ok && !told {
			_ = q.r.check(g) // its line says it
		}
	}
}

// Release ends the use of q.
func (q *Inquiry) Release() {
	q.r.request = nil
	q.r.release()
}

// Items lists what a value that failed is made of: the items that are computed for it.
func (f *Failure) Items() (out []*plan.Item) {
	for i := range f.ops {
		out = append(out, f.ops[i].Item)
	}
	return out
}

// Form is the variant that the message was read as, nil where none fits.
func (q *Inquiry) Form() *plan.Form { return q.r.f }

// Message is the message itself.
func (q *Inquiry) Message() *message.Message { return q.r.msg }

// Value returns what a name holds, but for secrets.
func (q *Inquiry) Value(name string) string { return q.r.value(name) }

// App returns the id of the app, empty where the message does not name it.
func (q *Inquiry) App() string { return string(q.Text(plan.SlotApp)) }

// Payload returns the payload as far as it was read.
func (q *Inquiry) Payload() []byte { return q.Text(plan.SlotPayload) }

// Text returns what a slot holds, a secret too; nil where nothing is known.
func (q *Inquiry) Text(at int) []byte {
	if at < 0 || at >= len(q.base) || !q.base[at].ok {
		return nil
	}
	return q.base[at].b
}

// Secret reports whether a slot is a secret, or a key that was made of one.
func (q *Inquiry) Secret(at int) bool { return q.r.f.Secretive(at) }

// Pair says of which kind the key pair of a slot is, NoKey where it is none.
func (q *Inquiry) Pair(at int) step.Kind {
	key := at - plan.Builtins
	if key < 0 || key >= len(q.r.x.p.plan.Keys) || q.r.holds(key) == nil || q.r.holds(key).Pairs[key] == nil {
		return step.NoKey
	}
	return map[string]step.Kind{"rsa": step.RSA, "sm2": step.SM2, "ed25519": step.Ed25519, "ecdsa": step.ECDSA}[q.r.x.p.plan.Keys[key].Kind]
}

// Hole returns the text of a hole of a template, its steps carried out.
func (q *Inquiry) Hole(p *plan.Piece) ([]byte, error) {
	defer q.reset(len(q.r.buf))
	t, err := q.r.hole(p)
	return bytes.Clone(t.B), err
}

// Base returns the text of an expression before its steps.
func (q *Inquiry) Base(e *plan.Expr) ([]byte, error) {
	defer q.reset(len(q.r.buf))
	t, err := q.r.base(e)
	return bytes.Clone(t.B), err
}

// Stages returns a text and what each step makes of it, as far as they can be carried
// out.
func (q *Inquiry) Stages(in []byte, steps []*plan.Use) [][]byte {
	defer q.reset(len(q.r.buf))
	out := [][]byte{bytes.Clone(in)}
	for _, u := range steps {
		b, err := q.r.apply(u, out[len(out)-1])
		if err != nil {
			break
		}
		out = append(out, bytes.Clone(b))
	}
	return out
}

// Masked returns the text of an expression before its steps, for people: secrets show
// as their names in brackets where the template put them.
func (q *Inquiry) Masked(e *plan.Expr) string {
	defer q.reset(len(q.r.buf))
	text, _ := q.r.masked(e)
	return text
}

// Undo undoes a step.
func (q *Inquiry) Undo(u *plan.Use, in []byte) ([]byte, error) {
	defer q.reset(len(q.r.buf))
	out, err := q.r.unapply(u, in)
	return bytes.Clone(out), err
}

// Try reports whether a value that failed holds with an overlay. made is the text
// that was compared, or that the signature is over, or that came out.
func (q *Inquiry) Try(f *Failure, over *Overlay) (made []byte, ok bool) {
	r := q.r
	r.over = over
	defer q.reset(len(r.buf))
	for at, b := range over.Texts {
		r.slots[at] = slot{b: b, ok: true, json: r.slots[at].json}
	}
	for i := range f.ops {
		if r.one(over.op(&f.ops[i])) != nil {
			return nil, false
		}
	}
	o := over.op(f.Op)
	switch {
	case o.Kind == plan.OpVerify && (o.At < 0 || !plan.Reversible(o.Expr.Steps[o.At+1:])), o.Kind == plan.OpUndo && !plan.Reversible(o.Expr.Steps):
		return nil, false
	}
	switch o.Kind {
	case plan.OpCompare:
		t, err := r.eval(o.Expr)
		return bytes.Clone(t.B), err == nil && r.compare(o) == nil
	case plan.OpVerify:
		text, err := r.signed(o.Expr, o.At)
		return bytes.Clone(text), err == nil && r.verify(o) == nil
	case plan.OpUndo:
		r.list.Reset()
		b, json, err := r.undone(o)
		made = bytes.Clone(b)
		return made, err == nil && (errors.Is(f.Err, errNoText) || r.readUndone(o, b, json) == nil)
	}
	return nil, false
}

// reset puts everything back after a trial.
func (q *Inquiry) reset(mark int) {
	copy(q.r.slots, q.base)
	q.r.buf, q.r.over = q.r.buf[:mark], nil
	for _, t := range q.r.trees[q.open:q.r.open] {
		t.Reset()
	}
	q.r.open = q.open
}

// Sent returns when the message says that it was made, and how far that may be from
// the receiver's clock; ok is false where it says no time, or where it cannot be read.
func (q *Inquiry) Sent() (at time.Time, within time.Duration, ok bool) {
	if q.r.f == nil {
		return at, 0, false
	}
	for i := range q.r.f.Guards {
		g := &q.r.f.Guards[i]
		if g.Kind != "window" || !q.r.slots[g.Slot].ok {
			continue
		}
		defer q.reset(len(q.r.buf))
		at, err := q.r.readClock(g)
		return at, g.Keep, err == nil
	}
	return at, 0, false
}

// LiteralPath is the path that the protocol declares for what was read, empty where it
// declares none or one with holes.
func (q *Inquiry) LiteralPath() string {
	if q.r.f == nil || q.r.f.Path == nil || len(q.r.f.Path.Expr.Pieces) != 1 {
		return ""
	}
	return string(q.r.f.Path.Expr.Pieces[0].Lit)
}
