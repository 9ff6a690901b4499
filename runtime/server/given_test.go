package server_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/testkit"
)

// hook is a system whose messages do not name their app, and sign their whole URL.
func hook() system.System {
	s := route.System{
		Name: "hook", Title: "回调", Zone: "Asia/Shanghai", Docs: fstest.MapFS{},
		Protocol: protocol.MustParse(`
keys: {token: text}
app: given
request:
  query: {sign: "{sign}"}
  json: "{payload}"
  values: {sign: {of: "{scheme}://{host}{path}\n{body}", by: [hmac-sha256 token, hex], else: "401"}}
reply:
  json: {code: "{code}", "*": "{payload}"}
  success: {code: "0"}
  variants: [{when: unknown, json: {code: "{code}"}}]
`),
		Errors: problem.Catalogue{Success: "0", Rules: map[problem.Rule]string{problem.App: "404", problem.Internal: "500"}},
	}
	tables := migrate.Set{Name: "hook", FS: fstest.MapFS{"0001_none.sql": {Data: []byte("select 1;\n")}}}
	return system.System{System: s, Migrations: tables, Answers: func(*store.DB) []route.Interface {
		return []route.Interface{route.Serve(route.Interface{Cmd: "told", Method: "POST", Path: "/hook/{kind}", Kind: route.Query, Status: route.Active, Outside: []route.Place{{Name: "kind", In: "path"}}},
			func(_ context.Context, call *route.Call, in *wire.Reader) (wire.Encoder, error) {
				return echo(call.App), nil
			})}
	}}
}

// echo answers the app.
type echo string

func (e echo) Encode(w *wire.Writer) { w.String("app", string(e)) }

// TestGiven: each app of a system whose messages do not name it has URLs of its own,
// from the moment it is added; the only one needs none.
func TestGiven(t *testing.T) {
	t.Parallel()
	s := testkit.Serve(t, testkit.Config{Systems: []system.System{hook()}})
	one := s.App(t, "hook", "one")
	call := func(url, token string) string {
		t.Helper()
		of := hook()
		of.Interfaces = of.Answers(nil)
		c, err := client.New(client.Config{System: of.System, URL: url, Secrets: map[string]string{"token": token}, Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		reply, err := c.Call(t.Context(), "told", []byte(`{"kind":"a b","n":1}`))
		if err != nil {
			t.Fatal(err)
		}
		return reply.Code + " " + string(reply.Payload)
	}
	first := string(one.Keys["token"])
	want := func(url, token, code string) {
		t.Helper()
		if got := call(url, token); !strings.HasPrefix(got, code) {
			t.Errorf("%s: %s, want %s", strings.TrimPrefix(url, s.URL), got, code)
		}
	}
	want(s.URL, first, `0 {"app":"one"}`)
	want(s.URL+"/app/one", first, `0 {"app":"one"}`)
	want(s.URL+"/app/one/hook/a%20b", first, `0 {"app":"one"}`)
	want(s.URL+"/app/two", first, "404")
	second := string(s.App(t, "hook", "two").Keys["token"])
	want(s.URL+"/app/two", second, `0 {"app":"two"}`)
	want(s.URL+"/app/one", second, "401")
	want(s.URL, first, "404")
	if log := s.Log.String(); !strings.Contains(log, "/app/ID in front of the path") {
		t.Error("the log does not say where apps call")
	}
}

// TestGivenBehind: a message that was signed for one URL is refused at another.
func TestGivenBehind(t *testing.T) {
	t.Parallel()
	s := testkit.Serve(t, testkit.Config{Systems: []system.System{hook()}})
	s.App(t, "hook", "one")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/app/one/hook/x?sign=00", strings.NewReader("{}"))
	r.RequestURI = ""
	r.Header.Set("Content-Type", "application/json")
	res, err := s.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(body), "401") {
		t.Errorf("%s, %v", body, err)
	}
}
