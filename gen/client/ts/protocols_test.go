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

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/spec"
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
		file := filepath.Join("../../../runtime/protocol/testdata", name+".yaml")
		s, err := loadtest.Vendor(file)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var with struct {
			App    string            `yaml:"app"`
			Token  string            `yaml:"token"`
			Keys   map[string]string `yaml:"keys"`
			System map[string]string `yaml:"system"`
		}
		if err := yaml.Unmarshal(raw, &with); err != nil {
			t.Fatal(err)
		}
		v := &vendor{s: s, app: with.App, keys: map[string]string{}}
		for _, list := range []map[string]string{with.Keys, with.System} {
			for name, text := range list {
				if kind, ok := strings.CutPrefix(text, "generate "); ok {
					text = pair(t, kind)
				}
				v.keys[name] = text
			}
		}
		if with.Token != "" {
			v.keys["token"] = with.Token
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
`, []any{dir, spec.GoName(v.s.Name), v.app, v.keys, server.URL, trial.Changing(t, server).URL}, &out)
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
