package step

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the levels of JSON.
const maxDepth = 64

// maxKey bounds one name of JSON, bytes.
const maxKey = 256

var errJSON = errors.New("no well-formed JSON")

// JSON reads a JSON text. Nodes are made for the first levels of members only,
// everything below is checked and skipped; 1 is the root alone.
func (t *Tree) JSON(src []byte, levels int) error {
	t.begin(src, Null)
	t.i = len(src) - len(bytes.TrimPrefix(src, []byte("\ufeff")))
	if !utf8.Valid(src) {
		return ErrUTF8
	}
	t.space()
	if err := t.value(0, 1, levels); err != nil {
		return err
	}
	if t.space(); t.i < len(t.src) {
		return errJSON
	}
	return nil
}

// value reads the value of node at.
func (t *Tree) value(at int32, depth, levels int) error {
	start := t.i
	n := Node{}
	var err error
	switch ch := t.peek(); {
	case depth > maxDepth:
		return errJSON
	case ch == '{':
		n.Kind = Object
		err = t.object(at, depth, levels)
	case ch == '[':
		n.Kind = Array
		err = t.array(at, depth, levels)
	case ch == '"':
		n.Text, err = t.text(depth <= levels)
	case ch == '-' || ch-'0' <= 9:
		n.Kind = Scalar
		err = t.number()
	case ch == 't':
		n.Kind = Scalar
		err = t.literal("true")
	case ch == 'f':
		n.Kind = Scalar
		err = t.literal("false")
	case ch == 'n':
		n.Kind = Null
		err = t.literal("null")
	default:
		return errJSON
	}
	if err != nil || depth > levels {
		return err
	}
	node := &t.Nodes[at]
	node.Kind, node.Raw = n.Kind, t.src[start:t.i:t.i]
	node.Text = node.Raw
	switch n.Kind {
	case Text:
		node.Text = n.Text
	case Null:
		node.Text = nil
	}
	return nil
}

func (t *Tree) object(at int32, depth, levels int) error {
	t.i++
	base := len(t.keys)
	last := int32(0)
	for first := true; ; first = false {
		t.space()
		if t.peek() == '}' {
			t.i++
			t.keys = t.keys[:base]
			return nil
		}
		key, err := t.key(base, first)
		if err != nil {
			return err
		}
		child := int32(0)
		if depth < levels {
			child = t.child(at, last, Node{Name: key})
			last = child
		}
		if err = t.value(child, depth+1, levels); err != nil {
			return err
		}
	}
}

// key reads a name and its colon.
func (t *Tree) key(base int, first bool) ([]byte, error) {
	if !first {
		if t.peek() != ',' {
			return nil, errJSON
		}
		t.i++
		t.space()
	}
	if t.peek() != '"' {
		return nil, errJSON
	}
	key, err := t.text(true)
	if err != nil {
		return nil, err
	}
	if len(key) > maxKey || len(t.keys)-base >= maxNames {
		return nil, ErrMany
	}
	for _, k := range t.keys[base:] {
		if string(k) == string(key) {
			return nil, ErrDuplicate
		}
	}
	t.keys = append(t.keys, key)
	t.space()
	if t.peek() != ':' {
		return nil, errJSON
	}
	t.i++
	t.space()
	return key, nil
}

func (t *Tree) array(at int32, depth, levels int) error {
	t.i++
	if t.space(); t.peek() == ']' {
		t.i++
		return nil
	}
	last := int32(0)
	for {
		child := int32(0)
		if depth < levels {
			child = t.child(at, last, Node{})
			last = child
		}
		if err := t.value(child, depth+1, levels); err != nil {
			return err
		}
		t.space()
		ch := t.peek()
		t.i++
		if ch == ']' {
			return nil
		}
		if ch != ',' {
			return errJSON
		}
		t.space()
	}
}

func (t *Tree) peek() byte {
	if t.i < len(t.src) {
		return t.src[t.i]
	}
	return 0
}

func (t *Tree) space() {
	for t.i < len(t.src) {
		switch t.src[t.i] {
		case ' ', '\n', '\r', '\t':
			t.i++
		default:
			return
		}
	}
}

func (t *Tree) literal(want string) error {
	if len(t.src)-t.i < len(want) || string(t.src[t.i:t.i+len(want)]) != want {
		return errJSON
	}
	t.i += len(want)
	return nil
}

