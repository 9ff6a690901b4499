// Package pattern compares regular expressions, and lengths of two units, by the texts that they take.
package pattern

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"unicode"
)

// maxPairs bounds the work of a comparison of two patterns. Where it is not enough, the
// patterns are two that have nothing to do with each other.
const maxPairs = 20_000

// Compare says how the values that a pattern takes, as a whole, follow those that
// another one took: "loosened", "tightened" or "changed"; "" where they are the same ones.
func Compare(was, is string) string {
	before, errA := syntax.Parse(`\A(?:`+was+`)\z`, syntax.Perl)
	after, errB := syntax.Parse(`\A(?:`+is+`)\z`, syntax.Perl)
	if errA != nil || errB != nil {
		return "changed"
	}
	a, errA := syntax.Compile(before.Simplify())
	b, errB := syntax.Compile(after.Simplify())
	if errA != nil || errB != nil {
		return "changed"
	}
	more, fewer, ok := matchesOf(a, b)
	switch {
	case !ok, more && fewer:
		return "changed"
	case more:
		return "loosened"
	case fewer:
		return "tightened"
	}
	return ""
}

// automaton is one of the two patterns. A state of it is a list of instructions.
type automaton struct{ *syntax.Prog }

// matchesOf walks through all texts, as far as the two patterns tell them apart: whether
// the second one takes some that the first does not, and the other way. It is not ok where
// that is too much work.
func matchesOf(a, b *syntax.Prog) (more, fewer, ok bool) {
	type pair struct{ a, b []uint32 }
	one, two := automaton{a}, automaton{b}
	if one.looksAround() || two.looksAround() {
		return false, false, false
	}
	letters := representatives(a, b)
	begin := syntax.EmptyBeginText | syntax.EmptyBeginLine
	queue := []pair{{one.closure([]uint32{uint32(a.Start)}, begin), two.closure([]uint32{uint32(b.Start)}, begin)}}
	seen := map[string]bool{}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		inA, inB := one.accepts(p.a), two.accepts(p.b)
		more, fewer = more || inB && !inA, fewer || inA && !inB
		if more && fewer {
			return true, true, true
		}
		for _, r := range letters {
			next := pair{one.step(p.a, r), two.step(p.b, r)}
			if len(next.a) == 0 && len(next.b) == 0 {
				continue
			}
			if key := keyOf(next.a, next.b); !seen[key] {
				seen[key] = true
				queue = append(queue, next)
			}
		}
		if len(seen) > maxPairs {
			return false, false, false
		}
	}
	return more, fewer, true
}

// looksAround reports whether a pattern asks for what is beside a character: \b.
func (p automaton) looksAround() bool {
	return slices.ContainsFunc(p.Inst, func(i syntax.Inst) bool {
		return i.Op == syntax.InstEmptyWidth && syntax.EmptyOp(i.Arg)&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0
	})
}

// closure are the instructions that are reached without a character, conditions that hold
// at a place left behind. Others stay, and may hold at the end.
func (p automaton) closure(from []uint32, at syntax.EmptyOp) []uint32 {
	var out []uint32
	done := map[uint32]bool{}
	for stack := slices.Clone(from); len(stack) > 0; {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if done[pc] {
			continue
		}
		done[pc] = true
		switch i := p.Inst[pc]; i.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, i.Out, i.Arg)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, i.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(i.Arg)&^at == 0 {
				stack = append(stack, i.Out)
			} else {
				out = append(out, pc)
			}
		case syntax.InstFail:
		default:
			out = append(out, pc)
		}
	}
	slices.Sort(out)
	return out
}

// accepts reports whether a text may end here.
func (p automaton) accepts(state []uint32) bool {
	return slices.ContainsFunc(p.closure(state, syntax.EmptyEndText|syntax.EmptyEndLine), func(pc uint32) bool { return p.Inst[pc].Op == syntax.InstMatch })
}

// step is where a character leads.
func (p automaton) step(state []uint32, r rune) []uint32 {
	var next []uint32
	for _, pc := range state {
		if i := &p.Inst[pc]; i.Op != syntax.InstMatch && i.Op != syntax.InstEmptyWidth && i.MatchRune(r) {
			next = append(next, i.Out)
		}
	}
	return p.closure(next, 0)
}

// representatives is one character of each kind that two patterns tell apart.
func representatives(a, b *syntax.Prog) []rune {
	out := []rune{0, '\n', '\n' + 1}
	for _, i := range slices.Concat(a.Inst, b.Inst) {
		for _, r := range i.Rune {
			out = append(out, r, r+1)
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) { // with (?i) they are one
				out = append(out, f, f+1)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// keyOf tells a pair of states from others.
func keyOf(a, b []uint32) string {
	var out []byte
	for _, list := range [][]uint32{a, b} {
		out = binary.AppendUvarint(out, uint64(len(list)))
		for _, pc := range list {
			out = binary.AppendUvarint(out, uint64(pc))
		}
	}
	return string(out)
}
