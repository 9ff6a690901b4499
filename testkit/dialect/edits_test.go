package dialect_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/testkit/dialect"
)

// edited is a protocol of the engine's tests with a text of its declaration replaced:
// what a sender does who read the page wrongly.
func edited(t *testing.T, name, old, with string) (right, wrong *protocol.Protocol, app string, keys protocol.Secrets) {
	t.Helper()
	raw, err := os.ReadFile("../../runtime/protocol/testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), old) {
		t.Fatalf("%s has no %q", name, old)
	}
	read := func(text string) (*protocol.Protocol, string, map[string]string) {
		var f struct {
			Protocol yaml.Node         `yaml:"protocol"`
			App      string            `yaml:"app"`
			Keys     map[string]string `yaml:"keys"`
		}
		if err := yaml.Unmarshal([]byte(text), &f); err != nil {
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
		return p, f.App, f.Keys
	}
	right, app, texts := read(string(raw))
	wrong, _, _ = read(strings.ReplaceAll(string(raw), old, with))
	keys = protocol.Secrets{}
	for key, text := range texts {
		if kind, ok := strings.CutPrefix(text, "generate "); ok {
			text = generated(t, kind)
		}
		keys[key] = []string{text}
	}
	return right, wrong, app, keys
}

// TestEdits sends by a declaration that differs in one place: findings say where.
func TestEdits(t *testing.T) {
	t.Parallel()
	const payload = `{"b":"x y/张","a":"1","empty":""}`
	for _, one := range []struct {
		name, old, with, want string
		push                  bool
	}{
		{"slack-events", `"v0={sign}"`, `"{sign}"`, `without "v0="`, true},
		{"slack-events", `of: "v0:{time}:{body}"`, `of: "v0{time}{body}"`, `"" between its parts|":"`, true},
		{"slack-events", `hmac-sha256 secret, hex`, `hmac-sha256 secret, base64`, `base64`, true},
		{"qiniu", `QBox {app}`, `Qbox {app}`, `"Qbox`, false},
		{"qiniu", `hmac-sha1 secret, base64url-padded`, `hmac-sha1 secret, hex`, `hex`, false},
		{"qiniu", `"{target}\n"`, `"{target}"`, `line end`, false},
		{"bank-sm", `id=1234567812345678 form=rs`, `id=B001 form=rs`, `app id as the user id`, false},
		{"bank-sm", `id=1234567812345678 form=rs`, `form=der`, `as DER`, false},
		{"bank-sm", `canonical empty=drop`, `canonical`, `empty|sorted`, false},
		{"bank-sm", `&nonce={nonce}&time={time}`, `&time={time}&nonce={nonce}`, `exchanged|order`, false},
		{"des-field", `des-cbc deskey iv=desiv, base64`, `des-ecb deskey, base64`, `des-ecb`, false},
		{"des-field", `des-cbc deskey iv=desiv, base64`, `des-cbc deskey iv=key, base64`, `iv=key`, false},
		{"des-field", `iv=desiv, base64`, `iv=desiv, hex`, `hex`, false},
		{"des-field", `md5, hex, upper`, `md5, hex`, `lower case|upper`, false},
		{"aws-sigv4", `k0: "AWS4{secret}"`, `k0: "{secret}"`, `AWS4`, false},
		{"aws-sigv4", `{params}\n{headers}\n{names}\n{body|sha256|hex}"`, `{params}\n{headers}\n{names}\n{body}"`, `the text itself|without`, false},
		{"aws-sigv4", `{value|url rfc3986}"`, `{value|url java}"`, `URLEncoder`, false},
		{"wechat-pay-v3", `"{method}\n{target}\n{time}`, `"{method}\n{path}\n{time}`, `the path in place`, false},
		{"wechat-pay-v3", `rsa-sha256 merchant`, `rsa-sha1 merchant`, `rsa-sha1`, false},
		{"wechat-pay-v3", `rsa-sha256 merchant`, `rsa-pss-sha256 merchant`, `rsa-pss-sha256`, false},
		{"wechat-pay-v3", `{nonce}\n{body}\n"`, `{nonce}\n{body}"`, `line end`, false},
		{"unionpay-form", `sha256, hex, rsa-sha256 merchant`, `rsa-sha256 merchant`, `sha256`, false},
		{"oauth1", `{secret|url rfc3986}&{tokenSecret|url rfc3986}`, `{secret|url rfc3986}{tokenSecret|url rfc3986}`, `"&"`, false},
		{"oauth1", `{params|url rfc3986}"`, `{params}"`, `without url|escapes`, false},
		{"dingtalk-callback", `sort: value`, `sort: listed`, `as they are listed|joined as`, true},
		{"feishu-events", `{time}{nonce}{encryptKey}{body}`, `{time}{nonce}{body}{encryptKey}`, `exchanged|at the end`, true},
		{"tencent-cos", `of: "sha1\n{keyTime}\n{http|sha1|hex}\n"`, `of: "sha1\n{keyTime}\n{http|sha1|hex}"`, `line end`, false},
		{"http-signature", `ecdsa-sha256 caller`, `ecdsa-sha256 caller form=rs`, `as r and s`, false},
		{"stripe-webhook", `"{time}.{body}"`, `"{time}{body}"`, `"\."`, true},
		{"baidu-map", `url form, md5`, `md5`, `without url|escapes`, false},
		{"soap-token", `"{nonce}{created}{secret}"`, `"{nonce|base64}{created}{secret}"`, `base64`, false},
	} {
		t.Run(one.name+"/"+one.with, func(t *testing.T) {
			t.Parallel()
			right, wrong, app, secrets := edited(t, one.name, one.old, one.with)
			sender, err := wrong.Keys(app, secrets)
			if err != nil {
				t.Fatal(err)
			}
			receiver, err := right.Keys(app, secrets)
			if err != nil {
				t.Fatal(err)
			}
			from, to := wrong.Call, right.Call
			if one.push {
				from, to = wrong.Push, right.Push
			}
			at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
			sent, err := from.Send(sender, protocol.Outgoing{
				Interface: "a.b", ID: "20261128062500000001", Payload: []byte(payload), Now: at,
				Draft: &message.Message{Method: "POST", Scheme: "https", Host: "h.example", Path: "/p/q", Query: "z=1&y=a%20b", Header: http.Header{"Host": {"h.example"}}},
			})
			if err != nil {
				t.Fatal(err)
			}
			w := &world{receiver}
			q := to.Inquire(t.Context(), protocol.Incoming{Message: sent.Message, Interface: "a.b"}, protocol.NewSide(w, w, w, func() time.Time { return at }))
			if q.Err == nil && len(q.Failed) == 0 {
				t.Fatalf("it holds:\n%v", q.Lines)
			}
			var causes []string
			for _, f := range q.Failed {
				r := dialect.Find(q, f, dialect.Options{Budget: time.Second})
				for _, found := range r.Findings {
					causes = append(causes, strings.Join(append(found.Causes, found.Same...), "; "))
				}
			}
			if text := strings.Join(causes, "\n"); !regexp.MustCompile(one.want).MatchString(text) {
				t.Errorf("want %s in\n%s\n%v", one.want, text, q.Err)
			}
		})
	}
}
