package signature

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Codec verifies and signs the requests of one declaration. It is immutable and
// safe for concurrent use.
type Codec struct {
	spec    Spec
	values  []value
	secrets []string // names, in the order in which they are named
	steps   []step

	app     ref
	time    ref
	nonce   ref
	payload ref
	crypt   int            // position in steps of encrypt, -1: none
	listed  [inSecret]bool // places whose pairs some {params} takes
	json    bool           // members of a JSON body are used
}

// New compiles a declaration. It refuses what it does not know and what cannot be
// undone, naming the step (from 1) and the word.
func New(spec Spec) (*Codec, error) {
	c := &Codec{spec: spec, crypt: -1}
	err := c.compileSpec()
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Codec) compileSpec() error {
	var err error
	if c.spec.App == "" {
		return errors.New("app is missing: name the value that names the caller, like header.appId")
	}
	if c.app, err = c.settable(c.spec.App); err != nil {
		return fmt.Errorf("app: %w", err)
	}
	if err := c.compileTime(); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	if n := c.spec.Nonce; n != nil {
		if c.nonce, err = c.settable(n.Value); err != nil {
			return fmt.Errorf("nonce: %w", err)
		}
	}
	for i, s := range c.spec.Steps {
		if err := c.compileStep(s); err != nil {
			return fmt.Errorf("step %d: %s: %w", i+1, cmp.Or(s.Op, "?"), err)
		}
	}
	if err := c.compilePayload(); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	c.json = c.listed[inBody]
	for _, v := range c.values {
		c.json = c.json || v.place == inBody
	}
	return c.judge()
}

func (c *Codec) compileTime() error {
	t := c.spec.Time
	if t == nil {
		return nil
	}
	own := *t
	var err error
	if c.time, err = c.settable(t.Value); err != nil {
		return err
	}
	if own.Unit, err = oneOf("unit", t.Unit, units()...); err != nil {
		return err
	}
	if own.Window = cmp.Or(t.Window, defaultWindow); own.Window < 0 {
		return errors.New("the window is negative")
	}
	c.spec.Time = &own
	return nil
}

// compilePayload finds the value that holds the fields of the request. What
// encrypt makes is the payload.
func (c *Codec) compilePayload() error {
	full := c.spec.Payload
	if c.crypt >= 0 {
		to := c.steps[c.crypt].To
		if full != "" && full != to {
			return fmt.Errorf("%q is not what encrypt makes, %q: name that one, or none", full, to)
		}
		full = to
	}
	full = cmp.Or(full, "body")
	var err error
	if c.payload, err = c.sent(full, false); err != nil {
		return err
	}
	if p := c.payload.place; p < inHeader && p != inRawBody {
		return fmt.Errorf("%q holds no JSON: take body, body.NAME, form.NAME, query.NAME or header.NAME", full)
	}
	return nil
}

// App returns the value that names the calling app, which is not verified until
// Verify.
func (c *Codec) App(m *Message) string { return m.at(c, c.app) }

// Nonce returns the value that the app may use once and how long it must be
// remembered from now on: until no window takes the request any more, or for good
// where keep is 0. It is empty where the declaration has none. Ask after Verify:
// only then is the value the app's own.
func (c *Codec) Nonce(m *Message) (value string, keep time.Duration) {
	if c.spec.Nonce == nil {
		return "", 0
	}
	if c.spec.Time != nil {
		keep = 2 * c.spec.Time.Window
	}
	return m.at(c, c.nonce), keep
}

// RefuseNonce returns the refusal for a nonce that was used before.
func (c *Codec) RefuseNonce() error {
	if c.spec.Nonce == nil {
		return problem.New(problem.Repeated)
	}
	return refusal(problem.Repeated, c.spec.Nonce.Else, "nonce", errors.New("it was used before"))
}

// Token returns the issued token of a token step. wanted is false where the
// declaration has no such step; whether the token is the app's and still good is
// for the caller to find out, who refuses with RefuseToken.
func (c *Codec) Token(m *Message) (value string, wanted bool) {
	for i := range c.steps {
		if s := &c.steps[i]; s.Op == "token" {
			return c.first(m, s), true
		}
	}
	return "", false
}

// RefuseToken returns the refusal for a token that is not good.
func (c *Codec) RefuseToken() error {
	for i := range c.steps {
		if s := &c.steps[i]; s.Op == "token" {
			return s.refuse("token", errors.New("it is not good"))
		}
	}
	return problem.New(problem.Auth)
}

// first returns the first of a step's values that was sent.
func (c *Codec) first(m *Message, s *step) string {
	for _, r := range s.sent {
		if v := m.at(c, r); v != "" {
			return c.bare(r, v)
		}
	}
	return ""
}

// stepError says which step refused, for the log and for known answers.
type stepError struct {
	step  string
	cause error
}

func (e *stepError) Error() string { return e.step + ": " + e.cause.Error() }

func (e *stepError) Unwrap() error { return e.cause }

// refusal is what a request is refused with: a code of the document, or a rule.
func refusal(rule problem.Rule, code, step string, cause error) error {
	e := problem.Wrap(rule, &stepError{step, cause})
	if code != "" {
		e.Rule, e.Code = "", code
	}
	return e
}
