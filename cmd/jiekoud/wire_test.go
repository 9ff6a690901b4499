package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
)

// mark stands in what must not come back.
const mark = "MARKmarkQZXV"

// leaks fails when four or more bytes of the input stand in the output.
func leaks(t *testing.T, name, input, output string) {
	t.Helper()
	for i := 0; i+4 <= len(input); i++ {
		if strings.Contains(output, input[i:i+4]) {
			t.Errorf("%s: %q of the input comes back in %s", name, input[i:i+4], output)
			return
		}
	}
}

func TestUnknownApp(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	stranger := *c
	stranger.appid = "999"
	w.unchanged(t, func() {
		for name, body := range map[string]string{
			"unknown":             stranger.seal("cst_info_get", c.sid(), `{"mobile":"13800138000"}`).body(),
			"app of u8":           (&caller{appid: "demo-erp", appkey: "k", token: "t"}).seal("cst_info_get", c.sid(), `{}`).body(),
			"no such, no fields":  `{"header":{"appid":"999"},"data":""}`,
			"no such, wrong type": `{"header":{"appid":"999","sid":[1]}}`,
		} {
			r := c.do(t, c.request(body))
			if r.status != http.StatusUnauthorized || r.raw != "" {
				t.Errorf("%s: HTTP %d %q", name, r.status, r.raw)
			}
		}
	})
	if log := w.log.String(); !strings.Contains(log, `"code":"1011"`) {
		t.Errorf("1011 is not in the log: %s", log)
	}
}

func TestDisabledApp(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	status := func() int {
		r := c.do(t, c.request(c.seal("cst_info_get", c.sid(), `{"mobile":"13800138000"}`).body()))
		if r.status == http.StatusUnauthorized && r.raw != "" {
			t.Errorf("HTTP %d %q", r.status, r.raw)
		}
		return r.status
	}
	if got := status(); got != http.StatusOK {
		t.Fatalf("HTTP %d", got)
	}
	if err := w.admin.Disable(t.Context(), "lianfa", "300"); err != nil {
		t.Fatal(err)
	}
	until(t, "the app is refused", func() bool { return status() == http.StatusUnauthorized })
	if err := w.admin.Enable(t.Context(), "lianfa", "300"); err != nil {
		t.Fatal(err)
	}
	until(t, "the app is let in again", func() bool { return status() == http.StatusOK })
}

func TestGrants(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300", "base_*", "cst_info_get")
	none := w.app(t, "301", "s_lead_query")
	w.refused(t, none, "s_lead_query", members{"leadGUID": lead1}, nil)
	w.unchanged(t, func() {
		same(t, "not granted", c.call(t, "cst_info_create", c.sid(), newCustomer.json()).plain, refusal(1010, "接口权限验证失败"))
		same(t, "not granted, broken", c.call(t, "s_lead_query", c.sid(), `{`).plain, refusal(1010, "接口权限验证失败"))
	})
	if r := c.call(t, "base_project_list", c.sid(), `{}`); r.code(t) != 0 {
		t.Errorf("granted by pattern: %s", r.plain)
	}
	if r := c.call(t, "cst_info_get", c.sid(), `{"mobile":"13800138000"}`); r.code(t) != 0 {
		t.Errorf("granted by name: %s", r.plain)
	}
}

