package client

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// TestPlainCalls calls the real server: every field arrives where it belongs, and
// every signature holds.
func TestPlainCalls(t *testing.T) {
	t.Parallel()
	url := serve(t)
	for _, tt := range []struct{ cmd, payload, want string }{
		{"find", `{"mobile":"13 8&=%","more":[1]}`, "0 13 8&=% 300"},
		{"find", `{}`, "1001 mobile"},
		{"put", `{"mobile":"1/3 张?","n":1}`, "0 1/3 张? 300"},
		{"head", `{"n":1,"mobile":138}`, "0 138 300"},
		{"body", `{"mobile":"138"}`, "0 138 300"},
		{"body", ` {"from":"x", "mobile":"138"}`, "0 138 300"},
		{"body", `{"from":"x"}`, "1001 mobile"},
		{"body", ``, "1001 mobile"},
		{"body", `[`, "1004 "},
		{"form", `{"mobile":"1 3","n":{"a":1}}`, "0 1 3 300"},
		{"form", `{"mobile":null}`, "1001 mobile"},
		{"issued", `{"mobile":"1"}`, "0 1 300"},
		{"hidden", `{"mobile":"张"}`, "0 张 300"},
	} {
		reply, err := dial(t, open(), url, nil).Call(context.Background(), tt.cmd, []byte(tt.payload))
		if err != nil {
			t.Errorf("%s %s: %v", tt.cmd, tt.payload, err)
			continue
		}
		guid := ""
		if _, after, ok := strings.Cut(string(reply.Plain), `"cstGUID":"`); ok {
			guid, _, _ = strings.Cut(after, `"`)
		}
		if got := reply.Code + " " + guid + reply.Field; got != tt.want {
			t.Errorf("%s %s: %s, want %s (%s)", tt.cmd, tt.payload, got, tt.want, reply.Plain)
		}
	}
	wrong := dial(t, open(), url, func(c *Config) { c.Secrets = map[string]string{"token": "another", "appkey": appkey} })
	for _, cmd := range []string{"find", "issued"} {
		reply, err := wrong.Call(context.Background(), cmd, []byte(`{"mobile":"1"}`))
		if err != nil || reply.OK || reply.Code != "1009" || reply.Message != "接入验证失败" {
			t.Errorf("%s: %+v, %v", cmd, reply, err)
		}
	}
}

// sentBy returns the request that a call sends.
func sentBy(t *testing.T, cmd, payload string, change func(*Config)) (*http.Request, string) {
	t.Helper()
	var got *http.Request
	var body string
	url := forger(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		got, body = r, string(raw)
		_, _ = io.WriteString(w, `{"errcode":"0"}`)
	})
	if _, err := dial(t, open(), url+"/gate/", change).Call(context.Background(), cmd, []byte(payload)); err != nil {
		t.Fatal(err)
	}
	return got, body
}

// TestPlaces: the places of members of a payload and of values of an app file.
func TestPlaces(t *testing.T) {
	t.Parallel()
	const noType, asJSON, asForm = "", "application/json; charset=utf-8", "application/x-www-form-urlencoded"
	for _, tt := range []struct{ cmd, payload, target, header, kind, body string }{
		{"find", `{"mobile":"1","b":2,"a":[1]}`, "GET /gate/api/find?a=%5B1%5D&b=2&mobile=1&app_key=300&token=" + token, "", noType, ""},
		{"put", `{"mobile":"a/b","n": 1}`, "PUT /gate/api/things/a%2Fb", "", asJSON, `{"n":1}`},
		{"head", `{"mobile":"5"}`, "POST /gate/api/head", "5", asJSON, `{}`},
		{"body", ` { "n" : 1 } `, "POST /gate/api/body?from=me", "", asJSON, ` { "n" : 1 } `},
		{"body", `{"n":1,"from":"you"}`, "POST /gate/api/body?from=you", "", asJSON, `{"n":1}`},
		{"body", ``, "POST /gate/api/body?from=me", "", asJSON, ``},
		{"form", `{"n":"a b","mobile":true}`, "POST /gate/api/form", "", asForm, `mobile=true&n=a+b`},
	} {
		r, body := sentBy(t, tt.cmd, tt.payload, func(c *Config) { c.Values = map[string]string{"from": "me", "unused": "x"} })
		got := []string{r.Method + " " + r.URL.String(), r.Header.Get("mobile"), r.Header.Get("Content-Type"), body}
		if diff := cmp.Diff([]string{tt.target, tt.header, tt.kind, tt.body}, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.cmd, tt.payload, diff)
		}
	}
}

// TestClientOverride: a client signs as an override says, for its own app only.
func TestClientOverride(t *testing.T) {
	t.Parallel()
	own := signature.Spec{App: "query.app_key", Steps: []signature.Step{
		{Op: "sign", Algorithm: "md5", Over: "{query.mobile}{appkey}", To: "query.s", Encoding: "HEX"},
	}}
	over := signature.Override{Apps: map[string]signature.Spec{"300": own}}
	url := serve(t, `request: {query: {app_key: "{app}", s: "{sign}"}, values: {sign: {of: "{query.mobile}{appkey}", by: [md5, HEX]}}}`)
	for _, tt := range []struct {
		over signature.Override
		want string
	}{{over, "0"}, {signature.Override{}, "1001"}} {
		c := dial(t, open(), url, func(c *Config) { c.Signatures = tt.over })
		if reply, err := c.Call(context.Background(), "find", []byte(`{"mobile":"1"}`)); err != nil || reply.Code != tt.want {
			t.Errorf("%+v, %v, want %s", reply, err, tt.want)
		}
	}
}

// TestHead reads a reply whose code is inside a member of its own.
func TestHead(t *testing.T) {
	t.Parallel()
	system := open()
	system.Frame = route.Frame{Head: "head", Code: "code", Text: true, Message: "text", Payload: "data"}
	text := `{"head":{"code":"0","text":"请求成功"},"data":{"a":1}}`
	url := forger(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	reply, err := dial(t, system, url, nil).Call(context.Background(), "find", nil)
	if err != nil || !reply.OK || reply.Message != "请求成功" || string(reply.Payload) != `{"a":1}` || string(reply.Plain) != text {
		t.Errorf("%+v, %v", reply, err)
	}
	for _, text := range []string{`{"code":"0"}`, `{"head":{}}`, `{"head":"0"}`} {
		url := forger(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
		if _, err := dial(t, system, url, nil).Call(context.Background(), "find", nil); err == nil {
			t.Errorf("%s is a reply", text)
		}
	}
}

// TestSigned: the reported request is the sent one.
func TestSigned(t *testing.T) {
	t.Parallel()
	var told string
	r := Request{Cmd: "body", Payload: []byte(`{"mobile":"138"}`), Signed: func(c *signature.Codec, r *signature.Request) {
		told = r.Method + " " + r.Path + " " + r.Header.Get("sign") + " " + c.Spec().Steps[0].To
	}}
	if _, err := dial(t, open(), serve(t), nil).Send(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(told, "POST /api/body ") || !strings.HasSuffix(told, " header.sign") || len(told) < 50 {
		t.Error(told)
	}
}
