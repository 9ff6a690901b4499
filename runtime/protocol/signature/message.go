package signature

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// maxPairs bounds the names of a query, a form or a JSON body that is read.
const maxPairs = 512

// maxNonce bounds a nonce, bytes: it is stored for every request.
const maxNonce = 256

// maxScratch is the largest buffer that a Message keeps from one use to the next.
const maxScratch = 64 << 10

// Request is an HTTP request.
type Request struct {
	Method string
	Path   string      // escaped, as it is sent
	Query  string      // raw, without the question mark
	Header http.Header // names in their canonical form, as net/http has them
	Body   []byte
	Form   bool // the body is form-encoded, else JSON

	// Token is the issued token that Sign puts into the place of a token step; empty:
	// it is there already. Parse ignores it.
	Token string
}

// Format writes "[request]" for every verb: the values may be secret or personal.
func (r *Request) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[request]")) }

// LogValue returns "[request]".
func (r *Request) LogValue() slog.Value { return slog.StringValue("[request]") }

// Message is a parsed request that is not yet verified. The zero Message is ready,
// and Parse may be called on it again. Its values alias those of the request: they
// hold until the request's bytes change. It prints as "[message]".
type Message struct {
	codec  *Codec
	values []string // by position in Codec.values
	have   uint64   // bit i: values[i] was sent
	pairs  []pair   // of the places that some {params} takes
	list   []pair   // room to sort them
	room   []byte   // room for the string that is signed
}

// Reset forgets the request, so that a pooled Message does not hold it.
func (m *Message) Reset() {
	clear(m.values[:cap(m.values)])
	clear(m.pairs[:cap(m.pairs)])
	clear(m.list[:cap(m.list)])
	clear(m.room[:cap(m.room)])
	if cap(m.room) > maxScratch {
		m.room = nil
	}
	m.codec, m.have, m.values, m.pairs, m.list = nil, 0, m.values[:0], m.pairs[:0], m.list[:0]
}

// Format writes "[message]" for every verb: the values may be a token or personal.
func (m *Message) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[message]")) }

// LogValue returns "[message]".
func (m *Message) LogValue() slog.Value { return slog.StringValue("[message]") }

// Value returns a value by the name under which the declaration names it, for
// example "header.timestamp"; "" when it is absent or not declared.
func (m *Message) Value(full string) string {
	if m.codec != nil {
		for i, v := range m.codec.values {
			if v.full == full {
				return m.values[i]
			}
		}
	}
	return ""
}

// Payload returns the JSON text of the request's fields: the body, or the place
// that the declaration names as the payload, decrypted once Verify has held. It is
// empty if it was not sent. For a form-encoded body that is not itself the payload,
// it is the form. It need not be JSON.
func (m *Message) Payload() []byte {
	if m.codec == nil {
		return nil
	}
	return crypt.AliasBytes(m.values[m.codec.payload.at])
}

// at returns a value, empty where m was parsed by another codec.
func (m *Message) at(c *Codec, r ref) string {
	if m.codec != c || r.at >= len(m.values) {
		return ""
	}
	return m.values[r.at]
}

// Why a request cannot be read; only the log says which.
var (
	errForeign   = errors.New("message of another codec")
	errDuplicate = errors.New("a value that is used is given twice")
	errEscape    = errors.New("a % escape that is none")
	errUTF8      = errors.New("not UTF-8")
	errNUL       = errors.New("a value that is used holds a NUL")
	errMany      = fmt.Errorf("more than %d names", maxPairs)
	errShape     = errors.New("the body is no JSON object")
)

