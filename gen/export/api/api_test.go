package api_test

import (
	"bytes"
	"errors"
	"io/fs"
	"regexp"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/api"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/spec/reference"
)

// TestOpenAPI reads the descriptions of the built-in systems with a program that we did
// not write.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	for _, s := range everything(t) {
		text, err := api.OpenAPI(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, whole := range integers.FindAll(text, -1) {
			if !bytes.Contains(whole, []byte(`"format": "int64"`)) && !bytes.Contains(whole, []byte(`"enum"`)) {
				t.Errorf("%s: readers may take this for a number of 32 bits: %s", s.Name, whole)
				break
			}
		}
		doc := parsed(t, text)
		if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		hooks, called := 0, 0
		for _, i := range s.Interfaces {
			if i.Kind == spec.Notify {
				hooks++
			}
		}
		for _, item := range doc.Paths.Map() {
			for _, o := range item.Operations() {
				list, _ := o.Extensions["x-jiekou-interfaces"].([]any)
				called += len(list)
			}
		}
		if len(doc.Webhooks) != hooks || called != len(s.Interfaces)-hooks {
			t.Errorf("%s: %d webhooks and %d calls of %d interfaces", s.Name, len(doc.Webhooks), called, len(s.Interfaces))
		}
	}
}

// integers are the schemas of whole numbers.
var integers = regexp.MustCompile(`\{[^{}\[\]]*"type": "integer"[^{}\[\]]*[}\[]`)

// everything is the built-in systems, the examples of the manual, and those of tests of
// clients.
func everything(t *testing.T) []*spec.System {
	t.Helper()
	out := append(trial.Names(t).Systems, trial.Places(t).Systems...)
	for root, fsys := range map[string]fs.FS{"spec": spec.Embedded(), "example": reference.Own()} {
		set, err := load.Systems(fsys, root)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, set.Systems...)
	}
	return append(append(out, trial.System(t, "")), vendors(t)...)
}

// vendors are systems with protocols of vendors: a form, a query, XML, headers, ciphers.
func vendors(t *testing.T) []*spec.System {
	t.Helper()
	var out []*spec.System
	for _, name := range []string{"alipay", "aliyun-rpc", "wechat-pay-v2", "wechat-pay-v3", "unionpay-form", "bank-sm"} {
		s, err := loadtest.Vendor("../../../runtime/protocol/testdata/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// parsed is a description as a program of others reads it.
func parsed(t *testing.T, text []byte) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestAsyncAPI reads the notifications with AsyncAPI's own parser. A system without any
// has none to describe.
func TestAsyncAPI(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, s := range set.Systems {
		text, err := api.AsyncAPI(s)
		if errors.Is(err, api.ErrSilent) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		texts[s.Name] = string(text)
	}
	if len(texts) != 1 {
		t.Fatalf("%d systems with notifications", len(texts))
	}
	var wrong []string
	npm.Run(t, `
const { Parser } = require("@asyncapi/parser");
const texts = Object.values(JSON.parse(require("fs").readFileSync(0, "utf8")));
Promise.all(texts.map((text) => new Parser().parse(text))).then((all) => {
  const wrong = all.flatMap((one) => one.diagnostics.filter((d) => d.severity < 2).map((d) => d.path.join("/") + ": " + d.message));
  console.log(JSON.stringify(all.every((one) => one.document) ? wrong : wrong.concat("no document")));
});
`, texts, &wrong, "@asyncapi/parser")
	for _, one := range wrong {
		t.Error(one)
	}
}
