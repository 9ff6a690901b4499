package protocol_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
)

// file is one protocol of testdata with its known answers.
type file struct {
	Title    string              `yaml:"title"`
	Source   string              `yaml:"source"`
	Shows    []string            `yaml:"shows"` // what no other protocol there has
	Protocol yaml.Node           `yaml:"protocol"`
	App      string              `yaml:"app"`
	Keys     map[string]string   `yaml:"keys"`   // text, or "generate rsa"
	System   map[string]string   `yaml:"system"` // of the server, for all apps
	Token    string              `yaml:"token"`  // that is issued
	Secret   string              `yaml:"secret"` // that is issued with it and never sent
	Vectors  []vector            `yaml:"vectors"`
	Trips    []trip              `yaml:"trips"`
	Unsigned []string            `yaml:"unsigned"` // places that nothing protects, as the vendor has it
	Editions map[string][]string `yaml:"editions"`
}

// vector is a known answer: a message as it stands on the wire.
type vector struct {
	Name      string            `yaml:"name"`
	Push      bool              `yaml:"push"`
	At        time.Time         `yaml:"at"`
	Interface string            `yaml:"interface"`
	Message   string            `yaml:"message"`
	Values    map[string]string `yaml:"values"`  // what names hold afterwards
	Payload   string            `yaml:"payload"` // "": not looked at
	Refused   string            `yaml:"refused"` // code or rule
	By        string            `yaml:"by"`      // value that refuses
	Again     bool              `yaml:"again"`
	Answer    string            `yaml:"answer"` // body of the answer, of a handshake
	Send      *sending          `yaml:"send"`   // sending this gives the message
	Keys      map[string]string `yaml:"keys"`   // in place of the file's
	App       string            `yaml:"app"`    // likewise
}

type sending struct {
	Interface string            `yaml:"interface"`
	ID        string            `yaml:"id"`
	Payload   string            `yaml:"payload"`
	Draft     string            `yaml:"draft"`
	Values    map[string]string `yaml:"values"`
}

// trip is a whole round: sent, admitted, answered, opened.
type trip struct {
	Name      string            `yaml:"name"`
	Push      bool              `yaml:"push"`
	Interface string            `yaml:"interface"`
	Payload   string            `yaml:"payload"`
	Draft     string            `yaml:"draft"`
	Reply     string            `yaml:"reply"`   // payload of the reply
	Code      string            `yaml:"code"`    // of success
	Failure   string            `yaml:"failure"` // code of a failure
	Values    map[string]string `yaml:"values"`
	Replay    string            `yaml:"replay"` // code of the same message once more; empty: it is let in
	File      string            `yaml:"file"`   // of multipart
	Shows     map[string]string `yaml:"shows"`  // part of the answer's body by outcome
}

func load(t testing.TB, path string) (*file, *protocol.Protocol) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f file
	if err := yaml.Unmarshal(raw, &f); err != nil {
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
	for _, one := range p.Findings {
		t.Log("finding:", one)
	}
	return &f, p
}

// generated makes a key pair of a kind, in PEM with both halves.
func generated(t testing.TB, kind string) string {
	t.Helper()
	var key any
	var err error
	switch kind {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "sm2":
		key, err = sm2.GenerateKey(rand.Reader)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		t.Fatalf("generate %s", kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if kind == "sm2" {
		der, err = smx509.MarshalPKCS8PrivateKey(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

var pairs sync.Map // kind and name -> PEM: keys are slow to make

func secrets(t testing.TB, texts map[string]string) protocol.Secrets {
	t.Helper()
	out := protocol.Secrets{}
	for name, text := range texts {
		if kind, ok := strings.CutPrefix(text, "generate "); ok {
			made, ok := pairs.Load(kind + name)
			if !ok {
				made, _ = pairs.LoadOrStore(kind+name, generated(t, kind))
			}
			text = made.(string)
		}
		out[name] = []string{text}
	}
	return out
}

// world is the rest of a side: one app, one token, all nonces.
type world struct {
	app    string
	keys   *protocol.Keys
	token  string
	secret string // issued with it
	used   map[string]bool
}

func (w *world) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app != "" && app != w.app {
		return nil, nil //nolint:nilnil // nobody has that id
	}
	return w.keys, nil
}

func (w *world) Valid(_ context.Context, app, token string) (bool, error) {
	return app == w.app && token == w.token && token != "", nil
}

func (w *world) App(_ context.Context, token string) (string, error) {
	if token == w.token && token != "" {
		return w.app, nil
	}
	return "", nil
}

func (w *world) Unsent(_ context.Context, app, token string) ([]string, error) {
	switch {
	case app != w.app, token != "" && token != w.token:
		return nil, nil
	case token != "":
		return []string{w.secret}, nil
	}
	return []string{"a newer one", w.token, "an older one"}, nil
}

func (w *world) Use(_ context.Context, app, value string, _ time.Time) (bool, error) {
	fresh := !w.used[app+"\x00"+value]
	w.used[app+"\x00"+value] = true
	return fresh, nil
}

func side(t testing.TB, f *file, p *protocol.Protocol, at time.Time, keys map[string]string) (*protocol.Side, *protocol.Keys) {
	t.Helper()
	all := secrets(t, f.Keys)
	for name, text := range secrets(t, f.System) {
		all[name] = text
	}
	for name, text := range secrets(t, keys) {
		all[name] = text
	}
	k, err := p.Keys(f.App, all)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: f.App, keys: k, token: f.Token, secret: f.Secret, used: map[string]bool{}}
	return sideOf(t, f, p, at, w, w, w), k
}

// sideOf is a side with tokens and nonces of its own.
func sideOf(t testing.TB, f *file, p *protocol.Protocol, at time.Time, apps protocol.Apps, tokens protocol.Tokens, nonces protocol.Nonces) *protocol.Side {
	t.Helper()
	s := protocol.NewSide(apps, tokens, nonces, func() time.Time { return at })
	if f.System == nil {
		return s
	}
	system, err := p.Keys("", secrets(t, f.System))
	if err != nil {
		t.Fatal(err)
	}
	return s.With(system)
}

// forgetful is a side that takes a value that counts once every time.
func forgetful(t testing.TB, f *file, p *protocol.Protocol, at time.Time) *protocol.Side {
	t.Helper()
	_, k := side(t, f, p, at, nil)
	w := &world{app: f.App, keys: k, token: f.Token, secret: f.Secret}
	return sideOf(t, f, p, at, w, w, everything{})
}

// parse reads a message as it stands on the wire: a first line, headers, an empty
// line, a body.
func parse(t testing.TB, text string) *message.Message {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimRight(head, "\n"), "\n")
	m := &message.Message{Header: http.Header{}, Scheme: "https", Body: []byte(body)}
	if body == "" {
		m.Body = nil
	}
	method, target, _ := strings.Cut(lines[0], " ")
	m.Method = method
	m.Path, m.Query, _ = strings.Cut(target, "?")
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("header %q", line)
		}
		if name == "Host" {
			m.Host = value
			continue
		}
		m.Header.Add(name, value)
	}
	return m
}

