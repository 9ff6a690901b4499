package protocol

import (
	"bytes"
	"crypto/subtle"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// match reads a text by a template: literals and holes whose text is known must be
// there, the others take the text in their places.
func (r *run) match(pieces []plan.Piece, in []byte, json, scalar bool) error {
	if len(pieces) == 1 && pieces[0].Slot >= 0 {
		return r.take(&pieces[0], in, json)
	}
	for i := range pieces {
		p := &pieces[i]
		last := i == len(pieces)-1
		if p.Slot < 0 {
			if last && !bytes.Equal(in, p.Lit) || !bytes.HasPrefix(in, p.Lit) {
				return errForm
			}
			in = in[len(p.Lit):]
			continue
		}
		n, err := r.extent(pieces, i, in)
		if err != nil {
			return err
		}
		if err := r.take(p, in[:n], false); err != nil {
			return err
		}
		in = in[n:]
	}
	if len(in) > 0 {
		return errForm
	}
	return nil
}

// extent finds how many bytes a hole takes.
func (r *run) extent(pieces []plan.Piece, i int, in []byte) (int, error) {
	p := &pieces[i]
	if i == len(pieces)-1 {
		return len(in), nil
	}
	if n := len(p.Steps); n > 0 && p.Steps[n-1].Do.Take != nil {
		if n := p.Steps[n-1].Do.Take(in); n >= 0 {
			return n, nil
		}
		return 0, errForm
	}
	if r.slots[p.Slot].ok {
		t, err := r.hole(p)
		if n := len(t.B); err == nil && n <= len(in) && subtle.ConstantTimeCompare(in[:n], t.B) == 1 {
			return n, nil
		}
		return 0, errDiffers
	}
	if behind := plan.Sized(pieces[i+1:]); behind >= 0 {
		if behind > len(in) {
			return 0, errForm
		}
		return len(in) - behind, nil
	}
	end := pieces[i+1].Lit
	if pieces[i+1].Slot >= 0 {
		var last bool
		var err error
		if end, last, err = r.behind(pieces[i+1:]); err != nil {
			return 0, err
		}
		if last {
			return len(bytes.TrimSuffix(in, end)), nil
		}
	}
	if n := step.JSONEnd(in); p.Slot == plan.SlotPayload && len(p.Steps) == 0 && n > 0 && bytes.HasPrefix(in[n:], end) {
		return n, nil // what is behind JSON may be in it, too
	}
	n := bytes.Index(in, end)
	if n < 0 {
		return 0, errForm
	}
	return n, nil
}

// behind is the text of the pieces whose texts are known, up to the first hole that is
// read; last: there is none.
func (r *run) behind(pieces []plan.Piece) (text []byte, last bool, err error) {
	for i := range pieces {
		p := &pieces[i]
		if p.Slot >= 0 && !r.slots[p.Slot].ok {
			return text, false, nil
		}
		t := plan.Text{B: p.Lit}
		if p.Slot >= 0 {
			if t, err = r.hole(p); err != nil {
				return nil, false, err
			}
		}
		text = append(text, t.B...)
	}
	return text, true, nil
}

// take gives a hole its text, or compares where it has one.
func (r *run) take(p *plan.Piece, in []byte, json bool) error {
	if s := &r.slots[p.Slot]; s.ok {
		if s.absent {
			return errDiffers
		}
		t, err := r.hole(p)
		if err != nil {
			return err
		}
		same := subtle.ConstantTimeCompare(in, t.B) == 1
		for _, u := range p.Steps {
			if u.Do.Fold {
				same = step.SameFold(in, t.B)
			}
		}
		if !same {
			return errDiffers
		}
		return nil
	}
	if r.f.Infos[p.Slot].Kind == plan.KindSecret {
		if r.opens {
			return nil // it is compared once the app is known
		}
		return errDiffers // no message gives a secret
	}
	var err error
	for i := len(p.Steps) - 1; i >= 0; i-- {
		u := p.Steps[i]
		if u.Do.Undo == nil && r.list.Len() > 0 {
			return nil // the place that has it is missing, and told with the others
		}
		if in, err = r.unapply(u, in); err != nil {
			return err
		}
		json = u.Do.From == step.JSON
	}
	r.slots[p.Slot] = slot{b: in, ok: true, json: json || p.Slot == plan.SlotPayload}
	return nil
}

// maxSame bounds the texts of one name: one signature for each key that is valid.
const maxSame = 4

// readPairs reads the pairs of one text, in whatever order they came.
func (r *run) readPairs(e *plan.Expr, in []byte) error {
	quotes := e.Quotes()
	var rest []byte // the members of the payload among them, as JSON
	for len(in) > 0 {
		var one []byte
		one, in = step.CutPair(in, e.Join, quotes)
		one = bytes.TrimSpace(one)
		r.slots[plan.SlotName], r.slots[plan.SlotValue] = slot{}, slot{}
		if err := r.match(e.Pair, one, false, false); err != nil {
			return err
		}
		name, value := r.slots[plan.SlotName].b, r.slots[plan.SlotValue].b
		if err := r.keep(e.Tree, name, value); err != nil {
			return err
		}
		if !e.Tree.Names(r, name) {
			rest = append(step.AppendString(append(rest, ','), name), ':')
			rest = step.AppendString(rest, value)
		}
	}
	r.slots[plan.SlotName], r.slots[plan.SlotValue] = slot{}, slot{}
	for _, child := range e.Tree.Children {
		if child.Rest {
			members := append(append([]byte{'{'}, bytes.TrimPrefix(rest, []byte{','})...), '}')
			r.slots[child.Leaf.Slot] = slot{b: members, ok: true, json: true}
		}
		if r.slots[child.Leaf.Slot].ok {
			continue
		}
		if !child.Optional {
			return errMissing
		}
		r.slots[child.Leaf.Slot] = slot{ok: true, absent: true}
	}
	return nil
}

// keep sets the value of a pair in the places that have its name.
func (r *run) keep(tree *plan.Node, name, value []byte) error {
	for _, child := range tree.Children {
		if child.Literal != string(name) {
			continue
		}
		s := &r.slots[child.Leaf.Slot]
		if !s.ok {
			r.set(child.Leaf.Slot, value)
			continue
		}
		if s.more == nil {
			s.more = new([][]byte)
		}
		if len(*s.more) == maxSame {
			return errTwice
		}
		*s.more = append(*s.more, value)
	}
	return nil
}
