package protocol

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

var errClash = errors.New("a member of the payload is named like one that the protocol writes")

// writeBody writes the body of what is sent.
func (r *run) writeBody() error {
	f := r.f
	if f.BodyText != nil {
		t, err := r.eval(f.BodyText.Expr)
		if err != nil {
			return plan.Refusal(f.BodyText.Refuse, f.BodyText.Name, err)
		}
		r.msg.Body = t.B
		r.set(plan.SlotBody, t.B)
		return nil
	}
	if f.Empty {
		r.msg.Body = nil
	}
	if f.Body == nil {
		r.set(plan.SlotBody, r.msg.Body)
		return nil
	}
	b, err := r.container(f.Decl.Carriage, nil)
	if err != nil {
		return fmt.Errorf("protocol: %s: %w", f.Place, err)
	}
	r.msg.Body = b
	r.set(plan.SlotBody, b)
	return nil
}

// container writes a body or the query without some of its places.
func (r *run) container(holder string, exclude []*plan.Item) ([]byte, error) {
	at := len(r.out)
	var err error
	out := r.out
	switch holder {
	case "json":
		out, err = r.appendNode(out, r.f.Body, exclude)
	case "xml":
		out, err = r.appendElements(out, r.f.Body, exclude)
	case "form":
		out, err = r.appendPairs(out, r.f.Body, exclude)
	case "query":
		out, err = r.appendQuery(out, exclude)
	case "multipart":
		out, err = r.appendParts(out, exclude)
	}
	r.out = out
	return out[at:len(out):len(out)], err
}

// leafText is what a leaf writes, nothing where it is left out.
func (r *run) leafText(n *plan.Node, exclude []*plan.Item) (s slot, left bool) {
	if slices.Contains(exclude, n.Leaf) {
		return slot{}, true
	}
	s = r.slots[n.Leaf.Slot]
	if !s.ok && n.Rest {
		return slot{}, true
	}
	return s, n.Optional && len(s.b) == 0
}

func (r *run) nodeName(n *plan.Node) (string, error) {
	if !n.Dynamic {
		return n.Literal, nil
	}
	t, err := r.template(n.Name, false)
	return string(t.B), err
}

// appendNode writes JSON.
func (r *run) appendNode(dst []byte, n *plan.Node, exclude []*plan.Item) ([]byte, error) {
	if n.Leaf != nil {
		s, _ := r.leafText(n, exclude)
		if s.json {
			if len(s.b) == 0 {
				return append(dst, nothing(n.Leaf)...), nil
			}
			return append(dst, s.b...), nil
		}
		if s.safe {
			return append(append(append(dst, '"'), s.b...), '"'), nil
		}
		return step.AppendString(dst, s.b), nil
	}
	open, end := byte('{'), byte('}')
	if n.List {
		open, end = '[', ']'
	}
	dst = append(dst, open)
	start := len(dst)
	for _, child := range n.Children {
		var err error
		if dst, err = r.appendMember(dst, n, child, len(dst) > start, exclude); err != nil {
			return dst, err
		}
	}
	return append(dst, end), nil
}

// nothing is the JSON of a place without a text: no members of a payload, or null.
func nothing(it *plan.Item) string {
	if it.IsPayload() {
		return "{}"
	}
	return "null"
}

// appendMember writes one child of an object or a list, nothing where it is left out.
func (r *run) appendMember(dst []byte, n, child *plan.Node, more bool, exclude []*plan.Item) ([]byte, error) {
	if child.Leaf != nil {
		s, left := r.leafText(child, exclude)
		if left {
			return dst, nil
		}
		if child.Rest {
			return r.appendRest(dst, n, s.b, more)
		}
	}
	if more {
		dst = append(dst, ',')
	}
	switch {
	case n.List:
	case !child.Dynamic:
		dst = append(dst, child.Key...)
	default:
		name, err := r.nodeName(child)
		if err != nil {
			return dst, err
		}
		dst = append(step.AppendString(dst, view(name)), ':')
	}
	return r.appendNode(dst, child, exclude)
}

// appendRest writes the members of the payload among others.
func (r *run) appendRest(dst []byte, n *plan.Node, payload []byte, more bool) ([]byte, error) {
	if blank(payload) {
		return dst, nil
	}
	var t step.Tree
	if err := t.JSON(payload, 2); err != nil {
		return dst, err
	}
	if t.Nodes[0].Kind != step.Object {
		return dst, errForm
	}
	for c := t.Nodes[0].Down; c != 0; c = t.Nodes[c].Next {
		if r.names(n, t.Nodes[c].Name) {
			return dst, errClash
		}
		if more {
			dst = append(dst, ',')
		}
		more = true
		dst = append(step.AppendString(dst, t.Nodes[c].Name), ':')
		dst = append(dst, t.Nodes[c].Raw...)
	}
	return dst, nil
}

// members calls f for the members of a payload that stand among other places.
func (r *run) members(n *plan.Node, payload []byte, f func(name, text []byte)) error {
	if blank(payload) {
		return nil
	}
	var t step.Tree
	if err := t.JSON(payload, 2); err != nil {
		return err
	}
	for c := t.Nodes[0].Down; c != 0; c = t.Nodes[c].Next {
		one := &t.Nodes[c]
		if one.Kind == step.Null {
			continue
		}
		if r.names(n, one.Name) {
			return errClash
		}
		f(one.Name, one.Text)
	}
	return nil
}

