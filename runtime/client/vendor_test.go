package client

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// vendor is a protocol of the engine's tests, with one app and a server that speaks it.
type vendor struct {
	Protocol yaml.Node         `yaml:"protocol"`
	App      string            `yaml:"app"`
	Keys     map[string]string `yaml:"keys"`
	System   map[string]string `yaml:"system"`
	Token    string            `yaml:"token"`

	system route.System
	url    string
	mu     sync.Mutex
	last   *message.Message // that was let in
	answer func(a *protocol.Admitted) protocol.Outcome
	change func(m *message.Message) // of the reply, on its way
}

// pairs are the key pairs of the tests: they are slow to make.
var pairs = map[string]func() string{"rsa": sync.OnceValue(rsaPair), "sm2": sync.OnceValue(sm2Pair)}

func rsaPair() string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err.Error()
	}
	der, _ := x509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func sm2Pair() string {
	key, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		return err.Error()
	}
	der, _ := smx509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// speak reads a protocol and serves it; each interface is a method and a path.
func speak(t testing.TB, name string, interfaces ...route.Interface) *vendor {
	t.Helper()
	raw, err := os.ReadFile("../protocol/testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, name, raw, interfaces...)
}

// serve serves a protocol with the keys of one app.
func serve(t testing.TB, name string, raw []byte, interfaces ...route.Interface) *vendor {
	t.Helper()
	v := &vendor{answer: func(*protocol.Admitted) protocol.Outcome { return protocol.Outcome{OK: true} }}
	if err := yaml.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
	d, problems := declare.Read(&v.Protocol)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	p, err := protocol.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	v.system = route.System{Name: name, Zone: "Asia/Shanghai", Protocol: p, Interfaces: interfaces, Errors: problem.Catalogue{
		Success: "0", Texts: map[string]string{"1001": "缺少必须参数[%s]", "2001": "客户不存在"},
	}}
	keys, err := p.Keys(v.App, editions(v.secrets()))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: v.App, keys: keys, token: v.Token, used: map[string]bool{}}
	side := protocol.NewSide(w, w, w, func() time.Time { return moment }).With(keys)
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) { v.serve(t, side, out, r) }))
	t.Cleanup(server.Close)
	v.url = server.URL
	return v
}

// secrets are the keys of both sides: a test has one process.
func (v *vendor) secrets() map[string]string {
	out := map[string]string{}
	for _, list := range []map[string]string{v.Keys, v.System} {
		for name, text := range list {
			if kind, ok := strings.CutPrefix(text, "generate "); ok {
				text = pairs[kind]()
			}
			out[name] = text
		}
	}
	if v.Token != "" {
		out["token"] = v.Token
	}
	return out
}

func editions(texts map[string]string) protocol.Secrets {
	out := protocol.Secrets{}
	for name, text := range texts {
		out[name] = []string{text}
	}
	return out
}

// serve is a server in short: message, Admit, answer, Reply.
func (v *vendor) serve(t testing.TB, side *protocol.Side, out http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	in, err := message.Request(r, 1<<20)
	if err != nil {
		t.Error(err)
		return
	}
	x := v.system.Protocol.Call
	name := ""
	for _, one := range v.system.Interfaces {
		if one.Path != "" && strings.HasSuffix(r.URL.Path, one.Path) {
			name = one.Cmd
		}
	}
	a, err := x.Admit(r.Context(), protocol.Incoming{Message: in, Interface: name}, side)
	defer a.Release()
	o := protocol.Outcome{Code: "refused", ID: "log-1", Now: moment}
	if err == nil {
		v.last, o = in, v.answer(a)
	} else if e := problem.From(err); e.Code != "" {
		o.Code = e.Code
	} else {
		o.Code, o.Text = string(e.Rule), "拒绝"
	}
	m, err := x.Reply(a, o)
	if err != nil {
		t.Error(err)
		return
	}
	if m == nil {
		out.WriteHeader(http.StatusUnauthorized)
		return
	}
	if v.change != nil {
		v.change(m)
	}
	for name, values := range m.Header {
		out.Header()[name] = values
	}
	out.WriteHeader(m.Status)
	_, _ = out.Write(m.Body)
}

// dial is a client of the vendor's app.
func (v *vendor) dial(t testing.TB, change func(*Config)) *Client {
	t.Helper()
	return dial(t, v.system, v.url, func(c *Config) {
		c.App, c.Secrets = v.App, v.secrets()
		if change != nil {
			change(c)
		}
	})
}

// world is what the server knows: one app, one token, all nonces.
type world struct {
	app   string
	keys  *protocol.Keys
	token string
	used  map[string]bool
}

func (w *world) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app != "" && app != w.app {
		return nil, nil //nolint:nilnil // nobody has that id
	}
	return w.keys, nil
}

func (w *world) Valid(_ context.Context, app, token string) (bool, error) {
	return app == w.app && token == w.token, nil
}

func (w *world) App(_ context.Context, token string) (string, error) {
	if token != w.token {
		return "", nil
	}
	return w.app, nil
}

func (w *world) Unsent(context.Context, string, string) ([]string, error) {
	return []string{w.token}, nil
}

func (w *world) Use(_ context.Context, app, value string, _ time.Time) (bool, error) {
	fresh := !w.used[app+"\x00"+value]
	w.used[app+"\x00"+value] = true
	return fresh, nil
}

// head is the last message that was let in, as text.
func (v *vendor) head() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.last == nil {
		return ""
	}
	target := v.last.Path
	if v.last.Query != "" {
		target += "?" + v.last.Query
	}
	return v.last.Method + " " + target + "\n" + string(v.last.Body)
}

// publicHalf is the public half of a pair.
func publicHalf(t *testing.T, private string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(private))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.(*rsa.PrivateKey).Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}
