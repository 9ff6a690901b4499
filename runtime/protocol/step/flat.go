package step

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// names says how the names of nested members are composed: a.b.0, or a[b][0]. end is
// empty where one text is between names.
type names struct {
	open, end string
	first     int // number of a list's first element
}

func flat(a *Args) (*Do, error) {
	n := names{}
	switch count := a.Named["count"]; {
	case len(a.List) == 0 || len(a.List) > 2 || a.List[0] == "":
		return nil, errors.New("it takes one text between names, or two around them")
	case count != "" && count != "0" && count != "1":
		return nil, fmt.Errorf("count is 0 or 1, not %q", count)
	case count == "1":
		n.first = 1
	}
	n.open = a.List[0]
	if len(a.List) == 2 {
		n.end = a.List[1]
	}
	return &Do{From: JSON, To: JSON, Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		var t Tree
		if err := t.JSON(in, maxDepth); err != nil || !structured(in) {
			return dst, errInput
		}
		at := len(dst) + 1
		dst = n.flatten(append(dst, '{'), &t, 0, nil, at)
		return append(dst, '}'), nil
	}, Undo: n.undo}, nil
}

// flatten writes what is below a node; what follows at has a comma in front.
func (n names) flatten(dst []byte, t *Tree, node int32, name []byte, at int) []byte {
	number := n.first
	for c := t.Nodes[node].Down; c != 0; c = t.Nodes[c].Next {
		own := t.Nodes[c].Name
		if t.Nodes[node].Kind == Array {
			own = strconv.AppendInt(nil, int64(number), 10)
			number++
		}
		if node != 0 {
			own = slices.Concat(name, []byte(n.open), own, []byte(n.end))
		}
		if kind := t.Nodes[c].Kind; kind == Object || kind == Array {
			dst = n.flatten(dst, t, c, own, at)
			continue
		}
		if len(dst) > at {
			dst = append(dst, ',')
		}
		dst = append(append(AppendString(dst, own), ':'), t.Nodes[c].Raw...)
	}
	return dst
}

// composed is a member with its name taken apart.
type composed struct {
	parts [][]byte
	raw   []byte
}

// undo nests members with composed names. Those that have the numbers of a list, without
// a gap, are a list.
func (n names) undo(dst, in []byte, _ *Call) ([]byte, error) {
	var t Tree
	if err := t.JSON(in, maxDepth); err != nil || t.Nodes[0].Kind != Object {
		return dst, errInput
	}
	var list []composed
	for c := t.Nodes[0].Down; c != 0; c = t.Nodes[c].Next {
		list = append(list, composed{n.split(t.Nodes[c].Name), t.Nodes[c].Raw})
	}
	if list == nil {
		return append(dst, "{}"...), nil
	}
	return n.nest(dst, list, 0)
}

// split takes a name apart. A name that is composed in another way is one part.
func (n names) split(name []byte) [][]byte {
	parts := bytes.Split(name, []byte(n.open))
	for i, one := range parts {
		if i > 0 && !bytes.HasSuffix(one, []byte(n.end)) {
			return [][]byte{name}
		}
		if i > 0 {
			one = one[:len(one)-len(n.end)]
		}
		if parts[i] = one; len(one) == 0 {
			return [][]byte{name}
		}
	}
	return parts
}

// nest writes members that have the first parts of their names in common.
func (n names) nest(dst []byte, list []composed, at int) ([]byte, error) {
	var order []string
	below := map[string][]composed{}
	for _, m := range list {
		switch {
		case at == len(m.parts) && len(list) > 1, at == maxDepth:
			return dst, errInput // there twice, or with a value and members
		case at == len(m.parts):
			return append(dst, m.raw...), nil
		}
		name := string(m.parts[at])
		if below[name] == nil {
			order = append(order, name)
		}
		below[name] = append(below[name], m)
	}
	open, end := byte('{'), byte('}')
	numbers := make([]string, len(order))
	for i := range numbers {
		numbers[i] = strconv.Itoa(n.first + i)
	}
	if at > 0 && !slices.ContainsFunc(numbers, func(one string) bool { return below[one] == nil }) {
		open, end, order = '[', ']', numbers
	}
	var err error
	for i, name := range order {
		if dst = append(dst, open); i > 0 {
			dst[len(dst)-1] = ','
		}
		if end == '}' {
			dst = append(AppendString(dst, []byte(name)), ':')
		}
		if dst, err = n.nest(dst, below[name], at+1); err != nil {
			return dst, err
		}
	}
	return append(dst, end), nil
}
