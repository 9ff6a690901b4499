package protocol

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Line is one intermediate result, for people.
type Line struct {
	Step string // "sign, string to sign", "join for header.authCode, listed", …
	Text string
}

// tracer collects lines, and the first refusal.
type tracer struct {
	lines []Line
	first error
}

// failed notes a refusal and goes on.
func (t *tracer) failed(err error) {
	if t.first == nil {
		t.first = err
	}
	t.lines = append(t.lines, Line{"refused", err.Error()})
}

// Explain admits a message and returns every intermediate result, in the order in
// which a receiver solves them. It goes on behind a value that does not hold. The
// error is that of Admit. Secrets show as their names in brackets, where the
// templates put them; everything else shows in full, so the lines are for people
// who may see it, not for logs.
func (x *Exchange) Explain(ctx context.Context, in Incoming, side *Side) ([]Line, error) {
	r := x.pool.Get().(*run)
	defer r.release()
	a := r.receive(side)
	if side.now == nil {
		return nil, errSide
	}
	r.ctx, r.msg, r.now, r.trace = ctx, in.Message, side.now(), &tracer{}
	err := r.admit(in, a)
	if by, ok := errors.AsType[*overlaid](err); ok {
		return x.beside(by.by).Explain(ctx, in, side)
	}
	if err != nil && r.trace.first == nil {
		r.trace.failed(err)
	}
	if err == nil {
		r.line("payload", step.Printable(r.slots[plan.SlotPayload].b))
	}
	return r.trace.lines, err
}

// ExplainSend sends like Send and returns every intermediate result.
func (x *Exchange) ExplainSend(keys *Keys, o Outgoing) ([]Line, *message.Message, error) {
	x = x.of(keys)
	r := x.pool.Get().(*run)
	defer r.release()
	r.trace = &tracer{}
	m, err := r.send(keys, o)
	if err != nil {
		return r.trace.lines, nil, err
	}
	out := *m // of its own: the run ends
	out.Header, out.Body = m.Header.Clone(), bytes.Clone(m.Body)
	out.Method, out.Path, out.Query = strings.Clone(m.Method), strings.Clone(m.Path), strings.Clone(m.Query)
	return r.trace.lines, &out, nil
}

func (r *run) line(step, text string) {
	if r.trace != nil {
		r.trace.lines = append(r.trace.lines, Line{step, text})
	}
}

// note tells what was made.
func (r *run) note(it *plan.Item, how string) {
	if r.trace == nil || it == nil || how != "made" || it.Leaf {
		return
	}
	r.showExpr(it, it.Expr)
	r.line(it.Name, r.show(it.Slot))
}

// noteCompare tells what a value is compared with.
func (r *run) noteCompare(it *plan.Item, got []byte) {
	if r.trace == nil {
		return
	}
	r.line(it.Name+", came", step.Printable(got))
	r.showExpr(it, it.Expr)
	mark := len(r.buf)
	if t, err := r.eval(it.Expr); err == nil && !r.secretive(it.Slot) {
		r.line(it.Name+", ours", step.Printable(t.B))
	}
	r.buf = r.buf[:mark]
}

func (r *run) noteUndone(it *plan.Item, b []byte) {
	if r.trace != nil {
		r.line(it.Name+", undone", step.Printable(b))
	}
}

func (r *run) noteGuard(g *plan.Guard, wrong error) {
	if r.trace == nil {
		return
	}
	text := "fine"
	if wrong != nil {
		text = wrong.Error()
	}
	r.line(g.Kind+" "+g.Value, text)
}

// showExpr tells the text that an expression is made of, with secrets by their
// names where the template put them.
func (r *run) showExpr(it *plan.Item, e *plan.Expr) {
	if len(e.Steps) == 0 && plan.Single(e) != nil {
		return
	}
	text, ok := r.masked(e)
	if !ok {
		return
	}
	r.line(it.Name+", text", text)
	mark := len(r.buf)
	if t, err := r.base(e); err == nil {
		for i, u := range e.Steps {
			var err error
			if t.B, err = r.apply(u, t.B); err != nil {
				r.line(it.Name+", "+u.Src, "refused: "+err.Error())
				break
			}
			if i < len(e.Steps)-1 && !r.secretive(it.Slot) {
				r.line(it.Name+", "+u.Src, step.Printable(t.B))
			}
		}
	}
	r.buf = r.buf[:mark]
}

// masked is the text of an expression before its steps, for people.
func (r *run) masked(e *plan.Expr) (string, bool) {
	switch e.Kind {
	case plan.FromTemplate:
		return r.maskedPieces(e.Pieces), true
	case plan.FromList:
		return r.maskedList(e)
	case plan.FromSelection:
		return r.maskedSelection(e.Sel)
	}
	t, err := r.base(e)
	return step.Printable(t.B), err == nil
}

