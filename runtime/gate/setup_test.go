package gate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// secret is the personal value that must never be in a log.
const secret = "13800138000"

// ask is the request of every interface of the tests.
type ask struct {
	Name string
	N    wire.Int
	List []ask
}

var askFields = []string{"name", "n", "list"}

func (q *ask) Decode(in *wire.Reader) {
	o := in.Object(askFields)
	for o.Next() {
		switch o.Key() {
		case "name":
			o.String(0, &q.Name)
		case "n":
			o.Int(1, &q.N)
		case "list":
			wire.List(&o, 2, &q.List)
		default:
			o.Skip()
		}
	}
}

func (q *ask) Check(list *problem.List) {
	c := validate.Checker{List: list, Names: askFields}
	c.Required("name", q.Name)
	c.Max("n", q.N, 100)
}

// reply repeats the request.
type reply struct {
	Echo, App, Sid string
	N              wire.Int
	List           []string // the names
}

func (p *reply) Encode(out *wire.Writer) {
	if p.Echo == "panic in the reply" {
		panic(secret)
	}
	out.String("echo", p.Echo)
	out.String("app", p.App)
	out.OptionalString("sid", p.Sid)
	out.Int("n", p.N)
	if len(p.List) > 0 {
		out.Strings("list", p.List)
	}
}

// answer echoes, or acts by the name.
func answer(_ context.Context, call *route.Call, q *ask, p *reply) error {
	switch q.Name {
	case "panic":
		panic(fmt.Errorf("the mobile is %s", secret))
	case "nil":
		var none *ask
		p.Echo = none.Name
	case "error":
		return errors.New("not for callers")
	case "down":
		return problem.Wrap(problem.Unavailable, io.ErrUnexpectedEOF)
	case "code":
		return fmt.Errorf("around: %w", problem.Code("4001"))
	case "typo":
		return problem.Code("4010")
	case "repeated":
		return problem.New(problem.Repeated)
	}
	*p = reply{Echo: q.Name, App: call.App, Sid: call.Sid, N: q.N}
	for _, one := range q.List {
		p.List = append(p.List, one.Name)
	}
	return nil
}

// shopProtocol seals messages and names the interface in them.
const shopProtocol = `
keys: {token: text, appkey: text}
request:
  method: POST
  path: /shop/api
  json:
    header: &head {appid: "{app}", timestamp: "{time|raw}", sid: "{sid}", authCode: "{authCode}", cmd: "{interface}", version: "{version}", dataCode: "{dataCode}"}
    data?: "{data}"
  values:
    time: {send: "{now|unix}"}
    sid: {send: "{id}"}
    version: {send: "2.0"}
    data: {of: "{payload}", by: [rc4 appkey, base64], else: 1004}
    dataCode: {of: "{data}", by: [sha1, hex, any-case], else: 1009}
    authCode: {of: ["{app}", "{sid}", "{token}", "{dataCode}"], sort: value, by: [sha1, hex, any-case], accept: [{sort: listed}], else: 1009}
  guards:
    - {like: sid, pattern: "[0-9]{16,20}", else: sid}
    - {once: sid, with: effect}
  variants:
    - when: {method: GET}
      method: GET
      text: ""
      query: {header: "{head|json}", data: "{data}"}
      values: {head: {of: *head}}
reply:
  json: &reply
    header: {appid: "100", timestamp: "{now|unix|raw}", sid?: "{sid}", authCode: "{authCode}", cmd?: "{cmd}", version: "2.0", dataCode: "{dataCode}"}
    data?: "{data}"
  values: &values
    sid: "{request.sid}"
    cmd: "{request.interface}"
    answer: {of: {errcode: "{code|raw}", errmsg: "{text}", content: "{payload}"}}
    data: {of: "{answer}", by: [rc4 appkey, base64]}
    dataCode: {of: "{data}", by: [sha1, hex]}
    authCode: {of: ["100", "{sid}", "{token}", "{dataCode}"], sort: value, by: [sha1, hex]}
  success: {code: 0}
  variants:
    - {when: {unknown: true, code: "1011"}, text: "", status: 401}
    - {when: unknown, json: {errcode: "{code|raw}", errmsg: "{text}", content: {}}, status: 400}
push:
  like: request
  json:
    header: {appid: "100", timestamp: "{time|raw}", sid: "{sid}", authCode: "{authCode}", cmd: "{interface}", version: "{version}", dataCode: "{dataCode}"}
    data?: "{data}"
  values:
    authCode: {of: ["100", "{sid}", "{token}", "{dataCode}"]}
  variants: []
  answer:
    json: *reply
    values: *values
    success: {code: [0, 1013]}
`

