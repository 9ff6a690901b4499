// Package body writes the trees of a message: JSON, XML, and pairs.
package body

import (
	"bytes"
	"errors"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

var (
	errClash = errors.New("a member of the payload is named like one that the protocol writes")
	errForm  = errors.New("it has another form")
)

// Texts gives the texts of a tree that is written.
type Texts interface {
	// Leaf returns the text of a leaf; left: it is left out.
	Leaf(n *plan.Node) (t plan.Text, left bool)
	// Name returns the name of a node, its holes filled in.
	Name(n *plan.Node) ([]byte, error)
}

// JSON writes a tree as JSON.
func JSON(n *plan.Node, dst []byte, from Texts) ([]byte, error) {
	if n.Leaf != nil {
		s, _ := from.Leaf(n)
		if s.JSON {
			if len(s.B) == 0 {
				return append(dst, nothing(n.Leaf)...), nil
			}
			if step.Bare(s.B) {
				return append(dst, s.B...), nil
			}
			return step.AppendString(dst, s.B), nil // a code such as E1 in the place of a number
		}
		if s.Safe {
			return append(append(append(dst, '"'), s.B...), '"'), nil
		}
		return step.AppendString(dst, s.B), nil
	}
	open, end := byte('{'), byte('}')
	if n.List {
		open, end = '[', ']'
	}
	dst = append(dst, open)
	start := len(dst)
	for _, child := range n.Children {
		var err error
		if dst, err = appendMember(n, dst, child, len(dst) > start, from); err != nil {
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
func appendMember(n *plan.Node, dst []byte, child *plan.Node, more bool, from Texts) ([]byte, error) {
	if child.Leaf != nil {
		s, left := from.Leaf(child)
		if left {
			return dst, nil
		}
		if child.Rest {
			return appendRest(n, dst, s.B, more, from)
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
		name, err := from.Name(child)
		if err != nil {
			return dst, err
		}
		dst = append(step.AppendString(dst, name), ':')
	}
	return JSON(child, dst, from)
}

// appendRest writes the members of the payload among others.
func appendRest(n *plan.Node, dst, payload []byte, more bool, from Texts) ([]byte, error) {
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
		if Names(n, from, t.Nodes[c].Name) {
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
func members(n *plan.Node, payload []byte, from Texts, f func(name, text []byte)) error {
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
		if Names(n, from, one.Name) {
			return errClash
		}
		f(one.Name, one.Text)
	}
	return nil
}

// XML writes the children of a tree as elements.
func XML(n *plan.Node, dst []byte, from Texts) ([]byte, error) {
	for _, child := range n.Children {
		var s plan.Text
		if child.Leaf != nil {
			var left bool
			if s, left = from.Leaf(child); left {
				continue
			}
		}
		b, err := from.Name(child)
		name := string(b)
		switch {
		case err != nil:
		case child.Rest:
			dst, err = appendRestXML(n, dst, s.B, from)
		case !step.XMLName(name):
			err = errForm
		case child.Leaf == nil:
			dst = append(append(append(dst, '<'), name...), '>')
			if dst, err = XML(child, dst, from); err == nil {
				dst = append(append(append(dst, "</"...), name...), '>')
			}
		case s.JSON && len(s.B) > 0 && s.B[0] == '{':
			var t step.Tree
			if err = t.JSON(s.B, 64); err == nil {
				dst = append(append(append(dst, '<'), name...), '>')
				dst, err = t.AppendMembers(dst, 0, nil)
				dst = append(append(append(dst, "</"...), name...), '>')
			}
		default:
			dst = step.AppendXML(dst, name, s.B, child.Leaf.Cdata)
		}
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func appendRestXML(n *plan.Node, dst, payload []byte, from Texts) ([]byte, error) {
	if blank(payload) {
		return dst, nil
	}
	var t step.Tree
	if err := t.JSON(payload, 64); err != nil {
		return dst, err
	}
	clash := false
	dst, err := t.AppendMembers(dst, 0, func(name []byte) bool {
		hit := Names(n, from, name)
		clash = clash || hit
		return hit
	})
	if clash {
		return dst, errClash
	}
	return dst, err
}

// Pairs writes the children of a tree as a form or a query.
func Pairs(n *plan.Node, dst []byte, from Texts) ([]byte, error) {
	start := len(dst)
	err := Each(n, from, func(name, text []byte) {
		if len(dst) > start {
			dst = append(dst, '&')
		}
		dst = append(message.AppendEscaped(dst, name), '=')
		dst = message.AppendEscaped(dst, text)
	})
	return dst, err
}

// Each calls f for the children of a tree that are written, and for the members of a
// payload that stands among them.
func Each(n *plan.Node, from Texts, f func(name, text []byte)) error {
	for _, child := range n.Children {
		if child.Leaf == nil {
			continue
		}
		s, left := from.Leaf(child)
		if left {
			continue
		}
		if child.Rest {
			if err := members(n, s.B, from, f); err != nil {
				return err
			}
			continue
		}
		name, err := from.Name(child)
		if err != nil {
			return err
		}
		f(name, s.B)
	}
	return nil
}

// Names reports whether a child other than the rest has the name.
func Names(n *plan.Node, from Texts, name []byte) bool {
	for _, child := range n.Children {
		switch {
		case child.Rest:
		case child.Dynamic:
			if text, err := from.Name(child); err == nil && bytes.Equal(text, name) {
				return true
			}
		case child.Literal == string(name) || child.Local == string(name):
			return true
		}
	}
	return false
}

func blank(b []byte) bool { return len(bytes.TrimSpace(b)) == 0 }
