package protocol

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

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
	r.ctx, r.side, r.system, r.msg = ctx, side, side.System, in.Message
	r.now, r.trace = side.Now(), &tracer{}
	err := r.admit(in, &Admitted{r: r})
	if err != nil && r.trace.first == nil {
		r.trace.failed(err)
	}
	if err == nil {
		r.line("payload", printable(r.slots[slotPayload].b))
	}
	return r.trace.lines, err
}

// ExplainSend sends like Send and returns every intermediate result.
func (x *Exchange) ExplainSend(keys *Keys, o Outgoing) ([]Line, *message.Message, error) {
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
func (r *run) note(it *item, how string) {
	if r.trace == nil || it == nil || how != "made" || it.leaf {
		return
	}
	r.showExpr(it, it.expr)
	r.line(it.name, r.show(it.slot))
}

// noteCompare tells what a value is compared with.
func (r *run) noteCompare(it *item, got []byte) {
	if r.trace == nil {
		return
	}
	r.line(it.name+", came", printable(got))
	r.showExpr(it, it.expr)
	mark := len(r.buf)
	if t, err := r.eval(it.expr); err == nil && !r.secretive(it.slot) {
		r.line(it.name+", ours", printable(t.b))
	}
	r.buf = r.buf[:mark]
}

func (r *run) noteUndone(it *item, b []byte) {
	if r.trace != nil {
		r.line(it.name+", undone", printable(b))
	}
}

func (r *run) noteGuard(g *guard, wrong error) {
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
func (r *run) showExpr(it *item, e *expr) {
	if len(e.steps) == 0 && single(e) != nil {
		return
	}
	text, ok := r.masked(e)
	if !ok {
		return
	}
	r.line(it.name+", text", text)
	mark := len(r.buf)
	if t, err := r.base(e); err == nil {
		for i, u := range e.steps {
			var err error
			if t.b, err = r.apply(u, t.b); err != nil {
				r.line(it.name+", "+u.src, "refused: "+err.Error())
				break
			}
			if i < len(e.steps)-1 && !r.secretive(it.slot) {
				r.line(it.name+", "+u.src, printable(t.b))
			}
		}
	}
	r.buf = r.buf[:mark]
}

// masked is the text of an expression before its steps, for people.
func (r *run) masked(e *expr) (string, bool) {
	switch e.kind {
	case fromTemplate:
		return r.maskedPieces(e.pieces), true
	case fromList:
		type shown struct{ b, text string }
		var list []shown
		for _, one := range e.list {
			t, err := r.template(one, false)
			if err != nil {
				return "", false
			}
			list = append(list, shown{string(t.b), r.maskedPieces(one)})
		}
		if e.sorted != "" && e.sorted != "listed" {
			for i := range list {
				for j := i; j > 0 && list[j].b < list[j-1].b; j-- {
					list[j], list[j-1] = list[j-1], list[j]
				}
			}
		}
		var out []string
		for _, one := range list {
			out = append(out, one.text)
		}
		join := string(e.join)
		if join == "" {
			join = " + "
		}
		return strings.Join(out, join), true
	case fromSelection:
		return r.maskedSelection(e.sel)
	}
	t, err := r.base(e)
	return printable(t.b), err == nil
}

func (r *run) maskedPieces(pieces []piece) string {
	var b strings.Builder
	for i := range pieces {
		p := &pieces[i]
		if p.slot < 0 {
			b.Write(p.lit)
			continue
		}
		if r.secretive(p.slot) {
			b.WriteString("[" + r.f.infos[p.slot].name + "]")
			continue
		}
		t, err := r.hole(p)
		if err != nil {
			b.WriteString("(" + r.f.infos[p.slot].name + "?)")
			continue
		}
		b.WriteString(r.showHole(p, t.b))
	}
	return b.String()
}

// showHole shows a hole; a value that is made of secrets in its text is shown with
// their names, not with their texts.
func (r *run) showHole(p *piece, b []byte) string {
	it := r.f.infos[p.slot].item
	if it != nil && !it.leaf && it.expr != nil && len(p.steps) == 0 && len(it.expr.steps) == 0 && r.holdsSecret(it.expr, 0) {
		if text, ok := r.masked(it.expr); ok {
			return text
		}
	}
	if it != nil && it.expr != nil && len(it.expr.steps) == 0 && len(p.steps) > 0 && r.holdsSecret(it.expr, 0) && reversible(p.steps) {
		return "[" + r.f.infos[p.slot].name + "]"
	}
	return printable(b)
}

func reversible(uses []*use) bool {
	for _, u := range uses {
		if u.do.Undo == nil {
			return false
		}
	}
	return true
}

// holdsSecret reports whether a text shows a secret: it, or something from which it
// can be read, stands in it.
func (r *run) holdsSecret(e *expr, depth int) bool {
	if depth > 16 || !reversible(e.steps) {
		return false
	}
	check := func(list []piece) bool {
		for i := range list {
			p := &list[i]
			if p.slot < 0 || !reversible(p.steps) {
				continue
			}
			i := r.f.infos[p.slot]
			if i.kind == secret || i.item != nil && i.item.expr != nil && !i.item.leaf && r.holdsSecret(i.item.expr, depth+1) {
				return true
			}
		}
		return false
	}
	if check(e.pieces) {
		return true
	}
	for _, one := range e.list {
		if check(one) {
			return true
		}
	}
	if e.sel != nil {
		if check(e.sel.pair) {
			return true
		}
		for i := range e.sel.from {
			if check(e.sel.from[i].pieces) {
				return true
			}
		}
	}
	return false
}

// secretive reports whether a slot is a secret, or a key that was made of one.
func (r *run) secretive(at int) bool {
	i := r.f.infos[at]
	if i.kind == secret {
		return true
	}
	if i.item == nil || i.item.leaf {
		return false
	}
	for _, it := range r.f.items {
		for _, e := range append([]*expr{it.expr}, it.accept...) {
			if e != nil && e.keyedBy(at) {
				return true
			}
		}
	}
	return false
}

func (r *run) maskedSelection(s *selection) (string, bool) {
	t, err := r.selected(s)
	if err != nil {
		return "", false
	}
	for i := range s.from {
		for j := range s.from[i].pieces {
			if at := s.from[i].pieces[j].slot; at >= 0 && r.secretive(at) {
				return r.maskedPairs(s)
			}
		}
	}
	return printable(t.b), true
}

// maskedPairs writes a selection whose own pairs have secrets.
func (r *run) maskedPairs(s *selection) (string, bool) {
	var out []string
	for _, p := range r.pairs {
		text := printable(p.text)
		for i := range s.from {
			if s.from[i].name == string(p.name) && s.from[i].pieces != nil {
				text = r.maskedPieces(s.from[i].pieces)
			}
		}
		out = append(out, string(p.name)+"="+text)
	}
	return strings.Join(out, string(s.join)), true
}

func (r *run) show(at int) string {
	if r.secretive(at) {
		return "[" + r.f.infos[at].name + "]"
	}
	it := r.f.infos[at].item
	if it != nil && it.expr != nil && r.holdsSecret(it.expr, 0) {
		if text, ok := r.masked(it.expr); ok && len(it.expr.steps) == 0 {
			return text
		}
		return "[" + r.f.infos[at].name + "]"
	}
	return printable(r.slots[at].b)
}

// printable is a text as people read it: bytes that are no text as hexadecimal.
func printable(b []byte) string {
	if utf8.Valid(b) {
		clean := true
		for _, ch := range b {
			clean = clean && (ch >= ' ' || ch == '\n' || ch == '\t' || ch == '\r')
		}
		if clean {
			return string(b)
		}
	}
	return fmt.Sprintf("% X", b)
}
