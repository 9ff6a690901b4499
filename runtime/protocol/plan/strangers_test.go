package plan_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// TestUnused: a reply to somebody who is not known needs no key of an app, though a
// value of it that no place has does.
func TestUnused(t *testing.T) {
	t.Parallel()
	d, err := declare.Parse([]byte(`
keys: {secret: text}
request: {header: {X-App: "{app}", X-Sign: "{sign}"}, json: "{payload}", values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}}
reply:
  header: {X-Sign: "{parts}"}
  json: {code: "{code}"}
  values:
    parts: {of: {v: "1", s: "{sign|url form}"}, pair: "{name}={value}", join: ","}
    sign: {of: "{body}", by: [hmac-sha256 secret, hex]}
  success: {code: "0"}
  variants: [{when: unknown, header: {}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Call.Replies {
		if !f.ForUnknown() {
			continue
		}
		for _, o := range f.Send {
			if o.Kind == plan.OpCompute && o.Item != nil && !f.Stands(o.Item) {
				t.Errorf("%s is made for nobody", o.Item.Name)
			}
		}
	}
}

// TestSealedForStrangers: a reply to somebody who is not known is not encrypted with a
// key of an app, though only in parts.
func TestSealedForStrangers(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct{ reply, want string }{
		"in parts":   {`{json: {c: "{cipher|hex}", t: "{tag|hex}"}, values: {box: {of: "{code}", by: [aes-gcm secret iv=prefix], into: "{cipher}{tag|fixed 16}"}}, success: {code: "0"}, variants: [{when: unknown}]}`, "it is for somebody who is not known, and json.c is made with secret, a key of an app"},
		"fine":       {`{json: {c: "{box}"}, values: {box: {of: "{code}", by: [sm4-cbc request.session iv=prefix, hex]}}, success: {code: "0"}, variants: [{when: unknown, json: {code: "{code}"}}]}`, ""},
		"of success": {`{json: {code: "{code}"}, success: {code: "0"}, variants: [{when: success, json: {code: "{code}", c: "{box}"}, values: {box: {of: "{payload}", by: [sm4-cbc request.session iv=prefix, hex]}}}, {when: failure}]}`, ""},
	} {
		d, err := declare.Parse([]byte(`
keys: {secret: text, platform: system rsa}
request:
  header: {X-App: "{app}", X-Key: "{wrapped}", X-Sign: "{sign}"}
  json: "{payload}"
  values:
    session: {send: "{random|first 16}"}
    wrapped: {of: "{session}", by: [rsa-encrypt platform, base64]}
    sign: {of: "{body}", by: [hmac-sha256 secret, hex]}
reply: ` + one.reply + "\n"))
		if err != nil {
			t.Fatal(name, err)
		}
		p, err := plan.Compile(d)
		text := ""
		if err != nil {
			text = err.Error()
		} else {
			for _, f := range p.Findings {
				text += f.Text
			}
		}
		if !strings.Contains(text, one.want) || one.want == "" && text != "" {
			t.Errorf("%s: %q, want %q", name, text, one.want)
		}
	}
}
