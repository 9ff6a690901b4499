package receive_test

import (
	"bytes"
	"context"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestAnswers: every answer that is sealed.
func TestAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, tt := range []struct{ cmd, payload, code, message, called string }{
		{"thing_notify", `{"cstGUID":"a","status":1,"more":[]}`, "0", "", "a"},
		{"thing_notify", `{"cstGUID":"a","at":"2026-11-21 11:04:05"}`, "0", "", "a"},
		{"thing_notify", `{"status":1}`, "1001", "缺少必须参数[cstGUID]", "-"},
		{"thing_notify", `{"cstGUID":" "}`, "1001", "缺少必须参数[cstGUID]", "-"},
		{"thing_notify", `{"cstGUID":"a","status":3}`, "1002", "参数类型错误[status]", "-"},
		{"thing_notify", `{"cstGUID":"a","status":"x"}`, "1002", "参数类型错误[status]", "-"},
		{"thing_notify", `{"cstGUID":"12345678901234567"}`, "1002", "参数类型错误[cstGUID]", "-"},
		{"thing_notify", ``, "1007", "请求数据缺失", "-"},
		{"thing_notify", `[]`, "1004", "请求数据格式错误", "-"},
		{"thing_notify", `{"cstGUID":"a"`, "1004", "请求数据格式错误", "-"},
		{"thing_notify", `{"cstGUID":"a","cstGUID":"b"}`, "1004", "请求数据格式错误", "-"},
		{"thing_notify", `{"cstGUID":"a","x":[[[[]]]]}`, "1004", "请求数据格式错误", "-"},
		{"thing_notify", `{"cstGUID":"error"}`, "1005", "系统处理失败", "error"},
		{"thing_notify", `{"cstGUID":"panic"}`, "1005", "系统处理失败", "panic"},
		{"thing_notify", `{"cstGUID":"slow"}`, "1005", "系统处理失败", "slow"},
		{"thing_notify", `{"cstGUID":"code"}`, "4001", "项目不存在", "code"},
		{"thing_notify", `{"cstGUID":"repeated"}`, "1013", "消息序列号重复", "repeated"},
		{"loose_notify", ``, "0", "", ""},
		{"loose_notify", `{}`, "0", "", ""},
		{"old_notify", `{"cstGUID":"a"}`, "0", "", "a"},
		{"left_notify", `{"cstGUID":"a"}`, "1008", "不支持的接口请求", "-"},
		{"later_notify", `{"cstGUID":"a"}`, "1008", "不支持的接口请求", "-"},
		{"thing_list", `{"cstGUID":"a"}`, "1008", "不支持的接口请求", "-"},
		{"unknown", `{"cstGUID":"a"}`, "1008", "不支持的接口请求", "-"},
	} {
		reply := b.push(t, push{cmd: tt.cmd, payload: tt.payload, sid: sid})
		if reply.err != nil || reply.code != tt.code || reply.text != tt.message || reply.payload != "{}" {
			t.Errorf("%s %s: %+v; want %s %s", tt.cmd, tt.payload, reply, tt.code, tt.message)
		}
		want := []string{"shop " + tt.cmd + " 100 " + sid + " Asia/Shanghai " + tt.called}
		if tt.called == "-" {
			want = nil
		}
		if diff := cmp.Diff(want, b.taken()); diff != "" {
			t.Errorf("%s %s: calls (-want +got):\n%s", tt.cmd, tt.payload, diff)
		}
	}
	log := b.log.String()
	for _, want := range []string{"app=100", "sid=" + sid, "code=1005", "value=string", "no row of"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
}

// TestReply: the frame around an answer names the application, which sends it.
func TestReply(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *receive.Config) { c.Now = func() time.Time { return time.Unix(1795219750, 0) } })
	r := b.push(t, push{cmd: "thing_notify", payload: `{"cstGUID":"a"}`, sid: sid})
	if r.status != 200 || r.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Error(r)
	}
	// Every digest is computed here, and not by the engine.
	cipher, _ := rc4.NewCipher([]byte(secrets()["appkey"]))
	plain := []byte(`{"errcode":0,"errmsg":"","content":{}}`)
	cipher.XORKeyStream(plain, plain)
	data := base64.StdEncoding.EncodeToString(plain)
	sha := func(s string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(s))) }
	list := []string{"300", sid, secrets()["token"], sha(data)}
	slices.Sort(list)
	want := `{"header":{"appid":"300","timestamp":1795219750,"sid":"` + sid + `","authCode":"` + sha(strings.Join(list, "")) +
		`","cmd":"thing_notify","dataCode":"` + sha(data) + `"},"data":"` + data + `"}`
	if r.body != want {
		t.Errorf("got  %s\nwant %s", r.body, want)
	}
}

