package client

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

var moment = time.Date(2026, 11, 21, 3, 4, 5, 0, time.UTC)

// query and found replace generated structs.
type query struct {
	Mobile string `json:"mobile" validate:"required"`
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

// directProtocol has fields in every place of a request, and a token.
const directProtocol = `
protocol:
  keys: {token: text, appkey: text}
  request:
    query: {app_key: "{app}", token: "{token}"}
    json: "{payload}"
    values: {sign: {of: "{appkey}"}}
    header: {X-Sign: "{sign}"}
    variants:
      - when: {header.Content-Type: application/x-www-form-urlencoded}
        form: {"*": "{payload}"}
  reply:
    json: {errcode: "{code}", errmsg: "{text}", "*": "{payload}"}
    success: {code: "0"}
    variants: [{when: unknown}]
app: "300"
keys: {token: 52e41ab0d3eee56b725e3e29999762a8, appkey: jiekou-test-appkey}
`

const token = "52e41ab0d3eee56b725e3e29999762a8"

// direct is a system with that protocol.
func direct(t testing.TB) *vendor {
	t.Helper()
	form := at("POST", "/api/form", "form", "form mobile")
	form.Form = true
	return serve(t, "direct", []byte(directProtocol),
		at("GET", "/api/find", "find", "query mobile"), at("PUT", "/api/things/{mobile}", "put", "path mobile"),
		at("POST", "/api/head", "head", "header mobile"), at("POST", "/api/body", "body", "query from"), form)
}

// dial makes a client; change adapts its configuration.
func dial(t testing.TB, system route.System, url string, change func(*Config)) *Client {
	t.Helper()
	config := Config{System: system, URL: url, App: "300", Now: func() time.Time { return moment }}
	if change != nil {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// forger answers every request with what reply does.
func forger(t *testing.T, reply func(w http.ResponseWriter, r *http.Request)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(reply))
	t.Cleanup(server.Close)
	return server.URL
}