// What is wrong before the message is verified is answered sealed, with the
// app's key, but without sid and cmd of the request.
func TestUnverified(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	sid := c.sid()
	plain := `{"mobile":"13800138000"}`
	sound := func() sealed { return c.seal("cst_info_get", sid, plain) }
	change := func(name string, value any) string {
		m := sound()
		if m.header[name] = value; value == nil {
			delete(m.header, name)
		}
		return m.body()
	}
	foreign := *c
	foreign.token = "00000000000000000000000000000000"
	cut := sound()
	cut.data = cut.data[:len(cut.data)-4]
	folded := sound().header["authCode"].(string)
	auth := refusal(1009, "接入验证失败")
	w.unchanged(t, func() {
		for _, one := range []struct{ name, body, want string }{
			{"authCode", change("authCode", strings.Repeat("0", 40)), auth},
			{"authCode of another token", foreign.seal("cst_info_get", sid, plain).body(), auth},
			{"short authCode", change("authCode", folded[:39]), auth},
			{"dataCode", change("dataCode", strings.Repeat("a", 40)), auth},
			{"another sid", change("sid", c.sid()), auth},
			{"cut data", cut.body(), auth},
			{"no authCode", change("authCode", nil), missing("header/authCode")},
			{"no sid", change("sid", nil), missing("header/sid")},
			{"blank sid", change("sid", " "), missing("header/sid")},
			{"no cmd", change("cmd", nil), missing("header/cmd")},
			{"no timestamp", change("timestamp", nil), missing("header/timestamp")},
			{"timestamp", change("timestamp", mark), wrong("header/timestamp")},
			{"sid of another type", change("sid", []string{mark}), refusal(1015, "消息序列号格式错误")},
			{"cmd of another type", change("cmd", map[string]any{"x": mark}), wrong("header/cmd")},
		} {
			r := c.open(t, c.do(t, c.request(one.body)))
			same(t, one.name, r.plain, one.want)
			if r.header["sid"] != nil && r.header["sid"] != "" || r.header["cmd"] != nil && r.header["cmd"] != "" {
				t.Errorf("%s: the reply repeats sid %v or cmd %v", one.name, r.header["sid"], r.header["cmd"])
			}
			for _, computed := range []string{"authCode", "dataCode", "timestamp"} {
				delete(r.header, computed) // chance makes any digits
			}
			leaks(t, one.name, sid, fmt.Sprint(r.header)+r.plain)
			leaks(t, one.name, mark, fmt.Sprint(r.header)+r.plain)
		}
	})
	// none of these burnt the sid
	if r := c.post(t, sound().body()); r.code(t) != 0 {
		t.Errorf("the sound message: %s", r.plain)
	}
}

