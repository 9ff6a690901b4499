package step

import (
	"bytes"
	"fmt"
	"strings"
)

// structures turn JSON into text and back.
func structures() []Row {
	return []Row{
		plain("json", "JSON as a text, that is in quotes", Do{Apply: same, Undo: same, From: JSON}),
		plain("raw", "in JSON without quotes: a number, true, an object", Do{Apply: same, Undo: same, To: JSON}),
		plain("cdata", "in XML as CDATA", Do{Apply: same, Undo: same}),
		plain("compact", "JSON without blanks between its tokens", Do{From: JSON, To: JSON, Undo: same, Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
			if !structured(in) {
				return append(dst, in...), nil
			}
			return Compact(dst, in)
		}}),
		{
			Name: "canonical", Args: "[empty=drop]", Doc: "JSON sorted by name and without blanks; empty=drop leaves out null and empty texts",
			Make: canonical,
		},
		{
			Name: "flat", Args: "SEPARATOR | OPEN CLOSE [count=1]",
			Doc: "a JSON object without nested ones, its names composed: a.b.0, or a[b][0]; count=1: elements are counted from 1", Make: flat,
		},
		{
			Name: "nested", Args: "IS AND OPEN CLOSE [items=AND] [sort=name] [empty=drop]",
			Doc: "a JSON object as a text of its members, [a=1,b=[c=2]] with nested = , [ ]; items is between elements of a list", Make: nested,
		},
		{Name: "member", Args: "NAME", Doc: "the text of a member of a JSON object, a.b for one that is nested; nothing where it is not", Make: member},
		{Name: "xml", Args: "ROOT", Doc: "the members of a JSON object as elements below ROOT", Make: toXML},
	}
}

func member(a *Args) (*Do, error) {
	name, err := a.one("the name of a member")
	path := strings.Split(name, ".")
	return &Do{From: JSON, Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		var t Tree
		if err := t.JSON(in, maxDepth); err != nil {
			return dst, errInput
		}
		b, _, _ := t.Walk(0, path)
		return append(dst, b...), nil
	}}, err
}

// Bare reports whether JSON may have a text as it is: a number, true, false, null,
// or what begins as a text, an object or a list does.
func Bare(in []byte) bool {
	if len(in) == 0 || in[0] == '{' || in[0] == '[' || in[0] == '"' {
		return true
	}
	if len(bytes.TrimLeft(in, "0123456789")) == 0 && (len(in) == 1 || in[0] != '0') {
		return true
	}
	var t Tree
	return t.JSON(in, 1) == nil
}

func canonical(a *Args) (*Do, error) {
	word := a.Named["empty"]
	if word != "" && word != "drop" || len(a.List) > 0 {
		return nil, fmt.Errorf("it takes empty=drop or nothing")
	}
	// It says the same as what it was made of, but for members without a value.
	return &Do{From: JSON, To: JSON, Undo: same, Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		if !structured(in) {
			return append(dst, in...), nil
		}
		return Canonical(dst, in, word == "drop")
	}}, nil
}

// structured reports whether a text is an object or an array; any other text has no
// other form.
func structured(in []byte) bool {
	in = bytes.TrimSpace(in)
	return len(in) > 0 && (in[0] == '{' || in[0] == '[')
}

func toXML(a *Args) (*Do, error) {
	root, err := a.one("the name of the root element")
	if err == nil && !XMLName(root) {
		err = fmt.Errorf("%q is no name of an element", root)
	}
	return &Do{
		From: JSON,
		Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
			var t Tree
			if len(in) == 0 {
				in = []byte("{}") // a refusal has no payload
			}
			if err := t.JSON(in, 64); err != nil {
				return dst, err
			}
			dst = append(append(append(dst, '<'), root...), '>')
			dst, err := t.AppendMembers(dst, 0, nil)
			return append(append(append(dst, "</"...), root...), '>'), err
		},
		Undo: func(dst, in []byte, _ *Call) ([]byte, error) {
			var t Tree
			if err := t.XML(in); err != nil {
				return dst, err
			}
			at := t.Nodes[0].Down
			if string(t.Nodes[at].Name) != root {
				return dst, errInput
			}
			return t.AppendJSON(dst, at, nil), nil
		},
	}, err
}
