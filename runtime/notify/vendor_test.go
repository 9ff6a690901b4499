package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// vendor is a protocol of the engine's tests, with keys for both sides.
type vendor struct {
	name string
	*protocol.Protocol
	ours, theirs *protocol.Keys
	app          string
	texts        map[string]string
}

// load reads a protocol of the engine's tests. Pairs are made: their owner has the
// private half, the other side the public one.
func load(t testing.TB, name string) *vendor {
	t.Helper()
	raw, err := os.ReadFile("../protocol/testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Protocol yaml.Node         `yaml:"protocol"`
		App      string            `yaml:"app"`
		Keys     map[string]string `yaml:"keys"`
		System   map[string]string `yaml:"system"`
	}
	if err := yaml.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(&f.Protocol)
	if err != nil {
		t.Fatal(err)
	}
	p, err := protocol.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	v := &vendor{name: name, Protocol: p, app: f.App, texts: f.Keys}
	ours, theirs := protocol.Secrets{}, protocol.Secrets{}
	maps.Copy(f.Keys, f.System)
	for name, text := range f.Keys {
		private, public := text, text
		if kind, made := strings.CutPrefix(text, "generate "); made {
			if private, err = (key.Need{Kind: kind}).Make(0); err == nil {
				public, err = key.Public(kind, private)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if name == "merchant" { // a pair of the app
			private, public = public, private
		}
		ours[name], theirs[name] = []string{private}, []string{public}
	}
	if v.ours, err = p.Keys(f.App, ours); err == nil {
		v.theirs, err = p.Keys(f.App, theirs)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Keys, Valid, App and Use are those of a receiver that knows one sender.
func (v *vendor) Keys(context.Context, string) (*protocol.Keys, error) { return v.theirs, nil }

func (v *vendor) Use(context.Context, string, string, time.Time) (bool, error) { return true, nil }

// Find is what an engine asks.
func (v *vendor) Find(_ context.Context, _, app string) (*protocol.Keys, bool) {
	return v.ours, app == v.app
}

// listener is the other end of a vendor's notifications.
type listener struct {
	*vendor
	outcome func(n int) protocol.Outcome // of the n-th message
	spoil   func(n int, m *message.Message)

	mu   sync.Mutex
	came []*message.Message
	bad  []string // why messages were not let in
	got  []string // interface and payload
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m, err := message.Request(r, 1<<20)
	if err != nil {
		panic(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.came = append(l.came, m)
	n := len(l.came)
	a, err := l.Push.Admit(r.Context(), protocol.Incoming{Message: m}, protocol.NewSide(l, nil, l, time.Now))
	defer a.Release()
	outcome := l.outcome(n)
	if err != nil {
		l.bad = append(l.bad, err.Error())
		outcome = protocol.Outcome{Code: "9"}
	}
	l.got = append(l.got, strings.TrimSpace(a.Interface()+" "+string(a.Payload())))
	answer, err := l.Push.Reply(a, outcome)
	if err != nil || answer == nil {
		l.bad = append(l.bad, fmt.Sprint("no answer: ", err))
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if l.spoil != nil {
		l.spoil(n, answer)
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

// subscribed registers the app of a vendor with a listener.
func (b *bench) subscribed(t testing.TB, l *listener, cmd string) Config {
	t.Helper()
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	b.exec(t, `insert into jiekou.app (system, id, grants) values ('shop', $1, '{*}')`, l.app)
	b.subscribe(t, l.app, cmd, server.URL+"/hook/a%2Fb?key=url-secret")
	config := b.config()
	config.Systems = map[string]System{"shop": {Protocol: l.Protocol, Zone: "Asia/Shanghai"}}
	config.Apps = l.vendor
	return config
}

// Notifications of every protocol are sent, verified by their receivers, refused,
// tried again and delivered.
func TestVendors(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name, cmd   string
		fails, done string // codes that are answered
		want        string
	}{
		{"slack-events", "event_callback", "E7", "", "refused 500 E7; delivered 200"},
		{"feishu-events", "event", "E7", "", "refused 500 E7; delivered 200"},
		{"stripe-webhook", "evt", "E7", "", "refused 400 E7; delivered 200"},
		{"standard-webhooks", "evt", "E7", "", "refused 500 E7; delivered 204"},
		{"wechat-pay-v3", "paid", "E7", "", "refused 500 FAIL; delivered 200 SUCCESS"},
		{"dingtalk-callback", "bpms", "E7", "", "refused 200 failure; delivered 200 success"},
		{"lianfa", "changed", "7", "0", "refused 200 7; delivered 200 0"},
		{"icbc", "paid", "7", "0", "refused 200 7; delivered 200 0"},
		{"answer-gcm", "paid", "E7", "SUCCESS", "refused 200 E7; delivered 200 SUCCESS"},
		{"answer-envelope", "settled", "9999", "0000", "refused 200 9999; delivered 200 0000"},
		{"answer-xml", "refunded", "E7", "", "refused 200 FAIL; delivered 200 SUCCESS"},
		{"answer-form", "shipped", "7", "0", "refused 200 7; delivered 200 0"},
		{"answer-text", "cleared", "96", "00", "refused 200 96; delivered 200 00"},
		{"answer-jwt", "opened", "E7", "ok", "refused 200 E7; delivered 200 ok"},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			l := &listener{vendor: load(t, one.name), outcome: func(n int) protocol.Outcome {
				if n == 1 {
					return protocol.Outcome{Code: one.fails}
				}
				return protocol.Outcome{OK: true, Code: one.done, Payload: []byte("{}")}
			}}
			config := b.subscribed(t, l, one.cmd)
			body := `{"a":"世界","n":1.50}`
			id := b.queue(t, l.app, one.cmd, body)
			b.run(t, config)
			b.until(t, "delivered", state, id)
			same(t, "attempts", b.one(t, `select string_agg(concat_ws(' ', outcome, status, code), '; ' order by n) from jiekou.attempt`), one.want)
			same(t, "verified", strings.Join(l.bad, "; "), "")
			for i, m := range l.came {
				if m.Path != "/hook/a%2Fb" || !strings.Contains("&"+m.Query+"&", "&key=url-secret&") {
					t.Errorf("came to %s?%s", m.Path, m.Query)
				}
				got := l.got[i]
				if one.name == "answer-xml" { // which has texts alone
					got = strings.ReplaceAll(got, `"1.50"`, "1.50")
				}
				if !strings.HasSuffix(got, body) {
					t.Errorf("payload %s", l.got[i])
				}
			}
			if one.name == "lianfa" && !bytes.Equal(l.came[0].Body, l.came[1].Body) {
				t.Error("other bytes the second time")
			}
		})
	}
}

// What is sent verifies with an HMAC that this test computes, and keeps its id while
// its time is that of the attempt.
func TestWebhook(t *testing.T) {
	t.Parallel()
	b := setup(t)
	l := &listener{vendor: load(t, "standard-webhooks"), outcome: func(n int) protocol.Outcome { return protocol.Outcome{OK: n > 1, Code: "later"} }}
	config := b.subscribed(t, l, "evt")
	config.Schedule = []time.Duration{1100 * time.Millisecond}
	id := b.queue(t, l.app, "evt", `{"a":1}`)
	b.run(t, config)
	b.until(t, "delivered", state, id)
	secret, err := base64.StdEncoding.DecodeString(l.texts["secret"])
	if err != nil {
		t.Fatal(err)
	}
	var ids, times []string
	for _, m := range l.came {
		at, name := m.Header.Get("Webhook-Timestamp"), m.Header.Get("Webhook-Id")
		mac := hmac.New(sha256.New, secret)
		fmt.Fprintf(mac, "%s.%s.%s", name, at, m.Body)
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); m.Header.Get("Webhook-Signature") != want {
			t.Errorf("signature %s, want %s", m.Header.Get("Webhook-Signature"), want)
		}
		ids, times = append(ids, name), append(times, at)
	}
	if len(ids) != 2 || ids[0] != ids[1] || times[0] == times[1] || ids[0] != "msg_"+b.one(t, `select sid from jiekou.outbox`) {
		t.Error(ids, times)
	}
}

// An answer that was changed on its way, or signed by somebody else, is no delivery.
func TestForgedAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	l := &listener{vendor: load(t, "dingtalk-callback"), outcome: func(int) protocol.Outcome { return protocol.Outcome{OK: true} }}
	l.spoil = func(n int, m *message.Message) {
		var all map[string]string
		if err := json.Unmarshal(m.Body, &all); err != nil {
			panic(err)
		}
		switch n {
		case 1:
			all["msg_signature"] = strings.Repeat("0", 40)
		case 2:
			all["nonce"] += "x"
		case 3:
			m.Status = http.StatusAccepted
		}
		m.Body, _ = json.Marshal(all)
	}
	config := b.subscribed(t, l, "bpms")
	id := b.queue(t, l.app, "bpms", `{}`)
	b.run(t, config)
	b.until(t, "delivered", state, id)
	same(t, "attempts", b.one(t, `select string_agg(concat_ws(' ', outcome, status, code), '; ' order by n) from jiekou.attempt`),
		"forged 200; forged 200; status 202; delivered 200 success")
}

// A refusal that the protocol calls final is tried a few times and is then dead, with its
// reason, and the next one has its turn; every other refusal takes the whole schedule.
func TestFinal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var mu sync.Mutex
	seen := map[string]int{}
	b.receiver(t, "300", func(w http.ResponseWriter, r *receiver, g got) {
		mu.Lock()
		defer mu.Unlock()
		seen[g.plain]++
		switch {
		case g.plain == `{"n":1}`:
			r.answer(w, g, "6001")
		case g.plain == `{"n":2}` && seen[g.plain] < 4:
			r.answer(w, g, "2001")
		default:
			r.answer(w, g, "1013")
		}
	})
	first, second := b.queue(t, "300", "changed", `{"n":1}`), b.queue(t, "300", "changed", `{"n":2}`)
	third := b.queue(t, "300", "changed", `{"n":3}`)
	b.run(t, b.config())
	b.until(t, "delivered", state, third)
	same(t, "first", b.one(t, `select concat(dead is not null, attempts, ' ', reason) from jiekou.outbox where id = $1`, first),
		"t4 the receiver refused it for good in 4 attempts, the last time: refused with code 6001")
	same(t, "second", b.one(t, `select concat(delivered is not null, ' ', attempts) from jiekou.outbox where id = $1`, second), "t 4")
	same(t, "failures", b.one(t, `select failures from jiekou.receiver`), "0")
}

// The handshake of a protocol is sent to a receiver, under the guard of addresses.
func TestGreet(t *testing.T) {
	t.Parallel()
	allow, err := ParseAllow("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"slack-events", "feishu-events", "wecom-callback"} {
		v := load(t, name)
		l := &listener{vendor: v, outcome: func(int) protocol.Outcome { return protocol.Outcome{} }}
		server := httptest.NewServer(l)
		t.Cleanup(server.Close)
		if err := Greet(t.Context(), v.Protocol, v.ours, server.URL+"/hook", allow); err != nil || len(l.bad) > 0 {
			t.Errorf("%s: %v %v", name, err, l.bad)
		}
		if err := Greet(t.Context(), v.Protocol, v.ours, server.URL, nil); !errors.Is(err, ErrNoAnswer) || !strings.HasSuffix(err.Error(), "blocked") {
			t.Errorf("%s: %v", name, err)
		}
		deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) }))
		t.Cleanup(deaf.Close)
		if err := Greet(t.Context(), v.Protocol, v.ours, deaf.URL, allow); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v := load(t, "stripe-webhook")
	if err := Greet(t.Context(), v.Protocol, v.ours, "http://127.0.0.1:1", nil); err != nil {
		t.Errorf("a protocol without a handshake: %v", err)
	}
}

// The bytes of a notification of lianfa, computed here.
func TestWire(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	id := b.queue(t, "300", "changed", `{"n":1,"世":"界"}`)
	b.run(t, b.config())
	b.until(t, "delivered", state, id)
	g := r.all()[0]
	want := string(r.sealed(g, "100", secrets("300"), `{"n":1,"世":"界"}`))
	at := regexp.MustCompile(`"timestamp":\d+`)
	same(t, "bytes", g.raw, at.ReplaceAllString(want, `"timestamp":`+b.one(t, `select sent from jiekou.outbox`)))
	same(t, "sid", b.one(t, `select sid ~ '^100[0-9]{17}$' from jiekou.outbox`), "true")
}
