// Package client calls the interfaces of a system like a partner: it writes a message
// as the system's protocol says, sends it, and verifies and reads the reply.
//
// Notifications can be sent too: a call of one goes to the URL as it is, written with
// the keys of the app that gets it, as the server would write it. That is for tests of
// receivers.
//
// A Client is made once for each app. Call takes and returns JSON; Do takes and
// returns the generated structs. A call that failed on its way may have been carried out:
// Config.Retry repeats those that may be, queries and calls with a sid, which the server
// carries out once. Without it none is repeated; CallWithSid does so by hand. A system
// whose messages have no id has no sids.
//
// Where calls carry a token that an interface issues, the client calls that by itself: once
// for all that wait for it, a little before its time is over, and once more when it is refused.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/validate"
)

// MaxReply is the limit of a reply, in bytes.
const MaxReply = 16 << 20

// DefaultTimeout is how long a call may take where Config says nothing.
const DefaultTimeout = 30 * time.Second

// Config says whom to call and as whom.
type Config struct {
	// System is the system to call, for example lianfa.Describe().System. Its answers
	// are not used.
	System route.System
	// URL of the server, "http://127.0.0.1:8080". The path of the system or of
	// the interface is added unless it is there. Empty: nothing can be called.
	URL string
	App string // id of the app
	// Secrets are the app's keys by the names that the protocol gives them: token,
	// appkey; pairs in PEM. token is also the token that was issued to the app: without one,
	// and when it is no longer good, the client gets it by the system's login.
	Secrets map[string]string
	// Login has the members of the login's request that only the caller knows, a JSON
	// object. Nil: those that the document itself says are enough.
	Login json.RawMessage
	// Values fill in fields outside the body that the payload lacks, for example
	// from_account, and values of the protocol that its sender has to be given.
	Values   map[string]string
	Header   map[string]string // sent with every message
	Override protocol.Override // words in place of declared ones, as on the server
	Timeout  time.Duration     // of one attempt, default DefaultTimeout
	Retry    Retry             // how calls are repeated that may be; zero: none is
	Now      func() time.Time  // nil: time.Now
	// Notifies says that notifications alone are sent: keys of calls may be missing.
	Notifies bool
	// Transport sends requests, nil: http.DefaultTransport, with message.MaxHeaders. Redirects
	// are never followed.
	Transport http.RoundTripper
}

// Format writes whom the client calls, and none of its secrets, whatever the verb.
func (c Config) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "client of %s for app %s at %s", c.System.Name, c.App, c.URL)
}

// Format is that of its Config.
func (c *Client) Format(f fmt.State, verb rune) { c.config.Format(f, verb) }

// Client calls one system as one app. It is safe for concurrent use.
type Client struct {
	config  Config
	call    *lane // nil: the protocol has none
	push    *lane
	keys    *protocol.Keys
	zone    *time.Location
	base    *url.URL
	http    *http.Client
	byCmd   map[string]*route.Interface
	inQuery map[string]bool // interfaces whose payload goes into the query, because nothing else carries it
	asForm  map[string]bool // interfaces whose payload is a form, because the protocol takes any body as it is
	tokens  map[string]bool // interfaces whose calls carry a token that was issued
	session session

	structs func() (*validate.Structs, error) // validates typed requests before they are sent
}

