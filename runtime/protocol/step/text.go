package step

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// texts change letters.
func texts() []Row {
	return []Row{
		plain("lower", "letters A to Z in lower case", Do{Apply: changed(lower)}),
		plain("upper", "letters a to z in upper case", Do{Apply: changed(upper)}),
		plain("any-case", "compared without letter case", Do{Apply: same, Undo: same, Fold: true}),
		plain("trim", "without blanks at the ends", Do{Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
			return append(dst, bytes.TrimSpace(in)...), nil
		}}),
		plain("no-blanks", "without blanks, tabs and line breaks", Do{Apply: noBlanks}),
		plain("one-blank", "runs of blanks as one", Do{Apply: oneBlank}),
		{Name: "prefix", Args: "TEXT [empty=drop]", Doc: "TEXT in front; empty=drop: nothing before nothing", Make: func(a *Args) (*Do, error) { return around(a, true) }},
		{Name: "suffix", Args: "TEXT [empty=drop]", Doc: "TEXT behind; empty=drop: nothing behind nothing", Make: func(a *Args) (*Do, error) { return around(a, false) }},
		plain("quoted", "in double quotes; read with or without them", Do{Apply: quote, Undo: unquote}),
		{Name: "replace", Args: "OLD NEW", Doc: "every OLD as NEW", Make: replace},
		{Name: "map", Args: "FROM TO", Doc: "each character of FROM as the one of TO at its place", Make: mapped},
		{Name: "first", Args: "N [of=characters]", Doc: "the first N bytes, or characters", Make: func(a *Args) (*Do, error) { return cut(a, false, false) }},
		{Name: "last", Args: "N [of=characters]", Doc: "the last N bytes, or characters", Make: func(a *Args) (*Do, error) { return cut(a, true, true) }},
		{Name: "skip", Args: "N [of=characters]", Doc: "without the first N bytes, or characters", Make: func(a *Args) (*Do, error) { return cut(a, true, false) }},
		{Name: "repeat", Args: "N", Doc: "N times one behind the other", Make: repeat},
		{Name: "pad", Args: "N CHARACTER [at=start|end]", Doc: "filled up to N bytes behind, or in front: at=start", Make: pad},
		plain("reverse", "the bytes backwards", Do{Apply: reverse, Undo: reverse}),
		{Name: "before", Args: "TEXT", Doc: "what is in front of the first TEXT, all of it where there is none", Make: func(a *Args) (*Do, error) { return beside(a, true) }},
		{Name: "after", Args: "TEXT", Doc: "what is behind the first TEXT, nothing where there is none", Make: func(a *Args) (*Do, error) { return beside(a, false) }},
		{Name: "length", Args: "[of=characters] [empty=drop]", Doc: "how many bytes or characters it has, as a decimal number; empty=drop: nothing for nothing", Make: length},
		{Name: "digits", Args: "N", Doc: "N digits out of random bytes", Make: func(a *Args) (*Do, error) { return alphabet(a, "0123456789") }},
		{Name: "letters", Args: "N", Doc: "N letters and digits out of random bytes", Make: func(a *Args) (*Do, error) {
			return alphabet(a, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
		}},
		plain("uuid", "a UUID out of random bytes, or of a text such as {id}", Do{Apply: uuid}),
	}
}

func same(dst, in []byte, _ *Call) ([]byte, error) { return append(dst, in...), nil }

func changed(f func([]byte)) Func {
	return func(dst, in []byte, _ *Call) ([]byte, error) {
		at := len(dst)
		dst = append(dst, in...)
		f(dst[at:])
		return dst, nil
	}
}

func blank(ch byte) bool { return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r' }

func noBlanks(dst, in []byte, _ *Call) ([]byte, error) {
	for _, ch := range in {
		if !blank(ch) {
			dst = append(dst, ch)
		}
	}
	return dst, nil
}

func oneBlank(dst, in []byte, _ *Call) ([]byte, error) {
	for i, ch := range in {
		if !blank(ch) {
			dst = append(dst, ch)
		} else if i == 0 || !blank(in[i-1]) {
			dst = append(dst, ' ')
		}
	}
	return dst, nil
}

func around(a *Args, front bool) (*Do, error) {
	text, err := a.one("the text")
	word := a.Named["empty"]
	if err == nil && word != "" && word != "drop" {
		err = errors.New("it takes empty=drop or nothing")
	}
	if err != nil {
		return nil, err
	}
	do := &Do{
		Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
			if len(in) == 0 && word == "drop" {
				return dst, nil
			}
			if front {
				return append(append(dst, text...), in...), nil
			}
			return append(append(dst, in...), text...), nil
		},
		Undo: func(dst, in []byte, _ *Call) ([]byte, error) {
			out, ok := bytes.CutSuffix(in, []byte(text))
			if front {
				out, ok = bytes.CutPrefix(in, []byte(text))
			}
			if !ok {
				return dst, errInput
			}
			return append(dst, out...), nil
		},
	}
	if word == "drop" {
		do.Undo = nil // it is not known whether there was anything
	}
	return do, nil
}

