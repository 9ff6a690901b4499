package envelope

import (
	"bytes"
	"encoding/base64"
	"slices"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Open verifies m with the keys of its app and appends the payload to dst. The
// steps are undone from the last to the first: digests and compares, then the
// grammar of the header's fields, then base64, then RC4. dst must not overlap the
// bytes that m was parsed from; on a refusal it is returned as it was.
//
// A step refuses with its Else code or else with the rule auth (digest, compare)
// or json (base64). Compares take constant time. A field against its Pattern or
// Length is refused with the rule type or length, the message id with sid. One
// leading byte order mark of the payload is dropped; whether the rest is JSON is
// not looked at, nor can it be: RC4 opens anything.
//
// Base64 is strict: padded, the standard alphabet, no bits left over. Only CR and
// LF are dropped, after the digest was taken over them.
func (c *Codec) Open(dst []byte, m *Message, k *Keys) ([]byte, error) {
	mat, err := k.of(c)
	if err != nil {
		return dst, err
	}
	if m.codec != c {
		return dst, errForeign
	}
	for i := len(c.steps) - 1; i >= 0; i-- {
		if s := &c.steps[i]; !s.holds(m, mat) {
			return dst, s.refuse()
		}
	}
	if err := c.Grammar(m); err != nil {
		return dst, err
	}
	return c.decode(dst, m.data, mat)
}

// holds verifies one digest or compare; other steps have nothing to verify.
func (s *step) holds(m *Message, k *material) bool {
	switch s.Op {
	case "digest":
		for _, sorted := range s.orders {
			want := s.digest(sorted, m.values[:], m.data, k)
			if want.equal(m.values[s.to]) {
				return true
			}
		}
		return false
	case "compare":
		return sameSecret(m.values[s.value.at], k.secrets[s.with.at])
	}
	return true
}

// Grammar returns the refusal for fields that break their pattern or length,
// whoever sent them; Open uses it too.
func (c *Codec) Grammar(m *Message) error {
	var l problem.List
	for i := range c.fields {
		f, v := &c.fields[i], m.values[i]
		switch {
		case blank(v):
		case f.match != nil && !f.match(v):
			c.note(&l, c.grammarRule(i, problem.Type), i)
		case f.Length > 0 && len(v) > f.Length && utf8.RuneCountInString(v) > f.Length:
			c.note(&l, c.grammarRule(i, problem.Length), i)
		}
	}
	return l.Err()
}

// decode appends the payload of data to dst.
func (c *Codec) decode(dst, data []byte, k *material) ([]byte, error) {
	start := len(dst)
	dst = slices.Grow(dst, base64.StdEncoding.DecodedLen(len(data)))
	room := dst[start:cap(dst)]
	n, err := base64.StdEncoding.Strict().Decode(room, data)
	if err != nil {
		return dst, c.steps[c.encode].refuse()
	}
	plain := room[:n]
	if k.stream != nil {
		at := k.stream.start(n)
		at.xor(plain, plain)
	}
	if rest, ok := bytes.CutPrefix(plain, []byte("\ufeff")); ok {
		n = copy(plain, rest)
	}
	return dst[:start+n], nil
}
