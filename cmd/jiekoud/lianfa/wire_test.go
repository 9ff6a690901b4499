package lianfa_test

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
)

// mark is in every text that must not come back.
const mark = "MARKmarkQZXV"

// leaks fails if the output has four or more bytes of the input.
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
	c := w.App(t, "300")
	stranger := *c
	stranger.AppID = "999"
	w.Unchanged(t, func() {
		for name, body := range map[string]string{
			"unknown":             stranger.Seal("cst_info_get", c.Sid(), `{"mobile":"13800138000"}`).Body(),
			"app of u8":           (&caller{AppID: "demo-erp", AppKey: "k", Token: "t"}).Seal("cst_info_get", c.Sid(), `{}`).Body(),
			"no such, no fields":  `{"header":{"appid":"999"},"data":""}`,
			"no such, wrong type": `{"header":{"appid":"999","sid":[1]}}`,
		} {
			r := c.Do(t, c.Request(body))
			if r.Status != http.StatusUnauthorized || r.Raw != "" {
				t.Errorf("%s: HTTP %d %q", name, r.Status, r.Raw)
			}
		}
	})
	if log := w.Log.String(); !strings.Contains(log, `"code":"1011"`) {
		t.Errorf("1011 is not in the log: %s", log)
	}
}

func TestDisabledApp(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	status := func() int {
		r := c.Do(t, c.Request(c.Seal("cst_info_get", c.Sid(), `{"mobile":"13800138000"}`).Body()))
		if r.Status == http.StatusUnauthorized && r.Raw != "" {
			t.Errorf("HTTP %d %q", r.Status, r.Raw)
		}
		return r.Status
	}
	if got := status(); got != http.StatusOK {
		t.Fatalf("HTTP %d", got)
	}
	if err := w.Admin.Disable(t.Context(), "lianfa", "300"); err != nil {
		t.Fatal(err)
	}
	until(t, "the app is refused", func() bool { return status() == http.StatusUnauthorized })
	if err := w.Admin.Enable(t.Context(), "lianfa", "300"); err != nil {
		t.Fatal(err)
	}
	until(t, "the app is let in again", func() bool { return status() == http.StatusOK })
}

func TestGrants(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300", "base_*", "cst_info_get")
	none := w.App(t, "301", "s_lead_query")
	refused(t, w, none, "s_lead_query", members{"leadGUID": lead1}, nil)
	w.Unchanged(t, func() {
		same(t, "not granted", c.Call(t, "cst_info_create", c.Sid(), newCustomer.JSON()).Plain, refusal(1010, "接口权限验证失败"))
		same(t, "not granted, broken", c.Call(t, "s_lead_query", c.Sid(), `{`).Plain, refusal(1010, "接口权限验证失败"))
	})
	if r := c.Call(t, "base_project_list", c.Sid(), `{}`); r.Code(t) != 0 {
		t.Errorf("granted by pattern: %s", r.Plain)
	}
	if r := c.Call(t, "cst_info_get", c.Sid(), `{"mobile":"13800138000"}`); r.Code(t) != 0 {
		t.Errorf("granted by name: %s", r.Plain)
	}
}

