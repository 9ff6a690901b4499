package receive_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// vendor is a protocol of the engine's tests with the keys of both sides.
type vendor struct {
	protocol     *protocol.Protocol
	app          string
	ours, theirs map[string]string // the sender's, the receiver's
}

func load(t *testing.T, name string) *vendor {
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
	v := &vendor{protocol: parse(string(text)), app: f.App, ours: map[string]string{}, theirs: map[string]string{}}
	maps.Copy(f.Keys, f.System)
	for name, text := range f.Keys {
		v.ours[name], v.theirs[name] = text, text
		kind, pair := strings.CutPrefix(text, "generate ")
		if !pair {
			continue
		}
		if v.ours[name], err = (key.Need{Kind: kind}).Make(0); err == nil {
			v.theirs[name], err = key.Public(kind, v.ours[name])
		}
		if err != nil {
			t.Fatal(err)
		}
		if name == "merchant" { // the receiver's own
			v.ours[name], v.theirs[name] = v.theirs[name], v.ours[name]
			if !v.protocol.Push.UsesKey(name) { // signs calls, and is no matter of a receiver
				delete(v.theirs, name)
			}
		}
	}
	return v
}

// shop receives one notification of the vendor.
func (v *vendor) shop(cmd string) route.System {
	return route.System{
		Name: "shop", Zone: "Asia/Shanghai", Protocol: v.protocol,
		Errors: problem.Catalogue{Success: "", Rules: map[problem.Rule]string{"internal": "FAIL"}, Texts: map[string]string{"FAIL": "失败"}},
		Interfaces: []route.Interface{
			route.Describe[loose](route.Interface{Cmd: cmd, Kind: route.Notify, Status: route.Active}),
		},
	}
}

// Notifications of every protocol: carried out, failed and sent again, repeated,
// changed on their way, too late, made with another key, and the handshake.
func TestVendors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, cmd   string
		fine, fails string // the answers, as far as they can be told
		status      [2]int
		ages, once  bool
	}{
		{"lianfa", "changed", "", "", [2]int{200, 200}, false, true},
		{"feishu-events", "event", "{}", "FAIL", [2]int{200, 500}, false, false},
		{"slack-events", "event", "", "FAIL", [2]int{200, 500}, true, false},
		{"stripe-webhook", "evt", "", "FAIL", [2]int{200, 400}, true, false},
		{"standard-webhooks", "evt", "", "FAIL", [2]int{204, 500}, true, true},
		{"wechat-pay-v3", "paid", `{"code":"SUCCESS"}`, `{"code":"FAIL","message":"失败"}`, [2]int{200, 500}, true, true},
		{"dingtalk-callback", "bpms", "", "", [2]int{200, 200}, false, false},
		{"wecom-callback", "text", "", "", [2]int{200, 200}, false, false},
		{"icbc", "paid", "", "", [2]int{200, 200}, false, false},
		{"answer-gcm", "paid", "", "", [2]int{200, 200}, true, true},
		{"answer-envelope", "settled", "", "", [2]int{200, 200}, false, false},
		{"answer-xml", "refunded", "", "", [2]int{200, 200}, false, false},
		{"answer-form", "shipped", "", "", [2]int{200, 200}, false, false},
		{"answer-text", "cleared", "", "", [2]int{200, 200}, false, false},
		{"answer-jwt", "opened", "", "", [2]int{200, 200}, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := load(t, tt.name)
			calls := 0
			take := func(_ context.Context, call *receive.Call, q *loose) error {
				if calls++; call.Cmd != tt.cmd || q.GUID != "世界" {
					t.Errorf("%s got %q", call.Cmd, q.GUID)
				}
				if calls == 1 {
					return errors.New("not now")
				}
				return nil
			}
			b := setup(t, func(c *receive.Config) {
				c.System, c.App, c.Secrets, c.Seen = v.shop(tt.cmd), v.app, v.theirs, receive.NewMemory(0)
			}, receive.Handle(tt.cmd, take))
			now := time.Now()
			one := push{cmd: tt.cmd, payload: `{"cstGUID":"世界"}`, sid: sid, protocol: v.protocol, secrets: v.ours, app: v.app, query: "a=b", at: now}
			var kept *message.Message
			want := func(what string, r reply, ok bool, status, called int) {
				t.Helper()
				if r.ok != ok || status != 0 && r.status != status || calls != called {
					t.Errorf("%s: %d calls, %+v", what, calls, r)
				}
			}
			one.change = func(m *message.Message) { kept = m }
			r := b.push(t, one)
			want("failed", r, false, tt.status[1], 1)
			if tt.fails != "" && r.body != tt.fails {
				t.Errorf("answered %s", r.body)
			}
			again := b.post(t, kept)
			if again.status != tt.status[0] || tt.fine != "" && again.body != tt.fine || calls != 2 {
				t.Errorf("again: %d calls, %+v", calls, again)
			}
			again = b.post(t, kept)
			if calls != map[bool]int{true: 2, false: 3}[tt.once] || again.status != tt.status[0] {
				t.Errorf("repeated: %d calls, %+v", calls, again)
			}
			calls = 10
			want("another one", b.push(t, func() push { p := one; p.sid = "10026112111040500009"; return p }()), true, tt.status[0], 11)
			for at, broken := range spoiled(kept) {
				if r := b.post(t, broken); calls != 11 || r.status == tt.status[0] && tt.status[0] != tt.status[1] {
					t.Errorf("%s was changed: %d calls, %+v", at, calls, r)
				}
			}
			late := one
			late.at, late.sid = now.Add(-time.Hour), "10026112111040500010"
			r = b.push(t, late)
			if tt.ages == (calls == 12) {
				t.Errorf("late: %d calls, %+v", calls, r)
			}
			calls = 11
			late.at, late.secrets = now, load(t, tt.name).other(t)
			if r = b.push(t, late); calls != 11 || r.ok {
				t.Errorf("with another key: %d calls, %+v", calls, r)
			}
			if text := b.log.String(); strings.Contains(text, "世界") {
				t.Errorf("the log has a value: %s", text)
			}
		})
	}
}

