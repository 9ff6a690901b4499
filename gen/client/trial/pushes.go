package trial

import (
	"bytes"
	"context"
	"crypto/rc4"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// Pushed are systems with notifications: one seals them and answers with its codes, the other
// signs them in the query, has a handshake, and answers with a word.
func Pushed(t testing.TB) *spec.Set {
	t.Helper()
	return loaded(t, "pushes")
}

// Push is a message to a receiver, and what the receiver in Go makes of it. Its answer is the
// one that receivers in other languages give, byte for byte.
type Push struct {
	Name        string
	Method, URL string
	Headers     map[string]string
	Body        []byte
	Fails       bool // its handler does
	Slow        bool // its handler takes longer than Patience
	Now         time.Time
	Want        Answered
}

// Patience is how long a handler may take in these trials; a slow one takes twice as long.
const Patience = 2 * time.Second

// Answered is an answer, and the notifications that a handler had.
type Answered struct {
	Status      int
	Type, Allow string // of the content, and the methods
	Body        []byte
	Handled     int
}

// Differs says how an answer differs from that in Go: "" where it does not.
func (p *Push) Differs(a Answered) string {
	if a.Status == p.Want.Status && a.Type == p.Want.Type && a.Allow == p.Want.Allow && a.Handled == p.Want.Handled && bytes.Equal(a.Body, p.Want.Body) {
		return ""
	}
	return p.Name + ": it answered\n\t" + a.String() + ", in Go\n\t" + p.Want.String()
}

// String is the answer with what its data seals.
func (a Answered) String() string {
	body := string(a.Body)
	var m struct{ Data []byte }
	if cipher, err := rc4.NewCipher([]byte(PushKeys()["appkey"])); err == nil && json.Unmarshal(a.Body, &m) == nil && len(m.Data) > 0 {
		cipher.XORKeyStream(m.Data, m.Data)
		_, frame, _ := strings.Cut(body, `"sid"`)
		body = string(m.Data) + " in " + frame
	}
	return fmt.Sprintf("%d %q %q, handled %d: %s", a.Status, a.Type, a.Allow, a.Handled, body)
}

// PushKeys are the keys of the app for notifications.
func PushKeys() map[string]string {
	return map[string]string{"token": "the-token", "appkey": "the-appkey"}
}

// Noted are the notifications that have a handler.
func Noted(s *spec.System) []string {
	return slices.DeleteFunc([]string{"thing_notify", "loose_notify", "word_notify"}, func(cmd string) bool {
		return !slices.ContainsFunc(s.Interfaces, func(i *spec.Interface) bool { return i.Cmd == cmd })
	})
}

// thing is a notification as the generator writes it.
type thing struct {
	GUID   string
	Status wire.Int
	At     wire.Time
	Amount wire.Decimal
}

var thingFields = []string{"cstGUID", "status", "at", "amount"}

// Decode reads it.
func (q *thing) Decode(in *wire.Reader) {
	for o := in.Object(thingFields); o.Next(); {
		switch o.Key() {
		case "cstGUID":
			o.String(0, &q.GUID)
		case "status":
			o.Int(1, &q.Status)
		case "at":
			o.Time(2, &q.At)
		case "amount":
			o.Decimal(3, &q.Amount)
		default:
			o.Skip()
		}
	}
}

// Check validates it.
func (q *thing) Check(list *problem.List) {
	(&validate.Checker{List: list, Names: thingFields}).Required("cstGUID", q.GUID)
	q.rest(list)
}

func (q *thing) rest(list *problem.List) {
	c := validate.Checker{List: list, Names: thingFields}
	c.MaxChars("cstGUID", q.GUID, 16)
	c.IntOneOf("status", q.Status, 1, 2)
	c.Places("amount", q.Amount, 8, 2)
}

// loose is one of which nothing is required.
type loose struct{ thing }

// Check validates it.
func (q *loose) Check(list *problem.List) { q.rest(list) }

// pusher sends notifications to the receiver in Go, as the app's server does.
type pusher struct {
	t       testing.TB
	s       *spec.System
	p       *protocol.Protocol
	handler http.Handler
	now     time.Time
	fails   bool
	slow    bool
	handled int
	all     []*Push
}

// Pushes are messages to the receivers of one of these systems, in their order.
func Pushes(t testing.TB, s *spec.System) []*Push {
	t.Helper()
	p, err := bind.Protocol(s)
	if err != nil {
		t.Fatal(err)
	}
	b := &pusher{t: t, s: s, p: p, now: time.Date(2026, 11, 29, 15, 4, 5, 0, time.UTC)}
	handlers := []receive.Handler{}
	for _, cmd := range Noted(s) {
		one := receive.Handle(cmd, func(ctx context.Context, _ *receive.Call, _ *thing) error { return b.take(ctx) })
		if cmd == "loose_notify" {
			one = receive.Handle(cmd, func(ctx context.Context, _ *receive.Call, _ *loose) error { return b.take(ctx) })
		}
		handlers = append(handlers, one)
	}
	b.handler, err = receive.New(receive.Config{
		System: bind.System(s), App: App, Secrets: PushKeys(), Seen: receive.NewMemory(0), Timeout: Patience, Now: func() time.Time { return b.now },
		Limits: wire.Limits{Depth: s.Limits.Depth, Elements: s.Limits.Elements},
	}, handlers...)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name == "sealed" {
		b.sealed()
	} else {
		b.word()
	}
	return b.all
}

func (b *pusher) take(ctx context.Context) error {
	b.handled++
	if b.slow {
		<-ctx.Done()
		return ctx.Err()
	}
	if b.fails {
		return errors.New("not now")
	}
	return nil
}

// sent is a notification as the server sends it, with other keys where there are some.
func (b *pusher) sent(cmd, id, payload string, keys ...string) *message.Message {
	b.t.Helper()
	secrets := protocol.Secrets{}
	for name, text := range PushKeys() {
		secrets[name] = []string{text}
	}
	for _, one := range keys {
		secrets[one] = []string{"another"}
	}
	own, err := b.p.Keys(App, secrets)
	if err != nil {
		b.t.Fatal(err)
	}
	out, err := b.p.Push.Send(own, protocol.Outgoing{
		Interface: cmd, ID: id, Payload: []byte(payload), Handshake: cmd == "", Now: b.now,
		Draft: &message.Message{Method: http.MethodPost, Path: "/push", Header: http.Header{"Content-Type": {"application/json"}}},
	})
	if err != nil {
		b.t.Fatal(payload, err)
	}
	m := *out.Message
	m.Header, m.Body = m.Header.Clone(), bytes.Clone(m.Body)
	return &m
}

// give has the receiver in Go take a message.
func (b *pusher) give(name string, m *message.Message) {
	b.t.Helper()
	push := &Push{Name: name, Method: m.Method, URL: m.Path, Headers: map[string]string{}, Body: append([]byte{}, m.Body...), Fails: b.fails, Slow: b.slow, Now: b.now}
	if m.Query != "" {
		push.URL += "?" + m.Query
	}
	r := httptest.NewRequest(m.Method, push.URL, bytes.NewReader(m.Body))
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		push.Headers[name] = m.Header.Get(name)
		r.Header.Set(name, m.Header.Get(name))
	}
	b.handled = 0
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	push.Want = Answered{w.Code, w.Header().Get("Content-Type"), w.Header().Get("Allow"), w.Body.Bytes(), b.handled}
	b.all = append(b.all, push)
}

