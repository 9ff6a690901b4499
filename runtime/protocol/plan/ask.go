package plan

import (
	"bytes"
	"cmp"
	"slices"
	"time"

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

// Quotes reports whether the texts of pairs are quoted: nothing separates within quotes.
func (e *Expr) Quotes() bool {
	quoted := func(u *Use) bool { return u.Do.Name == "quoted" }
	return slices.ContainsFunc(e.Pair, func(p Piece) bool { return bytes.IndexByte(p.Lit, '"') >= 0 || slices.ContainsFunc(p.Steps, quoted) })
}

// IsNull reports whether a place always is null, so that it may as well be missing.
func (it *Item) IsNull() bool {
	return it != nil && it.Expr.Scalar && len(it.Expr.Pieces) == 1 && string(it.Expr.Pieces[0].Lit) == "null"
}

// IsEmpty reports whether a place always has an empty text.
func (it *Item) IsEmpty() bool {
	return !slices.ContainsFunc(it.Expr.Pieces, func(p Piece) bool { return p.Slot >= 0 || len(p.Lit) > 0 })
}

// Halves are those of a pair that a side needs, the server or the client.
func (p *Protocol) Halves(key int, server bool) map[step.Half]bool {
	out := map[step.Half]bool{}
	for _, one := range []struct {
		x     *Exchange
		sends bool
	}{{p.Call, !server}, {p.Push, server}} {
		if one.x == nil {
			continue
		}
		for _, f := range one.x.Calls {
			f.halves(key, one.sends, out)
			if f.Answer != nil {
				f.Answer.halves(key, !one.sends, out)
			}
		}
		for _, f := range one.x.Replies {
			f.halves(key, !one.sends, out)
		}
	}
	return out
}

// halves notes which halves of a pair a form takes.
func (f *Form) halves(key int, sends bool, into map[step.Half]bool) {
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
			for _, p := range slices.Concat(append(slices.Clone(e.List), e.Pieces, e.Pair)...) {
				note(p.Steps)
			}
		}
	}
}

// Bound reports whether a place of the message gives a name.
func (f *Form) Bound(at int) bool {
	for i := range f.Receive {
		o := &f.Receive[i]
		if (o.Kind == OpMatch || o.Kind == OpUndo) && slices.ContainsFunc(o.Expr.Pieces, func(p Piece) bool { return p.Slot == at }) {
			return true
		}
	}
	return false
}

// Contradicts reports whether the HTTP status of a reply tells another outcome than the variant has.
func (f *Form) Contradicts(status int) bool {
	var success *declare.Status
	others := false
	for i := range f.Status {
		if one := &f.Status[i]; one.Code == "success" {
			success = one
		} else if one.Takes(status) {
			others = true
		}
	}
	if success == nil || status == 0 {
		return false
	}
	for _, w := range f.When {
		fits := success.Takes(status)
		if w.Outcome == "success" && !fits || w.Outcome != "" && w.Outcome != "success" && fits && !others {
			return true
		}
	}
	return false
}

// Succeeds reports whether the HTTP status of a reply is one of success, where nothing
// else in it says so: the declared one, or else 2xx.
func (f *Form) Succeeds(status int) bool {
	for i := range f.Status {
		if f.Status[i].Code == "success" {
			return f.Status[i].Takes(status)
		}
	}
	return status == 0 || status/100 == 2
}

// Uses reports whether any template has a name.
func (f *Form) Uses(at int) bool {
	return slices.ContainsFunc(f.Items, func(it *Item) bool { return slices.Contains(f.Needs(it.Expr), at) })
}

// Behind lists the computations before an operation that make what it needs.
func (f *Form) Behind(o *Op) []Op {
	at := 0
	for at < len(f.Receive) && &f.Receive[at] != o {
		at++
	}
	needs := map[int]bool{}
	add := func(list []int) {
		for _, one := range list {
			needs[one] = true
		}
	}
	for _, e := range append([]*Expr{o.Expr}, o.Item.Accept...) {
		if e != nil {
			add(f.Needs(e))
		}
	}
	var out []Op
	for at--; at >= 0; at-- {
		if one := f.Receive[at]; one.Kind == OpCompute && needs[one.Slot] {
			add(f.Needs(one.Expr))
			out = append(out, one)
		}
	}
	slices.Reverse(out)
	return out
}

// verifies reports whether a form proves anything.
func (f *Form) verifies() bool {
	return slices.ContainsFunc(f.Receive, func(o Op) bool {
		if o.Kind != OpCompare && o.Kind != OpVerify && o.Kind != OpUndo {
			return false
		}
		secretly, _ := f.reachesSecret(o.Expr, nil)
		return secretly
	})
}