// What the codes do not cover is judged once they are right.
func TestVerified(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	plain := `{"mobile":"13800138000"}`
	wrongKey := *c
	wrongKey.appkey = "another key altogether"
	sid := c.sid()
	format := refusal(1004, "请求数据格式错误")
	w.unchanged(t, func() {
		for _, one := range []struct {
			name string
			m    sealed
			want string
		}{
			{"bad base64", c.sign("cst_info_get", sid, "FQz8lhihFbBH8fV4PA=", true), format},
			{"base64 for URLs", c.sign("cst_info_get", sid, "__-_", true), format},
			{"bits left over", c.sign("cst_info_get", sid, "QUJDRR==", true), format},
			{"another key", wrongKey.seal("cst_info_get", sid, plain), format},
			{"no JSON", c.seal("cst_info_get", sid, `mobile=1`), format},
			{"an array", c.seal("cst_info_get", sid, `[{"mobile":"1"}]`), format},
			{"a text", c.seal("cst_info_get", sid, `"1"`), format},
			{"two objects", c.seal("cst_info_get", sid, `{}{}`), format},
			{"duplicate keys", c.seal("cst_info_get", sid, `{"mobile":"13800138000","mobile":"13800138001"}`), format},
			{"duplicate unknown keys", c.seal("cst_info_get", sid, `{"mobile":"13800138000","x":1,"x":1}`), format},
			{"duplicate keys inside", c.seal("cst_info_get", sid, `{"mobile":"13800138000","x":{"y":1,"y":1}}`), format},
			{"not UTF-8", c.seal("cst_info_get", sid, "{\"mobile\":\"\xff\"}"), format},
			{"U+0000", c.seal("cst_info_get", sid, `{"mobile":"\u0000"}`), format},
			{"lone surrogate", c.seal("cst_info_get", sid, `{"mobile":"\ud800"}`), format},
			{"too deep", c.seal("cst_info_get", sid, `{"x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`}`), format},
			{"no payload", c.sign("cst_info_get", sid, "", true), refusal(1007, "请求数据缺失")},
			{"an empty object", c.seal("cst_info_get", sid, `{}`), missing("mobile")},
			{"unknown cmd", c.seal("cst_info_delete", sid, `{}`), refusal(1008, "不支持的接口请求")},
			{"cmd in another case", c.seal("CST_INFO_GET", sid, `{}`), refusal(1008, "不支持的接口请求")},
			{"a notification", c.seal("cst_info_notify", sid, `{}`), refusal(1008, "不支持的接口请求")},
			{"an interface of u8", c.seal("customer_get", sid, `{}`), refusal(1008, "不支持的接口请求")},
			{"short sid", c.seal("cst_info_get", "300261121120000", plain), refusal(1015, "消息序列号格式错误")},
			{"long sid", c.seal("cst_info_get", "300261121120000000001", plain), refusal(1015, "消息序列号格式错误")},
			{"sid with letters", c.seal("cst_info_get", "3002611211200000000a", plain), refusal(1015, "消息序列号格式错误")},
			{"sid of other digits", c.seal("cst_info_get", "３００２６１１２１１２０００００", plain), refusal(1015, "消息序列号格式错误")},
		} {
			r := c.post(t, one.m.body())
			same(t, one.name, r.plain, one.want)
			if r.header["sid"] != one.m.header["sid"] && !strings.Contains(one.name, "sid") && !strings.Contains(one.want, "1004") {
				t.Errorf("%s: the reply does not repeat the sid", one.name)
			}
		}
	})
	for name, m := range map[string]sealed{
		"listed order":      c.sign("cst_info_get", c.sid(), base64.StdEncoding.EncodeToString(rc4Text(c.appkey, []byte(plain))), false),
		"sorted order":      c.seal("cst_info_get", c.sid(), plain),
		"byte order mark":   c.seal("cst_info_get", c.sid(), "\ufeff"+plain),
		"spaces":            c.seal("cst_info_get", c.sid(), " {\r\n\t\"mobile\" : \"13800138000\" } "),
		"folded base64":     c.sign("cst_info_get", c.sid(), "\r\n"+base64.StdEncoding.EncodeToString(rc4Text(c.appkey, []byte(plain)))+"\r\n", true),
		"sid of 16":         c.seal("cst_info_get", "2014123123123123", plain),
		"escapes":           c.seal("cst_info_get", c.sid(), `{"\u006dobile":"\u0031380013800\u0030","x":"\ud83d\ude00"}`),
		"upper case hashes": c.upper(c.seal("cst_info_get", c.sid(), plain)),
		"timestamp as text": stamped(c.seal("cst_info_get", c.sid(), plain), "1414141414"),
		"token in header":   tokened(c.seal("cst_info_get", c.sid(), plain), c.token),
	} {
		if r := c.post(t, m.body()); r.code(t) != 0 {
			t.Errorf("%s: %s", name, r.plain)
		}
	}
	if strings.Contains(w.log.String(), c.token) || strings.Contains(w.log.String(), c.appkey) {
		t.Error("a secret is in the log")
	}
	// nothing required: "", null and no data at all are {}
	for i, body := range []string{"", "{}"} {
		m := c.sign("base_project_list", c.sid(), "", true)
		if body != "" {
			m = c.seal("base_project_list", c.sid(), body)
		}
		if r := c.post(t, m.body()); r.code(t) != 0 {
			t.Errorf("no payload %d: %s", i, r.plain)
		}
	}
	for from, to := range map[string]string{`"data":""`: `"data":null`, `"data":"",`: ""} {
		body := c.sign("base_project_list", c.sid(), "", true).body()
		if r := c.post(t, strings.Replace(body, from, to, 1)); r.code(t) != 0 || !strings.Contains(body, from) {
			t.Errorf("%s instead of %s: %s", to, from, r.plain)
		}
	}
}

// upper writes the hashes in upper case.
func (c *caller) upper(m sealed) sealed {
	dataCode := strings.ToUpper(m.header["dataCode"].(string))
	values := []string{c.appid, m.header["sid"].(string), c.token, dataCode}
	slices.Sort(values)
	m.header["dataCode"], m.header["authCode"] = dataCode, strings.ToUpper(sha1Text(values...))
	return m
}

func stamped(m sealed, stamp string) sealed {
	m.header["timestamp"] = stamp
	return m
}

func tokened(m sealed, token string) sealed {
	m.header["token"] = token
	return m
}

// What stands before any app is known is answered with a constant text.
func TestDoor(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	sound := c.seal("cst_info_get", c.sid(), `{"mobile":"`+mark+`"}`).body()
	format := refusal(1004, "请求数据格式错误")
	post := func(body string, change func(*http.Request)) *http.Request {
		r := c.request(body)
		if change != nil {
			change(r)
		}
		return r
	}
	w.unchanged(t, func() {
		for _, one := range []struct {
			name   string
			r      *http.Request
			status int
			want   string
		}{
			{"PUT", post(sound, func(r *http.Request) { r.Method = http.MethodPut }), 405, refusal(1003, "不支持的请求方式")},
			{"DELETE", post(sound, func(r *http.Request) { r.Method = http.MethodDelete }), 405, refusal(1003, "不支持的请求方式")},
			{"no length", post(sound, func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader(sound)), -1 }), 411, format},
			{"no type", post(sound, func(r *http.Request) { r.Header.Del("Content-Type") }), 415, format},
			{"form", post(sound, func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }), 415, format},
			{"almost JSON", post(sound, func(r *http.Request) { r.Header.Set("Content-Type", "application/jsonp") }), 415, format},
			{"gzip", post(sound, func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }), 415, format},
			{"too large", post(strings.Repeat(mark, 1<<20/len(mark)+1), nil), 413, refusal(1006, "请求数据过大")},
			{"nothing", post("", nil), 400, refusal(1007, "请求数据缺失")},
			{"no JSON", post(mark, nil), 400, format},
			{"an array", post(`["`+mark+`"]`, nil), 400, format},
			{"no header", post(`{"data":"`+mark+`"}`, nil), 400, format},
			{"header of another type", post(`{"header":"`+mark+`","data":""}`, nil), 400, format},
			{"data of another type", post(`{"header":{"appid":"300"},"data":{"`+mark+`":1}}`, nil), 400, format},
			{"duplicate members", post(strings.Replace(sound, `{"data"`, `{"data":"","data"`, 1), nil), 400, format},
			{"duplicate header fields", post(strings.Replace(sound, `"appid"`, `"appid":"300","appid"`, 1), nil), 400, format},
			{"bytes after the end", post(sound+"}", nil), 400, format},
			{"not UTF-8", post(strings.Replace(sound, `"appid"`, "\"\xff\":1,\"appid\"", 1), nil), 400, format},
			{"no app", post(strings.Replace(sound, `"appid":"300"`, `"appid":""`, 1), nil), 400, missing("header/appid")},
			{"no app at all", post(`{"header":{"cmd":"`+mark+`"},"data":""}`, nil), 400, missing("header/appid")},
			{"GET without header", post("", func(r *http.Request) { r.Method, r.URL.RawQuery = http.MethodGet, "data="+mark }), 400, format},
			{"GET with two", post("", func(r *http.Request) { r.Method, r.URL.RawQuery = http.MethodGet, "header={}&header={}&data="+mark }), 400, format},
		} {
			got := c.do(t, one.r)
			same(t, one.name, got.raw, one.want)
			if got.status != one.status {
				t.Errorf("%s: HTTP %d", one.name, got.status)
			}
			leaks(t, one.name, mark, got.raw)
		}
	})
	r := c.do(t, post(sound, func(r *http.Request) { r.Method = http.MethodPut }))
	same(t, "Allow", r.http.Get("Allow"), "POST, GET")
	for _, kind := range []string{"application/json; charset=UTF-8", "Application/JSON", "application/json;charset=gbk"} {
		r := c.request(c.seal("cst_info_get", c.sid(), `{"mobile":"13800138000"}`).body())
		r.Header.Set("Content-Type", kind)
		if got := c.open(t, c.do(t, r)); got.code(t) != 0 {
			t.Errorf("%s: %s", kind, got.plain)
		}
	}
	if strings.Contains(w.log.String(), mark) {
		t.Error("input is in the log")
	}
}

// A body that ends early is no effect and no hang.
func TestShortBody(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	body := c.seal("cst_info_create", c.sid(), newCustomer.json()).body()
	w.unchanged(t, func() {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, "POST /lianfa/api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"+body); err != nil {
			t.Fatal(err)
		}
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 400 ") || !strings.HasSuffix(string(got), refusal(1007, "请求数据缺失")) {
			t.Errorf("%v: %s", err, got)
		}
	})
}

func TestGet(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	m := c.seal("cst_info_get", c.sid(), `{"mobile":"13800138000"}`)
	if r := c.get(t, m); r.code(t) != 0 || r.header["sid"] != m.header["sid"] {
		t.Errorf("query: %s", r.plain)
	}
	same(t, "the same again", c.get(t, m).plain, refusal(1013, "消息序列号重复"))
	w.unchanged(t, func() {
		same(t, "report", c.get(t, c.seal("cst_info_create", c.sid(), newCustomer.json())).plain, refusal(1003, "不支持的请求方式"))
		bad := c.seal("cst_info_get", c.sid(), `{"mobile":"13800138000"}`)
		bad.header["authCode"] = "x"
		same(t, "authCode", c.get(t, bad).plain, refusal(1009, "接入验证失败"))
	})
	// A plus sign that came as a blank is no base64: no guessing.
	r := c.get(t, c.seal("base_project_list", c.sid(), `{"pageSize":2}`))
	if r.code(t) != 0 {
		t.Errorf("list: %s", r.plain)
	}
	if strings.Contains(w.log.String(), url.QueryEscape(m.data)) || strings.Contains(w.log.String(), m.data) {
		t.Error("the query is in the log")
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.app(t, "300")
	if r := c.call(t, "cst_info_get", c.sid(), `{"mobile":"13800138000"}`); r.code(t) != 0 {
		t.Fatal(r.plain)
	}
	for path, want := range map[string]string{
		"/livez":                  "ok\n",
		"/readyz":                 `{"ready":true}` + "\n",
		"/metrics":                `jiekou_requests_total{cmd="cst_info_get",code="0",system="lianfa"} 1`,
		"/docs/":                  "联发地产开放接口规范说明书",
		"/docs/lianfa/":           "联发地产",
		"/docs/lianfa/customer":   "cst_info_get",
		"/docs/u8/errors":         "99012",
		"/nothing":                "404 page not found\n",
		"/docs/lianfa/../../../x": "",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.do(t, r); !strings.Contains(got.raw, want) {
			t.Errorf("%s: HTTP %d %.200s", path, got.status, got.raw)
		}
	}
}

// The document's example of chapter 3, sent as it is printed: the codes are
// right, and cst_identity is no interface.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := &caller{
		http: w.http, url: w.url + "/lianfa/api", sids: &w.sids, appid: "123", token: "52e41ab0d3eee56b725e3e29999762a8",
		appkey: `S_+SFO!fH.7qj_CEIKgCoSRfYr&e%,zAL1-*UEW7D]V$o4Cc=Dd4kwSh%6Q<!?=!+_@H^,K*#Gdk/d.qp@nBjl:e^/,.ckVGC2<4OoZNS2JN5<IX[Uq0W0oI-Y(K[k-R`,
	}
	_, err := w.admin.Add(t.Context(), app.New{
		System: "lianfa", ID: c.appid, Token: app.Secret(c.token), AppKey: app.Secret(c.appkey), Grants: []string{"*"},
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "example", c.post(t, `{"header":{"appid":"123","timestamp":1414141414,"sid":"2014123123123123",`+
		`"authCode":"8c694932bba5d137af13654ce5a875d30a267ec8","cmd":"cst_identity","version":"2.0",`+
		`"dataCode":"a975283943d4be0d7cb355c2115f45d63b5dcc5d"},"data":"FQz8lhihFbBH8fV4PA=="}`).plain, refusal(1008, "不支持的接口请求"))
}