// changed gives a message with a text of its body replaced.
func (b *pusher) changed(name string, m *message.Message, old, text string) {
	b.t.Helper()
	if !bytes.Contains(m.Body, []byte(old)) {
		b.t.Fatalf("%s: no %s in %s", name, old, m.Body)
	}
	m.Body = bytes.Replace(m.Body, []byte(old), []byte(text), 1)
	b.give(name, m)
}

// sound and broken payloads of thing_notify.
func payloads() []string {
	deep, many := strings.Repeat("[", 5)+strings.Repeat("]", 5), "["+strings.Repeat("1,", 30)+"1]"
	return []string{
		`{"cstGUID":"a","status":1,"more":[]}`, `{"cstGUID":"a","at":"2026-11-21 11:04:05","amount":12.50}`, `{"cstGUID":"a","amount":"12.50"}`, `{"cstGUID":"张三李四张三李四张三李四张三李四"}`,
		`{"cstGUID":"a","status":"1"}`, `{"cstGUID":"a","status":""}`, `{"cstGUID":"a","status":null,"at":"","amount":""}`, ` {"cstGUID" : "a" } `, `{"cstGUID":12}`,
		`{"status":1}`, `{"cstGUID":" "}`, `{"cstGUID":null}`, `{"cstGUID":"a","status":3}`, `{"cstGUID":"a","status":"x"}`, `{"cstGUID":"a","status":1.5}`, `{"cstGUID":"a","status":9007199254740993}`,
		`{"cstGUID":"a","status":1e2}`, `{"cstGUID":"12345678901234567"}`, `{"cstGUID":["a"]}`, `{"cstGUID":{}}`, `{"cstGUID":true}`, `{"cstGUID":"a","status":true}`, `{"cstGUID":"a","at":"2026-02-30"}`,
		`{"cstGUID":"a","at":[]}`, `{"cstGUID":"a","amount":1.234}`, `{"cstGUID":"a","amount":"x"}`, `{"cstGUID":"a","amount":12345678901.1}`, `{"status":3,"cstGUID":""}`, `{"status":"x","at":"y"}`,
		``, `[]`, `null`, `"a"`, `1`, ` `, `{"cstGUID":"a"`, `{"cstGUID":"a"}}`, `{"cstGUID":"a"} x`, `{"cstGUID":"a",}`, `{'cstGUID':'a'}`, `{"cstGUID":"a","cstGUID":"b"}`, `{"cstGUID":"a","x":{"y":1,"y":2}}`,
		`{"cstGUID":"a","x":01}`, `{"cstGUID":"a","x":NaN}`, `{"cstGUID":"` + "a\tb" + `"}`, `{"cstGUID":"a` + "\xff" + `"}`, `{"cstGUID":"\ud800"}`, `{"cstGUID":"\u0000"}`, "\ufeff" + `{"cstGUID":"a"}`,
		`{"cstGUID":"a","x":` + deep + `}`, `{"cstGUID":"a","x":` + many + `}`, `{"CSTGUID":"a"}`,
	}
}

