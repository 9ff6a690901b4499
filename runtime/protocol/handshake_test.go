package protocol_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// TestHandshakes asks receivers whether they are there, as the protocols have it.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	greets := map[string]bool{"feishu-events": true, "slack-events": true, "wecom-callback": true, "discord-interactions": true, "lianfa": false, "stripe-webhook": false}
	for name, want := range greets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, p := load(t, "testdata/"+name+".yaml")
			if got := p.Push.HasHandshake(); got != want {
				t.Fatalf("has a handshake: %v, want %v", got, want)
			}
			s, keys := side(t, f, p, at, nil)
			sent, err := p.Push.Send(keys, protocol.Outgoing{Handshake: true, Now: at, Draft: parse(t, "POST /hook")})
			if !want {
				if err == nil {
					t.Fatal("a handshake was sent")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			a, err := p.Push.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, s)
			if err != nil || !a.Handshake() {
				t.Fatalf("%v, handshake %v\n%s", err, a.Handshake(), dump(sent.Message))
			}
			m, err := p.Push.Reply(a, protocol.Outcome{OK: true})
			if err != nil {
				t.Fatal(err)
			}
			if o, err := p.Push.Open(t.Context(), sent, m); err != nil || !o.OK {
				t.Errorf("%+v, %v: %s", o, err, m.Body)
			}
			if o, err := p.Push.Open(t.Context(), sent, &message.Message{Status: 200, Body: []byte("ok")}); err == nil && o.OK {
				t.Error("another answer is one to the handshake")
			}
		})
	}
}

// TestFinal holds what is said of refusals.
func TestFinal(t *testing.T) {
	t.Parallel()
	p, err := protocol.Parse([]byte(`
keys: {secret: text}
request: {header: {X-App: "{app}", X-Sign: "{sign}"}, json: "{payload}", values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}}
push:
  like: request
  header: {X-App: centre, X-Sign: "{sign}"}
  answer:
    json: {code: "{code}", word?: "{word}"}
    success: {code: ["0", "1"], word: ok}
    failure: {word: no}
    final: {code: ["7", "8"]}
`))
	if err != nil {
		t.Fatal(err)
	}
	if p.Sender() != "centre" || p.Push.Ages() {
		t.Error(p.Sender(), p.Push.Ages())
	}
	keys, err := p.Keys("a", protocol.Secrets{"secret": {"s"}})
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]struct {
		ok, final bool
		said      string
	}{
		`{"code":"0","word":"ok"}`: {true, false, "0"}, `{"code":"1","word":"ok"}`: {true, false, "1"},
		`{"code":"0","word":"no"}`: {false, false, "0"}, `{"code":"5","word":"no"}`: {false, false, "5"}, `{"code":"8","word":"no"}`: {false, true, "8"},
	} {
		sent, err := p.Push.Send(keys, protocol.Outgoing{Interface: "x", Payload: []byte("{}")})
		if err != nil {
			t.Fatal(err)
		}
		o, err := p.Push.Open(t.Context(), sent, &message.Message{Status: 200, Body: []byte(body)})
		if err != nil || o.OK != want.ok || o.Final != want.final || o.Said() != want.said {
			t.Errorf("%s: %+v, %v", body, o, err)
		}
	}
}

// TestSubscriber holds that a notification is sent to its subscriber's URL, whatever it
// takes over from the request, and which ones grow old.
func TestSubscriber(t *testing.T) {
	t.Parallel()
	f, p := load(t, "testdata/lianfa.yaml")
	_, keys := side(t, f, p, time.Now(), nil)
	sent, err := p.Push.Send(keys, protocol.Outgoing{Interface: "x", ID: "10026112111040500001", Payload: []byte("{}"), Draft: parse(t, "POST /hook?key=a")})
	if err != nil {
		t.Fatal(err)
	}
	if sent.Message.Path != "/hook" || sent.Message.Query != "key=a" || p.Sender() != "100" {
		t.Error(sent.Message.Path, sent.Message.Query, p.Sender())
	}
	if _, slack := load(t, "testdata/slack-events.yaml"); slack.Push.NamesInterface() || !p.Push.NamesInterface() {
		t.Error("which one a notification is")
	}
	if _, wecom := load(t, "testdata/wecom-callback.yaml"); !slices.Equal(wecom.Push.Methods(), []string{"GET", "POST"}) || !slices.Equal(p.Push.Methods(), []string{"POST"}) {
		t.Error(wecom.Push.Methods(), p.Push.Methods())
	}
	for name, want := range map[string][2]string{
		"lianfa": {"10026112111040500001", "1795847100"}, "standard-webhooks": {"msg_10026112111040500001", "1795847100"},
		"wechat-pay-v3": {"10026112111040500001", "1795847100"}, "slack-events": {"", "1795847100"}, "dingtalk-callback": {"", "1795847100000"},
	} {
		f, p := load(t, "testdata/"+name+".yaml")
		at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
		s, keys := side(t, f, p, at, nil)
		sent, err := p.Push.Send(keys, protocol.Outgoing{Interface: "x", ID: "10026112111040500001", Payload: []byte("{}"), Now: at})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Push.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: "x"}, s)
		if err != nil || a.ID() != want[0] || a.SentAt() != want[1] {
			t.Errorf("%s: %v, id %q of %q", name, err, a.ID(), a.SentAt())
		}
	}
	for name, want := range map[string]bool{"lianfa": false, "slack-events": true, "standard-webhooks": true, "dingtalk-callback": false} {
		_, p := load(t, "testdata/"+name+".yaml")
		if got := p.Push.Ages(); got != want {
			t.Errorf("%s ages: %v", name, got)
		}
	}
}

