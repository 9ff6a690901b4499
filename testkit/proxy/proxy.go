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
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/proxy/recall"
)

// MaxBody is how much of a body is looked at, in bytes; a longer one passes, with a
// remark.
const MaxBody = 8 << 20

// DefaultTimeout is how long an exchange may take where Config says nothing.
const DefaultTimeout = time.Minute

// Config configures a proxy and names its server.
type Config struct {
	Systems   []*spec.System
	Apps      []bind.App
	Overrides protocol.Overrides // by system; nil: none
	To        *url.URL           // the server; its path goes before those of requests
	// Enforce refuses a request that breaks the document, with the document's code, and
	// puts the code of a failure in the place of such a reply.
	Enforce bool
	// Alone says that nobody changes the rows of the server but by messages through the proxy:
	// answers that contradict earlier ones are violations, in place of remarks.
	Alone     bool
	Tally     *Tally            // nil: a new one
	Timeout   time.Duration     // of an exchange, default DefaultTimeout
	Transport http.RoundTripper // nil: one of its own
	Now       func() time.Time  // nil: time.Now
}

// proxy is the handler.
type proxy struct {
	Config
	probe   http.Handler           // validates requests like the real server
	pass    *httputil.ReverseProxy // reaches the server
	systems map[string]*system
}

// system validates the replies of a system.
type system struct {
	*spec.System
	route     route.System
	call      *protocol.Exchange
	keys      map[string]*protocol.Keys // by app; of nobody: no keys
	responses map[*spec.Interface]*bind.Judge
	memory    *recall.Memory
}

// New makes a proxy. It refuses the same faults as live.New, and a server whose URL
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
	p.pass = p.reverse()
	for _, s := range c.Systems {
		one, err := c.system(s)
		if err != nil {
			return nil, err
		}
		p.systems[s.Name] = one
	}
	var err error
	p.probe, err = live.New(live.Config{
		Systems: c.Systems, Apps: c.Apps, Overrides: c.Overrides, Now: c.Now,
		Answer: answer, Judged: judged, Refused: refused, Tokens: anything{bind.NewMemory(c.Apps, c.Now)}, Nonces: anything{},
	})
	return p, err
}

// NewTransport returns a transport that changes nothing and keeps at most 64 idle
// connections.
func NewTransport() *http.Transport {
	return &http.Transport{
		DisableCompression: true, MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: message.MaxHeaders,
	}
}

// system prepares the validation of a system's replies.
func (c *Config) system(s *spec.System) (*system, error) {
	out := &system{
		System: s, route: bind.System(s), keys: map[string]*protocol.Keys{}, responses: map[*spec.Interface]*bind.Judge{},
	}
	var err error
	if out.memory, err = recall.New(s, c.Now); err != nil {
		return nil, err
	}
	for _, i := range s.Interfaces {
		j, err := bind.NewJudge(s, i.Response)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", s.Name, i.Cmd, err)
		}
		out.responses[i] = j
	}
	declared := out.route.Protocol
	if declared == nil || declared.Call == nil {
		return out, nil
	}
	out.call = declared.Call
	apps := append([]bind.App{{System: s.Name}}, c.Apps...)
	for _, a := range apps {
		if a.System != s.Name {
			continue
		}
		secrets := protocol.Secrets{}
		for name, text := range a.Secrets {
			secrets[name] = []string{text}
		}
		var err error
		if out.keys[a.ID], err = declared.Keys(a.ID, secrets); err != nil {
			return nil, fmt.Errorf("app %s of %s: %w", a.ID, s.Name, err)
		}
	}
	return out, nil
}

// anything takes every token and nonce: only the server knows them. It knows the tokens
// of the files of apps.
type anything struct{ *bind.Memory }

// Valid takes a token.
func (anything) Valid(context.Context, string, string, string) (bool, error) { return true, nil }

// Use takes a value, and notes it.
func (anything) Use(ctx context.Context, _, _, value string, _ time.Time) (bool, error) {
	if e, _ := ctx.Value(examKey{}).(*exam); e != nil {
		e.once = append(e.once, strings.Clone(value))
	}
	return true, nil
}

