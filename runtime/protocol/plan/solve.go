package plan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

type position = declare.Pos

// solver finds the order in which a receiver solves the equations of a form.
type solver struct {
	c        *compiler
	f        *Form
	known    map[int]bool // has a text
	bindable map[int]bool // a place, a tree or a taking apart may give it
	done     map[*Item]bool
	keys     bool // the app is known
	ops      []Op
	making   map[int]bool
	opened   map[*Item]bool // whose secrets were read over
}

func (c *compiler) planReceive(f *Form) {
	s := &solver{c: c, f: f, known: map[int]bool{}, bindable: map[int]bool{}, done: map[*Item]bool{}, making: map[int]bool{}, opened: map[*Item]bool{}}
	for _, at := range []int{SlotMethod, SlotScheme, SlotHost, SlotPath, SlotQuery, SlotBody, SlotURL, SlotTarget, SlotFrame, SlotStatus} {
		s.known[at] = true
	}
	for _, it := range f.Items {
		s.note(it)
	}
	if f.Reply || f.x.Given {
		s.known[SlotApp], s.keys = true, true
		s.ops = append(s.ops, Op{Kind: OpApp})
	}
	if f.Reply || !s.bindable[SlotInterface] && !s.gives(SlotInterface) {
		s.known[SlotInterface] = true
	}
	for s.step() {
	}
	s.unsolvable()
	f.Receive = s.ops
	for i := range f.When {
		w := &f.When[i]
		w.Learned = !f.Reply && w.Slot == SlotInterface && w.Part == nil && f.Bound(SlotInterface)
	}
	s.wrapped()
}

// note marks what an item's text may give, and what has a text from the start.
func (s *solver) note(it *Item) {
	mark := func(list []Piece) {
		for i := range list {
			if list[i].Slot >= 0 {
				s.bindable[list[i].Slot] = true
			}
		}
	}
	mark(it.Into)
	if s.digested(it) {
		return // no text of it comes: who receives makes it again
	}
	if it.Leaf {
		mark(it.Expr.Pieces)
	}
	inTree := it.Leaf && it.Holder == "json" && !s.inBody(it)
	if it.Leaf && !inTree {
		s.known[it.Slot] = true
	}
}

// gives reports whether a place gives a slot, be it in a value that can be undone.
func (s *solver) gives(at int) bool {
	if s.making[at] {
		return false
	}
	s.making[at] = true
	defer delete(s.making, at)
	return slices.ContainsFunc(s.f.Items, func(it *Item) bool {
		return it.Expr != nil && Reversible(it.Expr.Steps) && (it.Leaf || !it.Send && s.gives(it.Slot)) &&
			slices.ContainsFunc(it.Expr.read(), func(p Piece) bool { return p.Slot == at && Reversible(p.Steps) })
	})
}

// inBody reports whether a leaf is a place of the message, not of a value's tree.
func (s *solver) inBody(it *Item) bool {
	return it == s.f.BodyText || s.f.Body != nil && slices.Contains(s.f.Body.leaves(nil), it)
}

