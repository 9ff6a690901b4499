package envelope

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a string and returns its bytes: the body's own, or a copy in the
// scratch buffer where there were escapes.
func (s *scanner) text() ([]byte, error) {
	start := s.i + 1
	s.i = special(s.b, start)
	if s.peek() == '"' {
		s.i++
		return s.b[start : s.i-1 : s.i-1], nil
	}
	from := len(s.m.scratch)
	for {
		s.m.scratch = append(s.m.scratch, s.b[start:s.i]...)
		switch ch := s.peek(); {
		case ch == '"':
			s.i++
			return s.m.scratch[from:len(s.m.scratch):len(s.m.scratch)], nil
		case ch != '\\':
			return nil, s.fail("unfinished string or control character")
		}
		if err := s.escape(); err != nil {
			return nil, err
		}
		start = s.i
		s.i = special(s.b, start)
	}
}

// escape reads one escape into the scratch buffer.
func (s *scanner) escape() error {
	s.i++
	ch := s.peek()
	if ch == 'u' {
		return s.unicode()
	}
	i := strings.IndexByte(`"\/bfnrt`, ch)
	if i < 0 {
		return s.fail("unknown escape")
	}
	s.i++
	s.m.scratch = append(s.m.scratch, "\"\\/\b\f\n\r\t"[i])
	return nil
}

// unicode reads \uXXXX, or the two of a surrogate pair.
func (s *scanner) unicode() error {
	s.i++
	r := s.hex()
	if utf16.IsSurrogate(r) {
		if s.peek() != '\\' || s.i+1 >= len(s.b) || s.b[s.i+1] != 'u' {
			return s.fail("lone surrogate")
		}
		s.i += 2
		if r = utf16.DecodeRune(r, s.hex()); r == utf8.RuneError {
			return s.fail("lone surrogate")
		}
	}
	if r <= 0 {
		return s.fail("no character")
	}
	s.m.scratch = utf8.AppendRune(s.m.scratch, r)
	return nil
}

// hex reads four hexadecimal digits, -1 where there are none.
func (s *scanner) hex() rune {
	var r rune
	for range 4 {
		switch ch := s.peek(); {
		case ch-'0' <= 9:
			r = r<<4 | rune(ch-'0')
		case ch|0x20-'a' <= 5:
			r = r<<4 | rune(ch|0x20-'a'+10)
		default:
			return -1
		}
		s.i++
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
