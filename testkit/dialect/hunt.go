// Package dialect says what a sender does otherwise than declared. It tries the ways
// in which people write a text (package writer), and the usual slips with parts, order,
// keys and digests, each as an overlay of the declaration at every text that goes into
// a value, one at a time and then two, until the value holds.
//
// It knows no vendor: what it tries comes from the declaration and the message.
package dialect

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

var errOther = errors.New("another text")

// Options bound a search.
type Options struct {
	Secrets map[string]string // further ones that the app has, by name
	Parts   map[string]string // further texts that may be part of what is signed, by what they are
	Theirs  string            // the string that the sender says it signed; empty: not known
	Budget  time.Duration     // for the mistakes in pairs of one value; 0: two seconds
}

// Finding is one explanation of a value that does not hold.
type Finding struct {
	Value  string   // name of the value
	Causes []string // what the sender does, where: one mistake, or two
	Same   []string // other mistakes that make the same text here
	Fixes  []string // how to fix each
	// Proven says that the value holds with these mistakes, and does not without them.
	Proven bool
	// Ours and Theirs are the text that differs, with secrets by name; both empty where
	// the mistake is behind the text.
	Ours, Theirs string

	as []*change // the mistakes that make the same text, at most maxSame
}

// maxSame bounds how many rows of the table one finding names.
const maxSame = 5

// also notes another mistake that makes the same text.
func (f *Finding) also(c *change) {
	first := f.as[0]
	if len(f.as) == maxSame || settles(c.kind) || strings.HasSuffix(c.place, " alone") {
		return
	}
	for _, one := range f.as {
		if one.cause() == c.cause() || one.name == c.name && one.place != first.place {
			return
		}
	}
	f.as = append(f.as, c)
	more := c.name
	if c.place != first.place {
		more = c.cause()
	}
	f.Same = append(f.Same, more)
}

// Result is what was found out about one value.
type Result struct {
	Value    string
	Findings []Finding // the likeliest first; several: this message cannot tell them apart
	Note     string    // what is certain beside them
	// Of the sender's string: ours and theirs with secrets by name, and whether theirs
	// gives exactly what came.
	Ours, Theirs string
	Same         bool
	Tried        int
	Early        bool // the search ended with its budget
}

// hunt is the search for one value.
type hunt struct {
	q       *protocol.Inquiry
	f       *protocol.Failure
	form    *plan.Form
	items   []*plan.Item // the value, and what is computed for it
	secrets []secret
	parts   []part
	writers []writer.Writer
	base    []byte
	given   map[*plan.Item]*plan.Expr // the sender's string in place of ours
	opts    Options
}

// tried is a change that makes another text.
type tried struct {
	*change
	made []byte
}

// Find says which mistakes explain a value that does not hold. It changes nothing.
func Find(q *protocol.Inquiry, f *protocol.Failure, o Options) Result {
	if f.Op.Kind == plan.OpMatch {
		return placed(q, f, o)
	}
	h := &hunt{q: q, f: f, form: q.Form(), opts: o, writers: writer.All()}
	h.items = append([]*plan.Item{f.Op.Item}, f.Items()...)
	h.secrets = h.knownSecrets(o.Secrets)
	h.parts = h.partsOf()
	r := Result{Value: f.Op.Item.Name}
	if q.Text(f.Op.Slot) == nil {
		return r // it did not come
	}
	h.base, _ = q.Try(f, &protocol.Overlay{})
	if f.Op.Kind == plan.OpUndo && h.holds(h.base, h.base != nil) {
		return r // it was undone; what it says is another matter
	}
	r.Note = h.signedWith()
	if o.Theirs != "" {
		h.theirs(&r)
	}
	changes := h.changes()
	slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(a.rank, b.rank) })
	var hits []tried
	var rest []tried
	for i := range changes {
		c := &changes[i]
		d := h.draft()
		if !c.edit(d) {
			continue
		}
		r.Tried++
		made, ok := q.Try(f, d.overlay())
		switch {
		case h.holds(made, ok) && (c.item == nil || !bytes.Equal(made, h.base) || h.f.Op.Kind != plan.OpCompare):
			hits = append(hits, tried{c, made})
		case made != nil && !bytes.Equal(made, h.base) || c.item == nil || c.behind || h.f.Op.Kind == plan.OpUndo:
			rest = append(rest, tried{c, made})
		}
	}
	if r.Findings = append(h.findings(hits), r.Findings...); len(r.Findings) == 0 {
		h.couples(&r, distinct(rest))
	}
	return r
}

// changes lists all single mistakes.
func (h *hunt) changes() (out []change) {
	out = h.came()
	if f := h.f.Op.Kind; f != plan.OpCompare || h.protected() {
		out = append(out, h.keyed()...)
	}
	if h.f.Op.Kind == plan.OpUndo {
		return append(out, h.sealed()...)
	}
	if !h.protected() {
		out = append(out, h.plain()...)
	}
	pipes := h.pipes()
	out = append(out, h.everywhere(pipes)...)
	out = append(out, h.together(pipes)...)
	for _, p := range pipes {
		out = append(out, h.rewritten(p)...)
		out = append(out, h.digested(p)...)
		out = append(out, h.signed(p)...)
	}
	for _, it := range h.items {
		for alt := 0; alt <= len(it.Accept) && (it == h.f.Op.Item || alt == 0); alt++ {
			out = append(out, h.templated(it, alt)...)
			out = append(out, h.listed(it, alt)...)
			out = append(out, h.selected(it, alt)...)
		}
	}
	return out
}

