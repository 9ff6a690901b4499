package protocol_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

const profiled = `
keys: {secret: text}
request:
  header: {X-App: "{app}", X-Id: "{sid}", X-Time: "{time}", X-Sign: "{sign}"}
  json: "{payload}"
  values:
    sid: {send: "{id}"}
    time: {send: "{now|unix}"}
    sign: {of: "{sid}{time}{body}", by: [hmac-sha256 secret, hex], else: BAD_SIGN}
  guards: [{once: sid, with: effect}]
reply:
  json: {code: "{code}"}
  success: {code: "0"}
profiles:
  hardened:
    - {like: sid, pattern: "[0-9]{20}", else: BAD_ID}
    - {equal: sid, to: "{app}{made|time yyMMddHHmmss|fixed 12}{serial}", else: FOREIGN_ID}
    - {like: serial, pattern: "[0-9]{5}", else: BAD_SERIAL}
    - {window: made, within: 24h, else: OLD_ID}
    - {window: time, within: 5m, else: OLD_TIME}
    - {once: time, within: 1h, else: TWICE}
`

// TestProfiles: the further guards hold for the apps that have the profile, and for
// no other.
func TestProfiles(t *testing.T) {
	t.Parallel()
	p := parseProtocol(t, profiled)
	if len(p.Findings) > 0 {
		t.Error(p.Findings)
	}
	plain, err := p.Keys("301", protocol.Secrets{"secret": {"s3cret"}})
	if err != nil {
		t.Fatal(err)
	}
	hardened, err := plain.In("hardened")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plain.In("hard"); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("an unknown profile: %v", err)
	}
	now := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC) // 14:25 in China
	for name, tt := range map[string]struct {
		id   string
		sent time.Time
		want string // of an app with the profile
	}{
		"as it should be":     {"30126112814250000001", now, ""},
		"of this morning":     {"30126112808000000001", now, ""},
		"short":               {"3012611281425001", now, "BAD_ID"},
		"another app":         {"30226112814250000001", now, "FOREIGN_ID"},
		"no month":            {"30126132814250000001", now, "FOREIGN_ID"},
		"letters":             {"301261128142500000a1", now, "BAD_ID"},
		"two days old":        {"30126112614250000001", now, "OLD_ID"},
		"of the next week":    {"30126120514250000001", now, "OLD_ID"},
		"a timestamp of ours": {"30126112814250000001", now.Add(-4 * time.Minute), ""},
		"an old timestamp":    {"30126112814250000001", now.Add(-6 * time.Minute), "OLD_TIME"},
		"a future timestamp":  {"30126112814250000001", now.Add(6 * time.Minute), "OLD_TIME"},
	} {
		for _, keys := range []*protocol.Keys{plain, hardened} {
			sent, err := p.Call.Send(plain, protocol.Outgoing{Interface: "x", ID: tt.id, Payload: []byte(`{"a":1}`), Now: tt.sent})
			if err != nil {
				t.Fatal(err)
			}
			w := &world{app: "301", keys: keys, used: map[string]bool{}}
			a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: "x"},
				protocol.NewSide(w, w, w, func() time.Time { return now }))
			want := tt.want
			if keys == plain {
				want = ""
			}
			if code(err) != want || a.MessageID() != tt.id {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
			if used := len(w.used) > 0; used != (keys == hardened && err == nil) {
				t.Errorf("%s: used %v, though it was refused with %v", name, w.used, err)
			}
			a.Release()
			sent.Release()
		}
	}
	var over yaml.Node
	if err := yaml.Unmarshal([]byte("{profile: lab, profiles: {lab: [{like: sid, pattern: 'x.*'}], hardened: [{like: sid, pattern: '.*'}]}}"), &over); err != nil {
		t.Fatal(err)
	}
	changed, err := p.Override(protocol.Override{All: &over})
	if err != nil {
		t.Fatal(err)
	}
	if names, one := changed.Profiles(); !slices.Equal(names, []string{"lab", "hardened"}) || one != "lab" {
		t.Errorf("of a deployment: %v %q", names, one)
	}
	usual := parseProtocol(t, profiled+"profile: hardened\n")
	if names, one := usual.Profiles(); len(names) != 1 || one != "hardened" {
		t.Errorf("%v %q", names, one)
	}
}

// TestProfileRefusals: a profile that cannot hold is refused, with the way out.
func TestProfileRefusals(t *testing.T) {
	t.Parallel()
	base, _, _ := strings.Cut(profiled, "profiles:")
	for text, want := range map[string]string{
		"profile: hard": `profile: there is no profile "hard": declare it: profiles: {hard: [guards]}`,

		"profiles: {a: []}": "profiles.a: it has no guards: write a list of them",

		"profiles: {a: [{like: sit, pattern: x}]}": "profiles.a[1]: {sit} has no source: no key, no value and no part of a message has the name: did you mean sid?",

		`profiles: {a: [{equal: sid, to: "{app}{serial}"}]}`: "profiles.a[1]: {serial} has no source",

		`profiles: {a: [{like: serial, pattern: x}, {equal: sid, to: "{serial}"}]}`: "profiles.a[1]: {serial} has no source",

		`profiles: {a: [{equal: sid, to: "{day}{no}"}, {like: day, pattern: x}, {like: no, pattern: x}]}`: "profiles.a[1]: nobody sees where {day} ends: put a text behind it, or |fixed N",

		`profiles: {a: [{equal: sid, to: "{day|sha256}"}, {like: day, pattern: x}]}`: "profiles.a[1]: {day} cannot be read: sha256 has no way back: leave the step out",

		`profiles: {a: [{equal: sid, to: "{day|fixed 3}{x}"}, {window: day}, {like: x, pattern: x}]}`: "profiles.a[2]: day is no time",

		`profiles: {a: [{once: time, with: effect}]}`: "profiles.a: with: effect holds for all apps or for none: write it among the guards of the request",

		`profiles: {a: [{issued: time}]}`: "profiles.a: issued holds for all apps or for none: write it among the guards of the request",
	} {
		_, err := protocol.Parse([]byte(base + text + "\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n%v\nwant %s", text, err, want)
		}
	}
}
