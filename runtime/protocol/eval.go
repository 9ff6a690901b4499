package protocol

import (
	"bytes"
	"errors"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// eval makes the text of an expression.
func (r *run) eval(e *expr) (text, error) {
	t, err := r.base(e)
	if err != nil {
		return t, err
	}
	for _, u := range e.steps {
		if t.b, err = r.apply(u, t.b); err != nil {
			return t, err
		}
		t.json, t.safe = u.do.To == step.JSON, u.do.Safe || t.safe && u.do.Fold
	}
	return t, nil
}

// base makes the text before the steps.
func (r *run) base(e *expr) (text, error) {
	switch e.kind {
	case fromList:
		return r.joinList(e)
	case fromTree:
		at := len(r.out)
		out, err := r.appendNode(r.out, e.tree, nil)
		r.out = out
		return text{b: out[at:len(out):len(out)], json: true}, err
	case fromPairs:
		return r.joinPairs(e)
	case fromSelection:
		return r.selected(e.sel)
	}
	t, err := r.template(e.pieces, e.scalar)
	if e.scalar {
		t.json = true
	}
	return t, err
}

// template fills a template in.
func (r *run) template(pieces []piece, scalar bool) (text, error) {
	if len(pieces) == 1 {
		if pieces[0].slot < 0 {
			return text{b: pieces[0].lit, json: scalar}, nil
		}
		return r.hole(&pieces[0])
	}
	var room [16]text
	list := room[:0]
	for i := range pieces {
		if pieces[i].slot < 0 {
			list = append(list, text{b: pieces[i].lit})
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
		r.buf = append(r.buf, t.b...)
	}
	return text{b: r.buf[at:len(r.buf):len(r.buf)]}, nil
}

// hole is the text of one hole.
func (r *run) hole(p *piece) (text, error) {
	s := &r.slots[p.slot]
	if !s.ok {
		if p.slot == slotRandom {
			if err := r.randomBytes(); err != nil {
				return text{}, err
			}
		} else if p.slot >= builtins {
			return text{}, errUnready
		}
		s = &r.slots[p.slot]
	}
	t := text{s.b, s.json, s.safe}
	var err error
	for _, u := range p.steps {
		if t.b, err = r.apply(u, t.b); err != nil {
			return t, err
		}
		t.json, t.safe = u.do.To == step.JSON, u.do.Safe || t.safe && u.do.Fold
	}
	return t, nil
}

// apply carries out a step.
func (r *run) apply(u *use, in []byte) ([]byte, error) {
	if err := r.ready(u); err != nil {
		return nil, err
	}
	at := len(r.buf)
	out, err := u.do.Apply(r.buf, in, &r.call)
	if err != nil {
		return nil, err
	}
	r.buf = out
	return out[at:len(out):len(out)], nil
}

// unapply undoes a step.
func (r *run) unapply(u *use, in []byte) ([]byte, error) {
	if err := r.ready(u); err != nil {
		return nil, err
	}
	at := len(r.buf)
	out, err := u.do.Undo(r.buf, in, &r.call)
	if err != nil {
		return nil, err
	}
	r.buf = out
	return out[at:len(out):len(out)], nil
}

// ready puts the key and the further inputs of a step into the call.
func (r *run) ready(u *use) error {
	r.call.Random = r.random
	for role, at := range u.refs {
		r.call.Ref[role] = nil
		if at >= 0 {
			r.call.Ref[role] = r.slots[at].b
		}
	}
	switch {
	case u.do.Key == step.NoKey:
		return nil
	case u.pair >= 0:
		e := r.holds(u.pair)
		if e == nil {
			return errKeyMissing
		}
		r.call.Key = e.pairs[u.pair]
		return nil
	case u.prep >= 0:
		e := r.holds(r.x.p.plan.preps[u.prep].key)
		if e == nil {
			return errKeyMissing
		}
		if e.prepared[u.prep] == nil {
			return e.errs[u.prep]
		}
		r.call.Key = e.prepared[u.prep]
		return nil
	}
	key, err := u.do.Prepare(r.slots[u.key].b)
	r.call.Key = key
	return err
}

// holds is the edition that has a key: the app's, or before that is known the
// system's.
func (r *run) holds(key int) *edition {
	if r.edition != nil && (r.edition.secrets[key] != nil || r.edition.pairs[key] != nil) {
		return r.edition
	}
	if r.system != nil && r.system.m != nil {
		m := r.system.m()
		if e := &m.editions[0]; m.p == r.x.p && (e.secrets[key] != nil || e.pairs[key] != nil) {
			return e
		}
	}
	return nil
}

// joinList joins a list in its order.
func (r *run) joinList(e *expr) (text, error) {
	var room [16][]byte
	list := room[:0]
	for _, one := range e.list {
		t, err := r.template(one, false)
		if err != nil {
			return t, err
		}
		list = append(list, t.b)
	}
	switch e.sorted {
	case "value", "name":
		insertion(list)
	case "name-nocase":
		slices.SortStableFunc(list, func(a, b []byte) int { return bytes.Compare(bytes.ToLower(a), bytes.ToLower(b)) })
	}
	at := len(r.buf)
	for i, b := range list {
		if i > 0 {
			r.buf = append(r.buf, e.join...)
		}
		r.buf = append(r.buf, b...)
	}
	return text{b: r.buf[at:len(r.buf):len(r.buf)]}, nil
}

// insertion sorts a few texts.
func insertion(list [][]byte) {
	for i := range list {
		for j := i; j > 0 && bytes.Compare(list[j], list[j-1]) < 0; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// joinPairs writes a tree as pairs of one text.
func (r *run) joinPairs(e *expr) (text, error) {
	var parts [][]byte
	for _, child := range e.tree.children {
		s := &r.slots[child.leaf.slot]
		if child.optional && len(s.b) == 0 {
			continue
		}
		t, err := r.pair(e.pair, []byte(child.literal), s.b)
		if err != nil {
			return t, err
		}
		parts = append(parts, t.b)
	}
	at := len(r.buf)
	r.buf = append(r.buf, bytes.Join(parts, e.join)...)
	return text{b: r.buf[at:len(r.buf):len(r.buf)]}, nil
}

// pair fills the template of a pair in.
func (r *run) pair(pieces []piece, name, value []byte) (text, error) {
	r.set(slotName, name)
	r.set(slotValue, value)
	t, err := r.template(pieces, false)
	r.slots[slotName], r.slots[slotValue] = slot{}, slot{}
	return t, err
}

// part reads a part of the message by its name. On the way out it is a header or
// query of the interface, or a member of the payload.
func (r *run) part(ref *partRef) (b []byte, json, ok bool) {
	switch ref.holder {
	case "header":
		return r.headerPart(ref.path[0])
	case "query":
		if r.query.Nodes == nil || len(r.query.Nodes) == 0 {
			if r.query.Pairs(r.msg.Query) != nil {
				return nil, false, false
			}
		}
		return walk(&r.query, 0, ref.path)
	case "path":
		return r.pathPart(ref.path[0])
	}
	for i := range r.files {
		if ref.holder == "multipart" && r.files[i].Name == ref.path[0] {
			return r.files[i].Body, false, true
		}
	}
	if len(r.msg.Body) == 0 && r.payload != nil {
		return r.payloadPart(ref.path)
	}
	t, at, err := r.tree(ref.holder)
	if err != nil {
		return nil, false, false
	}
	return walk(t, at, ref.path)
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
	segments := bytes.Split(bytes.Trim([]byte(r.msg.Path), "/"), []byte("/"))
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
	var t message.Tree
	if t.JSON(r.payload, len(path)+2) != nil {
		return nil, false, false
	}
	for ; len(path) > 0; path = path[1:] {
		if b, json, ok := walk(&t, 0, path); ok {
			return b, json, true
		}
	}
	return nil, false, false
}

// walk goes down a tree by names, in arrays by numbers from 0.
func walk(t *message.Tree, at int32, path []string) (b []byte, json, ok bool) {
	for _, name := range path {
		if t.Nodes[at].Kind == message.Array {
			at = element(t, at, name)
		} else {
			var err error
			if at, err = t.Find(at, name); err != nil {
				return nil, false, false
			}
		}
		if at < 0 {
			return nil, false, false
		}
	}
	n := &t.Nodes[at]
	return n.Text, n.Kind == message.Object || n.Kind == message.Array || n.Kind == message.Scalar, n.Kind != message.Null
}

func element(t *message.Tree, at int32, word string) int32 {
	n := 0
	for _, ch := range word {
		if ch < '0' || ch > '9' || n > 1<<16 {
			return -1
		}
		n = n*10 + int(ch-'0')
	}
	at = t.Nodes[at].Down
	for ; at != 0 && n > 0; n-- {
		at = t.Nodes[at].Next
	}
	if at == 0 {
		return -1
	}
	return at
}

var errKeyMissing = errors.New("the key is not there")

// tree reads the body as what a container says; at is the node of its members.
func (r *run) tree(holder string) (t *message.Tree, at int32, err error) {
	if r.read != holder {
		r.read = ""
		switch holder {
		case "json":
			err = r.body.JSON(r.msg.Body, r.x.plan.levels)
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
