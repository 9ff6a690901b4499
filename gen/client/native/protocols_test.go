package native

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
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// file is a protocol of the engine with its trips and known answers.
type file struct {
	name     string
	p        *protocol.Protocol
	keys     map[string]string
	Protocol yaml.Node         `yaml:"protocol"`
	App      string            `yaml:"app"`
	Keys     map[string]string `yaml:"keys"`
	System   map[string]string `yaml:"system"`
	Token    string            `yaml:"token"`
	Secret   string            `yaml:"secret"`
	Trips    []trip            `yaml:"trips"`
	Vectors  []vector          `yaml:"vectors"`
}

type trip struct {
	Name      string            `yaml:"name"`
	Push      bool              `yaml:"push"`
	Interface string            `yaml:"interface"`
	Payload   string            `yaml:"payload"`
	Draft     string            `yaml:"draft"`
	Reply     string            `yaml:"reply"`
	Code      string            `yaml:"code"`
	Failure   string            `yaml:"failure"`
	File      string            `yaml:"file"` // of multipart
	Values    map[string]string `yaml:"values"`
}

type vector struct {
	Name    string            `yaml:"name"`
	Push    bool              `yaml:"push"`
	At      time.Time         `yaml:"at"`
	Message string            `yaml:"message"`
	Keys    map[string]string `yaml:"keys"`
	App     string            `yaml:"app"`
	Send    *struct {
		Interface string            `yaml:"interface"`
		ID        string            `yaml:"id"`
		Payload   string            `yaml:"payload"`
		Draft     string            `yaml:"draft"`
		Values    map[string]string `yaml:"values"`
	} `yaml:"send"`
}

var made sync.Map // key pairs by kind and name: they are slow to make

// pairOf makes a key pair, in PEM with both halves.
func pairOf(t *testing.T, name, kind string) string {
	t.Helper()
	if text, ok := made.Load(kind + name); ok {
		return text.(string)
	}
	var key any
	var err error
	marshal := x509.MarshalPKCS8PrivateKey
	switch kind {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "sm2":
		key, err = sm2.GenerateKey(rand.Reader)
		marshal = smx509.MarshalPKCS8PrivateKey
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	der, err := marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := made.LoadOrStore(kind+name, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	return text.(string)
}

// protocols are those of the engine's tests.
func protocols(t *testing.T) []*file {
	t.Helper()
	all, err := filepath.Glob("../../../runtime/protocol/testdata/*.yaml")
	if err != nil || len(all) < 60 {
		t.Fatal(all, err)
	}
	var out []*file
	for _, path := range all {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f := &file{name: strings.TrimSuffix(filepath.Base(path), ".yaml"), keys: map[string]string{}}
		if err := yaml.Unmarshal(raw, f); err != nil {
			t.Fatal(err)
		}
		d, problems := declare.Read(&f.Protocol)
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		if f.p, err = protocol.Compile(d); err != nil {
			t.Fatal(err)
		}
		for _, list := range []map[string]string{f.Keys, f.System} {
			for name, text := range list {
				if kind, ok := strings.CutPrefix(text, "generate "); ok {
					text = pairOf(t, name, kind)
				}
				f.keys[name] = text
			}
		}
		out = append(out, f)
	}
	return out
}

// module is the name of the module of a protocol.
func (f *file) module() string { return "P" + strings.ReplaceAll(raised(f.name), "-", "_") }

// world is the rest of a side.
type world struct {
	f    *file
	keys *protocol.Keys
}

func (w *world) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app != "" && app != w.f.App {
		return nil, nil //nolint:nilnil // nobody has that id
	}
	return w.keys, nil
}

func (w *world) Valid(_ context.Context, _, token string) (bool, error) {
	return token == w.f.Token && token != "", nil
}

func (w *world) App(_ context.Context, token string) (string, error) {
	if token == w.f.Token && token != "" {
		return w.f.App, nil
	}
	return "", nil
}

func (w *world) Unsent(_ context.Context, _, token string) ([]string, error) {
	if token != "" {
		return []string{w.f.Secret}, nil
	}
	return []string{w.f.Token}, nil
}

func (w *world) Use(context.Context, string, string, time.Time) (bool, error) { return true, nil }

// side is the server of a file.
func (f *file) side(t *testing.T, now time.Time) *protocol.Side {
	t.Helper()
	list, shared := protocol.Secrets{}, protocol.Secrets{}
	for name, text := range f.keys {
		list[name] = []string{text}
		if _, ok := f.System[name]; ok {
			shared[name] = []string{text}
		}
	}
	k, err := f.p.Keys(f.App, list)
	if err != nil {
		t.Fatal(f.name, err)
	}
	w := &world{f, k}
	s := protocol.NewSide(w, w, w, func() time.Time { return now })
	if len(shared) == 0 {
		return s
	}
	system, err := f.p.Keys("", shared)
	if err != nil {
		t.Fatal(err)
	}
	return s.With(system)
}

// parse reads a message as it stands on the wire.
func parse(text string) *message.Message {
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimRight(head, "\n"), "\n")
	m := &message.Message{Header: http.Header{}, Scheme: "https", Body: []byte(body)}
	target := ""
	m.Method, target, _ = strings.Cut(lines[0], " ")
	m.Path, m.Query, _ = strings.Cut(target, "?")
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			m.Host = value
			continue
		}
		m.Header.Add(name, value)
	}
	return m
}

