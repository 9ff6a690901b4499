package protocol_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// TestAbout: what a sender must know of a protocol before it sends.
func TestAbout(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, words, carrier string }{
		{"lianfa", "id interface path verified", "json"},
		{"custservice", "", "json"},
		{"u8", "token", ""},
		{"alipay", "interface path verified", "form"},
		{"taobao-top", "interface path", "form"},
		{"wechat-pay-v2", "verified", "xml"},
		{"aliyun-rpc", "interface path", "query"},
		{"oauth-bearer", "token", "json"},
		{"rsa-blocks", "interface verified", "text"},
		{"upload-multipart", "path", "multipart"},
		{"soap-token", "", "xml"},
		{"bank-envelope", "interface verified", "json"},
	} {
		_, p := load(t, "testdata/"+tt.name+".yaml")
		x := p.Call
		var words []string
		for _, one := range []struct {
			word string
			is   bool
		}{
			{"id", x.HasID()},
			{"interface", x.NamesInterface()},
			{"path", x.HasPath()},
			{"token", x.TakesToken()},
			{"verified", x.Verified()},
		} {
			if one.is {
				words = append(words, one.word)
			}
		}
		if got := strings.Join(words, " "); got != tt.words {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.words)
		}
		if got := x.Shape(protocol.Outgoing{Draft: &message.Message{Method: "POST", Path: "/x"}}).Carrier; got != tt.carrier {
			t.Errorf("%s: the payload goes into %q, want %q", tt.name, got, tt.carrier)
		}
	}
	_, p := load(t, "testdata/lianfa.yaml")
	if !p.Call.TakesID("1234567890123456") || p.Call.TakesID("123") || p.Call.TakesID("a234567890123456") {
		t.Error("the guard on sid does not decide")
	}
	if got := p.Call.Shape(protocol.Outgoing{Draft: &message.Message{Method: "GET"}}).Carrier; got != "query" {
		t.Errorf("of a GET the payload goes into %q", got)
	}
}

// TestToken: the token of the sender stands where one is asked for.
func TestToken(t *testing.T) {
	t.Parallel()
	f, p := load(t, "testdata/u8.yaml")
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	s, keys := side(t, f, p, at, nil)
	sent, err := p.Call.Send(keys, protocol.Outgoing{Token: f.Token, Now: at, Draft: &message.Message{Method: "GET", Path: "/x"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, s); err != nil {
		t.Error(err)
	}
}

// answered is a message of a protocol, with its reply of success.
func answered(t *testing.T, name string) (*protocol.Exchange, *protocol.Keys, *protocol.Sent, *message.Message) {
	t.Helper()
	f, p := load(t, "testdata/"+name+".yaml")
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	one := f.Trips[0]
	x, s, sent := send(t, f, p, one, at)
	a, err := x.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: one.Interface}, s)
	if err != nil {
		t.Fatal(err)
	}
	m, err := x.Reply(a, protocol.Outcome{OK: true, Code: one.Code, Text: "好", Payload: []byte(one.Reply), ID: "log-1"})
	if err != nil {
		t.Fatal(err)
	}
	out := *m
	out.Header, out.Body = m.Header.Clone(), slices.Clone(m.Body)
	_, keys := side(t, f, p, at, nil)
	return x, keys, sent, &out
}

// TestForeign: an answer of somebody else has another error than one that does not hold.
func TestForeign(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lianfa", "alipay", "wechat-pay-v2", "bank-sm", "taobao-top", "custservice", "soap-token"} {
		x, _, sent, m := answered(t, name)
		if o, err := x.Open(t.Context(), sent, m); err != nil || !o.OK {
			t.Errorf("%s: %v", name, err)
		}
		for _, body := range []string{"", "<html><body>502</body></html>", "{}", `{"a":1}`, "null", "\xff"} {
			page := &message.Message{Status: 502, Header: http.Header{}, Body: []byte(body)}
			if o, err := x.Open(t.Context(), sent, page); !errors.Is(err, protocol.ErrForeign) {
				t.Errorf("%s: %q gives %+v, %v", name, body, o, err)
			}
		}
		if !x.Verified() {
			continue
		}
		for part, changed := range tampered(m) {
			if !strings.Contains(part, "ign") {
				continue
			}
			o, err := x.Open(t.Context(), sent, changed)
			if err == nil && !o.Plain || errors.Is(err, protocol.ErrForeign) && changed.Body[0] != '<' {
				t.Errorf("%s, %s: %v", name, part, err)
			}
		}
	}
}

