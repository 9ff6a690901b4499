package dialect

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// change is one mistake at one place.
type change struct {
	item   *plan.Item // whose text it changes, nil: a key, or what came
	kind   string     // changes of one kind at one item are not joined in a pair
	place  string     // "the values of params"
	name   string     // "escaped by Java's URLEncoder"
	tail   string     // "(declared: url rfc3986)"
	fix    string
	rank   int
	behind bool // it is behind the text that is signed: another form of what comes out
	moves  bool // it moves parts: whoever counts them comes first
	edit   func(d *draft) bool
	look   func() (ours, theirs string) // nil: the masked texts of the item
}

// cause is the mistake as people read it.
func (c *change) cause() string { return strings.TrimSpace(c.place + ": " + c.name + " " + c.tail) }

// draft is an overlay that is being written.
type draft struct {
	h     *hunt
	exprs map[*plan.Item]*plan.Expr
	alt   map[*plan.Item]int
	texts map[int][]byte
}

func (h *hunt) draft() *draft {
	return &draft{h, map[*plan.Item]*plan.Expr{}, map[*plan.Item]int{}, map[int][]byte{}}
}

func (d *draft) overlay() *protocol.Overlay { return &protocol.Overlay{Exprs: d.exprs, Texts: d.texts} }

// expr is the expression of an item to change, nil where another one of its forms is
// being changed already.
func (d *draft) expr(it *plan.Item, alt int) *plan.Expr {
	if e := d.exprs[it]; e != nil {
		if d.alt[it] != alt {
			return nil
		}
		return e
	}
	e := clone(d.h.declared(it, alt))
	d.exprs[it], d.alt[it] = e, alt
	return e
}

// clone is a copy that can be changed.
func clone(e *plan.Expr) *plan.Expr {
	out := *e
	out.Pieces, out.Pair, out.Steps = clonePieces(e.Pieces), clonePieces(e.Pair), slices.Clone(e.Steps)
	out.List = nil
	for _, one := range e.List {
		out.List = append(out.List, clonePieces(one))
	}
	if e.Sel != nil {
		s := *e.Sel
		s.From = slices.Clone(s.From)
		for i := range s.From {
			s.From[i].Pieces = clonePieces(s.From[i].Pieces)
		}
		s.Pair, s.Only, s.Skip = clonePieces(s.Pair), clonePieces(s.Only), slices.Clone(s.Skip)
		out.Sel = &s
	}
	return &out
}

func clonePieces(list []plan.Piece) []plan.Piece {
	out := slices.Clone(list)
	for i := range out {
		out[i].Steps = slices.Clone(out[i].Steps)
	}
	return out
}

// declared is what an item is made of: 0 is what is declared, others are what is
// accepted too.
func (h *hunt) declared(it *plan.Item, alt int) *plan.Expr {
	switch {
	case alt > 0:
		return it.Accept[alt-1]
	case h.given[it] != nil:
		return h.given[it]
	case it == h.f.Op.Item:
		return h.f.Op.Expr
	}
	return it.Expr
}

// own makes a step of a function, which nobody can undo.
func own(name string, f func([]byte) []byte) *plan.Use {
	return use(&step.Do{
		Name:  name,
		Apply: func(dst, in []byte, _ *step.Call) ([]byte, error) { return append(dst, f(in)...), nil },
		Undo:  func(dst, _ []byte, _ *step.Call) ([]byte, error) { return dst, errOther },
	})
}

func use(do *step.Do) *plan.Use {
	return &plan.Use{Do: do, Src: do.Name, Key: -1, Pair: -1, Prep: -1, Refs: plan.NoRefs()}
}

// found makes a step of the table of steps, with the key that an old one has.
func found(old *plan.Use, name string, args []string, named map[string]string) *plan.Use {
	do, err := step.Find(name, args, named)
	if err != nil {
		return nil
	}
	out := use(do)
	if old != nil {
		out.Key, out.Pair, out.Refs = old.Key, old.Pair, old.Refs
	}
	return out
}

// pipe is a text and the steps on it: that of an item, or of a hole.
type pipe struct {
	item   *plan.Item
	alt    int
	label  string
	uses   []*plan.Use
	at     func(*plan.Expr) *[]*plan.Use
	stages [][]byte // the text, and what each step makes of it; of the values of pairs nil
	each   [][]byte // the values of pairs
	secret bool
	whole  bool
	given  bool // its text is that of an item with a pipe of its own
	plus   int  // to the rank
}

// insert puts a step before the one at i.
func (p *pipe) insert(i int, u *plan.Use) func(*draft) bool {
	return func(d *draft) bool {
		e := d.expr(p.item, p.alt)
		if e == nil {
			return false
		}
		list := p.at(e)
		if list == nil || i > len(*list) {
			return false
		}
		*list = slices.Insert(*list, i, u)
		return true
	}
}

// replace puts steps in the place of those from i to j.
func (p *pipe) replace(i, j int, list ...*plan.Use) func(*draft) bool {
	return func(d *draft) bool {
		e := d.expr(p.item, p.alt)
		if e == nil {
			return false
		}
		steps := p.at(e)
		if steps == nil || j > len(*steps) || slices.Contains(list, nil) {
			return false
		}
		*steps = slices.Replace(*steps, i, j, list...)
		return true
	}
}

