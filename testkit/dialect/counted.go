package dialect

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// widest is the most bytes that a length is tried to be filled up to.
const widest = 12

// counted are steps that count, with another unit, width or side.
func (h *hunt) counted(p *pipe, i int, u *plan.Use) (out []change) {
	use, err := declare.ParseUse(u.Src)
	if err != nil {
		return nil
	}
	put := func(name string, rank int, args []string, named map[string]string) {
		if other := found(u, use.Name, args, named); other != nil {
			out = append(out, change{
				item: p.item, kind: "count", place: p.label, name: name, tail: "(declared: " + u.Src + ")", fix: "write it as declared: " + u.Src,
				rank: rank + p.plus, edit: p.replace(i, i+1, other),
			})
		}
	}
	named := maps.Clone(use.Named)
	if named == nil {
		named = map[string]string{}
	}
	switch use.Name {
	case "length", "first", "last", "skip":
		name := "counted in bytes of UTF-8"
		if delete(named, "of"); use.Named["of"] == "" {
			name, named["of"] = "counted in characters", "characters"
		}
		put(use.Name+" "+name, writer.Common, use.Args, named)
	case "pad":
		declared, _ := strconv.Atoi(use.Args[0])
		for n := 1; n <= widest; n++ {
			if n != declared {
				put(fmt.Sprintf("filled up to %d characters", n), writer.Usual, []string{strconv.Itoa(n), use.Args[1]}, named)
			}
		}
		side := "start"
		if use.Named["at"] == side {
			side = "end"
		}
		named["at"] = side
		put("filled up at its "+side, writer.Common, use.Args, named)
	}
	return out
}

// untouched is a text without any of its steps in front of the digest.
func (h *hunt) untouched(p *pipe, end int) []change {
	if end < 2 || end == len(p.uses) {
		return nil
	}
	src := make([]string, end)
	for i, u := range p.uses[:end] {
		src[i] = u.Src
	}
	all := strings.Join(src, " and ")
	return []change{{
		item: p.item, kind: "step", place: p.label, name: "without " + all, fix: "carry them out: " + strings.Join(src, ", "), rank: writer.Common + p.plus,
		edit: p.replace(0, end),
	}}
}

// runs are a hole or a word left out with all that names and separates it.
func (t *template) runs() {
	for i := range t.pieces {
		if i+2 <= len(t.pieces) && t.countHoles(i, 2) == 0 {
			t.leave(i, 2)
		}
		if i+3 <= len(t.pieces) && t.countHoles(i, 3) == 1 {
			t.leave(i, 3)
		}
	}
}

// countHoles is how many of n pieces are holes.
func (t *template) countHoles(at, n int) (holes int) {
	for _, p := range t.pieces[at : at+n] {
		if p.Slot >= 0 {
			holes++
		}
	}
	return holes
}

// leave leaves n pieces out.
func (t *template) leave(at, n int) {
	names := make([]string, n)
	for i := range names {
		names[i] = t.called(at + i)
	}
	all := strings.Join(names, " and ")
	t.add("parts", "without "+all, "put "+all+" in", writer.Common, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, at, at+n) })
}

// fields are the holes with the words in front that name them, in another order.
func (t *template) fields() {
	var at []int
	for i := range len(t.pieces) - 1 {
		if t.pieces[i].Slot < 0 && !t.separates(i) && t.pieces[i+1].Slot >= 0 {
			at = append(at, i)
		}
	}
	for n, i := range at {
		for _, j := range at[n+1:] {
			name := t.called(i) + " with " + t.called(i+1) + " and " + t.called(j) + " with " + t.called(j+1) + " exchanged"
			t.add("order", name, "keep the declared order", writer.Common, func(l []plan.Piece) []plan.Piece {
				l[i], l[j], l[i+1], l[j+1] = l[j], l[i], l[j+1], l[i+1]
				return l
			})
		}
	}
}