// dump is the reverse, with the headers in order.
func dump(m *message.Message) string {
	var b strings.Builder
	b.WriteString(m.Method + " " + m.Path)
	if m.Query != "" {
		b.WriteString("?" + m.Query)
	}
	b.WriteString("\n")
	if m.Host != "" {
		b.WriteString("Host: " + m.Host + "\n")
	}
	var h bytes.Buffer
	_ = m.Header.Write(&h)
	b.WriteString(strings.ReplaceAll(h.String(), "\r\n", "\n"))
	return b.String() + "\n" + string(m.Body)
}

func code(err error) string {
	if err == nil {
		return ""
	}
	e := problem.From(err)
	if e.Code != "" {
		return e.Code
	}
	return string(e.Rule)
}

func by(err error) string {
	if e, ok := errors.AsType[*refusal.StepError](err); ok {
		return e.Value
	}
	return ""
}

func files(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	return all
}

func TestKnownAnswers(t *testing.T) {
	t.Parallel()
	for _, path := range files(t) {
		f, p := load(t, path)
		for _, v := range f.Vectors {
			t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml")+"/"+v.Name, func(t *testing.T) {
				t.Parallel()
				runVector(t, f, p, v)
			})
		}
	}
}

func runVector(t *testing.T, f *file, p *protocol.Protocol, v vector) {
	x := p.Call
	if v.Push {
		x = p.Push
	}
	own := *f
	if v.App != "" {
		own.App = v.App
	}
	s, keys := side(t, &own, p, v.At, v.Keys)
	in := protocol.Incoming{Message: parse(t, v.Message), Interface: v.Interface}
	a, err := x.Admit(t.Context(), in, s)
	if v.Again {
		if err != nil {
			t.Fatalf("the first time: %v", err)
		}
		in.Message = parse(t, v.Message)
		a, err = x.Admit(t.Context(), in, s)
	}
	if code(err) != v.Refused || v.By != "" && by(err) != v.By {
		t.Fatalf("refused %q by %q, want %q by %q: %v", code(err), by(err), v.Refused, v.By, err)
	}
	for name, want := range v.Values {
		if got := a.Value(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if v.Payload != "" {
		sameJSON(t, "payload", v.Payload, string(a.Payload()))
	}
	if v.Answer != "" {
		m, err := x.Reply(a, protocol.Outcome{OK: true})
		if err != nil || string(m.Body) != v.Answer {
			t.Errorf("answer %v, %v; want %q", m, err, v.Answer)
		}
	}
	if v.Send == nil {
		return
	}
	o := protocol.Outgoing{
		Interface: v.Send.Interface, ID: v.Send.ID, Payload: []byte(v.Send.Payload), Now: v.At, Values: v.Send.Values,
	}
	if v.Send.Draft != "" {
		o.Draft = parse(t, v.Send.Draft)
	}
	sent, err := x.Send(keys, o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(dump(parse(t, v.Message)), dump(sent.Message)); diff != "" {
		t.Error(diff)
	}
}

func sameJSON(t testing.TB, what, want, got string) {
	t.Helper()
	var a, b any
	if json.Unmarshal([]byte(want), &a) != nil || json.Unmarshal([]byte(got), &b) != nil {
		if want != got {
			t.Errorf("%s is %s, want %s", what, got, want)
		}
		return
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

// everything is fresh.
type everything struct{}

func (everything) Use(context.Context, string, string, time.Time) (bool, error) { return true, nil }

// TestSources: a file whose source says where an answer is from, or what computed it, has
// one.
func TestSources(t *testing.T) {
	t.Parallel()
	claim := regexp.MustCompile(`(?i)comput|published|example|known answer|python|openssl`)
	for _, path := range files(t) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var f file
		if err := yaml.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		if len(f.Vectors) == 0 && claim.MatchString(f.Source) {
			t.Errorf("%s has no known answer, and its source says %q", filepath.Base(path), f.Source)
		}
	}
}
