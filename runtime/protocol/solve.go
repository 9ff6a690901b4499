package protocol

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

type position = declare.Pos

// solver finds the order in which a receiver solves the equations of a form.
type solver struct {
	c        *compiler
	f        *form
	known    map[int]bool // has a text
	bindable map[int]bool // a place, a tree or a taking apart may give it
	done     map[*item]bool
	keys     bool // the app is known
	ops      []op
	making   map[int]bool
}

func (c *compiler) planReceive(f *form) {
	s := &solver{c: c, f: f, known: map[int]bool{}, bindable: map[int]bool{}, done: map[*item]bool{}, making: map[int]bool{}}
	for _, at := range []int{slotMethod, slotScheme, slotHost, slotPath, slotQuery, slotBody, slotURL, slotTarget, slotFrame} {
		s.known[at] = true
	}
	for _, it := range f.items {
		s.note(it)
	}
	if f.reply || f.x.given {
		s.known[slotApp], s.keys = true, true
		s.ops = append(s.ops, op{kind: opApp})
	}
	if f.reply || !s.bindable[slotInterface] {
		s.known[slotInterface] = true
	}
	for s.step() {
	}
	s.judge()
	f.receive = s.ops
}

// note marks what an item's text may give, and what has a text from the start.
func (s *solver) note(it *item) {
	mark := func(list []piece) {
		for i := range list {
			if list[i].slot >= 0 {
				s.bindable[list[i].slot] = true
			}
		}
	}
	mark(it.into)
	if it.leaf {
		mark(it.expr.pieces)
	}
	inTree := it.leaf && it.holder == "json" && !s.inBody(it)
	if it.leaf && !inTree {
		s.known[it.slot] = true
	}
}

// inBody reports whether a leaf is a place of the message, not of a value's tree.
func (s *solver) inBody(it *item) bool {
	return it == s.f.bodyText || s.f.body != nil && slices.Contains(s.f.body.leaves(nil), it)
}

// step makes one step forward.
func (s *solver) step() bool {
	for _, it := range s.f.items {
		if it.leaf && !s.done[it] && s.known[it.slot] && s.matches(it.expr.pieces) {
			s.emitMatch(opMatch, it, it.expr)
			return true
		}
	}
	if !s.keys && s.known[slotApp] {
		s.keys = true
		s.ops = append(s.ops, op{kind: opApp})
		return true
	}
	if s.clock() || s.token() {
		return true
	}
	for _, try := range []func(*item) bool{s.check, s.undo} {
		for i := len(s.f.items) - 1; i >= 0; i-- {
			it := s.f.items[i]
			if !it.leaf && !s.done[it] && (s.known[it.slot] || s.joins(it)) && try(it) {
				return true
			}
		}
	}
	return false
}

// joins reports whether the parts of a value that is taken apart are all known.
func (s *solver) joins(it *item) bool {
	return it.into != nil && !s.known[it.slot] && s.can(pieceDeps(it.into))
}

// clock learns now from a value that a window judges, where something is made of it.
func (s *solver) clock() bool {
	if s.known[slotNow] {
		return false
	}
	used := false
	for _, it := range s.f.items {
		used = used || !it.send && slices.Contains(s.f.deps(it.expr), slotNow)
	}
	for i := range s.f.guards {
		g := &s.f.guards[i]
		if used && g.Kind == "window" && g.clock != nil && s.known[g.slot] {
			s.known[slotNow] = true
			s.ops = append(s.ops, op{kind: opClock, slot: g.slot, g: g})
			return true
		}
	}
	return false
}

