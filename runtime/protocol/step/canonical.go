package step

import (
	"bytes"
	"encoding/json"
	"slices"
)

func compact(b *bytes.Buffer, src []byte) error {
	if json.Compact(b, src) != nil {
		return errJSON
	}
	return nil
}

// Canonical appends JSON with the members of every object in the order of their
// names, without blanks; with dropEmpty without members that are null or "". Values
// are written as they stood.
func Canonical(dst, src []byte, dropEmpty bool) ([]byte, error) {
	var t Tree
	if err := t.JSON(src, maxDepth); err != nil {
		return dst, err
	}
	return t.canonical(dst, 0, dropEmpty), nil
}

func (t *Tree) canonical(dst []byte, at int32, dropEmpty bool) []byte {
	n := &t.Nodes[at]
	switch n.Kind {
	case Object:
		var children []int32
		for c := n.Down; c != 0; c = t.Nodes[c].Next {
			if child := &t.Nodes[c]; !dropEmpty || child.Kind != Null && (child.Kind != Text || len(child.Text) > 0) {
				children = append(children, c)
			}
		}
		slices.SortFunc(children, func(a, b int32) int { return bytes.Compare(t.Nodes[a].Name, t.Nodes[b].Name) })
		dst = append(dst, '{')
		for i, c := range children {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(AppendString(dst, t.Nodes[c].Name), ':')
			dst = t.canonical(dst, c, dropEmpty)
		}
		return append(dst, '}')
	case Array:
		dst = append(dst, '[')
		for c := n.Down; c != 0; c = t.Nodes[c].Next {
			if c != n.Down {
				dst = append(dst, ',')
			}
			dst = t.canonical(dst, c, dropEmpty)
		}
		return append(dst, ']')
	}
	return append(dst, n.Raw...)
}

// AppendJSON appends a tree that came as XML, as pairs or as parts of multipart as
// the JSON that says the same: elements of one name become an array, everything
// else a text. skip leaves out nodes of the first level.
func (t *Tree) AppendJSON(dst []byte, at int32, skip func(name []byte) bool) []byte {
	if int(at) >= len(t.Nodes) { // the message had no body
		return append(dst, "{}"...)
	}
	dst = append(dst, '{')
	first := true
	for c := t.Nodes[at].Down; c != 0; c = t.Nodes[c].Next {
		name := t.Nodes[c].Name
		if t.Nodes[c].File != "" || skip != nil && skip(name) || t.before(at, c, name) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(AppendString(dst, name), ':')
		dst = t.appendSame(dst, c, name)
	}
	return append(dst, '}')
}

// before reports whether a sibling in front has the same name.
func (t *Tree) before(above, at int32, name []byte) bool {
	for c := t.Nodes[above].Down; c != at; c = t.Nodes[c].Next {
		if bytes.Equal(t.Nodes[c].Name, name) {
			return true
		}
	}
	return false
}

// appendSame writes all siblings of a name.
func (t *Tree) appendSame(dst []byte, at int32, name []byte) []byte {
	more := false
	for c := t.Nodes[at].Next; c != 0; c = t.Nodes[c].Next {
		more = more || bytes.Equal(t.Nodes[c].Name, name)
	}
	if !more {
		return t.appendNode(dst, at)
	}
	dst = append(dst, '[')
	for c := at; c != 0; c = t.Nodes[c].Next {
		if !bytes.Equal(t.Nodes[c].Name, name) {
			continue
		}
		if c != at {
			dst = append(dst, ',')
		}
		dst = t.appendNode(dst, c)
	}
	return append(dst, ']')
}

func (t *Tree) appendNode(dst []byte, at int32) []byte {
	if t.Nodes[at].Kind == Object {
		return t.AppendJSON(dst, at, nil)
	}
	return AppendString(dst, t.Nodes[at].Text)
}
