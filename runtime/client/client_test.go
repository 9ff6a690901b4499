package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

func TestCall(t *testing.T) {
	t.Parallel()
	url := serve(t)
	const sid = "30026112111040500001"
	for _, tt := range []struct {
		name   string
		system route.System
		url    string
		r      Request
		want   Reply
	}{
		{
			"sealed", sealed(), url,
			Request{Cmd: "find", Payload: []byte(`{"mobile":"138"}`), Sid: sid},
			Reply{
				Code: "0", OK: true, Sid: sid, Payload: []byte(`{"cstGUID":"138 300","seen":20}`),
				Plain: []byte(`{"errcode":0,"errmsg":"","content":{"cstGUID":"138 300","seen":20}}`),
			},
		},
		{
			"by GET, whole URL", sealed(), url + "/shop/api",
			Request{Cmd: "find", Payload: []byte(`{"mobile":"138"}`), Sid: sid, Get: true},
			Reply{
				Code: "0", OK: true, Sid: sid, Payload: []byte(`{"cstGUID":"138 300","seen":20}`),
				Plain: []byte(`{"errcode":0,"errmsg":"","content":{"cstGUID":"138 300","seen":20}}`),
			},
		},
		{
			"missing field", sealed(), url,
			Request{Cmd: "find", Payload: []byte(`{"a":1}`), Sid: sid},
			Reply{
				Code: "1001", Message: "缺少必须参数[mobile]", Field: "mobile", Sid: sid, Payload: []byte(`{}`),
				Plain: []byte(`{"errcode":1001,"errmsg":"缺少必须参数[mobile]","content":{}}`),
			},
		},
		{
			"report by GET", sealed(), url,
			Request{Cmd: "save", Payload: []byte(`{"mobile":"138"}`), Sid: sid, Get: true},
			Reply{
				Code: "1003", Message: "不支持的请求方式", Sid: sid, Payload: []byte(`{}`),
				Plain: []byte(`{"errcode":1003,"errmsg":"不支持的请求方式","content":{}}`),
			},
		},
		{
			"open", open(), url,
			Request{Cmd: "find", Payload: []byte(`{"mobile":138,"other":null}`)},
			Reply{
				Code: "0", OK: true, Payload: []byte(`{"errcode":"0","errmsg":"","cstGUID":"138 300","seen":0}`),
				Plain: []byte(`{"errcode":"0","errmsg":"","cstGUID":"138 300","seen":0}`),
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := dial(t, tt.system, tt.url, nil).Send(context.Background(), tt.r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRefusalWithoutSid opens the reply to a message that the server could not
// verify.
func TestRefusalWithoutSid(t *testing.T) {
	t.Parallel()
	refusal := sealReply(t, secrets(), "", `{"errcode":1009,"errmsg":"接入验证失败","content":{}}`)
	url := forger(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(refusal) })
	reply, err := dial(t, sealed(), url, nil).Call(context.Background(), "find", nil)
	if err != nil || reply.OK || reply.Code != "1009" {
		t.Errorf("got %+v, %v", reply, err)
	}
}

// TestStranger calls the real server as an app that it does not know.
func TestStranger(t *testing.T) {
	t.Parallel()
	c := dial(t, sealed(), serve(t), func(c *Config) { c.App = "999" })
	_, err := c.Call(context.Background(), "find", []byte(`{"mobile":"1"}`))
	status, ok := errors.AsType[*StatusError](err)
	if !ok || status.Status != http.StatusUnauthorized || status.Code != "" {
		t.Errorf("got %v", err)
	}
}

func TestCallMakesASid(t *testing.T) {
	t.Parallel()
	c := dial(t, sealed(), serve(t), nil)
	first, err := c.Call(context.Background(), "find", []byte(`{"mobile":"1"}`))
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.CallWithSid(context.Background(), first.Sid, "find", []byte(`{"mobile":"1"}`))
	if err != nil || second.Sid != first.Sid {
		t.Fatalf("got %q, %v, want the sid %q", second.Sid, err, first.Sid)
	}
	if third := c.NewSid(); third == first.Sid || !strings.HasPrefix(third, "300261121110405") || len(third) != 20 {
		t.Errorf("the next sid is %q", third)
	}
	long := dial(t, sealed(), "", func(c *Config) { c.App = "1234567" })
	if sid := long.NewSid(); len(sid) != 20 || !strings.HasPrefix(sid, "123261121") {
		t.Errorf("a long app id gives %q", sid)
	}
}

func TestDo(t *testing.T) {
	t.Parallel()
	c := dial(t, sealed(), serve(t), nil)
	got, err := Do[found](context.Background(), c, "find", &query{Mobile: "138"})
	if err != nil || got.GUID != "138 300" || got.Seen.Value != 20 {
		t.Fatalf("got %+v, %v", got, err)
	}
	_, err = Do[found](context.Background(), c, "find", &query{Mobile: "none"})
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || refusal.Code != "2001" || refusal.Error() != "2001 客户不存在" || refusal.Sid == "" {
		t.Errorf("got %v, want a refusal", err)
	}
}

// A request that breaks a rule is not sent; a value without fields may be.
func TestDoChecks(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	url := forger(t, func(w http.ResponseWriter, _ *http.Request) {
		sent.Add(1)
		_, _ = io.WriteString(w, `{"errcode":"0","errmsg":""}`)
	})
	c := dial(t, open(), url, nil)
	_, err := Do[wire.Empty](context.Background(), c, "find", &query{})
	refusal, ok := errors.AsType[*problem.Error](err)
	if !ok || !errors.Is(err, ErrUnsent) || refusal.Rule != problem.Required || refusal.Field != "mobile" || sent.Load() != 0 {
		t.Errorf("%v, %d sent", err, sent.Load())
	}
	if _, err := Do[wire.Empty](context.Background(), c, "find", new(wire.Empty)); err != nil || sent.Load() != 1 {
		t.Errorf("%v, %d sent", err, sent.Load())
	}
}

// WithSid repeats a call under its message id.
func TestWithSid(t *testing.T) {
	t.Parallel()
	const sid = "30026112111040500001"
	c := dial(t, sealed(), serve(t), nil)
	_, err := Do[found](WithSid(context.Background(), sid), c, "find", &query{Mobile: "none"})
	if refusal, ok := errors.AsType[*Refusal](err); !ok || refusal.Sid != sid {
		t.Errorf("got %v under another id", err)
	}
}

func TestDoBadResponse(t *testing.T) {
	t.Parallel()
	url := forger(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"errcode":"0","errmsg":"","seen":"many"}`)
	})
	_, err := Do[found](context.Background(), dial(t, open(), url, nil), "find", &query{Mobile: "1"})
	if err == nil || err.Error() != "response of find: type seen" {
		t.Errorf("got %v", err)
	}
}

// TestFailures holds the errors; none shows a token or the query of a URL.
func TestFailures(t *testing.T) {
	t.Parallel()
	const sid = "30026112111040500001"
	body := func(status int, text string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
		}
	}
	other := map[string]string{"token": token, "appkey": "another-appkey"}
	wrong := map[string]string{"token": "another-token", "appkey": appkey}
	success := `{"errcode":0,"errmsg":"","content":{}}`
	for _, tt := range []struct {
		name   string
		system route.System
		reply  func(http.ResponseWriter, *http.Request)
		want   string
	}{
		{"unknown app", sealed(), body(401, ""), "HTTP 401 Unauthorized"},
		{"unsealed refusal", sealed(), body(405, `{"errcode":1003,"errmsg":"不支持"}`), "HTTP 405 Method Not Allowed: 1003 不支持"},
		{"unsealed success", sealed(), body(200, success), "HTTP 200 OK: 0"},
		{"redirect", sealed(), body(307, "gone"), "HTTP 307 Temporary Redirect"},
		{"no JSON", sealed(), body(200, "<html>"), "the reply cannot be verified: json: byte 0: no object"},
		{"no JSON, open", open(), body(200, "<html>"), "the reply is no object with errcode"},
		{"too large", open(), body(200, strings.Repeat("x", MaxReply+1)), "the reply is larger than 1048576 bytes"},
		{"server error, open", open(), body(500, "oops"), "HTTP 500 Internal Server Error"},
		{
			"wrong token", sealed(), body(200, string(sealReply(t, wrong, sid, success))),
			"the reply cannot be verified: auth",
		},
		{
			"wrong key", sealed(), body(200, string(sealReply(t, other, sid, success))),
			"the reply cannot be verified: no errcode in its plaintext",
		},
		{
			"wrong token, no sid", sealed(), body(200, string(sealReply(t, wrong, "", success))),
			"the reply cannot be verified: auth",
		},
		{
			"another message", sealed(), body(200, string(sealReply(t, secrets(), "30026112111040599999", success))),
			"the reply cannot be verified: it belongs to another message",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, tt.system, forger(t, tt.reply), nil)
			_, err := c.CallWithSid(context.Background(), sid, "find", []byte(`{"mobile":"1"}`))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	url := forger(t, func(http.ResponseWriter, *http.Request) {})
	c := dial(t, open(), url, func(c *Config) { c.Transport = broken{} })
	_, err := c.Call(context.Background(), "find", nil)
	if err == nil || err.Error() != "GET "+url+"/api/find: no way" {
		t.Errorf("got %v", err)
	}
}

// broken is a connection that fails.
type broken struct{}

func (broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no way") }

func TestTimeout(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	url := forger(t, func(http.ResponseWriter, *http.Request) { <-done })
	t.Cleanup(func() { close(done) })
	c := dial(t, sealed(), url, func(c *Config) { c.Timeout = 20 * time.Millisecond })
	reply, err := c.Call(context.Background(), "find", nil)
	if !errors.Is(err, context.DeadlineExceeded) || reply.Sid == "" {
		t.Errorf("got %v, sid %q", err, reply.Sid)
	}
}

func TestWrongCalls(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		system route.System
		url    string
		r      Request
		want   string
	}{
		{"no URL", sealed(), "", Request{Cmd: "find"}, "not sent: no URL to call"},
		{
			"unknown interface", open(), "http://127.0.0.1:1",
			Request{Cmd: "fnd"},
			`not sent: direct has no interface "fnd"`,
		},
		{
			"no object", open(), "http://127.0.0.1:1",
			Request{Cmd: "find", Payload: []byte(`1`)},
			"not sent: the payload is no JSON object",
		},
		{
			"no path", open(), "http://127.0.0.1:1",
			Request{Cmd: "put", Payload: []byte(`{"a":1}`)},
			"not sent: mobile is in the path and is missing",
		},
		{"bad sid", sealed(), "http://127.0.0.1:1", Request{Cmd: "find", Sid: "x"}, "not sent: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := dial(t, tt.system, tt.url, nil).Send(context.Background(), tt.r)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no secret", func(c *Config) { c.Secrets = nil }, "secret appkey is missing"},
		{"no web address", func(c *Config) { c.URL = "ftp://x" }, "want a URL like http://127.0.0.1:8080"},
		{"no host", func(c *Config) { c.URL = "127.0.0.1:8080" }, "want a URL like http://127.0.0.1:8080"},
		{"no zone", func(c *Config) { c.System.Zone = "Moon" }, "time zone: unknown time zone Moon"},
		{"no signature", func(c *Config) { c.System.Envelope = envelope.Spec{} }, "app is missing"},
		{"no envelope", func(c *Config) { c.System.Envelope.Steps[0].Op = "wrap" }, "step 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			config := Config{System: sealed(), URL: "http://127.0.0.1", App: "300", Secrets: secrets()}
			tt.change(&config)
			if _, err := New(config); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	c := dial(t, sealed(), "", nil)
	message, codec, err := c.Seal(Request{Cmd: "find", Payload: []byte(`{"mobile":"1"}`)})
	if err != nil || codec == nil || !strings.Contains(string(message), `"cmd":"find"`) {
		t.Errorf("got %s, %v", message, err)
	}
	_, _, err = dial(t, open(), "", nil).Seal(Request{Cmd: "find"})
	if err == nil || err.Error() != "direct has no sealed messages" {
		t.Errorf("got %v", err)
	}
}

func TestAddressKeepsPrefix(t *testing.T) {
	t.Parallel()
	seen := ""
	url := forger(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.URL.Path
		w.WriteHeader(http.StatusTeapot)
	})
	c := dial(t, sealed(), url+"/gate/", nil)
	reply, err := c.Call(context.Background(), "find", nil)
	if err == nil || reply.OK || seen != "/gate/shop/api" {
		t.Errorf("called %q, %v", seen, err)
	}
}

func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	c := dial(t, open(), "http://127.0.0.1:1", nil)
	_, err := c.Call(context.Background(), "find", []byte(`{"mobile":"13800138000"}`))
	if err == nil || strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "138") {
		t.Errorf("got %v", err)
	}
}

func ExampleClient_Call() {
	c, err := New(Config{System: sealed(), URL: "http://127.0.0.1:1", App: "300", Secrets: secrets()})
	if err != nil {
		fmt.Println(err)
		return
	}
	reply, err := c.Call(context.Background(), "find", []byte(`{"mobile":"13800138000"}`))
	if err != nil { // repeat it later with c.CallWithSid(ctx, reply.Sid, …)
		fmt.Println(len(reply.Sid))
		return
	}
	fmt.Println(reply.Code, string(reply.Payload))
	// Output: 20
}