// A fault before the message is verified is answered sealed, with the app's key,
// but without sid and cmd of the request.
func TestUnverified(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	sid := c.Sid()
	plain := `{"mobile":"13800138000"}`
	sound := func() sealed { return c.Seal("cst_info_get", sid, plain) }
	change := func(name string, value any) string {
		m := sound()
		if m.Header[name] = value; value == nil {
			delete(m.Header, name)
		}
		return m.Body()
	}
	foreign := *c
	foreign.Token = "00000000000000000000000000000000"
	cut := sound()
	cut.Data = cut.Data[:len(cut.Data)-4]
	folded := sound().Header["authCode"].(string)
	auth := refusal(1009, "接入验证失败")
	w.Unchanged(t, func() {
		for _, one := range []struct{ name, body, want string }{
			{"authCode", change("authCode", strings.Repeat("0", 40)), auth},
			{"authCode of another token", foreign.Seal("cst_info_get", sid, plain).Body(), auth},
			{"short authCode", change("authCode", folded[:39]), auth},
			{"dataCode", change("dataCode", strings.Repeat("a", 40)), auth},
			{"another sid", change("sid", c.Sid()), auth},
			{"cut data", cut.Body(), auth},
			{"no authCode", change("authCode", nil), missing("header/authCode")},
			{"no sid", change("sid", nil), missing("header/sid")},
			{"blank sid", change("sid", " "), missing("header/sid")},
			{"no cmd", change("cmd", nil), missing("header/cmd")},
			{"no timestamp", change("timestamp", nil), missing("header/timestamp")},
			{"sid of another type", change("sid", []string{mark}), refusal(1015, "消息序列号格式错误")},
			{"cmd of another type", change("cmd", map[string]any{"x": mark}), wrong("header/cmd")},
		} {
			r := c.Do(t, c.Request(one.body))
			if r.Status != http.StatusBadRequest {
				t.Errorf("%s: HTTP %d", one.name, r.Status)
			}
			same(t, one.name, r.Raw, one.want) // not sealed, and nothing of the message in it
		}
		// No code covers the time, so the sender has proved who it is.
		r := c.Post(t, change("timestamp", mark))
		same(t, "timestamp", r.Plain, wrong("header/timestamp"))
		if r.Status != http.StatusOK || r.Header["sid"] != nil && r.Header["sid"] != "" {
			t.Errorf("timestamp: HTTP %d, %v", r.Status, r.Header)
		}
	})
	// none of these burnt the sid
	if r := c.Post(t, sound().Body()); r.Code(t) != 0 {
		t.Errorf("the sound message: %s", r.Plain)
	}
}