// dump is the reverse.
func dump(m *message.Message) string {
	var h bytes.Buffer
	_ = m.Header.Write(&h)
	return m.Method + " " + target(m) + "\nHost: " + m.Host + "\n" + strings.ReplaceAll(h.String(), "\r\n", "\n") + "\n" + string(m.Body)
}

func target(m *message.Message) string {
	if m.Query != "" {
		return m.Path + "?" + m.Query
	}
	return m.Path
}

func headersOf(m *message.Message) map[string]string {
	out := map[string]string{}
	for name := range m.Header {
		out[name] = m.Header.Get(name)
	}
	return out
}

// same compares JSON, numbers by their digits.
func same(a, b string) bool {
	read := func(text string) (v any, err error) {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		return v, dec.Decode(&v)
	}
	x, err1 := read(a)
	y, err2 := read(b)
	if err1 != nil || err2 != nil {
		return a == b
	}
	one, _ := json.Marshal(x)
	two, _ := json.Marshal(y)
	return bytes.Equal(one, two)
}

func (f *file) sealing(iface, id, payload string, draft *message.Message, now time.Time, values, keys map[string]string) map[string]any {
	call := map[string]any{"app": f.App, "interface": iface, "id": id, "payload": payload, "values": values}
	if draft != nil {
		call["method"], call["headers"], call["body"] = draft.Method, headersOf(draft), string(draft.Body)
		call["url"] = draft.Scheme + "://" + draft.Host + target(draft)
	}
	return map[string]any{"do": "seal", "module": f.module(), "call": call, "keys": keys, "now": now.UnixMilli()}
}

// language is how a language is held to the protocols.
type language struct {
	has     map[string]bool
	gaps    map[string]string // by protocol, what the language cannot carry
	program func(p *program.Program, module string) (file, text string)
	build   func(t *testing.T, dir string) *process
}

