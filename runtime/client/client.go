// Package client calls the interfaces of a system like a partner: it seals or signs
// a payload, sends it, verifies the reply if it is sealed, and opens it.
//
// A Client is made once for each app. Call takes and returns JSON; Do takes and
// returns the generated structs. Neither repeats a call: one that failed on its way
// may have been carried out, so repeat it with the same sid (CallWithSid), which
// the server carries out once. Signed systems have no sids.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/validate"
)

// MaxReply is the limit of a reply, in bytes.
const MaxReply = 1 << 20

// DefaultTimeout is how long a call may take where Config says nothing.
const DefaultTimeout = 30 * time.Second

// Config says whom to call and as whom.
type Config struct {
	// System is the system to call, for example lianfa.Describe().System. Its answers
	// are not used.
	System route.System
	// URL of the server, "http://127.0.0.1:8080". The path of the system or of
	// the interface is added unless it is there. Empty: nothing can be called.
	URL     string
	App     string            // id of the app
	Secrets map[string]string // of the app, by name: token, appkey
	// Values fill in fields of signed requests outside the body that the payload lacks,
	// for example from_account.
	Values map[string]string
	// Header is sent with every message: as further fields of the header of a sealed
	// one, which servers ignore if they do not know them, or as HTTP headers of a
	// signed one.
	Header map[string]string
	// Signatures replace declared signatures of a signed system, as on the server.
	Signatures signature.Override
	Timeout    time.Duration    // of one call, default DefaultTimeout
	Now        func() time.Time // nil: time.Now
	// Transport sends requests, nil: http.DefaultTransport. Redirects are never
	// followed.
	Transport http.RoundTripper
}

// Client calls one system as one app. It is safe for concurrent use.
type Client struct {
	config Config
	codec  *envelope.Codec // of a sealed system, else nil
	keys   *envelope.Keys
	set    *signature.Set // of a signed system, else nil
	sign   *signature.Keys
	zone   *time.Location
	base   *url.URL
	http   *http.Client
	byCmd  map[string]*route.Interface
	sids   *sids

	structs func() (*validate.Structs, error) // validates typed requests before they are sent
}

// New returns a Client. It refuses an unknown zone, envelope or signature, a URL
// that is none of http or https, and secrets that are needed and missing.
func New(config Config) (*Client, error) {
	c := &Client{config: config, byCmd: map[string]*route.Interface{}, structs: sync.OnceValues(validate.NewStructs)}
	var err error
	if err := c.prepare(); err != nil {
		return nil, err
	}
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
	for i := range config.System.Interfaces {
		one := &config.System.Interfaces[i]
		c.byCmd[one.Cmd] = one
	}
	c.http = &http.Client{Transport: config.Transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	c.sids = newSids(config, c.zone)
	return c, nil
}

// prepare makes the sealing or signing codec.
func (c *Client) prepare() (err error) {
	s := &c.config.System
	if !s.Sealed() {
		if c.set, err = signature.NewSet(s.Signature, s.Signatures, c.config.Signatures); err != nil {
			return err
		}
		c.sign, err = c.set.Keys(c.config.App, c.config.Secrets)
		return err
	}
	s.Envelope.Header = slices.Clone(s.Envelope.Header)
	for _, name := range slices.Sorted(maps.Keys(c.config.Header)) {
		s.Envelope.Header = append(s.Envelope.Header, envelope.HeaderField{Name: name})
	}
	if c.codec, err = envelope.New(s.Envelope); err != nil {
		return err
	}
	c.keys, err = c.codec.Keys(c.config.App, c.config.Secrets)
	return err
}

// web reports whether a URL leads to a host by http or https.
func web(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

// Request is one call.
type Request struct {
	Cmd     string
	Payload []byte // a JSON object; empty: none
	Sid     string // empty: a new one
	Get     bool   // sealed messages: by GET, which servers accept for queries only

	// Signed hears of a request that is signed and not sent yet, with the codec that
	// signed it; nil: nobody.
	Signed func(*signature.Codec, *signature.Request)
}

// Reply is an answer that was verified and opened.
type Reply struct {
	Code    string // of the document
	Message string
	Field   string          // that the message names, as in 缺少必须参数[mobile]; else empty
	Payload json.RawMessage // the response; the whole reply where the system has no member for it
	Plain   json.RawMessage // the whole reply
	Sid     string          // of the request; empty where the system has none
	OK      bool            // Code is that of success
}

// Call calls an interface under a new sid. A refusal by the server is a Reply that
// is not OK and no error. Errors are ErrUnsent, ErrForged, a *StatusError, or
// describe a fault of the connection; they have no secret and no URL query.
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
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	if c.config.URL == "" {
		return Reply{}, fmt.Errorf("%w: no URL to call", ErrUnsent)
	}
	if r.Sid == "" {
		r.Sid = c.NewSid()
	}
	request, err := c.request(ctx, r)
	if err != nil {
		return Reply{}, fmt.Errorf("%w: %w", ErrUnsent, err)
	}
	reply := Reply{Sid: r.Sid}
	response, err := c.http.Do(request)
	if err != nil {
		return reply, fmt.Errorf("%w", bare(request, err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxReply+1))
	switch {
	case err != nil:
		return reply, fmt.Errorf("read the reply: %w", bare(request, err))
	case len(body) > MaxReply:
		return reply, fmt.Errorf("the reply is larger than %d bytes", MaxReply)
	case response.StatusCode != http.StatusOK && !c.framed(body):
		return reply, &StatusError{Status: response.StatusCode}
	}
	if c.codec != nil {
		if response.StatusCode != http.StatusOK {
			return reply, c.door(response.StatusCode, body)
		}
		if body, err = c.open(body, r.Sid); err != nil {
			return reply, err
		}
	}
	return reply, c.read(body, &reply)
}

// bare is an error of net/http without the URL's query, which may hold a token.
func bare(r *http.Request, err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s %s://%s%s: %w", r.Method, r.URL.Scheme, r.URL.Host, r.URL.Path, e.Err)
	}
	return err
}

// NewSid returns a message id: the app, the time in the system's zone as
// yyMMddHHmmss and five digits that count on. It is empty where the system has
// none.
func (c *Client) NewSid() string { return c.sids.next(c.config.Now()) }

// Seal seals a request as Call would send it, and returns the codec that did. It
// needs no URL. It is an error where the system has no sealed messages.
func (c *Client) Seal(r Request) ([]byte, *envelope.Codec, error) {
	if c.codec == nil {
		return nil, nil, fmt.Errorf("%s has no sealed messages", c.config.System.Name)
	}
	if r.Sid == "" {
		r.Sid = c.NewSid()
	}
	message, err := c.codec.Seal(nil, c.header(r), r.Payload, c.keys)
	if err != nil {
		return nil, nil, err
	}
	return message, c.codec, nil
}
