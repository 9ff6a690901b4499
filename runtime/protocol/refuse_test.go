package protocol_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// good is a declaration that each case changes.
const good = `
keys: {appkey: text, pair: rsa}
request:
  header: {X-App: "{app}", X-Time: "{time}", X-Sign: "{sign}"}
  json: "{payload}"
  values:
    time: {send: "{now|unix}"}
    sign: {of: "{app}{time}{body}", by: [hmac-sha256 appkey, hex], else: 401}
  guards: [{window: time, within: 5m, else: 401}]
`

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	if _, err := protocol.Parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	const (
		before = ", else: 401}\n  guards: ["
		kind   = ", else: 401}\n    kind: {send: one}\n  guards: ["
	)
	for _, tt := range []struct{ old, with, want string }{
		{"{app}{time}{body}", "{apps}{time}{body}", "{apps} has no source: no key, no value and no part of a message has the name: did you mean app?"},
		{"hmac-sha256 appkey", "hmac-sh256 appkey", `there is no step "hmac-sh256": did you mean hmac-sha256?`},
		{"hmac-sha256 appkey", "hmac-sha256 appkye", "{appkye} has no source: no key, no value and no part of a message has the name: did you mean appkey?"},
		{"hmac-sha256 appkey", "hmac-sha256", "hmac-sha256: it takes one argument, the name of the key"},
		{"hmac-sha256 appkey", "hmac-sha256 pair", "pair is a key pair, and hmac-sha256 takes a secret: declare it as text, hex or base64"},
		{"hmac-sha256 appkey", "rsa-sha256 appkey", "appkey is no key pair of rsa: declare it: keys: {appkey: rsa}"},
		{"hmac-sha256 appkey", "aes-gcm appkey iv=zero", "aes-gcm: gcm is broken by an iv that comes twice: take iv=prefix or a value"},
		{"hmac-sha256 appkey", "hmac-sha256 appkey size=3", "hmac-sha256 takes no size=; a text that has = in it is written in quotes, 'size=3'"},
		{"{app}{time}{body}", "{app}{time|prefix t=1}{body}", "prefix takes no t=; a text that has = in it is written in quotes, 't=1'"},
		{`X-App: "{app}"`, `X-App: "{id}"`, "nothing that can be read without a key names the app: put {app} into a place, or say app: given where there is one partner at each URL"},
		{`{of: "{app}{time}{body}"`, `{of: "{app}{time}{body}{id}"`, "who receives can never check it: id is not known there"},
		{`{of: "{app}{time}{body}"`, `{of: "{app}{time}{body}{random}"`, "who receives can never check it: random is not known there: write send instead of of where the receiver takes what comes; a window tells it what now was"},
		{`{window: time`, `{window: sign`, `sign is no time: declare it as a time: sign: {send: "{now|unix}"}`},
		{`{now|unix}`, `{now|time date}`, "time date cannot be read as a time: name a value that says the time of day"},
		{before, kind + `{like: kind, pattern: "[0-9]+"}, `, `"one" is sent, which is not like [0-9]+: change the value or the pattern`},
		{before, kind + `{once: kind}, `, `every message has "one" there: the second is refused: send a value that differs, as {id} or {random|first 16|hex}`},
		{"pair: rsa", "appid: rsa", "the file of an app has another member of that name: take another name"},
		{"within: 5m", "within: 5 minutes", `"5 minutes" is no duration: write 5m or 24h`},
		{`X-Time: "{time}"`, `X-Time: "{time}{id}"`, "who receives can never check it: time, id is not known there: nobody sees where {time} ends: put a text behind it, or |fixed N, or |counted 4"},
		{`json: "{payload}"`, `json: {a: "{sign}", b: "{payload}"}`, "it is made of itself: header.X-Sign needs sign needs body needs json.a needs sign: leave it out of what it is made of"},
		{`json: "{payload}"`, "json: \"{payload}\"\n  text: x", "the message has two bodies: json and text: leave one out, or make it a variant"},
		{`{app}{time}{body}`, `{other}{body}"}` + "\n    seen: {send: \"1\"}\n    other: {of: \"{seen}{time}", "who receives can never check it: seen is not known there: no place of the message has {seen}: put it into one, or say what it is made of"},
		{`json: "{payload}"`, `json: {mobiles: "{payload.mobiles}"}`, `who receives can never check it: payload is not known there: no place of the message has the members of the interface: write "*": "{payload}" where they stand`},
		{"{app}{time}{body}", "{app}{payloads.a}{body}", "{payloads.a} has no source"},
		{"values:", "value:", `unknown word "value": did you mean values?`},
		{"appkey: text", "appkey: txt", `unknown kind "txt": did you mean text?`},
		{"{body}", "{body", "a { without its }; write {{ for the character"},
		{"{body}", "{body}}", "a } without its {; write }} for the character"},
		{"{body}", "{params}\"}\n    params: {from: [cookie]}\n    other: {of: \"x", `"cookie" holds no pairs`},
		{"{body}", "{params}\"}\n    params: {from: [query], skip: [\"a*b\"]}\n    other: {of: \"x", `the star of "a*b" is only a letter there: put the star at the end of a name`},
	} {
		text := strings.Replace(good, tt.old, tt.with, 1)
		_, err := protocol.Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s -> %s\n got %v\nwant %s", tt.old, tt.with, err, tt.want)
		}
		if p, ok := errors.AsType[declare.Problems](err); ok {
			for _, one := range p {
				if one.Line == 0 {
					t.Errorf("no position: %v", one)
				}
			}
		}
	}
}

// What works and is probably not meant is a finding.
func TestFindings(t *testing.T) {
	t.Parallel()
	const key = "keys.pair: nothing uses it"
	for _, tt := range []struct {
		old, with string
		want      []string
	}{
		{"text, pair: rsa", "text", nil},
		{"text, pair: rsa", "text, pair: rsa", []string{key}},
		{"{app}{time}{body}", "{app}{time}", []string{"no signature covers what the interface acts on", key}},
		{"by: [hmac-sha256 appkey, hex]", "by: [md5, hex]", []string{"nothing in it proves who sent it", "keys.appkey: nothing uses it", key}},
		{`"{app}{time}{body}"`, `"{app}{params}{body}"` + "}\n    params: {from: [{a: \"{app}\"}], skip: [b]", []string{`no part that is signed is named "b"`, key}},
		{"{app}{time}{body}", "{app}{time}{target}", []string{key}},
		{"{app}{time}{body}", "{app}{path}", []string{"no signature covers what the interface acts on", key}},
	} {
		p, err := protocol.Parse([]byte(strings.Replace(good, tt.old, tt.with, 1)))
		if err != nil {
			t.Errorf("%s: %v", tt.with, err)
			continue
		}
		var got []string
		for _, f := range p.Findings {
			text := f.Text
			if strings.HasPrefix(f.Place, "keys.") {
				text = f.Place + ": " + text
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.with, diff)
		}
	}
}
