package protocol

import (
	"fmt"
	"slices"
	"strings"
)

// plan finds in which order a form is sent and received.
func (c *compiler) plan(f *form) {
	c.f = f
	c.exclusions(f)
	c.planSend(f)
	c.planReceive(f)
}

// deps lists the slots that an expression needs.
func (f *form) deps(e *expr) []int {
	var out []int
	add := func(list []piece) { out = append(out, pieceDeps(list)...) }
	switch e.kind {
	case fromTemplate:
		add(e.pieces)
	case fromList:
		for _, one := range e.list {
			add(one)
		}
	case fromTree, fromPairs:
		for _, it := range e.tree.leaves(nil) {
			out = append(out, it.slot)
		}
		add(e.pair)
	case fromSelection:
		out = append(out, f.selectionDeps(e.sel)...)
	}
	for _, u := range e.steps {
		out = append(out, u.needs()...)
	}
	return slices.DeleteFunc(out, func(at int) bool { return at == slotName || at == slotValue })
}

func pieceDeps(list []piece) []int {
	var out []int
	for i := range list {
		if list[i].slot < 0 {
			continue
		}
		out = append(out, list[i].slot)
		for _, u := range list[i].steps {
			out = append(out, u.needs()...)
		}
	}
	return out
}

// needs lists the slots of a step beside its text.
func (u *use) needs() []int {
	var out []int
	if u.key >= 0 {
		out = append(out, u.key)
	}
	for _, at := range u.refs {
		if at >= 0 {
			out = append(out, at)
		}
	}
	return out
}

func (f *form) selectionDeps(s *selection) []int {
	out := append(pieceDeps(s.pair), pieceDeps(s.only)...)
	for i := range s.from {
		one := &s.from[i]
		switch {
		case one.payload:
			out = append(out, slotPayload)
		case one.part == nil:
			out = append(out, pieceDeps(one.pieces)...)
		default:
			for _, it := range f.held(one.part.holder) {
				if !slices.Contains(one.exclude, it) {
					out = append(out, it.slot)
				}
			}
		}
	}
	return out
}

// held lists the places of a container.
func (f *form) held(holder string) []*item {
	var out []*item
	switch {
	case holder == "query" && f.query != nil:
		out = f.query.leaves(nil)
	case holder == "header" && f.header != nil:
		out = f.header.leaves(nil)
	case f.body != nil && holder == f.decl.Carriage:
		out = f.body.leaves(nil)
	case f.bodyText != nil && holder == f.decl.Carriage:
		out = []*item{f.bodyText}
	}
	return out
}

func (n *node) leaves(out []*item) []*item {
	if n.leaf != nil {
		return append(out, n.leaf)
	}
	for _, child := range n.children {
		out = child.leaves(out)
	}
	return out
}

// exclusions finds the places that are made of a selection, which leaves them out:
// a signature does not sign itself.
func (c *compiler) exclusions(f *form) {
	for _, it := range f.items {
		for _, e := range append([]*expr{it.expr}, it.accept...) {
			if e == nil || e.kind != fromSelection {
				continue
			}
			for i := range e.sel.from {
				one := &e.sel.from[i]
				if one.part == nil {
					continue
				}
				for _, place := range f.held(one.part.holder) {
					if f.reaches(place.slot, it.slot, nil) {
						one.exclude = append(one.exclude, place)
					}
				}
			}
			c.sends(f, it, e.sel)
		}
	}
}

// sends refuses names to leave out that the message does not have.
func (c *compiler) sends(f *form, it *item, s *selection) {
	open := false
	var names []string
	for i := range s.from {
		one := &s.from[i]
		names = append(names, one.name)
		if one.part == nil {
			open = open || one.payload
			continue
		}
		open = open || one.part.holder == "query" || one.part.holder == "header"
		for _, place := range f.held(one.part.holder) {
			open = open || place.rest || place == f.bodyText
			names = append(names, place.name[strings.LastIndexByte(place.name, '.')+1:])
		}
	}
	for _, name := range s.skip {
		if !open && !slices.Contains(names, name) && !strings.HasSuffix(name, "*") {
			c.weak(it.pos, it.place+".skip", fmt.Sprintf("no part that is signed is named %q", name), "leave it out of skip")
		}
	}
}

