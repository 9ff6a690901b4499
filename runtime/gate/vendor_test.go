package gate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// vendor is one protocol of runtime/protocol/testdata, served.
type vendor struct {
	Protocol yaml.Node         `yaml:"protocol"`
	App      string            `yaml:"app"`
	Secrets  map[string]string `yaml:"keys"` // text, or "generate rsa"
	System   map[string]string `yaml:"system"`
	Token    string            `yaml:"token"`
	Secret   string            `yaml:"secret"`
	Trips    []struct {
		Name      string            `yaml:"name"`
		Push      bool              `yaml:"push"`
		Interface string            `yaml:"interface"`
		Payload   string            `yaml:"payload"`
		Draft     string            `yaml:"draft"`
		Reply     string            `yaml:"reply"`
		Failure   string            `yaml:"failure"`
		Values    map[string]string `yaml:"values"`
		Replay    string            `yaml:"replay"`
		File      string            `yaml:"file"`
	} `yaml:"trips"`

	compiled *protocol.Protocol
	keys     *protocol.Keys
	shared   *protocol.Keys
	memory
	refuse string // code that every answer has
	got    string // payload of the last request
}

func loadVendor(t *testing.T, path string) *vendor {
	t.Helper()
	v := new(vendor)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
	d, problems := declare.Read(&v.Protocol)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	if v.compiled, err = protocol.Compile(d); err != nil {
		t.Fatal(err)
	}
	own, shared := protocol.Secrets{}, protocol.Secrets{}
	for _, need := range v.compiled.Needs(true) {
		text := v.Secrets[need.Name] + v.System[need.Name]
		if strings.HasPrefix(text, "generate ") {
			if text, err = need.Make(0); err != nil {
				t.Fatal(err)
			}
		}
		own[need.Name] = []string{text}
		if need.System {
			shared[need.Name] = own[need.Name]
		}
	}
	if v.keys, err = v.compiled.Keys(v.App, own); err != nil {
		t.Fatal(err)
	}
	if v.shared, err = v.compiled.Keys("", shared); err != nil {
		t.Fatal(err)
	}
	return v
}

// App knows one app.
func (v *vendor) known(id string) (gate.App, bool) {
	return gate.App{ID: v.App, Keys: v.keys, May: func(string) bool { return true }}, id == v.App || id == ""
}

type vendorApps struct{ *vendor }

func (v vendorApps) App(_ context.Context, _, id string) (gate.App, bool) { return v.known(id) }

type vendorTokens struct{ *vendor }

func (v vendorTokens) Valid(_ context.Context, _, app, token string) (bool, error) {
	return app == v.vendor.App && token == v.Token, nil
}

func (v vendorTokens) App(_ context.Context, _, token string) (string, error) {
	if token == v.Token {
		return v.vendor.App, nil
	}
	return "", nil
}

func (v vendorTokens) Unsent(_ context.Context, _, _, token string) ([]string, error) {
	if token != "" {
		return []string{v.Secret}, nil
	}
	return []string{v.Token}, nil
}

// members are the members of a JSON object.
type members []byte

func (m members) Encode(out *wire.Writer) {
	var list map[string]json.RawMessage
	_ = json.Unmarshal(m, &list) // of a test's file
	for name, value := range list {
		out.Raw(name, value)
	}
}

