package fire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// maxReply is the most bytes that are read of an answer.
const maxReply = 4 << 20

// maxSilent is after how many requests in a row without an answer a run ends.
const maxSilent = 20

// ErrUnreachable is the error of a run that ended because nothing answers.
var ErrUnreachable = errors.New("nothing answers")

// courier makes the message of a case, breaks it where the case says so, sends it
// and reads the answer.
type courier interface {
	send(ctx context.Context, m message) (*Sent, Answer, error)
}

// message is a message for a courier.
type message struct {
	cmd     string
	payload string  // of a signed system: a JSON object of all fields, whatever their places
	body    *string // of a signed system: the JSON body to the letter, instead of the payload's
	tamper  *fixture.Tamper
}

// newCourier picks how messages of the system travel.
func newCourier(g *gun) (courier, error) {
	if g.System.Envelope.Head == "" {
		return newPlain(g)
	}
	return newSealed(g)
}

// Sent is a request as it went out.
type Sent struct {
	Method string
	URL    string
	Header http.Header
	Body   string
}

// Curl is a command that sends the request again.
func (s *Sent) Curl() string {
	var b strings.Builder
	b.WriteString("curl -i -X " + s.Method)
	for _, name := range []string{"Content-Type", "Content-Encoding"} {
		if v := s.Header.Get(name); v != "" {
			b.WriteString(" -H " + shell(name+": "+v))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Header)) {
		if name != "Content-Type" && name != "Content-Encoding" {
			b.WriteString(" -H " + shell(name+": "+s.Header.Get(name)))
		}
	}
	if s.Body != "" {
		b.WriteString(" --data-binary " + shell(s.Body))
	}
	return b.String() + " " + shell(s.URL)
}

// shell quotes an argument.
func shell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// exchange sends a request. chunked leaves its length unsaid.
func (g *gun) exchange(ctx context.Context, s *Sent, chunked bool) (int, []byte, error) {
	var body io.Reader
	if s.Body != "" {
		body = bytes.NewReader([]byte(s.Body))
		if chunked {
			body = io.MultiReader(body) // of no length that net/http could know
		}
	}
	r, err := http.NewRequestWithContext(ctx, s.Method, s.URL, body)
	if err != nil {
		return 0, nil, err
	}
	for name, values := range s.Header {
		r.Header[name] = values
	}
	response, err := g.http.Do(r)
	if err != nil {
		return 0, nil, g.unanswered(ctx, err)
	}
	defer response.Body.Close()
	g.spoke.Store(true)
	g.silent.Store(0)
	text, err := io.ReadAll(io.LimitReader(response.Body, maxReply))
	return response.StatusCode, text, err
}

// unanswered is the error of a request without an answer. It ends the run where no
// other case can do better: no connection was ever made, or many requests in a row
// failed.
func (g *gun) unanswered(ctx context.Context, err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // without the URL, which may have a token
	}
	if ctx.Err() != nil {
		return err
	}
	var op *net.OpError
	never := !g.spoke.Load() && errors.As(err, &op) && op.Op == "dial"
	if never || g.silent.Add(1) >= maxSilent {
		g.stop(fmt.Errorf("%w: %w", ErrUnreachable, err))
	}
	return err
}

// read fills in an answer from a reply in the clear. ok is false where it is none.
func (g *gun) read(plain []byte, a *Answer) (ok bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(plain, &members) != nil {
		return false
	}
	f := g.System.Frame
	if f.Head != "" {
		var head map[string]json.RawMessage
		if json.Unmarshal(members[f.Head], &head) != nil {
			return false
		}
		members = head
	}
	code, ok := scalar(members[f.Code])
	if !ok {
		return false
	}
	a.Code, a.Plain = code, string(plain)
	a.Text, _ = scalar(members[f.Message])
	return true
}

// scalar is the text of a JSON string or number.
func scalar(raw json.RawMessage) (string, bool) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text, len(raw) > 0
	}
	if len(raw) > 0 && strings.IndexByte("-0123456789", raw[0]) >= 0 {
		return string(raw), true
	}
	return "", false
}