// appendElements writes XML.
func (r *run) appendElements(dst []byte, n *plan.Node, exclude []*plan.Item) ([]byte, error) {
	for _, child := range n.Children {
		var s slot
		if child.Leaf != nil {
			var left bool
			if s, left = r.leafText(child, exclude); left {
				continue
			}
		}
		name, err := r.nodeName(child)
		switch {
		case err != nil:
		case child.Rest:
			dst, err = r.appendRestXML(dst, n, s.b)
		case !step.XMLName(name):
			err = errForm
		case child.Leaf == nil:
			dst = append(append(append(dst, '<'), name...), '>')
			if dst, err = r.appendElements(dst, child, exclude); err == nil {
				dst = append(append(append(dst, "</"...), name...), '>')
			}
		case s.json && len(s.b) > 0 && s.b[0] == '{':
			var t step.Tree
			if err = t.JSON(s.b, 64); err == nil {
				dst = append(append(append(dst, '<'), name...), '>')
				dst, err = t.AppendMembers(dst, 0, nil)
				dst = append(append(append(dst, "</"...), name...), '>')
			}
		default:
			dst = step.AppendXML(dst, name, s.b, child.Leaf.Cdata)
		}
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (r *run) appendRestXML(dst []byte, n *plan.Node, payload []byte) ([]byte, error) {
	if blank(payload) {
		return dst, nil
	}
	var t step.Tree
	if err := t.JSON(payload, 64); err != nil {
		return dst, err
	}
	clash := false
	dst, err := t.AppendMembers(dst, 0, func(name []byte) bool {
		hit := r.names(n, name)
		clash = clash || hit
		return hit
	})
	if clash {
		return dst, errClash
	}
	return dst, err
}

// appendPairs writes a form or a query.
func (r *run) appendPairs(dst []byte, n *plan.Node, exclude []*plan.Item) ([]byte, error) {
	start := len(dst)
	one := func(name, text []byte) {
		if len(dst) > start {
			dst = append(dst, '&')
		}
		dst = append(message.AppendEscaped(dst, name), '=')
		dst = message.AppendEscaped(dst, text)
	}
	for _, child := range n.Children {
		if child.Leaf == nil {
			continue
		}
		s, left := r.leafText(child, exclude)
		if left {
			continue
		}
		if child.Rest {
			if err := r.members(n, s.b, one); err != nil {
				return dst, err
			}
			continue
		}
		name, err := r.nodeName(child)
		if err != nil {
			return dst, err
		}
		one(view(name), s.b)
	}
	return dst, nil
}

// appendQuery writes what the interface has in the query, and behind it what the
// protocol puts there.
func (r *run) appendQuery(dst []byte, exclude []*plan.Item) ([]byte, error) {
	start := len(dst)
	for one := range strings.SplitSeq(r.draft.Query, "&") {
		name, _, _ := strings.Cut(one, "=")
		if one == "" || r.f.Query != nil && r.names(r.f.Query, []byte(name)) {
			continue
		}
		if len(dst) > start {
			dst = append(dst, '&')
		}
		dst = append(dst, one...)
	}
	if r.f.Query == nil {
		return dst, nil
	}
	at := len(dst)
	if at > start {
		dst = append(dst, '&')
	}
	from := len(dst)
	dst, err := r.appendPairs(dst, r.f.Query, exclude)
	if len(dst) == from {
		dst = dst[:at]
	}
	return dst, err
}

func (r *run) writeQuery() error {
	if r.f.QueryText != nil {
		t, err := r.eval(r.f.QueryText.Expr)
		if err != nil {
			return plan.Refusal(r.f.QueryText.Refuse, r.f.QueryText.Name, err)
		}
		r.msg.Query = str(t.B)
	} else {
		b, err := r.container("query", nil)
		if err != nil {
			return fmt.Errorf("protocol: %s.query: %w", r.f.Place, err)
		}
		r.msg.Query = str(b)
	}
	r.query.Reset()
	r.set(plan.SlotQuery, view(r.msg.Query))
	return nil
}

func (r *run) writePath() error {
	if r.f.Path != nil {
		t, err := r.eval(r.f.Path.Expr)
		if err != nil {
			return plan.Refusal(r.f.Path.Refuse, r.f.Path.Name, err)
		}
		r.msg.Path = str(t.B)
	}
	r.set(plan.SlotPath, view(r.msg.Path))
	return nil
}

func (r *run) writeHeader(it *plan.Item) error {
	s := r.slots[it.Slot]
	name := it.Name[len("header."):]
	if it.Optional && len(s.b) == 0 {
		return nil
	}
	if strings.ContainsAny(str(s.b), "\r\n\x00") {
		return plan.Refusal("json", it.Name, errForm)
	}
	r.msg.Header[name] = []string{string(s.b)}
	return nil
}

// appendParts writes multipart: texts, and of the payload its members.
func (r *run) appendParts(dst []byte, exclude []*plan.Item) ([]byte, error) {
	var parts []message.Part
	for _, child := range r.f.Body.Children {
		if child.Leaf == nil {
			continue
		}
		s, left := r.leafText(child, exclude)
		if left {
			continue
		}
		if child.Rest {
			err := r.members(r.f.Body, s.b, func(name, text []byte) {
				parts = append(parts, message.Part{Name: string(name), Body: text})
			})
			if err != nil {
				return dst, err
			}
			continue
		}
		name, err := r.nodeName(child)
		if err != nil {
			return dst, err
		}
		parts = append(parts, message.Part{Name: name, Body: s.b})
	}
	parts = append(parts, r.files...)
	return message.AppendMultipart(dst, r.boundary, parts)
}
