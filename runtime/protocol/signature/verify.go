package signature

import (
	"crypto/subtle"
	"errors"
	"net/url"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Verify undoes the steps from the last to the first with the keys of the app: it
// compares secrets and signatures in constant time and decrypts the payload. Then
// it judges the time, which only the signature makes the app's own. A token step
// and the nonce are the caller's: see Token and Nonce.
//
// A step refuses with its Else code or else with the rule auth, encrypt with json,
// the time with auth. Signatures are compared to the letter; there is one text for
// each, so that a signature can be a nonce. Where encrypt stands after sign, the
// cipher text is decrypted before anything proves who sent it: let its code be
// that of sign, and sign what was encrypted where the document leaves the choice.
func (c *Codec) Verify(m *Message, k *Keys, now time.Time) error {
	mat, err := k.of(c)
	if err != nil {
		return err
	}
	if m.codec != c {
		return errForeign
	}
	for i := len(c.steps) - 1; i >= 0; i-- {
		if err := c.undo(i, m, mat); err != nil {
			return c.steps[i].refuse(c.title(i), err)
		}
	}
	return c.fresh(m, now)
}

// undo verifies or decrypts one step.
func (c *Codec) undo(i int, m *Message, k *material) error {
	switch s := &c.steps[i]; s.Op {
	case "compare":
		for _, r := range s.sent {
			if v := m.at(c, r); v != "" && sameSecret(c.bare(r, v), k.secrets[s.with.at]) {
				return nil
			}
		}
		return errors.New("the value differs")
	case "encrypt":
		return c.decrypt(m, k)
	case "sign":
		for _, t := range s.over {
			var room [128]byte
			if constantEqual(c.signature(room[:0], i, t, m, k), m.values[s.to.at]) {
				return nil
			}
		}
		return errors.New("the signature differs")
	}
	return nil
}

// signature appends the encoded result of a sign step to dst.
func (c *Codec) signature(dst []byte, i int, t template, m *Message, k *material) []byte {
	s := &c.steps[i]
	w := writer{c: c, m: m, k: k, params: s.params}
	m.room = w.write(m.room[:0], t)
	n := len(m.room)
	m.room = s.digest(m.room, i, m.room, k) // behind the string: on the stack it would not stay
	return encode(dst, s.Encoding, m.room[n:])
}

// digest appends the bytes of a sign step's result to dst.
func (s *step) digest(dst []byte, i int, data []byte, k *material) []byte {
	if s.sign.keyed {
		return k.mac(dst, i, data)
	}
	return sum(dst, s.sign.hash, data)
}

// bare returns what a compare or token step compares: of the whole query its text
// without escapes.
func (c *Codec) bare(r ref, v string) string {
	if r.place == inRawQuery {
		if out, err := url.QueryUnescape(v); err == nil {
			return out
		}
	}
	return v
}

// decrypt replaces the cipher text among the values by the payload.
func (c *Codec) decrypt(m *Message, k *material) error {
	s := &c.steps[c.crypt]
	raw, iv, err := c.cipherText(m, k)
	if err != nil {
		return err
	}
	plain, err := s.suite.open(k.block, iv, raw)
	if err != nil {
		return err
	}
	c.replace(m, s.to, text(plain))
	return nil
}

// cipherText decodes what was sent, and its initialisation vector.
func (c *Codec) cipherText(m *Message, k *material) (raw, iv []byte, err error) {
	s := &c.steps[c.crypt]
	if raw, err = decode(s.Encoding, m.values[s.to.at]); err != nil {
		return nil, nil, err
	}
	n := s.suite.iv()
	switch {
	case s.IV == "prefix":
		if len(raw) < n {
			return nil, nil, errLength
		}
		return raw[n:], raw[:n], nil
	case n > 0 && k.iv == nil:
		if iv, err = decode(s.Encoding, m.values[s.iv.at]); err == nil && len(iv) != n {
			err = errors.New("the iv has another length")
		}
		return raw, iv, err
	}
	return raw, k.iv, nil
}

// replace changes a value, also among the pairs.
func (c *Codec) replace(m *Message, r ref, value string) {
	m.values[r.at] = value
	for i := range m.pairs {
		if p := &m.pairs[i]; p.place == r.place && p.name == c.values[r.at].name {
			p.value = value
		}
	}
}

// fresh judges the time.
func (c *Codec) fresh(m *Message, now time.Time) error {
	t := c.spec.Time
	if t == nil {
		return nil
	}
	sent, err := readTime(t.Unit, m.values[c.time.at])
	if err == nil && now.Sub(sent).Abs() > t.Window {
		err = errStale
	}
	if err != nil {
		return refusal(problem.Auth, t.Else, "time", err)
	}
	return nil
}

// constantEqual compares a result to what was sent, in constant time.
func constantEqual(want []byte, sent string) bool {
	return subtle.ConstantTimeCompare(want, view(sent)) == 1
}

// sameSecret compares two texts in constant time, whatever their lengths.
func sameSecret(a, b string) bool {
	var x, y [32]byte
	sum(x[:0], "sha256", view(a))
	sum(y[:0], "sha256", view(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