// maskedList is the text of a list, in the order in which it is joined.
func (r *run) maskedList(e *plan.Expr) (string, bool) {
	type shown struct{ b, text string }
	var list []shown
	for _, one := range e.List {
		t, err := r.template(one, false)
		if err != nil {
			return "", false
		}
		list = append(list, shown{string(t.B), r.maskedPieces(one)})
	}
	if e.Sorted != "" && e.Sorted != "listed" {
		slices.SortStableFunc(list, func(a, b shown) int { return strings.Compare(a.b, b.b) })
	}
	var out []string
	for _, one := range list {
		out = append(out, one.text)
	}
	return strings.Join(out, cmp.Or(string(e.Join), " + ")), true
}

func (r *run) maskedPieces(pieces []plan.Piece) string {
	var b strings.Builder
	for i := range pieces {
		p := &pieces[i]
		if p.Slot < 0 {
			b.Write(p.Lit)
			continue
		}
		if r.secretive(p.Slot) {
			b.WriteString("[" + r.f.Infos[p.Slot].Name + "]")
			continue
		}
		t, err := r.hole(p)
		if err != nil {
			b.WriteString("(" + r.f.Infos[p.Slot].Name + "?)")
			continue
		}
		b.WriteString(r.showHole(p, t.B))
	}
	return b.String()
}

// showHole shows a hole; a value that is made of secrets in its text is shown with
// their names, not with their texts.
func (r *run) showHole(p *plan.Piece, b []byte) string {
	it := r.f.Infos[p.Slot].Item
	if it != nil && !it.Leaf && it.Expr != nil && len(p.Steps) == 0 && len(it.Expr.Steps) == 0 && r.holdsSecret(it.Expr, 0) {
		if text, ok := r.masked(it.Expr); ok {
			return text
		}
	}
	if it != nil && it.Expr != nil && len(it.Expr.Steps) == 0 && len(p.Steps) > 0 && r.holdsSecret(it.Expr, 0) && reversible(p.Steps) {
		return "[" + r.f.Infos[p.Slot].Name + "]"
	}
	return step.Printable(b)
}

func reversible(uses []*plan.Use) bool {
	for _, u := range uses {
		if u.Do.Undo == nil {
			return false
		}
	}
	return true
}

// holdsSecret reports whether a text contains a secret, or something from
// which it can be read.
func (r *run) holdsSecret(e *plan.Expr, depth int) bool {
	if depth > 16 || !reversible(e.Steps) {
		return false
	}
	check := func(list []plan.Piece) bool {
		for i := range list {
			p := &list[i]
			if p.Slot < 0 || !reversible(p.Steps) {
				continue
			}
			i := r.f.Infos[p.Slot]
			if i.Kind == plan.KindSecret || i.Item != nil && i.Item.Expr != nil && !i.Item.Leaf && r.holdsSecret(i.Item.Expr, depth+1) {
				return true
			}
		}
		return false
	}
	if check(e.Pieces) {
		return true
	}
	for _, one := range e.List {
		if check(one) {
			return true
		}
	}
	if e.Sel != nil {
		if check(e.Sel.Pair) {
			return true
		}
		for i := range e.Sel.From {
			if check(e.Sel.From[i].Pieces) {
				return true
			}
		}
	}
	return false
}

// secretive reports whether a slot is a secret, or a key that was made of one.
func (r *run) secretive(at int) bool {
	i := r.f.Infos[at]
	if i.Kind == plan.KindSecret {
		return true
	}
	if i.Item == nil || i.Item.Leaf {
		return false
	}
	for _, it := range r.f.Items {
		for _, e := range append([]*plan.Expr{it.Expr}, it.Accept...) {
			if e != nil && e.KeyedBy(at) {
				return true
			}
		}
	}
	return false
}

func (r *run) maskedSelection(s *plan.Selection) (string, bool) {
	t, err := r.selected(s)
	if err != nil {
		return "", false
	}
	for i := range s.From {
		for j := range s.From[i].Pieces {
			if at := s.From[i].Pieces[j].Slot; at >= 0 && r.secretive(at) {
				return r.maskedPairs(s)
			}
		}
	}
	return step.Printable(t.B), true
}

// maskedPairs writes a selection whose own pairs have secrets.
func (r *run) maskedPairs(s *plan.Selection) (string, bool) {
	var out []string
	for _, p := range r.pairs {
		text := step.Printable(p.Text)
		for i := range s.From {
			if s.From[i].Name == string(p.Name) && s.From[i].Pieces != nil {
				text = r.maskedPieces(s.From[i].Pieces)
			}
		}
		out = append(out, string(p.Name)+"="+text)
	}
	return strings.Join(out, string(s.Join)), true
}

func (r *run) show(at int) string {
	if r.secretive(at) {
		return "[" + r.f.Infos[at].Name + "]"
	}
	it := r.f.Infos[at].Item
	if it != nil && it.Expr != nil && r.holdsSecret(it.Expr, 0) {
		if text, ok := r.masked(it.Expr); ok && len(it.Expr.Steps) == 0 {
			return text
		}
		return "[" + r.f.Infos[at].Name + "]"
	}
	return step.Printable(r.slots[at].b)
}
