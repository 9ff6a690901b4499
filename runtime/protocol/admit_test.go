package protocol_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// parseProtocol compiles a declaration of a test.
func parseProtocol(t testing.TB, text string) *protocol.Protocol {
	t.Helper()
	p, err := protocol.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var at = time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)

func now() time.Time { return at }

// Before the caller is known every refusal is answered with a constant text, and
// shows nothing of the message.
func TestUnknownCallers(t *testing.T) {
	t.Parallel()
	for _, path := range files(t) {
		f, p := load(t, path)
		if p.Call == nil || len(f.Trips) == 0 || f.Trips[0].Push {
			continue
		}
		_, s, sent := send(t, f, p, f.Trips[0], at)
		for _, m := range tampered(sent.Message) {
			a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: m, Interface: f.Trips[0].Interface}, s)
			if err == nil || a.Known() {
				a.Release()
				continue
			}
			first, err := p.Call.Reply(a, protocol.Outcome{Code: "E", Text: "no", ID: "log"})
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			if first != nil && len(first.Body) > 0 && f.Trips[0].Payload != "" && strings.Contains(string(first.Body), f.Trips[0].Payload) {
				t.Errorf("%s: %s", path, first.Body)
			}
			a.Release()
		}
	}
}

// While a key is rotated both editions are let in, and the reply is made with the
// one that the message was made with.
func TestRotation(t *testing.T) {
	t.Parallel()
	p := parseProtocol(t, good+"reply: {json: {code: \"{code}\", sign: \"{sign}\"}, values: {sign: {of: \"{code}\", by: [hmac-sha256 appkey, hex]}}, success: {code: \"0\"}}\n")
	both, err := p.Keys("700", protocol.Secrets{"appkey": {"new", "old"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: "700", keys: both, used: map[string]bool{}}
	s := protocol.NewSide(w, w, w, func() time.Time { return at })
	for key, want := range map[string]string{"new": "", "old": "", "older": "401"} {
		k, err := p.Keys("700", protocol.Secrets{"appkey": {key}})
		if err != nil {
			t.Fatal(err)
		}
		sent, err := p.Call.Send(k, protocol.Outgoing{Payload: []byte(`{}`), Now: at})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, s)
		if code(err) != want {
			t.Errorf("%s: %v", key, err)
		}
		if err != nil {
			continue
		}
		m, err := p.Call.Reply(a, protocol.Outcome{OK: true, Code: "0"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Call.Open(t.Context(), sent, m); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// What a side lacks is an error of its own, never a message that is let in.
func TestSideLacks(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]string{"custservice": "nonces", "u8": "tokens"} {
		f, p := load(t, "testdata/"+name+".yaml")
		x, _, sent := send(t, f, p, f.Trips[0], at)
		_, k := side(t, f, p, at, nil)
		s := sideOf(t, f, p, at, &world{app: f.App, keys: k}, nil, nil)
		a, err := x.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: f.Trips[0].Interface}, s)
		a.Release()
		if code(err) != "internal" {
			t.Errorf("without %s: %v", other, err)
		}
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	_, p := load(t, "testdata/alipay.yaml")
	for server, want := range map[bool][]key.Need{
		true:  {{Name: "merchant", Kind: "rsa", Half: step.Public}, {Name: "alipay", Kind: "rsa", Half: step.Private}},
		false: {{Name: "merchant", Kind: "rsa", Half: step.Private}, {Name: "alipay", Kind: "rsa", Half: step.Public}},
	} {
		if diff := cmp.Diff(want, p.Needs(server)); diff != "" {
			t.Errorf("server %v: %s", server, diff)
		}
	}
}

// Keys show nothing, whatever prints them.
func TestKeysPrint(t *testing.T) {
	t.Parallel()
	p := parseProtocol(t, good)
	k, err := p.Keys("700", protocol.Secrets{"appkey": {"s3cret"}})
	if err != nil {
		t.Fatal(err)
	}
	if out := fmt.Sprintf("%v %+v %#v %s %v", k, *k, k, k, struct{ K *protocol.Keys }{k}); strings.Contains(out, "s3cret") {
		t.Error(out)
	}
	if _, err := p.Keys("700", protocol.Secrets{"pair": {"x"}}); err == nil || !strings.Contains(err.Error(), "it is no key of kind rsa") {
		t.Error(err)
	}
}

// A payload that has a member of the protocol's own is refused, not lost.
func TestClash(t *testing.T) {
	t.Parallel()
	f, p := load(t, "testdata/taobao-top.yaml")
	_, k := side(t, f, p, at, nil)
	if _, err := p.Call.Send(k, protocol.Outgoing{Interface: "taobao.x", Payload: []byte(`{"sign":"x"}`), Now: at}); err == nil ||
		!strings.Contains(err.Error(), "a member of the payload is named like one that the protocol writes") {
		t.Error(err)
	}
}

// A message that is read as one variant, whose keys were found, and then refused as
// another one is nobody's.
func TestKnownVariants(t *testing.T) {
	t.Parallel()
	f, p := load(t, "testdata/feishu-events.yaml")
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	x, s, sent := send(t, f, p, f.Trips[0], at)
	m := sent.Message
	m.Header["X-Lark-Signature"] = append(m.Header["X-Lark-Signature"], "twice")
	a, err := x.Admit(t.Context(), protocol.Incoming{Message: m, Interface: "event"}, s)
	if code(err) != "json" || a.Known() || a.App() != "" {
		t.Errorf("%v, known %v as %q", err, a.Known(), a.App())
	}
	a.Release()
}
