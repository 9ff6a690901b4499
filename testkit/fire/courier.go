package fire

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// maxReply is the most bytes that are read of an answer.
const maxReply = 4 << 20

// maxSilent is after how many requests in a row without an answer a run ends.
const maxSilent = 20

// ErrUnreachable is the error of a run that ended because nothing answers.
var ErrUnreachable = errors.New("nothing answers")

// parcel is a message for a courier.
type parcel struct {
	cmd     string
	payload string  // a JSON object of all fields, whatever their places
	body    *string // what the protocol carries to the letter, in place of the fields of the payload
	tamper  *tamper.Tamper
	want    string // the code of the last answer
	same    bool   // each run sends it: no value of its own is in it
}

// courier makes the message of a case, breaks it where the case says so, sends it
// and reads the answer.
type courier struct {
	*gun
	call    *protocol.Exchange
	sender  *tamper.Sender
	app     *session
	limited *session // nil: there is none
	base    *url.URL

	repeated    []string         // codes of messages whose values count once and came before
	beaten      atomic.Bool      // what is sent at any moment is refused as repeated
	secret      []string         // names of secrets
	told, heard []protocol.Place // of requests and of replies, in which secrets can be read
}

// newCourier checks that the apps have the keys that sending needs.
func newCourier(g *gun) (*courier, error) {
	p := g.System.Protocol
	x := exchange(g.System, g.Suite.Push)
	if x == nil {
		return nil, fmt.Errorf("the protocol of %s has no %s", g.System.Name, map[bool]string{false: "requests", true: "notifications"}[g.Suite.Push])
	}
	c := &courier{gun: g, call: x, sender: tamper.New(p, g.Suite.Push, g.now)}
	calls, replies := x.Parts()
	c.told, c.heard = revealing(calls), revealing(replies)
	if c.sender.Repeats(tamper.CallerOf(g.App.ID, g.App.Secrets)) {
		c.repeated = repeated(g.System.Errors, calls)
	}
	for _, k := range p.Declaration().Keys {
		c.secret = append(c.secret, k.Name)
	}
	if x.TakesToken() && !slices.Contains(c.secret, "token") {
		c.secret = append(c.secret, "token")
	}
	var err error
	if c.base, err = url.Parse(g.URL); err != nil {
		return nil, err
	}
	if c.app, err = c.session(g.App); err == nil && g.Limited != nil {
		c.limited, err = c.session(*g.Limited)
	}
	return c, err
}

// exchange is the part of a system's protocol for requests, or for notifications.
func exchange(s route.System, push bool) *protocol.Exchange {
	switch {
	case s.Protocol == nil:
		return nil
	case push:
		return s.Protocol.Push
	}
	return s.Protocol.Call
}

// send makes a message, breaks it as its tamper says, and reads the answer. Each of its
// messages goes through a function, which sends it.
func (c *courier) send(ctx context.Context, p parcel, through func(leg) (Answer, error)) (*Sent, Answer, error) {
	out, err := c.app.client.Outgoing(client.Request{Cmd: p.cmd, Payload: []byte(p.payload)})
	if err != nil {
		return nil, Answer{}, err
	}
	if p.body != nil {
		out.Payload, out.AsIs = []byte(*p.body), true
	}
	if c.Suite.Push {
		out.Draft.Path = c.receiver(p.cmd)
	}
	f := &flight{courier: c, parcel: p, order: tamper.Order{Out: out, Tamper: p.tamper}}
	if err := c.signIn(ctx, &f.order); err != nil {
		return nil, Answer{}, err
	}
	if err := f.make(); err != nil {
		return nil, Answer{}, err
	}
	defer func() { f.made.Release() }()
	var sent *Sent
	var answer Answer
	for n := range f.made.Messages {
		answer, err = through(leg{n, len(f.made.Messages), func() (Answer, error) { return f.send(ctx, n) }})
		sent = c.sent(f.made.Messages[n], p.tamper)
		if err != nil {
			return sent, Answer{}, err
		}
	}
	return sent, answer, nil
}

