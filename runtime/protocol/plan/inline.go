package plan

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// inline puts the pieces of a composed value in place of its hole where the text behind
// the hole is in them, too: who reads {content}.{sign} with content {head}.{claims} would
// end at the first dot.
// A time that has the text behind it in it, such as 08:30 in {time}:{sign}, is read by its
// length.
func (c *compiler) inline(f *Form) {
	for _, it := range f.Items {
		if it.Expr == nil || it.Expr.Kind != FromTemplate {
			continue
		}
		list := it.Expr.Pieces
		for i := 0; i+1 < len(list); i++ {
			if list[i+1].Slot < 0 {
				c.timed(f, it, &list[i], list[i+1].Lit)
			}
			inner := f.composed(&list[i])
			if inner == nil || list[i+1].Slot >= 0 || !slices.ContainsFunc(inner, func(p Piece) bool { return p.Slot < 0 && bytes.Contains(p.Lit, list[i+1].Lit) }) {
				continue
			}
			out := append(append([]Piece(nil), list[:i]...), inner...)
			list = append(out, list[i+1:]...)
			i--
		}
		it.Expr.Pieces = list
	}
}

// timed gives a hole the length of its time where that has the text behind it in it.
func (c *compiler) timed(f *Form, it *Item, p *Piece, behind []byte) {
	if p.Slot < Builtins || len(p.Steps) > 0 || f.Infos[p.Slot].Item == nil {
		return
	}
	one := SingleSteps(f.Infos[p.Slot].Item.Expr)
	if one == nil || one.Slot != SlotNow || len(one.Steps) == 0 || slices.ContainsFunc(one.Steps, func(u *Use) bool { return u.Do.Key != step.NoKey }) {
		return
	}
	size := 0
	for _, at := range []int64{0, 1795847100} {
		b := step.AppendTime(nil, time.Unix(at, 0))
		for _, u := range one.Steps {
			var err error
			if b, err = u.Do.Apply(nil, b, &step.Call{}); err != nil {
				return
			}
		}
		if !bytes.Contains(b, behind) || size > 0 && size != len(b) {
			return
		}
		size = len(b)
	}
	n := strconv.Itoa(size)
	p.Steps = []*Use{c.use(declare.Use{Name: "fixed", Args: []string{n}, Source: "fixed " + n}, it.pos, it.place)}
}

// composed are the pieces of a hole whose value is nothing but a template.
func (f *Form) composed(p *Piece) []Piece {
	if p.Slot < Builtins || len(p.Steps) > 0 || f.Infos[p.Slot].Kind != value {
		return nil
	}
	it := f.Infos[p.Slot].Item
	if it == nil || it.Leaf || it.Send || it.Into != nil || it.raised || it.Expr == nil || it.Expr.Kind != FromTemplate ||
		len(it.Expr.Steps) > 0 || len(it.Accept) > 0 || len(it.Expr.Pieces) < 2 {
		return nil
	}
	return it.Expr.Pieces
}
