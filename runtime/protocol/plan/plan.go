package plan

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// plan finds in which order a form is sent and received.
func (c *compiler) plan(f *Form) {
	c.f = f
	c.inline(f)
	c.exclusions(f)
	c.planSend(f)
	c.planReceive(f)
	f.sums()
}

// Needs lists the slots that an expression is made of.
func (f *Form) Needs(e *Expr) []int {
	var out []int
	add := func(list []Piece) { out = append(out, pieceDeps(list)...) }
	switch e.Kind {
	case FromTemplate:
		add(e.Pieces)
	case FromList:
		for _, one := range e.List {
			add(one)
		}
	case FromTree, FromPairs:
		for _, it := range e.Tree.leaves(nil) {
			out = append(out, it.Slot)
		}
		add(e.Pair)
	case FromSelection:
		out = append(out, f.selectionDeps(e.Sel)...)
	}
	for _, u := range e.Steps {
		out = append(out, u.needs()...)
	}
	return slices.DeleteFunc(out, func(at int) bool { return ofPair(at) })
}

// ofPair reports whether a slot is one of the names that only pairs have.
func ofPair(at int) bool { return at >= SlotName && at < Builtins }

func pieceDeps(list []Piece) []int {
	var out []int
	for i := range list {
		if list[i].Slot < 0 {
			continue
		}
		out = append(out, list[i].Slot)
		for _, u := range list[i].Steps {
			out = append(out, u.needs()...)
		}
	}
	return out
}

// needs lists the slots of a step beside its text.
func (u *Use) needs() []int {
	var out []int
	if u.Key >= 0 {
		out = append(out, u.Key)
	}
	for _, at := range u.Refs {
		if at >= 0 {
			out = append(out, at)
		}
	}
	return out
}

func (f *Form) selectionDeps(s *Selection) []int {
	out := append(pieceDeps(s.Pair), pieceDeps(s.Only)...)
	for i := range s.From {
		one := &s.From[i]
		switch {
		case one.Of > 0:
			out = append(out, one.Of)
		case one.Part == nil:
			out = append(out, pieceDeps(one.Pieces)...)
		default:
			out = append(out, f.sourceDeps(one)...)
		}
	}
	return out
}

// sourceDeps lists the slots of a container that a selection takes.
func (f *Form) sourceDeps(one *Source) (out []int) {
	for _, it := range f.held(one.Part.Holder) {
		if !slices.Contains(one.Exclude, it) {
			out = append(out, it.Slot)
		}
	}
	return out
}

// held lists the places of a container.
func (f *Form) held(holder string) []*Item {
	var out []*Item
	switch {
	case holder == "query" && f.Query != nil:
		out = f.Query.leaves(nil)
	case holder == "header" && f.Header != nil:
		out = f.Header.leaves(nil)
	case f.Body != nil && holder == f.Decl.Carriage:
		out = f.Body.leaves(nil)
	case f.BodyText != nil && InBody(holder):
		out = []*Item{f.BodyText} // whatever it is: an interface may have another kind of body than the others
	}
	return out
}

// tree is the part of a JSON body that has members which are declared, nil where it is
// something else.
func (f *Form) tree(ref *PartRef) *Node {
	if f.Body == nil || ref.Holder != "json" || f.Decl.Carriage != "json" {
		return nil
	}
	n := f.Body
	for _, name := range ref.Path {
		at := slices.IndexFunc(n.Children, func(c *Node) bool { return !c.Dynamic && !c.Rest && c.Literal == name })
		if i, err := strconv.Atoi(name); n.List && err == nil && i < len(n.Children) {
			at = i
		}
		if at < 0 {
			return nil
		}
		n = n.Children[at]
	}
	if n.Leaf != nil {
		return nil
	}
	return n
}

// InBody reports whether a container is the body of a message.
func InBody(holder string) bool {
	return slices.Contains([]string{"json", "form", "xml", "multipart"}, holder)
}