// sealed gives the messages of a protocol that seals, and answers with codes.
func (b *pusher) sealed() {
	n := 0
	id := func() string { n++; return fmt.Sprintf("100261121110405%05d", n) }
	for _, payload := range payloads() {
		b.give("payload "+payload, b.sent("thing_notify", id(), payload))
	}
	for _, cmd := range []string{"loose_notify", "left_notify", "later_notify", "unknown", "constructor", "__proto__", "toString"} {
		b.give(cmd+" without fields", b.sent(cmd, id(), "{}"))
		b.give(cmd+" without a payload", b.sent(cmd, id(), ""))
	}
	fine := `{"cstGUID":"a"}`
	m := b.sent("thing_notify", id(), fine)
	b.give("the first time", m)
	b.give("the second time", m)
	m = b.sent("thing_notify", id(), fine)
	b.fails = true
	b.give("its handler fails", m)
	b.give("its handler fails again", m)
	b.fails = false
	b.give("its handler does not fail any more", m)
	b.give("it was carried out", m)
	b.give("it was carried out, and is invalid", b.sent("thing_notify", fmt.Sprintf("100261121110405%05d", n), `{}`))
	b.slow = true
	b.give("its handler is slow", b.sent("thing_notify", id(), fine))
	b.slow = false
	for _, method := range []string{"GET", "PUT", "post", "HEAD", "DELETE", "OPTIONS"} {
		m = b.sent("thing_notify", id(), fine)
		m.Method = method
		b.give("the method "+method, m)
	}
	for _, body := range []string{"", "{}", "null", "[]", "x", strings.Repeat("x", 4097), "{" + strings.Repeat(" ", 4094) + "}", "{" + strings.Repeat(" ", 4095) + "}", `{"header":{},"data":""}`, `{"header":1}`, `{"header":{"sid":[]}}`, "<xml/>", "\xff"} {
		m = b.sent("thing_notify", id(), fine)
		m.Body = []byte(body)
		b.give(fmt.Sprintf("the body %.30q of %d", body, len(body)), m)
	}
	for _, kind := range []string{"", "text/plain", "application/json; charset=GBK", "multipart/form-data", "application/x-www-form-urlencoded", "x"} {
		m = b.sent("thing_notify", id(), fine)
		m.Header.Set("Content-Type", kind)
		b.give("the type "+kind, m)
	}
	for _, key := range []string{"token", "appkey"} {
		b.give("another "+key, b.sent("thing_notify", id(), fine, key))
		b.give("another "+key+", invalid", b.sent("unknown", id(), `{`, key))
	}
	b.changed("another id", b.sent("thing_notify", id(), fine), `"sid":"1`, `"sid":"2`)
	b.changed("no id", b.sent("thing_notify", "10026112111040500000", fine), `"sid":"10026112111040500000",`, ``)
	b.changed("a malformed id", b.sent("thing_notify", id(), fine), `"sid":"1`, `"sid":"x`)
	b.give("an id with letters, signed", b.sent("thing_notify", "100261121110405x0000", fine))
	b.give("a short id, signed", b.sent("thing_notify", "1", fine))
	b.changed("a time that is no whole number", b.sent("thing_notify", id(), fine), `"timestamp":`, `"timestamp":0.`)
	b.changed("changed data", b.sent("thing_notify", id(), fine), `"data":"`, `"data":"AAAA`)
	b.changed("data that is no base64", b.sent("thing_notify", id(), fine), `"data":"`, `"data":"*`)
	b.changed("no data", b.sent("thing_notify", id(), fine), `"data":"`, `"dato":"`)
	b.changed("another cmd", b.sent("thing_notify", id(), fine), `"thing_notify"`, `"loose_notify"`)
	b.changed("another sender", b.sent("thing_notify", id(), fine), `"appid":"100"`, `"appid":"300"`)
	b.changed("another sender and key", b.sent("thing_notify", id(), fine, "token"), `"appid":"100"`, `"appid":"300"`)
	b.changed("members twice", b.sent("thing_notify", id(), fine), `"appid":"100"`, `"appid":"100","appid":"100"`)
	b.give("an id of the app itself", b.sent("thing_notify", "30026112111040500001", fine))
}

