package protocol_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// coded has replies by outcome and code, and repeats a value of the call.
const coded = good + `
reply:
  json: {code: "{code}", data: "{payload}", info?: "{payload}", time?: "{time}"}
  values: {time: "{request.time}"}
  success: {code: "0"}
  variants:
    - when: {unknown: true, code: "11*"}
      text: ""
      status: 401
    - when: {failure: true, code: "12"}
      json: {twelve: "{text}"}
    - when: unknown
      json: {code: "{code}"}
      status: {"*": 400}
`

// A reply may depend on the code, and on whether the caller is known. A message that
// was not proved gets nothing of itself back.
func TestReplyByCode(t *testing.T) {
	t.Parallel()
	p := parseProtocol(t, coded)
	k, err := p.Keys("700", protocol.Secrets{"appkey": {"s"}})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := p.Call.Send(k, protocol.Outgoing{Payload: []byte(`{}`), Now: at})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: "700", keys: k, used: map[string]bool{}}
	s := protocol.NewSide(w, w, w, now)
	good, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, s)
	if err != nil || !good.Proved() {
		t.Fatal(err)
	}
	sent.Message.Header.Set("X-Sign", "forged")
	forged, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, s)
	if code(err) != "401" || forged.Proved() || !forged.Known() {
		t.Fatal(err)
	}
	stamp := strings.TrimSpace(sent.Message.Header.Get("X-Time"))
	for _, tt := range []struct {
		name   string
		to     *protocol.Admitted
		o      protocol.Outcome
		status int
		want   string
	}{
		{"success", good, protocol.Outcome{OK: true, Payload: []byte(`{"a":1}`)}, 200, `{"code":"0","data":{"a":1},"info":{"a":1},"time":"` + stamp + `"}`},
		{"failure", good, protocol.Outcome{Code: "13"}, 200, `{"code":"13","data":{},"time":"` + stamp + `"}`},
		{"failure of a code", good, protocol.Outcome{Code: "12", Text: "no"}, 200, `{"twelve":"no"}`},
		{"not proved", forged, protocol.Outcome{Code: "401"}, 200, `{"code":"401","data":{}}`},
		{"unread", p.Call.Unread(s), protocol.Outcome{Code: "12"}, 400, `{"code":"12"}`},
		{"unread, of a code", p.Call.Unread(s), protocol.Outcome{Code: "1101"}, 401, ""},
	} {
		m, err := p.Call.Reply(tt.to, tt.o)
		if err != nil || m.Status != tt.status || string(m.Body) != tt.want {
			t.Errorf("%s: %v, %d %s", tt.name, err, m.Status, m.Body)
		}
	}
}

// sealed encrypts its replies; what it says to nobody who is known it does not.
const sealed = `
keys: {secret: text}
request:
  method: POST
  path: /x
  header: {X-Sign: "{sign}"}
  json: {app: "{app}", time: "{time|raw}", data: "{payload}"}
  values:
    time: {send: "{now|unix}"}
    sign: {of: "{body}", by: [hmac-sha256 secret, hex], else: 401}
  guards: [{window: time, within: 5m, else: 408}]
reply:
  json: {box: "{box}"}
  values: {box: {of: {code: "{code}", data: "{payload}"}, by: [rc4 secret, base64]}}
  variants: [{when: unknown, json: {code: "{code}"}, status: 400}]
`

// A refusal is encrypted with the keys of an app for nobody who has not proved to be
// the app, unless the declaration says so.
func TestReplyUnproved(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, more  string
		forge, late bool
		want        int
	}{
		{"forged", "", true, false, 400},
		{"forged and late", "", true, true, 400},
		{"proved, but late", "", false, true, 200},
		{"proved", "", false, false, 200},
		{"forged, to be sealed", "  unproved: known\n", true, false, 200},
	} {
		p := parseProtocol(t, sealed+tt.more)
		k, err := p.Keys("700", protocol.Secrets{"secret": {"s"}})
		if err != nil {
			t.Fatal(err)
		}
		stamp := at
		if tt.late {
			stamp = at.Add(-time.Hour)
		}
		sent, err := p.Call.Send(k, protocol.Outgoing{Payload: []byte(`{}`), Now: stamp})
		if err != nil {
			t.Fatal(err)
		}
		if tt.forge {
			sent.Message.Header.Set("X-Sign", "forged")
		}
		w := &world{app: "700", keys: k, used: map[string]bool{}}
		a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, protocol.NewSide(w, w, w, now))
		if a.Unproved() != tt.forge || !a.Known() {
			t.Errorf("%s: unproved %v, %v", tt.name, a.Unproved(), err)
		}
		m, err := p.Call.Reply(a, protocol.Outcome{Code: "401"})
		if err != nil || m.Status != tt.want || strings.Contains(string(m.Body), "box") != (tt.want == 200) {
			t.Errorf("%s: %v, %d %s", tt.name, err, m.Status, m.Body)
		}
	}
}

// The zero Side lets nobody in.
func TestZeroSide(t *testing.T) {
	t.Parallel()
	f, p := load(t, "testdata/custservice.yaml")
	x, _, sent := send(t, f, p, f.Trips[0], at)
	in := protocol.Incoming{Message: sent.Message, Interface: f.Trips[0].Interface}
	for _, s := range []*protocol.Side{{}, protocol.NewSide(nil, nil, nil, now)} {
		if a, err := x.Admit(t.Context(), in, s); code(err) != "internal" || a.Known() {
			t.Error(err)
		}
	}
}
