package hopeless_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/bind/hopeless"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// Nothing is said of a protocol that works.
func TestVendors(t *testing.T) {
	t.Parallel()
	all, err := filepath.Glob("../../../runtime/protocol/testdata/*.yaml")
	if err != nil || len(all) < 100 {
		t.Fatal(all, err)
	}
	for _, path := range all {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var f struct {
			Protocol yaml.Node `yaml:"protocol"`
		}
		if err := yaml.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		d, _ := declare.Read(&f.Protocol)
		p, err := protocol.Compile(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range hopeless.Find(p) {
			t.Errorf("%s: %s", filepath.Base(path), one.Error())
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	const frame = `keys: {secret: text, aeskey: base64}
request:
  header: {X-App: "{app}", X-Sign: "{sign}", X-T: "{t}"HEAD}
BODY
  values:
    sign: {of: "{body}{t}", by: [hmac-sha256 secret, hex]}
    t: VALUE
REST
reply: {json: {code: "{code}", "data?": "{payload}"}, success: {code: "0"}}
`
	const payload, tree = `  json: "{payload}"`, `  json: {a: "{app}", o: {c: "1"}, d: "{payload}"}`
	for name, one := range map[string]struct{ head, body, value, rest, want string }{
		"nothing":                    {"", payload, `{send: "{now|unix}"}`, "", ""},
		"a member of a text":         {"", tree, `"{json.a.b}"`, "", "no message has json.a.b: in a is a text"},
		"a member that is not there": {"", tree, `"{json.o.b}"`, "", "no message has json.o.b: nothing there is called b"},
		"a member of the payload":    {"", tree, `"{json.d.b}"`, "", ""},
		"another body":               {"", "  xml: {r: {b: \"{payload}\"}}", `"{json.a}"`, "", "no message has json.a: its body is xml"},
		"a segment too many":         {"", "  path: /a/b\n" + payload, `"{path.3}"`, "", "the path has 2 segments"},
		"a header twice":             {`, x-sign: "{t}"`, payload, `{send: "1"}`, "", "X-Sign is there twice"},
		"more of a digest":           {"", payload, `{of: "{body}", by: [md5, first 20, hex]}`, "", "first 20 always fails: its text has 16 bytes"},
		"more of random bytes":       {"", payload, `{send: "{random|first 40|hex}"}`, "", "first 40 always fails: its text has 32 bytes"},
		"enough of a digest":         {"", payload, `{of: "{body}", by: [md5, hex, first 20]}`, "", ""},
		"a key of 20 bytes":          {"", payload, `{of: "{app}", by: [aes-cbc k iv=zero, hex]}`, `    k: {of: "{secret}", by: sha1}`, "{k} has 20 bytes, and it takes 16 or 24 or 32"},
		"an iv of 12 bytes":          {"", payload, `{of: "{app}", by: [aes-cbc aeskey iv=iv, hex]}`, `    iv: abcdefghijkl`, "{iv} has 12 bytes, and an iv has 16"},
		"a fixed part":               {"", payload, `{of: "{k|fixed 10}x", by: hex}`, `    k: {of: "{app}", by: [md5, hex]}`, "fixed 10 always fails: its text has 32 bytes"},
		"nobody sends it":            {"", `  form: {a: "{app}", d: "{payload}"}`, `{from: [form], only: "a;zz"}`, "", "nobody sends zz"},
		"nobody sends what must be":  {"", `  form: {a: "{app}", d: "{payload}"}`, `{from: [form], only: "a", must: [zz]}`, "", "every message is refused"},
		"we send something else":     {"", payload, `{send: "1.0"}`, `  guards: [{equal: t, to: "2.0"}]`, `t is sent as "1.0", and has to be "2.0"`},
		"pairs of another body":      {"", payload, `{from: [form]}`, "", "it takes nothing out of form: its body is json"},
		"pairs of some body":         {"", payload, `{from: [form]}`, "  variants:\n    - when: {method: PUT}\n      form: \"{payload}\"", ""},
		"a member of another body":   {"", payload, `"{form.a}"`, "", "no message has form.a: its body is json"},
		"nothing sent is like it":    {"", payload, `{send: "{now|unix}"}`, `  guards: [{like: t, pattern: "[0-9]{13}"}]`, `t is sent as "1795875959", which is not like [0-9]{13}`},
		"random and like it":         {"", payload, `{send: "{random|letters 8}"}`, `  guards: [{like: t, pattern: "[0-9A-Za-z]{8}"}]`, ""},
		"random and not like it":     {"", payload, `{send: "{random|hex|upper}"}`, `  guards: [{like: t, pattern: "[0-9a-f]{64}"}]`, "which is not like"},
		"no hexadecimal":             {"", payload, `{of: xyz, by: from hex}`, "", "from hex always fails: the text has another form"},
		"an iv of 9 bytes":           {"", payload, `{of: "{app}", by: [aes-cbc aeskey iv=iv, hex]}`, `    iv: {of: "000102030405060708", by: from hex}`, "{iv} has 9 bytes, and an iv has 16"},
		"an outcome without a place": {"", payload, `{send: "1"}`, "push:\n  header: {X-Sign: \"{sign}\"}\n  json: \"{payload}\"\n  values: {sign: {of: \"{body}\", by: [hmac-sha256 secret, hex]}}\n  answer: {text: \"{w}\", success: {w: ok, v: fine}, failure: {w: no}}", "push.answer.success: no reply has a place with {v}"},
		"a variant behind all":       {"", payload, `{send: "1"}`, "  variants:\n    - when: {interface: \"*\"}\n    - when: {header.X-Type: a}\n      values: {sign: {of: \"{body}\"}}", "no message reaches it"},
		"success and failure":        {"", payload, `{send: "1"}`, "push:\n  header: {X-Sign: \"{sign}\"}\n  json: \"{payload}\"\n  values: {sign: {of: \"{body}\", by: [hmac-sha256 secret, hex]}}\n  answer: {text: \"{w}\", success: {w: ok}, failure: {w: ok}}", "nobody can tell them apart"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.NewReplacer("HEAD", one.head, "BODY", one.body, "VALUE", one.value, "REST", one.rest).Replace(frame)
			p, err := protocol.Parse([]byte(text))
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			got := hopeless.Find(p)
			if one.want == "" && len(got) > 0 || one.want != "" && (len(got) != 1 || !strings.Contains(got[0].Error(), one.want)) {
				t.Errorf("%v, want %q", got, one.want)
			}
		})
	}
}