func (n *Node) leaves(out []*Item) []*Item {
	if n.Label != nil {
		out = append(out, n.Label)
	}
	if n.Leaf != nil {
		return append(out, n.Leaf)
	}
	for _, child := range n.Children {
		out = child.leaves(out)
	}
	return out
}

// Fits reports whether a text has the literal parts of a template in their order.
func Fits(list []Piece, in []byte) bool {
	for i := range list {
		at := bytes.Index(in, list[i].Lit)
		if list[i].Slot < 0 && (at < 0 || i == 0 && at > 0 || i == len(list)-1 && !bytes.HasSuffix(in, list[i].Lit)) {
			return false
		}
		if list[i].Slot < 0 {
			in = in[at+len(list[i].Lit):]
		}
	}
	return true
}

// exclusions finds the places that are made of a selection, which leaves them out:
// a signature does not sign itself.
func (c *compiler) exclusions(f *Form) {
	for _, it := range f.Items {
		for _, e := range append([]*Expr{it.Expr}, it.Accept...) {
			if e == nil || e.Kind != FromSelection {
				continue
			}
			for i := range e.Sel.From {
				f.exclude(&e.Sel.From[i], it)
			}
			c.sends(f, it, e.Sel)
		}
	}
}

// exclude leaves the places that are made of an item out of what it is made of.
func (f *Form) exclude(one *Source, it *Item) {
	if one.Part == nil {
		return
	}
	for _, place := range f.held(one.Part.Holder) {
		if f.reaches(place.Slot, it.Slot, nil) {
			one.Exclude = append(one.Exclude, place)
		}
	}
}

// sends refuses names to leave out that the message does not have.
func (c *compiler) sends(f *Form, it *Item, s *Selection) {
	open := false
	var names []string
	for i := range s.From {
		one := &s.From[i]
		names = append(names, one.Name)
		if one.Part == nil {
			open = open || one.Of > 0
			continue
		}
		open = open || one.Part.Holder == "query" || one.Part.Holder == "header"
		for _, place := range f.held(one.Part.Holder) {
			open = open || place.Rest || place == f.BodyText
			names = append(names, place.Name[strings.LastIndexByte(place.Name, '.')+1:])
		}
	}
	for _, name := range s.Skip {
		if !open && !slices.Contains(names, name) && !strings.HasSuffix(name, "*") {
			c.weak(it.pos, it.place+".skip", fmt.Sprintf("no part that is signed is named %q", name), "leave it out of skip")
		}
	}
}

// reaches reports whether a slot is made of another one.
func (f *Form) reaches(from, to int, seen []int) bool {
	if from == to {
		return true
	}
	if slices.Contains(seen, from) {
		return false
	}
	seen = append(seen, from)
	it := f.Infos[from].Item
	if it == nil || it.Expr == nil {
		return false
	}
	needs := f.Needs(it.Expr)
	if it.Expr.Kind == FromSelection {
		needs = pieceDeps(it.Expr.Sel.Only) // of the parts that it takes nothing is said: two selections may take each other's
	}
	return slices.ContainsFunc(needs, func(at int) bool { return f.reaches(at, to, seen) })
}

// sender orders what is made.
type sender struct {
	c     *compiler
	f     *Form
	state map[int]int // 1: being made, 2: made
	owner map[int]*Item
	path  []string
	bad   bool
}

func (c *compiler) planSend(f *Form) {
	s := &sender{c: c, f: f, state: map[int]int{}, owner: map[int]*Item{}}
	for _, it := range f.Items {
		for i := range it.Into {
			if at := it.Into[i].Slot; at >= 0 && f.Infos[at].Item == nil {
				s.owner[at] = it
			} else if at >= 0 && f.Infos[at].Item.Expr == nil {
				s.owner[at] = it
			}
		}
	}
	for _, it := range f.Items {
		if it.Leaf && f.Stands(it) { // what is in a value's tree is made with the value
			s.make(it.Slot, it)
		}
	}
	for _, at := range []int{SlotPath, SlotQuery, SlotBody} {
		s.make(at, nil)
	}
	f.sends = !s.bad
	f.used = s.state
}