// step makes one step forward.
func (s *solver) step() bool {
	for _, it := range s.f.Items {
		if it.Leaf && !s.done[it] && s.known[it.Slot] && s.matches(it.Expr.Pieces) {
			s.emitMatch(OpMatch, it, it.Expr)
			return true
		}
	}
	if !s.keys && s.known[SlotApp] {
		s.keys = true
		s.ops = append(s.ops, Op{Kind: OpApp})
		return true
	}
	if s.clock() || s.token() || s.unsent() {
		return true
	}
	for _, try := range []func(*Item) bool{s.check, s.undo, s.open} {
		for i := len(s.f.Items) - 1; i >= 0; i-- {
			it := s.f.Items[i]
			if !it.Leaf && !s.done[it] && (s.known[it.Slot] || s.joins(it)) && try(it) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.f.Items, func(it *Item) bool { return it.Leaf && !s.done[it] && s.known[it.Slot] && s.open(it) })
}

// joins reports whether the parts of a value that is taken apart are all known.
func (s *solver) joins(it *Item) bool {
	return it.Into != nil && !s.known[it.Slot] && s.can(pieceDeps(it.Into))
}

// clock learns now from a value that a window names, where something is made of it.
func (s *solver) clock() bool {
	if s.known[SlotNow] {
		return false
	}
	used := false
	for _, it := range s.f.Items {
		used = used || !it.Send && slices.Contains(s.f.Needs(it.Expr), SlotNow)
	}
	for i := range s.f.Guards {
		g := &s.f.Guards[i]
		if used && g.Kind == "window" && g.Clock != nil && s.known[g.Slot] {
			s.known[SlotNow] = true
			s.ops = append(s.ops, Op{Kind: OpClock, Slot: g.Slot, G: g})
			return true
		}
	}
	return false
}

// token finds the app by its token, where nothing else names it.
func (s *solver) token() bool {
	if s.known[SlotApp] || s.bindable[SlotApp] {
		return false
	}
	for i := range s.f.Guards {
		if g := &s.f.Guards[i]; g.Kind == "issued" && s.known[g.Slot] {
			s.known[SlotApp] = true
			s.ops = append(s.ops, Op{Kind: OpToken, Slot: g.Slot, G: g})
			return true
		}
	}
	return false
}

// unsent finds what was issued to the app and no place has.
func (s *solver) unsent() bool {
	for i := range s.f.Guards {
		g := &s.f.Guards[i]
		at := g.Slot
		if g.With != "" && g.Kind == "issued" && s.known[at] {
			at = s.c.resolve(g.With, g.Pos, s.f.Place)
		}
		if g.Kind == "issued" && s.keys && !s.known[at] && !s.bindable[at] {
			g.Unsent, s.known[at] = at, true
			s.ops = append(s.ops, Op{Kind: OpUnsent, Slot: at, G: g})
			return true
		}
	}
	return false
}

// can reports whether all slots are known or can be made.
func (s *solver) can(slots []int) bool {
	for _, at := range slots {
		if !s.canOne(at) {
			return false
		}
	}
	return true
}

func (s *solver) canOne(at int) bool {
	if s.known[at] || ofPair(at) {
		return true
	}
	i := s.f.Infos[at]
	switch i.Kind {
	case KindSecret:
		return s.keys || s.c.p.Keys[i.key].System
	case partSlot, callSlot:
		return true
	case value:
		if s.bindable[at] || i.Item == nil || i.Item.Send || i.Item.Expr == nil || s.making[at] || random(i.Item.Expr) {
			return false
		}
	case leafSlot:
		if s.making[at] || s.inBody(i.Item) {
			return false
		}
	default:
		return false
	}
	s.making[at] = true
	defer delete(s.making, at)
	return s.can(s.f.Needs(i.Item.Expr))
}

// random reports whether computing again gives another text.
func random(e *Expr) bool { return e.takes(func(u *Use) bool { return u.Do.Random }) }

// make emits what makes the slots that are not known yet.
func (s *solver) make(slots []int) {
	for _, at := range slots {
		if s.known[at] || ofPair(at) {
			continue
		}
		i := s.f.Infos[at]
		switch i.Kind {
		case partSlot:
			s.ops = append(s.ops, Op{Kind: OpPart, Slot: at})
		case callSlot:
			s.ops = append(s.ops, Op{Kind: OpCall, Slot: at})
		case value, leafSlot:
			s.make(s.f.Needs(i.Item.Expr))
			s.ops = append(s.ops, Op{Kind: OpCompute, Slot: at, Expr: i.Item.Expr, Item: i.Item})
			s.done[i.Item] = true
		default:
			continue
		}
		s.known[at] = true
	}
}

// matches reports whether a template can be read: every hole is known, or its end
// can be seen and its steps can be undone.
func (s *solver) matches(list []Piece) bool {
	for i := range list {
		p := &list[i]
		if p.Slot < 0 || s.fixed(p) {
			continue
		}
		if s.f.Infos[p.Slot].Kind == KindSecret || p.Slot == SlotNow || p.Slot == SlotRandom || !s.undoes(p.Steps) {
			return false
		}
		if p.Slot == SlotApp || s.f.Infos[p.Slot].Kind == value || s.f.Infos[p.Slot].Kind == constantSlot || p.Slot < Builtins {
			if !s.ends(list, i) {
				return false
			}
			continue
		}
		return false
	}
	return true
}

// fixed reports whether the text of a hole is known before it is read. A value that
// no place gave yet is rather taken from here, and then checked by its own equation.
func (s *solver) fixed(p *Piece) bool {
	if s.f.Infos[p.Slot].Kind == value && !s.known[p.Slot] {
		return false
	}
	deps := []int{p.Slot}
	for _, u := range p.Steps {
		if u.Do.Random {
			return false
		}
		deps = append(deps, u.needs()...)
	}
	return s.can(deps)
}

// undoes reports whether steps can be undone with what is known.
func (s *solver) undoes(list []*Use) bool {
	for _, u := range list {
		if u.Do.Undo == nil || u.Do.Vague || !s.can(u.needs()) {
			return false
		}
	}
	return true
}

// ends reports whether it can be seen where the hole at i ends.
func (s *solver) ends(list []Piece, i int) bool {
	p := &list[i]
	if n := len(p.Steps); n > 0 && p.Steps[n-1].Do.Take != nil || i == len(list)-1 {
		return true
	}
	return list[i+1].Slot < 0 || Sized(list[i+1:]) >= 0 || s.fixed(&list[i+1])
}

// emitMatch emits the reading of a template; its holes are known then.
func (s *solver) emitMatch(kind OpKind, it *Item, e *Expr) {
	for i := range e.Pieces {
		if p := &e.Pieces[i]; p.Slot >= 0 {
			for _, u := range p.Steps {
				s.make(u.needs())
			}
			if s.fixed(p) {
				s.make([]int{p.Slot})
			}
			s.known[p.Slot] = true
		}
	}
	s.done[it] = true
	s.ops = append(s.ops, Op{Kind: kind, Item: it, Slot: it.Slot, Expr: e})
}

// check emits the comparison or verification of a value.
func (s *solver) check(it *Item) bool {
	if it.Send {
		s.done[it] = true
		return true
	}
	at := Verifies(it.Expr)
	if s.opened[it] && !s.keys {
		return false
	}
	if k := it.Expr.Kind; (k == FromTree || k == FromPairs) && it.Expr.undoable() == "" {
		return false // who writes JSON or pairs chooses order and blanks: it is read, not compared
	}
	if at < 0 && random(it.Expr) || !s.can(s.f.Needs(it.Expr)) {
		return false
	}
	if at >= 0 && (!s.undoes(it.Expr.Steps[at+1:]) || it.Expr.Steps[at].Do.Verify == nil && (!s.undoes(it.Expr.Steps[at:]) || random(&Expr{Pieces: it.Expr.Pieces}))) {
		return false
	}
	s.join(it)
	s.make(s.f.Needs(it.Expr))
	kind := OpCompare
	if at >= 0 {
		kind = OpVerify
	}
	for _, e := range it.Accept {
		if s.can(s.f.Needs(e)) {
			s.make(s.f.Needs(e))
		}
	}
	s.done[it] = true
	secretly, _ := s.f.reachesSecret(it.Expr, nil)
	if secretly && !it.raised {
		it.Refuse = string(problem.Auth)
	}
	s.ops = append(s.ops, Op{Kind: kind, Item: it, Slot: it.Slot, Expr: it.Expr, At: at, Lax: !secretly})
	return true
}

func (s *solver) join(it *Item) {
	if s.joins(it) {
		s.make(pieceDeps(it.Into))
		s.ops = append(s.ops, Op{Kind: OpInto, Slot: it.Slot, Item: it})
		s.known[it.Slot] = true
	}
}

// Verifies is the position of the step of a signature, or of a cipher that gives another
// result each time and conceals a digest: it is undone, and the digest compared. -1: none.
func Verifies(e *Expr) int {
	for i, u := range e.Steps {
		if u.Do.Verify != nil {
			return i
		}
	}
	at := slices.IndexFunc(e.Steps, func(u *Use) bool { return u.Do.Random && u.Do.Undo != nil })
	if at < 0 || e.undoable() == "" || !Reversible(e.Steps[at:]) {
		return -1
	}
	return at
}

// undo emits the inverse of a value.
func (s *solver) undo(it *Item) bool {
	e := it.Expr
	if !s.undoes(e.Steps) {
		return false
	}
	switch e.Kind {
	case FromTemplate:
		if !s.matches(e.Pieces) {
			return false
		}
	case FromList:
		e = joined(e)
		if e == nil || !s.matches(e.Pieces) {
			return false
		}
	case FromSelection:
		return false
	}
	s.join(it)
	for _, u := range e.Steps {
		s.make(u.needs())
	}
	if e.Kind == FromTree || e.Kind == FromPairs {
		for _, leaf := range e.Tree.leaves(nil) {
			s.known[leaf.Slot] = true
		}
		s.done[it] = true
		s.ops = append(s.ops, Op{Kind: OpUndo, Item: it, Slot: it.Slot, Expr: e})
		return true
	}
	s.emitMatch(OpUndo, it, e)
	return true
}

// read are the pieces that a text is taken apart into.
func (e *Expr) read() []Piece {
	if e.Kind == FromList {
		e = cmp.Or(joined(e), e)
	}
	return e.Pieces
}

// joined is a list as one template, nil where the order of its parts is lost.
func joined(e *Expr) *Expr {
	if e.Sorted != "" && e.Sorted != "listed" {
		return nil
	}
	out := &Expr{Steps: e.Steps}
	for i, one := range e.List {
		if i > 0 && len(e.Join) > 0 {
			out.Pieces = append(out.Pieces, Piece{Lit: e.Join, Slot: -1})
		}
		out.Pieces = append(out.Pieces, one...)
	}
	return out
}

// unsolvable says what a receiver can never solve.
func (s *solver) unsolvable() {
	for _, it := range s.f.Items {
		if s.done[it] || !s.known[it.Slot] || it.Leaf && s.f.fresh(it.Expr) {
			continue
		}
		lacks := s.lacks(s.roots(s.f.Needs(it.Expr)))
		text := "who receives can never check it"
		if lacks != "" {
			text += ": " + lacks + " is not known there"
		}
		s.c.add(it.pos, it.place, text, s.remedy(it))
	}
	if !s.keys {
		s.c.add(s.f.Decl.Pos, s.f.Place, "nothing that can be read without a key names the app",
			"put {app} into a place, or say app: given where there is one partner at each URL")
	}
	s.proof()
}

// fresh reports whether a place is made of what only its sender knows: the receiver
// takes what comes.
func (f *Form) fresh(e *Expr) bool {
	deps := f.Needs(e)
	id := len(deps) > 0 && !slices.ContainsFunc(deps, func(at int) bool { return at != SlotID })
	return id || slices.Contains(deps, SlotNow) || slices.Contains(deps, SlotRandom)
}

func (s *solver) lacks(slots []int) string {
	var out []string
	for _, at := range slots {
		if !s.canOne(at) && !slices.Contains(out, s.f.Infos[at].Name) {
			out = append(out, s.f.Infos[at].Name)
		}
	}
	return strings.Join(out, ", ")
}

func (s *solver) remedy(it *Item) string {
	for _, at := range s.f.Needs(it.Expr) {
		if at == SlotNow || at == SlotRandom || at == SlotID && !it.Leaf {
			return "write send instead of of where the receiver takes what comes; a window tells it what now was"
		}
	}
	for i := range it.Expr.Pieces {
		p := &it.Expr.Pieces[i]
		if back := slices.IndexFunc(p.Steps, func(u *Use) bool { return u.Do.Undo == nil }); p.Slot == SlotInterface && back >= 0 {
			return p.Steps[back].Src + " cannot be read back: put {interface} into a place of its own, or take map, which replaces single characters both ways"
		}
		if p.Slot >= 0 && !s.canOne(p.Slot) && !s.ends(it.Expr.Pieces, i) {
			return "nobody sees where {" + s.f.Infos[p.Slot].Name + "} ends: put a text behind it, or |fixed N, or |counted 4"
		}
	}
	for _, at := range s.roots(s.f.Needs(it.Expr)) {
		if at == SlotPayload && !s.bindable[at] {
			return `no place of the message has the members of the interface: write "*": "{payload}" where they stand`
		}
		if one := s.f.Infos[at].Item; one != nil && one.Send && !s.bindable[at] {
			return "no place of the message has {" + one.Name + "}: put it into one, or say what it is made of"
		}
	}
	return ""
}
