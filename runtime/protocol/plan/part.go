package plan

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Written is the place as the declaration has it, below its message: header.sign.
func (f *Form) Written(it *Item) string { return strings.TrimPrefix(it.place, f.Place+".") }

// WholeHole reports whether a place is one hole as it is, or escaped as its part of a
// URL has to be.
func (f *Form) WholeHole(it *Item) bool {
	if len(it.Expr.Pieces) != 1 || it.Expr.Pieces[0].Slot < 0 {
		return false
	}
	n := len(it.Expr.Pieces[0].Steps)
	return n == 0 || n == 1 && it == f.QueryText
}

// Standing is the name of a slot, or of the only one that it is the text of.
func (f *Form) Standing(at int) string {
	for range len(f.Items) {
		it := f.Infos[at].Item
		if it == nil || it.Expr == nil || Single(it.Expr) == nil || len(Single(it.Expr).Steps) > 0 {
			break
		}
		at = Single(it.Expr).Slot
	}
	return f.Infos[at].Name
}

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
	if n.Leaf == it || n.Label == it {
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

// Shows lists the slots of the secrets and issued tokens that can be read in a place:
// those in its template, and in the values there, unless a digest or a cipher conceals them.
func (f *Form) Shows(place *Item) []int {
	var out []int
	f.shows(place.Expr, 0, &out)
	return out
}

func (f *Form) shows(e *Expr, depth int, out *[]int) {
	if e == nil || depth > len(f.Items) || conceal(e.Steps) {
		return
	}
	lists := append([][]Piece{e.Pieces}, e.List...)
	if e.Tree != nil {
		for _, it := range e.Tree.leaves(nil) {
			f.shows(it.Expr, depth+1, out)
		}
	}
	if e.Sel != nil {
		for i := range e.Sel.From {
			lists = append(lists, e.Sel.From[i].Pieces)
		}
	}
	for _, p := range slices.Concat(lists...) {
		if p.Slot < 0 || conceal(p.Steps) {
			continue
		}
		if i := f.Infos[p.Slot]; i.Kind == KindSecret || f.Issued(p.Slot) {
			if !slices.Contains(*out, p.Slot) {
				*out = append(*out, p.Slot)
			}
		} else if i.Item != nil {
			f.shows(i.Item.Expr, depth+1, out)
		}
	}
}

// conceal reports whether a text cannot be read any more behind steps.
func conceal(steps []*Use) bool {
	return slices.ContainsFunc(steps, func(u *Use) bool {
		name := u.Do.Name
		digest := strings.HasPrefix(name, "md5") || strings.HasPrefix(name, "sha") || strings.HasPrefix(name, "sm3") || strings.HasPrefix(name, "pbkdf2")
		return u.Do.Key != step.NoKey || digest
	})
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

// Seals reports whether a step fails to undo a text that was changed.
func (e *Expr) Seals() bool {
	return slices.ContainsFunc(e.Steps, func(u *Use) bool { return u.Do.Seals })
}

// Flows reports whether the cipher of an expression goes byte by byte.
func (e *Expr) Flows() bool {
	return slices.ContainsFunc(e.Steps, func(u *Use) bool {
		name, _, _ := strings.Cut(u.Do.Name, " ")
		return name == "rc4" || strings.HasSuffix(name, "-ctr")
	})
}

// Keyed reports whether a step of an expression takes a key.
func (e *Expr) Keyed() bool {
	return slices.ContainsFunc(e.Steps, func(u *Use) bool { return u.Do.Key != step.NoKey })
}

// Sources lists the slots that an expression is made of, itself or through others.
func (f *Form) Sources(e *Expr) map[int]bool {
	out := map[int]bool{}
	f.sources(e, out)
	return out
}

func (f *Form) sources(e *Expr, into map[int]bool) {
	for _, at := range f.Needs(e) {
		if into[at] {
			continue
		}
		into[at] = true
		if it := f.Infos[at].Item; it != nil && it.Expr != nil {
			f.sources(it.Expr, into)
			continue
		}
		for _, whole := range f.Items { // a value that is taken apart
			if whole.Into != nil && slices.Contains(pieceDeps(whole.Into), at) {
				f.sources(whole.Expr, into)
			}
		}
	}
}