// make emits what makes a slot, with all that it needs before it.
func (s *sender) make(at int, from *Item) {
	if s.bad || s.state[at] == 2 {
		return
	}
	i := s.f.Infos[at]
	if s.state[at] == 1 {
		s.bad = true
		s.c.add(s.posOf(at, from), s.placeOf(at, from), "it is made of itself: "+strings.Join(append(s.path, i.Name), " needs "),
			"leave it out of what it is made of; in from, name the members in place of the whole value")
		return
	}
	s.state[at] = 1
	s.path = append(s.path, i.Name)
	s.slot(at, i)
	s.path = s.path[:len(s.path)-1]
	s.state[at] = 2
}

func (s *sender) slot(at int, i Info) {
	f := s.f
	emit := func(o Op) { f.Send = append(f.Send, o) }
	switch {
	case at == SlotMethod && f.method != nil, at == SlotHost && f.host != nil:
		it := f.method
		if at == SlotHost {
			it = f.host
		}
		s.all(f.Needs(it.Expr), it)
		emit(Op{Kind: OpCompute, Slot: at, Expr: it.Expr, Item: it})
	case at == SlotPath:
		if f.Path != nil {
			s.all(f.Needs(f.Path.Expr), f.Path)
		}
		emit(Op{Kind: OpPath})
	case at == SlotQuery:
		s.containers(f.Query, f.QueryText)
		emit(Op{Kind: OpQuery})
	case at == SlotBody:
		s.containers(f.Body, f.BodyText)
		emit(Op{Kind: OpBody})
	case at == SlotURL || at == SlotTarget:
		s.all([]int{SlotPath, SlotQuery, SlotHost}, nil)
		emit(Op{Kind: OpURL})
	case i.Kind == partSlot:
		if i.Part.Holder != "header" && i.Part.Holder != "path" {
			s.make(SlotPayload, nil)
		}
		if i.Part.Holder == "path" {
			s.make(SlotPath, nil)
		}
		tree := f.tree(i.Part)
		s.containers(tree, nil)
		emit(Op{Kind: OpPart, Slot: at, Node: tree})
	case i.Kind == callSlot:
		emit(Op{Kind: OpCall, Slot: at})
	case s.owner[at] != nil:
		s.make(s.owner[at].Slot, nil)
	case i.Item != nil && i.Item.Expr != nil:
		s.all(f.Needs(i.Item.Expr), i.Item)
		emit(Op{Kind: OpCompute, Slot: at, Expr: i.Item.Expr, Item: i.Item, From: direct(i.Item.Expr)})
		if i.Item.Into != nil {
			emit(Op{Kind: OpInto, Slot: at, Item: i.Item})
		}
		if i.Item.Holder == "header" {
			emit(Op{Kind: OpHeader, Item: i.Item})
		}
	}
}

// direct is the slot whose text an expression is, 0 where it has to be made.
func direct(e *Expr) int {
	if one := Single(e); one != nil && len(one.Steps) == 0 && !e.Scalar {
		return one.Slot
	}
	return 0
}

func (s *sender) containers(tree *Node, whole *Item) {
	if tree != nil {
		for _, it := range tree.leaves(nil) {
			s.make(it.Slot, it)
		}
	}
	if whole != nil {
		s.all(s.f.Needs(whole.Expr), whole)
	}
}

func (s *sender) all(slots []int, from *Item) {
	for _, at := range slots {
		s.make(at, from)
	}
}

func (s *sender) placeOf(at int, from *Item) string {
	if it := s.f.Infos[at].Item; it != nil {
		return it.place
	}
	if from != nil {
		return from.place
	}
	return s.f.Place
}

func (s *sender) posOf(at int, from *Item) (pos position) {
	if it := s.f.Infos[at].Item; it != nil {
		return it.pos
	}
	if from != nil {
		return from.pos
	}
	return s.f.Decl.Pos
}
