package envelope

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Seal appends the complete outer JSON to dst: the header in the order of its
// declaration with the fields that steps compute, and plain encrypted and encoded
// as it is. It is compact and escapes only characters that JSON demands to escape.
// An empty field that is not required is left out. plain must not overlap the free
// room of dst; on an error dst is returned as it was.
//
// An error is a mistake of the caller: a missing required value, one that is not
// declared, given twice or computed by a step, a malformed number, a value that is
// not UTF-8, holds U+0000, or breaks its Pattern or Length. Seal never makes a
// message that Open would refuse.
func (c *Codec) Seal(dst []byte, h Header, plain []byte, k *Keys) ([]byte, error) {
	var values [maxFields]string
	mat, err := c.fill(&values, h, k)
	if err != nil {
		return dst, err
	}
	dst = slices.Grow(dst, c.size(&values, len(plain)))
	var codes [maxFields]int // the places of the computed values in dst
	dst = append(dst, '{')
	dst = appendText(dst, c.spec.Head)
	dst = append(dst, ':')
	dst = c.appendHeader(dst, &values, &codes)
	dst = append(dst, ',')
	dst = appendText(dst, c.spec.Data)
	dst = append(dst, ':', '"')
	from := len(dst)
	dst = appendSealed(dst, plain, mat)
	data := dst[from:]
	dst = append(dst, '"', '}')
	for i := range c.steps {
		if s := &c.steps[i]; s.Op == "digest" {
			digest := s.digest(s.orders[0], values[:], data, mat)
			place := dst[codes[s.to]:][:len(digest)]
			copy(place, digest[:])
			values[s.to] = crypt.AliasText(place)
		}
	}
	return dst, nil
}

// fill puts the values of the header in their places and validates them.
func (c *Codec) fill(values *[maxFields]string, h Header, k *Keys) (*material, error) {
	mat, err := k.of(c)
	if err != nil {
		return nil, err
	}
	for _, v := range h.Values {
		i := c.field(crypt.AliasBytes(v.Name))
		switch {
		case i < 0:
			return nil, fmt.Errorf("there is no header field %s", v.Name)
		case c.fields[i].computed:
			return nil, fmt.Errorf("header field %s is computed", v.Name)
		case values[i] != "":
			return nil, fmt.Errorf("header field %s is given twice", v.Name)
		}
		values[i] = v.Text
	}
	c.defaults(values)
	for i := range c.fields {
		if h.Reply && values[i] == "" {
			continue
		}
		if what := c.fields[i].fault(values[i]); what != "" {
			return nil, fmt.Errorf("header field %s %s", c.fields[i].Name, what)
		}
	}
	for i := range c.steps {
		s := &c.steps[i]
		if s.Op == "compare" && !sameSecret(values[s.value.at], mat.secrets[s.with.at]) {
			return nil, errors.New(s.cause.Error())
		}
	}
	return mat, nil
}

func (c *Codec) defaults(values *[maxFields]string) {
	if c.app >= 0 && values[c.app] == "" {
		values[c.app] = c.spec.Sender
	}
	if c.version >= 0 && values[c.version] == "" {
		values[c.version] = c.spec.Version
	}
}

// fault describes the fault of a value that we are about to send; "" is fine.
func (f *field) fault(v string) string {
	switch {
	case f.computed:
		return ""
	case v == "" && !f.Required:
		return ""
	case blank(v):
		return "is missing"
	case f.Number && (!isInteger(v) || v[0] == '0' && v != "0" || v[0] == '-' && v[1] == '0'):
		return "is no whole number"
	case !sendable(v):
		return "is not UTF-8 or holds U+0000"
	case f.match != nil && !f.match(v):
		return "breaks its pattern"
	case f.Length > 0 && len(v) > f.Length && utf8.RuneCountInString(v) > f.Length:
		return "is too long"
	}
	return ""
}

// sendable reports whether the strict reader takes the value.
func sendable(s string) bool { return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) }

// size is the length of the message to come, exact without escapes.
func (c *Codec) size(values *[maxFields]string, plain int) int {
	n := len(`{"":{},"":""}`) + len(c.spec.Head) + len(c.spec.Data) + base64.StdEncoding.EncodedLen(plain)
	for i := range c.fields {
		n += len(c.fields[i].key) + len(`,""`) + max(len(values[i]), len(code{}))
	}
	return n
}

// appendHeader appends the header with blanks for the computed values, whose
// places it notes.
func (c *Codec) appendHeader(dst []byte, values *[maxFields]string, codes *[maxFields]int) []byte {
	const blanks = "0000000000000000000000000000000000000000"
	between := byte('{')
	for i := range c.fields {
		f := &c.fields[i]
		if values[i] == "" && !f.computed {
			continue
		}
		dst = append(append(dst, between), f.key...)
		between = ','
		switch {
		case f.computed:
			codes[i] = len(dst) + 1
			dst = appendText(dst, blanks)
		case f.Number:
			dst = append(dst, values[i]...)
		default:
			dst = appendText(dst, values[i])
		}
	}
	if between == '{' {
		dst = append(dst, '{')
	}
	return append(dst, '}')
}

// appendText appends a JSON string. It escapes only characters that JSON demands to
// escape.
func appendText(dst []byte, s string) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for {
		n := special(crypt.AliasBytes(s), 0)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		switch ch := s[n]; ch {
		case '"', '\\':
			dst = append(dst, '\\', ch)
		default:
			dst = append(dst, '\\', 'u', '0', '0', digits[ch>>4], digits[ch&15])
		}
		s = s[n+1:]
	}
}

// appendSealed appends the sealed text of plain: encrypted and encoded piece by
// piece, so that it needs no buffer for the ciphertext.
func appendSealed(dst, plain []byte, k *material) []byte {
	var piece [768]byte // a multiple of 3: only the last piece is padded
	from, size := len(dst), base64.StdEncoding.EncodedLen(len(plain))
	dst = slices.Grow(dst, size)[:from+size]
	out := dst[from:]
	if k.stream == nil {
		base64.StdEncoding.Encode(out, plain)
		return dst
	}
	at := k.stream.start(len(plain))
	for len(plain) > 0 {
		n := min(len(plain), len(piece))
		at.xor(piece[:n], plain[:n])
		base64.StdEncoding.Encode(out, piece[:n])
		out, plain = out[base64.StdEncoding.EncodedLen(n):], plain[n:]
	}
	return dst
}
