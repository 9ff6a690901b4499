package signature

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-faster/jx"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Sign completes a client's request: it writes the app, the time, the nonce, the
// issued token and the compared secrets into their declared places, encrypts the
// payload, and signs. The payload must be in its place already; see SetPayload.
// nonce makes a new value each time; it may be nil if no nonce is declared or if a
// signature is the nonce.
func (c *Codec) Sign(r *Request, k *Keys, now time.Time, nonce func() string) error {
	return c.SignFrom(rand.Reader, r, k, now, nonce)
}

// SetPayload puts the JSON text of the request's fields where the declaration has
// it: as the body, or as the text of a member, a form field or a header.
func (c *Codec) SetPayload(r *Request, payload []byte) error {
	return c.set(r, c.payload, string(payload))
}

// Apart reports whether the payload is not the body itself, but a member, a form
// field, or in the query or a header.
func (c *Codec) Apart() bool { return c.payload.place != inRawBody }

// SignFrom is Sign with the random bytes of an initialisation vector from random: for
// known answers.
func (c *Codec) SignFrom(random io.Reader, r *Request, k *Keys, now time.Time, nonce func() string) error {
	mat, err := k.of(c)
	if err != nil {
		return err
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if err := c.introduce(r, mat, now, nonce); err != nil {
		return err
	}
	for i := range c.steps {
		s := &c.steps[i]
		switch s.Op {
		case "encrypt":
			err = c.encrypt(r, mat, random)
		case "sign":
			err = c.put(r, i, mat)
		}
		if err != nil {
			return fmt.Errorf("step %d: %s: %w", i+1, s.Op, err)
		}
	}
	return nil
}

// introduce writes the values that no step computes.
func (c *Codec) introduce(r *Request, k *material, now time.Time, nonce func() string) error {
	if err := c.set(r, c.app, k.app); err != nil {
		return err
	}
	if t := c.spec.Time; t != nil {
		if err := c.set(r, c.time, crypt.WriteTime(t.Unit, now)); err != nil {
			return err
		}
	}
	for i := range c.steps {
		if err := c.introduceStep(r, &c.steps[i], k); err != nil {
			return err
		}
	}
	if c.spec.Nonce == nil || c.isResult(c.nonce) {
		return nil
	}
	if nonce == nil {
		return fmt.Errorf("%s needs a nonce", c.spec.Nonce.Value)
	}
	return c.set(r, c.nonce, nonce())
}

func (c *Codec) introduceStep(r *Request, s *step, k *material) error {
	switch {
	case s.Op == "compare":
		return c.set(r, s.sent[0], k.secrets[s.with.at])
	case s.Op == "token" && r.Token != "":
		return c.set(r, s.sent[0], r.Token)
	case s.Op == "token":
		for _, at := range s.sent {
			if v, err := c.get(r, at); v != "" || err != nil {
				return err
			}
		}
		return fmt.Errorf("%s needs an issued token: get one and put it into the request's Token", s.Value)
	}
	return nil
}

// isResult reports whether a sign step makes a value.
func (c *Codec) isResult(r ref) bool {
	for i := range c.steps {
		if c.steps[i].Op == "sign" && c.steps[i].to == r {
			return true
		}
	}
	return false
}

// encrypt replaces the payload by its cipher text.
func (c *Codec) encrypt(r *Request, k *material, random io.Reader) error {
	s := &c.steps[c.crypt]
	plain, err := c.get(r, s.to)
	if err != nil {
		return err
	}
	iv, out := k.iv, []byte(nil)
	if n := s.suite.IV(); n > 0 && iv == nil {
		iv = make([]byte, n)
		if _, err := io.ReadFull(random, iv); err != nil {
			return err
		}
	}
	if s.IV == "prefix" {
		out = append(out, iv...)
	}
	if out, err = s.suite.Seal(out, k.block, iv, []byte(plain)); err != nil {
		return err
	}
	if s.iv.place >= inHeader && s.iv.place != inSecret {
		if err := c.set(r, s.iv, string(crypt.Encode(nil, s.Encoding, iv))); err != nil {
			return err
		}
	}
	return c.set(r, s.to, string(crypt.Encode(nil, s.Encoding, out)))
}

// put signs and writes the result.
func (c *Codec) put(r *Request, i int, k *material) error {
	var m Message
	m.begin(c)
	if err := c.read(r, &m); err != nil {
		return err
	}
	s := &c.steps[i]
	for _, v := range s.named(s.over[0]) {
		if c.values[v.at].required && strings.TrimSpace(m.values[v.at]) == "" {
			return fmt.Errorf("%s is missing", c.values[v.at].full)
		}
	}
	return c.set(r, s.to, string(c.signature(nil, i, s.over[0], &m, k)))
}

// get reads one value of a request.
func (c *Codec) get(r *Request, at ref) (string, error) {
	var m Message
	m.begin(c)
	err := c.read(r, &m)
	return m.values[at.at], err
}

// set writes one value into a request: over the present one, or behind the others.
func (c *Codec) set(r *Request, at ref, value string) error {
	v := c.values[at.at]
	switch v.place {
	case inHeader:
		if strings.ContainsAny(value, "\r\n\x00") {
			return fmt.Errorf("%s cannot hold a line break", v.full)
		}
		if r.Header == nil {
			r.Header = http.Header{}
		}
		r.Header[v.name] = []string{value}
	case inRawQuery:
		r.Query = url.QueryEscape(value)
	case inRawBody:
		r.Body = []byte(value)
	case inQuery:
		r.Query = setPair(r.Query, v.name, value)
	case inForm:
		if !r.Form && len(r.Body) > 0 {
			return fmt.Errorf("%s: the body is not form-encoded", v.full)
		}
		r.Form = true
		r.Body = []byte(setPair(string(r.Body), v.name, value))
	case inBody:
		if r.Form {
			return fmt.Errorf("%s: the body is form-encoded", v.full)
		}
		body, err := setMember(r.Body, v.name, value)
		if err != nil {
			return fmt.Errorf("%s: %w", v.full, err)
		}
		r.Body = body
	default:
		return errors.New(v.full + " cannot be written")
	}
	return nil
}

// setPair writes a value of a query or a form.
func setPair(raw, name, value string) string {
	written := url.QueryEscape(name) + "=" + url.QueryEscape(value)
	var pairs []string
	if raw != "" {
		pairs = strings.Split(raw, "&")
	}
	for i, one := range pairs {
		have, _, _ := strings.Cut(one, "=")
		if plain, err := url.QueryUnescape(have); err == nil && plain == name {
			pairs[i] = written
			return strings.Join(pairs, "&")
		}
	}
	return strings.Join(append(pairs, written), "&")
}

// setMember writes a member of a JSON object: as a string, or as the number that it
// was. The others keep their order and are written without blanks around them.
func setMember(body []byte, name, value string) ([]byte, error) {
	var e jx.Encoder
	found := false
	e.ObjStart()
	err := members([]byte(cmp.Or(strings.TrimSpace(string(body)), "{}")), func(have string, raw jx.Raw) error {
		e.FieldStart(have)
		if have == name {
			found = true
			if raw.Type() == jx.Number && value != "" && strings.Trim(value, "0123456789") == "" {
				e.Raw(jx.Raw(value))
			} else {
				e.Str(value)
			}
			return nil
		}
		e.Raw(raw)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !found {
		e.FieldStart(name)
		e.Str(value)
	}
	e.ObjEnd()
	return e.Bytes(), nil
}
