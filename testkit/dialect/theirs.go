package dialect

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// theirs compares the string that a sender says it signed with ours, and tries it in
// the place of ours.
func (h *hunt) theirs(r *Result) {
	text := []byte(h.opts.Theirs)
	it := h.nearest(text)
	e := h.declared(it, 0)
	ours, secrets := h.spans(e)
	r.Ours, r.Theirs = mask(ours, ours, secrets), mask(ours, text, secrets)
	at := max(0, slices.IndexFunc(e.Steps, digests))
	given := &plan.Expr{Kind: plan.FromTemplate, Pieces: []plan.Piece{lit(text)}, Steps: e.Steps[at:]}
	d := h.draft()
	d.exprs[it] = given
	if _, ok := h.q.Try(h.f, d.overlay()); ok {
		r.Same = true
		return
	}
	if bytes.Equal(ours, text) {
		return
	}
	h.likeness(it, text, r)
	h.given = map[*plan.Item]*plan.Expr{it: given}
}

// nearest is the item whose text begins or ends most like a string.
func (h *hunt) nearest(text []byte) *plan.Item {
	best, most := h.f.Op.Item, -1
	for _, it := range h.items {
		e := h.declared(it, 0)
		if len(e.Steps) > 0 && !slices.ContainsFunc(e.Steps, digests) || h.q.Secret(it.Slot) {
			continue
		}
		ours, _ := h.spans(e)
		if n := common2(ours, text) + common2(reversed(ours), reversed(text)); n > most {
			best, most = it, n
		}
	}
	return best
}

func reversed(b []byte) []byte {
	out := bytes.Clone(b)
	slices.Reverse(out)
	return out
}

// common2 is how many bytes two texts begin with alike.
func common2(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// likeness looks for mistakes that turn our string into the sender's.
func (h *hunt) likeness(it *plan.Item, text []byte, r *Result) {
	for _, c := range h.changes() {
		d := h.draft()
		if c.item != it || c.behind || !c.edit(d) || len(r.Findings) == maxFindings {
			continue
		}
		made, _ := h.spans(d.exprs[it])
		if bytes.Equal(made, text) {
			r.Findings = append(r.Findings, Finding{Value: r.Value, Causes: []string{c.cause()}, Fixes: []string{c.fix}})
		}
	}
}

// span is the place of a secret in a text.
type span struct {
	from, to int
	name     string
}

// spans is the text of an expression before its digest, with the places where a
// template put secrets.
func (h *hunt) spans(e *plan.Expr) ([]byte, []span) {
	base, err := h.q.Base(e)
	if err != nil {
		return nil, nil
	}
	end := slices.IndexFunc(e.Steps, digests)
	if end < 0 {
		end = len(e.Steps)
	}
	if end > 0 {
		stages := h.q.Stages(base, e.Steps[:end])
		return stages[len(stages)-1], nil
	}
	if e.Kind == plan.FromList {
		return base, h.listSpans(e)
	}
	_, out := h.pieceSpans(e.Pieces, 0)
	return base, out
}

// pieceSpans is how long a template's text is, and where its secrets are, from at on.
func (h *hunt) pieceSpans(list []plan.Piece, at int) (end int, out []span) {
	for i := range list {
		n := len(list[i].Lit)
		if list[i].Slot >= 0 {
			b, _ := h.q.Hole(&list[i])
			if n = len(b); h.q.Secret(list[i].Slot) {
				out = append(out, span{at, at + n, h.keyName(list[i].Slot)})
			}
		}
		at += n
	}
	return at, out
}

// listSpans are the secrets of a list, in the order in which it is joined.
func (h *hunt) listSpans(e *plan.Expr) (out []span) {
	list := slices.Clone(e.List)
	if e.Sorted != "" && e.Sorted != "listed" {
		text := func(one []plan.Piece) string {
			b, _ := h.q.Base(&plan.Expr{Kind: plan.FromTemplate, Pieces: one})
			return string(b)
		}
		slices.SortStableFunc(list, func(a, b []plan.Piece) int { return cmp.Compare(text(a), text(b)) })
	}
	at := 0
	for i, one := range list {
		if i > 0 {
			at += len(e.Join)
		}
		end, more := h.pieceSpans(one, at)
		at, out = end, append(out, more...)
	}
	return out
}

// mask is a text for people: where it is the same as ours, secrets show as their
// names.
func mask(ours, text []byte, secrets []span) string {
	front := common2(ours, text)
	back := min(common2(reversed(ours), reversed(text)), len(text)-front, len(ours)-front)
	shift := len(text) - len(ours)
	var out []byte
	at := 0
	for _, s := range secrets {
		from, to := s.from, s.to
		if to > front {
			from, to = from+shift, to+shift
			if s.from < len(ours)-back {
				continue
			}
		}
		if from < at || to > len(text) {
			continue
		}
		out = append(append(out, text[at:from]...), s.name...)
		at = to
	}
	return string(append(out, text[at:]...))
}
