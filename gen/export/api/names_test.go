package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/jiekou-dev/jiekou/gen/export/api"
	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/gen/export/collection"
	"github.com/jiekou-dev/jiekou/gen/export/document"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// hostile is a system whose names are words of languages and whose values are at their
// bounds.
func hostile(t *testing.T) *spec.System {
	t.Helper()
	var list strings.Builder
	for n := range 3000 {
		fmt.Fprintf(&list, "v%d: '值 %d <b>\"&|''', ", n, n)
	}
	files := fstest.MapFS{
		"spec/shop/system.yaml": {Data: []byte("system: shop\ntitle: \"店 </script>`${x}` | *\"\nversion: V1\ngroups: {order: {title: 订单, section: \"1\"}}\n" +
			"protocol:\n  keys: {class: text}\n  request:\n    header: {X-App: \"{app}\", X-Sign: \"{function}\"}\n    json: \"{payload}\"\n" +
			"    values: {function: {of: \"{body}\", by: [hmac-sm3 class, hex]}}\n  reply: {json: {code: \"{code}\", msg: \"{text}\", data: \"{payload}\"}, success: {code: \"0\"}}\n")},
		"spec/shop/errors.yaml": {Data: []byte("groups:\n  - title: 码\n    errors:\n      \"0\": {text: 成功, ours: true}\nrules: {}\n")},
		"spec/shop/order/delete.yaml": {Data: []byte("interface: delete\ntitle: \"删 `x` */ ${y}\"\nsection: \"1.1\"\nkind: report\nmethod: POST\npath: /shop/delete\nrequest:\n" +
			"  class: {type: long, required: true, label: 长}\n  constructor: {type: decimal, length: \"18,4\", label: 数}\n  __proto__: {type: string, length: 20, label: 原型}\n" +
			"  中文名: {type: string, length: 20, label: \"名 </script>\"}\n  kind: {type: string, length: 20, label: 类, enum: {" + list.String() + "}}\nresponse: {}\nanswer: {handler: true}\n")},
	}
	set, _, err := load.Draft(files, "spec")
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Systems) != 1 || len(set.Systems[0].Interfaces) != 1 {
		t.Fatal("the system cannot be read")
	}
	return set.Systems[0]
}

// TestNames exports a system with names and values that other languages stumble over.
func TestNames(t *testing.T) {
	t.Parallel()
	s := hostile(t)
	for name, write := range map[string]func(*spec.System) ([]byte, error){
		"openapi": api.OpenAPI, "jsonschema": schema.Bundle, "md": document.Markdown, "docx": document.DOCX,
	} {
		text, err := write(s)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name != "docx" && !strings.Contains(string(text), "__proto__") && !strings.Contains(string(text), `\_\_proto\_\_`) {
			t.Errorf("%s has lost a field", name)
		}
		if name != "openapi" {
			continue
		}
		doc, err := openapi3.NewLoader().LoadFromData(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := doc.Validate(t.Context()); err != nil {
			t.Error(err)
		}
	}
	set, err := call.Of(s)
	if err != nil {
		t.Fatal(err)
	}
	text, err := collection.Postman(set)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Event []struct {
			Script struct{ Exec []string }
		}
	}
	if err := json.Unmarshal(text, &c); err != nil || len(c.Event) != 2 {
		t.Fatal(err)
	}
	var sealed string
	npm.Run(t, `
const exec = JSON.parse(require("fs").readFileSync(0, "utf8"));
const sent = {};
const pm = {
  info: { requestName: "delete x" },
  variables: { get: (name) => ({ app: "300", class: "k" })[name], set: () => {}, replaceIn: (text) => text },
  request: {
    method: "POST", url: { toString: () => "http://h/shop/delete", update: () => {} },
    headers: { filter: () => [], upsert: () => {} },
    body: { mode: "raw", raw: '{"class":9223372036854775807,"constructor":0.1000,"__proto__":"x"}', update: (body) => (sent.body = body.raw) },
  },
};
new Function("pm", exec.join("\n"))(pm);
console.log(JSON.stringify(sent.body));
`, c.Event[0].Script.Exec, &sealed)
	if want := `{"class":9223372036854775807,"constructor":0.1000,"__proto__":"x"}`; sealed != want {
		t.Errorf("the script sends %s, want %s", sealed, want)
	}
}