// TestRefused: messages that are not those of a data centre.
func TestRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, tt := range []struct {
		method, body string
		status       int
		code         string
	}{
		{"POST", "", 400, "1004"},
		{"POST", "{}", 400, "1004"},
		{"POST", strings.Repeat("x", 5000), 413, "1006"},
		{"PUT", "{}", 405, "1003"},
		{"GET", "", 405, "1003"},
	} {
		r := b.post(t, &message.Message{Method: tt.method, Path: "/", Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(tt.body)})
		if r.status != tt.status || !strings.HasPrefix(r.body, `{"errcode":`+tt.code) {
			t.Errorf("%s %.10s: %d %s", tt.method, tt.body, r.status, r.body)
		}
		if allow := r.header.Get("Allow"); r.status == 405 && allow != "POST" {
			t.Errorf("allows %q", allow)
		}
	}
	if got := b.taken(); got != nil {
		t.Errorf("methods were called: %v", got)
	}
}

// TestForged: other keys than those of the application, another sender, and parts that
// were changed on their way.
func TestForged(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	change := func(old, text string) func(*message.Message) {
		return func(m *message.Message) { m.Body = bytes.Replace(m.Body, []byte(old), []byte(text), 1) }
	}
	for name, tt := range map[string]struct {
		push push
		code string
	}{
		"token":        {push{secrets: map[string]string{"token": "x", "appkey": "test-appkey"}}, "1009"},
		"appkey":       {push{secrets: map[string]string{"token": "test-token", "appkey": "x"}}, "1004"},
		"another":      {push{change: change(sid, "10026112111040500002")}, "1009"},
		"data":         {push{change: change(`"data":"`, `"data":"AAAA`)}, "1009"},
		"no sid":       {push{change: change(`"sid":"`+sid+`",`, "")}, "1001"},
		"bad sid":      {push{change: change(sid, "1002611211104050000x")}, "1009"},
		"empty header": {push{change: func(m *message.Message) { m.Body = []byte(`{"header":{},"data":""}`) }}, "1001"},
	} {
		tt.push.cmd, tt.push.payload, tt.push.sid = "thing_notify", `{"cstGUID":"a"}`, sid
		r := b.push(t, tt.push)
		if name == "appkey" { // the token has proved the sender, who is answered with our keys
			if code := opened(t, r.body); r.status != 200 || code != tt.code {
				t.Errorf("%s: %d %s, want %s", name, r.status, code, tt.code)
			}
			continue
		}
		if r.status != 400 || !strings.HasPrefix(r.body, `{"errcode":`+tt.code+`,`) {
			t.Errorf("%s: %d %s, want %s", name, r.status, r.body, tt.code)
		}
	}
	r := b.push(t, push{cmd: "thing_notify", payload: `{"cstGUID":"a"}`, sid: sid, change: change(`"appid":"100"`, `"appid":"300"`)})
	if r.status != http.StatusUnauthorized || r.body != "" {
		t.Errorf("another sender: %+v", r)
	}
	if got := b.taken(); got != nil {
		t.Errorf("methods were called: %v", got)
	}
}

// opened is the code in the payload of an answer, whatever else is wrong with it.
func opened(t *testing.T, body string) string {
	t.Helper()
	var m struct{ Data []byte }
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err, body)
	}
	cipher, _ := rc4.NewCipher([]byte(secrets()["appkey"]))
	cipher.XORKeyStream(m.Data, m.Data)
	_, rest, _ := strings.Cut(string(m.Data), `"errcode":`)
	code, _, _ := strings.Cut(rest, ",")
	return code
}

