package protocol

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Line is one intermediate result, for people.
type Line struct {
	Step string // "sign, string to sign", "join for header.authCode, listed", …
	Text string
}

// tracer collects lines, the first refusal, and the values that do not hold.
type tracer struct {
	lines  []Line
	first  error
	values []*Failure
}

// failed notes a refusal and goes on.
func (t *tracer) failed(err error) {
	if t.first == nil {
		t.first = err
	}
	t.lines = append(t.lines, Line{"refused", err.Error()})
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
	if r.f.HoldsSecret(it.Expr, 0) {
		text, _ := r.masked(it.Expr)
		verdict := "equals "
		if !r.same(it.Expr, got) {
			verdict = "is another text than "
		}
		r.line(it.Name+", came", verdict+text)
		return
	}
	r.line(it.Name+", came", step.Printable(got))
	r.showExpr(it, it.Expr)
	mark := len(r.buf)
	if t, err := r.eval(it.Expr); err == nil && !r.f.Secretive(it.Slot) {
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
	text, ok := r.masked(e)
	if !ok || len(e.Steps) == 0 && plan.Single(e) != nil {
		return
	}
	r.line(it.Name+", text", text)
	defer func(mark int) { r.buf = r.buf[:mark] }(len(r.buf))
	t, err := r.base(e)
	for i := 0; err == nil && i < len(e.Steps); i++ {
		u := e.Steps[i]
		t.B, err = r.apply(u, t.B)
		switch {
		case err != nil && u.Do.Verify == nil: // else whoever verifies has the other half
			r.line(it.Name+", "+u.Src, "refused: "+err.Error())
		case err == nil && i < len(e.Steps)-1 && !r.f.Secretive(it.Slot):
			r.line(it.Name+", "+u.Src, step.Printable(t.B))
		}
	}
}

// masked is the text of an expression before its steps, for people: secrets show as
// their names.
func (r *run) masked(e *plan.Expr) (string, bool) {
	r.masking = true
	defer func() { r.masking = false }()
	t, err := r.base(e)
	return step.Printable(t.B), err == nil
}

// joinMasked joins the masked texts of a list in the order of the real ones.
func (r *run) joinMasked(e *plan.Expr) (plan.Text, error) {
	var real, shown [][]byte
	for _, one := range e.List {
		r.masking = false
		t, err := r.template(one, false)
		r.masking = true
		if err != nil {
			return t, err
		}
		real = append(real, t.B)
		if t, err = r.template(one, false); err != nil {
			return t, err
		}
		shown = append(shown, t.B)
	}
	sorted := slices.Clone(real)
	step.SortTexts(sorted, e.Sorted)
	var out []string
	for _, one := range sorted {
		i := slices.IndexFunc(real, func(b []byte) bool { return b != nil && bytes.Equal(b, one) })
		if i >= 0 {
			out, real[i] = append(out, string(shown[i])), nil
		}
	}
	return plan.Text{B: []byte(strings.Join(out, cmp.Or(string(e.Join), " + ")))}, nil
}

// maskedHole is what shows in the place of a hole, ok where it may not show itself: a
// secret, or a value from which one can be read.
func (r *run) maskedHole(p *plan.Piece) (text string, ok bool) {
	i := r.f.Infos[p.Slot]
	if r.f.Secretive(p.Slot) {
		return "[" + i.Name + "]", true
	}
	if i.Item == nil || i.Item.Leaf || i.Item.Expr == nil || len(i.Item.Expr.Steps) > 0 || !r.f.HoldsSecret(i.Item.Expr, 0) {
		return "", false
	}
	if len(p.Steps) == 0 {
		t, err := r.base(i.Item.Expr)
		return string(t.B), err == nil
	}
	return "[" + i.Name + "]", plan.Reversible(p.Steps)
}

func (r *run) show(at int) string {
	if r.f.Secretive(at) {
		return "[" + r.f.Infos[at].Name + "]"
	}
	it := r.f.Infos[at].Item
	if it != nil && it.Expr != nil && r.f.HoldsSecret(it.Expr, 0) {
		if text, ok := r.masked(it.Expr); ok && len(it.Expr.Steps) == 0 {
			return text
		}
		return "[" + r.f.Infos[at].Name + "]"
	}
	return step.Printable(r.slots[at].b)
}