// exchange is one request and its reply, on their way through the proxy.
type exchange struct {
	*exam
	w     http.ResponseWriter
	r     *http.Request // as it came
	body  []byte        // up to MaxBody
	found []Finding     // about the request, then about the reply

	flight *recall.Flight // nil: the request breaks a rule, or nobody knows which it is
}

// exchangeKey is the key of a context with an exchange.
type exchangeKey struct{}

// of is the exchange of a request on its way to the server.
func of(r *http.Request) *exchange { return r.Context().Value(exchangeKey{}).(*exchange) }

// ServeHTTP passes one exchange through.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), p.Timeout)
	defer cancel()
	body, rest, err := begin(r.Body)
	if err != nil {
		http.Error(w, "the request ends before its length", http.StatusBadRequest)
		return
	}
	x := &exchange{exam: p.examine(ctx, r, body), w: w, r: r, body: body}
	x.found = p.request(x.exam)
	if p.Enforce && broken(x.found) {
		p.Tally.exchanged(x.found, true)
		x.own.Send(w)
		return
	}
	x.flight = p.begin(x.exam)
	on := r.WithContext(context.WithValue(ctx, exchangeKey{}, x))
	on.Body = whole(body, rest)
	p.pass.ServeHTTP(w, on)
}

// whole is a body of which the beginning was read.
func whole(text []byte, rest io.Reader) io.ReadCloser {
	if rest == nil {
		return io.NopCloser(bytes.NewReader(text))
	}
	return io.NopCloser(io.MultiReader(bytes.NewReader(text), rest))
}

// reverse returns what passes a request on, as it came, and has its reply
// validated. Redirects are not followed.
func (p *proxy) reverse() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(p.To)
			r.Out.URL.RawQuery = r.In.URL.RawQuery // to the letter, also where it is no query
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, sent := r.In.Header[name]; sent {
					r.Out.Header[name] = values
				}
			}
		},
		Transport: p.Transport, ModifyResponse: p.reply, ErrorHandler: p.unanswered,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // a caller that left has nobody to tell
	}
}

// errCut says that a reply ends before its length.
var errCut = errors.New("the reply ends before its length")

// reply validates a reply, and replaces it if it breaks the document and Enforce is
// set.
func (p *proxy) reply(reply *http.Response) error {
	x := of(reply.Request)
	text, more, err := begin(reply.Body)
	if err != nil {
		return errCut
	}
	wrong := p.response(x.exam, reply, text, more != nil, broken(x.found))
	wrong = append(wrong, p.contradictions(x)...)
	refuse := p.Enforce && broken(wrong) && x.canFail
	p.Tally.exchanged(append(x.found, wrong...), refuse)
	if refuse {
		_ = reply.Body.Close()                                                         // nobody reads the rest
		*reply = *p.fail(reply.Request.Context(), x.r, x.body).Response(reply.Request) //nolint:bodyclose // the reverse proxy closes it
		return nil
	}
	for _, name := range []string{"Date", "Content-Type"} {
		if reply.Header[name] == nil {
			x.w.Header()[name] = nil // none, not our own or a guess
		}
	}
	reply.Body = struct {
		io.Reader
		io.Closer
	}{whole(text, more), reply.Body}
	return nil
}

// unanswered tells a caller that the server gave no reply.
func (p *proxy) unanswered(w http.ResponseWriter, r *http.Request, err error) {
	x := of(r)
	if x.flight != nil {
		x.flight.Lost()
		x.flight = nil
	}
	x.found = append(x.found, p.finding(x.exam, Remark, Response, Finding{Rule: ruleUnanswered, Detail: why(err)}))
	p.Tally.exchanged(x.found, false)
	text := "jiekou proxy: no reply from the server"
	if errors.Is(err, errCut) {
		text = "jiekou proxy: no whole reply from the server"
	}
	http.Error(w, text, http.StatusBadGateway)
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