// holdProtocols carries out the trips, the known answers and the notifications of every
// protocol with a language: each is sealed, admitted and answered by the server, and
// opened; a changed byte is refused.
func holdProtocols(t *testing.T, l language) {
	t.Helper()
	dir := t.TempDir()
	var all []*file
	programs := map[*file]*program.Program{}
	for _, f := range protocols(t) {
		p, err := program.Whole(f.p, program.Options{Has: l.has})
		gap, told := errors.AsType[*program.Gap](err)
		switch want := l.gaps[f.name]; {
		case told && gap.Place+": "+gap.What == want:
			continue
		case err != nil || want != "":
			t.Errorf("%s: %v, want %q", f.name, err, want)
			continue
		}
		name, text := l.program(p, f.module())
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		programs[f] = p
		all = append(all, f)
	}
	driver := l.build(t, dir)
	trips, vectors, pushes, early := 0, 0, 0, 0
	for _, f := range all {
		for i := range f.Trips {
			if f.Trips[i].Push {
				pushes += f.push(t, driver, &f.Trips[i])
			} else {
				trips += f.call(t, driver, &f.Trips[i], programs[f].Token)
				early += f.early(t, driver, &f.Trips[i], programs[f].Token)
			}
		}
		for i := range f.Vectors {
			vectors += f.known(t, driver, &f.Vectors[i])
		}
	}
	if trips < 25 || vectors < 10 || pushes < 8 || early < 10 {
		t.Errorf("only %d trips, %d known answers, %d notifications and %d early refusals", trips, vectors, pushes, early)
	}
}

var noon = time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)

func (f *file) call(t *testing.T, driver *process, one *trip, token string) int {
	t.Helper()
	values := map[string]string{}
	for name, text := range one.Values {
		values[name] = text
	}
	if token != "" && f.Token != "" {
		values[token] = f.Token
	}
	var draft *message.Message
	if one.Draft != "" {
		draft = parse(one.Draft)
	}
	task := f.sealing(one.Interface, "20261128062500000001", one.Payload, draft, noon, values, f.keys)
	if one.File != "" {
		task["call"].(map[string]any)["files"] = []map[string]any{{"name": "file", "body": []byte(one.File), "file": `图 "1".png`, "type": "image/png"}}
	}
	sealed := driver.ask(t, task)
	if sealed.Error != "" {
		t.Errorf("%s/%s: %s %s", f.name, one.Name, sealed.Error, sealed.Trace)
		return 0
	}
	m := sealed.message()
	a, err := f.p.Call.Admit(t.Context(), protocol.Incoming{Message: m, Interface: one.Interface}, f.side(t, noon))
	if err != nil {
		t.Errorf("%s/%s: %v\n%s", f.name, one.Name, err, dump(m))
		return 0
	}
	defer a.Release()
	if one.Payload != "" && !same(one.Payload, string(a.Payload())) {
		t.Errorf("%s/%s: payload %s, want %s", f.name, one.Name, a.Payload(), one.Payload)
	}
	for _, o := range []protocol.Outcome{
		{OK: true, Code: one.Code, Text: "成功", Payload: []byte(one.Reply), ID: "log-1", Now: noon},
		{Code: one.Failure, Text: "失败", ID: "log-2", Now: noon},
	} {
		reply, err := f.p.Call.Reply(a, o)
		if err != nil {
			t.Fatal(err)
		}
		body := append([]byte{}, reply.Body...) // an empty one is no null
		task = map[string]any{
			"do": "open", "module": f.module(), "handle": sealed.Handle, "keys": f.keys, "now": noon.UnixMilli(),
			"message": map[string]any{"status": reply.Status, "headers": headersOf(reply), "body": body},
		}
		switch r := driver.ask(t, task); {
		case r.Error != "":
			t.Errorf("%s/%s: %s %s\n%s", f.name, one.Name, r.Error, r.Trace, body)
		case r.OK != o.OK:
			t.Errorf("%s/%s: ok is %t: %s", f.name, one.Name, r.OK, body)
		case o.OK && one.Reply != "" && !same(one.Reply, r.Payload):
			t.Errorf("%s/%s: payload %s, want %s", f.name, one.Name, r.Payload, one.Reply)
		}
		if changed := trial.Spoiled(body); changed != nil && o.OK && f.p.Call.Verified() {
			task["message"] = map[string]any{"status": reply.Status, "headers": headersOf(reply), "body": changed}
			if r := driver.ask(t, task); r.Error == "" && r.OK {
				t.Errorf("%s/%s: a changed reply was taken: %s", f.name, one.Name, changed)
			}
		}
	}
	return 1
}

