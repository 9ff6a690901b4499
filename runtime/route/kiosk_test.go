package route_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

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
	soon := on("GET", "/kiosk/soon", "thing_soon", route.Interface{Signature: "open", Outside: []route.Place{name}})
	soon.Status = route.Unimplemented
	old := on("GET", "/kiosk/old", "thing_old", route.Interface{Signature: "open", Outside: []route.Place{name}})
	old.Status = route.Deprecated
	return route.System{
		Name: "kiosk", Zone: "Asia/Shanghai", MaxBody: 4096, Limits: wire.Limits{Depth: 4, Elements: 3},
		Signature: signature.Spec{
			App:   "header.appId",
			Time:  &signature.Time{Value: "header.timestamp", Unit: "ms", Window: 5 * time.Minute, Else: "99020"},
			Nonce: &signature.Nonce{Value: "header.sign", Else: "99021"},
			Steps: []signature.Step{{
				Op: "sign", Algorithm: "hmac-sha256", Key: "appkey", To: "header.sign", Else: "99009",
				Over:   "{method}\n{path}\n{params}\n{header.timestamp}\n{body:sha256}",
				Params: &signature.Params{From: []string{"query"}},
			}},
		},
		Signatures: map[string]signature.Spec{
			"open":   {App: "query.app_key", Steps: []signature.Step{{Op: "compare", Value: "query.token", With: "token", Else: "99009"}}},
			"issued": {App: "query.app_key", Steps: []signature.Step{{Op: "token", Value: "query.token", Else: "99022"}}},
			"bare":   {App: "header.appkey", Steps: []signature.Step{{Op: "token", Value: "query", Else: "99022"}}},
			"whole": {
				App: "header.appId", Steps: []signature.Step{
					{Op: "encrypt", Algorithm: "aes-cbc", Key: "appkey", Derive: "md5", To: "body", Else: "99023"},
					{Op: "sign", Algorithm: "md5", Over: "{body}{appkey}", To: "header.sign", Else: "99009"},
				},
			},
			"secret": {
				App: "form.app", Payload: "form.data",
				Steps: []signature.Step{
					{Op: "encrypt", Algorithm: "aes-cbc", Key: "appkey", Derive: "md5", To: "form.data", Else: "99023"},
					{
						Op: "sign", Algorithm: "md5", Over: "{params}&key={appkey}", Params: &signature.Params{From: []string{"form"}},
						To: "form.sign", Encoding: "HEX", Else: "99009",
					},
				},
			},
		},
		Frame: route.Frame{Head: "head", Code: "errcode", Text: true, Message: "errmsg", Success: "请求成功", Payload: "data"},
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
			on("GET", "/kiosk/thing/get", "thing_get", route.Interface{Signature: "open", Outside: []route.Place{name, n, list}}),
			on("PUT", "/kiosk/thing/get", "thing_put", route.Interface{Signature: "open", Outside: []route.Place{name}}),
			on("GET", "/kiosk/issued", "thing_issued", route.Interface{Signature: "issued", Outside: []route.Place{name}}),
			on("POST", "/kiosk/bare", "thing_bare", route.Interface{Signature: "bare"}),
			on("GET", "/kiosk/secret", "secret_get", route.Interface{Signature: "open", Outside: []route.Place{name}}),
			on("GET", "/kiosk/thing/get/name", "thing_named", route.Interface{Signature: "open", Outside: []route.Place{name}}),
			on("PUT", "/kiosk/thing/{name}", "thing_update", route.Interface{Outside: []route.Place{{Name: "name", In: "path"}, n}}),
			on("POST", "/kiosk/head", "thing_head", route.Interface{Outside: []route.Place{{Name: "n", In: "header"}}}),
			on("POST", "/kiosk/form", "thing_form", route.Interface{Form: true, Outside: form}),
			on("POST", "/kiosk/sealed/", "thing_sealed", route.Interface{Form: true, Signature: "secret"}),
			on("POST", "/kiosk/whole", "thing_whole", route.Interface{Signature: "whole"}),
			on("GET", "/kiosk/thing/{a}/name/{name}", "thing_deep", route.Interface{
				Signature: "open", Outside: []route.Place{{Name: "name", In: "path"}, n},
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
	signature.Request
	set  *signature.Set
	name string // of the signature
	id   string // of the app
	keys map[string]string
	now  time.Time
}

// kiosk is a request of the app key, to be signed.
func (b *testBench) kiosk(method, target, body string) *sent {
	path, query, _ := strings.Cut(target, "?")
	return &sent{
		Request: signature.Request{Method: method, Path: path, Query: query, Header: http.Header{}, Body: []byte(body)},
		set:     b.sets["kiosk"], id: "key", keys: kioskApps()["key"], now: epoch,
	}
}

// sign signs and makes the HTTP request.
func (s *sent) sign(t testing.TB, url string) *http.Request {
	t.Helper()
	keys, err := s.set.Keys(s.id, s.keys)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	nonce := func() string { n++; return strconv.FormatInt(s.now.UnixNano(), 10) + strconv.Itoa(n) }
	if err := s.set.Codec(s.name, s.id).Sign(&s.Request, keys, s.now, nonce); err != nil {
		t.Fatal(err)
	}
	target := url + s.Path
	if s.Query != "" {
		target += "?" + s.Query
	}
	r := request(t, s.Method, target, s.Body)
	for name, values := range s.Header {
		r.Header[name] = values
	}
	if s.Form {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
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
