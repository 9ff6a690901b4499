package step

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Reading a body is strict, for two ends must not take one message for two:
// duplicate members, wrong escapes, bad UTF-8 and trailing bytes are refused.

// Why a body or a query cannot be read.
var (
	ErrDuplicate = errors.New("a name that is given twice")
	ErrEscape    = errors.New("a percent escape that is none")
	ErrUTF8      = errors.New("not UTF-8")
	ErrMany      = fmt.Errorf("more than %d names", maxNames)
)

// maxNames bounds the members of one object and the pairs of a query or form.
const maxNames = 512

// Shape is what a node holds.
type Shape uint8

// The shapes of nodes.
const (
	Text   Shape = iota // a text
	Scalar              // a number, true or false of JSON
	Null
	Object
	Array
)

// Node is one part of a tree. Its bytes alias the source or the tree's own room.
type Node struct {
	Name []byte
	Text []byte // without escapes; of an object or array its source
	Raw  []byte // as it stood
	Kind Shape
	Down int32 // first child, 0: none
	Next int32 // next sibling, 0: none
	File string
	Type string
}

// Tree is a body or a query that was read; node 0 is its root. The zero Tree is
// ready and may be read into again.
type Tree struct {
	Nodes []Node
	room  []byte
	src   []byte
	i     int
	keys  [][]byte
}

// Reset forgets what was read and keeps the room.
func (t *Tree) Reset() {
	clear(t.Nodes)
	clear(t.keys[:cap(t.keys)])
	clear(t.room)
	t.Nodes, t.keys, t.room, t.src, t.i = t.Nodes[:0], t.keys[:0], t.room[:0], nil, 0
	if cap(t.room) > maxRoom {
		t.room = nil
	}
}

// maxRoom is the largest buffer that a tree keeps from one use to the next.
const maxRoom = 64 << 10

// begin makes the root.
func (t *Tree) begin(src []byte, kind Shape) {
	t.Nodes, t.keys, t.room = t.Nodes[:0], t.keys[:0], t.room[:0]
	t.src, t.i = src, 0
	t.Nodes = append(t.Nodes, Node{Kind: kind, Text: src, Raw: src})
}

// child adds a node below one, behind last (0: it is the first).
func (t *Tree) child(above, last int32, n Node) int32 {
	at := int32(len(t.Nodes)) //nolint:gosec // a body is far smaller
	t.Nodes = append(t.Nodes, n)
	if last == 0 {
		t.Nodes[above].Down = at
	} else {
		t.Nodes[last].Next = at
	}
	return at
}

// Find returns the child of that name, -1 where there is none. It refuses a name
// that comes twice.
func (t *Tree) Find(above int32, name string) (int32, error) {
	found := int32(-1)
	if int(above) >= len(t.Nodes) {
		return -1, nil
	}
	for at := t.Nodes[above].Down; at != 0; at = t.Nodes[at].Next {
		if string(t.Nodes[at].Name) == name {
			if found >= 0 {
				return -1, ErrDuplicate
			}
			found = at
		}
	}
	return found, nil
}

// Pairs reads a query or a form-encoded body.
func (t *Tree) Pairs(raw string) error {
	t.begin(view(raw), Object)
	last := int32(0)
	for n := 0; raw != ""; n++ {
		if n == maxNames {
			return ErrMany
		}
		var one string
		one, raw, _ = strings.Cut(raw, "&")
		if one == "" {
			continue
		}
		name, value, _ := strings.Cut(one, "=")
		plain, err := unescapePair(name)
		if err != nil {
			return err
		}
		text, err := unescapePair(value)
		if err != nil {
			return err
		}
		last = t.child(0, last, Node{Name: view(plain), Text: view(text), Raw: view(value)})
	}
	return nil
}

// unescapePair undoes the escapes of a query or a form.
func unescapePair(s string) (string, error) {
	if strings.ContainsAny(s, "%+") {
		out, err := url.QueryUnescape(s)
		if err != nil {
			return "", ErrEscape
		}
		s = out
	}
	if !utf8.ValidString(s) {
		return "", ErrUTF8
	}
	return s, nil
}