func quote(dst, in []byte, _ *Call) ([]byte, error) {
	if bytes.IndexByte(in, '"') >= 0 {
		return dst, errInput
	}
	return append(append(append(dst, '"'), in...), '"'), nil
}

func unquote(dst, in []byte, _ *Call) ([]byte, error) {
	if n := len(in); n >= 2 && in[0] == '"' && in[n-1] == '"' {
		in = in[1 : n-1]
	}
	if bytes.IndexByte(in, '"') >= 0 {
		return dst, errInput
	}
	return append(dst, in...), nil
}

func replace(a *Args) (*Do, error) {
	if len(a.List) == 1 {
		a.List = append(a.List, "")
	}
	if len(a.List) != 2 || a.List[0] == "" {
		return nil, errors.New("it takes two texts, the old one and the new one")
	}
	old, with := []byte(a.List[0]), []byte(a.List[1])
	return &Do{Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		return append(dst, bytes.ReplaceAll(in, old, with)...), nil
	}}, nil
}

func mapped(a *Args) (*Do, error) {
	if len(a.List) != 2 || len(a.List[0]) != len(a.List[1]) {
		return nil, errors.New("it takes two texts of the same length")
	}
	from, to := a.List[0], a.List[1]
	swap := func(from, to string) Func {
		var table [256]byte
		for i := range table {
			table[i] = byte(i)
		}
		for i := range len(from) {
			table[from[i]] = to[i]
		}
		return func(dst, in []byte, _ *Call) ([]byte, error) {
			for _, ch := range in {
				dst = append(dst, table[ch])
			}
			return dst, nil
		}
	}
	do := &Do{Apply: swap(from, to)}
	do.Undo = swap(to, from)
	return do, nil
}

// cut takes the front or the back of a text, at a place counted from its front or its end.
func cut(a *Args, back, end bool) (*Do, error) {
	n, err := a.number("how many", 1, 1<<20)
	of, wrong := characters(a)
	if err == nil {
		err = wrong
	}
	return &Do{Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		at := n
		if end {
			at = count(in, of) - n
		}
		if at = place(in, at, of); at < 0 {
			return dst, errInput
		}
		if back {
			return append(dst, in[at:]...), nil
		}
		return append(dst, in[:at]...), nil
	}}, err
}

// characters reports whether a step counts characters, by its of=.
func characters(a *Args) (bool, error) {
	word := a.Named["of"]
	if word != "" && word != "characters" {
		return false, fmt.Errorf("of is characters, not %q", word)
	}
	return word != "", nil
}

// starts reports whether a byte begins a character of UTF-8.
func starts(ch byte) bool { return ch&0xc0 != 0x80 }

// count is how many bytes or characters a text has.
func count(in []byte, characters bool) int {
	if !characters {
		return len(in)
	}
	n := 0
	for _, ch := range in {
		if starts(ch) {
			n++
		}
	}
	return n
}

// place is where n bytes or characters of a text end; -1: it has fewer.
func place(in []byte, n int, characters bool) int {
	if n < 0 || !characters && n > len(in) {
		return -1
	}
	if !characters {
		return n
	}
	for at, ch := range in {
		if !starts(ch) {
			continue
		}
		if n == 0 {
			return at
		}
		n--
	}
	if n > 0 {
		return -1
	}
	return len(in)
}

func repeat(a *Args) (*Do, error) {
	n, err := a.number("the number of times", 1, 64)
	return &Do{Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		return append(dst, bytes.Repeat(in, n)...), nil
	}}, err
}

func pad(a *Args) (*Do, error) {
	if len(a.List) != 2 || len(a.List[1]) != 1 {
		return nil, errors.New("it takes the number of bytes and one character")
	}
	n, err := strconv.Atoi(a.List[0])
	if err != nil || n < 1 || n > 1<<16 {
		return nil, fmt.Errorf("%q is no number of bytes", a.List[0])
	}
	at, ch := a.Named["at"], a.List[1]
	if at != "" && at != "start" && at != "end" {
		return nil, fmt.Errorf("at is start or end, not %q", at)
	}
	return &Do{Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		fill := strings.Repeat(ch, max(0, n-len(in)))
		if at == "start" {
			return append(append(dst, fill...), in...), nil
		}
		return append(append(dst, in...), fill...), nil
	}}, nil
}

