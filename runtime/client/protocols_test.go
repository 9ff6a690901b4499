package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// spoken are protocols of many shapes: what is called, what the server gets of it, what it
// answers, and how a reply of success begins.
var spoken = []struct {
	vendor  string
	one     route.Interface
	payload string
	got     string // what the server was given; empty: the payload
	request string // a part of the request's head or body
	reply   string
	whole   string // a part of the whole reply
	code    string
	failure string
}{
	{
		vendor: "lianfa", one: route.Interface{Cmd: "cst_info_get"}, payload: `{"mobile":"138"}`,
		request: "POST /lianfa/api", reply: `{"cstGUID":"1"}`, whole: `{"errcode":0,"errmsg":"好","content":{"cstGUID":"1"}}`, code: "0", failure: "4001",
	},
	{
		vendor: "custservice", one: at("PUT", "/customer/{customerId}", "change", "path customerId", "query from"),
		payload: `{"name":"张","customerId":"1/2","from":"a b"}`, got: `{"name":"张"}`,
		request: "PUT /customer/1%2F2?from=a+b", reply: `{"id":"1"}`, whole: `"data":{"id":"1"}`, code: "10000", failure: "21001",
	},
	{
		vendor: "u8", one: at("GET", "/customer/get", "get", "query id"), payload: `{"id":"17","n":5}`, got: "null",
		request: "GET /customer/get?id=17&n=5&app_key=", reply: `{"customer":{"code":"1"}}`, whole: `{"errcode":"0","errmsg":"好","customer":{"code":"1"}}`,
		code: "0", failure: "99001",
	},
	{
		vendor: "alipay", one: route.Interface{Cmd: "alipay.trade.pay"}, payload: `{"out_trade_no":"1","subject":"电视 & 机"}`,
		request: "biz_content=%7B%22out_trade_no%22", reply: `{"trade_no":"1"}`, whole: `{"code":"10000","msg":"Success","trade_no":"1"}`,
		code: "", failure: "ACQ.TRADE_HAS_SUCCESS",
	},
	{
		vendor: "wechat-pay-v2", one: at("POST", "/pay/unifiedorder", "unifiedorder"), payload: `{"body":"测试","total_fee":1}`,
		got: `{"body":"测试","total_fee":"1"}`, request: "<total_fee>1</total_fee>", reply: `{"prepay_id":"wx1"}`, whole: `"prepay_id":"wx1"`,
		code: "", failure: "NOTENOUGH",
	},
	{
		vendor: "taobao-top", one: route.Interface{Cmd: "taobao.item.get"}, payload: `{"num_iid":5}`, got: `{"num_iid":"5"}`,
		request: "POST /router/rest", reply: `{"item":{"num":1}}`, whole: `{"item_get_response":{"item":{"num":1}}}`, code: "", failure: "isv.item-not-exist",
	},
	{
		vendor: "soap-token", one: at("POST", "/soap", "Get"), payload: `{"Get":{"id":"1"}}`,
		request: "<soap:Body><Get><id>1</id></Get></soap:Body>", reply: `{"GetResponse":{"name":"a"}}`, whole: `"GetResponse":{"name":"a"}`,
		code: "", failure: "Client",
	},
	{
		vendor: "oauth-bearer", one: at("POST", "/resource", "resource"), payload: `{"a":1}`, request: `{"a":1}`, reply: `{"b":2}`, whole: `{"b":2}`,
		code: "", failure: "invalid_scope",
	},
	{
		vendor: "bank-sm", one: at("POST", "/transfer", "transfer"), payload: `{"b":"2","a":{"z":1,"y":""}}`, request: "POST /transfer",
		reply: `{"flow":"9"}`, whole: `{"code":"0000","msg":"好"`, code: "0000", failure: "E100",
	},
	{
		vendor: "rsa-blocks", one: at("POST", "/gateway", "query"), payload: `{"text":"` + strings.Repeat("很长", 200) + `"}`, request: "POST /gateway",
		reply: `{"text":"` + strings.Repeat("很长", 100) + `"}`, whole: `{"code":"00","msg":"好","data":{"text":`, code: "00", failure: "E1",
	},
	{
		vendor: "upload-multipart", one: route.Interface{Cmd: "upload"}, payload: `{"name":"图"}`, request: "POST /v1/m1/upload",
		reply: `{"id":"1"}`, whole: `"id":"1"`, code: "0", failure: "5",
	},
	{
		vendor: "aliyun-rpc", one: route.Interface{Cmd: "DescribeRegions", Method: "GET"}, payload: `{"RegionId":"cn"}`,
		request: "RegionId=cn", reply: `{"Regions":[]}`, whole: `"Regions":[]`, code: "", failure: "InvalidRegion",
	},
	{
		vendor: "aws-sigv4", one: at("GET", "/users", "ListUsers"), payload: `{"b":2,"a":"x y"}`, got: "null", request: "GET /users?a=x+y&b=2",
		reply: `{"Users":{"member":["a","b"]}}`, whole: `"member":["a","b"]`, code: "", failure: "NoSuchEntity",
	},
}

