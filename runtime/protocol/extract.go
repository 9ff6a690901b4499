package protocol

import (
	"bytes"
	"errors"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

var errTwice = errors.New("it is given twice")

// extract takes the texts of all places out of the message. What is missing is
// noted and told once the caller is known; what cannot be read is an error.
func (r *run) extract() error {
	f := r.f
	r.setText(plan.SlotMethod, r.msg.Method)
	r.setText(plan.SlotScheme, r.msg.Scheme)
	r.setText(plan.SlotHost, r.msg.Host)
	r.set(plan.SlotPath, view(r.msg.Path))
	r.set(plan.SlotQuery, view(r.msg.Query))
	r.set(plan.SlotBody, r.msg.Body)
	r.setStatus(r.msg.Status)
	if f.URL {
		r.urls()
	}
	if f.Header != nil {
		if err := r.readHeader(f.Header); err != nil {
			return err
		}
	}
	if f.QueryText != nil && r.msg.Query == "" {
		if one := plan.SingleSteps(f.QueryText.Expr); one != nil {
			r.slots[plan.SlotQuery].ok = false
			r.list.Add(problem.Required, f.Standing(one.Slot), plan.SlotQuery)
		}
	}
	if f.Query != nil {
		if err := r.query.Pairs(r.msg.Query); err != nil {
			return err
		}
		if err := r.readNode(&r.query, 0, f.Query); err != nil {
			return err
		}
	}
	if f.Body == nil {
		return nil
	}
	t, at, err := r.tree(f.Decl.Carriage)
	if err != nil {
		return err
	}
	return r.readNode(t, at, f.Body)
}

// readHeader takes headers. The host is one too.
func (r *run) readHeader(n *plan.Node) error {
	for _, child := range n.Children {
		values := r.msg.Header[child.Literal]
		if child.Literal == "Host" && len(values) == 0 && r.msg.Host != "" {
			r.set(child.Leaf.Slot, view(r.msg.Host))
			continue
		}
		if len(values) > 1 {
			return errTwice
		}
		if len(values) == 0 {
			r.lack(child)
			continue
		}
		if strings.IndexByte(values[0], 0) >= 0 {
			return errForm
		}
		r.found(child, slot{b: view(values[0]), ok: true})
	}
	return nil
}

// found keeps the text of a place, or notes that it is blank. A reply may have an
// empty text.
func (r *run) found(n *plan.Node, s slot) {
	if !r.f.Reply && !s.json && blank(s.b) && !n.Optional {
		if len(s.b) == 0 && !n.Leaf.IsEmpty() || len(s.b) > 0 && !n.Leaf.Whole {
			r.lack(n)
			return
		}
	}
	r.slots[n.Leaf.Slot] = s
}

func blank(b []byte) bool { return len(b) == 0 || b[0] <= ' ' && len(bytes.TrimSpace(b)) == 0 }

// lack notes that a place is not there.
func (r *run) lack(n *plan.Node) {
	if n.Leaf == nil {
		return
	}
	if n.Optional {
		r.slots[n.Leaf.Slot] = slot{ok: true, absent: true}
		return
	}
	r.list.Add(problem.Required, refusal.Short(n.Leaf.Said), n.Leaf.Slot)
}

// readNode takes the places below a node of a body or query.
func (r *run) readNode(t *step.Tree, at int32, n *plan.Node) error {
	for i, child := range n.Children {
		if child.Rest {
			r.readRest(t, at, n, child)
			continue
		}
		found, err := r.find(t, at, n, child, i)
		if err != nil {
			return err
		}
		if found < 0 || t.Nodes[found].Kind == step.Null {
			if child.Leaf.IsNull() {
				r.slots[child.Leaf.Slot] = slot{b: []byte("null"), ok: true, json: true}
				continue
			}
			if err := r.missing(child); err != nil {
				return err
			}
			continue
		}
		if child.Leaf == nil {
			if k := t.Nodes[found].Kind; k != step.Object && k != step.Array && !r.hollow(t, found) {
				return errForm
			}
			if err := r.readNode(t, found, child); err != nil {
				return err
			}
			continue
		}
		if err := r.readLeaf(t, found, child); err != nil {
			return err
		}
	}
	return nil
}

// hollow reports whether a node is an element of XML with nothing in it, which may stand
// for one without members.
func (r *run) hollow(t *step.Tree, at int32) bool {
	n := &t.Nodes[at]
	return r.f.Decl.Carriage == "xml" && n.Kind == step.Text && blank(n.Text)
}

// missing notes that a part of what is there is not. What has others in it is the shape
// of a message. A refusal has no payload.
func (r *run) missing(n *plan.Node) error {
	switch {
	case n.Leaf != nil && len(r.f.Success) > 0 && n.Leaf.IsPayload():
		r.slots[n.Leaf.Slot] = slot{ok: true, absent: true}
		return nil
	case r.f.Reply || n.Optional:
	case n.Leaf == nil, n.Leaf.Outer:
		return errForm
	}
	r.lackAll(n)
	return nil
}

func (r *run) lackAll(n *plan.Node) {
	if n.Leaf != nil {
		r.lack(n)
		return
	}
	for _, child := range n.Children {
		if n.Optional {
			child = &plan.Node{Optional: true, Leaf: child.Leaf, Children: child.Children}
		}
		r.lackAll(child)
	}
}

func (r *run) find(t *step.Tree, at int32, n, child *plan.Node, i int) (int32, error) {
	if n.List {
		if t.Nodes[at].Kind != step.Array {
			return -1, errForm
		}
		at = t.Nodes[at].Down
		for ; at != 0 && i > 0; i-- {
			at = t.Nodes[at].Next
		}
		if at == 0 {
			at = -1
		}
		return at, nil
	}
	if r.hollow(t, at) {
		return -1, nil
	}
	if t.Nodes[at].Kind != step.Object {
		return -1, errForm
	}
	name := child.Local
	switch {
	case child.Label != nil:
		return r.labelled(t, at, n, child), nil
	case child.Dynamic:
		s, err := r.template(child.Name, false)
		if err != nil {
			return -1, err
		}
		name = str(s.B)
	}
	return t.Find(at, name)
}

// labelled finds the first member whose name fits a template and is no other place's. The
// name is a text of the message like any other: it gives the holes, or is compared.
func (r *run) labelled(t *step.Tree, at int32, n, child *plan.Node) int32 {
	for c := t.Nodes[at].Down; c != 0; c = t.Nodes[c].Next {
		name := t.Nodes[c].Name
		if plan.Fits(child.Name, name) && !n.Names(r, name) {
			r.slots[child.Label.Slot] = slot{b: name, ok: true}
			return c
		}
	}
	return -1
}

// readLeaf takes one place.
func (r *run) readLeaf(t *step.Tree, at int32, n *plan.Node) error {
	one := &t.Nodes[at]
	it := n.Leaf
	if rule, read := it.Typed(one); !read {
		return errForm
	} else if rule != "" && !r.f.Reply {
		r.list.Add(rule, refusal.Short(it.Said), it.Slot)
	}
	s := slot{b: one.Text, ok: true}
	switch one.Kind {
	case step.Object, step.Array:
		if !it.Whole {
			return nil // it was noted
		}
		s.json = true
		if it.Holder != "json" {
			start := len(r.buf)
			r.buf = t.AppendJSON(r.buf, at, nil)
			s.b = r.buf[start:len(r.buf):len(r.buf)]
		}
	case step.Scalar:
		s.json = true
	case step.Text:
		if it.Whole && it.Holder == "json" {
			s.b, s.json = one.Raw, true
		}
	}
	r.found(n, s)
	return nil
}

// readRest makes a JSON object of the members that no other place takes.
func (r *run) readRest(t *step.Tree, at int32, n, rest *plan.Node) {
	skip := func(name []byte) bool { return n.Names(r, name) }
	start := len(r.out)
	if rest.Leaf.Holder != "json" {
		r.out = t.AppendJSON(r.out, at, skip)
	} else {
		r.out = append(r.out, '{')
		for c := t.Nodes[at].Down; c != 0; c = t.Nodes[c].Next {
			if skip(t.Nodes[c].Name) {
				continue
			}
			if len(r.out) > start+1 {
				r.out = append(r.out, ',')
			}
			r.out = append(step.AppendString(r.out, t.Nodes[c].Name), ':')
			r.out = append(r.out, t.Nodes[c].Raw...)
		}
		r.out = append(r.out, '}')
	}
	r.slots[rest.Leaf.Slot] = slot{b: r.out[start:len(r.out):len(r.out)], ok: true, json: true}
}

// spare is a tree that is free; it is in use until the run ends.
func (r *run) spare() *step.Tree {
	if r.open == len(r.trees) {
		r.trees = append(r.trees, &step.Tree{})
	}
	r.open++
	return r.trees[r.open-1]
}

// readTree reads the JSON of a value that is a tree.
func (r *run) readTree(n *plan.Node, in []byte) error {
	t := r.spare()
	if err := t.JSON(in, r.x.Levels); err != nil {
		return err
	}
	if t.Nodes[0].Kind != step.Object && t.Nodes[0].Kind != step.Array {
		return errForm
	}
	missing := r.list.Len()
	if err := r.readNode(t, 0, n); err != nil {
		return err
	}
	if r.list.Len() > missing && (r.keys != nil || r.f.Reply) {
		return r.list.Err()
	}
	return nil // whoever is known learns what is missing
}
