package signature

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
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
	moved   map[string]int // see Set.Verify: values for places of the declaration that this one replaces
}

// New compiles a declaration. It refuses unknown words and steps that cannot be
// undone, and names the step (from 1) and the word.
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
	c.findJSON()
	return c.judge()
}

// findJSON notes whether members of a JSON body are used.
func (c *Codec) findJSON() {
	c.json = c.listed[inBody] || slices.ContainsFunc(c.values, func(v value) bool { return v.place == inBody })
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
	if own.Unit, err = crypt.OneOf("unit", t.Unit, crypt.Units()...); err != nil {
		return err
	}
	if own.Window = cmp.Or(t.Window, crypt.DefaultWindow); own.Window < 0 {
		return errors.New("the window is negative")
	}
	c.spec.Time = &own
	return nil
}

// compilePayload finds the value that holds the fields of the request. The result
// of encrypt is the payload.
func (c *Codec) compilePayload() error {
	full := c.spec.Payload
	if c.crypt >= 0 {
		to := c.steps[c.crypt].To
		if full != "" && full != to {
			return fmt.Errorf("%q is not the result of encrypt, %q: name that one, or none", full, to)
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

// Spec is the declaration with its defaults filled in.
func (c *Codec) Spec() Spec {
	spec := c.spec
	spec.Steps = nil
	for i := range c.steps {
		spec.Steps = append(spec.Steps, c.steps[i].Step)
	}
	return spec
}

// nonceOf returns the value that the app may use once and how long it must be
// remembered from now on: until no window takes the request any more, or for good
// where keep is 0. It is empty where the declaration has none. Only a request that
// holds has a value that is the app's own.
func (c *Codec) nonceOf(m *Message) (value string, keep time.Duration) {
	if c.spec.Nonce == nil {
		return "", 0
	}
	if c.spec.Time != nil {
		keep = 2 * c.spec.Time.Window
	}
	return m.at(c, c.nonce), keep
}

// token returns the issued token of a token step. wanted is false where the
// declaration has no such step.
func (c *Codec) token(m *Message) (value string, wanted bool) {
	if i := c.tokenStep(); i >= 0 {
		return c.first(m, &c.steps[i]), true
	}
	return "", false
}

// tokenStep is the position of the token step, -1 where there is none.
func (c *Codec) tokenStep() int {
	for i := range c.steps { // by place: a step is large
		if c.steps[i].Op == "token" {
			return i
		}
	}
	return -1
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

// RefusedBy returns the title of the step that a refusal is of: "request" where the
// request could not be read.
func RefusedBy(refusal error) string {
	if by, ok := errors.AsType[*stepError](refusal); ok {
		return by.step
	}
	return "request"
}

// stepError says which step refused, for the log and for known answers.
type stepError struct {
	step  string
	cause error
}

func (e *stepError) Error() string { return e.step + ": " + e.cause.Error() }

func (e *stepError) Unwrap() error { return e.cause }

// refusal is the reason of a refusal: a code of the document, or a rule.
func refusal(rule problem.Rule, code, step string, cause error) error {
	e := problem.Wrap(rule, &stepError{step, cause})
	if code != "" {
		e.Rule, e.Code = "", code
	}
	return e
}
