package protocol

import (
	"bytes"
	"cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol/keyset"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// eval makes the text of an expression.
func (r *run) eval(e *plan.Expr) (plan.Text, error) {
	t, err := r.base(e)
	if err != nil {
		return t, err
	}
	for _, u := range e.Steps {
		if u.Do.Fold {
			t.JSON = false
			continue // the text stays
		}
		if t.B, err = r.apply(u, t.B); err != nil {
			return t, err
		}
		t.JSON, t.Safe = u.Do.To == step.JSON, u.Do.Safe || t.Safe && u.Do.Fold
	}
	return t, nil
}

// base makes the text before the steps.
func (r *run) base(e *plan.Expr) (plan.Text, error) {
	switch e.Kind {
	case plan.FromList:
		return r.joinList(e)
	case plan.FromTree:
		at := len(r.out)
		out, err := e.Tree.AppendJSON(r.out, r)
		r.out = out
		return plan.Text{B: out[at:len(out):len(out)], JSON: true}, err
	case plan.FromPairs:
		return r.joinPairs(e)
	case plan.FromSelection:
		return r.selected(e.Sel)
	}
	t, err := r.template(e.Pieces, e.Scalar)
	if e.Scalar {
		t.JSON = true
	}
	return t, err
}

// template fills a template in.
func (r *run) template(pieces []plan.Piece, scalar bool) (plan.Text, error) {
	if len(pieces) == 1 {
		if pieces[0].Slot < 0 {
			return plan.Text{B: pieces[0].Lit, JSON: scalar}, nil
		}
		return r.hole(&pieces[0])
	}
	if at := len(r.buf); !r.masking && r.plain(pieces) {
		for i := range pieces {
			if pieces[i].Slot < 0 {
				r.buf = append(r.buf, pieces[i].Lit...)
			} else {
				r.buf = append(r.buf, r.slots[pieces[i].Slot].b...)
			}
		}
		return plan.Text{B: r.buf[at:len(r.buf):len(r.buf)]}, nil
	}
	var room [16]plan.Text
	list := room[:0]
	for i := range pieces {
		if pieces[i].Slot < 0 {
			list = append(list, plan.Text{B: pieces[i].Lit})
			continue
		}
		t, err := r.hole(&pieces[i])
		if err != nil {
			return t, err
		}
		list = append(list, t)
	}
	at := len(r.buf)
	for _, t := range list {
		r.buf = append(r.buf, t.B...)
	}
	return plan.Text{B: r.buf[at:len(r.buf):len(r.buf)]}, nil
}

// plain reports whether the texts of a template are all there, and taken as they are.
func (r *run) plain(pieces []plan.Piece) bool {
	for i := range pieces {
		if p := &pieces[i]; p.Slot >= 0 && (len(p.Steps) > 0 || !r.slots[p.Slot].ok) {
			return false
		}
	}
	return true
}

// hole is the text of one hole.
func (r *run) hole(p *plan.Piece) (plan.Text, error) {
	if r.masking {
		if text, ok := r.maskedHole(p); ok {
			return plan.Text{B: []byte(text)}, nil
		}
	}
	s := &r.slots[p.Slot]
	if !s.ok {
		if p.Slot == plan.SlotRandom {
			if err := r.randomBytes(); err != nil {
				return plan.Text{}, err
			}
		} else if p.Slot >= plan.Builtins {
			return plan.Text{}, errUnready
		}
		s = &r.slots[p.Slot]
	}
	t := plan.Text{B: s.b, JSON: s.json, Safe: s.safe}
	var err error
	for _, u := range p.Steps {
		if t.B, err = r.apply(u, t.B); err != nil {
			return t, err
		}
		t.JSON, t.Safe = u.Do.To == step.JSON, u.Do.Safe || t.Safe && u.Do.Fold
	}
	return t, nil
}

// apply carries out a step.
func (r *run) apply(u *plan.Use, in []byte) ([]byte, error) {
	if err := r.ready(u); err != nil {
		return nil, err
	}
	at := len(r.buf)
	out, err := u.Do.Apply(r.buf, in, &r.call)
	if err != nil {
		return nil, err
	}
	r.buf = out
	return out[at:len(out):len(out)], nil
}

// unapply undoes a step.
func (r *run) unapply(u *plan.Use, in []byte) ([]byte, error) {
	if u.Do.Undo == nil {
		return nil, errMissing
	}
	if err := r.ready(u); err != nil {
		return nil, err
	}
	at := len(r.buf)
	out, err := u.Do.Undo(r.buf, in, &r.call)
	if err != nil {
		return nil, err
	}
	r.buf = out
	return out[at:len(out):len(out)], nil
}

// ready puts the key and the further inputs of a step into the call.
func (r *run) ready(u *plan.Use) error {
	if u.Simple {
		return nil
	}
	r.call.Random = r.random
	for role, at := range u.Refs {
		r.call.Ref[role] = nil
		if at >= 0 {
			r.call.Ref[role] = r.slots[at].b
		}
	}
	switch {
	case u.Do.Key == step.NoKey:
		return nil
	case u.Pair >= 0:
		e := r.holds(u.Pair)
		if e == nil {
			return keyset.ErrMissing
		}
		r.call.Key = e.Pairs[u.Pair]
		return nil
	case u.Prep >= 0:
		e := r.holds(r.x.p.plan.Preps[u.Prep].Key)
		if e == nil {
			return keyset.ErrMissing
		}
		if e.Prepared[u.Prep] == nil {
			return e.Errs[u.Prep]
		}
		r.call.Key = e.Prepared[u.Prep]
		return nil
	}
	key, err := u.Do.Prepare(r.slots[u.Key].b)
	r.call.Key = key
	return err
}

// holds is the edition that has a key: the app's, or before that is known the
// system's.
func (r *run) holds(key int) *edition {
	if r.edition != nil && (r.edition.Secrets[key] != nil || r.edition.Pairs[key] != nil) {
		return r.edition
	}
	if e := r.shared(); e != nil && (e.Secrets[key] != nil || e.Pairs[key] != nil) {
		return e
	}
	return nil
}

// joinList joins a list in its order.
func (r *run) joinList(e *plan.Expr) (plan.Text, error) {
	if r.masking {
		return r.joinMasked(e)
	}
	var room [16][]byte
	list := room[:0]
	for _, one := range e.List {
		t, err := r.template(one, false)
		if err != nil {
			return t, err
		}
		list = append(list, t.B)
	}
	step.SortTexts(list, e.Sorted)
	at := len(r.buf)
	for i, b := range list {
		if i > 0 {
			r.buf = append(r.buf, e.Join...)
		}
		r.buf = append(r.buf, b...)
	}
	return plan.Text{B: r.buf[at:len(r.buf):len(r.buf)]}, nil
}

// joinPairs writes a tree as pairs of one text.
func (r *run) joinPairs(e *plan.Expr) (plan.Text, error) {
	var parts [][]byte
	var failed error
	exclude := r.exclude
	r.exclude = nil // what is left out of a place is none of a value
	defer func() { r.exclude = exclude }()
	if err := e.Tree.Each(r, func(name, text []byte) {
		t, err := r.pair(e.Pair, name, text, text)
		if err != nil {
			failed = err
		}
		parts = append(parts, t.B)
	}); err != nil || failed != nil {
		return plan.Text{}, cmp.Or(err, failed)
	}
	at := len(r.buf)
	r.buf = append(r.buf, bytes.Join(parts, e.Join)...)
	return plan.Text{B: r.buf[at:len(r.buf):len(r.buf)]}, nil
}

// pair fills the template of a pair in.
func (r *run) pair(pieces []plan.Piece, name, value, raw []byte) (plan.Text, error) {
	r.set(plan.SlotName, name)
	r.set(plan.SlotValue, value)
	r.set(plan.SlotRaw, raw)
	t, err := r.template(pieces, false)
	r.slots[plan.SlotName], r.slots[plan.SlotValue], r.slots[plan.SlotRaw] = slot{}, slot{}, slot{}
	return t, err
}

// part reads a part of the message by its name. On the way out it is a header or
// query of the interface, or a member of the payload.
func (r *run) part(ref *plan.PartRef) (b []byte, json, ok bool) {
	switch ref.Holder {
	case "header":
		return r.headerPart(ref.Path[0])
	case "query":
		if len(r.query.Nodes) == 0 {
			if r.query.Pairs(r.msg.Query) != nil {
				return nil, false, false
			}
		}
		return r.query.Walk(0, ref.Path)
	case "path":
		return r.pathPart(ref.Path[0])
	}
	for i := range r.files {
		if ref.Holder == "multipart" && r.files[i].Name == ref.Path[0] {
			return r.files[i].Body, false, true
		}
	}
	if len(r.msg.Body) == 0 && r.payload != nil {
		return r.payloadPart(ref.Path)
	}
	t, at, err := r.tree(ref.Holder)
	if err != nil {
		return nil, false, false
	}
	return t.Walk(at, ref.Path)
}

func (r *run) headerPart(name string) ([]byte, bool, bool) {
	if name == "Host" {
		return view(r.msg.Host), false, r.msg.Host != ""
	}
	values := r.msg.Header[name]
	if len(values) != 1 {
		return nil, false, false
	}
	return view(values[0]), false, true
}

// pathPart is a segment of the path, from 1.
func (r *run) pathPart(word string) ([]byte, bool, bool) {
	segments := bytes.Split(bytes.Trim([]byte(r.msg.Below()), "/"), []byte("/"))
	n := 0
	for _, ch := range word {
		n = n*10 + int(ch-'0')
	}
	if n < 1 || n > len(segments) {
		return nil, false, false
	}
	return segments[n-1], false, true
}

// payloadPart finds a member of what is being sent: the longest end of its path
// that the payload has.
func (r *run) payloadPart(path []string) ([]byte, bool, bool) {
	var t step.Tree
	if t.JSON(r.payload, len(path)+2) != nil {
		return nil, false, false
	}
	for ; len(path) > 0; path = path[1:] {
		if b, json, ok := t.Walk(0, path); ok {
			return b, json, true
		}
	}
	return nil, false, false
}

// tree reads the body as what a container says; at is the node of its members.
func (r *run) tree(holder string) (t *step.Tree, at int32, err error) {
	if r.read != holder {
		r.read = ""
		switch holder {
		case "json":
			err = r.body.JSON(r.msg.Body, r.x.Levels)
		case "xml":
			err = r.body.XML(r.msg.Body)
		case "form":
			err = r.body.Pairs(str(r.msg.Body))
		case "multipart":
			err = r.body.Multipart(r.msg.Header.Get("Content-Type"), r.msg.Body)
		default:
			err = errForm
		}
		if err != nil {
			return nil, 0, err
		}
		r.read = holder
	}
	return &r.body, 0, nil
}