// parse compiles a protocol.
func parse(text string) *protocol.Protocol {
	p, err := protocol.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return p
}

// secrets are keys of one edition.
func secrets(texts map[string]string) protocol.Secrets {
	out := protocol.Secrets{}
	for name, text := range texts {
		out[name] = []string{text}
	}
	return out
}

// shop is a sealed system.
func shop() route.System {
	on := func(i route.Interface) route.Interface { return route.Handle(i, answer) }
	return route.System{
		Name: "shop", MaxBody: 4096, Limits: wire.Limits{Depth: 4, Elements: 3}, Zone: "Asia/Shanghai", Protocol: parse(shopProtocol),
		Errors: problem.Catalogue{
			Success: "0", MaxText: 64,
			Rules: map[problem.Rule]string{
				"required": "1001", "type": "1002", "range": "1002", "length": "1002", "method": "1003", "json": "1004",
				"internal": "1005", "unavailable": "1005", "size": "1006", "empty": "1007", "interface": "1008", "auth": "1009",
				"grant": "1010", "app": "1011", "repeated": "1013", "sid": "1015",
			},
			Texts: map[string]string{
				"0": "成功", "1001": "缺少必须参数[%s]", "1002": "参数类型错误[%s]", "1003": "不支持的请求方式", "1004": "请求数据格式错误",
				"1005": "系统处理失败", "1006": "请求数据过大", "1007": "请求数据缺失", "1008": "不支持的接口请求", "1009": "接入验证失败",
				"1010": "接口权限验证失败", "1013": "消息序列号重复", "1015": "消息序列号格式错误", "4001": "项目不存在",
			},
		},
		Interfaces: []route.Interface{
			on(route.Interface{Cmd: "thing_create", Kind: route.Report, Status: route.Active, Needs: true}),
			on(route.Interface{Cmd: "thing_list", Kind: route.Query, Status: route.Active}),
			on(route.Interface{Cmd: "thing_old", Kind: route.Query, Status: route.Deprecated}),
			on(route.Interface{Cmd: "thing_later", Kind: route.Query, Status: route.Unimplemented}),
			on(route.Interface{Cmd: "thing_notify", Kind: route.Notify, Status: route.Active}),
			on(route.Interface{Cmd: "secret_list", Kind: route.Query, Status: route.Active}),
			route.Describe[ask](route.Interface{Cmd: "thing_described", Kind: route.Query, Status: route.Active}),
		},
	}
}

// register is a fixed set of callers.
type register map[string]gate.App

func (r register) App(_ context.Context, system, id string) (gate.App, bool) {
	if id == "" { // no message names it
		id = "300"
	}
	a, ok := r[system+"/"+id]
	return a, ok
}

// seen is a call of an Observer.
type seen struct {
	mu      sync.Mutex
	lines   []string
	counted []string
}

// count is a gate.Counted.
func (s *seen) count(call route.Call, refused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counted = append(s.counted, fmt.Sprintf("%s %s %s %v", call.System, call.App, call.Cmd, refused))
}

// takeCounted returns the counted calls since the last time.
func (s *seen) takeCounted() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := strings.Join(s.counted, "; ")
	s.counted = nil
	return out
}

func (s *seen) Observe(system, cmd, code string, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if took < 0 {
		code += " backwards"
	}
	s.lines = append(s.lines, system+" "+cmd+" "+code)
}

