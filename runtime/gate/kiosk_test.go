package gate_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// kioskProtocol has several ways to prove who calls: the interface says which.
const kioskProtocol = `
keys: {token: text, appkey: text}
request:
  header: {appId: "{app}", timestamp: "{time}", sign: "{sign}"}
  json: "{payload}"
  values:
    time:   {send: "{now|unix-ms}"}
    params: {from: [query]}
    sign:   {of: "{method}\\n{path}\\n{params}\\n{time}\\n{body|sha256|hex}", by: [hmac-sha256 appkey, hex], else: 99009}
  guards:
    - {window: time, within: 5m, else: 99020}
    - {once: sign, else: 99021}
  variants:
    - when: {frame: open}
      header: {}
      query: {app_key: "{app}", token: "{password}"}
      values: {password: {of: "{token}", else: 99009}}
      guards: []
    - when: {frame: issued}
      header: {}
      query: {app_key: "{app}", token: "{ticket}"}
      values: {ticket: {send: ""}}
      guards: [{issued: ticket, else: 99022}]
    - when: {frame: bare}
      header: {appkey: "{app}"}
      query: "{ticket}"
      values: {ticket: {send: ""}}
      guards: [{issued: ticket, else: 99022}]
    - when: {frame: whole}
      header: {appId: "{app}", sign: "{sign}"}
      text: "{box}"
      values: &sealed
        key:  {of: "{appkey}", by: md5}
        box:  {of: "{payload}", by: [aes-cbc key, base64], else: 99023}
        sign: {of: "{body}{appkey}", by: [md5, hex], else: 99009}
      guards: []
    - when: {frame: secret}
      header: {}
      form: {app: "{app}", data: "{box}", sign: "{sign}"}
      values:
        <<: *sealed
        params: {from: [form]}
        sign:   {of: "{params}&key={appkey}", by: [md5, HEX], else: 99009}
      guards: []
reply:
  json: {head: {errcode: "{code}", errmsg: "{text}"}, data: "{payload}"}
  success: {code: "0", text: 请求成功}
  variants: [{when: unknown}]
`

// kiosk is a signed system: a signature in a header, and two simpler ones.
func kiosk() route.System {
	name, n := route.Place{Name: "name", In: "query"}, route.Place{Name: "n", In: "query"}
	list := route.Place{Name: "list", In: "query", JSON: true}
	form := []route.Place{{Name: "name", In: "form"}, {Name: "n", In: "form"}, {Name: "list", In: "form", JSON: true}}
	on := func(method, path, cmd string, i route.Interface) route.Interface {
		i.Cmd, i.Method, i.Path = cmd, method, path
		i.Kind, i.Status = route.Query, route.Active
		return route.Handle(i, answer)
	}
	soon := on("GET", "/kiosk/soon", "thing_soon", route.Interface{Frame: "open", Outside: []route.Place{name}})
	soon.Status = route.Unimplemented
	old := on("GET", "/kiosk/old", "thing_old", route.Interface{Frame: "open", Outside: []route.Place{name}})
	old.Status = route.Deprecated
	return route.System{
		Name: "kiosk", Zone: "Asia/Shanghai", MaxBody: 4096, Limits: wire.Limits{Depth: 4, Elements: 3},
		Protocol: parse(kioskProtocol),
		Errors: problem.Catalogue{
			Success: "0",
			Rules: map[problem.Rule]string{
				"required": "99001", "type": "99002", "range": "99002", "method": "99003", "json": "99004", "internal": "99005",
				"unavailable": "99006", "size": "99007", "interface": "99008", "auth": "99009", "grant": "99010", "empty": "99011", "app": "30021",
			},
			Texts: map[string]string{
				"99001": "缺少参数[%s]", "99003": "不支持的请求方式", "30021": "此应用未上线", "99009": "签名错误", "99005": "系统处理失败",
			},
		},
		Interfaces: []route.Interface{
			on("GET", "/kiosk/thing/get", "thing_get", route.Interface{Frame: "open", Outside: []route.Place{name, n, list}}),
			on("PUT", "/kiosk/thing/get", "thing_put", route.Interface{Frame: "open", Outside: []route.Place{name}}),
			on("GET", "/kiosk/issued", "thing_issued", route.Interface{Frame: "issued", Outside: []route.Place{name}}),
			on("POST", "/kiosk/bare", "thing_bare", route.Interface{Frame: "bare"}),
			on("GET", "/kiosk/secret", "secret_get", route.Interface{Frame: "open", Outside: []route.Place{name}}),
			on("GET", "/kiosk/thing/get/name", "thing_named", route.Interface{Frame: "open", Outside: []route.Place{name}}),
			on("PUT", "/kiosk/thing/{name}", "thing_update", route.Interface{Outside: []route.Place{{Name: "name", In: "path"}, n}}),
			on("POST", "/kiosk/head", "thing_head", route.Interface{Outside: []route.Place{{Name: "n", In: "header"}}}),
			on("POST", "/kiosk/cookie", "thing_cookie", route.Interface{Outside: []route.Place{{Name: "n", In: "cookie"}, {Name: "name", Sent: "the-name", In: "cookie"}}}),
			on("POST", "/kiosk/form", "thing_form", route.Interface{Form: true, Outside: form}),
			on("POST", "/kiosk/sealed/", "thing_sealed", route.Interface{Form: true, Frame: "secret"}),
			on("POST", "/kiosk/whole", "thing_whole", route.Interface{Frame: "whole"}),
			on("GET", "/kiosk/thing/{a}/name/{name}", "thing_deep", route.Interface{
				Frame: "open", Outside: []route.Place{{Name: "name", In: "path"}, n},
			}),
			soon, old,
			{Cmd: "nowhere", Kind: route.Query, Status: route.Active},
		},
	}
}

