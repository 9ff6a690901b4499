package signature

import (
	"errors"
	"fmt"
	"slices"
)

// judge refuses values that the order of the steps cannot make, and declarations
// that prove nothing.
func (c *Codec) judge() error {
	proof := false
	for i := range c.steps {
		s := &c.steps[i]
		proof = proof || s.Op == "compare" || s.Op == "token" || s.Op == "sign" && c.secretly(s) ||
			s.Op == "encrypt" && s.suite.Mode == "gcm"
		if err := c.judgeStep(i); err != nil {
			return fmt.Errorf("step %d: %s: %w", i+1, s.Op, err)
		}
	}
	if len(c.steps) > 0 && !proof {
		return errors.New("no step proves who calls: sign with a secret in over or an hmac, or compare one")
	}
	if !slices.ContainsFunc(c.steps, func(s step) bool { return s.Op == "sign" }) {
		return nil
	}
	if t := c.spec.Time; t != nil && !c.covered(c.time) {
		return fmt.Errorf("time: no sign step is over %s, so anybody could make the request young again", t.Value)
	}
	if n := c.spec.Nonce; n != nil && !c.covered(c.nonce) {
		return fmt.Errorf("nonce: no sign step is over %s, so anybody could put in a new one", n.Value)
	}
	return nil
}

// secretly reports whether every form of a sign step needs a secret.
func (c *Codec) secretly(s *step) bool {
	if s.sign.Keyed {
		return true
	}
	return !slices.ContainsFunc(s.over, func(t template) bool {
		return !slices.ContainsFunc(t.parts, func(p part) bool {
			if p.params {
				return slices.ContainsFunc(s.params.from, func(o source) bool { return !o.whole && o.ref.place == inSecret })
			}
			return p.shown != "" && p.ref.place == inSecret
		})
	})
}

// judgeStep refuses a step that needs or makes another step's result.
func (c *Codec) judgeStep(i int) error {
	s := &c.steps[i]
	for _, made := range c.makesOf(s) {
		taken := made == c.app || c.spec.Time != nil && made == c.time ||
			c.spec.Nonce != nil && made == c.nonce && s.Op != "sign"
		for j := range c.steps {
			taken = taken || slices.Contains(c.steps[j].sent, made) || j < i && slices.Contains(c.makesOf(&c.steps[j]), made)
		}
		if taken {
			return fmt.Errorf("%s already has another meaning", c.values[made.at].full)
		}
	}
	for j := i; j < len(c.steps) && s.Op == "sign"; j++ {
		for _, made := range c.makesOf(&c.steps[j]) {
			if err := c.early(s, made, j == i, &c.steps[j]); err != nil {
				return err
			}
		}
	}
	return nil
}

// makesOf lists the results of a step.
func (c *Codec) makesOf(s *step) []ref {
	switch {
	case s.Op == "sign":
		return []ref{s.to}
	case s.Op == "encrypt" && s.iv.place >= inHeader && s.iv.place != inSecret:
		return []ref{s.to, s.iv}
	case s.Op == "encrypt":
		return []ref{s.to}
	}
	return nil
}

// early refuses a sign step over its own result or that of a later step. The
// payload may be signed before it is encrypted, if it is a place of its own.
func (c *Codec) early(s *step, made ref, itself bool, by *step) error {
	plain := by.Op == "encrypt" && made == by.to
	for _, r := range c.signed(s) {
		full := c.values[r.at].full
		switch {
		case r == made && plain:
		case r == made && itself, contains(r.place, made.place) && itself:
			return fmt.Errorf("over %s, where it puts its own result: "+
				"take single values, or {params}, which leaves it out", full)
		case r == made, contains(r.place, made.place):
			return fmt.Errorf("over %s, which a later %s step changes: put that step first", full, by.Op)
		}
	}
	if !plain && by.Op == "encrypt" && s.params != nil && c.listed[made.place] {
		return fmt.Errorf("over {params}, among which a later encrypt step puts %s: put that step first",
			c.values[made.at].full)
	}
	return nil
}

// signed lists the values that some form of a sign step names.
func (c *Codec) signed(s *step) []ref {
	var out []ref
	for _, t := range s.over {
		out = append(out, s.named(t)...)
	}
	return out
}

// named lists the values that one form of a sign step names.
func (s *step) named(t template) []ref {
	var out []ref
	for _, p := range t.parts {
		if p.shown != "" && !p.params && p.ref.place != inSecret {
			out = append(out, p.ref)
		}
	}
	if !t.usesParams() {
		return out
	}
	for _, o := range s.params.from {
		if !o.whole && o.ref.place != inSecret {
			out = append(out, o.ref)
		}
	}
	return out
}

// contains reports whether a whole part of the request holds values of a place.
func contains(whole, at place) bool {
	return whole == inRawQuery && at == inQuery || whole == inRawBody && (at == inForm || at == inBody || at == inRawBody)
}

// covered reports whether some sign step makes a value, or is over it in each of
// its forms.
func (c *Codec) covered(r ref) bool {
	return slices.ContainsFunc(c.steps, func(s step) bool {
		if s.Op != "sign" || s.to == r {
			return s.Op == "sign"
		}
		return !slices.ContainsFunc(s.over, func(t template) bool { return !c.covers(&s, t, r) })
	})
}

// covers reports whether one form of a sign step is over a value.
func (c *Codec) covers(s *step, t template, r ref) bool {
	for _, one := range s.named(t) {
		if one == r || contains(one.place, r.place) {
			return true
		}
	}
	return t.usesParams() && !slices.Contains(s.params.Except, c.values[r.at].name) &&
		slices.ContainsFunc(s.params.from, func(o source) bool { return o.whole && o.ref.place == r.place })
}
