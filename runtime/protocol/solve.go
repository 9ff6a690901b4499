package protocol

import (
	"crypto/subtle"
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// compute makes a text.
func (r *run) compute(o *plan.Op) error {
	if r.sending && o.Item.Send {
		given, ok := r.inputs[o.Item.Name]
		if !ok && r.grant != "" && r.f.Issued(o.Slot) {
			given, ok = r.grant, true
		}
		if ok {
			r.set(o.Slot, view(given))
			r.changed(o)
			r.note(o.Item, "given")
			return nil
		}
	}
	if from := r.slots[o.From]; o.From > 0 && from.ok && r.change == nil && r.trace == nil {
		r.slots[o.Slot] = slot{b: from.b, ok: true, json: from.json, safe: from.safe}
		return nil
	}
	t, err := r.eval(o.Expr)
	if err != nil {
		return refusal.Of(o.Item.Refuse, o.Item.Name, err)
	}
	r.slots[o.Slot] = slot{b: t.B, ok: true, json: t.JSON, safe: t.Safe}
	r.changed(o)
	if o.Slot == plan.SlotMethod {
		r.msg.Method = str(t.B)
	}
	if o.Slot == plan.SlotHost {
		r.msg.Host = str(t.B)
	}
	r.note(o.Item, "made")
	return nil
}

// place reads a place.
func (r *run) place(o *plan.Op) error {
	s := r.slots[o.Slot]
	if !s.ok {
		return nil // it is missing, and told with the others
	}
	if s.absent {
		for i := range o.Expr.Pieces {
			if at := o.Expr.Pieces[i].Slot; at >= 0 && !r.slots[at].ok {
				r.slots[at] = slot{ok: true, absent: true}
			}
		}
		return nil
	}
	if o.Item == r.f.Path {
		s.b = view(r.msg.Below())
	}
	r.opens = o.Open
	err := r.match(o.Expr.Pieces, s.b, s.json, o.Expr.Scalar)
	r.opens = false
	if err != nil {
		return refusal.Of(o.Item.Refuse, o.Item.Name, err)
	}
	if one := plan.Single(o.Expr); one != nil && s.more != nil && len(one.Steps) == 0 {
		r.slots[one.Slot].more = s.more
	}
	return nil
}

// compare computes again and compares in constant time.
func (r *run) compare(o *plan.Op) error {
	if o.Lax && r.slots[o.Slot].absent {
		return nil
	}
	got := r.slots[o.Slot].b
	r.noteCompare(o.Item, got)
	if r.any(o.Item, o.Expr, got) {
		return nil
	}
	if more := r.slots[o.Slot].more; more != nil && slices.ContainsFunc(*more, func(one []byte) bool { return r.any(o.Item, o.Expr, one) }) {
		return nil
	}
	return refusal.Of(o.Item.Refuse, o.Item.Name, errDiffers)
}

// any compares with every form that is accepted.
func (r *run) any(it *plan.Item, e *plan.Expr, got []byte) bool {
	return r.same(e, got) || slices.ContainsFunc(it.Accept, func(other *plan.Expr) bool { return r.same(other, got) })
}

func (r *run) same(e *plan.Expr, got []byte) bool {
	t, err := r.eval(e)
	if err != nil {
		return false
	}
	for _, u := range e.Steps {
		if u.Do.Fold {
			return step.SameFold(got, t.B)
		}
	}
	return subtle.ConstantTimeCompare(got, t.B) == 1
}

// verify verifies a signature with the public half of its maker's key.
func (r *run) verify(o *plan.Op) error {
	r.noteCompare(o.Item, r.slots[o.Slot].b)
	var first error
	for i, e := range append([]*plan.Expr{o.Expr}, o.Item.Accept...) {
		at := o.At
		if i > 0 {
			at = plan.Verifies(e)
		}
		err := r.verifyOne(e, at, r.slots[o.Slot].b)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return refusal.Of(o.Item.Refuse, o.Item.Name, first)
}

func (r *run) verifyOne(e *plan.Expr, at int, sig []byte) error {
	if at < 0 {
		return errForm
	}
	var err error
	for i := len(e.Steps) - 1; i > at; i-- {
		if sig, err = r.unapply(e.Steps[i], sig); err != nil {
			return err
		}
	}
	text, err := r.signed(e, at)
	if err != nil {
		return err
	}
	u := e.Steps[at]
	if u.Do.Verify == nil {
		if sig, err = r.unapply(u, sig); err == nil && subtle.ConstantTimeCompare(sig, text) != 1 {
			err = errDiffers
		}
		return err
	}
	if err := r.ready(u); err != nil {
		return err
	}
	return u.Do.Verify(&r.call, text, sig)
}

// signed is the text that a signature is over: before the step at.
func (r *run) signed(e *plan.Expr, at int) ([]byte, error) {
	base, err := r.base(e)
	if err != nil || at < 0 {
		return base.B, err
	}
	text := base.B
	for _, u := range e.Steps[:at] {
		if text, err = r.apply(u, text); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// undo takes a value apart.
func (r *run) undo(o *plan.Op) error {
	b, json, err := r.undone(o)
	if err != nil {
		return refusal.Of(o.Item.Refuse, o.Item.Name, err)
	}
	r.noteUndone(o.Item, b)
	return r.readUndone(o, b, json)
}

// undone undoes the steps of a value.
func (r *run) undone(o *plan.Op) (b []byte, json bool, err error) {
	b, json = r.slots[o.Slot].b, r.slots[o.Slot].json
	for i := len(o.Expr.Steps) - 1; i >= 0; i-- {
		if b, err = r.unapply(o.Expr.Steps[i], b); err != nil {
			return nil, false, err
		}
		json = o.Expr.Steps[i].Do.From == step.JSON
	}
	return b, json, nil
}

// readUndone gives what was undone to the holes that it is made of.
func (r *run) readUndone(o *plan.Op, b []byte, json bool) error {
	var err error
	switch o.Expr.Kind {
	case plan.FromTree:
		if o.Item.Frames {
			r.whole = b
		}
		err = r.readTree(o.Expr.Tree, b)
	case plan.FromPairs:
		err = r.readPairs(o.Expr, b)
	default:
		r.opens = o.Open
		err = r.match(o.Expr.Pieces, b, json, false)
		r.opens = false
	}
	if err != nil {
		return refusal.Of(o.Item.Refuse, o.Item.Name, err)
	}
	return nil
}

// into joins the parts of a value, or takes it apart when it was made.
func (r *run) into(o *plan.Op) error {
	if r.slots[o.Slot].ok {
		if err := r.match(o.Item.Into, r.slots[o.Slot].b, false, false); err != nil {
			return refusal.Of(o.Item.Refuse, o.Item.Name, err)
		}
		return nil
	}
	t, err := r.template(o.Item.Into, false)
	if err != nil {
		return refusal.Of(o.Item.Refuse, o.Item.Name, err)
	}
	r.set(o.Slot, t.B)
	return nil
}

// clock learns what now was when the message was sent.
func (r *run) clock(o *plan.Op) error {
	t, err := r.readClock(o.G)
	if err != nil {
		return refusal.Of(o.G.Refuse(), o.G.Value, err)
	}
	at := len(r.buf)
	r.buf = step.AppendTime(r.buf, t)
	r.set(plan.SlotNow, r.buf[at:len(r.buf):len(r.buf)])
	return nil
}

func (r *run) readClock(g *plan.Guard) (time.Time, error) {
	b := r.slots[g.Slot].b
	var err error
	for i := len(g.Clock) - 1; i >= 0; i-- {
		if b, err = r.unapply(g.Clock[i], b); err != nil {
			return time.Time{}, err
		}
	}
	return step.ReadTime(b)
}

// token finds the app of a token.
func (r *run) token(o *plan.Op) error {
	if r.side.tokens == nil {
		return errSide
	}
	app := ""
	var err error
	if b := r.slots[o.Slot].b; len(b) > 0 {
		app, err = r.side.tokens.App(r.ctx, string(b))
	}
	if err != nil {
		return err
	}
	if app == "" {
		if missing := r.list.Err(); missing != nil {
			return missing
		}
		return refusal.Of(o.G.Refuse(), o.G.Value, errIssued)
	}
	r.set(plan.SlotApp, view(app))
	return nil
}

// ofCall takes a value of the call that is answered. What was not proved is not
// repeated: whoever forged it would get it back signed.
func (r *run) ofCall(o *plan.Op) error {
	name := r.f.Infos[o.Slot].Part.Path[0]
	r.slots[o.Slot] = slot{ok: true, absent: true}
	if r.bare {
		r.set(o.Slot, nil)
		return nil
	}
	if r.request == nil || r.request.f == nil && r.sending {
		return nil
	}
	if r.request.f == nil {
		if s, ok := r.adopted(o.Slot); ok {
			r.slots[o.Slot] = s
		}
		return nil
	}
	if !r.request.sending && !r.request.admitted.proved {
		return nil
	}
	if at, ok := r.request.f.Index[name]; ok && at < len(r.request.slots) && r.request.slots[at].ok {
		r.slots[o.Slot] = r.request.slots[at]
	}
	return nil
}