func reverse(dst, in []byte, _ *Call) ([]byte, error) {
	for i := len(in) - 1; i >= 0; i-- {
		dst = append(dst, in[i])
	}
	return dst, nil
}

// beside is what is in front of a text in another, or behind it.
func beside(a *Args, front bool) (*Do, error) {
	text, err := a.one("the text")
	if err == nil && text == "" {
		err = errors.New("an empty text is everywhere")
	}
	return &Do{Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		before, after, _ := bytes.Cut(in, []byte(text))
		if front {
			after = before
		}
		return append(dst, after...), nil
	}}, err
}

func length(a *Args) (*Do, error) {
	word := a.Named["empty"]
	if word != "" && word != "drop" || len(a.List) > 0 {
		return nil, errors.New("it takes of=characters, empty=drop or nothing")
	}
	of, err := characters(a)
	return &Do{Safe: true, Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		if len(in) == 0 && word == "drop" {
			return dst, nil
		}
		return strconv.AppendInt(dst, int64(count(in, of)), 10), nil
	}}, err
}

// enough is how many random bytes further ones can be made of.
const enough = 16

// stretched is at least n bytes that follow from random ones: these, and digests of
// them behind.
func stretched(in []byte, n int) ([]byte, error) {
	if len(in) >= n {
		return in, nil
	}
	if len(in) < enough {
		return nil, errInput
	}
	out := slices.Clone(in)
	for more := in; len(out) < n; {
		sum := sha256.Sum256(more)
		more = sum[:]
		out = append(out, more...)
	}
	return out, nil
}

// alphabet turns random bytes into characters.
func alphabet(a *Args, set string) (*Do, error) {
	n, err := a.number("the number of characters", 1, 256)
	return &Do{Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		in, err := stretched(in, n)
		if err != nil {
			return dst, err
		}
		for _, ch := range in[:n] {
			dst = append(dst, set[int(ch)%len(set)])
		}
		return dst, nil
	}}, err
}

// randoms is how many bytes {random} has.
const randoms = 32

// uuid makes one of 16 random bytes. Of a text, which differs from others anywhere, it
// takes the digest.
func uuid(dst, in []byte, _ *Call) ([]byte, error) {
	var b [16]byte
	switch {
	case len(in) == 0:
		return dst, errInput
	case len(in) == len(b) || len(in) == randoms:
		copy(b[:], in)
	default:
		sum := sha256.Sum256(in)
		copy(b[:], sum[:])
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	for i, n := range []int{4, 2, 2, 2, 6} {
		if i > 0 {
			dst = append(dst, '-')
		}
		at := []int{0, 4, 6, 8, 10}[i]
		dst = hex.AppendEncode(dst, b[at:at+n])
	}
	return dst, nil
}

// CutPair cuts the first pair off. Blanks around a separator do not matter, unless
// it is nothing else.
func CutPair(in, join []byte, quotes bool) (one, rest []byte) {
	if trimmed := bytes.TrimSpace(join); len(trimmed) > 0 {
		join = trimmed
	}
	quoted := false
	for i := range in {
		if quotes && in[i] == '"' {
			quoted = !quoted
		}
		if !quoted && bytes.HasPrefix(in[i:], join) {
			return in[:i], in[i+len(join):]
		}
	}
	return in, nil
}

// Printable is a text as people read it: bytes that are no text as hexadecimal.
func Printable(b []byte) string {
	if utf8.Valid(b) {
		clean := true
		for _, ch := range b {
			clean = clean && (ch >= ' ' || ch == '\n' || ch == '\t' || ch == '\r')
		}
		if clean {
			return string(b)
		}
	}
	return fmt.Sprintf("% X", b)
}

// SameFold compares without letter case, in a time that does not depend on the bytes.
func SameFold(a, b []byte) bool {
	if len(a) != len(b) {
		return false
	}
	var differ byte
	for i := range a {
		differ |= lowered(a[i]) ^ lowered(b[i])
	}
	return differ == 0
}

// lowered is a letter from A to Z in lower case, and any other byte as it is.
func lowered(ch byte) byte {
	above, below := int32(ch)-'A', 'Z'-int32(ch)
	return ch | byte(^(above|below)>>31)&0x20 //nolint:gosec // all ones or none
}