// markLast marks the last operation of some kinds that only a key can satisfy.
func (f *Form) markLast(kinds ...OpKind) bool {
	for i := len(f.Receive) - 1; i >= 0; i-- {
		o := &f.Receive[i]
		if !slices.Contains(kinds, o.Kind) {
			continue
		}
		if secretly, _ := f.reachesSecret(o.Expr, nil); secretly || o.Kind == OpVerify {
			o.Last = true
			return true
		}
	}
	return false
}

// Proof says what proves the sender of a message: an operation that is marked as
// Last, else a token that was issued, else nothing.
func (f *Form) Proof() (keyed, issued bool) { return f.proof, !f.proof && f.Issued(-1) }

// Holds reports whether a text is one of the constant's.
func (c *Constant) Holds(b []byte) bool {
	return slices.ContainsFunc(c.Texts, func(t Text) bool { return string(t.B) == string(b) })
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

// Asks reports whether a form has conditions about what a message that is read gives.
func (f *Form) Asks() bool {
	return slices.ContainsFunc(f.When, func(w Condition) bool { return w.Later || w.Learned })
}

// encrypts reports whether a step can be undone by whoever has its key.
func (e *Expr) encrypts() bool {
	return slices.ContainsFunc(e.Steps, func(u *Use) bool { return u.Do.Undo != nil && (u.Key >= 0 || u.Pair >= 0) })
}

// KeyedBy reports whether a step takes the slot as its key.
func (e *Expr) KeyedBy(at int) bool { return e.takes(func(u *Use) bool { return u.Key == at }) }

// takes reports whether one of the steps of an expression, or of its holes, is such.
func (e *Expr) takes(such func(*Use) bool) bool {
	return slices.ContainsFunc(e.Steps, such) || slices.ContainsFunc(e.Pieces, func(p Piece) bool { return slices.ContainsFunc(p.Steps, such) })
}

// Typed returns the rule that a value breaks that is no text: an object, true or false. A
// number is taken for its digits. read is false where such a value makes the whole
// message unreadable, as in place of cipher text.
func (it *Item) Typed(n *step.Node) (rule problem.Rule, read bool) {
	object := n.Kind == step.Object || n.Kind == step.Array
	switch {
	case it.Whole || n.Kind == step.Text:
		return "", true
	case it.Opaque, object && it.Holder != "json":
		return "", false
	case object, !it.Bare && (n.Text[0] == 't' || n.Text[0] == 'f'):
		return cmp.Or(it.Malformed, problem.Type), true
	}
	return "", true
}

// Senders are the texts that our own messages have at the places where requests name
// the app: whoever had such an id could be sent a message that it can send back.
func (p *Protocol) Senders() []string {
	if p.Call == nil {
		return nil
	}
	var places, out []string
	for _, f := range p.Call.Calls {
		for _, it := range f.Items {
			if one := Single(it.Expr); it.Leaf && one != nil && one.Slot == SlotApp && len(one.Steps) == 0 {
				places = append(places, it.Name)
			}
		}
	}
	ours := slices.Clone(p.Call.Replies)
	if p.Push != nil {
		ours = append(ours, p.Push.Calls...)
	}
	for _, f := range ours {
		for _, it := range f.Items {
			if !it.Leaf || !slices.Contains(places, it.Name) || it.Expr.Kind != FromTemplate || len(it.Expr.Pieces) != 1 {
				continue
			}
			if one := &it.Expr.Pieces[0]; one.Slot < 0 && !slices.Contains(out, string(one.Lit)) {
				out = append(out, string(one.Lit))
			}
		}
	}
	return out
}

// Keeps is for how long a value that counts once must be remembered: until no window
// takes the message any more, or for good.
func (f *Form) Keeps(g *Guard) time.Duration {
	if g.Keep > 0 {
		return g.Keep
	}
	for i := range f.Guards {
		if w := &f.Guards[i]; w.Kind == "window" {
			return 2 * w.Keep
		}
	}
	return 0
}

// ForUnknown reports whether a reply is to somebody who is not known.
func (f *Form) ForUnknown() bool {
	return slices.ContainsFunc(f.When, func(w Condition) bool { return w.Outcome == "unknown" })
}

// Readable are replies in the order in which they are tried: those to somebody who is
// not known, which prove nothing, come last, after those that any body is.
func Readable(replies []*Form) []*Form {
	var known, bare, unknown []*Form
	for _, f := range replies {
		switch {
		case f.ForUnknown():
			unknown = append(unknown, f)
		case f.BodyText != nil && f.BodyText.IsPayload():
			bare = append(bare, f)
		default:
			known = append(known, f)
		}
	}
	return slices.Concat(known, bare, unknown)
}
