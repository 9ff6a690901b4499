package protocol_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// halves makes the keys of a protocol and gives each side what it needs, and no more.
func halves(t *testing.T, p *protocol.Protocol) (server, client protocol.Secrets) {
	t.Helper()
	sides := map[bool]protocol.Secrets{true: {}, false: {}}
	made := map[string]string{}
	for _, server := range []bool{true, false} {
		for _, n := range p.Needs(server) {
			if made[n.Name] == "" {
				text, err := n.Make(0)
				if err != nil {
					t.Fatal(n, err)
				}
				made[n.Name] = text
			}
			text, err := n.Read([]byte(made[n.Name] + "\n"))
			if err != nil {
				t.Fatal(n, err)
			}
			if n.Half == step.Public && strings.Contains(text, "PRIVATE") {
				t.Errorf("%s: the private half is kept", n)
			}
			sides[server][n.Name] = []string{text}
		}
	}
	return sides[true], sides[false]
}

// TestMadeKeys: keys that are made serve both sides of every protocol, though each
// has its half alone.
func TestMadeKeys(t *testing.T) {
	t.Parallel()
	for _, path := range files(t) {
		f, p := load(t, path)
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			t.Parallel()
			server, client := halves(t, p)
			for _, one := range f.Trips {
				madeTrip(t, f, p, one, server, client)
			}
		})
	}
}

func madeTrip(t *testing.T, f *file, p *protocol.Protocol, one trip, server, client protocol.Secrets) {
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	x, from, to := p.Call, client, server
	if one.Push {
		x, from, to = p.Push, server, client
	}
	sender, err := p.Keys(f.App, from)
	if err != nil {
		t.Fatal(err)
	}
	receiver, err := p.Keys(f.App, to)
	if err != nil {
		t.Fatal(err)
	}
	o := protocol.Outgoing{Interface: one.Interface, ID: "20261128062500000001", Payload: []byte(one.Payload), Now: at, Values: one.Values}
	if one.Draft != "" {
		o.Draft = parse(t, one.Draft)
	}
	if one.File != "" {
		o.Files = []message.Part{{Name: "file", File: "a.png", Type: "image/png", Body: []byte(one.File)}}
	}
	sent, err := x.Send(sender, o)
	if err != nil {
		t.Fatalf("%s: send: %v", one.Name, err)
	}
	w := &world{app: f.App, keys: receiver, token: f.Token, secret: f.Secret, used: map[string]bool{}}
	s := protocol.NewSide(w, w, w, func() time.Time { return at }).With(receiver)
	a, err := x.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: one.Interface}, s)
	if err != nil {
		t.Fatalf("%s: admit: %v", one.Name, err)
	}
	defer a.Release()
	m, err := x.Reply(a, protocol.Outcome{OK: true, Code: one.Code, Text: "成功", Payload: []byte(one.Reply), ID: "log-1"})
	if err != nil {
		t.Fatalf("%s: reply: %v", one.Name, err)
	}
	if _, err := x.Open(t.Context(), sent, m); err != nil {
		t.Fatalf("%s: open: %v", one.Name, err)
	}
}

// TestNeedLengths: what a secret must be follows from the steps that take it.
func TestNeedLengths(t *testing.T) {
	t.Parallel()
	_, p := load(t, "testdata/des-field.yaml")
	got := map[string]key.Need{}
	for _, n := range p.Needs(true) {
		got[n.Name] = n
	}
	want := map[string]key.Need{
		"deskey": {Name: "deskey", Kind: "text", Lengths: []int{8}, Steps: true},
		"desiv":  {Name: "desiv", Kind: "text", Lengths: []int{8}, Steps: true},
		"tdes":   {Name: "tdes", Kind: "text", Lengths: []int{16, 24}, Steps: true},
		"salt":   {Name: "salt", Kind: "text"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_, p = load(t, "testdata/lianfa.yaml")
	if diff := cmp.Diff([]key.Need{{Name: "token", Kind: "text"}, {Name: "appkey", Kind: "text", Most: 256, Steps: true}}, p.Needs(true)); diff != "" {
		t.Error(diff)
	}
}
