package plan

import "slices"

// Reversible reports whether who sees what steps make can read what it is made of.
func Reversible(uses []*Use) bool {
	return !slices.ContainsFunc(uses, func(u *Use) bool { return u.Do.Undo == nil })
}

// HoldsSecret reports whether a text contains a secret, or something from which it
// can be read.
func (f *Form) HoldsSecret(e *Expr, depth int) bool {
	if depth > 16 || !Reversible(e.Steps) {
		return false
	}
	lists := append([][]Piece{e.Pieces}, e.List...)
	if e.Sel != nil {
		lists = append(lists, e.Sel.Pair)
		for i := range e.Sel.From {
			lists = append(lists, e.Sel.From[i].Pieces)
		}
	}
	for i := range lists {
		if slices.ContainsFunc(lists[i], func(p Piece) bool { return f.pieceHolds(&p, depth) }) {
			return true
		}
	}
	return false
}

func (f *Form) pieceHolds(p *Piece, depth int) bool {
	if p.Slot < 0 || !Reversible(p.Steps) {
		return false
	}
	i := f.Infos[p.Slot]
	return f.secret(p.Slot) || i.Item != nil && i.Item.Expr != nil && !i.Item.Leaf && f.HoldsSecret(i.Item.Expr, depth+1)
}

// Secretive reports whether a slot is a secret, or a key that was made of one.
func (f *Form) Secretive(at int) bool {
	i := f.Infos[at]
	if f.secret(at) {
		return true
	}
	if i.Item == nil || i.Item.Leaf {
		return false
	}
	for _, it := range f.Items {
		for _, e := range append([]*Expr{it.Expr}, it.Accept...) {
			if e != nil && e.KeyedBy(at) {
				return true
			}
		}
	}
	return false
}