// spoiled are copies of a message with a changed body or signature.
func spoiled(m *message.Message) map[string]*message.Message {
	out := map[string]*message.Message{}
	clone := func() *message.Message {
		c := *m
		c.Header, c.Body = m.Header.Clone(), bytes.Clone(m.Body)
		return &c
	}
	flip := func(s string) string {
		for i, ch := range []byte(s) {
			if ch >= 'a' && ch < 'z' && i > len(s)/2 {
				return s[:i] + string(ch+1) + s[i+1:]
			}
		}
		return s + "x"
	}
	body := clone()
	for _, mark := range []string{"encrypt", "Encrypt", "data\":", "ciphertext", "cstGUID"} {
		if i := bytes.LastIndex(body.Body, []byte(mark)); i >= 0 {
			body.Body[i+len(mark)+6] ^= 3
			out["body"] = body
			break
		}
	}
	for name := range m.Header {
		if strings.Contains(name, "Sign") {
			c := clone()
			c.Header.Set(name, flip(c.Header.Get(name)))
			out[name] = c
		}
	}
	return out
}

// other are keys of somebody else.
func (v *vendor) other(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, text := range v.ours {
		switch {
		case strings.HasPrefix(text, "-----"): // made anew by load
		case len(text) == 43:
			text = "A" + text[1:]
		case name == "serial" || name == "platformSerial":
		default:
			text = text[1:] + "A"
		}
		out[name] = text
	}
	return out
}

// Handshakes are answered by the protocol, and no method is called.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"slack-events", "feishu-events", "wecom-callback", "discord-interactions"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := load(t, name)
			called := false
			b := setup(t, func(c *receive.Config) { c.System, c.App, c.Secrets = v.shop("x"), v.app, v.theirs },
				receive.Handle("x", func(context.Context, *receive.Call, *loose) error { called = true; return nil }))
			texts := protocol.Secrets{}
			for name, text := range v.ours {
				texts[name] = []string{text}
			}
			keys, err := v.protocol.Keys(v.app, texts)
			if err != nil {
				t.Fatal(err)
			}
			sent, err := v.protocol.Push.Send(keys, protocol.Outgoing{Handshake: true, Draft: &message.Message{Path: "/hook", Query: "a=b"}, Now: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
			m := own(sent.Message)
			r := b.post(t, m)
			o, err := v.protocol.Push.Open(t.Context(), sent, &message.Message{Status: r.status, Header: r.header, Body: []byte(r.body)})
			if err != nil || !o.OK || called || r.status != 200 {
				t.Errorf("%v: %+v, called %v", err, r, called)
			}
			for at, broken := range spoiled(m) {
				if r := b.post(t, broken); r.status == 200 {
					t.Errorf("%s was changed: %+v", at, r)
				}
			}
		})
	}
}
