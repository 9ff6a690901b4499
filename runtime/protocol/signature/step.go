package signature

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// step is a compiled Step.
type step struct {
	Step
	sent   []ref           // compare, token: the values that may hold it
	with   ref             // compare
	sign   crypt.Algorithm // sign
	over   []template      // sign: as we send it, then other forms
	params *params         // sign
	suite  crypt.Suite     // encrypt
	key    template        // sign, encrypt: over secrets only; empty where not keyed
	iv     ref             // encrypt: a secret or a place
	to     ref             // sign, encrypt
}

// refuse returns the refusal of a step under its title.
func (s *step) refuse(title string, cause error) error {
	rule := problem.Auth
	if s.Op == "encrypt" {
		rule = problem.JSON
	}
	return refusal(rule, s.Else, title, cause)
}

// compileStep checks one step and adds it.
func (c *Codec) compileStep(s Step) error {
	st := step{Step: s}
	if err := s.only(); err != nil {
		return err
	}
	var err error
	switch s.Op {
	case "compare", "token":
		err = c.compileCompare(&st)
	case "encrypt":
		err = c.compileEncrypt(&st)
	case "sign":
		err = c.compileSign(&st)
	}
	if err == nil {
		c.steps = append(c.steps, st)
	}
	return err
}

// only refuses members that do not belong to the operation.
func (s Step) only() error {
	takes := map[string][]string{
		"compare": {"value", "accept", "with"},
		"token":   {"value", "accept"},
		"encrypt": {"algorithm", "key", "derive", "iv", "to", "encoding"},
		"sign":    {"accept", "algorithm", "key", "derive", "over", "params", "to", "encoding"},
	}[s.Op]
	if takes == nil {
		return crypt.Unknown("step", s.Op, "compare", "token", "encrypt", "sign")
	}
	for _, m := range []struct {
		name string
		set  bool
	}{
		{"value", s.Value != ""},
		{"accept", len(s.Accept) > 0},
		{"with", s.With != ""},
		{"algorithm", s.Algorithm != ""},
		{"key", s.Key != ""},
		{"derive", s.Derive != ""},
		{"iv", s.IV != ""},
		{"over", s.Over != ""},
		{"params", s.Params != nil},
		{"to", s.To != ""},
		{"encoding", s.Encoding != ""},
	} {
		if m.set && !slices.Contains(takes, m.name) {
			return fmt.Errorf("it takes no %s", m.name)
		}
	}
	return nil
}

func (c *Codec) compileCompare(s *step) error {
	for i, full := range append([]string{s.Value}, s.Accept...) {
		r, err := c.sent(full, false)
		if err == nil && r.place < inHeader && r.place != inRawQuery {
			err = fmt.Errorf("%q holds no secret: take query, header.NAME, query.NAME, form.NAME or body.NAME", full)
		}
		if err != nil {
			return err
		}
		s.sent = append(s.sent, r)
		if i == 0 && len(s.Accept) == 0 && r.place >= inHeader {
			c.values[r.at].required = true
		}
	}
	if s.Op == "token" {
		if slices.ContainsFunc(c.steps, func(o step) bool { return o.Op == "token" }) {
			return errors.New("a second time")
		}
		return nil
	}
	if !slices.Contains(crypt.SecretNames(), s.With) {
		return crypt.Unknown("secret", s.With, crypt.SecretNames()...)
	}
	s.with = ref{inSecret, c.secret(s.With)}
	return nil
}

func (c *Codec) compileEncrypt(s *step) error {
	if c.crypt >= 0 {
		return errors.New("a second time")
	}
	var err error
	if s.suite, err = crypt.Encrypting(s.Algorithm); err != nil {
		return err
	}
	if err := c.compileKey(s); err != nil {
		return err
	}
	if s.Encoding, err = crypt.OneOf("encoding", s.Encoding, "base64", "hex", "HEX", "base64url"); err != nil {
		return err
	}
	if s.To == "body" {
		s.to, err = c.sent(s.To, false)
	} else {
		s.to, err = c.settable(s.To)
	}
	if err != nil {
		return fmt.Errorf("to: %w", err)
	}
	c.crypt = len(c.steps)
	return c.compileIV(s)
}

// compileIV reads where the initialisation vector comes from.
func (c *Codec) compileIV(s *step) error {
	if s.suite.IV() == 0 {
		if s.IV != "" {
			return fmt.Errorf("iv: %s has none", s.Algorithm)
		}
		return nil
	}
	switch s.IV {
	case "":
		s.IV = "prefix"
		return nil
	case "prefix":
		return nil
	case "key", "zero":
	default:
		var err error
		if s.iv, err = c.resolve(s.IV); err != nil {
			return fmt.Errorf("iv: %w, prefix, key or zero", err)
		}
		if s.iv.place != inSecret {
			s.iv, err = c.settable(s.IV)
			return err
		}
	}
	if s.suite.Mode == "gcm" {
		return fmt.Errorf("iv: %q is the same each time, which breaks gcm: take prefix or a place like body.iv", s.IV)
	}
	return nil
}

// compileKey reads the key: the name of a secret, or a text with secrets in braces.
func (c *Codec) compileKey(s *step) error {
	var err error
	if strings.Contains(s.Key, "{") {
		if s.key, err = c.compileTemplate(s.Key, false); err != nil {
			return fmt.Errorf("key: %w", err)
		}
	} else {
		s.key = template{[]part{{ref: ref{inSecret, 0}, shown: s.Key}}}
		if !slices.Contains(crypt.SecretNames(), s.Key) {
			return crypt.Unknown("key", s.Key, crypt.SecretNames()...)
		}
		s.key.parts[0].ref.at = c.secret(s.Key)
	}
	for _, p := range s.key.parts {
		if p.shown != "" && (p.params || p.ref.place != inSecret) {
			return fmt.Errorf("key: {%s} is not the same for all requests: take {appkey} or {token}", p.shown)
		}
	}
	s.Derive, err = crypt.OneOf("derive", s.Derive, crypt.Derivations()...)
	return err
}

func (c *Codec) compileSign(s *step) error {
	var err error
	if s.sign, err = crypt.Signing(s.Algorithm); err != nil {
		return err
	}
	switch {
	case s.sign.Keyed:
		err = c.compileKey(s)
	case s.Key != "" || s.Derive != "":
		err = fmt.Errorf("%s has no key: write it in over as {%s}, or take hmac-%s", s.Algorithm, s.Key, s.Algorithm)
	}
	if err != nil {
		return err
	}
	if s.Encoding, err = crypt.OneOf("encoding", s.Encoding, crypt.Encodings()...); err != nil {
		return err
	}
	if s.params, err = c.compileParams(s.Params); err != nil {
		return err
	}
	for i, over := range append([]string{s.Over}, s.Accept...) {
		t, err := c.compileTemplate(over, i == 0)
		if err != nil {
			return err
		}
		if t.usesParams() && s.params == nil {
			return errors.New("over: {params} needs params: say which, like params: {from: [query]}")
		}
		s.over = append(s.over, t)
	}
	if s.params != nil && !slices.ContainsFunc(s.over, template.usesParams) {
		return errors.New("params: over has no {params}")
	}
	if s.to, err = c.settable(s.To); err != nil {
		return fmt.Errorf("to: %w", err)
	}
	return nil
}
