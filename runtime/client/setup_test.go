package client

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

const (
	token  = "52e41ab0d3eee56b725e3e29999762a8"
	appkey = "jiekou-test-appkey"
)

var moment = time.Date(2026, 11, 21, 3, 4, 5, 0, time.UTC)

func secrets() map[string]string { return map[string]string{"token": token, "appkey": appkey} }

// query and found replace generated structs.
type query struct {
	Mobile string `json:"mobile" validate:"required"`
}

func (q *query) Decode(in *wire.Reader) {
	o := in.Object([]string{"mobile"})
	for o.Next() {
		if o.Key() == "mobile" {
			o.String(0, &q.Mobile)
			continue
		}
		o.Skip()
	}
}

func (q *query) Check(list *problem.List) {
	if q.Mobile == "" {
		list.Add(problem.Required, "mobile", 0)
	}
}

func (q *query) Encode(out *wire.Writer) { out.String("mobile", q.Mobile) }

type found struct {
	GUID string
	Seen wire.Int
}

func (f *found) Decode(in *wire.Reader) {
	o := in.Object([]string{"cstGUID", "seen"})
	for o.Next() {
		switch o.Key() {
		case "cstGUID":
			o.String(0, &f.GUID)
		case "seen":
			o.Int(1, &f.Seen)
		default:
			o.Skip()
		}
	}
}

func (f *found) Encode(out *wire.Writer) {
	out.String("cstGUID", f.GUID)
	out.Int("seen", f.Seen)
}

func answer(_ context.Context, call *route.Call, q *query, f *found) error {
	if q.Mobile == "none" {
		return problem.Code("2001")
	}
	f.GUID, f.Seen = q.Mobile+" "+call.App, wire.IntOf(int64(len(call.Sid)))
	return nil
}

func catalogue() problem.Catalogue {
	return problem.Catalogue{
		Success: "0",
		Rules: map[problem.Rule]string{
			problem.Required: "1001", problem.Method: "1003", problem.JSON: "1004", problem.Empty: "1007",
			problem.Interface: "1008", problem.Auth: "1009", problem.App: "1011", problem.Internal: "1005",
		},
		Texts: map[string]string{
			"1001": "缺少必须参数[%s]", "1003": "不支持的请求方式", "1008": "不支持的接口请求",
			"1009": "接入验证失败", "2001": "客户不存在",
		},
	}
}

// sealed is a system of one URL.
func sealed() route.System {
	return route.System{
		Name: "shop", Path: "/shop/api", Methods: []string{"POST", "GET"}, Dispatch: "header.cmd", Zone: "Asia/Shanghai",
		Envelope: envelope.Spec{
			Head: "header", Data: "data",
			Header: []envelope.HeaderField{
				{Name: "appid", Required: true},
				{Name: "timestamp", Required: true, Number: true},
				{Name: "sid", Required: true, Length: 20, Pattern: "[0-9]{16,20}"},
				{Name: "cmd", Required: true},
				{Name: "authCode", Required: true},
				{Name: "dataCode", Required: true},
			},
			App: "header.appid", Message: "header.sid", Sender: "100",
			Steps: []envelope.Step{
				{Op: "encrypt", Algorithm: "rc4", Key: "appkey"},
				{Op: "encode", Algorithm: "base64", To: "data"},
				{Op: "digest", Algorithm: "sha1", Over: []string{"data"}, To: "header.dataCode"},
				{
					Op: "digest", Algorithm: "sha1", Order: "sorted", To: "header.authCode",
					Over: []string{"header.appid", "header.sid", "token", "header.dataCode"},
				},
			},
		},
		Frame:  route.Frame{Code: "errcode", Message: "errmsg", Payload: "content"},
		Errors: catalogue(),
		Interfaces: []route.Interface{
			route.Handle(route.Interface{Cmd: "find", Kind: route.Query, Needs: true}, answer),
			route.Handle(route.Interface{Cmd: "save", Kind: route.Report, Needs: true}, answer),
		},
	}
}

