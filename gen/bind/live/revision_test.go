package live_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// revised serves testdata/revision.txtar, with texts replaced by others. got gets what
// reaches the answer.
func revised(t *testing.T, got func(cmd, payload string), reply string, refuse error, edits ...string) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/revision.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i := range archive.Files {
		archive.Files[i].Data = []byte(strings.NewReplacer(edits...).Replace(string(archive.Files[i].Data)))
	}
	files, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	set, err := load.Systems(files, "spec")
	if err != nil {
		t.Fatal(err)
	}
	app := func(id string, named ...string) bind.App {
		return bind.App{
			System: "shop", ID: id, Secrets: map[string]string{"appkey": "secret"},
			May:   func(cmd string) bool { return id != "none" && (cmd == "order_create" || cmd == "order_get") },
			Named: func(cmd string) bool { return len(named) > 0 && named[0] == cmd },
		}
	}
	handler, err := live.New(live.Config{
		Systems: set.Systems, Apps: []bind.App{app("new"), app("old", "order_get_v1"), app("none")},
		Answer: func(_ context.Context, call *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
			if call.Cmd != i.Cmd {
				t.Errorf("%s answers a call of %s", i.Cmd, call.Cmd)
			}
			got(i.Cmd, string(payload))
			return []byte(reply), refuse
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// post sends a signed request and returns the reply with the headers that say when an
// interface ends.
func post(t *testing.T, url, app, path, version, body string) string {
	t.Helper()
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte("POST" + path + body))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Appid": {app}, "Sign": {hex.EncodeToString(mac.Sum(nil))}}
	if version != "" {
		r.Header.Set("version", version)
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	own := ""
	for _, name := range []string{"X-State", "X-From", "X-Total"} {
		if values := reply.Header.Values(name); len(values) > 0 {
			own += " " + name + "=" + strings.Join(values, ",")
		}
	}
	return strings.TrimSpace(string(text) + own + " " + reply.Header.Get("Deprecation") + " " + reply.Header.Get("Sunset"))
}

// TestRevisions calls each revision of an interface: the answer gets what the latest one
// has, and the caller a reply of its own.
func TestRevisions(t *testing.T) {
	t.Parallel()
	const (
		order  = `{"orderNo":"N1","state":3,"lines":[{"sku":"A","amount":2}]}`
		latest = `{"mobileNo":"13800000000","channel":"shop","gender":1,"lines":[{"sku":"A","amount":2}]}`
		first  = `{"mobile":"13800000000","nick":"小明","gender":"男","lines":[{"code":"A","amount":2}],"mobileNo":"1","unknown":{}}`
		one    = `{"shop":"s1","version":"2","mobileNo":"13800000000","channel":"web","gender":1,"lines":[{"sku":"A","amount":2}]}`
		ends   = ` @1796054400 Mon, 01 Mar 2027 15:59:59 GMT`
		told   = `{"code":"0","msg":"成功","data":{"orderNo":"N1","state":1,"source":"none","lines":[{"code":"A","amount":2}]}}`
	)
	for _, c := range []struct{ name, app, path, version, body, cmd, payload, reply string }{
		{
			"latest", "new", "/order/s1", "2", latest, "order_create",
			`{"shop":"s1","version":"2","mobileNo":"13800000000","channel":"shop","gender":1,"lines":[{"sku":"A","amount":2}]}`,
			`{"code":"0","msg":"成功","data":` + order + `}`,
		},
		{"by the value", "new", "/order/s1", "1", first, "order_create", one, told + ends},
		{"without a value", "new", "/order/s1", "", first, "order_create", one, told + ends},
		{
			"by the path", "new", "/order", "", `{"mobileNo":"1","lines":[{"sku":"A","amount":2}]}`, "order_create",
			`{"shop":"main","version":"2","mobileNo":"1","channel":"shop","lines":[{"sku":"A","amount":2}]}`,
			`{"code":"0","msg":"成功","data":{"orderNo":"N1","state":1}}` + ` ` + ` Sun, 31 Jan 2027 15:59:59 GMT`,
		},
		{"another value", "new", "/order/s1", "3", latest, "", "", `{"code":"1001","msg":"有误[version]"}`},
		{"a fault of the revision", "new", "/order/s1", "1", `{"mobile":"13800000000","gender":"1","lines":[]}`, "", "", `{"code":"1001","msg":"有误[gender]"}` + ends},
		{"the latest by its name", "new", "/order/get", "", `{"orderNo":"N1"}`, "order_get", `{"orderNo":"N1"}`, `{"code":"0","msg":"成功","data":` + order + `}`},
		{"by the grant", "old", "/order/get", "", `{"no":"N1"}`, "order_get", `{"orderNo":"N1"}`, `{"code":"0","msg":"成功","data":{"state":3}}`},
		{"not granted", "none", "/order/s1", "1", first, "", "", `{"code":"1003","msg":"无权"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd, payload := "", ""
			url := revised(t, func(to, with string) { cmd, payload = to, with }, order, nil)
			reply := post(t, url, c.app, c.path, c.version, c.body)
			if d := cmp.Diff([]string{c.cmd, c.payload, c.reply}, []string{cmd, payload, reply}); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

// TestRevisionRefusal calls an earlier revision whose answer refuses: the refusal names
// the field as the caller knows it.
func TestRevisionRefusal(t *testing.T) {
	t.Parallel()
	url := revised(t, func(string, string) {}, "", problem.CodeAt("1001", "lines/sku"))
	reply := post(t, url, "new", "/order/s1", "1", `{"mobile":"13800000000","lines":[{"code":"A","amount":2}]}`)
	if want := `{"code":"1001","msg":"有误[lines/code]"}`; !strings.HasPrefix(reply, want) {
		t.Errorf("got %s, want %s", reply, want)
	}
}

// TestRevisionPlaces calls two revisions at one address whose replies have rows in other
// headers, and in none: each has its own places.
func TestRevisionPlaces(t *testing.T) {
	t.Parallel()
	const reply = `{"state":3,"memo":"急","total":7}`
	url := revised(t, func(string, string) {}, reply, nil,
		"  memo:  {type: string, length: 64, label: 备注}\n", "  memo:  {type: string, length: 64, label: 备注}\n  total: {type: int, required: true, in: header, name: X-Total, label: 总数}\n",
		"grant: true, request: {rename: {no: orderNo}}}", "grant: true, request: {rename: {no: orderNo}}, response: {fill: {from: v1}}}",
		"  no: {type: string, length: 16, required: true, label: 单号}\nresponse:\n  state: {type: int, required: true, label: 状态}\n",
		"  no: {type: string, length: 16, required: true, label: 单号}\nresponse:\n  state: {type: int, required: true, in: header, name: X-State, label: 状态}\n"+
			"  from:  {type: string, length: 8, required: true, in: header, name: X-From, label: 来源}\n  memo:  {type: string, length: 64, label: 备注}\n")
	for app, want := range map[string]string{
		"new": `{"code":"0","msg":"成功","data":{"state":3,"memo":"急"}} X-Total=7`,
		"old": `{"code":"0","msg":"成功","data":{"memo":"急"}} X-State=3 X-From=v1`,
	} {
		body := map[string]string{"new": `{"orderNo":"N1"}`, "old": `{"no":"N1"}`}[app]
		if got := post(t, url, app, "/order/get", "", body); got != want {
			t.Errorf("%s got %s, want %s", app, got, want)
		}
	}
}
