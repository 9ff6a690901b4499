package doubt_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind/doubt"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

func TestDoubts(t *testing.T) {
	t.Parallel()
	const frame = `
keys: {secret: text, platform: system rsa}
request:
  header: {X-App: "{app}", X-Key: "{wrapped}", X-Sign: "{sign}"}
  json: "{payload}"
  values:
    session: {send: "{random|first 16}"}
    wrapped: {of: "{session}", by: [rsa-encrypt platform, base64]}
    sign: {of: "{body}", by: [hmac-sha256 secret, hex], else: E1}
reply: `
	const (
		boxed  = `json: {c: "{box}"}, values: {box: {of: "{code}", by: [sm4-cbc request.session iv=prefix, hex]}}, success: {code: "0"}`
		unread = "a message that is refused before {request.session} is read gets no answer: this one is encrypted with it"
		null   = "a refusal has no payload, and json.data is null there"
		code   = "a reply of success has {code} in json.code, and nothing says which code that is"
		told   = "nothing tells a reply of success from a refusal"
		star   = "the star says nothing: an outcome without a status is sent with 200"
	)
	for _, tt := range []struct{ reply, want string }{
		{boxed, unread},
		{`json: {code: "{code|raw}"}, success: {code: "0"}`, "the reply writes {code|raw}, a number, and E1 is none: it is sent in quotes"},
		{`json: {code: "{code}"}, status: {success: 200, "*": 400}`, code},
		{`json: {code?: "{code}"}, status: {success: 200, "*": 400}`, ""},
		{`json: {code: "{code}"}, status: {success: 200, "*": 400}, variants: [{when: success, json: "{payload}"}]`, ""},
		{`json: "{payload}", variants: [{when: failure, json: {code: "{code}"}}]`, ""},
		{`json: "{payload}"`, told},
		{boxed + `, variants: [{when: unknown, json: {code: "{code}"}}]`, ""},
		{`json: {code: "{code}"}, success: {code: "0"}, variants: [{when: success, json: {code: "{code}", c: "{box}"}, values: {box: {of: "{payload}", by: [sm4-cbc request.session iv=prefix, hex]}}}, {when: failure}]`, ""},
		{`json: {code: "{code}", data: "{payload|canonical}"}, success: {code: "0"}`, null},
		{`json: {code: "{code}", data: "{payload|compact}"}, success: {code: "0"}`, null},
		{`json: {code: "{code}", data?: "{payload|canonical}"}, success: {code: "0"}`, ""},
		{`json: {code: "{code}", data: "{payload}"}, success: {code: "0"}`, ""},
		{`json: {code: "{code}"}, success: {code: "0"}, variants: [{when: success, json: {code: "{code}", data: "{payload|canonical}"}}, {when: failure}]`, ""},
		{`json: {code: "{code}"}, success: {code: "0"}, status: {success: 200, "*": 200}`, star},
		{`json: {code: "{code}"}, success: {code: "0"}, status: {E1: 500, "*": 200}`, star},
		{`json: {code: "{code}"}, success: {code: "0"}, status: {success: 201, "*": 200}`, ""},
		{`json: {code: "{code}"}, success: {code: "0"}, status: {success: 200, "*": 400}`, ""},
	} {
		p, err := protocol.Parse([]byte(frame + "{" + tt.reply + "}\n"))
		if err != nil {
			t.Fatal(tt.reply, err)
		}
		var got []string
		for _, one := range doubt.Of(p) {
			if got = append(got, one.Text); one.Line == 0 || !one.Weak {
				t.Errorf("%s: %+v", tt.reply, one)
			}
		}
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.reply, got, tt.want)
		}
	}
}

// A signature that counts once is another one in each message, or check asks for it.
func TestAlike(t *testing.T) {
	t.Parallel()
	const same = "{sign} is the same in two messages that say the same, and the second counts as sent twice"
	for _, tt := range []struct{ header, values, want string }{
		{"", `sign: {of: "{body}", by: [hmac-sha256 secret, hex]}`, same},
		{`, X-Token: "{token}"`, `sign: {of: "{body}{token}", by: [hmac-sha256 secret, hex]}, token: {send: ""}`, ""}, // somebody gives it
		{`, X-Time: "{time}"`, `sign: {of: "{body}{time}", by: [hmac-sha256 secret, hex]}, time: {send: "{now|unix}"}`, ""},
		{`, X-Nonce: "{nonce}"`, `sign: {of: "{body}{nonce}", by: [hmac-sha256 secret, hex]}, nonce: {send: "{random|hex}"}`, ""},
		{`, X-Id: "{sid}"`, `sign: {of: "{body}{sid}", by: [hmac-sha256 secret, hex]}, sid: {send: "{id}"}`, ""},
		{`, X-Time: "{time}"`, `sign: {of: "{body}", by: [hmac-sha256 secret, hex]}, time: {send: "{now|unix}"}`, same}, // it does not sign the time
		{`, X-Time: "{time}"`, `sign: {of: "{head}{body}", by: [hmac-sha256 secret, hex]}, time: {send: "{now|unix}"}, head: {from: [header], skip: [X-Sign], sort: name, pair: "{name}={value}", join: "&"}`, ""},
		{"", `sign: {of: "{body}", by: [rsa-pss-sha256 pair, base64]}`, ""},
		{"", `sign: {of: "{body}", by: [rsa-sha256 pair, base64]}`, same},
	} {
		p, err := protocol.Parse([]byte("keys: {secret: text, pair: rsa}\nrequest: {header: {X-App: \"{app}\", X-Sign: \"{sign}\"" + tt.header +
			"}, json: \"{payload}\", values: {" + tt.values + "}, guards: [{once: sign}]}\nreply: {json: {code: \"{code}\"}, success: {code: \"0\"}}\n"))
		if err != nil {
			t.Fatal(tt.values, err)
		}
		var got []string
		for _, one := range doubt.Of(p) {
			got = append(got, one.Text)
		}
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.values, got, tt.want)
		}
	}
}