// pipes lists every text that goes into a value, outermost first.
func (h *hunt) pipes() []*pipe {
	var out []*pipe
	for _, it := range h.items {
		for alt := 0; alt <= len(it.Accept) && (it == h.f.Op.Item || alt == 0); alt++ {
			out = append(out, h.pipesOf(it, alt)...)
		}
	}
	return out
}

func (h *hunt) pipesOf(it *plan.Item, alt int) []*pipe {
	e := h.declared(it, alt)
	base, _ := h.q.Base(e)
	whole := &pipe{
		item: it, alt: alt, label: "the text of " + it.Name, uses: e.Steps, whole: true,
		at: func(e *plan.Expr) *[]*plan.Use { return &e.Steps }, stages: h.q.Stages(base, e.Steps),
		secret: len(e.Pieces) == 1 && e.Pieces[0].Slot >= 0 && h.q.Secret(e.Pieces[0].Slot) && len(e.Steps) == 0,
	}
	if single := plan.Single(e); single != nil {
		whole.label = h.name(single.Slot)
	}
	out := []*pipe{whole}
	holes := func(list []plan.Piece, at func(*plan.Expr) []plan.Piece) {
		for i := range list {
			if list[i].Slot >= 0 && (plan.SingleSteps(e) == nil || len(list[i].Steps) > 0) {
				out = append(out, h.hole(it, alt, &list[i], func(e *plan.Expr) *[]*plan.Use { return &at(e)[i].Steps }))
			}
		}
	}
	holes(e.Pieces, func(e *plan.Expr) []plan.Piece { return e.Pieces })
	for i := range e.List {
		holes(e.List[i], func(e *plan.Expr) []plan.Piece { return e.List[i] })
	}
	if e.Sel != nil {
		for i := range e.Sel.From {
			holes(e.Sel.From[i].Pieces, func(e *plan.Expr) []plan.Piece { return e.Sel.From[i].Pieces })
		}
		out = append(out, h.pairPipes(it, alt, e.Sel)...)
	}
	return out
}

// hole is the pipe of one hole.
func (h *hunt) hole(it *plan.Item, alt int, p *plan.Piece, at func(*plan.Expr) *[]*plan.Use) *pipe {
	one := &pipe{
		item: it, alt: alt, label: h.name(p.Slot), uses: p.Steps, at: at, secret: h.q.Secret(p.Slot),
		stages: h.q.Stages(h.q.Text(p.Slot), p.Steps),
	}
	info := h.form.Infos[p.Slot].Item
	one.given = info != nil && slices.Contains(h.items, info)
	if one.given {
		one.plus = 5
	}
	return one
}

// pairPipes are the names and the values of a selection.
func (h *hunt) pairPipes(it *plan.Item, alt int, s *plan.Selection) (out []*pipe) {
	pairs := h.pairs(it, alt)
	template := s.Pair
	for i := range template {
		at := template[i].Slot
		if at != plan.SlotName && at != plan.SlotValue && at != plan.SlotRaw {
			continue
		}
		one := &pipe{
			item: it, alt: alt, label: "the values of " + it.Name, uses: template[i].Steps,
			at: func(e *plan.Expr) *[]*plan.Use {
				for j := range e.Sel.Pair {
					if e.Sel.Pair[j].Slot == at {
						return &e.Sel.Pair[j].Steps
					}
				}
				return nil // the pair is written otherwise
			},
		}
		if at == plan.SlotName {
			one.label, one.plus = "the names of "+it.Name, 5
		}
		for _, p := range pairs {
			text := map[int][]byte{plan.SlotName: p.Name, plan.SlotValue: p.Text, plan.SlotRaw: p.Raw}[at]
			one.each = append(one.each, text)
		}
		out = append(out, one)
	}
	return out
}

// pairs are those that a selection takes, in their order.
func (h *hunt) pairs(it *plan.Item, alt int) (out []step.Named) {
	e := clone(h.declared(it, alt))
	e.Sel.Then = func(list []step.Named) []step.Named {
		out = clonePairs(list)
		return list
	}
	_, _ = h.q.Base(e) // it was made before
	return out
}

func clonePairs(list []step.Named) []step.Named {
	out := slices.Clone(list)
	for i := range out {
		p := &out[i]
		p.Name, p.Text, p.Raw = slices.Clone(p.Name), slices.Clone(p.Text), slices.Clone(p.Raw)
	}
	return out
}

// then adds a change of the pairs of a selection.
func then(it *plan.Item, alt int, f func([]step.Named) []step.Named) func(*draft) bool {
	return func(d *draft) bool {
		e := d.expr(it, alt)
		if e == nil || e.Sel == nil {
			return false
		}
		before := e.Sel.Then
		e.Sel.Then = func(list []step.Named) []step.Named {
			if before != nil {
				list = before(list)
			}
			return f(slices.Clone(list))
		}
		return true
	}
}

// name is a part of the message as people call it.
func (h *hunt) name(slot int) string {
	switch slot {
	case plan.SlotApp:
		return "the app id"
	case plan.SlotURL:
		return "the URL"
	case plan.SlotTarget:
		return "path and query"
	case plan.SlotMethod, plan.SlotPath, plan.SlotQuery, plan.SlotBody, plan.SlotHost, plan.SlotScheme, plan.SlotPayload:
		return "the " + h.form.Infos[slot].Name
	case plan.SlotName:
		return "the names"
	case plan.SlotValue, plan.SlotRaw:
		return "the values"
	}
	return h.form.Infos[slot].Name
}