// at is an interface with fields outside of the body: "path id", "query from".
func at(method, path, cmd string, outside ...string) route.Interface {
	one := route.Interface{Cmd: cmd, Method: method, Path: path}
	for _, place := range outside {
		in, name, _ := strings.Cut(place, " ")
		one.Outside = append(one.Outside, route.Place{Name: name, In: in})
	}
	return one
}

// TestProtocols calls a server of each protocol over HTTP: a reply of success, and a
// refusal.
func TestProtocols(t *testing.T) {
	t.Parallel()
	for _, tt := range spoken {
		t.Run(tt.vendor, func(t *testing.T) {
			t.Parallel()
			v := speak(t, tt.vendor, tt.one)
			got := ""
			v.answer = func(a *protocol.Admitted) protocol.Outcome {
				got = string(a.Payload())
				return protocol.Outcome{OK: true, Code: tt.code, Text: "好", Payload: []byte(tt.reply)}
			}
			r := Request{Cmd: tt.one.Cmd, Payload: []byte(tt.payload)}
			if tt.vendor == "upload-multipart" {
				r.Files = []message.Part{{Name: "file", File: "a.png", Type: "image/png", Body: []byte("bytes")}}
			}
			var steps int
			r.Explain = func(lines []protocol.Line, _ *message.Message) { steps += len(lines) }
			now := moment
			c := v.dial(t, func(c *Config) {
				c.Now = func() time.Time {
					now = now.Add(time.Second)
					return now
				}
			})
			reply, err := c.Send(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.got
			if want == "" {
				want = tt.payload
			}
			sameJSON(t, "payload", want, got)
			sameJSON(t, "reply", tt.reply, string(reply.Payload))
			if !reply.OK || !strings.Contains(string(reply.Plain), tt.whole) || !json.Valid(reply.Plain) || steps == 0 && reply.Verified {
				t.Errorf("%+v, %s, %d steps", reply, reply.Plain, steps)
			}
			if !strings.Contains(v.head(), tt.request) {
				t.Errorf("sent\n%s\nwithout %s", v.head(), tt.request)
			}
			if reply.Verified != v.system.Protocol.Call.Verified() {
				t.Errorf("verified %v", reply.Verified)
			}
			v.answer = func(*protocol.Admitted) protocol.Outcome { return protocol.Outcome{Code: tt.failure, Text: "失败"} }
			r.Explain = nil
			reply, err = c.Send(t.Context(), r)
			if err != nil || reply.OK || reply.Code != tt.failure || reply.Status == 0 {
				t.Errorf("%+v, %v", reply, err)
			}
		})
	}
}

func sameJSON(t *testing.T, what, want, got string) {
	t.Helper()
	var a, b any
	if got == "" {
		got = "null"
	}
	if err := errors.Join(json.Unmarshal([]byte(want), &a), json.Unmarshal([]byte(got), &b)); err != nil {
		t.Errorf("%s %s: %v", what, got, err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// TestReplies holds what is said of answers that are not the protocol's, or not proved.
func TestReplies(t *testing.T) {
	t.Parallel()
	page := func(status int, kind, body string) func(*message.Message) {
		return func(m *message.Message) {
			m.Status, m.Header, m.Body = status, http.Header{"Content-Type": {kind}}, []byte(body)
		}
	}
	for _, name := range []string{"lianfa", "custservice", "alipay", "wechat-pay-v2", "bank-sm", "taobao-top", "soap-token"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var one route.Interface
			payload := ""
			for _, tt := range spoken {
				if tt.vendor == name {
					one, payload = tt.one, tt.payload
				}
			}
			v := speak(t, name, one)
			v.answer = func(*protocol.Admitted) protocol.Outcome {
				return protocol.Outcome{OK: true, Code: map[string]string{"lianfa": "0", "custservice": "10000", "bank-sm": "0000"}[name], Payload: []byte(`{"a":"1"}`)}
			}
			for _, tt := range []struct {
				change func(*message.Message)
				want   string
			}{
				{page(502, "text/html; charset=utf-8", "<html>secret</html>"), ": no proper reply (HTTP 502): text/html of 19 bytes"},
				{page(401, "", ""), ": no proper reply (HTTP 401): the body is empty"},
				{page(200, "", ""), ": no proper reply (HTTP 200): the body is empty"},
				{page(200, "application/json", `{"secret":1}`), ": no proper reply (HTTP 200): application/json of 12 bytes"},
				{page(307, "text/html", "moved"), ": no proper reply (HTTP 307): text/html of 5 bytes"},
			} {
				v.change = tt.change
				_, err := v.dial(t, nil).Call(t.Context(), one.Cmd, []byte(payload))
				if _, ok := errors.AsType[*StatusError](err); !ok || err.Error() != one.Cmd+tt.want {
					t.Errorf("%v\nwant %s%s", err, one.Cmd, tt.want)
				}
			}
			if !v.system.Protocol.Call.Verified() {
				return
			}
			v.change = func(m *message.Message) { m.Body = tamper(t, m.Body) }
			if _, err := v.dial(t, nil).Call(t.Context(), one.Cmd, []byte(payload)); !errors.Is(err, ErrForged) {
				t.Errorf("a reply that was changed: %v", err)
			}
		})
	}
}

// tamper changes one member that the signature of a reply covers.
func tamper(t *testing.T, body []byte) []byte {
	t.Helper()
	for _, one := range [][2]string{{`"trade_no"`, `"trade_nO"`}, {`"a":"1"`, `"a":"2"`}, {"<a>1", "<a>2"}, {`"authCode":"`, `"authCode":"0`}, {`"code":"0000","msg":""`, `"code":"0000","msg":"x"`}} {
		if out := bytes.Replace(body, []byte(one[0]), []byte(one[1]), 1); !bytes.Equal(out, body) {
			return out
		}
	}
	t.Fatalf("nothing to change in %s", body)
	return nil
}

// TestRefusals: a refusal of Do has the code, the text and the status.
func TestRefusals(t *testing.T) {
	t.Parallel()
	v := speak(t, "soap-token", at("POST", "/soap", "Get"))
	v.answer = func(*protocol.Admitted) protocol.Outcome { return protocol.Outcome{Code: "Client", Text: "没有"} }
	_, err := Do[found](t.Context(), v.dial(t, nil), "Get", &query{Mobile: "1"})
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || refusal.Code != "Client" || refusal.Message != "没有" || refusal.Status != 500 {
		t.Errorf("%+v, %v", refusal, err)
	}
}

// TestStrangers: who is not known gets an error of the status.
func TestStrangers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"lianfa": "(HTTP 401): the body is empty", "bank-sm": "(HTTP 200): app 拒绝", "rsa-blocks": "(HTTP 200): app",
	} {
		var one route.Interface
		for _, tt := range spoken {
			if tt.vendor == name {
				one = tt.one
			}
		}
		v := speak(t, name, one)
		_, err := v.dial(t, func(c *Config) { c.App = "999" }).Call(t.Context(), one.Cmd, []byte(`{"a":"1"}`))
		if err == nil || err.Error() != one.Cmd+": no proper reply "+want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// TestSids: ids fit what the protocol takes, and a repeated call has the same.
func TestSids(t *testing.T) {
	t.Parallel()
	v := speak(t, "lianfa")
	c := v.dial(t, func(c *Config) { c.App = "1234567" })
	if sid := c.NewSid(); len(sid) != 20 || !strings.HasPrefix(sid, "123261121110405") {
		t.Errorf("a long app id gives %q", sid)
	}
	if sid := v.dial(t, func(c *Config) { c.App = "tenant-7" }).NewSid(); len(sid) != 17 || !strings.HasPrefix(sid, "261121110405") {
		t.Errorf("an app id that is no number gives %q", sid)
	}
	if _, err := c.CallWithSid(t.Context(), "x", "find", nil); !errors.Is(err, ErrUnsent) || err.Error() != `find was not sent: "x" is no message id of lianfa` {
		t.Error(err)
	}
	if sid := speak(t, "custservice").dial(t, nil).NewSid(); sid != "" {
		t.Errorf("a protocol without ids gives %q", sid)
	}
	v.answer = func(a *protocol.Admitted) protocol.Outcome {
		return protocol.Outcome{OK: true, Code: "0", Text: a.MessageID(), Payload: []byte("{}")}
	}
	first, err := v.dial(t, nil).Call(t.Context(), "find", nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := v.dial(t, nil).Send(t.Context(), Request{Cmd: "find", Payload: []byte("{}"), Sid: first.Sid, Get: true})
	if err != nil || again.Message != first.Sid || again.Sid != first.Sid || !strings.HasPrefix(v.head(), "GET /lianfa/api?header=") {
		t.Errorf("%+v, %v, %s", again, err, v.head())
	}
}

// TestKeysOfCalls: a key that a call needs and that is missing is named; one of
// notifications alone is not needed.
func TestKeysOfCalls(t *testing.T) {
	t.Parallel()
	v := speak(t, "alipay")
	for _, tt := range []struct {
		change func(map[string]string)
		want   string
	}{
		{func(m map[string]string) { delete(m, "merchant") }, "key merchant (private half, rsa) is missing"},
		{func(m map[string]string) { delete(m, "alipay") }, "key alipay (public half, rsa) is missing"},
		{func(m map[string]string) { m["merchant"] = "secret" }, "protocol: key merchant: "},
	} {
		secrets := v.secrets()
		tt.change(secrets)
		_, err := New(Config{System: v.system, App: v.App, Secrets: secrets})
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	c := speak(t, "custservice").dial(t, func(c *Config) { delete(c.Secrets, "token") })
	if _, m, err := c.Message(Request{Cmd: "x"}); err == nil {
		t.Errorf("%v of an unknown interface", m)
	}
}
