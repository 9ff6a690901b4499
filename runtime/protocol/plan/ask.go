package plan

import (
	"bytes"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Sized is how many bytes pieces take, -1 where that depends on their texts, or where
// a literal among them can be searched for.
func Sized(pieces []Piece) int {
	n := 0
	for i := range pieces {
		p := &pieces[i]
		if p.Slot < 0 || len(p.Steps) == 0 || p.Steps[len(p.Steps)-1].Do.Size == 0 {
			return -1
		}
		n += p.Steps[len(p.Steps)-1].Do.Size
	}
	return n
}

// Quotes reports whether the texts of pairs are quoted: nothing separates within
// quotes.
func (e *Expr) Quotes() bool {
	for i := range e.Pair {
		if bytes.IndexByte(e.Pair[i].Lit, '"') >= 0 {
			return true
		}
		for _, u := range e.Pair[i].Steps {
			if u.Do.Name == "quoted" {
				return true
			}
		}
	}
	return false
}

// NeedsURL reports whether something is made of the whole URL.
func (f *Form) NeedsURL() bool { return f.url }

// AllowsBlank reports whether a place may be blank: one that is a whole payload may.
func (it *Item) AllowsBlank() bool { return it.Whole }

// Halves notes which halves of a pair a form takes.
func (f *Form) Halves(key int, sends bool, into map[step.Half]bool) {
	note := func(list []*Use) {
		for _, u := range list {
			if u.Pair == key {
				half := u.Do.UndoBy
				if sends {
					half = u.Do.ApplyBy
				}
				into[half] = true
			}
		}
	}
	for _, it := range f.Items {
		for _, e := range append([]*Expr{it.Expr}, it.Accept...) {
			note(e.Steps)
			for i := range e.Pieces {
				note(e.Pieces[i].Steps)
			}
		}
	}
}

// Bound reports whether a place of the message gives a name.
func (f *Form) Bound(at int) bool {
	for i := range f.Receive {
		o := &f.Receive[i]
		if o.Kind != OpMatch && o.Kind != OpUndo {
			continue
		}
		if slices.ContainsFunc(o.Expr.Pieces, func(p Piece) bool { return p.Slot == at }) {
			return true
		}
	}
	return false
}

// StatusOf is the HTTP status of an outcome: of its code, of success, or of all
// others.
func StatusOf(list []declare.Status, code string, ok bool) int {
	status, others := 200, 0
	for _, one := range list {
		switch {
		case one.Code == code && code != "":
			return one.Status
		case one.Code == "success" && ok:
			status, others = one.Status, -1
		case one.Code == "*" && others == 0:
			status = one.Status
		}
	}
	return status
}

// Contradicts reports whether the HTTP status of a reply tells another outcome than
// the variant has.
func (f *Form) Contradicts(status int) bool {
	success, others := 0, false
	for _, one := range f.Status {
		if one.Code == "success" {
			success = one.Status
		} else if one.Status == status {
			others = true
		}
	}
	if success == 0 || status == 0 {
		return false
	}
	for _, w := range f.When {
		if w.Outcome == "success" && status != success || w.Outcome != "" && w.Outcome != "success" && status == success && !others {
			return true
		}
	}
	return false
}

// Uses reports whether any template has a name.
func (f *Form) Uses(at int) bool {
	for _, it := range f.Items {
		for _, one := range f.deps(it.Expr) {
			if one == at {
				return true
			}
		}
	}
	return false
}

// Verifies reports whether a form proves anything.
func (f *Form) Verifies() bool {
	for i := range f.Receive {
		switch o := &f.Receive[i]; o.Kind {
		case OpCompare, OpVerify, OpUndo:
			if secretly, _ := f.reachesSecret(o.Expr, nil); secretly {
				return true
			}
		}
	}
	return false
}

// Holds reports whether a text is one of the constant's.
func (c *Constant) Holds(b []byte) bool {
	for _, t := range c.Texts {
		if string(t.B) == string(b) {
			return true
		}
	}
	return false
}

// Refuse is the code of a guard's refusal.
func (g *Guard) Refuse() string {
	if g.Else != "" {
		return g.Else
	}
	switch g.Kind {
	case "once":
		return string(problem.Repeated)
	case "like":
		return string(problem.Format)
	}
	return string(problem.Auth)
}

// Asks reports whether a form has conditions about values.
func (f *Form) Asks() bool {
	for i := range f.When {
		if f.When[i].Later {
			return true
		}
	}
	return false
}

// KeyedBy reports whether a step takes the slot as its key.
func (e *Expr) KeyedBy(at int) bool {
	for _, u := range e.Steps {
		if u.Key == at {
			return true
		}
	}
	for i := range e.Pieces {
		for _, u := range e.Pieces[i].Steps {
			if u.Key == at {
				return true
			}
		}
	}
	return false
}

// Alone reports whether a place or value holds the text of another slot as it is.
func (f *Form) Alone(at, of int) bool {
	for range len(f.Items) + 1 {
		if at == of {
			return true
		}
		i := f.Infos[at]
		if i.Item == nil || i.Item.Expr == nil {
			return false
		}
		one := Single(i.Item.Expr)
		if one == nil || len(one.Steps) > 0 {
			return false
		}
		at = one.Slot
	}
	return false
}

// Issued reports whether a value must be a token that was issued; -1 asks for any.
func (f *Form) Issued(at int) bool {
	return slices.ContainsFunc(f.Guards, func(g Guard) bool { return g.Kind == "issued" && (at < 0 || g.Slot == at) })
}

// Carrier is the part of a message that has a slot's text in such a way that a
// receiver can take it out: the carriage of the body, query, header or path.
func (f *Form) Carrier(at int) string {
	var body, query []*Item
	if f.Body != nil {
		body = f.Body.leaves(nil)
	}
	if f.BodyText != nil {
		body = append(body, f.BodyText)
	}
	if f.Query != nil {
		query = f.Query.leaves(nil)
	}
	if f.QueryText != nil {
		query = append(query, f.QueryText)
	}
	for _, it := range f.Items {
		inside := slices.Contains(body, it)
		switch {
		case !it.Leaf || !f.leads(it.Expr, at, len(f.Items)):
		case inside:
			return f.Decl.Carriage
		case slices.Contains(query, it):
			return "query"
		case it == f.Path:
			return "path"
		case it.Holder == "header":
			return "header"
		}
	}
	return ""
}

// leads reports whether a text can be taken out of an expression.
func (f *Form) leads(e *Expr, to, depth int) bool {
	if e == nil || depth == 0 || e.Kind == FromSelection || e.undoable() != "" {
		return false
	}
	for _, at := range f.holes(e) {
		if at == to {
			return true
		}
		if it := f.Infos[at].Item; it != nil && f.leads(it.Expr, to, depth-1) {
			return true
		}
		for _, it := range f.Items { // a part of a value that is taken apart
			if it.Into != nil && slices.Contains(pieceDeps(it.Into), at) && f.leads(it.Expr, to, depth-1) {
				return true
			}
		}
	}
	return false
}

// holes are the slots of an expression whose steps can be undone.
func (f *Form) holes(e *Expr) []int {
	lists := append([][]Piece{e.Pieces}, e.List...)
	if e.Tree != nil {
		for _, it := range e.Tree.leaves(nil) {
			lists = append(lists, it.Expr.Pieces)
		}
	}
	var out []int
	for _, list := range lists {
		for i := range list {
			undone := !slices.ContainsFunc(list[i].Steps, func(u *Use) bool { return u.Do.Undo == nil })
			if list[i].Slot >= 0 && undone {
				out = append(out, list[i].Slot)
			}
		}
	}
	return out
}

// Frames reports whether a tree has the code or the payload of a reply among its own
// members.
func (f *Form) Frames(e *Expr) bool {
	return slices.ContainsFunc(e.Tree.leaves(nil), func(it *Item) bool {
		return f.Alone(it.Slot, SlotPayload) || slices.ContainsFunc(it.Expr.Pieces, func(p Piece) bool { return p.Slot == SlotCode })
	})
}
