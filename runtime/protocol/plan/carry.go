package plan

import (
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Alone reports whether a place or value holds the text of another slot as it is.
func (f *Form) Alone(at, of int) bool {
	for range len(f.Items) + 1 {
		if at == of {
			return true
		}
		i := f.Infos[at]
		if i.Item == nil || i.Item.Expr == nil {
			return false
		}
		one := Single(i.Item.Expr)
		if one == nil || len(one.Steps) > 0 {
			return false
		}
		at = one.Slot
	}
	return false
}

// Issued reports whether a value must be a token that was issued; -1 asks for any.
func (f *Form) Issued(at int) bool {
	return slices.ContainsFunc(f.Guards, func(g Guard) bool { return g.Kind == "issued" && (at < 0 || g.Slot == at) })
}

// secret reports whether a slot is a secret of the app, or one that was issued to it.
func (f *Form) secret(at int) bool {
	return f.Infos[at].Kind == KindSecret || slices.ContainsFunc(f.Guards, func(g Guard) bool { return g.Unsent == at })
}

// Carrier is the part of a message that has a slot's text in such a way that a
// receiver can take it out: the carriage of the body, query, header or path.
func (f *Form) Carrier(at int) string {
	var body, query []*Item
	if f.Body != nil {
		body = f.Body.leaves(nil)
	}
	if f.BodyText != nil {
		body = append(body, f.BodyText)
	}
	if f.Query != nil {
		query = f.Query.leaves(nil)
	}
	if f.QueryText != nil {
		query = append(query, f.QueryText)
	}
	for _, it := range f.Items {
		inside := slices.Contains(body, it)
		switch {
		case !it.Leaf || !f.leads(it.Expr, at, len(f.Items)):
		case inside:
			return f.Decl.Carriage
		case slices.Contains(query, it):
			return "query"
		case it == f.Path:
			return "path"
		case it.Holder == "header":
			return "header"
		}
	}
	return ""
}

// Loses reports whether the body is declared, and nothing in the message has the payload.
func (f *Form) Loses() bool {
	return (f.Body != nil || f.BodyText != nil || f.Empty) && f.Carrier(SlotPayload) == ""
}

// LosesReply reports whether no reply of success to an interface has its payload.
func (x *Exchange) LosesReply(iface, frame string) bool {
	lost := false
	for _, f := range x.Replies {
		refuses := slices.ContainsFunc(f.When, func(w Condition) bool { return w.Outcome == "failure" || w.Outcome == "unknown" })
		if refuses || !f.Admits(named(iface, frame)) {
			continue
		}
		if !f.Loses() {
			return false
		}
		lost = true
	}
	return lost
}

// Spreads reports whether a message to an interface, or with reply one from it, has the
// members of its payload among other members, so that the payload must be an object.
func (x *Exchange) Spreads(iface, frame string, reply bool) bool {
	list := x.Calls
	if reply {
		list = x.Replies
	}
	return slices.ContainsFunc(list, func(f *Form) bool {
		trees := []*Node{f.Body, f.Query}
		for _, it := range f.Items {
			if it.Expr != nil && it.Expr.Tree != nil {
				trees = append(trees, it.Expr.Tree)
			}
		}
		return f.Answer == nil && f.Admits(named(iface, frame)) && (slices.ContainsFunc(trees, f.spreads) || f.Decl.Carriage == "xml" && f.Carrier(SlotPayload) == "xml")
	})
}

func (f *Form) spreads(n *Node) bool {
	return n != nil && slices.ContainsFunc(n.Children, func(child *Node) bool {
		return child.Rest && f.leads(child.Leaf.Expr, SlotPayload, len(f.Items)) || f.spreads(child)
	})
}

// TakesKey reports whether a message is made or read with a key.
func (f *Form) TakesKey(key int) bool {
	halves := map[step.Half]bool{}
	f.halves(key, true, halves)
	return len(halves) > 0 || f.Uses(Builtins+key)
}

// leads reports whether a text can be taken out of an expression.
func (f *Form) leads(e *Expr, to, depth int) bool {
	if e == nil || depth == 0 || e.Kind == FromSelection || e.undoable() != "" {
		return false
	}
	for _, at := range f.holes(e) {
		if at == to {
			return true
		}
		if it := f.Infos[at].Item; it != nil && f.leads(it.Expr, to, depth-1) {
			return true
		}
		for _, it := range f.Items { // a part of a value that is taken apart
			if it.Into != nil && slices.Contains(pieceDeps(it.Into), at) && f.leads(it.Expr, to, depth-1) {
				return true
			}
		}
	}
	return false
}

// holes are the slots of an expression whose steps can be undone.
func (f *Form) holes(e *Expr) []int {
	lists := append([][]Piece{e.Pieces}, e.List...)
	if e.Tree != nil {
		for _, it := range e.Tree.leaves(nil) {
			lists = append(lists, it.Expr.Pieces)
		}
	}
	var out []int
	for _, list := range lists {
		for i := range list {
			undone := !slices.ContainsFunc(list[i].Steps, func(u *Use) bool { return u.Do.Undo == nil })
			if list[i].Slot >= 0 && undone {
				out = append(out, list[i].Slot)
			}
		}
	}
	return out
}

// sums notes what is asked of a form for every message.
func (f *Form) sums() {
	f.MakesID, f.Proves = f.Uses(SlotID), f.verifies()
	f.Seals = slices.ContainsFunc(f.Items, func(it *Item) bool {
		_, used := f.used[it.Slot]
		return used && it.Expr != nil && it.Expr.encrypts()
	})
	f.proof = f.markLast(OpCompare, OpVerify) || f.markLast(OpUndo)
	for _, it := range f.Items {
		it.Frames = f.Reply && it.Expr != nil && it.Expr.Kind == FromTree && f.frames(it.Expr)
	}
}

// frames reports whether a tree has the code or the payload of a reply among its own members.
func (f *Form) frames(e *Expr) bool {
	return slices.ContainsFunc(e.Tree.leaves(nil), func(it *Item) bool {
		return f.Alone(it.Slot, SlotPayload) || slices.ContainsFunc(it.Expr.Pieces, func(p Piece) bool { return p.Slot == SlotCode })
	})
}

// Given reports whether a value is sent as nothing, so that its sender has to be given it.
func (it *Item) Given() bool {
	return it.Send && it.Expr.Kind == FromTemplate && len(it.Expr.Steps) == 0 &&
		!slices.ContainsFunc(it.Expr.Pieces, func(p Piece) bool { return p.Slot >= 0 || len(p.Lit) > 0 })
}