// token finds the app by its token, where nothing else names it.
func (s *solver) token() bool {
	if s.known[slotApp] || s.bindable[slotApp] {
		return false
	}
	for i := range s.f.guards {
		if g := &s.f.guards[i]; g.Kind == "issued" && s.known[g.slot] {
			s.known[slotApp] = true
			s.ops = append(s.ops, op{kind: opToken, slot: g.slot, g: g})
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
	if s.known[at] || at == slotName || at == slotValue {
		return true
	}
	i := s.f.infos[at]
	switch i.kind {
	case secret:
		return s.keys || s.c.p.keys[i.key].System
	case partSlot, callSlot:
		return true
	case value:
		if s.bindable[at] || i.item == nil || i.item.send || i.item.expr == nil || s.making[at] || random(i.item.expr) {
			return false
		}
	case leafSlot:
		if s.making[at] || s.inBody(i.item) {
			return false
		}
	default:
		return false
	}
	s.making[at] = true
	defer delete(s.making, at)
	return s.can(s.f.deps(i.item.expr))
}

// random reports whether computing again gives another text.
func random(e *expr) bool {
	for _, u := range e.steps {
		if u.do.Random {
			return true
		}
	}
	for i := range e.pieces {
		for _, u := range e.pieces[i].steps {
			if u.do.Random {
				return true
			}
		}
	}
	return false
}

// make emits what makes the slots that are not known yet.
func (s *solver) make(slots []int) {
	for _, at := range slots {
		if s.known[at] || at == slotName || at == slotValue {
			continue
		}
		i := s.f.infos[at]
		switch i.kind {
		case partSlot:
			s.ops = append(s.ops, op{kind: opPart, slot: at})
		case callSlot:
			s.ops = append(s.ops, op{kind: opCall, slot: at})
		case value, leafSlot:
			s.make(s.f.deps(i.item.expr))
			s.ops = append(s.ops, op{kind: opCompute, slot: at, expr: i.item.expr, item: i.item})
			s.done[i.item] = true
		default:
			continue
		}
		s.known[at] = true
	}
}

// matches reports whether a template can be read: every hole is known, or its end
// can be seen and its steps can be undone.
func (s *solver) matches(list []piece) bool {
	for i := range list {
		p := &list[i]
		if p.slot < 0 || s.fixed(p) {
			continue
		}
		if s.f.infos[p.slot].kind == secret || p.slot == slotNow || p.slot == slotRandom || !s.undoes(p.steps) {
			return false
		}
		if p.slot == slotApp || s.f.infos[p.slot].kind == value || s.f.infos[p.slot].kind == constantSlot || p.slot < builtins {
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
// no place gave yet is rather taken from here, and then judged by its own equation.
func (s *solver) fixed(p *piece) bool {
	if s.f.infos[p.slot].kind == value && !s.known[p.slot] {
		return false
	}
	deps := []int{p.slot}
	for _, u := range p.steps {
		if u.do.Random {
			return false
		}
		deps = append(deps, u.needs()...)
	}
	return s.can(deps)
}

// undoes reports whether steps can be undone with what is known.
func (s *solver) undoes(list []*use) bool {
	for _, u := range list {
		if u.do.Undo == nil || u.do.Vague || !s.can(u.needs()) {
			return false
		}
	}
	return true
}

// ends reports whether it can be seen where the hole at i ends.
func (s *solver) ends(list []piece, i int) bool {
	p := &list[i]
	if n := len(p.steps); n > 0 && p.steps[n-1].do.Take != nil || i == len(list)-1 {
		return true
	}
	return list[i+1].slot < 0 || sized(list[i+1:]) >= 0 || s.fixed(&list[i+1])
}

// emitMatch emits the reading of a template; its holes are known then.
func (s *solver) emitMatch(kind opKind, it *item, e *expr) {
	for i := range e.pieces {
		if p := &e.pieces[i]; p.slot >= 0 {
			for _, u := range p.steps {
				s.make(u.needs())
			}
			if s.fixed(p) {
				s.make([]int{p.slot})
			}
			s.known[p.slot] = true
		}
	}
	s.done[it] = true
	s.ops = append(s.ops, op{kind: kind, item: it, slot: it.slot, expr: e})
}

// check emits the comparison or verification of a value.
func (s *solver) check(it *item) bool {
	if it.send {
		s.done[it] = true
		return true
	}
	at := verifies(it.expr)
	if k := it.expr.kind; (k == fromTree || k == fromPairs) && it.expr.undoable() == "" {
		return false // who writes JSON or pairs chooses order and blanks: it is read, not compared
	}
	if at < 0 && random(it.expr) || !s.can(s.f.deps(it.expr)) {
		return false
	}
	if at >= 0 && !s.undoes(it.expr.steps[at+1:]) {
		return false
	}
	s.join(it)
	s.make(s.f.deps(it.expr))
	kind := opCompare
	if at >= 0 {
		kind = opVerify
	}
	for _, e := range it.accept {
		if s.can(s.f.deps(e)) {
			s.make(s.f.deps(e))
		}
	}
	s.done[it] = true
	secretly, _ := s.f.reachesSecret(it.expr, nil)
	s.ops = append(s.ops, op{kind: kind, item: it, slot: it.slot, expr: it.expr, at: at, lax: !secretly})
	return true
}

func (s *solver) join(it *item) {
	if s.joins(it) {
		s.make(pieceDeps(it.into))
		s.ops = append(s.ops, op{kind: opInto, slot: it.slot, item: it})
		s.known[it.slot] = true
	}
}

// verifies is the position of the step of a signature, -1: none.
func verifies(e *expr) int {
	for i, u := range e.steps {
		if u.do.Verify != nil {
			return i
		}
	}
	return -1
}

// undo emits the inverse of a value.
func (s *solver) undo(it *item) bool {
	e := it.expr
	if !s.undoes(e.steps) {
		return false
	}
	switch e.kind {
	case fromTemplate:
		if !s.matches(e.pieces) {
			return false
		}
	case fromList:
		e = joined(e)
		if e == nil || !s.matches(e.pieces) {
			return false
		}
	case fromSelection:
		return false
	}
	s.join(it)
	for _, u := range e.steps {
		s.make(u.needs())
	}
	if e.kind == fromTree || e.kind == fromPairs {
		for _, leaf := range e.tree.leaves(nil) {
			s.known[leaf.slot] = true
		}
		s.done[it] = true
		s.ops = append(s.ops, op{kind: opUndo, item: it, slot: it.slot, expr: e})
		return true
	}
	s.emitMatch(opUndo, it, e)
	return true
}

// joined is a list as one template, nil where the order of its parts is lost.
func joined(e *expr) *expr {
	if e.sorted != "" && e.sorted != "listed" {
		return nil
	}
	out := &expr{steps: e.steps}
	for i, one := range e.list {
		if i > 0 && len(e.join) > 0 {
			out.pieces = append(out.pieces, piece{lit: e.join, slot: -1})
		}
		out.pieces = append(out.pieces, one...)
	}
	return out
}

// judge says what a receiver can never solve.
func (s *solver) judge() {
	for _, it := range s.f.items {
		if s.done[it] || !s.known[it.slot] || it.leaf && s.f.fresh(it.expr) {
			continue
		}
		lacks := s.lacks(s.f.deps(it.expr))
		text := "who receives can never check it"
		if lacks != "" {
			text += ": " + lacks + " is not known there"
		}
		s.c.add(it.pos, it.place, text, s.mend(it))
	}
	if !s.keys {
		s.c.add(s.f.decl.Pos, s.f.place, "nothing that can be read without a key names the app",
			"put {app} into a place, or say app: given where there is one partner at each URL")
	}
	s.proof()
}

// fresh reports whether a place is made of what only its sender knows: the receiver
// takes what stands there.
func (f *form) fresh(e *expr) bool {
	deps := f.deps(e)
	return slices.Contains(deps, slotNow) || slices.Contains(deps, slotRandom)
}

func (s *solver) lacks(slots []int) string {
	var out []string
	for _, at := range slots {
		if !s.canOne(at) && !slices.Contains(out, s.f.infos[at].name) {
			out = append(out, s.f.infos[at].name)
		}
	}
	return strings.Join(out, ", ")
}

func (s *solver) mend(it *item) string {
	for _, at := range s.f.deps(it.expr) {
		if at == slotNow || at == slotRandom {
			return fmt.Sprintf("write send instead of of where the receiver takes what comes; a window tells it what now was")
		}
	}
	for i := range it.expr.pieces {
		if p := &it.expr.pieces[i]; p.slot >= 0 && !s.ends(it.expr.pieces, i) {
			return "nobody sees where {" + s.f.infos[p.slot].name + "} ends: put a text behind it, or |fixed N, or |counted 4"
		}
	}
	return ""
}

// proof warns where nothing that is secret covers what the interface acts on.
func (s *solver) proof() {
	f := s.f
	if f.reply || f.answer != nil || !s.keys {
		return
	}
	keyed, covered := false, false
	for _, o := range s.ops {
		if o.kind != opCompare && o.kind != opVerify && o.kind != opUndo {
			continue
		}
		for _, e := range append([]*expr{o.expr}, o.item.accept...) {
			secret, acts := f.reachesSecret(e, nil)
			keyed = keyed || secret
			covered = covered || secret && acts
		}
	}
	for i := range f.guards {
		keyed = keyed || f.guards[i].Kind == "issued"
	}
	switch {
	case !keyed:
		s.c.weak(f.decl.Pos, f.place, "nothing in it proves who sent it", "sign something with a key, or demand an issued token")
	case !covered:
		s.c.weak(f.decl.Pos, f.place, "no signature covers what the interface acts on", "sign the body, the payload or the parameters")
	}
}

// reachesSecret reports whether an expression is made of a secret, and of what an
// interface acts on.
func (f *form) reachesSecret(e *expr, seen []int) (secretly, acts bool) {
	if e.kind == fromSelection {
		acts = true
	}
	for _, at := range f.deps(e) {
		if slices.Contains(seen, at) {
			continue
		}
		seen = append(seen, at)
		i := f.infos[at]
		secretly = secretly || i.kind == secret
		acts = acts || at == slotBody || at == slotPayload || at == slotQuery || at == slotURL || i.kind == partSlot
		if i.item != nil && i.item.expr != nil {
			a, b := f.reachesSecret(i.item.expr, seen)
			secretly, acts = secretly || a, acts || b
		}
	}
	return secretly, acts
}