// kioskApps are the apps of kiosk with their secrets.
func kioskApps() map[string]map[string]string {
	return map[string]map[string]string{
		"key":   {"token": "open sesame", "appkey": "appkey-of-key"},
		"other": {"token": "token-of-other", "appkey": "appkey-of-other"},
	}
}

// memory are tokens and nonces without a database.
type memory struct {
	mu   sync.Mutex
	used map[string]bool
}

// Valid takes the token "good".
func (*memory) Valid(_ context.Context, _, _, token string) (bool, error) {
	if token == "down" {
		return false, problem.New(problem.Unavailable)
	}
	return token == "good", nil
}

// App knows the app of no token.
func (*memory) App(context.Context, string, string) (string, error) { return "", nil }

// Unsent knows no secrets.
func (*memory) Unsent(context.Context, string, string, string) ([]string, error) { return nil, nil }

// Use takes each value once.
func (m *memory) Use(_ context.Context, system, app, value string, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := system + " " + app + " " + value
	if m.used[k] {
		return false, nil
	}
	if m.used == nil {
		m.used = map[string]bool{}
	}
	m.used[k] = true
	return true, nil
}

// sent is a signed request of a test.
type sent struct {
	method, path, query, body string
	form                      bool
	protocol                  *protocol.Protocol
	name                      string // of the variant
	id                        string // of the app
	keys                      map[string]string
	now                       time.Time
}

// kiosk is a request of the app key, to be signed.
func (b *testBench) kiosk(method, target, body string) *sent {
	path, query, _ := strings.Cut(target, "?")
	return &sent{
		method: method, path: path, query: query, body: body, protocol: b.kioskProtocol, id: "key", keys: kioskApps()["key"], now: epoch,
	}
}

// sign signs and makes the HTTP request.
func (s *sent) sign(t testing.TB, url string) *http.Request {
	t.Helper()
	keys, err := s.protocol.Keys(s.id, secrets(s.keys))
	if err != nil {
		t.Fatal(err)
	}
	draft := &message.Message{Method: s.method, Path: s.path, Query: s.query, Header: http.Header{}, Host: "localhost"}
	if s.form {
		draft.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	out, err := s.protocol.Call.Send(keys, protocol.Outgoing{Frame: s.name, Payload: []byte(s.body), Draft: draft, Now: s.now})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Release()
	target := url + s.path
	if out.Message.Query != "" {
		target += "?" + out.Message.Query
	}
	r := request(t, s.method, target, bytes.Clone(out.Message.Body))
	for name, values := range out.Message.Header {
		r.Header[name] = values
	}
	return r
}

// fine is the reply of success; rest follows the app.
func fine(echo, rest string) string {
	return `{"head":{"errcode":"0","errmsg":"请求成功"},"data":{"echo":"` + echo + `","app":"key"` + rest + `}}`
}

// not is the reply of a refusal.
func not(code, text string) string {
	return `{"head":{"errcode":"` + code + `","errmsg":"` + text + `"},"data":{}}`
}
