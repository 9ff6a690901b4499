package dialect

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// list collects the mistakes of one list of texts.
type list struct {
	h   *hunt
	it  *plan.Item
	alt int
	e   *plan.Expr
	out []change
}

// listed are mistakes with a list of texts: its order, what joins it, what it lacks.
func (h *hunt) listed(it *plan.Item, alt int) []change {
	e := h.declared(it, alt)
	if e.Kind != plan.FromList {
		return nil
	}
	l := &list{h, it, alt, e, nil}
	l.ordered()
	for _, sep := range []string{"", "&", "\n", ",", "|", ":", ";", "_", "-", "+", " "} {
		if sep != string(e.Join) {
			l.add("literal", "its parts joined by "+visible(sep), "join them by "+visible(string(e.Join)), writer.Common, func(e *plan.Expr) { e.Join = []byte(sep) })
		}
	}
	l.chosen()
	return l.out
}

func (l *list) add(kind, name, fix string, rank int, edit func(*plan.Expr)) {
	l.out = append(l.out, change{item: l.it, kind: kind, place: l.it.Name, name: name, fix: fix, rank: rank, moves: true, edit: func(d *draft) bool {
		e := d.expr(l.it, l.alt)
		if e == nil {
			return false
		}
		edit(e)
		return true
	}})
}

// called is a part as people call it.
func (l *list) called(i int) string {
	t := &template{h: l.h, pieces: l.e.List[i]}
	var out []string
	for j := range l.e.List[i] {
		out = append(out, t.called(j))
	}
	return strings.Join(out, " ")
}

func (l *list) ordered() {
	const fix = "join them in the declared order"
	l.add("order", "its parts as they are listed", fix, writer.Common, func(e *plan.Expr) { e.Sorted = "listed" })
	l.add("order", "its parts sorted by their texts", fix, writer.Common, func(e *plan.Expr) { e.Sorted = "value" })
	l.add("order", "its parts sorted without letter case", fix, writer.Common, func(e *plan.Expr) { e.Sorted = "name-nocase" })
	n := len(l.e.List)
	if n > 5 {
		return
	}
	for _, order := range append(orders(n), swaps(n)...) {
		names := make([]string, n)
		for i, from := range order {
			names[i] = l.called(from)
		}
		l.add("order", "joined as "+strings.Join(names, " + "), fix, writer.Usual, func(e *plan.Expr) {
			old := slices.Clone(e.List)
			for i, from := range order {
				e.List[i] = old[from]
			}
			e.Sorted = "listed"
		})
	}
}

// chosen are parts that are left out, taken from elsewhere, or too many.
func (l *list) chosen() {
	for i := range l.e.List {
		name := l.called(i)
		l.add("parts", "without "+name, "put "+name+" in", writer.Common, func(e *plan.Expr) { e.List = slices.Delete(e.List, i, i+1) })
		for _, one := range l.h.parts {
			l.add("parts", one.name+" in place of "+name, "take "+name, writer.Usual, func(e *plan.Expr) { e.List[i] = []plan.Piece{one.piece()} })
		}
	}
	for _, one := range l.h.parts {
		for i := 0; i <= len(l.e.List); i++ {
			l.add("parts", "with "+one.name+" too", "leave "+one.name+" out", writer.Usual, func(e *plan.Expr) {
				e.List = slices.Insert(e.List, i, []plan.Piece{one.piece()})
			})
		}
	}
}

func swaps(n int) (out [][]int) {
	for i := range n {
		for j := i + 1; j < n; j++ {
			one := make([]int, n)
			for k := range one {
				one[k] = k
			}
			one[i], one[j] = j, i
			out = append(out, one)
		}
	}
	return out
}
