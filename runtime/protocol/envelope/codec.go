package envelope

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Limits of a declaration. They let the hot path work on the stack.
const (
	maxFields = 32
	maxParts  = 8
)

// Codec seals and opens the messages of one system. It is immutable.
type Codec struct {
	spec    Spec
	fields  []field
	secrets []string // names, in the order in which the steps name them
	steps   []step

	app, message, version int // positions in fields, -1: none
	encrypt               int // position in secrets of the key, -1: no encryption
	encode, crypt         int // positions in steps, -1: none
}

// field is one value of a message.
type field struct {
	HeaderField
	full     string // "header.sid"
	key      string // `"sid":` as it is sent
	match    func(string) bool
	computed bool // by a step
}

// New compiles a declaration. It refuses unknown words and names the step (from 1)
// and the word.
func New(spec Spec) (*Codec, error) {
	c := &Codec{spec: spec, app: -1, message: -1, version: -1, encrypt: -1, encode: -1, crypt: -1}
	if spec.Head == "" || spec.Data == "" || spec.Head == spec.Data {
		return nil, errors.New("head and data need two names")
	}
	for _, f := range spec.Header {
		if err := c.declare(f, "header."+f.Name); err != nil {
			return nil, err
		}
	}
	var err error
	if c.app, err = c.named("app", spec.App); err != nil {
		return nil, err
	}
	if c.message, err = c.named("message", spec.Message); err != nil {
		return nil, err
	}
	for i, s := range spec.Steps {
		if err := c.compile(i, s); err != nil {
			return nil, fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	if c.encode < 0 {
		return nil, fmt.Errorf("no step encodes %s", spec.Data)
	}
	for i, f := range c.fields {
		if f.full == "header.version" && !f.computed {
			c.version = i
		}
	}
	return c, nil
}

// Spec is the declaration.
func (c *Codec) Spec() Spec { return c.spec }

// Secrets lists the secrets that Keys needs, for example appkey and token.
func (c *Codec) Secrets() []string { return slices.Clone(c.secrets) }

// Sender is our own app id in messages that we send.
func (c *Codec) Sender() string { return c.spec.Sender }

// App returns the value that names the calling app, which is not verified until
// Open.
func (c *Codec) App(m *Message) string { return m.at(c, c.app) }

// MessageID returns the value that names the message, empty where the system has
// none. Its grammar and its code are not verified until Open.
func (c *Codec) MessageID(m *Message) string { return m.at(c, c.message) }

// declare adds a value.
func (c *Codec) declare(f HeaderField, full string) error {
	switch {
	case !word(f.Name):
		return fmt.Errorf("%q is no name of a field", f.Name)
	case c.find(full) >= 0:
		return fmt.Errorf("field %s is declared twice", f.Name)
	case len(c.fields) == maxFields:
		return fmt.Errorf("more than %d fields", maxFields)
	}
	match, err := compilePattern(f.Pattern)
	if err != nil {
		return fmt.Errorf("field %s: %w", f.Name, err)
	}
	c.fields = append(c.fields, field{HeaderField: f, full: full, key: `"` + f.Name + `":`, match: match})
	return nil
}

// named finds the value that App or Message names.
func (c *Codec) named(what, name string) (int, error) {
	if name == "" {
		if what == "app" {
			return -1, errors.New("no app")
		}
		return -1, nil
	}
	r, err := c.resolve(name)
	if err == nil && r.kind != fromField {
		err = fmt.Errorf("%q is no field", name)
	}
	if err != nil {
		return -1, fmt.Errorf("%s: %w", what, err)
	}
	return r.at, nil
}

// resolve finds the value that a name refers to.
func (c *Codec) resolve(name string) (ref, error) {
	full := name
	if rest, ok := strings.CutPrefix(name, c.spec.Head+"."); ok {
		full = "header." + rest
	}
	if i := c.find(full); i >= 0 {
		return ref{fromField, i}, nil
	}
	switch {
	case c.isData(name):
		return ref{fromData, 0}, nil
	case !word(name):
		return ref{}, fmt.Errorf("unknown value %q", name)
	}
	return ref{fromSecret, c.secret(name)}, nil
}

// isData reports whether name is the sealed text.
func (c *Codec) isData(name string) bool {
	return name == c.spec.Data || name == "data"
}

// secret returns the position of a secret, noting it when it is new.
func (c *Codec) secret(name string) int {
	if i := slices.Index(c.secrets, name); i >= 0 {
		return i
	}
	c.secrets = append(c.secrets, name)
	return len(c.secrets) - 1
}

// find returns the position of a value by its full name, or -1.
func (c *Codec) find(full string) int {
	for i := range c.fields {
		if c.fields[i].full == full {
			return i
		}
	}
	return -1
}

// field returns the position of a header field by the key of the JSON, or -1.
func (c *Codec) field(key []byte) int {
	for i := range c.fields {
		if c.fields[i].Name == string(key) {
			return i
		}
	}
	return -1
}

// note adds a problem of a value under the path that the document writes.
func (c *Codec) note(l *problem.List, rule problem.Rule, i int) {
	l.Enter(c.spec.Head, 0, -1)
	defer l.Leave()
	l.Add(rule, c.fields[i].Name, i)
}

// grammarRule is the rule that a malformed value breaks.
func (c *Codec) grammarRule(i int, rule problem.Rule) problem.Rule {
	if i == c.message {
		return problem.Sid
	}
	return rule
}

// word reports whether s can name a field or a secret.
func word(s string) bool {
	for _, r := range s {
		ok := r == '_' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !ok {
			return false
		}
	}
	return s != ""
}
