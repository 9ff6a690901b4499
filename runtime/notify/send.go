package notify

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"syscall"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// maxReply is the limit of a receiver's answer, in bytes.
const maxReply = 64 << 10

// Outcome says how an attempt ended.
type Outcome string

// The outcomes. Delivered is the only one that counts.
const (
	Delivered Outcome = "delivered" // the answer that the protocol declares for success, and its HTTP status
	Refused   Outcome = "refused"   // an answer of the protocol that says something else
	Status    Outcome = "status"    // another HTTP status; redirects are not followed
	Gone      Outcome = "gone"      // HTTP 410: the receiver is no more, and is disabled
	Forged    Outcome = "forged"    // no answer of the protocol, not made with the app's keys, or to another message
	Large     Outcome = "large"     // more than 64 KiB
	Timeout   Outcome = "timeout"   // no whole reply in time
	Lookup    Outcome = "lookup"    // the host's name is not known
	Connect   Outcome = "connect"   // nobody listens, or no way to there
	TLS       Outcome = "tls"       // the certificate is not trusted, or no TLS
	Broken    Outcome = "broken"    // the connection ended, or spoke no HTTP
	Blocked   Outcome = "blocked"   // the address is not public and not allowed
	Unsent    Outcome = "unsent"    // it could not be written, for example for want of a key: nothing was sent

	stopped Outcome = "" // the engine ends: not an attempt
)

// result is the receiver's answer.
type result struct {
	outcome Outcome
	status  int           // 0: none
	code    string        // of an answer of the protocol
	final   bool          // it is refused for good
	why     error         // nothing was sent
	asked   time.Duration // to wait, by the receiver
	took    time.Duration
}

// sender makes the calls.
type sender struct {
	client  *http.Client
	idle    *http.Transport
	timeout time.Duration
}

// newSender returns a sender whose every connection passes the guard. It follows
// no redirect, asks no proxy and unpacks nothing.
func newSender(config Config) *sender {
	dialer := &net.Dialer{Timeout: config.Timeout, Control: newGuard(config.Allow).control}
	transport := &http.Transport{
		DialContext: dialer.DialContext, Proxy: nil, DisableCompression: true,
		TLSHandshakeTimeout: config.Timeout, MaxResponseHeaderBytes: message.MaxHeaders,
		MaxIdleConns: 4 * config.Workers, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second,
		ReadBufferSize: 4 << 10, WriteBufferSize: 4 << 10,
	}
	return &sender{idle: transport, timeout: config.Timeout, client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// close lets go of connections that are not in use.
func (s *sender) close() { s.idle.CloseIdleConnections() }

// send makes one attempt.
func (s *sender) send(ctx context.Context, system *System, keys *protocol.Keys, n *notification) result {
	begun := time.Now()
	r := s.try(ctx, system, keys, n, begun)
	r.took = time.Since(begun)
	if r.outcome != Delivered && errors.Is(ctx.Err(), context.Canceled) {
		r.outcome = stopped
		if errors.Is(context.Cause(ctx), errCrowded) {
			r.outcome = Timeout
		}
	}
	return r
}

// try writes and sends a notification and reads the answer.
func (s *sender) try(ctx context.Context, system *System, keys *protocol.Keys, n *notification, begun time.Time) result {
	at := time.Unix(n.sent, 0)
	if system.ages {
		at = begun
	}
	sent, err := system.write(n.url, keys, protocol.Outgoing{
		Interface: n.cmd, ID: n.sid, Payload: n.body, Frame: system.Frames[n.cmd], Now: at,
	})
	if err != nil {
		return result{outcome: Unsent, why: err, final: n.own && errors.Is(err, errURL)}
	}
	defer sent.Release()
	r, answer := s.exchange(ctx, sent.Message, begun)
	r.final = n.own && r.outcome == Gone // the URL, not the app
	if r.outcome == "" {
		r.judge(ctx, system, sent, answer)
	}
	return r
}

// write writes a message to a URL.
func (s *System) write(to string, keys *protocol.Keys, o protocol.Outgoing) (*protocol.Sent, error) {
	u, err := outbox.ParseURL(to)
	if err != nil {
		return nil, errURL
	}
	o.Draft = &message.Message{
		Scheme: u.Scheme, Host: u.Host, Path: cmp.Or(u.EscapedPath(), "/"), Query: u.RawQuery,
		Header: http.Header{"User-Agent": {"jiekou"}},
	}
	return s.Protocol.Push.Send(keys, o)
}

var errURL = errors.New("notify: there is no URL that may be called")

// exchange sends a message and returns the answer to it, or in r why there is none
// that could mean anything.
func (s *sender) exchange(ctx context.Context, m *message.Message, begun time.Time) (r result, answer *message.Message) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	// The transport may read the body after the answer has come, when m is gone.
	request, err := http.NewRequestWithContext(ctx, m.Method, m.URL(), bytes.NewReader(bytes.Clone(m.Body)))
	if err != nil {
		return result{outcome: Unsent, why: errURL}, nil
	}
	request.Header = m.Header.Clone()
	response, err := s.client.Do(request)
	if err != nil {
		return result{outcome: fault(err)}, nil
	}
	defer response.Body.Close()
	r = result{status: response.StatusCode, asked: retryAfter(response.Header.Get("Retry-After"), begun)}
	if r.status == http.StatusGone {
		r.outcome = Gone
		return r, nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	switch fine := r.status/100 == 2; {
	case err != nil && fine:
		r.outcome = fault(err)
	case len(body) > maxReply && fine:
		r.outcome = Large
	case err != nil || len(body) > maxReply:
		r.outcome = Status
	}
	return r, &message.Message{Status: r.status, Header: response.Header, Body: body}
}

// judge reads an answer as the protocol declares it.
func (r *result) judge(ctx context.Context, system *System, sent *protocol.Sent, answer *message.Message) {
	o, err := system.Protocol.Push.Open(ctx, sent, answer)
	if err == nil {
		defer o.Release()
	}
	switch {
	case err != nil && r.status == http.StatusOK:
		r.outcome = Forged
	case err != nil, o.OK && !o.Declared:
		r.outcome = Status
	case o.OK:
		r.outcome, r.code = Delivered, system.code(o.Said())
	default:
		r.outcome, r.code, r.final = Refused, system.code(o.Said()), o.Final
	}
}

// word is a code that may be kept although the document does not have it.
var word = regexp.MustCompile(`^[\w-]{0,10}$`)

// code is a code as it may be kept: one of the document, or a short word. Anything
// else could be a value.
func (s *System) code(text string) string {
	if _, ok := s.Codes[text]; ok || word.MatchString(text) {
		return text
	}
	return ""
}

// fault says why there is no reply. The texts of net/http may quote URL and reply,
// so they are not kept.
func fault(err error) Outcome {
	slow, _ := errors.AsType[net.Error](err)
	op, _ := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, errBlocked):
		return Blocked
	case errors.Is(err, context.DeadlineExceeded), slow != nil && slow.Timeout():
		return Timeout
	case is[*net.DNSError](err):
		return Lookup
	case is[*tls.CertificateVerificationError](err), is[tls.RecordHeaderError](err), is[tls.AlertError](err):
		return TLS
	case op != nil && op.Op == "dial", errors.Is(err, syscall.ECONNREFUSED):
		return Connect
	}
	return Broken
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