// New returns a Client. It refuses an unknown zone, a system without calls, a URL
// that is none of http or https, and keys that are needed and missing.
func New(config Config) (*Client, error) {
	c := &Client{
		config: config, byCmd: map[string]*route.Interface{}, inQuery: map[string]bool{}, asForm: map[string]bool{}, tokens: map[string]bool{},
		structs: sync.OnceValues(validate.NewStructs),
	}
	c.session.token = config.Secrets["token"]
	var err error
	if c.zone, err = time.LoadLocation(config.System.Zone); err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	if c.base, err = url.Parse(config.URL); err != nil || config.URL != "" && !web(c.base) {
		return nil, errors.New("want a URL like http://127.0.0.1:8080")
	}
	if c.config.Now == nil {
		c.config.Now = time.Now
	}
	if c.config.Timeout <= 0 {
		c.config.Timeout = DefaultTimeout
	}
	if config.Transport == nil {
		config.Transport = bounded()
	}
	c.http = &http.Client{Transport: config.Transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	for i := range config.System.Interfaces {
		one := &config.System.Interfaces[i]
		c.byCmd[one.Cmd] = one
	}
	if config.System.Protocol == nil {
		return nil, fmt.Errorf("%s has no protocol", config.System.Name)
	}
	return c, c.prepare()
}

// lane is calls, or notifications, of the protocol.
type lane struct {
	*protocol.Exchange
	verified bool // replies are
	sids     *sids
	lacks    error // what is needed for it and missing
}

// prepare makes the protocol and the keys ready.
func (c *Client) prepare() (err error) {
	p := c.config.System.Protocol
	if o := c.config.Override; o.All != nil || len(o.Apps) > 0 {
		if p, err = p.Override(o); err != nil {
			return err
		}
	}
	p = p.For(c.config.App)
	secrets := protocol.Secrets{}
	for name, text := range c.config.Secrets {
		secrets[name] = []string{text}
	}
	if c.keys, err = p.Keys(c.config.App, secrets); err != nil {
		return err
	}
	c.call, c.push = c.lane(p.Call), c.lane(p.Push)
	if c.call != nil && c.call.lacks != nil && !c.config.Notifies {
		return c.call.lacks
	}
	for _, one := range c.byCmd {
		if c.call == nil || one.Kind == route.Notify {
			continue
		}
		draft := &message.Message{Method: one.Method, Path: one.Path, Header: http.Header{}}
		kindOf(one, draft.Header)
		shape := c.call.Shape(protocol.Outgoing{Interface: one.Cmd, Frame: one.Frame, Draft: draft})
		carrier := shape.Carrier
		c.tokens[one.Cmd] = shape.Token
		c.asForm[one.Cmd] = one.Form && (carrier == "json" || carrier == "text")
		c.inQuery[one.Cmd] = bodyless(one.Method) && carrier != "query" && carrier != "header" && carrier != "path"
	}
	return nil
}

func (c *Client) lane(x *protocol.Exchange) *lane {
	if x == nil {
		return nil
	}
	l := &lane{Exchange: x, verified: x.Verified(), sids: newSids(x, c.config.App, c.zone)}
	if lacks := x.Lacks(c.keys); len(lacks) > 0 {
		l.lacks = fmt.Errorf("key %s is missing", lacks[0])
	}
	return l
}

// of returns the lane of an interface. One that nobody declared is called, where one
// URL takes all calls.
func (c *Client) of(cmd string) (*lane, *route.Interface, error) {
	one := c.byCmd[cmd]
	switch {
	case one == nil && c.call != nil && c.call.NamesInterface() && c.call.HasPath():
		return c.call, &route.Interface{Cmd: cmd}, c.call.lacks
	case one == nil:
		return nil, nil, fmt.Errorf("%s has no interface %q", c.config.System.Name, cmd)
	case one.Kind == route.Notify && c.push == nil:
		return nil, nil, fmt.Errorf("the protocol of %s has no notifications", c.config.System.Name)
	case one.Kind == route.Notify:
		return c.push, one, c.push.lacks
	case c.call == nil:
		return nil, nil, fmt.Errorf("the protocol of %s has notifications alone", c.config.System.Name)
	}
	return c.call, one, c.call.lacks
}

// web reports whether a URL leads to a host by http or https.
func web(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

// Request is one call.
type Request struct {
	Cmd     string
	Payload []byte         // a JSON object; empty: none
	Sid     string         // empty: a new one
	Get     bool           // by GET, where a protocol with one URL takes queries so
	Files   []message.Part // of a multipart body, beside the payload
	token   string

	// Explain hears of the message that is sent, before it is, and of the reply: every
	// step of the protocol, for people who may see the data. A reply has a Status. The
	// message must not be kept. Nil: nobody.
	Explain func([]protocol.Line, *message.Message)
}

// Reply is an answer that was verified and opened.
type Reply struct {
	Code     string // of the document
	Message  string
	Field    string          // that the message names, as in 缺少必须参数[mobile]; else empty
	Payload  json.RawMessage // the response
	Plain    json.RawMessage // the whole reply as it was read, with code and message
	Sid      string          // of the request; empty where the system has none
	OK       bool            // it is one of success
	Status   int             // of HTTP
	Verified bool            // a key proves who sent it; false where the protocol has nothing that does
}

// Call calls an interface under a new sid. A refusal by the server is a Reply that
// is not OK and no error. Errors are ErrUnsent, ErrForged, a *StatusError or a
// *NoReplyError; they have no secret and no URL query.
func (c *Client) Call(ctx context.Context, cmd string, payload []byte) (Reply, error) {
	return c.Send(ctx, Request{Cmd: cmd, Payload: payload})
}

// CallWithSid calls an interface under a sid of the caller: to repeat a call whose
// reply was lost. If the server has it already, the answer is the code of a
// repeated message.
func (c *Client) CallWithSid(ctx context.Context, sid, cmd string, payload []byte) (Reply, error) {
	return c.Send(ctx, Request{Cmd: cmd, Payload: payload, Sid: sid})
}

// Send is Call with all that can be said. The Sid of the Reply is set even where
// there is an error, once the request is on its way.
func (c *Client) Send(ctx context.Context, r Request) (Reply, error) {
	if c.config.URL == "" {
		return Reply{}, unsent(r.Cmd, errors.New("no URL to call"))
	}
	if r.Sid == "" {
		r.Sid = c.NewSid()
	}
	if c.carries(r.Cmd) {
		return c.authorized(ctx, r)
	}
	return c.repeat(ctx, r)
}

// bare is an error of net/http without the URL's query, which may hold a token.
func bare(r *http.Request, err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s %s://%s%s: %w", r.Method, r.URL.Scheme, r.URL.Host, r.URL.Path, e.Err)
	}
	return err
}

// NewSid returns a message id: the app, the time in the system's zone as
// yyMMddHHmmss and five digits that count on, without the end of the app where the
// protocol wants it shorter. It is empty where messages have no id, or one of another
// form, which the protocol makes up.
func (c *Client) NewSid() string {
	switch {
	case c.call != nil:
		return c.call.sids.next(c.config.Now())
	case c.push != nil:
		return c.push.sids.next(c.config.Now())
	}
	return ""
}

// Message writes the message of a call as Send would send it, with every step of the
// protocol. It needs no URL.
func (c *Client) Message(r Request) ([]protocol.Line, *message.Message, error) {
	if r.Sid == "" {
		r.Sid = c.NewSid()
	}
	out, err := c.Outgoing(r)
	if err != nil {
		return nil, nil, err
	}
	l, _, _ := c.of(r.Cmd) // Outgoing asked it
	out.Explain = true
	sent, err := l.Send(c.keys, out)
	if err != nil {
		return nil, nil, err
	}
	return sent.Lines(), sent.Message, nil // it is not released: the message remains
}

// bounded is http.DefaultTransport that reads no more of a reply's header than
// message.MaxHeaders.
func bounded() http.RoundTripper {
	transport := &http.Transport{}
	if usual, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = usual.Clone()
	}
	transport.MaxResponseHeaderBytes = message.MaxHeaders
	return transport
}
