package route_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
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

// shop is a sealed system.
func shop() route.System {
	on := func(i route.Interface) route.Interface { return route.Handle(i, answer) }
	return route.System{
		Name: "shop", Path: "/shop/api", Methods: []string{"POST", "GET"}, Dispatch: "header.cmd",
		MaxBody: 4096, Limits: wire.Limits{Depth: 4, Elements: 3}, Zone: "Asia/Shanghai",
		Envelope: envelope.Spec{
			Head: "header", Data: "data",
			Header: []envelope.HeaderField{
				{Name: "appid", Required: true, Length: 16},
				{Name: "timestamp", Required: true, Number: true},
				{Name: "sid", Required: true, Length: 20, Pattern: "[0-9]{16,20}"},
				{Name: "authCode", Required: true},
				{Name: "cmd", Required: true},
				{Name: "version", Required: true},
				{Name: "dataCode", Required: true},
			},
			App: "header.appid", Message: "header.sid", Sender: "100", Version: "2.0",
			Steps: []envelope.Step{
				{Op: "encrypt", Algorithm: "rc4", Key: "appkey", Else: "1004"},
				{Op: "encode", Algorithm: "base64", To: "data", Else: "1004"},
				{Op: "digest", Algorithm: "sha1", To: "header.dataCode", Else: "1009", Over: []string{"data"}},
				{
					Op: "digest", Algorithm: "sha1", To: "header.authCode", Order: "sorted", Else: "1009",
					Over: []string{"header.appid", "header.sid", "token", "header.dataCode"}, Accept: []string{"listed"},
				},
			},
		},
		Frame: route.Frame{Code: "errcode", Message: "errmsg", Payload: "content"},
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
type register map[string]route.App

func (r register) App(_ context.Context, system, id string) (route.App, bool) {
	a, ok := r[system+"/"+id]
	return a, ok
}

// seen is a call of an Observer.
type seen struct {
	mu    sync.Mutex
	lines []string
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
	url   string
	codec *envelope.Codec
	keys  map[string]*envelope.Keys // by app of shop
	sets  map[string]*signature.Set
	apps  register
	seen  *seen
	log   *buffer
}

var epoch = time.Unix(1795219750, 0)

func setup(t testing.TB, change ...func(*route.Config)) *testBench {
	t.Helper()
	systems := []route.System{shop(), kiosk()}
	sets, err := route.Signatures(systems, nil)
	if err != nil {
		t.Fatal(err)
	}
	codecs, err := route.Codecs(systems)
	if err != nil {
		t.Fatal(err)
	}
	apps := register{}
	b := &testBench{
		codec: codecs["shop"], keys: map[string]*envelope.Keys{}, sets: sets, apps: apps, seen: new(seen), log: new(buffer),
	}
	may := func(cmd string) bool { return strings.HasPrefix(cmd, "thing_") }
	for _, id := range []string{"300", "301"} {
		k, err := b.codec.Keys(id, map[string]string{"token": "token-of-" + id, "appkey": "appkey-of-" + id})
		if err != nil {
			t.Fatal(err)
		}
		b.keys[id] = k
		apps["shop/"+id] = route.App{ID: id, Keys: k, May: may}
	}
	for id, secrets := range kioskApps() {
		k, err := sets["kiosk"].Keys(id, secrets)
		if err != nil {
			t.Fatal(err)
		}
		apps["kiosk/"+id] = route.App{ID: id, Sign: k, May: may}
	}
	memory := new(memory)
	config := route.Config{
		Apps: apps, Codecs: codecs, Signatures: sets, Tokens: memory, Nonces: memory,
		Observer: b.seen, Now: func() time.Time { return epoch },
		Log: slog.New(slog.NewTextHandler(b.log, nil)),
	}
	for _, f := range change {
		f(&config)
	}
	server, err := route.New(systems, config)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	b.url = web.URL
	return b
}

// seal seals a payload as an app would.
func (b *testBench) seal(t testing.TB, app, sid, cmd, payload string) []byte {
	t.Helper()
	h := envelope.Header{Values: []envelope.Value{
		{Name: "appid", Text: app},
		{Name: "sid", Text: sid},
		{Name: "cmd", Text: cmd},
		{Name: "timestamp", Text: strconv.FormatInt(epoch.Unix(), 10)},
	}}
	body, err := b.codec.Seal(nil, h, []byte(payload), b.keys[app])
	if err != nil {
		t.Fatal(err)
	}
	return body
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
	status, body := b.post(t, b.seal(t, app, sid, cmd, payload))
	if status != http.StatusOK {
		return fmt.Sprint(status, " ", body)
	}
	return b.open(t, app, body)
}

// open opens a reply.
func (b *testBench) open(t testing.TB, app, body string) string {
	t.Helper()
	spec := shop().Envelope
	spec.Header[2].Required, spec.Header[4].Required = false, false // sid and cmd of an unverified message
	codec, err := envelope.New(spec)
	if err != nil {
		t.Error(err)
		return ""
	}
	keys, err := codec.Keys(app, map[string]string{"token": "token-of-" + app, "appkey": "appkey-of-" + app})
	if err != nil {
		t.Error(err)
		return ""
	}
	var m envelope.Message
	if err := codec.Parse([]byte(body), &m); err != nil {
		t.Errorf("%s: %v", body, err)
		return body
	}
	plain, err := codec.Open(nil, &m, keys)
	if err != nil {
		t.Errorf("%s: %v", body, err)
	}
	return string(plain)
}

const sid = "2014123123123123"
