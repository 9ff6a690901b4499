package hopeless

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// samples is how many texts of a value are tried that has random bytes in it.
const samples = 8

// sampler makes a text that a sender may send, of what depends on no message and no key.
type sampler struct {
	f     *plan.Form
	seed  byte // of the random bytes
	fixed bool // neither the time nor random bytes: the text is always the same
}

// slot is a text of a name; not ok: it depends on something else.
func (s *sampler) slot(at, depth int) (text []byte, ok bool) {
	switch {
	case at == plan.SlotNow && !s.fixed:
		return step.AppendTime(nil, time.Date(2026, 11, 28, 14, 25, 59, 123456789, time.UTC)), true
	case at == plan.SlotRandom && !s.fixed:
		for i := range byte(randoms) {
			text = append(text, (s.seed+1)*(2*i+73))
		}
		return text, true
	case at < plan.Builtins || depth > len(s.f.Items):
		return nil, false
	}
	it := s.f.Infos[at].Item
	if it == nil || it.Expr == nil || it.Leaf || it.Given() {
		return nil, false
	}
	text, ok, err := s.expr(it.Expr, depth+1)
	return text, ok && err == nil
}

// expr is a text of an expression. The error is that of a step that fails.
func (s *sampler) expr(e *plan.Expr, depth int) (text []byte, ok bool, err error) {
	if e.Kind != plan.FromTemplate {
		return nil, false, nil
	}
	for i := range e.Pieces {
		p := &e.Pieces[i]
		if p.Slot < 0 {
			text = append(text, p.Lit...)
			continue
		}
		one, ok := s.slot(p.Slot, depth)
		if !ok {
			return nil, false, nil
		}
		if one, ok, err = s.steps(one, p.Steps); !ok || err != nil {
			return nil, ok, err
		}
		text = append(text, one...)
	}
	return s.steps(text, e.Steps)
}

func (s *sampler) steps(text []byte, steps []*plan.Use) (out []byte, ok bool, err error) {
	for _, u := range steps {
		if u.Do.Key != step.NoKey || u.Do.Random || slices.ContainsFunc(u.Refs[:], func(at int) bool { return at >= 0 }) {
			return nil, false, nil
		}
		if text, err = u.Do.Apply(nil, text, &step.Call{}); err != nil {
			return nil, true, fmt.Errorf("%s always fails: %w", u.Src, err)
		}
	}
	return text, true, nil
}

// fails tells a step that fails on a text that is always the same.
func (l *look) fails(it *plan.Item) {
	if _, _, err := (&sampler{f: l.f, fixed: true}).expr(it.Expr, 0); err != nil {
		pos, place := it.At()
		l.add(pos, place, err.Error(), "write a text that the step takes")
	}
}

// unlike tells a guard whose pattern no text has that a sender sends.
func (l *look) unlike(g *plan.Guard) {
	var last []byte
	for seed := range byte(samples) {
		text, ok := (&sampler{f: l.f, seed: seed}).slot(g.Slot, 0)
		if !ok || g.Match == nil || g.Match(string(text)) {
			return
		}
		last = text
	}
	l.add(g.Pos, l.f.Place+".guards", fmt.Sprintf("%s is sent as %q, which is not like %s", g.Value, bytes.ToValidUTF8(last, nil), g.Pattern),
		"write a pattern that fits, or send something else")
}
