package stage

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

// Partner is an application that takes notifications: take says whether it
// managed to.
func Partner(t *testing.T, c *Caller, take func(sid, cmd, plain string) bool) (url string) {
	t.Helper()
	p := lianfa.Protocol()
	keys, err := p.Keys(c.AppID, protocol.Secrets{"token": {c.Token}, "appkey": {c.AppKey}})
	if err != nil {
		t.Fatal(err)
	}
	side := protocol.NewSide(only{keys}, nil, nil, time.Now)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in, err := message.Request(r, 1<<20)
		if err != nil {
			return // the sender was killed
		}
		a, err := p.Push.Admit(r.Context(), protocol.Incoming{Message: in}, side)
		defer a.Release()
		if err != nil {
			t.Error(err)
		}
		if !take(a.Value("sid"), a.Interface(), string(a.Payload())) {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		reply, err := p.Push.Reply(a, protocol.Outcome{OK: true, Code: "0", Payload: []byte("{}")})
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = w.Write(reply.Body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// only knows one app.
type only struct{ keys *protocol.Keys }

// Keys returns the keys of the app: whose notification it is, they show.
func (o only) Keys(context.Context, string) (*protocol.Keys, error) { return o.keys, nil }

// Push delivers queued notifications until the test ends.
func (w *World) Push(t *testing.T) *server.Mount {
	t.Helper()
	m := w.Another(t, func(c *server.Config) { c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	m.Start(t.Context())
	return m
}
