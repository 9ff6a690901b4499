package client

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/envelope"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

const (
	token  = "52e41ab0d3eee56b725e3e29999762a8"
	appkey = "jiekou-test-appkey"
)

var moment = time.Date(2026, 11, 21, 3, 4, 5, 0, time.UTC)

func secrets() map[string]string { return map[string]string{"token": token, "appkey": appkey} }

// query and found stand in for generated structs.
type query struct{ Mobile string }

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

// open is a system whose values stand in the query.
func open() route.System {
	return route.System{
		Name: "direct", Zone: "Asia/Shanghai",
		Envelope: envelope.Spec{
			App:   "query.app_key",
			Steps: []envelope.Step{{Op: "compare", Value: "query.token", With: "token"}},
		},
		Frame:  route.Frame{Code: "errcode", Text: true, Message: "errmsg"},
		Errors: catalogue(),
		Interfaces: []route.Interface{
			route.Handle(route.Interface{Cmd: "find", Kind: route.Query, Method: "GET", Path: "/api/find"}, answer),
		},
	}
}

// apps knows one app, 300.
type apps map[string]*envelope.Codec

func (a apps) App(_ context.Context, system, id string) (route.App, bool) {
	keys, err := a[system].Keys("300", secrets())
	return route.App{ID: id, Keys: keys, May: func(string) bool { return true }}, id == "300" && err == nil
}

// serve serves both systems.
func serve(t *testing.T) string {
	t.Helper()
	systems := []route.System{sealed(), open()}
	codecs, err := route.Codecs(systems)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := route.New(systems, route.Config{Apps: apps(codecs), Codecs: codecs})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// dial makes a client; change adapts its configuration.
func dial(t *testing.T, system route.System, url string, change func(*Config)) *Client {
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

// sealReply seals a plain reply to a sid under keys.
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
