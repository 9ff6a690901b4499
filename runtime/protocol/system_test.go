package protocol_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// systemVector is a known answer as system.yaml has it today.
type systemVector struct {
	Name    string            `yaml:"name"`
	Now     time.Time         `yaml:"now"`
	App     string            `yaml:"app"`
	Secrets map[string]string `yaml:"secrets"`
	Request struct {
		Method string            `yaml:"method"`
		URL    string            `yaml:"url"`
		Header map[string]string `yaml:"header"`
		Body   string            `yaml:"body"`
	} `yaml:"request"`
	Expect  map[string]string `yaml:"expect"`
	Refused *struct {
		Code string `yaml:"code"`
	} `yaml:"refused"`
	Again bool `yaml:"again"`
}

// TestSystems runs every known answer of the signed systems of this repository
// against the same system as a protocol.
func TestSystems(t *testing.T) {
	t.Parallel()
	total := 0
	for name, path := range map[string]string{
		"baas": "../../spec/baas/system.yaml", "custservice": "../../spec/custservice/system.yaml",
		"u8": "../../spec/u8/system.yaml", "parcel": "../../cmd/jiekou/testdata/exercise/spec/parcel/system.yaml",
	} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var s struct {
			Signature struct {
				Vectors []systemVector `yaml:"vectors"`
			} `yaml:"signature"`
		}
		if err := yaml.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		f, p := load(t, "testdata/"+name+".yaml")
		for _, v := range s.Signature.Vectors {
			total++
			t.Run(name+"/"+v.Name, func(t *testing.T) {
				t.Parallel()
				v.run(t, f, p)
			})
		}
	}
	if total < 40 {
		t.Errorf("only %d known answers", total)
	}
}

func (v *systemVector) message() *message.Message {
	m := &message.Message{Method: v.Request.Method, Header: http.Header{}, Scheme: "http", Host: "localhost"}
	m.Path, m.Query, _ = strings.Cut(v.Request.URL, "?")
	for name, text := range v.Request.Header {
		m.Header.Set(name, text)
	}
	if v.Request.Body != "" {
		m.Body = []byte(v.Request.Body)
	}
	return m
}

func (v *systemVector) run(t *testing.T, f *file, p *protocol.Protocol) {
	own := *f
	own.App, own.Token, own.Keys = v.App, v.Secrets["issued"], v.Secrets
	s, keys := side(t, &own, p, v.Now, nil)
	a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: v.message(), Interface: "x"}, s)
	if v.Again {
		if err != nil {
			t.Fatal(err)
		}
		a, err = p.Call.Admit(t.Context(), protocol.Incoming{Message: v.message(), Interface: "x"}, s)
	}
	want := ""
	if v.Refused != nil {
		want = v.Refused.Code
	}
	if code(err) != want {
		t.Fatalf("refused with %q, want %q: %v", code(err), want, err)
	}
	if v.Refused != nil {
		return
	}
	v.resend(t, p, keys, a)
}

// resend signs what came without its signature: the same bytes must come out.
func (v *systemVector) resend(t *testing.T, p *protocol.Protocol, keys *protocol.Keys, a *protocol.Admitted) {
	draft := v.message()
	for _, name := range []string{"appkey", "sign", "appId", "timestamp", "X-App", "X-Time", "X-Sign"} {
		draft.Header.Del(name)
	}
	query := strings.Split(draft.Query, "&")
	var rest []string
	for _, one := range query {
		name, _, _ := strings.Cut(one, "=")
		if name != "token" && name != "app_key" && name != v.Secrets["token"] {
			rest = append(rest, one)
		}
	}
	draft.Query, draft.Body = strings.Join(rest, "&"), nil
	values := map[string]string{}
	for _, name := range []string{"time", "token"} {
		if text := a.Value(name); text != "" {
			values[name] = text
		}
	}
	sent, err := p.Call.Send(keys, protocol.Outgoing{Payload: a.Payload(), Draft: draft, Now: v.Now, Values: values})
	if err != nil {
		t.Fatal(err)
	}
	in := v.message()
	for name := range in.Header {
		if got, want := sent.Message.Header.Get(name), in.Header.Get(name); got != want && name != "Content-Type" {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if sent.Message.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		if len(sent.Message.Body) != len(in.Body) {
			t.Errorf("body %s, want %s", sent.Message.Body, in.Body)
		}
	} else if string(sent.Message.Body) != string(in.Body) {
		t.Errorf("body %s, want %s", sent.Message.Body, in.Body)
	}
}