// view is the bytes of a text without a copy; they must not be written.
func view(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// maxParts bounds the parts of a multipart body.
const maxParts = 128

// Multipart reads a multipart/form-data body whose Content-Type is contentType.
func (t *Tree) Multipart(contentType string, src []byte) error {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return errors.New("the Content-Type has no boundary")
	}
	t.begin(src, Object)
	r := multipart.NewReader(bytes.NewReader(src), params["boundary"])
	last := int32(0)
	for n := 0; ; n++ {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) && (last != 0 || bytes.Contains(src, []byte("--"+params["boundary"]+"--"))) {
			return nil
		}
		if err != nil || n == maxParts {
			return errors.New("no well-formed multipart body")
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return errors.New("no well-formed multipart body")
		}
		last = t.child(0, last, Node{
			Name: []byte(part.FormName()), Text: text, Raw: text, File: part.FileName(), Type: part.Header.Get("Content-Type"),
		})
	}
}

// Walk goes down from a node by names, in arrays by numbers from 0, and returns the text
// there and whether JSON has it without quotes.
func (t *Tree) Walk(at int32, path []string) (b []byte, json, ok bool) {
	for _, name := range path {
		if t.Nodes[at].Kind == Array {
			at = t.element(at, name)
		} else {
			var err error
			if at, err = t.Find(at, name); err != nil {
				return nil, false, false
			}
		}
		if at < 0 {
			return nil, false, false
		}
	}
	n := &t.Nodes[at]
	return n.Text, n.Kind == Object || n.Kind == Array || n.Kind == Scalar, n.Kind != Null
}

// element is the child of an array whose number a word says, -1 where there is none.
func (t *Tree) element(at int32, word string) int32 {
	n := 0
	for _, ch := range word {
		if ch < '0' || ch > '9' || n > 1<<16 {
			return -1
		}
		n = n*10 + int(ch-'0')
	}
	at = t.Nodes[at].Down
	for ; at != 0 && n > 0; n-- {
		at = t.Nodes[at].Next
	}
	if at == 0 {
		return -1
	}
	return at
}

// Each calls f for the nodes that a path names. Without a star they are the children of
// the node at its end. A star stands for each element of a list, and then they are what
// the path names in each; what is no list is one of one element, and an element
// without the member is left out.
func (t *Tree) Each(at int32, path []string, f func(n *Node)) error {
	star := slices.Index(path, "*")
	way := path
	if star >= 0 {
		way = path[:star]
	}
	at, err := t.under(at, way)
	switch {
	case err != nil:
		return err
	case star < 0 && at < 0:
		return errInput
	case at < 0:
		return nil // a list that is not there has no elements
	case star >= 0 && t.Nodes[at].Kind != Array:
		return t.ends(at, path[star+1:], f)
	}
	for c := t.Nodes[at].Down; c != 0 && err == nil; c = t.Nodes[c].Next {
		if star < 0 {
			f(&t.Nodes[c])
		} else {
			err = t.ends(c, path[star+1:], f)
		}
	}
	return err
}

// ends calls f for what the rest of a path names in one element.
func (t *Tree) ends(at int32, rest []string, f func(n *Node)) error {
	if slices.Contains(rest, "*") {
		return t.Each(at, rest, f)
	}
	at, err := t.under(at, rest)
	if err == nil && at >= 0 && t.Nodes[at].Kind != Null {
		f(&t.Nodes[at])
	}
	return err
}

// under is the node at the end of a path, -1 where there is none.
func (t *Tree) under(at int32, path []string) (int32, error) {
	for _, name := range path {
		if t.Nodes[at].Kind != Object {
			return -1, nil
		}
		var err error
		if at, err = t.Find(at, name); err != nil || at < 0 {
			return -1, err
		}
	}
	return at, nil
}
