// Package proxy sits between a caller and a server, passes everything through
// untouched, and reports everything that breaks the document, in either direction.
// It opens messages with the keys of known apps and validates them like the real
// server, except for the facts that only a server can know (issued tokens, message
// ids seen before, grants, rows).
package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// MaxBody is how much of a body is looked at, in bytes; a longer one passes, with a
// remark.
const MaxBody = 8 << 20

// DefaultTimeout is how long an exchange may take where Config says nothing.
const DefaultTimeout = time.Minute

// Config configures a proxy and names its server.
type Config struct {
	Systems    []*spec.System
	Apps       []bind.App
	Signatures map[string]signature.Override // by system; nil: none
	To         *url.URL                      // the server; its path goes before those of requests
	// Enforce refuses a request that breaks the document, with the document's code, and
	// puts the code of a failure in the place of such a reply.
	Enforce   bool
	Tally     *Tally            // nil: a new one
	Timeout   time.Duration     // of an exchange, default DefaultTimeout
	Transport http.RoundTripper // nil: one of its own
	Now       func() time.Time  // nil: time.Now
}

// proxy is the handler.
type proxy struct {
	Config
	probe   http.Handler // validates requests like the real server
	systems map[string]*system
}

// system validates the replies of a system.
type system struct {
	*spec.System
	route     route.System
	codec     *envelope.Codec
	keys      map[string]*envelope.Keys // by app
	responses map[*spec.Interface]*bind.Judge
}

// New makes a proxy. It refuses the same faults as bind.New, and a server whose URL
// is not like http://127.0.0.1:8080.
func New(c Config) (http.Handler, error) {
	if c.To == nil || c.To.Scheme != "http" && c.To.Scheme != "https" || c.To.Host == "" {
		return nil, errors.New("want a URL like http://127.0.0.1:8080")
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Tally == nil {
		c.Tally = NewTally(nil)
	}
	if c.Transport == nil {
		c.Transport = NewTransport()
	}
	p := &proxy{Config: c, systems: map[string]*system{}}
	for _, s := range c.Systems {
		one, err := c.system(s)
		if err != nil {
			return nil, err
		}
		p.systems[s.Name] = one
	}
	var err error
	p.probe, err = bind.New(bind.Config{
		Systems: c.Systems, Apps: c.Apps, Signatures: c.Signatures, Now: c.Now,
		Answer: answer, Judged: judged, Refused: refused, Tokens: anything{}, Nonces: anything{},
	})
	return p, err
}

// NewTransport returns a transport that changes nothing and keeps at most 64 idle
// connections.
func NewTransport() *http.Transport {
	return &http.Transport{
		DisableCompression: true, MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
	}
}

// system prepares the validation of a system's replies.
func (c *Config) system(s *spec.System) (*system, error) {
	out := &system{
		System: s, route: bind.System(s), keys: map[string]*envelope.Keys{}, responses: map[*spec.Interface]*bind.Judge{},
	}
	for _, i := range s.Interfaces {
		j, err := bind.NewJudge(s, i.Response)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", s.Name, i.Cmd, err)
		}
		out.responses[i] = j
	}
	if s.Plain() {
		return out, nil
	}
	var err error
	if out.codec, err = envelope.New(out.route.Envelope); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	for _, a := range c.Apps {
		if a.System != s.Name {
			continue
		}
		if out.keys[a.ID], err = out.codec.Keys(a.ID, a.Secrets); err != nil {
			return nil, fmt.Errorf("app %s of %s: %w", a.ID, s.Name, err)
		}
	}
	return out, nil
}

// anything takes every token and nonce: only the server knows them.
type anything struct{}

// Valid takes a token.
func (anything) Valid(context.Context, string, string, string) (bool, error) { return true, nil }

// Use takes a value.
func (anything) Use(context.Context, string, string, string, time.Time) (bool, error) {
	return true, nil
}

