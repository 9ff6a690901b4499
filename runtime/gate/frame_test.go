package gate_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// oneApp is a system with a protocol and the app a, whose secret is s.
func oneApp(t *testing.T, text string, list ...route.Interface) (string, *protocol.Exchange, *protocol.Keys) {
	t.Helper()
	p := parse(text)
	keys, err := p.Keys("a", protocol.Secrets{"secret": {"s"}})
	if err != nil {
		t.Fatal(err)
	}
	s := route.System{Name: "own", Protocol: p, Interfaces: list, Errors: problem.Catalogue{
		Success: "0", Rules: map[problem.Rule]string{"app": "1", "json": "4", "internal": "5", "auth": "9", "interface": "8", "method": "3"},
	}}
	server, err := gate.New([]route.System{s}, gate.Config{
		Apps: register{"own/a": {ID: "a", Keys: keys, May: func(string) bool { return true }}}, Now: func() time.Time { return epoch },
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return web.URL, p.Call, keys
}

// echoes is an interface that answers with what it got.
func echoes(i route.Interface) route.Interface {
	i.Kind = route.Report
	return route.Serve(i, func(_ context.Context, _ *route.Call, in *wire.Reader) (wire.Encoder, error) {
		return got(in.Data()), nil
	})
}

// got writes a request as the member got of a reply.
type got []byte

func (g got) Encode(out *wire.Writer) { out.Raw("got", g) }

const framed = `
keys: {secret: text}
request:
  path: /gate
  json: {app: "{app}", cmd: "{interface}", sign: "{sign}", data: "{payload}"}
  values: {sign: {of: "{app}{payload}{secret}", by: [md5, hex]}}
reply:
  json: {code: "{code|raw}", id: "{id}", data: "{payload}"}
  variants:
    - {when: {frame: v2}, json: {status: "{code}", result?: "{payload}"}}
    - {when: unknown, json: {code: "{code|raw}"}}
`

// TestFrames: two interfaces of one URL have replies of two shapes, refusals too.
func TestFrames(t *testing.T) {
	t.Parallel()
	url, x, keys := oneApp(t, framed, echoes(route.Interface{Cmd: "old"}), echoes(route.Interface{Cmd: "new", Frame: "v2"}))
	call := func(cmd string, change func(string, []byte) []byte) string {
		sent, err := x.Send(keys, protocol.Outgoing{Interface: cmd, ID: "i", Payload: []byte(`{"a":1}`), Now: epoch, Change: change})
		if err != nil {
			t.Fatal(err)
		}
		return string(over(t, url, sent.Message).Body)
	}
	forge := func(name string, text []byte) []byte {
		if name == "sign" {
			return []byte("forged")
		}
		return text
	}
	stranger := func(name string, text []byte) []byte {
		if name == "json.app" {
			return []byte("b")
		}
		return text
	}
	for _, tt := range []struct {
		cmd, want string
		change    func(string, []byte) []byte
	}{
		{"new", `{"status":"0","result":{"got":{"a":1}}}`, nil},
		{"new", `{"status":"9"}`, forge},
		{"new", `{"code":1}`, stranger},
		{"other", `{"code":8,`, nil},
		{"old", `{"code":0,`, nil},
		{"old", `{"code":9,`, forge},
	} {
		if body := call(tt.cmd, tt.change); len(body) < len(tt.want) || body[:len(tt.want)] != tt.want {
			t.Errorf("%s: %s, want %s", tt.cmd, body, tt.want)
		}
	}
	r := request(t, "GET", url+"/gate", nil)
	if status, h, body := do(t, r); status != 405 || h.Get("Allow") != "POST" || body != `{"code":3}` {
		t.Errorf("%d %v %s", status, h, body)
	}
}

const files = `
keys: {secret: text}
request:
  method: POST
  header: {X-App: "{app}", X-Sign: "{sign}"}
  multipart: {"*": "{payload}"}
  values: {sign: {of: "{multipart.picture|sha256|hex}{secret}", by: [md5, hex]}}
reply:
  json: {code: "{code}", data?: "{payload}"}
`

// TestMultipart: a field is a part of a body, a file as base64; nobody who is unknown is
// answered.
func TestMultipart(t *testing.T) {
	t.Parallel()
	url, x, keys := oneApp(t, files, echoes(route.Interface{
		Cmd: "upload", Method: "POST", Path: "/files/{folder}", Outside: []route.Place{
			{Name: "folder", In: "path"}, {Name: "picture", In: "multipart"}, {Name: "title", In: "multipart"}, {Name: "none", In: "multipart"},
		},
	}))
	picture := []byte("\x00\xffpng")
	o := protocol.Outgoing{
		Interface: "upload", Payload: []byte(`{"title":"图","more":"x"}`), Draft: &message.Message{Path: "/files/a%2Fb"}, Now: epoch,
		Files: []message.Part{{Name: "picture", File: "a.png", Type: "image/png", Body: picture}},
	}
	sent, err := x.Send(keys, o)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"code":"0","data":{"got":{"folder":"a/b","picture":"` + base64.StdEncoding.EncodeToString(picture) + `","title":"图","none":null,"title":"图","more":"x"}}}`
	if m := over(t, url, sent.Message); string(m.Body) != want {
		t.Errorf("%d %s, want %s", m.Status, m.Body, want)
	}
	for name, tt := range map[string]struct {
		change func(*message.Message)
		status int
	}{
		"another app":  {func(m *message.Message) { m.Header.Set("X-App", "b") }, 401},
		"no app":       {func(m *message.Message) { m.Header.Del("X-App") }, 401},
		"another type": {func(m *message.Message) { m.Header.Set("Content-Type", "text/plain") }, 415},
		"no body":      {func(m *message.Message) { m.Body = nil }, 401},
		"a method":     {func(m *message.Message) { m.Method = "PUT" }, 405},
	} {
		m := *sent.Message
		m.Header = sent.Message.Header.Clone()
		tt.change(&m)
		if reply := over(t, url, &m); reply.Status != tt.status || len(reply.Body) > 0 {
			t.Errorf("%s: %d %s", name, reply.Status, reply.Body)
		}
	}
	bad := *sent.Message
	bad.Header = http.Header{"X-App": {"a"}, "X-Sign": {"0"}, "Content-Type": sent.Message.Header["Content-Type"]}
	if reply := over(t, url, &bad); string(reply.Body) != `{"code":"9"}` {
		t.Errorf("%d %s", reply.Status, reply.Body)
	}
}
