package signature

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/url"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Tokens knows the tokens that were issued to apps.
type Tokens interface {
	// Valid reports whether a token was issued to the app and is good now.
	Valid(ctx context.Context, system, app, token string) (bool, error)
}

// Nonces knows which values apps have used.
type Nonces interface {
	// Use marks a value as used by the app until then, the zero time for good, and
	// reports whether it was not used before.
	Use(ctx context.Context, system, app, value string, until time.Time) (bool, error)
}

// Guard proves what a signature cannot prove by itself: that a token was issued,
// that a request comes for the first time, and that it comes now. The zero Guard
// lets nobody in.
type Guard struct {
	system string
	tokens Tokens
	nonces Nonces
	now    func() time.Time
}

// NewGuard returns the guard of a system. now may be nil: time.Now.
func NewGuard(system string, tokens Tokens, nonces Nonces, now func() time.Time) Guard {
	if now == nil {
		now = time.Now
	}
	return Guard{system, tokens, nonces, now}
}

var errGuard = errors.New("a guard without tokens or nonces")

// Verify proves that a parsed request comes from the app of the keys, now and for
// the first time. It undoes the steps from the last to the first: it compares
// secrets and signatures in constant time and decrypts the payload. Then it
// validates the time, which only the signature makes the app's own, then an issued
// token, and last it uses up the nonce.
//
// A step refuses with its Else code or else with the rule auth, encrypt with json,
// the time with auth, the nonce with repeated. Signatures are compared to the
// letter; there is one text for each, so that a signature can be a nonce. If
// encrypt comes after sign, the ciphertext is decrypted before anything proves its
// sender: give it the code of sign, and sign the ciphertext if the document leaves
// the choice.
func (c *Codec) Verify(ctx context.Context, m *Message, k *Keys, g Guard) error {
	mat, err := k.of(c)
	if err != nil {
		return err
	}
	if g.tokens == nil || g.nonces == nil || g.now == nil {
		return errGuard
	}
	now := g.now()
	if err := c.check(m, mat, now); err != nil {
		return err
	}
	if err := c.admit(ctx, m, mat.app, g); err != nil {
		return err
	}
	return c.use(ctx, m, mat.app, g, now)
}

// check undoes the steps and validates the time.
func (c *Codec) check(m *Message, k *material, now time.Time) error {
	if m.codec != c {
		return errForeign
	}
	for i := len(c.steps) - 1; i >= 0; i-- {
		if err := c.undo(i, m, k); err != nil {
			return c.steps[i].refuse(c.Title(i), err)
		}
	}
	return c.fresh(m, now)
}

// admit asks for an issued token, where a step wants one.
func (c *Codec) admit(ctx context.Context, m *Message, app string, g Guard) error {
	i := c.tokenStep()
	if i < 0 {
		return nil
	}
	good, err := g.tokens.Valid(ctx, g.system, app, c.first(m, &c.steps[i]))
	if err == nil && !good {
		err = c.steps[i].refuse(c.Title(i), errors.New("it is not good"))
	}
	return err
}

// use uses up the nonce, where there is one.
func (c *Codec) use(ctx context.Context, m *Message, app string, g Guard, now time.Time) error {
	nonce, keep := c.nonceOf(m)
	if nonce == "" {
		return nil
	}
	until := time.Time{}
	if keep > 0 {
		until = now.Add(keep)
	}
	fresh, err := g.nonces.Use(ctx, g.system, app, nonce, until)
	if err == nil && !fresh {
		err = refusal(problem.Repeated, c.spec.Nonce.Else, "nonce", errors.New("it was used before"))
	}
	return err
}

// undo verifies or decrypts one step.
func (c *Codec) undo(i int, m *Message, k *material) error {
	switch s := &c.steps[i]; s.Op {
	case "compare":
		for _, r := range s.sent {
			if v := m.at(c, r); v != "" && crypt.Same(c.bare(r, v), k.secrets[s.with.at]) {
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
	return crypt.Encode(dst, s.Encoding, m.room[n:])
}

// digest appends the bytes of a sign step's result to dst.
func (s *step) digest(dst []byte, i int, data []byte, k *material) []byte {
	if s.sign.Keyed {
		return k.mac(dst, i, data)
	}
	return crypt.Sum(dst, s.sign.Hash, data)
}

// bare returns the value that a compare or token step compares: of the whole query
// its text without escapes.
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
	plain, err := s.suite.Open(k.block, iv, raw)
	if err != nil {
		return err
	}
	c.replace(m, s.to, crypt.AliasText(plain))
	return nil
}

// cipherText decodes the sent ciphertext and its initialisation vector.
func (c *Codec) cipherText(m *Message, k *material) (raw, iv []byte, err error) {
	s := &c.steps[c.crypt]
	if raw, err = crypt.Decode(s.Encoding, m.values[s.to.at]); err != nil {
		return nil, nil, err
	}
	n := s.suite.IV()
	switch {
	case s.IV == "prefix":
		if len(raw) < n {
			return nil, nil, crypt.ErrLength
		}
		return raw[n:], raw[:n], nil
	case n > 0 && k.iv == nil:
		if iv, err = crypt.Decode(s.Encoding, m.values[s.iv.at]); err == nil && len(iv) != n {
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

// fresh validates the time.
func (c *Codec) fresh(m *Message, now time.Time) error {
	t := c.spec.Time
	if t == nil {
		return nil
	}
	sent, err := crypt.ReadTime(t.Unit, m.values[c.time.at])
	if err == nil && now.Sub(sent).Abs() > t.Window {
		err = crypt.ErrStale
	}
	if err != nil {
		return refusal(problem.Auth, t.Else, "time", err)
	}
	return nil
}

// constantEqual compares a result with the sent one, in constant time.
func constantEqual(want []byte, sent string) bool {
	return subtle.ConstantTimeCompare(want, crypt.AliasBytes(sent)) == 1
}