// Parse reads the values that the declaration names. It refuses with the rule json
// wrong escapes of the query or of a form, a value that is used and given twice, a
// JSON body whose members are used and that is not well-formed, and text that is
// not UTF-8 or holds a NUL; with the rule required a named value that is missing or
// blank, with length a nonce of more than 256 bytes.
//
// A JSON null and an absent member are the same: no text. m may hold values of r
// as long as it is in use.
func (c *Codec) Parse(r *Request, m *Message) error {
	m.begin(c)
	if err := c.read(r, m); err != nil {
		clear(m.values)
		m.have = 0
		return problem.Wrap(problem.JSON, err)
	}
	var l problem.List
	if nonce, _ := c.nonceOf(m); len(nonce) > maxNonce {
		l.Add(problem.Length, c.values[c.nonce.at].short(), c.nonce.at)
	}
	for i, v := range c.values {
		if v.required && strings.TrimSpace(m.values[i]) == "" {
			l.Add(problem.Required, v.short(), i)
		}
	}
	for i := range c.steps {
		if s := &c.steps[i]; len(s.sent) > 0 && c.first(m, s) == "" {
			l.Add(problem.Required, c.values[s.sent[len(s.sent)-1].at].short(), s.sent[0].at)
		}
	}
	return l.Err()
}

// begin makes room for the values of c.
func (m *Message) begin(c *Codec) {
	m.Reset()
	m.codec = c
	for range c.values {
		m.values = append(m.values, "")
	}
}

// read takes the values out of the request.
func (c *Codec) read(r *Request, m *Message) error {
	for i, v := range c.values {
		switch v.place {
		case inMethod:
			m.values[i] = r.Method
		case inPath:
			m.values[i] = r.Path
		case inRawQuery:
			m.values[i] = r.Query
		case inRawBody:
			m.values[i] = crypt.AliasText(r.Body)
		case inHeader:
			sent := r.Header[v.name]
			if len(sent) > 1 {
				return errDuplicate
			}
			if len(sent) == 1 {
				m.values[i] = sent[0]
			}
		}
		if v.place == inHeader && !utf8.ValidString(m.values[i]) {
			return errUTF8
		}
	}
	if err := c.readPairs(m, inQuery, r.Query); err != nil {
		return err
	}
	if r.Form {
		if err := c.readPairs(m, inForm, crypt.AliasText(r.Body)); err != nil {
			return err
		}
	} else if err := c.readJSON(m, r.Body); err != nil {
		return err
	}
	for i, v := range c.values {
		if v.place >= inHeader && strings.IndexByte(m.values[i], 0) >= 0 {
			return errNUL
		}
	}
	return m.unique()
}

// readPairs reads a query or a form-encoded body.
func (c *Codec) readPairs(m *Message, at place, raw string) error {
	for n := 0; raw != ""; n++ {
		if n == maxPairs {
			return errMany
		}
		var one string
		one, raw, _ = strings.Cut(raw, "&")
		if one == "" {
			continue
		}
		name, value, _ := strings.Cut(one, "=")
		if err := unescape(&name); err != nil {
			return err
		}
		if err := unescape(&value); err != nil {
			return err
		}
		if err := c.take(m, at, name, value); err != nil {
			return err
		}
	}
	return nil
}

// unescape undoes the escapes of a query or a form.
func unescape(s *string) error {
	if strings.ContainsAny(*s, "%+") {
		out, err := url.QueryUnescape(*s)
		if err != nil {
			return errEscape
		}
		*s = out
	}
	if !utf8.ValidString(*s) {
		return errUTF8
	}
	return nil
}

// take keeps a value where the declaration uses it.
func (c *Codec) take(m *Message, at place, name, value string) error {
	if c.listed[at] {
		m.pairs = append(m.pairs, pair{place: at, name: name, value: value})
	}
	for i := range c.values {
		if v := &c.values[i]; v.place == at && v.name == name {
			if m.have&(1<<i) != 0 {
				return errDuplicate
			}
			m.have |= 1 << i
			m.values[i] = value
		}
	}
	return nil
}

// unique refuses a name that comes twice among the pairs.
func (m *Message) unique() error {
	if len(m.pairs) > 24 {
		seen := make(map[string]bool, len(m.pairs))
		for i := range m.pairs {
			if seen[m.pairs[i].name] {
				return errDuplicate
			}
			seen[m.pairs[i].name] = true
		}
		return nil
	}
	for i := range m.pairs {
		for j := range i {
			if m.pairs[i].name == m.pairs[j].name {
				return errDuplicate
			}
		}
	}
	return nil
}