// The parts that the codes do not cover are validated once the codes are right.
func TestVerified(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	plain := `{"mobile":"13800138000"}`
	wrongKey := *c
	wrongKey.AppKey = "another key altogether"
	sid := c.Sid()
	format := refusal(1004, "请求数据格式错误")
	w.Unchanged(t, func() {
		for _, one := range []struct {
			name string
			m    sealed
			want string
		}{
			{"bad base64", c.Sign("cst_info_get", sid, "FQz8lhihFbBH8fV4PA=", true), format},
			{"base64 for URLs", c.Sign("cst_info_get", sid, "__-_", true), format},
			{"bits left over", c.Sign("cst_info_get", sid, "QUJDRR==", true), format},
			{"another key", wrongKey.Seal("cst_info_get", sid, plain), format},
			{"no JSON", c.Seal("cst_info_get", sid, `mobile=1`), format},
			{"an array", c.Seal("cst_info_get", sid, `[{"mobile":"1"}]`), format},
			{"a text", c.Seal("cst_info_get", sid, `"1"`), format},
			{"two objects", c.Seal("cst_info_get", sid, `{}{}`), format},
			{"duplicate keys", c.Seal("cst_info_get", sid, `{"mobile":"13800138000","mobile":"13800138001"}`), format},
			{"duplicate unknown keys", c.Seal("cst_info_get", sid, `{"mobile":"13800138000","x":1,"x":1}`), format},
			{"duplicate keys inside", c.Seal("cst_info_get", sid, `{"mobile":"13800138000","x":{"y":1,"y":1}}`), format},
			{"not UTF-8", c.Seal("cst_info_get", sid, "{\"mobile\":\"\xff\"}"), format},
			{"U+0000", c.Seal("cst_info_get", sid, `{"mobile":"\u0000"}`), format},
			{"lone surrogate", c.Seal("cst_info_get", sid, `{"mobile":"\ud800"}`), format},
			{"too deep", c.Seal("cst_info_get", sid, `{"x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`}`), format},
			{"no payload", c.Sign("cst_info_get", sid, "", true), refusal(1007, "请求数据缺失")},
			{"an empty object", c.Seal("cst_info_get", sid, `{}`), missing("mobile")},
			{"unknown cmd", c.Seal("cst_info_delete", sid, `{}`), refusal(1008, "不支持的接口请求")},
			{"cmd in another case", c.Seal("CST_INFO_GET", sid, `{}`), refusal(1008, "不支持的接口请求")},
			{"a notification", c.Seal("cst_info_notify", sid, `{}`), refusal(1008, "不支持的接口请求")},
			{"an interface of u8", c.Seal("customer_get", sid, `{}`), refusal(1008, "不支持的接口请求")},
			{"short sid", c.Seal("cst_info_get", "300261121120000", plain), refusal(1015, "消息序列号格式错误")},
			{"long sid", c.Seal("cst_info_get", "300261121120000000001", plain), refusal(1015, "消息序列号格式错误")},
			{"sid with letters", c.Seal("cst_info_get", "3002611211200000000a", plain), refusal(1015, "消息序列号格式错误")},
			{"sid of other digits", c.Seal("cst_info_get", "３００２６１１２１１２０００００", plain), refusal(1015, "消息序列号格式错误")},
		} {
			r := c.Post(t, one.m.Body())
			same(t, one.name, r.Plain, one.want)
			if r.Header["sid"] != one.m.Header["sid"] && !strings.Contains(one.name, "sid") && !strings.Contains(one.want, "1004") {
				t.Errorf("%s: the reply does not repeat the sid", one.name)
			}
		}
	})
	for name, m := range map[string]sealed{
		"listed order":      c.Sign("cst_info_get", c.Sid(), base64.StdEncoding.EncodeToString(rc4Text(c.AppKey, []byte(plain))), false),
		"sorted order":      c.Seal("cst_info_get", c.Sid(), plain),
		"byte order mark":   c.Seal("cst_info_get", c.Sid(), "\ufeff"+plain),
		"spaces":            c.Seal("cst_info_get", c.Sid(), " {\r\n\t\"mobile\" : \"13800138000\" } "),
		"folded base64":     c.Sign("cst_info_get", c.Sid(), "\r\n"+base64.StdEncoding.EncodeToString(rc4Text(c.AppKey, []byte(plain)))+"\r\n", true),
		"sid of 16":         c.Seal("cst_info_get", "2014123123123123", plain),
		"escapes":           c.Seal("cst_info_get", c.Sid(), `{"\u006dobile":"\u0031380013800\u0030","x":"\ud83d\ude00"}`),
		"upper case hashes": upper(c, c.Seal("cst_info_get", c.Sid(), plain)),
		"timestamp as text": stamped(c.Seal("cst_info_get", c.Sid(), plain), "1414141414"),
		"token in header":   tokened(c.Seal("cst_info_get", c.Sid(), plain), c.Token),
	} {
		if r := c.Post(t, m.Body()); r.Code(t) != 0 {
			t.Errorf("%s: %s", name, r.Plain)
		}
	}
	if strings.Contains(w.Log.String(), c.Token) || strings.Contains(w.Log.String(), c.AppKey) {
		t.Error("a secret is in the log")
	}
	// nothing required: "", null and no data at all are {}
	for i, body := range []string{"", "{}"} {
		m := c.Sign("base_project_list", c.Sid(), "", true)
		if body != "" {
			m = c.Seal("base_project_list", c.Sid(), body)
		}
		if r := c.Post(t, m.Body()); r.Code(t) != 0 {
			t.Errorf("no payload %d: %s", i, r.Plain)
		}
	}
	for from, to := range map[string]string{`"data":""`: `"data":null`, `"data":"",`: ""} {
		body := c.Sign("base_project_list", c.Sid(), "", true).Body()
		if r := c.Post(t, strings.Replace(body, from, to, 1)); r.Code(t) != 0 || !strings.Contains(body, from) {
			t.Errorf("%s instead of %s: %s", to, from, r.Plain)
		}
	}
}

// upper writes the hashes in upper case.
func upper(c *caller, m sealed) sealed {
	dataCode := strings.ToUpper(m.Header["dataCode"].(string))
	values := []string{c.AppID, m.Header["sid"].(string), c.Token, dataCode}
	slices.Sort(values)
	m.Header["dataCode"], m.Header["authCode"] = dataCode, strings.ToUpper(sha1Text(values...))
	return m
}

func stamped(m sealed, stamp string) sealed {
	m.Header["timestamp"] = stamp
	return m
}

func tokened(m sealed, token string) sealed {
	m.Header["token"] = token
	return m
}

// A fault before any app is known is answered with a constant text.
func TestDoor(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	sound := c.Seal("cst_info_get", c.Sid(), `{"mobile":"`+mark+`"}`).Body()
	format := refusal(1004, "请求数据格式错误")
	post := func(body string, change func(*http.Request)) *http.Request {
		r := c.Request(body)
		if change != nil {
			change(r)
		}
		return r
	}
	w.Unchanged(t, func() {
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
			got := c.Do(t, one.r)
			same(t, one.name, got.Raw, one.want)
			if got.Status != one.status {
				t.Errorf("%s: HTTP %d", one.name, got.Status)
			}
			leaks(t, one.name, mark, got.Raw)
		}
	})
	r := c.Do(t, post(sound, func(r *http.Request) { r.Method = http.MethodPut }))
	same(t, "Allow", r.HTTP.Get("Allow"), "POST, GET")
	for _, kind := range []string{"application/json; charset=UTF-8", "Application/JSON", "application/json;charset=gbk"} {
		r := c.Request(c.Seal("cst_info_get", c.Sid(), `{"mobile":"13800138000"}`).Body())
		r.Header.Set("Content-Type", kind)
		if got := c.Open(t, c.Do(t, r)); got.Code(t) != 0 {
			t.Errorf("%s: %s", kind, got.Plain)
		}
	}
	if strings.Contains(w.Log.String(), mark) {
		t.Error("input is in the log")
	}
}

// A body that ends early is no effect and no hang.
func TestShortBody(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	body := c.Seal("cst_info_create", c.Sid(), newCustomer.JSON()).Body()
	w.Unchanged(t, func() {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(2 * time.Minute))
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
	c := w.App(t, "300")
	m := c.Seal("cst_info_get", c.Sid(), `{"mobile":"13800138000"}`)
	if r := c.Get(t, m); r.Code(t) != 0 || r.Header["sid"] != m.Header["sid"] {
		t.Errorf("query: %s", r.Plain)
	}
	same(t, "the same again", c.Get(t, m).Plain, refusal(1013, "消息序列号重复"))
	w.Unchanged(t, func() {
		same(t, "report", c.Get(t, c.Seal("cst_info_create", c.Sid(), newCustomer.JSON())).Plain, refusal(1003, "不支持的请求方式"))
		bad := c.Seal("cst_info_get", c.Sid(), `{"mobile":"13800138000"}`)
		bad.Header["authCode"] = "x"
		same(t, "authCode", c.Get(t, bad).Plain, refusal(1009, "接入验证失败"))
	})
	// A plus sign that came as a blank is no base64: no guessing.
	r := c.Get(t, c.Seal("base_project_list", c.Sid(), `{"pageSize":2}`))
	if r.Code(t) != 0 {
		t.Errorf("list: %s", r.Plain)
	}
	if strings.Contains(w.Log.String(), url.QueryEscape(m.Data)) || strings.Contains(w.Log.String(), m.Data) {
		t.Error("the query is in the log")
	}
}

// The document's example of chapter 3, sent as it is printed: the codes are
// right, and cst_identity is no interface.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := &caller{
		HTTP: w.Client, URL: w.URL + "/lianfa/api", Sids: &w.Sids, AppID: "123", Token: "52e41ab0d3eee56b725e3e29999762a8",
		AppKey: `S_+SFO!fH.7qj_CEIKgCoSRfYr&e%,zAL1-*UEW7D]V$o4Cc=Dd4kwSh%6Q<!?=!+_@H^,K*#Gdk/d.qp@nBjl:e^/,.ckVGC2<4OoZNS2JN5<IX[Uq0W0oI-Y(K[k-R`,
	}
	_, err := w.Admin.Add(t.Context(), app.New{
		System: "lianfa", ID: c.AppID, Keys: map[string]app.Secret{"token": app.Secret(c.Token), "appkey": app.Secret(c.AppKey)}, Grants: []string{"*"},
		Making: operate.Making(lianfa.Describe().Protocol, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "example", c.Post(t, `{"header":{"appid":"123","timestamp":1414141414,"sid":"2014123123123123",`+
		`"authCode":"8c694932bba5d137af13654ce5a875d30a267ec8","cmd":"cst_identity","version":"2.0",`+
		`"dataCode":"a975283943d4be0d7cb355c2115f45d63b5dcc5d"},"data":"FQz8lhihFbBH8fV4PA=="}`).Plain, refusal(1008, "不支持的接口请求"))
}