// TestReflected: the reply to a call of the application carries the sender's name and
// keys; sent back under the name of a notification it is refused for its id.
func TestReflected(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	got := b.push(t, push{cmd: "loose_notify", payload: `{"errcode":0,"errmsg":"","content":{}}`, sid: "30026112111040500001"})
	if got.code != "1015" || b.taken() != nil {
		t.Errorf("%+v", got)
	}
	near := setup(t, func(c *receive.Config) { c.App = "10" }) // an id that begins with the sender's proves nothing
	got = near.push(t, push{cmd: "loose_notify", sid: sid, app: "10"})
	if got.code != "0" {
		t.Errorf("%+v", got)
	}
}

// TestFormer: during a rotation what the keys before it made is good too.
func TestFormer(t *testing.T) {
	t.Parallel()
	fresh := map[string]string{"token": "new-token", "appkey": "new-appkey"}
	b := setup(t, func(c *receive.Config) { c.Secrets, c.Former = fresh, secrets() })
	for name, keys := range map[string]map[string]string{"old": secrets(), "new": fresh} {
		if r := b.push(t, push{cmd: "thing_notify", payload: `{"cstGUID":"a"}`, sid: sid, secrets: keys}); r.code != "0" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := b.push(t, push{cmd: "thing_notify", payload: `{}`, sid: sid, secrets: map[string]string{"token": "x", "appkey": "new-appkey"}}); r.status != 400 || r.code != "1009" {
		t.Errorf("%+v", r)
	}
}

// TestSettings: settings of the configuration that replace those of the system.
func TestSettings(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 1)
	b := setup(t, func(c *receive.Config) {
		c.Zone, c.Limits = "Europe/Berlin", wire.Limits{Depth: 1}
		c.Observer, c.Log = observer(seen), nil
	})
	r := b.push(t, push{cmd: "thing_notify", payload: `{"cstGUID":"a"}`, sid: sid})
	want := []string{"shop thing_notify 100 " + sid + " Europe/Berlin a"}
	if !r.ok || !cmp.Equal(want, b.taken()) || <-seen != "shop thing_notify 0" {
		t.Errorf("%+v", r)
	}
	r = b.push(t, push{cmd: "thing_notify", payload: `{"cstGUID":"a","x":[]}`, sid: sid})
	if r.code != "1004" {
		t.Errorf("%+v", r)
	}
}

// observer keeps its calls.
type observer chan string

func (o observer) Observe(system, cmd, code string, _ time.Duration) {
	select {
	case o <- system + " " + cmd + " " + code:
	default:
	}
}

// TestNewRefuses: the mistakes that show before a message comes.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	take := func(context.Context, *receive.Call, *event) error { return nil }
	thing := []receive.Handler{receive.Handle("thing_notify", take)}
	on := func(cmds ...string) (list []receive.Handler) {
		for _, cmd := range cmds {
			list = append(list, receive.Handle(cmd, take))
		}
		return list
	}
	for want, tt := range map[string]struct {
		change   func(*receive.Config)
		handlers []receive.Handler
	}{
		`no App`: {func(c *receive.Config) { c.App = "" }, thing},
		`app "100" is the sender of notifications; an application has another id`: {func(c *receive.Config) { c.App = "100" }, thing},
		`no handlers`: {nil, nil},
		`"thing_list" is no notification of the system, or has two handlers`:   {nil, on("thing_list")},
		`"later_notify" is no notification of the system, or has two handlers`: {nil, on("later_notify")},
		`"thing_notify" is no notification of the system, or has two handlers`: {nil, on("thing_notify", "thing_notify")},
		`key token is missing`:                           {func(c *receive.Config) { c.Secrets = nil }, thing},
		`system shop: time zone: unknown time zone Moon`: {func(c *receive.Config) { c.Zone = "Moon" }, thing},
		`the protocol of system shop has no notifications`: {
			func(c *receive.Config) {
				c.System.Protocol = parse("keys: {k: text}\nrequest: {header: {A: '{app}', B: '{k}'}}")
			}, thing,
		},
		`messages of system shop do not say which notification they are: make a receiver for each, with a URL of its own`: {
			func(c *receive.Config) {
				c.System.Protocol = parse("keys: {k: text}\npush: {header: {B: '{k}'}, json: '{payload}'}")
			},
			on("thing_notify", "loose_notify"),
		},
	} {
		config := receive.Config{System: shop(), App: "300", Secrets: secrets()}
		if tt.change != nil {
			tt.change(&config)
		}
		handler, err := receive.New(config, tt.handlers...)
		if err == nil || handler != nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
