package stage

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

// Partner is an application that takes notifications: take says whether it
// managed to.
func Partner(t *testing.T, c *Caller, take func(sid, cmd, plain string) bool) (url string) {
	t.Helper()
	codec, err := envelope.New(lianfa.Envelope())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := codec.Keys(c.AppID, map[string]string{"token": c.Token, "appkey": c.AppKey})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the sender was killed
		}
		var m envelope.Message
		if err := codec.Parse(body, &m); err != nil {
			t.Error(err)
		}
		plain, err := codec.Open(nil, &m, keys)
		if err != nil || codec.App(&m) != "100" {
			t.Error(codec.App(&m), err)
		}
		if !take(codec.MessageID(&m), m.Value("header.cmd"), string(plain)) {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		reply, err := codec.Seal(nil, envelope.Header{Values: []envelope.Value{
			{Name: "appid", Text: c.AppID},
			{Name: "sid", Text: codec.MessageID(&m)},
			{Name: "timestamp", Text: "1"},
			{Name: "cmd", Text: m.Value("header.cmd")},
		}}, []byte(`{"errcode":0,"errmsg":"","content":{}}`), keys)
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(reply)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// Push delivers queued notifications until the test ends.
func (w *World) Push(t *testing.T) *server.Mount {
	t.Helper()
	m := w.Another(t, func(c *server.Config) { c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	m.Start(t.Context())
	return m
}