// TestStatuses holds which HTTP statuses an outcome may have.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]map[int]string{
		`{status: {success: 2xx, "*": 500}, variants: [{when: success}, {when: failure}]}`:        {200: "ok", 204: "ok", 299: "ok", 301: "no", 404: "no", 500: "no"},
		`{status: {success: [200, 204], "*": 500}, variants: [{when: success}, {when: failure}]}`: {200: "ok", 204: "ok", 201: "no", 500: "no"},
		`{json: {c: "{code}"}, success: {code: "0"}, status: {success: [200, 204]}}`:              {200: "ok", 204: "ok", 201: "other"},
		`{json: {c: "{code}"}, success: {code: "0"}}`:                                             {200: "ok", 202: "other"},
	} {
		p, err := protocol.Parse([]byte("keys: {s: text}\npush: {header: {S: '{s}'}, json: '{payload}', answer: " + answer + "}"))
		if err != nil {
			t.Fatal(err)
		}
		keys, err := p.Keys("a", protocol.Secrets{"s": {"s"}})
		if err != nil {
			t.Fatal(err)
		}
		for status, word := range want {
			sent, err := p.Push.Send(keys, protocol.Outgoing{Payload: []byte("{}")})
			if err != nil {
				t.Fatal(err)
			}
			o, err := p.Push.Open(t.Context(), sent, &message.Message{Status: status, Body: []byte(`{"c":"0"}`)})
			got := "no"
			switch {
			case err == nil && o.OK && o.Declared:
				got = "ok"
			case err == nil && o.OK:
				got = "other"
			}
			if got != word {
				t.Errorf("%s: %d is %s, want %s (%v)", answer, status, got, word, err)
			}
		}
	}
	_, err := protocol.Parse([]byte("keys: {s: text}\npush: {header: {S: '{s}'}, json: '{payload}', answer: {status: {success: 9xx}}}"))
	if err == nil || !strings.Contains(err.Error(), `"9xx" is no HTTP status`) {
		t.Error(err)
	}
}

// TestHandshakeIsOne warns of a handshake that its receiver would take for a notification.
func TestHandshakeIsOne(t *testing.T) {
	t.Parallel()
	for variant, want := range map[string]bool{
		`{when: {json.type: "1"}, answer: {json: {type: 1}}}`:                                                          true,
		`{when: {json.type: "1"}, json: {type: 1}, answer: {json: {type: 1}}}`:                                         false,
		`{when: {json.type: "ping*"}, json: {type: ping_url}, answer: {text: pong}}`:                                   false,
		`{when: {json.type: "ping*"}, json: {type: pong}, answer: {text: pong}}`:                                       true,
		`{when: query.echo, query: {echo: "{e}"}, values: {e: {send: "{random|hex}"}}, answer: {text: "{request.e}"}}`: false,
		`{when: query.echo, answer: {text: ok}}`:                                                                       true,
		`{when: {kind: hello}, json: {k: "{kind}"}, values: {kind: {send: hello}}, answer: {text: ok}}`:                false,
		`{when: {method: GET}, method: GET, text: "", answer: {text: ok}}`:                                             false,
	} {
		p, err := protocol.Parse([]byte("keys: {s: text}\npush: {header: {S: '{s}'}, json: '{payload}', answer: {text: ok}, variants: [" + variant + "]}"))
		if err != nil {
			t.Fatalf("%s: %v", variant, err)
		}
		got := false
		for _, f := range p.Findings {
			got = got || strings.Contains(f.Text, "no handshake")
		}
		if got != want {
			t.Errorf("%s: %v", variant, p.Findings)
		}
	}
}

// TestPushPage holds that the example of docs/push.md works, both ways.
func TestPushPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/push.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```yaml\n")
	block, _, _ = strings.Cut(block, "```")
	p, err := protocol.Parse([]byte(block))
	if err != nil || len(p.Findings) > 0 {
		t.Fatal(err, p.Findings)
	}
	keys, err := p.Keys("300", protocol.Secrets{"secret": {"s"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: "300", keys: keys, used: map[string]bool{}}
	for outcome, want := range map[bool]string{true: "ok", false: "again"} {
		sent, err := p.Push.Send(keys, protocol.Outgoing{Interface: "order_paid", ID: "1", Payload: []byte(`{"a":1}`), Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Push.Admit(t.Context(), protocol.Incoming{Message: sent.Message}, protocol.NewSide(w, nil, w, time.Now))
		if err != nil || a.Interface() != "order_paid" || a.ID() != "1" {
			t.Fatal(err, a.Interface(), a.ID())
		}
		m, err := p.Push.Reply(a, protocol.Outcome{OK: outcome})
		if err != nil || string(m.Body) != want {
			t.Errorf("%s, %v", m.Body, err)
		}
	}
	sent, err := p.Push.Send(keys, protocol.Outgoing{Interface: "x", Payload: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	if o, err := p.Push.Open(t.Context(), sent, &message.Message{Status: 200, Body: []byte("never")}); err != nil || o.OK || !o.Final || o.Said() != "never" {
		t.Errorf("%+v, %v", o, err)
	}
}
