package receive_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
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
		reply, err := b.push(t, nil, client.Request{Cmd: tt.cmd, Payload: []byte(tt.payload), Sid: sid})
		if err != nil || reply.Code != tt.code || reply.Message != tt.message || string(reply.Payload) != "{}" {
			t.Errorf("%s %s: %+v, %v; want %s %s", tt.cmd, tt.payload, reply, err, tt.code, tt.message)
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
	codec, err := envelope.New(shop().Envelope)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := codec.Keys("300", secrets())
	if err != nil {
		t.Fatal(err)
	}
	message, err := codec.Seal(nil, envelope.Header{Values: []envelope.Value{
		{Name: "sid", Text: sid}, {Name: "cmd", Text: "thing_notify"}, {Name: "timestamp", Text: "1"},
	}}, []byte(`{"cstGUID":"a"}`), keys)
	if err != nil {
		t.Fatal(err)
	}
	status, h, body := b.post(t, http.MethodPost, "application/json", message)
	var m envelope.Message
	if err := codec.Parse([]byte(body), &m); err != nil || status != 200 || h.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Fatal(status, h, err)
	}
	for name, want := range map[string]string{"appid": "300", "sid": sid, "cmd": "thing_notify", "timestamp": "1795219750"} {
		if got := m.Value("header." + name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	plain, err := codec.Open(nil, &m, keys)
	if string(plain) != `{"errcode":0,"errmsg":"","content":{}}` || err != nil {
		t.Error(string(plain), err)
	}
}

// TestRefused: callers other than the data centre, and messages that are not its
// own.
func TestRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	request := client.Request{Cmd: "thing_notify", Payload: []byte(`{"cstGUID":"a"}`), Sid: sid}
	for _, app := range []string{"300", "999"} {
		_, err := b.push(t, func(c *client.Config) { c.App = app }, request)
		if status, ok := errors.AsType[*client.StatusError](err); !ok || status.Status != http.StatusUnauthorized || status.Code != "" {
			t.Errorf("app %s: %v", app, err)
		}
	}
	get := request
	get.Get = true
	_, err := b.push(t, nil, get)
	if status, ok := errors.AsType[*client.StatusError](err); !ok || status.Status != http.StatusMethodNotAllowed || status.Code != "1003" {
		t.Errorf("GET: %v", err)
	}
	for _, tt := range []struct {
		method, kind, body string
		status             int
		code               string
	}{
		{"POST", "text/plain", "{}", 415, "1004"},
		{"POST", "application/json", "", 400, "1007"},
		{"POST", "application/json", "{}", 400, "1004"},
		{"POST", "application/json", `{"header":{},"data":""}`, 400, "1001"},
		{"POST", "application/json", strings.Repeat("x", 5000), 413, "1006"},
		{"PUT", "application/json", "{}", 405, "1003"},
	} {
		status, h, body := b.post(t, tt.method, tt.kind, []byte(tt.body))
		if status != tt.status || !strings.HasPrefix(body, `{"errcode":`+tt.code) {
			t.Errorf("%s %s %.10s: %d %s", tt.method, tt.kind, tt.body, status, body)
		}
		if allow := h.Get("Allow"); status == 405 && allow != "POST" {
			t.Errorf("allows %q", allow)
		}
	}
	if got := b.taken(); got != nil {
		t.Errorf("methods were called: %v", got)
	}
}

// TestForged: other keys than those of the application.
func TestForged(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	request := client.Request{Cmd: "thing_notify", Payload: []byte(`{"cstGUID":"a"}`), Sid: sid}
	seal := func(secrets map[string]string) string {
		c, err := client.New(client.Config{System: shop(), App: "100", Secrets: secrets})
		if err != nil {
			t.Fatal(err)
		}
		message, _, err := c.Seal(request)
		if err != nil {
			t.Fatal(err)
		}
		return string(message)
	}
	good := seal(secrets())
	for name, tt := range map[string]struct{ body, code string }{
		"token":   {seal(map[string]string{"token": "x", "appkey": "test-appkey"}), "1009"},
		"appkey":  {seal(map[string]string{"token": "test-token", "appkey": "x"}), "1004"},
		"another": {strings.Replace(good, sid, "10026112111040500002", 1), "1009"},
		"data":    {strings.Replace(good, `"data":"`, `"data":"AAAA`, 1), "1009"},
		"no sid":  {strings.Replace(good, `"sid":"`+sid+`",`, "", 1), "1001"},
		"bad sid": {strings.Replace(good, sid, "1002611211104050000x", 1), "1009"},
	} {
		status, _, body := b.post(t, http.MethodPost, "application/json", []byte(tt.body))
		if code := opened(t, body); status != 200 || code != tt.code {
			t.Errorf("%s: %d %s, want %s", name, status, code, tt.code)
		}
	}
	if got := b.taken(); got != nil {
		t.Errorf("methods were called: %v", got)
	}
}

