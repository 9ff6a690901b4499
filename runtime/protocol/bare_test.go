package protocol_test

import (
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// TestRefusalRepeatsNothing: whoever refuses before the call is proved repeats nothing of
// it, and the caller reads such a refusal, and no success, as the reply to its call.
func TestRefusalRepeatsNothing(t *testing.T) {
	t.Parallel()
	p := parseProtocol(t, good+`
reply:
  json: {code: "{code|raw}", of: "{request.path}", "{interface}_response": "{payload}"}
  success: {code: "0"}
`)
	keys, err := p.Keys("700", protocol.Secrets{"appkey": {"s"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: "700", keys: keys, used: map[string]bool{}}
	sent, err := p.Call.Send(keys, protocol.Outgoing{Interface: "order", Payload: []byte(`{}`), Now: at, Explain: true, Draft: parse(t, "POST /order")})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, body, code, bad string }{
		{"whole", `{"code":0,"of":"/order","order_response":{}}`, "0", ""},
		{"refused", `{"code":401,"of":"/order","order_response":{}}`, "401", ""},
		{"refused early", `{"code":401,"of":"","_response":{}}`, "401", ""},
		{"a code that is no number", `{"code":"E1","of":"","_response":{}}`, "E1", ""},
		{"success of another call", `{"code":0,"of":"","_response":{}}`, "", "foreign"},
		{"a refusal of another call", `{"code":401,"of":"/other","order_response":{}}`, "", "foreign"},
	} {
		o, err := p.Call.Open(t.Context(), sent, &message.Message{Status: 200, Body: []byte(tt.body)})
		if (err != nil) != (tt.bad != "") {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if err == nil && o.Code != tt.code {
			t.Errorf("%s: %q", tt.name, o.Code)
		}
	}
	s := protocol.NewSide(w, w, w, func() time.Time { return at })
	sent.Message.Header.Set("X-Sign", "forged")
	a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: "order"}, s)
	if code(err) != "401" {
		t.Fatal(err)
	}
	m, err := p.Call.Reply(a, protocol.Outcome{Code: "E1"})
	if want := `{"code":"E1","of":"","order_response":{}}`; err != nil || string(m.Body) != want {
		t.Errorf("%s %v, want %s", m.Body, err, want)
	}
}

// TestKnownTextBehind: a hole ends where the text behind it begins that is known, even
// where the hole has that text as well.
func TestKnownTextBehind(t *testing.T) {
	t.Parallel()
	p := parseProtocol(t, `
keys: {secret: text}
push:
  form: {sign: "{sign}", "*": "{payload}"}
  values: {sign: {of: "{form.id}{secret}", by: [md5, hex]}}
  answer:
    text: "{word}{request.form.id}"
    success: {word: OK}
    failure: {word: ERR}
`)
	keys, err := p.Keys("", protocol.Secrets{"secret": {"s"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		id, body string
		ok, bad  bool
	}{
		{"7", "OK7", true, false},
		{"K", "OKK", true, false},
		{"7", "ERR7", false, false},
		{"7", "ERR", false, false},
		{"7", "OK", false, true},
		{"7", "OK8", false, true},
	} {
		sent, err := p.Push.Send(keys, protocol.Outgoing{Interface: "paid", Payload: []byte(`{"id":"` + tt.id + `"}`), Now: at})
		if err != nil {
			t.Fatal(err)
		}
		o, err := p.Push.Open(t.Context(), sent, &message.Message{Status: 200, Body: []byte(tt.body)})
		if (err != nil) != tt.bad || err == nil && o.OK != tt.ok {
			t.Errorf("%s to %s: %+v %v", tt.body, tt.id, o, err)
		}
	}
}
