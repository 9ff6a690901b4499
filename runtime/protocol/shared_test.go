package protocol_test

import (
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// TestSharedEditions: the app is inside of what the key of the system opens, and
// the key is being replaced.
func TestSharedEditions(t *testing.T) {
	t.Parallel()
	p := parseProtocol(t, `
keys: {platform: system rsa, secret: text}
request:
  json: {box: "{box}", sign: "{sign}"}
  values:
    box: {of: "{app}:{payload}", by: [rsa-oaep-sha256 platform, base64], else: BOX}
    sign: {of: "{box}{secret}", by: [sha256, hex], else: SIGN}
reply:
  json: {code: "{code}"}
  success: {code: "0"}
`)
	older, newer, other := generated(t, "rsa"), generated(t, "rsa"), generated(t, "rsa")
	secret := []string{"s3cret"}
	server, err := p.Keys("a", protocol.Secrets{"secret": secret, "platform": {newer, older}})
	if err != nil {
		t.Fatal(err)
	}
	shared, err := p.Keys("", protocol.Secrets{"platform": {newer, older}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: "a", keys: server}
	for text, want := range map[string]string{newer: "", older: "", other: "BOX"} {
		client, err := p.Keys("a", protocol.Secrets{"secret": secret, "platform": {text}})
		if err != nil {
			t.Fatal(err)
		}
		sent, err := p.Call.Send(client, protocol.Outgoing{Interface: "x", Payload: []byte(`{"a":1}`), Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: "x"}, protocol.NewSide(w, w, w, time.Now).With(shared))
		if code(err) != want || a.Known() != (want == "") || want == "" && string(a.Payload()) != `{"a":1}` {
			t.Errorf("%v, want %q", err, want)
		}
		a.Release()
	}
}

// TestRefusedEdition: a message that is refused is answered with the edition that it
// was made with, as far as that can be seen.
func TestRefusedEdition(t *testing.T) {
	t.Parallel()
	p := parseProtocol(t, `
keys: {token: text, aes: hex}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: {data: "{data}"}
  values:
    data: {of: "{payload}", by: [aes-gcm aes, base64], else: DATA}
    sign: {of: "{body}{token}", by: [sha256, hex], else: SIGN}
reply:
  header: {X-Sign: "{sign}"}
  json: {code: "{code}"}
  values: {sign: {of: "{body}{token}", by: [sha256, hex]}}
  success: {code: "0"}
`)
	const one, two = "000102030405060708090a0b0c0d0e0f", "101112131415161718191a1b1c1d1e1f"
	server, err := p.Keys("a", protocol.Secrets{"token": {"new", "old"}, "aes": {one, one}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{app: "a", keys: server}
	for token, want := range map[string]string{"old": "DATA", "new": "DATA", "other": "SIGN"} {
		client, err := p.Keys("a", protocol.Secrets{"token": {token}, "aes": {two}})
		if err != nil {
			t.Fatal(err)
		}
		sent, err := p.Call.Send(client, protocol.Outgoing{Interface: "x", Payload: []byte(`{"a":1}`), Now: at})
		if err != nil {
			t.Fatal(err)
		}
		a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: "x"}, protocol.NewSide(w, w, w, now))
		if code(err) != want {
			t.Errorf("%s: %v, want %s", token, err, want)
		}
		m, err := p.Call.Reply(a, protocol.Outcome{Code: "9", Now: at})
		if err != nil {
			t.Fatal(err)
		}
		if o, err := p.Call.Open(t.Context(), sent, m); token != "other" && (err != nil || o.OK) {
			t.Errorf("%s: the refusal does not open: %v", token, err)
		}
		a.Release()
	}
}
