package gate_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// TestPlain: requests without a signature to compute.
func TestPlain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const get, good = "/kiosk/thing/get?", "app_key=key&token=open%20sesame"
	for _, tt := range []struct {
		method, path string
		status       int
		want, seen   string
	}{
		{"GET", get + good + "&name=%E5%BC%A0&n=7", 200, fine("张", `,"n":7`), "thing_get 0"},
		{"GET", get + good + `&name=a&list=[{"name":"x"},{"name":"y"}]`, 200, fine("a", `,"list":["x","y"]`), "thing_get 0"},
		{"GET", get + good + "&name=a+b&n=", 200, fine("a b", ""), "thing_get 0"},
		{"PUT", get + good + "&name=a&n=7", 200, fine("a", ""), "thing_put 0"},
		{"GET", get + good, 200, not("99001", "缺少参数[name]"), "thing_get 99001"},
		{"GET", get + good + "&name=a&n=x", 200, not("99002", ""), "thing_get 99002"},
		{"GET", get + good + "&name=a&list=x", 200, not("99002", ""), "thing_get 99002"},
		{"GET", get + good + "&name=a&list=[1,2,3,4]", 200, not("99004", ""), "thing_get 99004"},
		{"GET", get + good + "&name=a&name=b", 200, not("99004", ""), "thing_get 99004"},
		{"GET", get + good + "&name=a&x=1&x=2", 200, not("99004", ""), "thing_get 99004"},
		{"GET", get + good + "&app_key=key&name=a", 200, not("99004", ""), " 99004"},
		{"GET", get + good + "&name=%ff", 200, not("99004", ""), " 99004"},
		{"GET", get + good + "&name=%d5%c5", 200, not("99004", ""), " 99004"},
		{"GET", get + good + "&name=%00", 200, not("99004", ""), "thing_get 99004"},
		{"GET", get + good + "&name=%zz", 200, not("99004", ""), " 99004"},
		{"GET", get + good + ";name=a", 200, not("99009", "签名错误"), " 99009"},
		{"GET", get + good + "&x=a;b&name=a", 200, not("99004", ""), "thing_get 99004"},
		{"GET", get + good + "&name=panic", 200, not("99005", "系统处理失败"), "thing_get 99005"},
		{"GET", get + good + "&name=error", 200, not("99005", "系统处理失败"), "thing_get 99005"},
		{"GET", get + good + "&name=down", 200, not("99006", ""), "thing_get 99006"},
		{"GET", get + "app_key=key&token=wrong&name=a", 200, not("99009", "签名错误"), " 99009"},
		{"GET", get + "app_key=other&token=open%20sesame&name=a", 200, not("99009", "签名错误"), " 99009"},
		{"GET", get + "app_key=key&name=a", 200, not("99001", "缺少参数[token]"), " 99001"},
		{"GET", get + "app_key=nobody&token=x&name=a", 200, not("30021", "此应用未上线"), " 30021"},
		{"GET", get + "token=x&name=a", 200, not("99001", "缺少参数[app_key]"), " 99001"},
		{"POST", get + good + "&name=a", 405, not("99003", "不支持的请求方式"), " 99003"},
		{"OPTIONS", get + good + "&name=a", 405, not("99003", "不支持的请求方式"), " 99003"},
		{"HEAD", get + good + "&name=a", 405, "", " 99003"},
		{"GET", "/kiosk/soon?" + good + "&name=a", 200, not("99008", ""), " 99008"},
		{"GET", "/kiosk/old?" + good + "&name=a", 200, fine("a", ""), "thing_old 0"},
		{"GET", "/kiosk/secret?" + good + "&name=a", 200, not("99010", ""), "secret_get 99010"},
		{"GET", "/kiosk/thing/%E5%BC%A0/name/x%2Fy%20z?" + good + "&n=7", 200, fine("x/y z", `,"n":7`), "thing_deep 0"},
		{"GET", "/kiosk/thing/b/name/c?" + good + "&name=a", 200, fine("c", ""), "thing_deep 0"},
		{"GET", "/kiosk/thing/get/name?" + good + "&name=a", 200, fine("a", ""), "thing_named 0"},
		{"GET", "/kiosk/thing/a?" + good, 405, not("99003", "不支持的请求方式"), " 99003"},
		{"GET", "/kiosk/issued?app_key=key&token=good&name=a", 200, fine("a", ""), "thing_issued 0"},
		{"GET", "/kiosk/issued?app_key=key&token=bad&name=a", 200, not("99022", ""), " 99022"},
		{"GET", "/kiosk/issued?app_key=key&token=down&name=a", 200, not("99006", ""), " 99006"},
		{"GET", "/kiosk/issued?app_key=key&name=a", 200, not("99001", "缺少参数[token]"), " 99001"},
	} {
		status, h, body := do(t, request(t, tt.method, b.url+tt.path, nil))
		if status != tt.status || body != tt.want {
			t.Errorf("%s %s:\ngot  %d %s\nwant %d %s", tt.method, tt.path, status, body, tt.status, tt.want)
		}
		if got := b.seen.take(); got != "kiosk "+tt.seen {
			t.Errorf("%s %s: the observer saw %q, want %q", tt.method, tt.path, got, tt.seen)
		}
		allow := h.Get("Allow")
		if want := map[bool]string{true: "PUT", false: "GET, PUT"}[strings.HasPrefix(tt.path, "/kiosk/thing/a?")]; status == 405 && allow != want {
			t.Errorf("%s %s: Allow is %q, want %q", tt.method, tt.path, allow, want)
		}
	}
	for _, path := range []string{"/kiosk", "/kiosk/thing/", "/kiosk/thing/get/x", "/kiosk/sealed/x", "/nowhere"} {
		if status, _, body := do(t, request(t, "GET", b.url+path+"?"+good, nil)); status != 404 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if log := b.log.String(); strings.Contains(log, "sesame") || strings.Contains(log, secret) || strings.Contains(log, "app_key=") {
		t.Error("a token, a query or a value is in the log")
	}
}

