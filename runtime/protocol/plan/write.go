package plan

import (
	"bytes"
	"errors"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

var (
	errClash = errors.New("a member of the payload is named like one that the protocol writes")
	errForm  = errors.New("it has another form")
)

// Texts gives the texts of a tree that is written.
type Texts interface {
	// Leaf returns the text of a leaf; left: it is left out.
	Leaf(n *Node) (t Text, left bool)
	// Name returns the name of a node, its holes filled in.
	Name(n *Node) ([]byte, error)
}

// AppendJSON writes a tree as JSON.
func (n *Node) AppendJSON(dst []byte, from Texts) ([]byte, error) {
	if n.Leaf != nil {
		switch s, _ := from.Leaf(n); {
		case s.JSON && len(s.B) == 0 && n.Leaf.IsPayload():
			return append(dst, "{}"...), nil
		case s.JSON && len(s.B) == 0:
			return append(dst, "null"...), nil
		case s.JSON && step.Bare(s.B):
			return append(dst, s.B...), nil
		case s.Safe && !s.JSON:
			return append(append(append(dst, '"'), s.B...), '"'), nil
		default: // a text, or a code such as E1 in the place of a number
			return step.AppendString(dst, s.B), nil
		}
	}
	open, end := byte('{'), byte('}')
	if n.List {
		open, end = '[', ']'
	}
	dst = append(dst, open)
	start := len(dst)
	var err error
	for _, child := range n.Children {
		if dst, err = n.appendMember(dst, child, len(dst) > start, from); err != nil {
			return dst, err
		}
	}
	return append(dst, end), nil
}

// appendMember writes one child of an object or a list, nothing where it is left out.
func (n *Node) appendMember(dst []byte, child *Node, more bool, from Texts) ([]byte, error) {
	if child.Leaf != nil {
		s, left := from.Leaf(child)
		if left {
			return dst, nil
		}
		if child.Rest {
			return n.appendRest(dst, s.B, more, from)
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
	return child.AppendJSON(dst, from)
}

// appendRest writes the members of the payload among others.
func (n *Node) appendRest(dst, payload []byte, more bool, from Texts) ([]byte, error) {
	err := n.members(payload, true, from, func(one *step.Node) {
		if more {
			dst = append(dst, ',')
		}
		more = true
		dst = append(append(step.AppendString(dst, one.Name), ':'), one.Raw...)
	})
	return dst, err
}

// members calls f for the members of a payload that stand among other places.
func (n *Node) members(payload []byte, nulls bool, from Texts, f func(one *step.Node)) error {
	if blank(payload) {
		return nil
	}
	var t step.Tree
	if err := t.JSON(payload, 2); err != nil {
		return err
	}
	if t.Nodes[0].Kind != step.Object {
		return errForm
	}
	for c := t.Nodes[0].Down; c != 0; c = t.Nodes[c].Next {
		switch one := &t.Nodes[c]; {
		case one.Kind == step.Null && !nulls:
		case n.Names(from, one.Name):
			return errClash
		default:
			f(one)
		}
	}
	return nil
}

// AppendXML writes the children of a tree as elements.
func (n *Node) AppendXML(dst []byte, from Texts) ([]byte, error) {
	for _, child := range n.Children {
		var s Text
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
			dst, err = n.appendRestXML(dst, s.B, from)
		case !step.XMLName(name):
			err = errForm
		case child.Leaf == nil:
			dst = append(append(append(dst, '<'), name...), '>')
			if dst, err = child.AppendXML(dst, from); err == nil {
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

func (n *Node) appendRestXML(dst, payload []byte, from Texts) ([]byte, error) {
	if blank(payload) {
		return dst, nil
	}
	var t step.Tree
	if err := t.JSON(payload, 64); err != nil {
		return dst, err
	}
	clash := false
	dst, err := t.AppendMembers(dst, 0, func(name []byte) bool {
		clash = clash || n.Names(from, name)
		return clash
	})
	if clash {
		return dst, errClash
	}
	return dst, err
}

// AppendPairs writes the children of a tree as a form or a query.
func (n *Node) AppendPairs(dst []byte, from Texts) ([]byte, error) {
	start := len(dst)
	err := n.Each(from, func(name, text []byte) {
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
func (n *Node) Each(from Texts, f func(name, text []byte)) error {
	for _, child := range n.Children {
		if child.Leaf == nil {
			continue
		}
		s, left := from.Leaf(child)
		if left {
			continue
		}
		if child.Rest {
			if err := n.members(s.B, false, from, func(one *step.Node) { f(one.Name, one.Text) }); err != nil {
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
func (n *Node) Names(from Texts, name []byte) bool {
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
