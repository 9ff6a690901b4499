package envelope

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// ref is the value that a name in a step refers to.
type ref struct {
	kind refKind
	at   int // position in fields or secrets
}

type refKind uint8

const (
	fromField refKind = iota
	fromData
	fromSecret
)

// step is a compiled Step.
type step struct {
	Step
	over   []ref
	orders []bool // sorted?; the first is the order in which we send
	to     int    // digest: position in fields
	value  ref    // compare
	with   ref    // compare
	rule   problem.Rule
	cause  error // says in the log which step refused
}

// refuse returns the refusal of a step.
func (s *step) refuse() error {
	e := problem.Wrap(s.rule, s.cause)
	if s.Else != "" {
		e.Rule, e.Code = "", s.Else
	}
	return e
}

// compile checks one step and adds it.
func (c *Codec) compile(at int, s Step) error {
	st := step{Step: s, rule: problem.Auth}
	var err error
	switch s.Op {
	case "encrypt":
		st.rule = problem.JSON
		err = c.compileEncrypt(at, &st)
	case "encode":
		st.rule = problem.JSON
		err = c.compileEncode(at, &st)
	case "digest":
		err = c.compileDigest(&st)
	case "compare":
		err = c.compileCompare(&st)
	default:
		return fmt.Errorf("unknown operation %q", s.Op)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.Op, err)
	}
	c.steps = append(c.steps, st)
	return nil
}

func (c *Codec) compileEncrypt(at int, s *step) error {
	switch {
	case s.Algorithm != "rc4":
		return fmt.Errorf("unknown algorithm %q", s.Algorithm)
	case c.crypt >= 0:
		return errors.New("a second time")
	case c.encode >= 0:
		return errors.New("after encode")
	case !word(s.Key) || c.isData(s.Key):
		return fmt.Errorf("unknown key %q", s.Key)
	}
	c.crypt, c.encrypt = at, c.secret(s.Key)
	s.cause = errors.New("the payload cannot be decrypted")
	return nil
}

func (c *Codec) compileEncode(at int, s *step) error {
	switch {
	case s.Algorithm != "base64":
		return fmt.Errorf("unknown algorithm %q", s.Algorithm)
	case c.encode >= 0:
		return errors.New("a second time")
	case !c.isData(s.To):
		return fmt.Errorf("to %q is not the member %q", s.To, c.spec.Data)
	}
	c.encode = at
	s.cause = errors.New(c.spec.Data + " is no strict base64")
	return nil
}

func (c *Codec) compileDigest(s *step) error {
	if s.Algorithm != "sha1" {
		return fmt.Errorf("unknown algorithm %q", s.Algorithm)
	}
	if len(s.Over) == 0 || len(s.Over) > maxParts {
		return fmt.Errorf("over needs 1 to %d values", maxParts)
	}
	for _, name := range s.Over {
		r, err := c.resolve(name)
		if err != nil {
			return err
		}
		if r.kind == fromData && c.encode < 0 {
			return fmt.Errorf("%s is not encoded yet", name)
		}
		s.over = append(s.over, r)
	}
	to, err := c.resolve(s.To)
	if err != nil || to.kind != fromField {
		return fmt.Errorf("to %q is no header field", s.To)
	}
	if err := c.claim(to, s.over); err != nil {
		return err
	}
	s.to = to.at
	s.cause = errors.New(s.To + " differs")
	return c.compileOrders(s)
}

// claim makes a field the result of a digest. Nothing may have used it before.
func (c *Codec) claim(to ref, over []ref) error {
	f := &c.fields[to.at]
	switch {
	case f.computed:
		return fmt.Errorf("%s is made twice", f.full)
	case f.Number:
		return fmt.Errorf("%s is a number", f.full)
	case to.at == c.app || to.at == c.message:
		return fmt.Errorf("%s names the app or the message", f.full)
	}
	used := slices.Contains(over, to)
	for _, s := range c.steps {
		used = used || slices.Contains(s.over, to)
	}
	if used {
		return fmt.Errorf("%s is used before it is made", f.full)
	}
	f.computed = true
	f.Required = true
	return nil
}

func (c *Codec) compileOrders(s *step) error {
	for i, order := range append([]string{s.Order}, s.Accept...) {
		switch {
		case order == "sorted":
		case order == "listed" || i == 0 && order == "":
		default:
			return fmt.Errorf("unknown order %q", order)
		}
		if sorted := order == "sorted"; !slices.Contains(s.orders, sorted) {
			s.orders = append(s.orders, sorted)
		}
	}
	return nil
}

func (c *Codec) compileCompare(s *step) error {
	if s.Algorithm != "" {
		return fmt.Errorf("unknown algorithm %q", s.Algorithm)
	}
	var err error
	if s.value, err = c.resolve(s.Value); err != nil {
		return err
	}
	if s.value.kind != fromField || c.fields[s.value.at].Number {
		return fmt.Errorf("value %q is no text field", s.Value)
	}
	if s.with, err = c.resolve(s.With); err != nil {
		return err
	}
	if s.with.kind != fromSecret {
		return fmt.Errorf("with %q is no secret", s.With)
	}
	s.cause = errors.New(s.Value + " differs")
	return nil
}