func (f *file) known(t *testing.T, driver *process, v *vector) int {
	t.Helper()
	if v.Push || v.Send == nil {
		return 0
	}
	keys := map[string]string{}
	for _, list := range []map[string]string{f.keys, v.Keys} {
		for name, text := range list {
			keys[name] = text
		}
	}
	own := *f
	if v.App != "" {
		own.App = v.App
	}
	var draft *message.Message
	if v.Send.Draft != "" {
		draft = parse(v.Send.Draft)
	}
	r := driver.ask(t, own.sealing(v.Send.Interface, v.Send.ID, v.Send.Payload, draft, v.At, v.Send.Values, keys))
	if r.Error != "" {
		t.Errorf("%s/%s: %s %s", f.name, v.Name, r.Error, r.Trace)
	} else if got, want := dump(r.message()), dump(parse(v.Message)); got != want {
		t.Errorf("%s/%s:\n%s\nwant\n%s", f.name, v.Name, got, want)
	}
	return 1
}

func (f *file) push(t *testing.T, driver *process, one *trip) int {
	t.Helper()
	secrets := protocol.Secrets{}
	for name, text := range f.keys {
		secrets[name] = []string{text}
	}
	keys, err := f.p.Keys(f.App, secrets)
	if err != nil {
		t.Fatal(f.name, err)
	}
	draft := &message.Message{Method: "POST", Path: "/", Header: http.Header{}, Scheme: "https", Host: "here.example"}
	if one.Draft != "" {
		draft = parse(one.Draft)
	}
	sent, err := f.p.Push.Send(keys, protocol.Outgoing{Interface: one.Interface, ID: "20261128062500000001", Payload: []byte(one.Payload), Draft: draft, Now: noon, Values: one.Values})
	if err != nil {
		t.Fatal(f.name, err)
	}
	m := sent.Message
	incoming := map[string]any{"method": m.Method, "url": m.Scheme + "://" + m.Host + target(m), "headers": headersOf(m), "body": append([]byte{}, m.Body...)}
	task := map[string]any{"do": "take", "module": f.module(), "app": f.App, "interface": one.Interface, "keys": f.keys, "now": noon.UnixMilli(), "message": incoming}
	taken := driver.ask(t, task)
	if taken.Error != "" {
		t.Errorf("%s/%s: %s %s", f.name, one.Name, taken.Error, taken.Trace)
		return 0
	}
	if !same(one.Payload, taken.Payload) {
		t.Errorf("%s/%s: payload %s, want %s", f.name, one.Name, taken.Payload, one.Payload)
	}
	for _, ok := range []bool{true, false} {
		code, payload := one.Code, one.Reply
		if !ok {
			code, payload = one.Failure, ""
		}
		a := driver.ask(t, map[string]any{
			"do": "answer", "module": f.module(), "handle": taken.Handle, "keys": f.keys, "now": noon.UnixMilli(), "ok": ok, "code": code, "text": "文", "payload": payload,
		})
		if opened, err := f.p.Push.Open(t.Context(), sent, a.message()); err != nil || a.Error != "" || opened.OK != ok {
			t.Errorf("%s/%s: the answer that is %t: %v %s %s\n%s", f.name, one.Name, ok, err, a.Error, a.Trace, a.Body)
		}
	}
	if changed := trial.Spoiled(m.Body); changed != nil && f.p.Push.Verified() {
		incoming["body"] = changed
		if r := driver.ask(t, task); r.Error == "" {
			t.Errorf("%s/%s: a changed notification was taken", f.name, one.Name)
		}
	}
	return 1
}

// gaps are the protocols that no client in another language can carry out, and why.
func gaps() map[string]string {
	return map[string]string{
		"jd-pay":    "reply.values.sign: step rsa-private-encrypt platform",
		"truelayer": "request.values.sign: step ecdsa-sha512",
		"qqbot":     "push.variants[1].answer.values.echo: step ed25519-seed",
	}
}
