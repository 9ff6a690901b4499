package ts_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/client/ts"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// hostile is a system whose names are words of the language, and members that every object
// inherits. before is what its signature does first.
func hostile(t *testing.T, before string) *spec.System {
	t.Helper()
	files := fstest.MapFS{
		"spec/shop/system.yaml": {Data: []byte("system: shop\ntitle: \"店 */ </script>`${x}`\"\nversion: V1\ngroups: {order: {title: 订单, section: \"1\"}}\n" +
			"protocol:\n  keys: {class: text}\n  request:\n    header: {X-App: \"{app}\", X-Sign: \"{function}\"}\n    json: \"{payload}\"\n" +
			"    values: {function: {of: \"{body}\", by: [" + before + "hmac-sm3 class, hex]}}\n  reply: {json: {code: \"{code}\", msg: \"{text}\", data: \"{payload}\"}, success: {code: \"0\"}}\n")},
		"spec/shop/errors.yaml": {Data: []byte("groups:\n  - title: 码\n    errors:\n      \"0\": {text: 成功, ours: true}\nrules: {}\n")},
		"spec/shop/order/delete.yaml": {Data: []byte("interface: delete\ntitle: \"删 `x` */ ${y}\"\nsection: \"1.1\"\nkind: report\nmethod: POST\npath: /shop/delete\nrequest:\n" +
			"  class: {type: long, required: true, label: 长}\n  constructor: {type: decimal, length: \"18,4\", label: 数}\n  __proto__: {type: string, length: 20, label: 原型}\n" +
			"  toString: {type: string, length: 20, label: 文}\n  中文名: {type: string, length: 2, label: \"名 */\", required_with: [toString]}\n  utf: {type: string, length: 9, min_length: 3, length_in: bytes, label: 字节}\n  gbk: {type: string, length: 9, min_length: 3, length_in: gbk, label: 字节}\n" +
			"  rows: {type: array, label: 行, fields: {sub: {type: string, required_if: {../class: 7}, label: 细}, in: {type: object, label: 内, fields: {no: {type: int, absent_with: ../../toString, label: 号}}}}}\n" +
			"  mark: {type: string, length: 20, in: cookie, label: 标}\n  via: {type: string, length: 20, in: cookie, name: via-app, label: 经}\n" +
			"response:\n  class: {type: long, required: true, label: 长}\n  constructor: {type: decimal, length: \"18,4\", label: 数}\n  __proto__: {type: string, length: 20, label: 原型}\nanswer: {handler: true}\n")},
	}
	set, _, err := load.Draft(files, "spec")
	if err != nil || len(set.Systems) != 1 || len(set.Systems[0].Interfaces) != 1 {
		t.Fatal("the system cannot be read", err)
	}
	return set.Systems[0]
}

// TestGap says which step of a protocol a client cannot carry out.
func TestGap(t *testing.T) {
	t.Parallel()
	_, err := ts.Files(hostile(t, "gzip, "))
	if gap, ok := errors.AsType[*program.Gap](err); !ok || gap.Place != "request.values.function" || gap.What != "step gzip" {
		t.Errorf("the error is %v", err)
	}
}

// holdHostile sends and reads values that JavaScript loses, under names that it has taken.
func holdHostile(t *testing.T, s *spec.System, dir string) {
	t.Helper()
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, string(body)+r.Header.Get("Cookie"))
		_, _ = io.WriteString(w, `{"code":"0","msg":"","data":`+string(body)+`}`)
	}))
	t.Cleanup(server.Close)
	var out []string
	npm.Run(t, `
const [dir, url] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = async () => {
  const m = await import("file://" + dir + "/index.js");
  const { encode } = await import("file://" + dir + "/values.js");
  const client = new m.ShopClient({ url, app: "300" }, { class: "k" });
  const reply = await client.delete({ class: 9223372036854775807n, constructor: "0.1000", ["__proto__"]: "原型", mark: "一 ;+", via: "b" });
  const wrong = (values) => client.delete(values).catch((e) => e.problems.map((p) => p.field + " " + p.rule).join(", "));
  const moment = m.timeOf("2026-11-28 14:25:00");
  return [
    encode(m.deleteReply, reply), await wrong({}), await wrong({ class: 1, constructor: "1.23456", 中文名: "一二三" }), await wrong({ class: 2 ** 60, toString: "x" }),
    await wrong({ class: 7n, rows: [{ sub: "x" }, {}] }), await wrong({ class: 8n, constructor: "1.23456", rows: [{ in: { no: 1 } }, {}] }), await wrong({ class: 8n, toString: "x", 中文名: "一", rows: [{ in: { no: 1 } }] }),
    await wrong({ class: 1n, utf: "鹭é12345", gbk: "鹭é123456" }), await wrong({ class: 1n, utf: "𠮷𠮷12", gbk: "𠮷𠮷1" }), await wrong({ class: 1n, utf: "鹭鹭鹭", gbk: "鹭", mark: "x" }), await wrong({ class: 1n, utf: "é", gbk: "鹭鹭𠮷1" }),
    m.zone, moment.toISOString(), m.timeText(moment, "yyyyMMddHHmmss"), m.timeText(moment, "yyyy-MM-ddTHH:mm:ssXXX"), m.timeOf("2026-11-28T01:25:00-05:00").toISOString(),
  ];
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); });
`, []string{dir, server.URL}, &out)
	sent := `{"class":9223372036854775807,"constructor":0.1000,"__proto__":"原型"}`
	want := []string{
		sent, "class required", "constructor length, 中文名 length", "class type, 中文名 condition",
		"rows/sub condition", "constructor length", "rows/in/no condition",
		"utf length, gbk length", "utf length", "gbk length", "utf length",
		s.Zone, "2026-11-28T06:25:00.000Z", "20261128142500", "2026-11-28T14:25:00+08:00", "2026-11-28T06:25:00.000Z",
	}
	if len(got) != 1 || got[0] != sent+"mark=%E4%B8%80%20%3B%2B; via-app=b" || !slices.Equal(out, want) {
		t.Errorf("sent %s\nread %q\nwant %q", got, out, want)
	}
}