// protected reports whether a digest or a signature is between the text and what
// came, so that no other text can be there by chance.
func (h *hunt) protected() bool {
	return slices.ContainsFunc(h.f.Op.Expr.Steps, digests) || slices.ContainsFunc(h.f.Op.Expr.Pieces, func(p plan.Piece) bool { return slices.ContainsFunc(p.Steps, digests) })
}

// holds reports whether a trial is a proof.
func (h *hunt) holds(made []byte, ok bool) bool {
	switch {
	case !ok || h.f.Op.Kind != plan.OpUndo:
		return ok
	case isLetter(h.f.Op.Expr):
		return object(made)
	}
	return readable(made)
}

// distinct keeps one change for each text that is made, the likeliest one.
func distinct(list []tried) (out []tried) {
	seen := map[string]bool{}
	for _, one := range list {
		key := string(one.made)
		if one.item == nil || one.made == nil || one.behind {
			key = one.cause()
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, one)
		}
	}
	return out
}

// maxCouples bounds how many pairs of mistakes are tried for one value.
const maxCouples = 150_000

// couples tries two mistakes at once, likely ones first.
func (h *hunt) couples(r *Result, list []tried) {
	end := time.Now().Add(cmp.Or(h.opts.Budget, 2*time.Second))
	var hits [][2]*change
	tries, last := 0, 2*len(list)
	for both := 1; both < last && both < 2*len(list); both++ {
		for i := max(0, both-len(list)+1); 2*i < both; i++ {
			a, b := list[i].change, list[both-i].change
			if !joins(a, b) {
				continue
			}
			if tries++; tries > maxCouples || tries&63 == 0 && time.Now().After(end) {
				r.Early = true
				last = 0
				break
			}
			if h.couple(a, b) {
				hits = append(hits, [2]*change{a, b})
				last = min(last, both+20)
			}
		}
	}
	r.Tried += tries
	for _, one := range hits {
		if len(r.Findings) < maxFindings {
			r.Findings = append(r.Findings, Finding{
				Value: r.Value, Causes: []string{one[0].cause(), one[1].cause()}, Fixes: []string{one[0].fix, one[1].fix}, Proven: true,
			})
		}
	}
}

// joins reports whether two mistakes can be made at once.
func joins(a, b *change) bool {
	return a.item != b.item || a.kind != b.kind && (!a.moves || !b.moves)
}

func (h *hunt) couple(a, b *change) bool {
	if a.moves && !b.moves {
		a, b = b, a
	}
	if h.both(a, b) {
		return true
	}
	return a.place == b.place && !a.moves && !b.moves && h.both(b, a)
}

func (h *hunt) both(a, b *change) bool {
	d := h.draft()
	if !a.edit(d) || !b.edit(d) {
		return false
	}
	made, ok := h.q.Try(h.f, d.overlay())
	return h.holds(made, ok)
}

// maxFindings bounds what is listed for one value.
const maxFindings = 6

// findings are the hits as people read them: one for each text and kind of mistake, at
// its likeliest place, with all rows of the table that make it.
func (h *hunt) findings(hits []tried) (out []Finding) {
	at := map[string]int{}
	for _, one := range hits {
		key := one.kind + "\x00" + string(one.made)
		if i, ok := at[key]; ok {
			out[i].also(one.change)
			continue
		}
		if len(out) == maxFindings {
			continue
		}
		at[key] = len(out)
		f := Finding{Value: h.f.Op.Item.Name, Causes: []string{one.cause()}, Fixes: []string{one.fix}, Proven: h.proves(one.made), as: []*change{one.change}}
		f.Ours, f.Theirs = h.looks(one.change)
		out = append(out, f)
	}
	return out
}

// settles reports whether the first row of a kind is enough: the others are the same
// mistake in other words.
func settles(kind string) bool { return kind == "form" || kind == "key" }

// proves reports whether what holds can be no coincidence.
func (h *hunt) proves(made []byte) bool {
	return h.protected() || len(made) >= 8 || h.f.Op.Kind == plan.OpUndo
}

// looks is the text before and after a mistake, for people.
func (h *hunt) looks(c *change) (ours, theirs string) {
	if c.look != nil {
		ours, theirs = c.look()
	} else if d := h.draft(); c.item != nil && c.edit(d) && d.exprs[c.item] != nil {
		ours, theirs = h.shown(h.declared(c.item, d.alt[c.item])), h.shown(d.exprs[c.item])
	}
	if ours == theirs || h.shows(ours) || h.shows(theirs) {
		return "", ""
	}
	return ours, theirs
}

// shows reports whether a text holds a secret: it stands where no template put it, so
// the text is not shown at all.
func (h *hunt) shows(text string) bool {
	return slices.ContainsFunc(h.secrets, func(s secret) bool { return len(s.text) >= 4 && strings.Contains(text, string(s.text)) })
}

// shown is the text of an expression before its digest, with secrets by name.
func (h *hunt) shown(e *plan.Expr) string {
	text := []byte(h.q.Masked(e))
	var steps []*plan.Use
	for _, u := range e.Steps {
		if digests(u) {
			break
		}
		steps = append(steps, u)
	}
	stages := h.q.Stages(text, steps)
	return strings.ToValidUTF8(string(stages[len(stages)-1]), "\ufffd")
}