// together sends two messages at the same moment, when the first one is asked for. The answer
// that says success comes first then, else one that is not what the other one must be: that is
// what the case is about.
func together(send func(ctx context.Context, n int) (Answer, error), want string) func(ctx context.Context, n int) (Answer, error) {
	var answers [2]Answer
	var errs [2]error
	return func(ctx context.Context, n int) (Answer, error) {
		if n > 0 {
			return answers[n], errors.Join(errs[:]...)
		}
		var wg sync.WaitGroup
		for n := range answers {
			wg.Go(func() { answers[n], errs[n] = send(ctx, n) })
		}
		wg.Wait()
		if !answers[0].OK && (answers[1].OK || answers[0].Code == want) {
			answers[0], answers[1] = answers[1], answers[0]
		}
		return answers[0], errors.Join(errs[:]...)
	}
}

// read reads an answer.
func (c *courier) read(ctx context.Context, made *tamper.Made, reply *message.Message) Answer {
	a := Answer{Status: reply.Status, Plain: c.discreet(string(hidden(reply, c.heard).Body))}
	if len(reply.Body) == 0 && reply.Status == http.StatusUnauthorized {
		return a
	}
	opened, err := made.Open(ctx, reply)
	switch {
	case errors.Is(err, protocol.ErrForeign):
		return a
	case err != nil:
		a.Shut = err.Error()
		return a
	}
	a.OK, a.Code, a.Text = opened.OK, opened.Code, opened.Text
	if a.OK {
		a.Code = cmp.Or(a.Code, c.System.Errors.Success)
	}
	a.Payload = string(opened.Payload)
	whole := *reply
	whole.Body = opened.Whole()
	a.Plain, a.Text = c.discreet(string(hidden(&whole, c.heard).Body)), c.discreet(a.Text)
	return a
}

// Sent is a request as it went out, without the secrets in it.
type Sent struct {
	Method string
	URL    string
	Header http.Header
	Body   string
}

// sent is a message for people.
func (c *courier) sent(m *message.Message, t *tamper.Tamper) *Sent {
	var own []string
	if t.What == tamper.Put || t.What == tamper.Blank {
		own = append(own, t.Part)
	}
	shown := hidden(m, c.told, own...)
	return &Sent{
		Method: shown.Method, URL: c.target(shown), Header: shown.Header, Body: cut(string(shown.Body)),
	}
}

// named is what the URL of a receiver has in place of the name of the notification.
const named = "{interface}"

// receiver is the path at which a notification is received.
func (c *courier) receiver(cmd string) string {
	path := strings.ReplaceAll(c.base.Path, named, cmd)
	return (&url.URL{Path: cmp.Or(path, "/")}).EscapedPath()
}

// target is the URL of a message.
func (c *courier) target(m *message.Message) string {
	u := url.URL{Scheme: c.base.Scheme, Host: c.base.Host}
	out := u.String() + m.Path
	if m.Query != "" {
		out += "?" + m.Query
	}
	return out
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

// exchange sends a message. chunked leaves its length unsaid.
func (c *courier) exchange(ctx context.Context, m *message.Message, chunked bool) (*message.Message, error) {
	var body io.Reader
	if len(m.Body) > 0 {
		body = bytes.NewReader(m.Body)
		if chunked {
			body = io.MultiReader(body) // of no length that net/http could know
		}
	}
	r, err := http.NewRequestWithContext(ctx, m.Method, c.target(m), body)
	if err != nil {
		return nil, withoutURL(err)
	}
	r.Header, r.Host = m.Header, m.Host
	if user := c.base.User; user != nil && m.Header.Get("Authorization") == "" {
		password, _ := user.Password()
		r.SetBasicAuth(user.Username(), password)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return nil, c.unanswered(ctx, err)
	}
	defer response.Body.Close()
	c.spoke.Store(true)
	c.silent.Store(0)
	text, err := io.ReadAll(io.LimitReader(response.Body, maxReply))
	return &message.Message{Status: response.StatusCode, Header: response.Header, Body: text}, err
}

// withoutURL is an error of net/http without the URL, which may have a token.
func withoutURL(err error) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		return outer.Err
	}
	return err
}

// unanswered is the error of a request without an answer. It ends the run where no
// other case can do better: no connection was ever made, or many requests in a row
// failed.
func (g *gun) unanswered(ctx context.Context, err error) error {
	err = withoutURL(err)
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