// word gives the messages of a protocol that signs the query, and answers with a word.
func (b *pusher) word() {
	noon, fine := b.now, `{"cstGUID":"a"}`
	send := func(name, payload string, keys ...string) *message.Message {
		b.now = b.now.Add(time.Second) // another signature
		m := b.sent("word_notify", "", payload, keys...)
		b.give(name, m)
		return m
	}
	for _, payload := range payloads() {
		send("payload "+payload, payload)
	}
	m := send("the first time", fine)
	b.give("the second time", m)
	b.fails = true
	m = send("its handler fails", fine)
	b.give("its handler fails again", m)
	b.fails = false
	b.give("its handler does not fail any more", m)
	b.give("it was carried out", m)
	b.slow = true
	send("its handler is slow", fine)
	b.slow = false
	send("another key", fine, "token")
	for _, late := range []time.Duration{-301 * time.Second, -300 * time.Second, 300 * time.Second, 301 * time.Second} {
		b.now = noon.Add(time.Hour + late)
		m = b.sent("word_notify", "", fine)
		b.now = noon.Add(time.Hour)
		b.give(fmt.Sprint("late by ", late), m)
	}
	for _, change := range [][2]string{{"sign=", "sign=0"}, {"sign=", "sing="}, {"time=", "time=0"}, {"time=", "time=x"}, {"time=", "time=1&time="}, {"sign=", "sign=1&sign="}, {"sign=", "sign=%zz"}} {
		b.now = b.now.Add(time.Second)
		m = b.sent("word_notify", "", fine)
		m.Query = strings.Replace(m.Query, change[0], change[1], 1)
		b.give(fmt.Sprint("the query ", change), m)
	}
	b.now = b.now.Add(time.Second)
	m = b.sent("word_notify", "", fine)
	m.Body = []byte(`{"cstGUID":"b"}`)
	b.give("another body", m)
	for _, method := range []string{"GET", "PUT", "HEAD"} {
		b.now = b.now.Add(time.Second)
		m = b.sent("word_notify", "", fine)
		m.Method = method
		b.give("the method "+method, m)
	}
	m = b.sent("word_notify", "", fine)
	m.Body = bytes.Repeat([]byte("x"), route.DefaultMaxBody+1)
	b.give("a long body", m)
	b.now = b.now.Add(time.Second)
	m = b.sent("", "", "")
	b.give("a handshake", m)
	b.give("a handshake again", m)
	b.now = b.now.Add(time.Second)
	b.give("a handshake with another key", b.sent("", "", "", "token"))
}