// TestSigned: requests with a signature: the places of fields, and the parts of the
// body.
func TestSigned(t *testing.T) {
	t.Parallel()
	b := setup(t)
	form := func(s *sent) { s.form = true }
	whole := func(s *sent) { s.name = "whole" }
	for i, tt := range []struct {
		name, method, target, body string
		change                     func(*sent)
		after                      func(*http.Request)
		want                       string
	}{
		{"path, query and body", "PUT", "/kiosk/thing/%E5%BC%A0?n=7", `{"list":[{"name":"x"}]}`, nil, nil, fine("张", `,"n":7,"list":["x"]`)},
		{"no body", "PUT", "/kiosk/thing/a", ``, nil, nil, fine("a", "")},
		{"the body does not overrule", "PUT", "/kiosk/thing/a?n=7", `{"name":"b","n":8}`, nil, nil, fine("a", `,"n":7`)},
		{"nor fill in", "PUT", "/kiosk/thing/a", `{"n":8}`, nil, nil, fine("a", "")},
		{"a query beside the fields", "POST", "/kiosk/head?name=q&n=3", `{"name":"b"}`, nil, nil, fine("b", "")},
		{"header", "POST", "/kiosk/head", `{"name":"b","n":1}`, nil, func(r *http.Request) { r.Header.Set("N", "7") }, fine("b", `,"n":7`)},
		{"header twice", "POST", "/kiosk/head", `{"name":"b"}`, nil, func(r *http.Request) { r.Header["N"] = []string{"7", "8"} }, not("99004", "")},
		{"cookies", "POST", "/kiosk/cookie", `{"name":"b","n":1}`, nil, func(r *http.Request) { r.Header.Set("Cookie", "x=1; n=7;the-name=%E4%B8%80") }, fine("一", `,"n":7`)},
		{"cookies in two headers", "POST", "/kiosk/cookie", `{}`, nil, func(r *http.Request) { r.Header["Cookie"] = []string{"n=7", "the-name=50%"} }, fine("50%", `,"n":7`)},
		{"cookie twice", "POST", "/kiosk/cookie", `{}`, nil, func(r *http.Request) { r.Header.Set("Cookie", "n=7; the-name=a; n=8") }, not("99004", "")},
		{"cookie of another name", "POST", "/kiosk/cookie", `{"name":"b"}`, nil, func(r *http.Request) { r.Header.Set("Cookie", "name=a") }, not("99001", "缺少参数[name]")},
		{"header of the signature twice", "POST", "/kiosk/head", `{"name":"b"}`, nil, func(r *http.Request) { r.Header.Add("Appid", "key") }, not("99004", "")},
		{"field outside of another type", "POST", "/kiosk/head", `{"name":"b"}`, nil, func(r *http.Request) { r.Header.Set("N", "x") }, not("99002", "")},
		{"byte order mark", "PUT", "/kiosk/thing/a", "\ufeff{\"list\":[]}", nil, nil, fine("a", "")},
		{"two byte order marks", "PUT", "/kiosk/thing/a", "\ufeff\ufeff{\"list\":[]}", nil, nil, not("99004", "")},
		{"array", "PUT", "/kiosk/thing/a", `[]`, nil, nil, not("99004", "")},
		{"more than an object", "PUT", "/kiosk/thing/a", `{}{}`, nil, nil, not("99004", "")},
		{"member twice", "PUT", "/kiosk/thing/a", `{"x":1,"x":1}`, nil, nil, not("99004", "")},
		{"too deep", "PUT", "/kiosk/thing/a", `{"x":[[[[]]]]}`, nil, nil, not("99004", "")},
		{"text", "PUT", "/kiosk/thing/a", `{}`, nil, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, not("99004", "")},
		{"no type", "PUT", "/kiosk/thing/a", `{}`, nil, func(r *http.Request) { r.Header.Del("Content-Type") }, not("99004", "")},
		{"form for JSON", "PUT", "/kiosk/thing/a", `list=x`, form, nil, not("99004", "")},
		{"compressed", "PUT", "/kiosk/thing/a", `{}`, nil, func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, not("99004", "")},
		{"a type and no body", "PUT", "/kiosk/thing/a", ``, nil, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, fine("a", "")},
		{"chunked", "PUT", "/kiosk/thing/a", `{"list":[{"name":"x"}]}`, nil, func(r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), -1
		}, fine("a", `,"list":["x"]`)},
		{"chunked and too large", "PUT", "/kiosk/thing/a", strings.Repeat(" ", 4097), nil, func(r *http.Request) { r.ContentLength = -1 }, not("99007", "")},
		{"at the limit", "PUT", "/kiosk/thing/a", "{}" + strings.Repeat(" ", 4094), nil, nil, fine("a", "")},
		{"above the limit", "PUT", "/kiosk/thing/a", "{}" + strings.Repeat(" ", 4095), nil, nil, not("99007", "")},

		{"form", "POST", "/kiosk/form", `name=%E5%BC%A0+a&n=7&list=%5B%7B%22name%22%3A%22x%22%7D%5D`, form, nil, fine("张 a", `,"n":7,"list":["x"]`)},
		{"form with a charset", "POST", "/kiosk/form", `name=a`, form, func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
		}, fine("a", "")},
		{"form, field in the query", "POST", "/kiosk/form?name=a", `n=7`, form, nil, not("99001", "缺少参数[name]")},
		{"form twice", "POST", "/kiosk/form", `name=a&name=a`, form, nil, not("99004", "")},
		{"form, bad escape", "POST", "/kiosk/form", `name=%4`, form, nil, not("99004", "")},
		{"form, bytes", "POST", "/kiosk/form", `name=%d5%c5`, form, nil, not("99004", "")},
		{"form, nothing", "POST", "/kiosk/form", ``, form, nil, not("99001", "缺少参数[name]")},
		{"form that begins like JSON", "POST", "/kiosk/form", `{"name":"a"}`, form, nil, not("99001", "缺少参数[name]")},
		{"JSON for a form", "POST", "/kiosk/form", `{"name":"a"}`, nil, nil, not("99004", "")},

		{"encrypted", "POST", "/kiosk/sealed/", `{"name":"张","n":7}`, func(s *sent) { s.form, s.name = true, "secret" }, nil, fine("张", `,"n":7`)},
		{"encrypted, no JSON", "POST", "/kiosk/sealed/", `x`, func(s *sent) { s.form, s.name = true, "secret" }, nil, not("99004", "")},

		{"encrypted as a whole", "POST", "/kiosk/whole", `{"name":"张"}`, whole, nil, fine("张", "")},
		{"encrypted as a whole, as text", "POST", "/kiosk/whole", `{"name":"a"}`, whole, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, fine("a", "")},
		{"encrypted as a whole, without a type", "POST", "/kiosk/whole", `{"name":"a"}`, whole, func(r *http.Request) { r.Header.Del("Content-Type") }, fine("a", "")},
		{"encrypted as a whole, compressed", "POST", "/kiosk/whole", `{"name":"a"}`, whole, func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, not("99004", "")},
		{"encrypted as a whole, no JSON", "POST", "/kiosk/whole", `name=a`, whole, nil, not("99004", "")},
	} {
		s := b.kiosk(tt.method, tt.target, tt.body)
		s.now = epoch.Add(time.Duration(i) * time.Millisecond) // no two are the same
		if tt.change != nil {
			tt.change(s)
		}
		r := s.sign(t, b.url)
		if tt.after != nil {
			tt.after(r)
		}
		if status, _, body := do(t, r); status != 200 || body != tt.want {
			t.Errorf("%s:\ngot  %d %s\nwant 200 %s", tt.name, status, body, tt.want)
		}
	}
}

