package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
)

// Limits of a receiver's answer.
const (
	maxReply   = 64 << 10
	maxHeaders = 16 << 10
)

// Outcome says how an attempt ended.
type Outcome string

// The outcomes. Delivered is the only one that counts.
const (
	Delivered Outcome = "delivered" // HTTP 200, verified, the code of success or of a repeated message
	Refused   Outcome = "refused"   // verified, with another code
	Status    Outcome = "status"    // another HTTP status; redirects are not followed
	Gone      Outcome = "gone"      // HTTP 410: the receiver is no more, and is disabled
	Forged    Outcome = "forged"    // the reply does not open with the app's keys, or answers another message
	Large     Outcome = "large"     // more than 64 KiB
	Timeout   Outcome = "timeout"   // no whole reply in time
	Lookup    Outcome = "lookup"    // the host's name is not known
	Connect   Outcome = "connect"   // nobody listens, or no way to there
	TLS       Outcome = "tls"       // the certificate is not trusted, or no TLS
	Broken    Outcome = "broken"    // the connection ended, or spoke no HTTP
	Blocked   Outcome = "blocked"   // the address is not public and not allowed
	Unsealed  Outcome = "unsealed"  // it could not be sealed: nothing was sent

	stopped Outcome = "" // the engine ends: not an attempt
)

// result is the receiver's answer.
type result struct {
	outcome Outcome
	status  int           // 0: none
	code    string        // of a verified reply
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
		TLSHandshakeTimeout: config.Timeout, MaxResponseHeaderBytes: maxHeaders,
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
func (s *sender) send(ctx context.Context, system *System, keys *envelope.Keys, n *notification) result {
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

// try seals and sends a notification and evaluates the answer.
func (s *sender) try(ctx context.Context, system *System, keys *envelope.Keys, n *notification, begun time.Time) result {
	message, err := system.Codec.Seal(nil, envelope.Header{Values: []envelope.Value{
		{Name: afterDot(system.Message), Text: n.sid},
		{Name: afterDot(system.Dispatch), Text: n.cmd},
		{Name: "timestamp", Text: strconv.FormatInt(n.sent, 10)},
	}}, n.body, keys)
	if err != nil {
		return result{outcome: Unsealed}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.url, bytes.NewReader(message))
	if err != nil {
		return result{outcome: Unsealed}
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "jiekou")
	response, err := s.client.Do(request)
	if err != nil {
		return result{outcome: fault(err)}
	}
	defer response.Body.Close()
	r := result{status: response.StatusCode}
	if r.status != http.StatusOK {
		_, _ = io.CopyN(io.Discard, response.Body, 4<<10) // a short one lets the connection be used again
		r.outcome, r.asked = Status, retryAfter(response.Header.Get("Retry-After"), begun)
		if r.status == http.StatusGone {
			r.outcome = Gone
		}
		return r
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	switch {
	case err != nil:
		r.outcome = fault(err)
	case len(body) > maxReply:
		r.outcome = Large
	default:
		r.outcome, r.code = system.judge(body, keys, n.sid)
	}
	return r
}

// judge opens a reply. Only a reply that is verified with the app's keys and
// repeats our message id can mean that the notification arrived.
func (s *System) judge(body []byte, keys *envelope.Keys, sid string) (Outcome, string) {
	var m envelope.Message
	if err := s.Codec.Parse(body, &m); err != nil && problem.From(err).Rule != problem.Required {
		return Forged, ""
	}
	plain, err := s.Codec.Open(nil, &m, keys)
	if err != nil {
		return Forged, ""
	}
	code := s.code(plain)
	switch {
	case code == "":
		return Forged, "" // another key deciphers to noise
	case code != s.Success && (code != s.Repeated || s.Repeated == ""):
		return Refused, code
	case s.Codec.MessageID(&m) != sid:
		return Forged, ""
	}
	return Delivered, code
}

// maxCode bounds a code that is kept.
const maxCode = 10

// code is the code of an opened reply as its text, "" if there is none.
func (s *System) code(plain []byte) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(plain, &members) != nil {
		return ""
	}
	raw := members[s.Code]
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	for _, r := range text {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return ""
		}
	}
	if len(text) > maxCode || text == "null" || text == "true" || text == "false" {
		return ""
	}
	return text
}

// fault says why there is no reply. The texts of net/http may quote URL and reply,
// so they are not kept.
func fault(err error) Outcome {
	if errors.Is(err, errBlocked) {
		return Blocked
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Timeout
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return Timeout
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return Lookup
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return TLS
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return TLS
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return TLS
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return Connect
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return Connect
	}
	return Broken
}

// afterDot is "sid" of "header.sid".
func afterDot(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