// open is a signed system: values in the query, and a token.
func open() route.System {
	at := func(in string, names ...string) (out []route.Place) {
		for _, name := range names {
			out = append(out, route.Place{Name: name, In: in})
		}
		return out
	}
	on := func(method, path, cmd string, i route.Interface) route.Interface {
		i.Cmd, i.Method, i.Path, i.Kind = cmd, method, path, route.Query
		return route.Handle(i, answer)
	}
	return route.System{
		Name: "direct", Zone: "Asia/Shanghai",
		Signature: signature.Spec{App: "query.app_key", Steps: []signature.Step{{Op: "compare", Value: "query.token", With: "token"}}},
		Signatures: map[string]signature.Spec{
			"head": {
				App: "header.appId", Time: &signature.Time{Value: "header.timestamp", Unit: "ms"}, Nonce: &signature.Nonce{Value: "header.nonce"},
				Steps: []signature.Step{{
					Op: "sign", Algorithm: "hmac-sha256", Key: "appkey", To: "header.sign",
					Over:   "{method}\n{path}\n{params}\n{header.timestamp}{header.nonce}\n{body}",
					Params: &signature.Params{From: []string{"query"}},
				}},
			},
			"issued": {App: "header.appId", Steps: []signature.Step{{Op: "token", Value: "header.token"}}},
			"hidden": {App: "form.app", Steps: []signature.Step{
				{Op: "encrypt", Algorithm: "aes-gcm", Key: "appkey", Derive: "sha256", To: "form.data"},
				{Op: "sign", Algorithm: "sm3", Over: "{form.app}{form.data}{appkey}", To: "form.sign"},
			}},
		},
		Frame:  route.Frame{Code: "errcode", Text: true, Message: "errmsg"},
		Errors: catalogue(),
		Interfaces: []route.Interface{
			on("GET", "/api/find", "find", route.Interface{Outside: at("query", "mobile")}),
			on("PUT", "/api/things/{mobile}", "put", route.Interface{Signature: "head", Outside: at("path", "mobile")}),
			on("POST", "/api/head", "head", route.Interface{Signature: "head", Outside: at("header", "mobile")}),
			on("POST", "/api/body", "body", route.Interface{Signature: "head", Outside: at("query", "from")}),
			on("POST", "/api/form", "form", route.Interface{Signature: "head", Form: true, Outside: at("form", "mobile")}),
			on("GET", "/api/issued", "issued", route.Interface{Signature: "issued", Outside: at("query", "mobile")}),
			on("POST", "/api/hidden", "hidden", route.Interface{Signature: "hidden", Form: true}),
		},
	}
}

// sealedProtocol and openProtocol are what the server has of the two systems.
const (
	sealedProtocol = `
keys: {token: text, appkey: text}
request:
  method: POST
  path: /shop/api
  json:
    header: &head {appid: "{app}", timestamp: "{time|raw}", sid: "{sid}", cmd: "{interface}", authCode: "{authCode}", dataCode: "{dataCode}"}
    data?: "{data}"
  values:
    time: {send: "{now|unix}"}
    sid: {send: "{id}"}
    data: {of: "{payload}", by: [rc4 appkey, base64]}
    dataCode: {of: "{data}", by: [sha1, hex]}
    authCode: {of: ["{app}", "{sid}", "{token}", "{dataCode}"], sort: value, by: [sha1, hex]}
  guards: [{like: sid, pattern: "[0-9]{16,20}", else: sid}, {once: sid, with: effect}]
  variants:
    - when: {method: GET}
      method: GET
      text: ""
      query: {header: "{head|json}", data: "{data}"}
      values: {head: {of: *head}}
reply:
  json:
    header: {appid: "100", timestamp: "{now|unix|raw}", sid?: "{sid}", cmd?: "{cmd}", authCode: "{authCode}", dataCode: "{dataCode}"}
    data?: "{data}"
  values:
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
`
	openProtocol = `
keys: {token: text, appkey: text}
request:
  query: {app_key: "{app}", token: "{password}"}
  values: {password: {of: "{token}"}}
  variants:
    - when: {frame: head}
      query: {}
      header: {appId: "{app}", timestamp: "{time}", nonce: "{nonce}", sign: "{sign}"}
      values:
        time: {send: "{now|unix-ms}"}
        nonce: {send: "{random|hex}"}
        params: {from: [query]}
        sign: {of: "{method}\n{path}\n{params}\n{time}{nonce}\n{body}", by: [hmac-sha256 appkey, hex]}
      guards: [{window: time}, {once: nonce}]
    - when: {frame: issued}
      query: {}
      header: {appId: "{app}", token: "{ticket}"}
      values: {ticket: {send: ""}}
      guards: [{issued: ticket}]
    - when: {frame: hidden}
      query: {}
      form: {app: "{app}", data: "{box}", sign: "{sign}"}
      values:
        key: {of: "{appkey}", by: sha256}
        box: {of: "{payload}", by: [aes-gcm key, base64]}
        sign: {of: "{app}{box}{appkey}", by: [sm3, hex]}
reply:
  json: {errcode: "{code}", errmsg: "{text}", "*": "{payload}"}
  success: {code: "0"}
  variants: [{when: unknown}]
`
)