// serve serves the protocol; each trip has an interface.
func (v *vendor) serve(t *testing.T) string {
	t.Helper()
	s := route.System{
		Name: "vendor", Protocol: v.compiled,
		Errors: problem.Catalogue{Success: "0", Rules: map[problem.Rule]string{
			problem.App: "unknown-app", problem.JSON: "malformed", problem.Required: "missing", problem.Method: "method",
			problem.Auth: "auth", problem.Repeated: "again", problem.Interface: "no-interface", problem.Internal: "internal",
		}, Texts: map[string]string{}},
	}
	for i := range v.Trips {
		one := &v.Trips[i]
		if one.Push {
			continue
		}
		s.Errors.Texts[one.Failure] = "不行"
		draft := draftOf(one.Draft)
		i := route.Interface{Cmd: one.Interface, Kind: route.Query, Method: draft.Method, Path: draft.Path}
		if v.compiled.Call.HasPath() {
			i.Method = ""
		}
		if known := s.Interfaces; len(known) > 0 && known[len(known)-1].Cmd == i.Cmd {
			continue
		}
		s.Interfaces = append(s.Interfaces, route.Serve(i, func(_ context.Context, _ *route.Call, in *wire.Reader) (wire.Encoder, error) {
			v.got = string(in.Data())
			if v.refuse != "" {
				return nil, problem.Code(v.refuse)
			}
			return members(one.Reply), nil
		}))
	}
	server, err := gate.New([]route.System{s}, gate.Config{
		Apps: vendorApps{v}, Tokens: vendorTokens{v}, Nonces: &v.memory, Now: func() time.Time { return epoch },
		Shared: func(string) *protocol.Keys { return v.shared },
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return web.URL
}

// draftOf reads a first line and headers.
func draftOf(text string) *message.Message {
	m := &message.Message{Header: http.Header{}}
	for i, line := range strings.Split(text, "\n") {
		if i == 0 {
			m.Method, m.Path, _ = strings.Cut(line, " ")
			m.Path, m.Query, _ = strings.Cut(m.Path, "?")
			continue
		}
		if name, value, ok := strings.Cut(line, ": "); ok && name == "Host" {
			m.Host = value
		} else if ok {
			m.Header.Set(name, value)
		}
	}
	return m
}

// over sends a message over HTTP and returns the reply.
func over(t *testing.T, url string, m *message.Message) *message.Message {
	t.Helper()
	target := url + m.Path
	if m.Query != "" {
		target += "?" + m.Query
	}
	r, err := http.NewRequestWithContext(t.Context(), m.Method, target, strings.NewReader(string(m.Body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = m.Host
	for name, values := range m.Header {
		r.Header[name] = values
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &message.Message{Status: res.StatusCode, Header: res.Header, Body: body}
}

// TestVendors serves the protocols of real vendors over HTTP: success, a refusal of the
// answer, a changed message, an unknown caller, the same message twice.
func TestVendors(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../protocol/testdata/*.yaml")
	if err != nil || len(paths) < 30 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		v := loadVendor(t, path)
		if v.compiled.Call == nil {
			continue // nothing but a notification
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := v.serve(t)
			for i := range v.Trips {
				if !v.Trips[i].Push {
					v.trip(t, url, i)
				}
			}
		})
	}
}

// send makes the message of a trip.
func (v *vendor) send(t *testing.T, i int, change func(name string, text []byte) []byte) *protocol.Sent {
	t.Helper()
	one := &v.Trips[i]
	o := protocol.Outgoing{
		Interface: one.Interface, ID: fmt.Sprintf("2026112806250000%04d", i), Payload: []byte(one.Payload), Now: epoch, Values: one.Values, Change: change,
	}
	o.Draft = draftOf(one.Draft)
	o.Draft.Scheme = "http"
	if one.File != "" {
		o.Files = []message.Part{{Name: "file", File: "a.png", Type: "image/png", Body: []byte(one.File)}}
	}
	sent, err := v.compiled.Call.Send(v.keys, o)
	if err != nil {
		t.Fatal(err)
	}
	return sent
}

func (v *vendor) trip(t *testing.T, url string, i int) {
	one := &v.Trips[i]
	v.refuse = ""
	sent := v.send(t, i, nil)
	opened, err := v.compiled.Call.Open(t.Context(), sent, over(t, url, sent.Message))
	if err != nil || !opened.OK {
		t.Errorf("%s: success: %+v, %v", one.Name, opened, err)
	}
	if one.Payload != "" && !sameJSON(one.Payload, v.got) {
		t.Errorf("%s: the answer got %s, want %s", one.Name, v.got, one.Payload)
	}
	again := over(t, url, sent.Message)
	if opened, err := v.compiled.Call.Open(t.Context(), sent, again); one.Replay != "" && (err != nil || opened.OK) {
		t.Errorf("%s: once more: %d %s, %v", one.Name, again.Status, again.Body, err)
	}
	v.refuse = one.Failure
	sent = v.send(t, i, nil)
	if opened, err := v.compiled.Call.Open(t.Context(), sent, over(t, url, sent.Message)); err != nil || opened.OK {
		t.Errorf("%s: failure: %+v, %v", one.Name, opened, err)
	}
	v.refuse, v.got = "", "nothing"
	if v.compiled.Call.Given {
		sent.Message.Path = "/app/another" + sent.Message.Path
		if reply := over(t, url, sent.Message); v.got != "nothing" {
			t.Errorf("%s: at another app's URL: %d %s", one.Name, reply.Status, reply.Body)
		}
		return
	}
	v.stranger(t, url, i)
}

// stranger sends the message with another app's id: nobody answers it.
func (v *vendor) stranger(t *testing.T, url string, i int) {
	id := v.App
	v.App = "nobody-" + id
	defer func() { v.App = id }()
	sent := v.send(t, i, nil)
	reply := over(t, url, sent.Message)
	if v.got != "nothing" || reply.Status == http.StatusNotFound {
		t.Errorf("%s: a stranger got in, or %d %s", v.Trips[i].Name, reply.Status, reply.Body)
	}
	if opened, err := v.compiled.Call.Open(t.Context(), sent, reply); err == nil && opened.OK {
		t.Errorf("%s: a stranger was told success: %s", v.Trips[i].Name, reply.Body)
	}
	if strings.Contains(string(reply.Body), "internal") {
		t.Errorf("%s: a stranger is our fault: %s", v.Trips[i].Name, reply.Body)
	}
}

// sameJSON compares JSON; forms and XML turn numbers into texts.
func sameJSON(a, b string) bool {
	flat := func(s string) string {
		var v any
		if json.Unmarshal([]byte(s), &v) != nil {
			return s
		}
		out, _ := json.Marshal(v)
		return string(out)
	}
	return flat(a) == flat(b)
}
