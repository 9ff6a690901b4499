package ts_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// vendor is a system with a protocol of the engine's tests.
type vendor struct {
	s    *spec.System
	app  string
	keys map[string]string
}

// vendors have one interface each, whose reply is its request.
func vendors(t *testing.T) []*vendor {
	t.Helper()
	var out []*vendor
	for _, name := range []string{"alipay", "bank-sm", "jd-jos", "qiniu-upload", "unionpay-form", "wechat-pay-v3"} {
		raw, err := os.ReadFile(filepath.Join("../../../runtime/protocol/testdata", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Protocol yaml.Node         `yaml:"protocol"`
			App      string            `yaml:"app"`
			Token    string            `yaml:"token"`
			Keys     map[string]string `yaml:"keys"`
			System   map[string]string `yaml:"system"`
		}
		if err := yaml.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		text, err := yaml.Marshal(map[string]any{"protocol": &file.Protocol})
		if err != nil {
			t.Fatal(err)
		}
		system := strings.ReplaceAll(name, "-", "")
		files := fstest.MapFS{
			"spec/" + system + "/system.yaml": {Data: []byte("system: " + system + "\ntitle: " + name + "\nversion: V1\ngroups: {order: {title: 订单, section: \"1\"}}\n" + string(text))},
			"spec/" + system + "/errors.yaml": {Data: []byte("groups: []\nrules: {}\n")},
			"spec/" + system + "/order/order_query.yaml": {Data: []byte("interface: order_query\ntitle: 查\nsection: \"1.1\"\nkind: query\nmethod: POST\npath: /order/query\n" +
				"request:\n  orderId: {type: string, length: 64, required: true, label: 单号}\n  说明: {type: string, length: 64, label: 文}\n" +
				"response:\n  orderId: {type: string, length: 64, required: true, label: 单号}\n  说明: {type: string, length: 64, label: 文}\nanswer: {handler: true}\n")},
		}
		set, _, err := load.Draft(files, "spec")
		if err != nil || len(set.Systems) != 1 || len(set.Systems[0].Interfaces) != 1 {
			t.Fatalf("%s cannot be read: %v", name, err)
		}
		v := &vendor{s: set.Systems[0], app: file.App, keys: map[string]string{}}
		for _, list := range []map[string]string{file.Keys, file.System} {
			for name, text := range list {
				if kind, ok := strings.CutPrefix(text, "generate "); ok {
					text = pair(t, kind)
				}
				v.keys[name] = text
			}
		}
		if file.Token != "" {
			v.keys["token"] = file.Token
		}
		out = append(out, v)
	}
	return out
}

// pair makes a key pair, in PEM with both halves.
func pair(t *testing.T, kind string) string {
	t.Helper()
	var key any
	var err error
	marshal := x509.MarshalPKCS8PrivateKey
	switch kind {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "sm2":
		key, err = sm2.GenerateKey(rand.Reader)
		marshal = smx509.MarshalPKCS8PrivateKey
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	der, err := marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// holdVendor calls a server by the protocol of a vendor, twice: the second reply is changed
// on its way. The requests differ, since the signature of a request may count once.
func holdVendor(t *testing.T, v *vendor, dir string) {
	t.Helper()
	j := &job{App: v.app, Keys: v.keys}
	server := serving(t, v.s, j, false)
	var out []string
	npm.Run(t, `
const [dir, name, app, keys, ...urls] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = async () => {
  const m = await import("file://" + dir + "/index.js");
  const one = async (url, order) => {
    try {
      const client = new m[name + "Client"]({ url, app }, keys);
      const request = { orderId: "订单 " + order + "&=+%'\"\\", 说明: "<中>" };
      const files = [{ name: "file", file: "图 \"1\".png", type: "image/png", body: new Uint8Array([0, 255, 13, 10, 45, 45]) }];
      const refused = name === "Qiniuupload" ? "" : await client.orderQuery(request, { files }).catch((e) => e.message);
      if (refused && refused !== "order_query was not sent: its requests carry no files") return refused;
      const reply = await client.orderQuery(request, refused ? {} : { files });
      return reply.orderId + " " + reply["说明"];
    } catch (e) {
      return e.name + ": " + e.message;
    }
  };
  return [await one(urls[0], 1), await one(urls[1], 2)];
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); });
`, []any{dir, spec.GoName(v.s.Name), v.app, v.keys, server.URL, changing(t, server).URL}, &out)
	p, err := bind.Protocol(v.s)
	if err != nil {
		t.Fatal(err)
	}
	if want := `订单 1&=+%'"\ <中>`; out[0] != want {
		t.Errorf("%s is answered %q, want %q", v.s.Name, out[0], want)
	}
	if p.Call.Verified() && !strings.HasPrefix(out[1], "ForgedReplyError: ") {
		t.Errorf("%s takes a changed reply: %s", v.s.Name, out[1])
	}
}

// bare is a system whose payloads are lists, texts, numbers and maps, and that has rows in
// headers of replies and notifications.
func bare(t *testing.T) *spec.System {
	t.Helper()
	set, err := loadtest.Archive("../../testdata/whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return set.Systems[0]
}
