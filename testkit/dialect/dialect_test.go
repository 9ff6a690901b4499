package dialect_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// world knows one app, takes every token, and has seen nothing.
type world struct{ keys *protocol.Keys }

func (w *world) Keys(context.Context, string) (*protocol.Keys, error)         { return w.keys, nil }
func (w *world) Valid(context.Context, string, string) (bool, error)          { return true, nil }
func (w *world) App(context.Context, string) (string, error)                  { return w.keys.App(), nil }
func (w *world) Use(context.Context, string, string, time.Time) (bool, error) { return true, nil }
func (w *world) Unsent(context.Context, string, string) ([]string, error)     { return nil, nil }

// desk is a protocol of the engine's tests with its keys.
type desk struct {
	x    *protocol.Exchange
	side *protocol.Side
	keys map[string]string
	make build
}

func open(t testing.TB, name string, push bool, make build) *desk {
	t.Helper()
	raw, err := os.ReadFile("../../runtime/protocol/testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return openText(t, string(raw), push, make)
}

// openText opens a protocol as the files of the engine's tests have it.
func openText(t testing.TB, raw string, push bool, make build) *desk {
	t.Helper()
	var f struct {
		Protocol yaml.Node         `yaml:"protocol"`
		App      string            `yaml:"app"`
		Keys     map[string]string `yaml:"keys"`
	}
	if err := yaml.Unmarshal([]byte(raw), &f); err != nil {
		t.Fatal(err)
	}
	d, problems := declare.Read(&f.Protocol)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	p, err := protocol.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	secrets := protocol.Secrets{}
	for name, text := range f.Keys {
		if kind, ok := strings.CutPrefix(text, "generate "); ok {
			text = generated(t, kind)
		}
		f.Keys[name] = text
		secrets[name] = []string{text}
	}
	k, err := p.Keys(f.App, secrets)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{k}
	at := time.Unix(1795847100, 0)
	x := p.Call
	if push {
		x = p.Push
	}
	return &desk{x, protocol.NewSide(w, w, w, func() time.Time { return at }), f.Keys, make}
}

var rsaKey = func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}()

func pemOf(t testing.TB) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(rsaKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func (d *desk) ask(t testing.TB, m *message.Message) *protocol.Inquiry {
	return d.x.Inquire(t.Context(), protocol.Incoming{Message: m, Interface: "x"}, d.side)
}

// generated makes a key pair of a kind, in PEM.
func generated(t testing.TB, kind string) string {
	t.Helper()
	if kind == "rsa" {
		return pemOf(t)
	}
	text, err := key.Need{Kind: kind, Half: step.Private}.Make(0)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
