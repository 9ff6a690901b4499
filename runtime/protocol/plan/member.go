package plan

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// member is the slot of a member of a JSON object that a name stands for: payload.order,
// inner.a.b.0. It is a value of its own, whose text is selected. ok is false where the
// name in front stands for no such object.
func (c *compiler) member(name string, pos declare.Pos, place string) (at int, ok bool) {
	front, rest, deep := strings.Cut(name, ".")
	of, ok := c.f.Index[front]
	if !ok || !deep || of != SlotPayload && c.f.Infos[of].Kind != value {
		return 0, false
	}
	path := strings.Split(rest, ".")
	last := len(path) - 1
	at = c.slot(name, Info{Kind: value})
	it := &Item{Name: name, place: place, pos: pos, Slot: at, Refuse: string(problem.JSON)}
	it.Expr = &Expr{Kind: FromSelection, Sel: &Selection{
		owner: at, Sorted: "listed", Empty: true, Split: "\x00",
		From: []Source{{Of: of, Path: path[:last]}},
		Only: []Piece{{Lit: []byte(path[last]), Slot: -1}},
		Pair: []Piece{{Slot: SlotName + 1}},
	}}
	c.f.Infos[at].Item = it
	c.members = append(c.members, it)
	c.f.x.Levels = max(c.f.x.Levels, len(path)+2)
	return at, true
}

// roots are what values are in the end made of that nobody knows who receives: of each the
// first one behind which there is no other.
func (s *solver) roots(slots []int) []int {
	var out []int
	seen := map[int]bool{}
	var visit func(at int)
	visit = func(at int) {
		if s.canOne(at) || seen[at] {
			return
		}
		seen[at] = true
		it, n := s.f.Infos[at].Item, len(out)
		if it != nil && it.Expr != nil && !it.Send && !s.bindable[at] {
			for _, next := range s.f.Needs(it.Expr) {
				visit(next)
			}
		}
		if len(out) == n {
			out = append(out, at)
		}
	}
	for _, at := range slots {
		visit(at)
	}
	return out
}

// digested reports whether an item is a leaf of a tree whose text never comes, such as the
// JSON of which only a digest is sent.
func (s *solver) digested(leaf *Item) bool {
	return leaf.Leaf && slices.ContainsFunc(s.f.Items, func(it *Item) bool {
		e := it.Expr
		return e != nil && e.Tree != nil && (e.undoable() != "" || it.Into == nil && !s.gives(it.Slot)) && slices.Contains(e.Tree.leaves(nil), leaf)
	})
}
