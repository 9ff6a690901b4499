package receive_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	private = "13800138000" // a personal value that must never be in a log
	sid     = "10026112111040500001"
)

// event replaces a generated struct.
type event struct {
	GUID   string
	Status wire.Int
	At     wire.Time
}

var eventFields = []string{"cstGUID", "status", "at"}

func (q *event) Decode(in *wire.Reader) {
	o := in.Object(eventFields)
	for o.Next() {
		switch o.Key() {
		case "cstGUID":
			o.String(0, &q.GUID)
		case "status":
			o.Int(1, &q.Status)
		case "at":
			o.Time(2, &q.At)
		default:
			o.Skip()
		}
	}
}

func (q *event) Check(list *problem.List) {
	c := validate.Checker{List: list, Names: eventFields}
	c.Required("cstGUID", q.GUID)
	c.MaxChars("cstGUID", q.GUID, 16)
	c.IntOneOf("status", q.Status, 1, 2)
}

// loose is a notification of which nothing is required.
type loose struct{ event }

func (q *loose) Check(*problem.List) {}

func secrets() map[string]string {
	return map[string]string{"token": "test-token", "appkey": "test-appkey"}
}

// declared is a protocol as in lianfa.
const declared = `
keys: {token: text, appkey: text}
request:
  json:
    header: {appid: "{app}", timestamp: "{time|raw}", sid: "{sid}", authCode: "{authCode}", cmd: "{interface}", dataCode: "{dataCode}"}
    data?: "{data}"
  values: &sealed
    time: {send: "{now|unix}"}
    sid: {send: "{id}"}
    data: {of: "{payload}", by: [rc4 appkey, base64], else: 1004}
    dataCode: {of: "{data}", by: [sha1, hex, any-case], else: 1009}
    authCode: {of: ["{app}", "{sid}", "{token}", "{dataCode}"], sort: value, by: [sha1, hex, any-case], else: 1009}
  guards: &guards
    - {like: sid, pattern: "[0-9]{16,20}", else: sid}
    - {once: sid, with: effect}
push:
  method: POST
  json:
    header: {appid: "{centre}", timestamp: "{time|raw}", sid: "{sid}", authCode: "{authCode}", cmd: "{interface}", dataCode: "{dataCode}"}
    data?: "{data}"
  values:
    <<: *sealed
    centre: {of: "100", else: app}
    authCode: {of: ["100", "{sid}", "{token}", "{dataCode}"], sort: value, by: [sha1, hex, any-case], else: 1009}
  guards: *guards
  answer:
    json:
      header: {appid: "{app}", timestamp: "{now|unix|raw}", sid?: "{sid}", authCode: "{authCode}", cmd?: "{cmd}", dataCode: "{dataCode}"}
      data?: "{data}"
    values:
      sid: "{request.sid}"
      cmd: "{request.interface}"
      answer: {of: {errcode: "{code|raw}", errmsg: "{text}", content?: "{payload}"}}
      data: {of: "{answer}", by: [rc4 appkey, base64]}
      dataCode: {of: "{data}", by: [sha1, hex]}
      authCode: {of: ["{app}", "{sid}", "{token}", "{dataCode}"], sort: value, by: [sha1, hex]}
    success: {code: [0, 1013]}
    variants:
      - when: unknown
        json: {errcode: "{code|raw}", errmsg: "{text}"}
        status: 400
`

// parse compiles a protocol.
func parse(text string) *protocol.Protocol {
	p, err := protocol.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return p
}

// shop is a system as the generator describes it.
func shop() route.System {
	return route.System{
		Name: "shop", MaxBody: 4096, Limits: wire.Limits{Depth: 4}, Zone: "Asia/Shanghai", Protocol: parse(declared),
		Errors: problem.Catalogue{
			Success: "0",
			Rules: map[problem.Rule]string{
				"required": "1001", "type": "1002", "enum": "1002", "length": "1002", "method": "1003", "json": "1004",
				"internal": "1005", "unavailable": "1005", "size": "1006", "empty": "1007", "interface": "1008",
				"auth": "1009", "repeated": "1013", "sid": "1015",
			},
			Texts: map[string]string{
				"1001": "缺少必须参数[%s]", "1002": "参数类型错误[%s]", "1003": "不支持的请求方式", "1004": "请求数据格式错误",
				"1005": "系统处理失败", "1006": "请求数据过大", "1007": "请求数据缺失", "1008": "不支持的接口请求",
				"1009": "接入验证失败", "1013": "消息序列号重复", "1015": "消息序列号格式错误", "4001": "项目不存在",
			},
		},
		Interfaces: []route.Interface{
			route.Describe[event](route.Interface{Cmd: "thing_list", Kind: route.Query, Status: route.Active}),
			route.Describe[event](route.Interface{Cmd: "thing_notify", Kind: route.Notify, Status: route.Active, Needs: true}),
			route.Describe[loose](route.Interface{Cmd: "loose_notify", Kind: route.Notify, Status: route.Active}),
			route.Describe[event](route.Interface{Cmd: "left_notify", Kind: route.Notify, Status: route.Active}),
			route.Describe[event](route.Interface{Cmd: "old_notify", Kind: route.Notify, Status: route.Deprecated}),
			route.Describe[event](route.Interface{Cmd: "later_notify", Kind: route.Notify, Status: route.Unimplemented}),
		},
	}
}