// TestOpenAlone: a reply is read without its request; Whole is
// what was encrypted or signed.
func TestOpenAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, iface, whole string }{
		{"lianfa", "", `{"errcode":0,"errmsg":"好","content":{"cstGUID":"1"}}`},
		{"alipay", "alipay.trade.pay", `{"code":"10000","msg":"Success","trade_no":"1"}`},
		{"wechat-pay-v2", "unifiedorder", `"prepay_id":"wx1"`},
		{"rsa-blocks", "query", `{"code":"00","msg":"好","data":{"text":"很长的内容`},
		{"custservice", "", `{"code":"10000","message":"好","data":{"id":"1"}}`},
	} {
		x, keys, _, m := answered(t, tt.name)
		in := protocol.Incoming{Message: m, Interface: tt.iface}
		o, err := x.OpenAlone(t.Context(), keys, in)
		if err != nil || !o.OK || !strings.Contains(string(o.Whole()), tt.whole) {
			t.Errorf("%s: %+v, %v", tt.name, o, err)
			continue
		}
		m.Body = []byte(strings.Replace(string(m.Body), "1", "2", 1))
		if o, err := x.OpenAlone(t.Context(), keys, in); err == nil && x.Verified() && !o.Plain {
			t.Errorf("%s: a reply that was changed is taken", tt.name)
		}
	}
}

// TestBareReply: a reply without a body is no page of a proxy.
func TestBareReply(t *testing.T) {
	t.Parallel()
	p, err := protocol.Parse([]byte(`
keys: {k: text}
request: {header: {X-App: "{app}", X-Sign: "{sign}"}, json: "{payload}", values: {sign: {of: "{body}", by: [hmac-sha1 k, hex]}}}
reply:
  json: {code: "{code}", text: "{text}", sign: "{sign}"}
  values: {sign: {of: "{code}", by: [hmac-sha1 k, hex]}}
  success: {code: 0}
  variants: [{when: unknown, text: "", status: 401}]
`))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := p.Keys("a", protocol.Secrets{"k": {"k"}})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := p.Call.Send(keys, protocol.Outgoing{})
	if err != nil {
		t.Fatal(err)
	}
	if o, err := p.Call.Open(t.Context(), sent, &message.Message{Status: 401}); err != nil || !o.Unknown || o.OK {
		t.Errorf("%+v, %v", o, err)
	}
	page := &message.Message{Status: 401, Body: []byte("<html>")}
	if o, err := p.Call.Open(t.Context(), sent, page); !errors.Is(err, protocol.ErrForeign) {
		t.Errorf("%+v, %v", o, err)
	}
}

// TestOtherBody: a signature over a form holds where the body is one, and where it is
// another.
func TestOtherBody(t *testing.T) {
	t.Parallel()
	p, err := protocol.Parse([]byte(`
keys: {k: text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: "{payload}"
  values:
    params: {from: [query, form]}
    sign: {of: "{params}", by: [hmac-sha1 k, hex]}
`))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := p.Keys("a", protocol.Secrets{"k": {"k"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: "a", keys: keys, used: map[string]bool{}}
	side := protocol.NewSide(w, w, w, time.Now)
	for body, want := range map[string]string{"b=2&a=1": "a=1&b=2&q=0", `{"a":"x=y"}`: `q=0&{"a":"x=y"}`, "": "q=0"} {
		sent, err := p.Call.Send(keys, protocol.Outgoing{Payload: []byte(body), Draft: &message.Message{Method: "POST", Path: "/x", Query: "q=0"}})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, side)
		if err != nil || sent.Value("params") != want || a.Value("params") != want {
			t.Errorf("%s: %q and %q, want %q, %v", body, sent.Value("params"), a.Value("params"), want, err)
		}
	}
}