// ServeHTTP passes one exchange through.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), p.Timeout)
	defer cancel()
	body, rest, err := begin(r.Body)
	if err != nil {
		http.Error(w, "the request ends before its length", http.StatusBadRequest)
		return
	}
	e := p.examine(ctx, r, body)
	found := p.request(e)
	if p.Enforce && broken(found) {
		p.Tally.exchanged(found, true)
		e.own.send(w)
		return
	}
	reply, err := p.pass(ctx, r, body, rest)
	if err != nil {
		found = append(found, p.finding(e, Remark, Response, Finding{Rule: ruleUnanswered, Detail: why(err)}))
		p.Tally.exchanged(found, false)
		http.Error(w, "jiekou proxy: no reply from the server", http.StatusBadGateway)
		return
	}
	defer reply.Body.Close()
	text, more, err := begin(reply.Body)
	if err != nil {
		found = append(found, p.finding(e, Remark, Response, Finding{Rule: ruleUnanswered, Detail: "the reply ends before its length"}))
		p.Tally.exchanged(found, false)
		http.Error(w, "jiekou proxy: no whole reply from the server", http.StatusBadGateway)
		return
	}
	wrong := p.response(e, reply, text, more != nil, broken(found))
	refuse := p.Enforce && broken(wrong) && e.canFail
	p.Tally.exchanged(append(found, wrong...), refuse)
	if refuse {
		p.fail(ctx, r, body).send(w)
		return
	}
	give(w, reply, text, more)
}

// broken reports whether there is a violation among findings.
func broken(found []Finding) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Level == Violation })
}

// begin reads a body up to MaxBody. rest is the remainder, nil if there is none.
func begin(body io.Reader) (text []byte, rest io.Reader, err error) {
	text, err = io.ReadAll(io.LimitReader(body, MaxBody+1))
	if err == nil && len(text) > MaxBody {
		rest = body
	}
	return text, rest, err
}

// pass sends a request on, as it came. Redirects are not followed.
func (p *proxy) pass(ctx context.Context, r *http.Request, body []byte, rest io.Reader) (*http.Response, error) {
	target := *r.URL
	target.Scheme, target.Host = p.To.Scheme, p.To.Host
	if base := strings.TrimSuffix(p.To.Path, "/"); base != "" {
		target.RawPath = strings.TrimSuffix(p.To.EscapedPath(), "/") + r.URL.EscapedPath()
		target.Path = base + r.URL.Path
	}
	out := (&http.Request{
		Method: r.Method, URL: &target, Host: p.To.Host, Header: forwarded(r.Header), ContentLength: r.ContentLength,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	switch {
	case rest != nil:
		out.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), rest))
	case len(body) > 0 || r.ContentLength < 0:
		out.Body = io.NopCloser(bytes.NewReader(body))
	}
	if out.Header["User-Agent"] == nil {
		out.Header["User-Agent"] = []string{""} // none, not Go's own
	}
	return p.Transport.RoundTrip(out)
}

// forwarded are the headers without those that are about one connection.
func forwarded(h http.Header) http.Header {
	out := h.Clone()
	for _, list := range h["Connection"] {
		for name := range strings.SplitSeq(list, ",") {
			out.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range []string{
		"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade",
	} {
		out.Del(name)
	}
	return out
}

// give sends a reply on, as it came.
func give(w http.ResponseWriter, reply *http.Response, text []byte, more io.Reader) {
	for name, values := range forwarded(reply.Header) {
		w.Header()[name] = values
	}
	if reply.Header["Date"] == nil {
		w.Header()["Date"] = nil // none, not our own
	}
	if reply.Header["Content-Type"] == nil {
		w.Header()["Content-Type"] = nil // none, not a guess
	}
	w.WriteHeader(reply.StatusCode)
	if _, err := w.Write(text); err == nil && more != nil {
		_, _ = io.Copy(w, more) // a caller that left has nobody to tell
	}
}

// why is why no reply came, without the URL, which may hold a token.
func why(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "not in time"
	case errors.Is(err, context.Canceled):
		return "the caller left"
	}
	return err.Error()
}