// opened is the code of a sealed answer.
func opened(t *testing.T, body string) string {
	t.Helper()
	codec, err := envelope.New(shop().Envelope)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := codec.Keys("300", secrets())
	if err != nil {
		t.Fatal(err)
	}
	var m envelope.Message
	_ = codec.Parse([]byte(body), &m) // an answer to an unverified message has no sid
	plain, err := codec.Open(nil, &m, keys)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(plain), `"errcode":`)
	code, _, _ := strings.Cut(rest, ",")
	return code
}

// TestReflected: the sealed reply to a call of the application carries the
// sender's name and keys; sent back under the name of a notification it is
// refused for its id.
func TestReflected(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	reply := client.Request{Cmd: "loose_notify", Payload: []byte(`{"errcode":0,"errmsg":"","content":{}}`), Sid: "30026112111040500001"}
	got, err := b.push(t, nil, reply)
	if err != nil || got.Code != "1015" || b.taken() != nil {
		t.Errorf("%+v, %v", got, err)
	}
	near := setup(t, func(c *receive.Config) { c.App = "10" }) // an id that begins with the sender's proves nothing
	got, err = near.push(t, nil, client.Request{Cmd: "loose_notify", Sid: sid})
	if err != nil || got.Code != "0" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestSettings: settings of the configuration that replace those of the system.
func TestSettings(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 1)
	b := setup(t, func(c *receive.Config) {
		c.Sender, c.Zone, c.Limits = "150", "Europe/Berlin", wire.Limits{Depth: 1}
		c.Observer, c.Log = observer(seen), nil
	})
	as := func(c *client.Config) { c.App = "150" }
	reply, err := b.push(t, as, client.Request{Cmd: "thing_notify", Payload: []byte(`{"cstGUID":"a"}`), Sid: sid})
	want := []string{"shop thing_notify 150 " + sid + " Europe/Berlin a"}
	if err != nil || !reply.OK || !cmp.Equal(want, b.taken()) || <-seen != "shop thing_notify 0" {
		t.Errorf("%+v, %v", reply, err)
	}
	reply, err = b.push(t, as, client.Request{Cmd: "thing_notify", Payload: []byte(`{"cstGUID":"a","x":[]}`), Sid: sid})
	if err != nil || reply.Code != "1004" {
		t.Errorf("%+v, %v", reply, err)
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
		`"300" cannot be the sender of the messages that app "300" receives`: {func(c *receive.Config) { c.Sender = "300" }, thing},
		`"" cannot be the sender of the messages that app "300" receives`:    {func(c *receive.Config) { c.System.Envelope.Sender = "" }, thing},
		`no handlers`: {nil, nil},
		`"thing_list" is no notification of the system, or has two handlers`:   {nil, on("thing_list")},
		`"later_notify" is no notification of the system, or has two handlers`: {nil, on("later_notify")},
		`"thing_notify" is no notification of the system, or has two handlers`: {nil, on("thing_notify", "thing_notify")},
		`secret appkey is missing`:                       {func(c *receive.Config) { c.Secrets = nil }, thing},
		`system shop: time zone: unknown time zone Moon`: {func(c *receive.Config) { c.Zone = "Moon" }, thing},
		`system shop: its messages are not sealed, or do not name the interface`: {
			func(c *receive.Config) { c.System.Dispatch = "" }, thing,
		},
		`step 1: encrypt: unknown algorithm "rot13"`: {
			func(c *receive.Config) { c.System.Envelope.Steps[0].Algorithm = "rot13" }, thing,
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

// TestNewKeepsTheSystem: the arguments of New belong to the caller.
func TestNewKeepsTheSystem(t *testing.T) {
	t.Parallel()
	s := shop()
	take := receive.Handle("thing_notify", func(context.Context, *receive.Call, *event) error { return nil })
	if _, err := receive.New(receive.Config{System: s, App: "300", Secrets: secrets()}, take); err != nil {
		t.Fatal(err)
	}
	if len(s.Methods) != 2 || s.Envelope.Sender != "100" || len(s.Interfaces) != len(shop().Interfaces) {
		t.Errorf("New changed the system: %+v", s)
	}
	if _, err := route.NewReceiver(s, route.Config{}); err == nil || err.Error() != "system shop: no codec; see Codecs" {
		t.Errorf("a receiver without codec: %v", err)
	}
}
