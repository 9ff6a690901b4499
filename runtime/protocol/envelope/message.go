package envelope

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// maxScratch is the largest buffer that a Message keeps from one use to the next.
const maxScratch = 64 << 10

// Message is a parsed message that is not yet verified. The zero Message is ready,
// and Parse may be called on it again. Its values alias the bytes that were parsed
// or a buffer of its own: they hold until those bytes change or the Message is
// parsed into or reset again. It prints as "[message]".
type Message struct {
	codec   *Codec
	values  [maxFields]string
	wrong   uint32   // bit i: values[i] had another JSON type
	data    []byte   // the sealed text, without JSON escapes
	scratch []byte   // unescaped strings
	keys    [][]byte // of the objects that are being read
}

// Reset forgets the message, so that a pooled one does not hold the body.
func (m *Message) Reset() {
	clear(m.values[:])
	clear(m.keys[:cap(m.keys)])
	m.codec, m.wrong, m.data, m.keys = nil, 0, nil, m.keys[:0]
	m.scratch = m.scratch[:0]
	if cap(m.scratch) > maxScratch {
		m.scratch = nil
	}
}

// Value returns a value by its name, for example "header.cmd"; "" when it is absent or not declared.
func (m *Message) Value(name string) string {
	if m.codec == nil {
		return ""
	}
	r := m.codec.find(name)
	return m.at(m.codec, r)
}

// Data returns the sealed text as received, without JSON escapes; it is empty when
// the member is absent or null.
func (m *Message) Data() []byte { return m.data }

// Format writes "[message]" for every verb: the values may be a token or personal.
func (m *Message) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[message]")) }

// LogValue returns "[message]".
func (m *Message) LogValue() slog.Value { return slog.StringValue("[message]") }

func (m *Message) at(c *Codec, i int) string {
	if i < 0 || m.codec != c {
		return ""
	}
	return m.values[i]
}

// Parse reads a sealed body: a JSON object, UTF-8, with one byte order mark at
// most. Keys are exact. It refuses with the rule json: malformed text, duplicate
// keys, lone surrogates, \u0000, trailing bytes, more than 32 levels or 512 keys,
// and a header or data of another type. Members and header fields that are not
// declared are checked, ignored and not kept. An absent, null or empty data is an
// empty payload.
//
// A header field that is required and missing is refused with the rule required,
// one of another type with the rule type (sid for the message id). After either, m
// holds the values that could be read, so that the refusal can be sealed.
func (c *Codec) Parse(body []byte, m *Message) error {
	m.begin(c)
	s := scanner{b: body, m: m}
	if err := s.message(c); err != nil {
		return m.malformed(err)
	}
	return c.judge(m)
}

// ParseParts reads a message whose header and data come apart, like the query
// values of a GET: the header as JSON, the data as text.
func (c *Codec) ParseParts(header, data []byte, m *Message) error {
	m.begin(c)
	s := scanner{b: header, m: m}
	if err := s.headerOnly(c); err != nil {
		return m.malformed(err)
	}
	m.data = data
	return c.judge(m)
}

func (m *Message) begin(c *Codec) {
	clear(m.values[:len(c.fields)])
	if m.codec != c {
		clear(m.values[:])
	}
	m.codec, m.wrong, m.data = c, 0, nil
	m.scratch, m.keys = m.scratch[:0], m.keys[:0]
}

// malformed forgets all values and returns the refusal.
func (m *Message) malformed(err error) error {
	clear(m.values[:])
	m.data = nil
	return problem.Wrap(problem.JSON, err)
}

// judge returns the refusal for missing fields and those of another type.
func (c *Codec) judge(m *Message) error {
	var l problem.List
	for i := range c.fields {
		f, v := &c.fields[i], m.values[i]
		switch {
		case m.wrong&(1<<i) != 0:
			c.note(&l, c.grammarRule(i, problem.Type), i)
		case blank(v):
			if f.Required {
				c.note(&l, problem.Required, i)
			}
		case f.Number && !isInteger(v):
			c.note(&l, c.grammarRule(i, problem.Type), i)
		}
	}
	return l.Err()
}

// blank reports whether there is nothing but white space.
func blank(s string) bool { return s == "" || s[0] <= ' ' && strings.TrimSpace(s) == "" }
