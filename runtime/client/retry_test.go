package client

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// faulty passes requests on to a server after the first few, which fail.
type faulty struct {
	mu       sync.Mutex
	fails    int
	with     func(w http.ResponseWriter)
	attempts []string // the ids of the messages
}

func (f *faulty) serve(t *testing.T, to string) string {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	return forger(t, func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.attempts = append(f.attempts, r.Header.Get("X-Id"))
		fail := len(f.attempts) <= f.fails
		f.mu.Unlock()
		if fail {
			f.with(w)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

// seen are the ids of the messages so far.
func (f *faulty) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.attempts)
}

func dropped(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close() // that is the fault
		}
	}
}

func busy(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) }

// TestRetry repeats what may be repeated, as often as it may, and nothing else.
func TestRetry(t *testing.T) {
	t.Parallel()
	withID := strings.Replace(directProtocol, `header: {X-Sign: "{sign}"}`, `header: {X-Sign: "{sign}", X-Id: "{id}"}`, 1)
	for _, c := range []struct {
		name     string
		protocol string
		kind     route.Kind
		fails    int
		with     func(http.ResponseWriter)
		times    int
		attempts int
		ok       bool
	}{
		{"a query after dropped connections", directProtocol, route.Query, 2, dropped, 3, 3, true},
		{"a query after 503", directProtocol, route.Query, 2, busy, 3, 3, true},
		{"as often as it may", directProtocol, route.Query, 9, busy, 2, 3, false},
		{"not without the option", directProtocol, route.Query, 1, busy, 0, 1, false},
		{"a report without an id is sent once", directProtocol, route.Report, 1, dropped, 3, 1, false},
		{"a report with one, under the same", withID, route.Report, 2, dropped, 3, 3, true},
		{"not what is refused", directProtocol, route.Query, 1, func(w http.ResponseWriter) { w.WriteHeader(http.StatusUnauthorized) }, 3, 1, false},
		{"not what nobody proves", directProtocol, route.Query, 1, func(w http.ResponseWriter) { _, _ = w.Write(bytes.Repeat([]byte("x"), MaxReply+1)) }, 3, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			one := at("POST", "/api/body", "body", "query from")
			one.Kind = c.kind
			v := serve(t, "direct", []byte(c.protocol), one)
			f := &faulty{fails: c.fails, with: c.with}
			address := f.serve(t, v.url)
			client := v.dial(t, func(config *Config) {
				config.URL = address
				config.Retry = Retry{Times: c.times, Wait: time.Millisecond}
			})
			reply, err := client.Call(t.Context(), "body", []byte(`{"from":"1"}`))
			ids := f.seen()
			if (err == nil && reply.OK) != c.ok || len(ids) != c.attempts {
				t.Errorf("%d attempts, want %d: %+v, %v", len(ids), c.attempts, reply, err)
			}
			for _, id := range ids {
				if id != ids[0] || strings.Contains(c.protocol, "X-Id") && id == "" {
					t.Errorf("the ids are %q", ids)
				}
			}
		})
	}
}

// TestRetryEnds ends with the context, without the wait.
func TestRetryEnds(t *testing.T) {
	t.Parallel()
	one := at("POST", "/api/body", "body", "query from")
	one.Kind = route.Query
	v := serve(t, "direct", []byte(directProtocol), one)
	ctx, cancel := context.WithCancel(t.Context())
	f := &faulty{fails: 9, with: func(w http.ResponseWriter) { busy(w); cancel() }}
	address := f.serve(t, v.url)
	client := v.dial(t, func(config *Config) {
		config.URL = address
		config.Retry = Retry{Times: 9, Wait: time.Hour, Most: time.Hour}
	})
	if _, err := client.Call(ctx, "body", []byte(`{"from":"1"}`)); err == nil || errors.Is(err, ErrUnsent) {
		t.Errorf("the call ends with %v", err)
	}
	if n := len(f.seen()); n != 1 {
		t.Errorf("%d attempts", n)
	}
}

// TestWaits doubles the waits up to the longest, and leaves out at most half.
func TestWaits(t *testing.T) {
	t.Parallel()
	r := Retry{Wait: 100 * time.Millisecond, Most: 400 * time.Millisecond}
	for n, full := range []time.Duration{100, 200, 400, 400, 400} {
		for range 50 {
			if got := r.wait(n); got < full*time.Millisecond/2 || got > full*time.Millisecond {
				t.Fatalf("wait %d is %s", n, got)
			}
		}
	}
	if got := (Retry{}).wait(100); got < DefaultMost/2 || got > DefaultMost {
		t.Errorf("the last wait is %s", got)
	}
}

// TestRetryCodes repeats after the codes that pass, and not after another refusal.
func TestRetryCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int64{"1009": 3, "2001": 1} {
		one := at("POST", "/api/body", "body", "query from")
		one.Kind = route.Query
		v := serve(t, "direct", []byte(directProtocol), one)
		v.system.Errors.Rules = map[problem.Rule]string{problem.Unavailable: "1009"}
		var attempts atomic.Int64
		v.answer = func(*protocol.Admitted) protocol.Outcome {
			if attempts.Add(1) < 3 {
				return protocol.Outcome{Code: code, Text: "服务繁忙"}
			}
			return protocol.Outcome{OK: true, Code: "0"}
		}
		client := v.dial(t, func(config *Config) { config.Retry = Retry{Times: 5, Wait: time.Millisecond} })
		reply, err := client.Call(t.Context(), "body", []byte(`{"from":"1"}`))
		if err != nil || attempts.Load() != want || reply.OK != (want == 3) {
			t.Errorf("%s: %d attempts, want %d: %+v, %v", code, attempts.Load(), want, reply, err)
		}
	}
}