// reaches reports whether a slot is made of another one.
func (f *form) reaches(from, to int, seen []int) bool {
	if from == to {
		return true
	}
	if slices.Contains(seen, from) {
		return false
	}
	seen = append(seen, from)
	it := f.infos[from].item
	if it == nil || it.expr == nil || it.expr.kind == fromSelection {
		return false
	}
	for _, at := range f.deps(it.expr) {
		if f.reaches(at, to, seen) {
			return true
		}
	}
	return false
}

// sender orders what is made.
type sender struct {
	c     *compiler
	f     *form
	state map[int]int // 1: being made, 2: made
	owner map[int]*item
	path  []string
	bad   bool
}

func (c *compiler) planSend(f *form) {
	s := &sender{c: c, f: f, state: map[int]int{}, owner: map[int]*item{}}
	for _, it := range f.items {
		for i := range it.into {
			if at := it.into[i].slot; at >= 0 && f.infos[at].item == nil {
				s.owner[at] = it
			} else if at >= 0 && f.infos[at].item.expr == nil {
				s.owner[at] = it
			}
		}
	}
	for _, it := range f.items {
		if it.leaf {
			s.make(it.slot, it)
		}
	}
	for _, at := range []int{slotPath, slotQuery, slotBody} {
		s.make(at, nil)
	}
	f.sends = !s.bad
}

// make emits what makes a slot, with all that it needs before it.
func (s *sender) make(at int, from *item) {
	if s.bad || s.state[at] == 2 {
		return
	}
	i := s.f.infos[at]
	if s.state[at] == 1 {
		s.bad = true
		s.c.add(s.posOf(at, from), s.placeOf(at, from), "it is made of itself: "+strings.Join(append(s.path, i.name), " needs "),
			"leave it out of what it is made of")
		return
	}
	s.state[at] = 1
	s.path = append(s.path, i.name)
	s.slot(at, i)
	s.path = s.path[:len(s.path)-1]
	s.state[at] = 2
}

func (s *sender) slot(at int, i info) {
	f := s.f
	emit := func(o op) { f.send = append(f.send, o) }
	switch {
	case at == slotMethod && f.method != nil, at == slotHost && f.host != nil:
		it := f.method
		if at == slotHost {
			it = f.host
		}
		s.all(f.deps(it.expr), it)
		emit(op{kind: opCompute, slot: at, expr: it.expr, item: it})
	case at == slotPath:
		if f.path != nil {
			s.all(f.deps(f.path.expr), f.path)
		}
		emit(op{kind: opPath})
	case at == slotQuery:
		s.containers(f.query, f.queryText)
		emit(op{kind: opQuery})
	case at == slotBody:
		s.containers(f.body, f.bodyText)
		emit(op{kind: opBody})
	case at == slotURL || at == slotTarget:
		s.all([]int{slotPath, slotQuery, slotHost}, nil)
		emit(op{kind: opURL})
	case i.kind == partSlot:
		if i.part.holder != "header" && i.part.holder != "path" {
			s.make(slotPayload, nil)
		}
		if i.part.holder == "path" {
			s.make(slotPath, nil)
		}
		emit(op{kind: opPart, slot: at})
	case i.kind == callSlot:
		emit(op{kind: opCall, slot: at})
	case s.owner[at] != nil:
		s.make(s.owner[at].slot, nil)
	case i.item != nil && i.item.expr != nil:
		s.all(f.deps(i.item.expr), i.item)
		emit(op{kind: opCompute, slot: at, expr: i.item.expr, item: i.item})
		if i.item.into != nil {
			emit(op{kind: opInto, slot: at, item: i.item})
		}
		if i.item.holder == "header" {
			emit(op{kind: opHeader, item: i.item})
		}
	}
}

func (s *sender) containers(tree *node, whole *item) {
	if tree != nil {
		for _, it := range tree.leaves(nil) {
			s.make(it.slot, it)
		}
	}
	if whole != nil {
		s.all(s.f.deps(whole.expr), whole)
	}
}

func (s *sender) all(slots []int, from *item) {
	for _, at := range slots {
		s.make(at, from)
	}
}

func (s *sender) placeOf(at int, from *item) string {
	if it := s.f.infos[at].item; it != nil {
		return it.place
	}
	if from != nil {
		return from.place
	}
	return s.f.place
}

func (s *sender) posOf(at int, from *item) (pos position) {
	if it := s.f.infos[at].item; it != nil {
		return it.pos
	}
	if from != nil {
		return from.pos
	}
	return s.f.decl.Pos
}