// take returns the calls since the last time.
func (s *seen) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := strings.Join(s.lines, "; ")
	s.lines = nil
	return out
}

// buffer is a log that may be written from several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// testBench is a server with two systems and its surroundings.
type testBench struct {
	url           string
	shop          *protocol.Protocol
	kioskProtocol *protocol.Protocol
	keys          map[string]*protocol.Keys // by app of shop
	apps          register
	seen          *seen
	log           *buffer
}

var epoch = time.Unix(1795219750, 0)

func setup(t testing.TB, change ...any) *testBench {
	t.Helper()
	systems := []route.System{shop(), kiosk()}
	for _, f := range change {
		if f, ok := f.(func([]route.System)); ok {
			f(systems)
		}
	}
	apps := register{}
	b := &testBench{
		shop: systems[0].Protocol, kioskProtocol: systems[1].Protocol, keys: map[string]*protocol.Keys{}, apps: apps,
		seen: new(seen), log: new(buffer),
	}
	may := func(cmd string) bool { return strings.HasPrefix(cmd, "thing_") }
	add := func(p *protocol.Protocol, system, id string, texts map[string]string) *protocol.Keys {
		k, err := p.Keys(id, secrets(texts))
		if err != nil {
			t.Fatal(err)
		}
		apps[system+"/"+id] = gate.App{ID: id, Keys: k, May: may}
		return k
	}
	for _, id := range []string{"300", "301"} {
		b.keys[id] = add(b.shop, "shop", id, map[string]string{"token": "token-of-" + id, "appkey": "appkey-of-" + id})
	}
	for id, texts := range kioskApps() {
		add(b.kioskProtocol, "kiosk", id, texts)
	}
	memory := new(memory)
	config := gate.Config{
		Apps: apps, Tokens: memory, Nonces: memory,
		Observer: b.seen, Counted: b.seen.count, Now: func() time.Time { return epoch },
		Log: slog.New(slog.NewTextHandler(b.log, nil)),
	}
	for _, f := range change {
		if f, ok := f.(func(*gate.Config)); ok {
			f(&config)
		}
	}
	server, err := gate.New(systems, config)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	b.url = web.URL
	return b
}

// send seals a payload as an app would.
func (b *testBench) send(t testing.TB, app, sid, cmd, payload string) *protocol.Sent {
	t.Helper()
	out, err := b.shop.Call.Send(b.keys[app], protocol.Outgoing{Interface: cmd, ID: sid, Payload: []byte(payload), Now: epoch})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// seal is the body of a sealed message.
func (b *testBench) seal(t testing.TB, app, sid, cmd, payload string) []byte {
	t.Helper()
	return b.send(t, app, sid, cmd, payload).Message.Body
}

// do sends a request and returns status, header and body.
func do(t testing.TB, r *http.Request) (int, http.Header, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0, nil, ""
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Error(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// request makes a request.
func request(t testing.TB, method, url string, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, url, bytes.NewReader(body)) //nolint:noctx // the server ends with the test
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return r
}

// post sends a body to shop.
func (b *testBench) post(t testing.TB, body []byte) (int, string) {
	t.Helper()
	status, _, got := do(t, request(t, "POST", b.url+"/shop/api", body))
	return status, got
}

// call seals, posts and opens.
func (b *testBench) call(t testing.TB, app, sid, cmd, payload string) string {
	t.Helper()
	sent := b.send(t, app, sid, cmd, payload)
	status, body := b.post(t, sent.Message.Body)
	if status != http.StatusOK {
		return fmt.Sprint(status, " ", body)
	}
	return b.open(t, sent, body)
}

// open opens a reply.
func (b *testBench) open(t testing.TB, sent *protocol.Sent, body string) string {
	t.Helper()
	m := &message.Message{Status: http.StatusOK, Header: http.Header{}, Body: []byte(body)}
	opened, err := b.shop.Call.Open(t.Context(), sent, m)
	if err != nil {
		t.Errorf("%s: %v", body, err)
		return body
	}
	return opened.Value("answer")
}

const sid = "2014123123123123"
