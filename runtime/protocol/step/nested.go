package step

import (
	"errors"
	"fmt"
	"slices"
)

// nest says how nested members are written as one text.
type nest struct {
	is, and, open, close, items string
	sorted, drop                bool
}

func nested(a *Args) (*Do, error) {
	sort, empty := a.Named["sort"], a.Named["empty"]
	switch {
	case len(a.List) != 4:
		return nil, errors.New("it takes four texts: between a name and its value, between members, and around them")
	case sort != "" && sort != "name":
		return nil, fmt.Errorf("sort is name, not %q", sort)
	case empty != "" && empty != "drop":
		return nil, errors.New("it takes empty=drop or nothing")
	}
	n := nest{is: a.List[0], and: a.List[1], open: a.List[2], close: a.List[3], items: a.List[1], sorted: sort != "", drop: empty != ""}
	if word, ok := a.Named["items"]; ok {
		n.items = word
	}
	return &Do{From: JSON, Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		var t Tree
		if err := t.JSON(in, maxDepth); err != nil {
			return dst, err
		}
		return n.write(dst, &t, 0), nil
	}}, nil
}

func (n nest) write(dst []byte, t *Tree, at int32) []byte {
	kind := t.Nodes[at].Kind
	if kind != Object && kind != Array {
		if kind == Null {
			return dst
		}
		return append(dst, t.Nodes[at].Text...)
	}
	var list []int32
	for c := t.Nodes[at].Down; c != 0; c = t.Nodes[c].Next {
		if child := &t.Nodes[c]; !n.drop || child.Kind != Null && (child.Kind != Text || len(child.Text) > 0) {
			list = append(list, c)
		}
	}
	between := n.items
	if kind == Object {
		between = n.and
		if n.sorted {
			slices.SortFunc(list, func(a, b int32) int { return slices.Compare(t.Nodes[a].Name, t.Nodes[b].Name) })
		}
	}
	dst = append(dst, n.open...)
	for i, c := range list {
		if i > 0 {
			dst = append(dst, between...)
		}
		if kind == Object {
			dst = append(append(dst, t.Nodes[c].Name...), n.is...)
		}
		dst = n.write(dst, t, c)
	}
	return append(dst, n.close...)
}