// bench is an application that receives.
type bench struct {
	url string
	log *record
	mu  sync.Mutex
	got []string // the calls of its methods
}

// note keeps the call of a method.
func (b *bench) note(call *receive.Call, guid string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, fmt.Sprintf("%s %s %s %s %s %s", call.System, call.Cmd, call.Sender, call.Sid, call.Zone, guid))
}

// taken returns and forgets the calls of methods.
func (b *bench) taken() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	got := b.got
	b.got = nil
	return got
}

// take is the method of every notification; the id decides its outcome.
func (b *bench) take(ctx context.Context, call *receive.Call, q *event) error {
	b.note(call, q.GUID)
	switch q.GUID {
	case "error":
		return fmt.Errorf("no row of %s", private)
	case "code":
		return fmt.Errorf("around: %w", problem.Code("4001"))
	case "repeated":
		return fmt.Errorf("around: %w", receive.ErrRepeated)
	case "panic":
		panic(private)
	case "slow":
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

// setup starts a receiver of thing_notify, loose_notify and old_notify, or of the
// given handlers.
func setup(t *testing.T, change func(*receive.Config), handlers ...receive.Handler) *bench {
	t.Helper()
	b := &bench{log: new(record)}
	config := receive.Config{
		System: shop(), App: "300", Secrets: secrets(), Timeout: 200 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(b.log, nil)),
	}
	if change != nil {
		change(&config)
	}
	if len(handlers) == 0 {
		handlers = []receive.Handler{
			receive.Handle("thing_notify", b.take),
			receive.Handle("loose_notify", func(ctx context.Context, call *receive.Call, q *loose) error {
				return b.take(ctx, call, &q.event)
			}),
			receive.Handle("old_notify", b.take),
		}
	}
	handler, err := receive.New(config, handlers...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// push is a notification that the data centre sends.
type push struct {
	cmd, sid, payload string
	protocol          *protocol.Protocol // nil: that of shop
	secrets           map[string]string  // nil: those of app 300
	app               string             // empty: 300
	query             string
	at                time.Time
	change            func(*message.Message) // on its way
}

// reply is the answer to it.
type reply struct {
	status  int
	ok      bool
	code    string
	text    string
	payload string
	header  http.Header
	body    string
	err     error // it is none of the protocol
}

// push sends a notification like the data centre.
func (b *bench) push(t *testing.T, one push) reply {
	t.Helper()
	if one.protocol == nil {
		one.protocol = parse(declared)
	}
	if one.secrets == nil {
		one.secrets = secrets()
	}
	texts := protocol.Secrets{}
	for name, text := range one.secrets {
		texts[name] = []string{text}
	}
	keys, err := one.protocol.Keys(cmp.Or(one.app, "300"), texts)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := one.protocol.Push.Send(keys, protocol.Outgoing{
		Interface: one.cmd, ID: one.sid, Payload: []byte(one.payload), Now: one.at,
		Draft: &message.Message{Scheme: "http", Host: "localhost", Path: "/any/path", Query: one.query},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer sent.Release()
	m := own(sent.Message)
	if one.change != nil {
		one.change(m)
	}
	r := b.post(t, m)
	o, err := one.protocol.Push.Open(t.Context(), sent, &message.Message{Status: r.status, Header: r.header, Body: []byte(r.body)})
	if r.err = err; err == nil {
		r.ok, r.code, r.text, r.payload = o.OK, o.Code, o.Text, string(o.Payload)
	}
	return r
}

// own is a copy of a message that lives on.
func own(m *message.Message) *message.Message {
	return &message.Message{
		Method: strings.Clone(m.Method), Scheme: m.Scheme, Host: m.Host, Path: strings.Clone(m.Path), Query: strings.Clone(m.Query),
		Header: m.Header.Clone(), Body: bytes.Clone(m.Body),
	}
}

// post sends a message as it is.
func (b *bench) post(t *testing.T, m *message.Message) reply {
	t.Helper()
	url := b.url + m.Path
	if m.Query != "" {
		url += "?" + m.Query
	}
	r, err := http.NewRequestWithContext(t.Context(), m.Method, url, bytes.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header, r.Close = m.Header, true
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{status: response.StatusCode, header: response.Header, body: string(body)}
}

// record is a log that can be read while it is written.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}
