package step

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

func flat(a *Args) (*Do, error) {
	f := message.Names{}
	switch count := a.named("count"); {
	case len(a.List) == 0 || len(a.List) > 2 || a.List[0] == "":
		return nil, errors.New("it takes one text between names, or two around them")
	case count != "" && count != "0" && count != "1":
		return nil, fmt.Errorf("count is 0 or 1, not %q", count)
	case count == "1":
		f.First = 1
	}
	f.Open = a.List[0]
	if len(a.List) == 2 {
		f.Close = a.List[1]
	}
	return &Do{From: JSON, To: JSON, Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		var t Tree
		if err := t.JSON(in, maxDepth); err != nil || !structured(in) {
			return dst, errInput
		}
		at := len(dst) + 1
		dst = flatten(append(dst, '{'), &t, 0, nil, at, f)
		return append(dst, '}'), nil
	}, Undo: func(dst, in []byte, _ *Call) ([]byte, error) {
		var t Tree
		if err := t.JSON(in, maxDepth); err != nil || t.Nodes[0].Kind != Object {
			return dst, errInput
		}
		var list []message.Member
		for c := t.Nodes[0].Down; c != 0; c = t.Nodes[c].Next {
			list = append(list, message.Member{Name: t.Nodes[c].Name, Raw: t.Nodes[c].Raw})
		}
		return f.Nest(dst, list, AppendString)
	}}, nil
}

// flatten writes what is below a node; what follows at is written with a comma in
// front.
func flatten(dst []byte, t *Tree, node int32, name []byte, at int, f message.Names) []byte {
	n := f.First
	for c := t.Nodes[node].Down; c != 0; c = t.Nodes[c].Next {
		own := t.Nodes[c].Name
		if t.Nodes[node].Kind == Array {
			own = strconv.AppendInt(nil, int64(n), 10)
			n++
		}
		if node != 0 {
			own = f.Below(name, own)
		}
		if kind := t.Nodes[c].Kind; kind == Object || kind == Array {
			dst = flatten(dst, t, c, own, at, f)
			continue
		}
		if len(dst) > at {
			dst = append(dst, ',')
		}
		dst = append(append(AppendString(dst, own), ':'), t.Nodes[c].Raw...)
	}
	return dst
}

// nest says how nested members are written as one text.
type nest struct {
	is, and, open, close, items string
	sorted, drop                bool
}

func nested(a *Args) (*Do, error) {
	sort, empty := a.named("sort"), a.named("empty")
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
