package trial

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// Gate is a server whose calls carry a token that a login issues.
type Gate struct {
	System  *spec.System
	URL     string
	Handler http.Handler

	memory *bind.Memory
	mu     sync.Mutex
	logins []string // tokens that were issued
	calls  int      // that were carried out
	seen   [2]int   // of both, when they were counted last
	tells  int64
}

// NewGate starts the server. GET /end is End there, and GET /count is Count.
func NewGate(t testing.TB) *Gate {
	t.Helper()
	own, err := fs.Sub(files, "login")
	if err != nil {
		t.Fatal(err)
	}
	set, err := load.Systems(own, ".")
	if err != nil {
		t.Fatal(err)
	}
	g := &Gate{System: set.Systems[0], tells: 7200}
	apps := []bind.App{{System: g.System.Name, ID: App, Secrets: map[string]string{"secret": Key}}}
	g.memory = bind.NewMemory(apps, nil)
	handler, err := live.New(live.Config{Systems: set.Systems, Apps: apps, Tokens: g.memory, Answer: g.answer})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("/end", func(http.ResponseWriter, *http.Request) { g.End() })
	mux.HandleFunc("/count", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, fmt.Sprint(g.Count())) })
	g.Handler = mux
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	g.URL = server.URL
	return g
}

// answer issues a token, or gives back what came.
func (g *Gate) answer(_ context.Context, call *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
	if i.Cmd != "auth_token" {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.calls++
		return payload, nil
	}
	time.Sleep(20 * time.Millisecond) // so that others come meanwhile
	g.mu.Lock()
	defer g.mu.Unlock()
	token := fmt.Sprintf("token%d", len(g.logins)+1)
	g.logins = append(g.logins, token)
	g.memory.Issue(call.System, call.App, token, time.Now().Add(2*time.Hour))
	return json.Marshal(map[string]any{"grant": map[string]any{"access_token": token, "expires_in": g.tells}})
}

// Lasts says how many seconds the login tells that a token lasts.
func (g *Gate) Lasts(seconds int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tells = seconds
}

// End ends all tokens, as an operator does, or a restart.
func (g *Gate) End() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, token := range g.logins {
		g.memory.Issue(g.System.Name, App, token, time.Now().Add(-time.Second))
	}
}

// Count tells how many logins and other calls there were since the last time.
func (g *Gate) Count() (logins, calls int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	logins, calls = len(g.logins)-g.seen[0], g.calls-g.seen[1]
	g.seen = [2]int{len(g.logins), g.calls}
	return logins, calls
}
