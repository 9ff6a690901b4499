package plan

import "slices"

// Rest reports whether a place takes all members that no other one has.
func (it *Item) Rest() bool { return it.rest }

// Stands reports whether a place is one of the message, not of a tree that is a value.
func (f *Form) Stands(it *Item) bool {
	if it == f.Path || it == f.QueryText || it == f.BodyText || it == f.method || it == f.host {
		return true
	}
	for _, tree := range []*Node{f.Query, f.Header, f.Body} {
		if tree != nil && tree.has(it) {
			return true
		}
	}
	return false
}

func (n *Node) has(it *Item) bool {
	if n.Leaf == it {
		return true
	}
	for _, child := range n.Children {
		if child.has(it) {
			return true
		}
	}
	return false
}

// Holds reports whether a receiver can read a value in a place: it is in its template,
// or in a value there that can be undone. A digest hides its parts.
func (f *Form) Holds(place *Item, slot int) bool {
	return f.holds(place, slot, 0)
}

func (f *Form) holds(it *Item, slot, depth int) bool {
	if it.Expr == nil || depth > len(f.Items) {
		return false
	}
	for _, at := range it.Expr.texts() {
		if at == slot {
			return true
		}
		next := f.Infos[at].Item
		if next != nil && next.Expr != nil && next.Expr.undoable() == "" && next.Expr.Kind != FromSelection && f.holds(next, slot, depth+1) {
			return true
		}
	}
	return false
}

// texts lists the slots whose texts an expression takes in, without keys.
func (e *Expr) texts() (out []int) {
	for _, list := range append([][]Piece{e.Pieces}, e.List...) {
		for i := range list {
			if list[i].Slot >= 0 {
				out = append(out, list[i].Slot)
			}
		}
	}
	if e.Tree != nil {
		for _, it := range e.Tree.leaves(nil) {
			out = append(out, it.Slot)
		}
	}
	return out
}

// Hides reports whether a step of an expression cannot be undone.
func (e *Expr) Hides() bool {
	lists := [][]*Use{e.Steps}
	for i := range e.Pieces {
		lists = append(lists, e.Pieces[i].Steps)
	}
	for _, u := range slices.Concat(lists...) {
		if u.Do.Undo == nil {
			return true
		}
	}
	return false
}

// Sources lists the slots that an expression is made of, itself or through others,
// each with whether a step takes it as its key.
func (f *Form) Sources(e *Expr) map[int]bool {
	out := map[int]bool{}
	f.sources(e, out)
	return out
}

func (f *Form) sources(e *Expr, into map[int]bool) {
	for _, at := range f.deps(e) {
		keyed := e.KeyedBy(at)
		if before, seen := into[at]; seen {
			into[at] = before || keyed
			continue
		}
		into[at] = keyed
		if it := f.Infos[at].Item; it != nil && it.Expr != nil {
			f.sources(it.Expr, into)
		}
	}
}
