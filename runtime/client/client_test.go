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
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

const sid = "12326112111040500001"

// shop is lianfa with two interfaces.
func shop(t *testing.T) *vendor {
	t.Helper()
	return speak(t, "lianfa", route.Interface{Cmd: "find"}, route.Interface{Cmd: "save"})
}

// TestNoSecrets: neither a client nor its configuration shows a key, whatever the verb.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	config := Config{System: route.System{Name: "shop", Protocol: protocol.MustParse("keys: {key: text}\nrequest: {header: {A: '{app}', B: '{key}'}}")}, App: "300", Secrets: map[string]string{"key": "the-secret"}}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, text := range []string{fmt.Sprintf(verb, c), fmt.Sprintf(verb, config), fmt.Sprintf(verb, &config), fmt.Sprintf(verb, errors.New(fmt.Sprint(config)))} {
			if strings.Contains(text, "the-secret") || !strings.Contains(text, "300") {
				t.Errorf("%s: %s", verb, text)
			}
		}
	}
}

// TestCall: what a Reply has.
func TestCall(t *testing.T) {
	t.Parallel()
	v := shop(t)
	v.answer = func(a *protocol.Admitted) protocol.Outcome {
		if string(a.Payload()) == "{}" {
			return protocol.Outcome{Code: "1001", Text: "缺少必须参数[mobile]", Payload: []byte("{}")}
		}
		return protocol.Outcome{OK: true, Code: "0", Payload: []byte(`{"cstGUID":"138"}`)}
	}
	fine := Reply{
		Code: "0", OK: true, Sid: sid, Payload: []byte(`{"cstGUID":"138"}`), Status: 200, Verified: true,
		Plain: []byte(`{"errcode":0,"errmsg":"","content":{"cstGUID":"138"}}`),
	}
	for _, tt := range []struct {
		name string
		url  string
		r    Request
		want Reply
	}{
		{"by POST", "", Request{Cmd: "find", Payload: []byte(`{"mobile":"138"}`), Sid: sid}, fine},
		{"by GET, whole URL", "/lianfa/api", Request{Cmd: "find", Payload: []byte(`{"mobile":"138"}`), Sid: sid, Get: true}, fine},
		{"missing field", "", Request{Cmd: "find", Payload: []byte(`{}`), Sid: sid}, Reply{
			Code: "1001", Message: "缺少必须参数[mobile]", Field: "mobile", Sid: sid, Payload: []byte(`{}`), Status: 200, Verified: true,
			Plain: []byte(`{"errcode":1001,"errmsg":"缺少必须参数[mobile]","content":{}}`),
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := v.dial(t, func(c *Config) { c.URL += tt.url }).Send(t.Context(), tt.r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnverified: the reply to a message that the server could not verify names no
// message, and a refusal without protection is an error of its own.
func TestUnverified(t *testing.T) {
	t.Parallel()
	v := shop(t)
	wrong := v.dial(t, func(c *Config) { c.Secrets["token"] = "another" })
	_, err := wrong.Call(t.Context(), "find", []byte(`{}`))
	if !errors.Is(err, ErrForged) {
		t.Errorf("with another token: %v", err)
	}
	reply, err := v.dial(t, func(c *Config) { c.Transport = flips{} }).Call(t.Context(), "find", []byte(`{"mobile":"138"}`))
	if err != nil || reply.OK || reply.Code != "1009" || !reply.Verified {
		t.Errorf("of a message that was changed on its way: %+v, %v", reply, err)
	}
	bank := speak(t, "bank-sm", at("POST", "/transfer", "transfer"))
	_, err = bank.dial(t, func(c *Config) { c.App = "999" }).Call(t.Context(), "transfer", []byte(`{}`))
	if status, ok := errors.AsType[*StatusError](err); !ok || status.Code != "app" || status.Message != "拒绝" {
		t.Errorf("of a stranger: %v", err)
	}
}

// flips changes the data of what is sent.
type flips struct{}

func (flips) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	out := r.Clone(r.Context())
	changed := strings.Replace(string(body), `"data":"`, `"data":"AA`, 1)
	out.Body, out.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
	return http.DefaultTransport.RoundTrip(out)
}

func TestDo(t *testing.T) {
	t.Parallel()
	v := shop(t)
	v.answer = func(a *protocol.Admitted) protocol.Outcome {
		if strings.Contains(string(a.Payload()), "none") {
			return protocol.Outcome{Code: "2001", Text: "客户不存在"}
		}
		return protocol.Outcome{OK: true, Code: "0", Payload: []byte(`{"cstGUID":"138","seen":20}`)}
	}
	c := v.dial(t, nil)
	got, err := Do[found](t.Context(), c, "find", &query{Mobile: "138"})
	if err != nil || got.GUID != "138" || got.Seen.Value != 20 {
		t.Fatalf("got %+v, %v", got, err)
	}
	_, err = Do[found](WithSid(t.Context(), sid), c, "find", &query{Mobile: "none"})
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || refusal.Code != "2001" || refusal.Error() != "find was refused: 2001 客户不存在 (HTTP 200)" || refusal.Sid != sid || refusal.Status != 200 {
		t.Errorf("got %v, want a refusal", err)
	}
}

// A request that breaks a rule is not sent; a value without fields may be.
func TestDoChecks(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	v := direct(t)
	v.change = func(m *message.Message) {
		sent.Add(1)
		m.Body = []byte(`{"errcode":"0","errmsg":""}`)
	}
	c := v.dial(t, nil)
	_, err := Do[wire.Empty](t.Context(), c, "find", &query{})
	refusal, ok := errors.AsType[*problem.Error](err)
	if !ok || !errors.Is(err, ErrUnsent) || refusal.Rule != problem.Required || refusal.Field != "mobile" || sent.Load() != 0 {
		t.Errorf("%v, %d sent", err, sent.Load())
	}
	if _, err := Do[wire.Empty](t.Context(), c, "find", new(wire.Empty)); err != nil || sent.Load() != 1 {
		t.Errorf("%v, %d sent", err, sent.Load())
	}
}

func TestDoBadResponse(t *testing.T) {
	t.Parallel()
	v := direct(t)
	v.change = func(m *message.Message) { m.Body = []byte(`{"errcode":"0","errmsg":"","seen":"many"}`) }
	_, err := Do[found](t.Context(), v.dial(t, nil), "find", &query{Mobile: "1"})
	if err == nil || err.Error() != "find: no proper reply (HTTP 200): type seen" {
		t.Errorf("got %v", err)
	}
}

// TestOtherMessage: a reply to another message is no reply to this one.
func TestOtherMessage(t *testing.T) {
	t.Parallel()
	v := shop(t)
	var kept []byte
	v.answer = func(*protocol.Admitted) protocol.Outcome { return protocol.Outcome{OK: true, Code: "0"} }
	v.change = func(m *message.Message) {
		if kept != nil {
			m.Body = kept
		}
		kept = append([]byte(nil), m.Body...)
	}
	c := v.dial(t, nil)
	if _, err := c.CallWithSid(t.Context(), sid, "find", []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.CallWithSid(t.Context(), "12326112111040599999", "find", []byte(`{}`)); !errors.Is(err, ErrForged) {
		t.Errorf("got %v", err)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	v := direct(t)
	v.change = func(m *message.Message) { m.Body = make([]byte, MaxReply+1) }
	_, err := v.dial(t, nil).Call(t.Context(), "find", nil)
	if err == nil || err.Error() != "find: no proper reply (HTTP 200): the reply is larger than 16777216 bytes" {
		t.Error(err)
	}
}

// A header of any size would be kept in memory, whatever the limit of bodies.
func TestHeaderTooLarge(t *testing.T) {
	t.Parallel()
	v := direct(t)
	v.change = func(m *message.Message) {
		m.Header = http.Header{"X-Much": {strings.Repeat("a", 2*message.MaxHeaders)}}
	}
	if _, err := v.dial(t, nil).Call(t.Context(), "find", nil); err == nil || !strings.Contains(err.Error(), "header") {
		t.Errorf("got %v", err)
	}
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	v := direct(t)
	c := v.dial(t, func(c *Config) { c.Transport = broken{} })
	_, err := c.Call(t.Context(), "find", []byte(`{"mobile":"13800138000"}`))
	if err == nil || err.Error() != "find: no reply: GET "+v.url+"/api/find: no way" {
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
	c := shop(t).dial(t, func(c *Config) { c.URL, c.Timeout = url, 20*time.Millisecond })
	reply, err := c.Call(t.Context(), "find", nil)
	if !errors.Is(err, context.DeadlineExceeded) || reply.Sid == "" {
		t.Errorf("got %v, sid %q", err, reply.Sid)
	}
}

func TestWrongCalls(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		url  string
		r    Request
		want string
	}{
		{"no URL", "", Request{Cmd: "find"}, "find was not sent: no URL to call"},
		{"unknown interface", "http://127.0.0.1:1", Request{Cmd: "fnd"}, `fnd was not sent: direct has no interface "fnd"`},
		{"no object", "http://127.0.0.1:1", Request{Cmd: "find", Payload: []byte(`1`)}, "find was not sent: the payload is no JSON object"},
		{"no path", "http://127.0.0.1:1", Request{Cmd: "put", Payload: []byte(`{"a":1}`)}, "put was not sent: mobile is in the path and is missing"},
		{"a path of dots", "http://127.0.0.1:1", Request{Cmd: "put", Payload: []byte(`{"mobile":".."}`)}, "put was not sent: mobile is in the path, where \"..\" leads elsewhere"},
	} {
		_, err := direct(t).dial(t, func(c *Config) { c.URL = tt.url }).Send(t.Context(), tt.r)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	v := direct(t)
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no secret", func(c *Config) { c.Secrets = nil }, "key token (text) is missing"},
		{"no web address", func(c *Config) { c.URL = "ftp://x" }, "want a URL like http://127.0.0.1:8080"},
		{"no host", func(c *Config) { c.URL = "127.0.0.1:8080" }, "want a URL like http://127.0.0.1:8080"},
		{"no zone", func(c *Config) { c.System.Zone = "Moon" }, "time zone: unknown time zone Moon"},
		{"no protocol", func(c *Config) { c.System.Protocol = nil }, "direct has no protocol"},
	} {
		config := Config{System: v.system, URL: "http://127.0.0.1", App: "300", Secrets: v.secrets()}
		tt.change(&config)
		if _, err := New(config); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestAddressKeepsPrefix(t *testing.T) {
	t.Parallel()
	seen := ""
	url := forger(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.URL.Path
		w.WriteHeader(http.StatusTeapot)
	})
	c := shop(t).dial(t, func(c *Config) { c.URL = url + "/gate/" })
	reply, err := c.Call(t.Context(), "find", nil)
	if err == nil || reply.OK || seen != "/gate/lianfa/api" {
		t.Errorf("called %q, %v", seen, err)
	}
}

func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	c := direct(t).dial(t, func(c *Config) { c.URL = "http://127.0.0.1:1" })
	_, err := c.Call(t.Context(), "find", []byte(`{"mobile":"13800138000"}`))
	if err == nil || strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "138") {
		t.Errorf("got %v", err)
	}
}

// TestPlaces: the places of members of a payload and of values of an app file.
func TestPlaces(t *testing.T) {
	t.Parallel()
	const asJSON, asForm = "application/json; charset=utf-8", "application/x-www-form-urlencoded"
	end := "app_key=300&token=" + token
	for _, tt := range []struct{ cmd, payload, target, header, kind, body string }{
		{"find", `{"mobile":"1","b":2,"a":[1]}`, "GET /gate/api/find?a=%5B1%5D&b=2&mobile=1&" + end, "", asJSON, ""},
		{"put", `{"mobile":"a/b","n": 1}`, "PUT /gate/api/things/a%2Fb?" + end, "", asJSON, `{"n":1}`},
		{"head", `{"mobile":"5"}`, "POST /gate/api/head?" + end, "5", asJSON, `{}`},
		{"body", ` { "n" : 1 } `, "POST /gate/api/body?from=me&" + end, "", asJSON, ` { "n" : 1 } `},
		{"body", `{"n":1,"from":"you"}`, "POST /gate/api/body?from=you&" + end, "", asJSON, `{"n":1}`},
		{"body", ``, "POST /gate/api/body?from=me&" + end, "", asJSON, ``},
		{"form", `{"n":"a b","mobile":true}`, "POST /gate/api/form?" + end, "", asForm, `n=a+b&mobile=true`},
	} {
		var got []string
		url := forger(t, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got = []string{r.Method + " " + r.URL.String(), r.Header.Get("mobile"), r.Header.Get("Content-Type"), string(body)}
			_, _ = io.WriteString(w, `{"errcode":"0","errmsg":""}`)
		})
		c := direct(t).dial(t, func(c *Config) {
			c.URL, c.Values = url+"/gate/", map[string]string{"from": "me", "unused": "x"}
		})
		if _, err := c.Call(t.Context(), tt.cmd, []byte(tt.payload)); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{tt.target, tt.header, tt.kind, tt.body}, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.cmd, tt.payload, diff)
		}
	}
}

// TestForms: the body of an interface is a form where the protocol takes any body.
func TestForms(t *testing.T) {
	t.Parallel()
	form := at("POST", "/put", "put", "form n", "form mobile")
	form.Form = true
	v := serve(t, "parcel", []byte(`
protocol:
  keys: {appkey: text}
  request:
    header: {X-App: "{app}", X-Sign: "{sign}"}
    json: "{payload}"
    values:
      params: {from: [query, form]}
      sign: {of: "{method}\n{path}\n{params}", by: [hmac-sha256 appkey, hex], else: "401"}
  reply: {json: {code: "{code}", data?: "{payload}"}, success: {code: "0"}}
app: "700"
keys: {appkey: k}
`), form)
	v.answer = func(a *protocol.Admitted) protocol.Outcome {
		return protocol.Outcome{OK: true, Code: "0", Payload: []byte(`{"got":"` + string(a.Payload()) + `"}`)}
	}
	reply, err := v.dial(t, func(c *Config) { c.Values = map[string]string{"mobile": "138"} }).Call(t.Context(), "put", []byte(`{"n":"a b"}`))
	if err != nil || string(reply.Payload) != `{"got":"mobile=138&n=a+b"}` {
		t.Errorf("%+v, %v, %s", reply, err, reply.Payload)
	}
}

// TestOverride: an override of the protocol, and of one app, is the client's too.
func TestOverride(t *testing.T) {
	t.Parallel()
	v := speak(t, "custservice", at("PUT", "/x", "x"))
	own := yaml.Node{}
	if err := yaml.Unmarshal([]byte(`{request: {values: {sign: {by: [hmac-sha256 appkey, HEX]}}}}`), &own); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		over  protocol.Override
		lower bool
	}{
		{protocol.Override{}, true},
		{protocol.Override{All: own.Content[0]}, false},
		{protocol.Override{Apps: map[string]*yaml.Node{v.App: own.Content[0]}}, false},
		{protocol.Override{Apps: map[string]*yaml.Node{"another": own.Content[0]}}, true},
	} {
		_, m, err := v.dial(t, func(c *Config) { c.Override = tt.over }).Message(Request{Cmd: "x", Payload: []byte("{}")})
		if err != nil {
			t.Fatal(err)
		}
		if sign := m.Header.Get("sign"); (sign == strings.ToLower(sign)) != tt.lower {
			t.Errorf("signed %s", sign)
		}
	}
}

// TestNotifications: a notification goes to the URL as it is, with the keys of the app
// that gets it.
func TestNotifications(t *testing.T) {
	t.Parallel()
	v := speak(t, "alipay", route.Interface{Cmd: "trade_status_sync", Kind: route.Notify})
	keys, err := v.system.Protocol.Keys(v.App, editions(v.secrets()))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: v.App, keys: keys, used: map[string]bool{}}
	side := protocol.NewSide(w, w, w, func() time.Time { return moment })
	var got string
	url := forger(t, func(out http.ResponseWriter, r *http.Request) {
		in, err := message.Request(r, 1<<20)
		if err != nil {
			t.Error(err)
			return
		}
		a, err := v.system.Protocol.Push.Admit(r.Context(), protocol.Incoming{Message: in}, side)
		defer a.Release()
		got = r.URL.Path + " " + a.Interface() + " " + string(a.Payload())
		m, err2 := v.system.Protocol.Push.Reply(a, protocol.Outcome{OK: err == nil})
		if err != nil || err2 != nil {
			t.Error(err, err2)
			return
		}
		_, _ = out.Write(m.Body)
	})
	c := v.dial(t, func(c *Config) { c.URL = url + "/any/path" })
	reply, err := c.Call(t.Context(), "trade_status_sync", []byte(`{"trade_no":"1"}`))
	if err != nil || !reply.OK || got != `/any/path trade_status_sync {"trade_no":"1"}` {
		t.Errorf("%+v, %v, %s", reply, err, got)
	}
	lacking := v.dial(t, func(c *Config) { c.Secrets["alipay"] = publicHalf(t, c.Secrets["alipay"]) })
	if _, err := lacking.Call(t.Context(), "trade_status_sync", nil); !errors.Is(err, ErrUnsent) || !strings.Contains(err.Error(), "key alipay (private half, rsa) is missing") {
		t.Error(err)
	}
}

func ExampleClient_Call() {
	c, err := New(Config{System: route.System{Name: "shop", Protocol: protocol.MustParse(`
keys: {secret: text}
request:
  path: /shop/api
  json: {app: "{app}", id: "{id}", method: "{interface}", data: "{payload}", sign: "{sign}"}
  values: {sign: {of: "{app}{id}{payload}", by: [hmac-sha256 secret, hex]}}
reply:
  json: {code: "{code}", text: "{text}", data?: "{payload}"}
  success: {code: "0"}
`)}, URL: "http://127.0.0.1:1", App: "300", Secrets: map[string]string{"secret": "…"}})
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
