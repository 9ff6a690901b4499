package dialect

import (
	"bytes"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// exchanged are the pieces of a template in another order.
func (t *template) exchanged() {
	for i := range t.pieces {
		for j := i + 1; j < len(t.pieces); j++ {
			if t.separates(i) != t.separates(j) && (j != i+1 || len(t.pieces) > 2) {
				continue
			}
			t.add("order", t.called(i)+" and "+t.called(j)+" exchanged", "keep the declared order", writer.Common, func(l []plan.Piece) []plan.Piece {
				l[i], l[j] = l[j], l[i]
				return l
			})
		}
	}
	if at := t.holes(); len(at) > 2 && len(at) <= 5 {
		for _, order := range orders(len(at)) {
			t.add("order", "its parts in another order", "keep the declared order", writer.Possible, func(l []plan.Piece) []plan.Piece {
				old := slices.Clone(l)
				for i, from := range order {
					l[at[i]] = old[at[from]]
				}
				return l
			})
		}
	}
}

// segments are the parts of a text of the form a=…&b=…, each with its name, in another
// order.
func (t *template) segments() {
	list, sep := cutSegments(t.pieces)
	if len(list) < 2 {
		return
	}
	called := func(i int) string {
		sub := &template{h: t.h, pieces: list[i]}
		var out []string
		for j := range list[i] {
			out = append(out, strings.Trim(sub.called(j), `"`))
		}
		return strings.Join(out, "")
	}
	put := func(name string, rank int, order []int) {
		t.add("order", name, "keep the declared order", rank, func(l []plan.Piece) []plan.Piece {
			list, _ := cutSegments(l)
			var out []plan.Piece
			for i, from := range order {
				if i > 0 {
					out = append(out, sep)
				}
				out = append(out, list[from]...)
			}
			return out
		})
	}
	for _, order := range swaps(len(list)) {
		i := 0
		for order[i] == i {
			i++
		}
		put(called(i)+" and "+called(order[i])+" exchanged", writer.Common, order)
	}
	if len(list) > 5 {
		return
	}
	for _, order := range orders(len(list)) {
		names := make([]string, len(order))
		for i, from := range order {
			names[i] = called(from)
		}
		put("in the order "+strings.Join(names, ", "), writer.Usual, order)
	}
}

// cutSegments cuts a template at what separates its segments.
func cutSegments(pieces []plan.Piece) (list [][]plan.Piece, sep plan.Piece) {
	at := slices.IndexFunc(pieces, func(p plan.Piece) bool {
		return p.Slot < 0 && (string(p.Lit) == "&" || string(p.Lit) == "\n" || string(p.Lit) == "|")
	})
	if at < 0 {
		return nil, sep
	}
	sep = pieces[at]
	var one []plan.Piece
	for _, p := range pieces {
		if p.Slot < 0 && bytes.Equal(p.Lit, sep.Lit) {
			list, one = append(list, one), nil
			continue
		}
		one = append(one, p)
	}
	return append(list, one), sep
}

// orders are the orders of n things that are no exchange of two.
func orders(n int) (out [][]int) {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	var walk func(int)
	walk = func(k int) {
		if k == n {
			moved := 0
			for i, at := range list {
				if i != at {
					moved++
				}
			}
			if moved > 2 {
				out = append(out, slices.Clone(list))
			}
			return
		}
		for i := k; i < n; i++ {
			list[k], list[i] = list[i], list[k]
			walk(k + 1)
			list[k], list[i] = list[i], list[k]
		}
	}
	walk(0)
	return out
}