// apps knows one app, 300.
type apps map[string]*protocol.Protocol

func (a apps) App(_ context.Context, system, id string) (route.App, bool) {
	texts := protocol.Secrets{}
	for name, text := range secrets() {
		texts[name] = []string{text}
	}
	keys, err := a[system].Keys("300", texts)
	return route.App{ID: id, Keys: keys, May: func(string) bool { return true }}, id == "300" && err == nil
}

// anything takes one token, and every nonce.
type anything struct{}

func (anything) Valid(_ context.Context, _, _, value string) (bool, error) {
	return value == token, nil
}

func (anything) App(context.Context, string, string) (string, error) { return "300", nil }

func (anything) Use(context.Context, string, string, string, time.Time) (bool, error) {
	return true, nil
}

// serve serves both systems; over overrides words of the open one for app 300.
func serve(t *testing.T, over ...string) string {
	t.Helper()
	known := apps{"shop": protocol.MustParse(sealedProtocol), "direct": protocol.MustParse(openProtocol)}
	for _, text := range over {
		var n yaml.Node
		err := yaml.Unmarshal([]byte(text), &n)
		if err == nil {
			known["direct"], err = known["direct"].Override(protocol.Override{Apps: map[string]*yaml.Node{"300": &n}})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	systems := []route.System{sealed(), open()}
	for i := range systems {
		s := &systems[i]
		s.Protocol = known[s.Name]
		for j := range s.Interfaces {
			s.Interfaces[j].Frame = s.Interfaces[j].Signature
		}
	}
	handler, err := route.New(systems, route.Config{
		Apps: known, Tokens: anything{}, Nonces: anything{}, Now: func() time.Time { return moment },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// dial makes a client; change adapts its configuration.
func dial(t testing.TB, system route.System, url string, change func(*Config)) *Client {
	t.Helper()
	config := Config{System: system, URL: url, App: "300", Secrets: secrets(), Now: func() time.Time { return moment }}
	if change != nil {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// forger answers every request with what make returns.
func forger(t *testing.T, reply func(w http.ResponseWriter, r *http.Request)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(reply))
	t.Cleanup(server.Close)
	return server.URL
}

// sealReply seals a reply to a sid under keys.
func sealReply(t *testing.T, keys map[string]string, sid, plain string) []byte {
	t.Helper()
	codec, err := envelope.New(sealed().Envelope)
	if err != nil {
		t.Fatal(err)
	}
	k, err := codec.Keys("300", keys)
	if err != nil {
		t.Fatal(err)
	}
	out, err := codec.Seal(nil, envelope.Header{Reply: true, Values: []envelope.Value{
		{Name: "sid", Text: sid}, {Name: "cmd", Text: "find"}, {Name: "timestamp", Text: "1"},
	}}, []byte(plain), k)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