func (t *Tree) number() error {
	if t.peek() == '-' {
		t.i++
	}
	if t.peek() == '0' {
		t.i++
	} else if t.digits() == 0 {
		return errJSON
	}
	if t.peek() == '.' {
		if t.i++; t.digits() == 0 {
			return errJSON
		}
	}
	if t.peek()|0x20 == 'e' {
		if t.i++; t.peek() == '+' || t.peek() == '-' {
			t.i++
		}
		if t.digits() == 0 {
			return errJSON
		}
	}
	return nil
}

func (t *Tree) digits() int {
	start := t.i
	for t.peek()-'0' <= 9 {
		t.i++
	}
	return t.i - start
}

// text reads a string: the source's own bytes, or a copy where there were escapes.
// With keep false the copy is dropped.
func (t *Tree) text(keep bool) ([]byte, error) {
	start := t.i + 1
	t.i = special(t.src, start)
	if t.peek() == '"' {
		t.i++
		return t.src[start : t.i-1 : t.i-1], nil
	}
	from := len(t.room)
	for {
		t.room = append(t.room, t.src[start:t.i]...)
		switch ch := t.peek(); {
		case ch == '"':
			t.i++
			out := t.room[from:len(t.room):len(t.room)]
			if !keep {
				t.room = t.room[:from]
			}
			return out, nil
		case ch != '\\':
			return nil, errJSON
		}
		if err := t.escape(); err != nil {
			return nil, err
		}
		start = t.i
		t.i = special(t.src, start)
	}
}

func (t *Tree) escape() error {
	t.i++
	ch := t.peek()
	if ch == 'u' {
		return t.unicode()
	}
	i := strings.IndexByte(`"\/bfnrt`, ch)
	if i < 0 {
		return errJSON
	}
	t.i++
	t.room = append(t.room, "\"\\/\b\f\n\r\t"[i])
	return nil
}

// unicode reads \uXXXX, or the two of a surrogate pair.
func (t *Tree) unicode() error {
	t.i++
	r := t.hex()
	if utf16.IsSurrogate(r) {
		if t.peek() != '\\' || t.i+1 >= len(t.src) || t.src[t.i+1] != 'u' {
			return errJSON
		}
		t.i += 2
		if r = utf16.DecodeRune(r, t.hex()); r == utf8.RuneError {
			return errJSON
		}
	}
	if r <= 0 {
		return errJSON
	}
	t.room = utf8.AppendRune(t.room, r)
	return nil
}

func (t *Tree) hex() rune {
	var r rune
	for range 4 {
		switch ch := t.peek(); {
		case ch-'0' <= 9:
			r = r<<4 | rune(ch-'0')
		case ch|0x20-'a' <= 5:
			r = r<<4 | rune(ch|0x20-'a'+10)
		default:
			return -1
		}
		t.i++
	}
	return r
}

// special returns the position of the first quote, backslash or control character
// from i on, or the end. It looks at eight bytes at a time: the borrow of a hit
// only reaches bytes behind it, so the first hit is right.
func special(b []byte, i int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		quote, slash := x^(ones*'"'), x^(ones*'\\')
		hit := (x-ones*0x20)&^x | (quote-ones)&^quote | (slash-ones)&^slash
		if hit &= tops; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for ; i < len(b); i++ {
		if b[i] < 0x20 || b[i] == '"' || b[i] == '\\' {
			return i
		}
	}
	return i
}

// AppendString appends text as a JSON string with the escapes that JSON demands
// and no others. What is not UTF-8 becomes U+FFFD.
func AppendString(dst, text []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for len(text) > 0 {
		n := special(text, 0)
		if utf8.Valid(text[:n]) {
			dst = append(dst, text[:n]...)
		} else {
			dst = append(dst, bytes.ToValidUTF8(text[:n], []byte("\ufffd"))...)
		}
		if n == len(text) {
			break
		}
		switch ch := text[n]; ch {
		case '"', '\\':
			dst = append(dst, '\\', ch)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[ch>>4], hex[ch&15])
		}
		text = text[n+1:]
	}
	return append(dst, '"')
}

// Compact appends JSON without blanks between its tokens.
func Compact(dst, src []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := compact(&b, src); err != nil {
		return dst, err
	}
	return append(dst, b.Bytes()...), nil
}

// JSONEnd returns where the JSON object or array ends that a text begins with, 0 where
// it begins with none. It looks at braces and texts alone.
func JSONEnd(in []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(in); i++ {
		switch ch := in[i]; {
		case quoted && ch == '\\':
			i++
		case ch == '"':
			quoted = !quoted
		case quoted:
		case ch == '{' || ch == '[':
			depth++
		case ch == '}' || ch == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		if depth == 0 {
			return 0
		}
	}
	return 0
}