// TestSignedRefusals: requests that do not prove that the app sends them, now and
// once.
func TestSignedRefusals(t *testing.T) {
	t.Parallel()
	b := setup(t)
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for _, tt := range []struct {
		name   string
		before func(*sent)
		after  func(*http.Request)
		want   string
	}{
		{"fine", nil, nil, fine("a", `,"n":7`)},
		{"wrong key", func(s *sent) { s.keys = kioskApps()["other"] }, nil, not("99009", "签名错误")},
		{"another app", nil, header("appId", "other"), not("99009", "签名错误")},
		{"unknown app", nil, header("appId", "nobody"), not("30021", "此应用未上线")},
		{"no app", nil, func(r *http.Request) { r.Header.Del("appId") }, not("99001", "缺少参数[appId]")},
		{"no signature", nil, func(r *http.Request) { r.Header.Del("sign") }, not("99001", "缺少参数[sign]")},
		{"cut", nil, func(r *http.Request) { r.Header.Set("sign", r.Header.Get("sign")[:63]) }, not("99009", "签名错误")},
		{"upper case", nil, func(r *http.Request) { r.Header.Set("sign", strings.ToUpper(r.Header.Get("sign"))) }, not("99009", "签名错误")},
		{"other query", nil, func(r *http.Request) { r.URL.RawQuery = "n=8" }, not("99009", "签名错误")},
		{"other path", nil, func(r *http.Request) { r.URL.Path = "/kiosk/thing/b" }, not("99009", "签名错误")},
		{"other body", nil, func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"x":2}`)) }, not("99009", "签名错误")},
		{"other time", nil, header("timestamp", "1795219751000"), not("99009", "签名错误")},
		{"stale", func(s *sent) { s.now = epoch.Add(-5*time.Minute - time.Millisecond) }, nil, not("99020", "")},
		{"at the end of the window", func(s *sent) { s.now = epoch.Add(-5 * time.Minute) }, nil, fine("a", `,"n":7`)},
		{"from the future", func(s *sent) { s.now = epoch.Add(5*time.Minute + time.Millisecond) }, nil, not("99020", "")},
	} {
		s := b.kiosk("PUT", "/kiosk/thing/a?n=7", `{"x":1}`)
		if tt.before != nil {
			tt.before(s)
		}
		r := s.sign(t, b.url)
		if tt.after != nil {
			tt.after(r)
		}
		if status, _, body := do(t, r); status != 200 || body != tt.want {
			t.Errorf("%s:\ngot  %d %s\nwant 200 %s", tt.name, status, body, tt.want)
		}
	}
	b.seen.take()
	again := b.kiosk("PUT", "/kiosk/thing/again", `{}`)
	for i, want := range []string{fine("again", ""), not("99021", ""), not("99021", "")} {
		if _, _, body := do(t, again.sign(t, b.url)); body != want {
			t.Errorf("time %d: %s, want %s", i+1, body, want)
		}
	}
	if got := b.seen.take(); got != "kiosk thing_update 0; kiosk  99021; kiosk  99021" {
		t.Errorf("the observer saw %q", got)
	}
	// A request that the server could not verify uses nothing up.
	forged := b.kiosk("PUT", "/kiosk/thing/forged", `{}`)
	good := forged.sign(t, b.url)
	bad := forged.sign(t, b.url)
	bad.Header.Set("appId", "other")
	if _, _, body := do(t, bad); body != not("99009", "签名错误") {
		t.Error(body)
	}
	if _, _, body := do(t, good); body != fine("forged", "") {
		t.Error(body)
	}
}

// TestOverride: one app signs in another way than the system declares; nobody else
// does.
func TestOverride(t *testing.T) {
	t.Parallel()
	var own yaml.Node
	if err := yaml.Unmarshal([]byte(`request: {header: {appId: "{app}"}, query: {s: "{sign}"}, `+
		`values: {sign: {of: "{params}{appkey}", by: [md5, hex]}}, guards: []}`), &own); err != nil {
		t.Fatal(err)
	}
	overridden, err := parse(kioskProtocol).Override(protocol.Override{Apps: map[string]*yaml.Node{"key": &own}})
	if err != nil {
		t.Fatal(err)
	}
	b := setup(t, func(s []route.System) { s[1].Protocol = overridden })
	usual := b.kiosk("PUT", "/kiosk/thing/a?n=7", `{}`)
	usual.protocol = parse(kioskProtocol)
	if _, _, body := do(t, usual.sign(t, b.url)); body != not("99001", "缺少参数[s]") {
		t.Error(body)
	}
	other := b.kiosk("PUT", "/kiosk/thing/a?n=7", `{}`)
	other.protocol = overridden
	r := other.sign(t, b.url)
	if r.Header.Get("sign") != "" || !strings.Contains(r.URL.RawQuery, "s=") {
		t.Error("signed as declared")
	}
	for range 2 { // it has no nonce
		if _, _, body := do(t, other.sign(t, b.url)); body != fine("a", `,"n":7`) {
			t.Error(body)
		}
	}
	stranger := b.kiosk("PUT", "/kiosk/thing/a?n=7", `{}`)
	stranger.id, stranger.keys = "other", kioskApps()["other"]
	if _, _, body := do(t, stranger.sign(t, b.url)); body != strings.Replace(fine("a", `,"n":7`), `"key"`, `"other"`, 1) {
		t.Error(body)
	}
}

// TestBareToken: a token that is the whole query.
func TestBareToken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for query, want := range map[string]string{
		"good": fine("a", ""), "go%6Fd": fine("a", ""), "good&x=1": not("99022", ""), "": not("99001", "缺少参数[ticket]"), "bad;x": not("99022", ""),
	} {
		r := request(t, "POST", b.url+"/kiosk/bare?"+query, []byte(`{"name":"a"}`))
		r.Header.Set("appkey", "key")
		if _, _, body := do(t, r); body != want {
			t.Errorf("%q: %s, want %s", query, body, want)
		}
	}
	if log := b.log.String(); strings.Contains(log, "bad;x") || strings.Contains(log, "x=1") || strings.Contains(log, "go%6Fd") {
		t.Error("the token is in the log")
	}
}
