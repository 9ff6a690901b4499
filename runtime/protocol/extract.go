package protocol

import (
	"bytes"
	"errors"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

var errTwice = errors.New("it is given twice")

// extract takes the texts of all places out of the message. What is missing is
// noted and told once the caller is known; what cannot be read is an error.
func (r *run) extract() error {
	f := r.f
	r.setText(slotMethod, r.msg.Method)
	r.setText(slotScheme, r.msg.Scheme)
	r.setText(slotHost, r.msg.Host)
	r.set(slotPath, view(r.msg.Path))
	r.set(slotQuery, view(r.msg.Query))
	r.set(slotBody, r.msg.Body)
	if f.needsURL() {
		r.urls()
	}
	if f.header != nil {
		if err := r.readHeader(f.header); err != nil {
			return err
		}
	}
	if f.queryText != nil && r.msg.Query == "" {
		if one := singleSteps(f.queryText.expr); one != nil {
			r.slots[slotQuery].ok = false
			r.list.Add(problem.Required, f.infos[one.slot].name, slotQuery)
		}
	}
	if f.query != nil {
		if err := r.query.Pairs(r.msg.Query); err != nil {
			return err
		}
		if err := r.readNode(&r.query, 0, f.query); err != nil {
			return err
		}
	}
	if f.body == nil {
		return nil
	}
	t, at, err := r.tree(f.decl.Carriage)
	if err != nil {
		return err
	}
	return r.readNode(t, at, f.body)
}

// readHeader takes headers. The host is one too.
func (r *run) readHeader(n *node) error {
	for _, child := range n.children {
		values := r.msg.Header[child.literal]
		if child.literal == "Host" && len(values) == 0 && r.msg.Host != "" {
			r.set(child.leaf.slot, view(r.msg.Host))
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

// found keeps what stands in a place, or notes that it is blank.
func (r *run) found(n *node, s slot) {
	if !s.json && blank(s.b) && !n.optional {
		if len(s.b) == 0 || !n.leaf.allowsBlank() {
			r.lack(n)
			return
		}
	}
	r.slots[n.leaf.slot] = s
}

func blank(b []byte) bool { return len(b) == 0 || b[0] <= ' ' && len(bytes.TrimSpace(b)) == 0 }

// lack notes that a place is not there.
func (r *run) lack(n *node) {
	if n.leaf == nil {
		return
	}
	if n.optional {
		r.slots[n.leaf.slot] = slot{ok: true, absent: true}
		return
	}
	r.list.Add(problem.Required, short(n.leaf.name), n.leaf.slot)
}

// readNode takes the places below a node of a body or query.
func (r *run) readNode(t *message.Tree, at int32, n *node) error {
	for i, child := range n.children {
		if child.rest {
			r.readRest(t, at, n, child)
			continue
		}
		found, err := r.find(t, at, n, child, i)
		if err != nil {
			return err
		}
		if found < 0 || t.Nodes[found].Kind == message.Null {
			r.lackAll(child)
			continue
		}
		if child.leaf == nil {
			if k := t.Nodes[found].Kind; k != message.Object && k != message.Array {
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

func (r *run) lackAll(n *node) {
	if n.leaf != nil {
		r.lack(n)
		return
	}
	for _, child := range n.children {
		if n.optional {
			child = &node{optional: true, leaf: child.leaf, children: child.children}
		}
		r.lackAll(child)
	}
}

func (r *run) find(t *message.Tree, at int32, n, child *node, i int) (int32, error) {
	if n.list {
		if t.Nodes[at].Kind != message.Array {
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
	if t.Nodes[at].Kind != message.Object {
		return -1, errForm
	}
	name := child.local
	if child.dynamic {
		s, err := r.template(child.name, false)
		if err != nil {
			return -1, err
		}
		name = str(s.b)
	}
	return t.Find(at, name)
}

// readLeaf takes one place.
func (r *run) readLeaf(t *message.Tree, at int32, n *node) error {
	one := &t.Nodes[at]
	s := slot{b: one.Text, ok: true}
	switch one.Kind {
	case message.Object, message.Array:
		if !n.leaf.whole {
			if n.leaf.holder != "json" {
				return errForm
			}
			r.list.Add(problem.Type, short(n.leaf.name), n.leaf.slot)
			return nil
		}
		s.json = true
		if n.leaf.holder != "json" {
			start := len(r.buf)
			r.buf = t.AppendJSON(r.buf, at, nil)
			s.b = r.buf[start:len(r.buf):len(r.buf)]
		}
	case message.Scalar:
		s.json = true
	case message.Text:
		if n.leaf.whole && n.leaf.holder == "json" {
			s.b, s.json = one.Raw, true
		}
	}
	r.found(n, s)
	return nil
}

// readRest makes a JSON object of the members that no other place takes.
func (r *run) readRest(t *message.Tree, at int32, n, rest *node) {
	skip := func(name []byte) bool { return r.names(n, name) }
	start := len(r.out)
	if rest.leaf.holder != "json" {
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
			r.out = append(message.AppendString(r.out, t.Nodes[c].Name), ':')
			r.out = append(r.out, t.Nodes[c].Raw...)
		}
		r.out = append(r.out, '}')
	}
	r.slots[rest.leaf.slot] = slot{b: r.out[start:len(r.out):len(r.out)], ok: true, json: true}
}

// names reports whether a place other than the rest has the name.
func (r *run) names(n *node, name []byte) bool {
	for _, child := range n.children {
		switch {
		case child.rest:
		case child.dynamic:
			if t, err := r.template(child.name, false); err == nil && bytes.Equal(t.b, name) {
				return true
			}
		case child.literal == string(name) || child.local == string(name):
			return true
		}
	}
	return false
}

// spare is a tree that is free; it is in use until the run ends.
func (r *run) spare() *message.Tree {
	if r.open == len(r.trees) {
		r.trees = append(r.trees, &message.Tree{})
	}
	r.open++
	return r.trees[r.open-1]
}

// readTree reads the JSON of a value that is a tree.
func (r *run) readTree(n *node, in []byte) error {
	t := r.spare()
	if err := t.JSON(in, r.x.plan.levels); err != nil {
		return err
	}
	if t.Nodes[0].Kind != message.Object && t.Nodes[0].Kind != message.Array {
		return errForm
	}
	missing := r.list.Len()
	if err := r.readNode(t, 0, n); err != nil {
		return err
	}
	if r.list.Len() > missing {
		return r.list.Err()
	}
	return nil
}
