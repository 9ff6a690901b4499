package proxy_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/mock"
	"github.com/jiekou-dev/jiekou/testkit/proxy"
)

// bench is a proxy before a server, and its findings.
type bench struct {
	t     *testing.T
	set   *spec.Set
	apps  []bind.App
	url   string // of the proxy
	tally *proxy.Tally
	calls atomic.Int64

	mu    sync.Mutex
	found []proxy.Finding
}

// setup loads the YAML.
func setup(t *testing.T) *bench {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, set: set}
	for _, s := range set.Systems {
		b.apps = append(b.apps, bind.App{System: s.Name, ID: "300", Secrets: secrets("secret-token")})
	}
	return b
}

func secrets(token string) map[string]string {
	return map[string]string{"token": token, "appkey": "secret-appkey"}
}

// before puts a proxy before a server.
func (b *bench) before(server http.Handler, enforce bool) {
	b.t.Helper()
	origin := httptest.NewServer(server)
	b.t.Cleanup(origin.Close)
	to, err := url.Parse(origin.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	b.tally = proxy.NewTally(func(f proxy.Finding) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.found = append(b.found, f)
	})
	handler, err := proxy.New(proxy.Config{Systems: b.set.Systems, Apps: b.apps, To: to, Enforce: enforce, Tally: b.tally})
	if err != nil {
		b.t.Fatal(err)
	}
	front := httptest.NewServer(handler)
	b.t.Cleanup(front.Close)
	b.url = front.URL
}

// mock is a server whose replies keep the document.
func (b *bench) mock() http.Handler {
	b.t.Helper()
	m, _, err := mock.New(mock.Config{Systems: b.set.Systems, Apps: b.apps, Seed: 1})
	if err != nil {
		b.t.Fatal(err)
	}
	handler, err := m.Handler()
	if err != nil {
		b.t.Fatal(err)
	}
	return handler
}

// answering is a server that seals and signs correctly and gives the wanted
// answers.
func (b *bench) answering(answer live.Answer) http.Handler {
	b.t.Helper()
	handler, err := live.New(live.Config{Systems: b.set.Systems, Apps: b.apps, Answer: answer})
	if err != nil {
		b.t.Fatal(err)
	}
	return handler
}

// call calls through the proxy.
func (b *bench) call(system, cmd, payload string, token string) (client.Reply, error) {
	b.t.Helper()
	at := slices.IndexFunc(b.set.Systems, func(s *spec.System) bool { return s.Name == system })
	// Two calls at one moment are the same message, and a signature counts once.
	now := func() time.Time { return time.Now().Add(time.Duration(b.calls.Add(1)) * time.Millisecond) }
	c, err := client.New(client.Config{System: bind.System(b.set.Systems[at]), URL: b.url, App: "300", Secrets: secrets(token), Now: now})
	if err != nil {
		b.t.Fatal(err)
	}
	return c.Call(b.t.Context(), cmd, []byte(payload))
}

// row is the line of YAML of a field of a system's reply frame; "": of the frame.
func (b *bench) row(system, field string) string {
	b.t.Helper()
	at := slices.IndexFunc(b.set.Systems, func(s *spec.System) bool { return s.Name == system })
	reply := b.set.Systems[at].Reply
	for _, f := range reply.Fields {
		if f.Name == field {
			return f.Pos.String()
		}
	}
	return reply.Pos.String()
}

// take returns the findings since the last time, one per line.
func (b *bench) take() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var lines []string
	for _, f := range b.found {
		lines = append(lines, f.String())
	}
	b.found = nil
	return lines
}

// want compares the findings, each by its beginning.
func (b *bench) want(name string, beginnings ...string) {
	b.t.Helper()
	lines := b.take()
	if len(lines) != len(beginnings) {
		b.t.Errorf("%s: found\n%s\nwant\n%s", name, strings.Join(lines, "\n"), strings.Join(beginnings, "\n"))
		return
	}
	for n, want := range beginnings {
		if !strings.HasPrefix(lines[n], want) {
			b.t.Errorf("%s: found\n%s\nwant\n%s…", name, lines[n], want)
		}
	}
}

// TestSoundTrafficIsQuiet calls every system through the proxy.
func TestSoundTrafficIsQuiet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.before(b.mock(), true)
	for _, one := range []struct{ system, cmd, payload string }{
		{"lianfa", "cst_info_get", `{"mobile":"13800138000"}`},
		{"lianfa", "base_project_list", `{"page":2}`},
		{"u8", "customer_get", `{"from_account":"a","to_account":"b","id":"7"}`},
		{"custservice", "customer_update", `{"customerId":"7","Content-Type":"application/json"}`},
		{"baas", "srv_baas_custinfo_sync", `{"tradeSeq":"MVNE20160401121212000100000002","tenantId":"MVNE","extCustId":"1","custName":"张三","provinceCode":"11","cityCode":"010"}`},
	} {
		if reply, err := b.call(one.system, one.cmd, one.payload, "secret-token"); err != nil || !reply.OK {
			t.Errorf("%s: %s, %v", one.cmd, reply.Plain, err)
		}
		b.want(one.cmd)
	}
	if n := b.tally.Count(proxy.Violation); n != 0 {
		t.Errorf("%d violations", n)
	}
}

// TestRequests wants the findings about requests, which reach the server all the
// same.
func TestRequests(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.before(b.mock(), false)
	_, err := b.call("lianfa", "cst_info_create", `{"mobile":"1380013800","stranger":1,"gender":77}`, "secret-token")
	if err != nil {
		t.Fatal(err)
	}
	found := b.take()
	for _, want := range []string{
		"violation lianfa cst_info_create request mobile 9002 mobile §4.2.6 spec/lianfa/customer/cst_info_create.yaml:",
		"violation lianfa cst_info_create request enum 1002 gender §4.2.6 spec/lianfa/customer/cst_info_create.yaml:",
		"remark lianfa cst_info_create request unknown stranger §4.2.6 spec/lianfa/customer/cst_info_create.yaml:",
	} {
		if !slices.ContainsFunc(found, func(line string) bool { return strings.HasPrefix(line, want) }) {
			t.Errorf("not found: %s\n%s", want, strings.Join(found, "\n"))
		}
	}
	if strings.Contains(strings.Join(found, "\n"), "1380013800") {
		t.Errorf("a value is shown: %s", found)
	}
	_, _ = b.call("lianfa", "cst_info_get", `{"mobile":"1"}`, "another") // its reply cannot be verified
	b.want("another token", "violation lianfa - request auth 1009 spec/lianfa/system.yaml:")
	reply, err := b.call("baas", "srv_baas_custinfo_sync", `{}`, "another")
	if err != nil || reply.Code != "BaaS-1009" {
		t.Errorf("%s, %v", reply.Plain, err)
	}
	b.want("another token of baas", "violation baas - request auth BaaS-1009 spec/baas/system.yaml:")
	b.apps = nil
	b.before(b.mock(), true)
	_, _ = b.call("lianfa", "cst_info_get", `{}`, "secret-token")
	b.want("an app that is not known", "remark lianfa - request app ")
	response, err := http.Get(b.url + "/elsewhere") //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("HTTP %d", response.StatusCode)
	}
	b.want("no interface", "remark - - request unread: no interface has this path")
}

// TestResponses wants the findings about responses.
func TestResponses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sound := `{"cstGUID":"1","customerName":"张三","mobile":"13800138000","gender":1,"birthday":"2026-01-02 03:04:05","custType":1`
	for _, one := range []struct {
		name, payload string
		want          []string
	}{
		{"sound", sound + `}`, nil},
		{"missing", strings.Replace(sound, `"gender":1,`, "", 1) + `}`, []string{"violation lianfa cst_info_get response required gender §4.2.5 spec/lianfa/customer/cst_info_get.yaml:14:3: absent; wanted: int"}},
		{"type", strings.Replace(sound, `"张三"`, `[]`, 1) + `}`, []string{"violation lianfa cst_info_get response type customerName §4.2.5 spec/"}},
		{"length", strings.Replace(sound, "13800138000", "13800138000138001380001", 1) + `}`, []string{"violation lianfa cst_info_get response length mobile §4.2.5 spec/lianfa/customer/cst_info_get.yaml:12:3: a text of 23 characters; wanted: string, at most 16 characters, required"}},
		{"enum", strings.Replace(sound, `"gender":1`, `"gender":9`, 1) + `}`, []string{"violation lianfa cst_info_get response enum gender §4.2.5 spec/"}},
		{"unknown", sound + `,"张三":1,"extra":1}`, []string{"remark lianfa cst_info_get response unknown (a name of other characters) §", "remark lianfa cst_info_get response unknown extra §"}},
	} {
		b.before(b.answering(func(context.Context, *route.Call, *spec.Interface, []byte) ([]byte, error) {
			return []byte(one.payload), nil
		}), false)
		reply, err := b.call("lianfa", "cst_info_get", `{"mobile":"13800138000"}`, "secret-token")
		if err != nil || string(reply.Payload) != one.payload {
			t.Errorf("%s: %s, %v", one.name, reply.Payload, err)
		}
		b.want(one.name, one.want...)
	}
}

// TestCodes wants codes that the catalogue does not have.
func TestCodes(t *testing.T) {
	t.Parallel()
	b, other := setup(t), setup(t)
	for _, s := range other.set.Systems { // the server knows a code that the document has not
		s.Errors[0].Errors = append(s.Errors[0].Errors, &spec.ErrorCode{Code: "7777", Text: "?"})
	}
	code := ""
	b.before(other.answering(func(context.Context, *route.Call, *spec.Interface, []byte) ([]byte, error) {
		return nil, problem.Code(code)
	}), false)
	for _, code = range []string{"2001", "7777"} {
		if reply, err := b.call("lianfa", "cst_info_get", `{"mobile":"1"}`, "secret-token"); err != nil || reply.Code != code {
			t.Errorf("%s: %s, %v", code, reply.Plain, err)
		}
	}
	b.want("codes", "violation lianfa cst_info_get response code errcode §4.2.5 "+b.row("lianfa", "errcode")+": the catalogue does not have 7777")
}

// TestWrongServers puts servers behind the proxy that do not speak the document's
// language at all. Their replies pass as they came.
func TestWrongServers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	zip := func(s string) string {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = io.WriteString(z, s)
		_ = z.Close()
		return out.String()
	}
	const code = "violation u8 customer_get response frame errcode §3 spec/u8/system.yaml:"
	for _, one := range []struct {
		name, system string
		status       int
		header       http.Header
		body         string
		want         []string
	}{
		{"error page", "lianfa", 500, nil, "<html>", []string{"violation lianfa cst_info_get response status §4.2.5 spec/lianfa/customer/cst_info_get.yaml:1:1: HTTP 500, and"}},
		{"redirect", "lianfa", 302, http.Header{"Location": {"http://127.0.0.1:1/"}}, "", []string{"violation lianfa cst_info_get response status"}},
		{"garbage", "lianfa", 200, nil, "garbage", []string{"violation lianfa cst_info_get response json"}},
		{"unsealed", "lianfa", 200, nil, `{"header":{"authCode":"x","dataCode":"y"},"data":"{}"}`, []string{
			"violation lianfa cst_info_get response header header/appid", "violation lianfa cst_info_get response header header/timestamp",
			"violation lianfa cst_info_get response header header/version",
		}},
		{"no object", "u8", 200, nil, "[]", []string{"violation u8 customer_get response json"}},
		{"no code", "u8", 200, nil, `{"errmsg":""}`, []string{code}},
		{"number for a text", "u8", 200, nil, `{"errcode":0,"errmsg":""}`, []string{code}},
		{"no text", "u8", 200, nil, `{"errcode":"99012","errmsg":5}`, []string{"violation u8 customer_get response frame errmsg §3 " + b.row("u8", "errmsg") + ": a number; wanted: a text"}},
		{"packed", "u8", 200, http.Header{"Content-Encoding": {"gzip"}}, zip(`{"errcode":"1","errmsg":""}`), []string{"violation u8 customer_get response code errcode"}},
		{"encoded", "u8", 200, http.Header{"Content-Encoding": {"br"}}, "?", []string{"remark u8 customer_get response unread"}},
		{"another head", "baas", 200, nil, `{"returnCode":"BaaS-000000"}`, []string{"violation baas srv_baas_custinfo_sync response frame responseHeader"}},
		{"long text", "baas", 200, nil, `{"responseHeader":{"returnCode":"BaaS-000000","returnDesc":"一二三四五六七八九十一二三四五"}}`, []string{"violation baas srv_baas_custinfo_sync response length returnDesc"}},
	} {
		b.before(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for name, values := range one.header {
				w.Header()[name] = values
			}
			w.Header().Set("X-Own", "1")
			w.WriteHeader(one.status)
			_, _ = io.WriteString(w, one.body)
		}), false)
		cmd, payload := "cst_info_get", `{"mobile":"1"}`
		switch one.system {
		case "u8":
			cmd, payload = "customer_get", `{"from_account":"a","to_account":"b","id":"7"}`
		case "baas":
			cmd, payload = "srv_baas_custinfo_sync", `{"tradeSeq":"MVNE20160401121212000100000002","tenantId":"MVNE","extCustId":"1","custName":"张三","provinceCode":"11","cityCode":"010"}`
		}
		_, _ = b.call(one.system, cmd, payload, "secret-token") // most of them are no replies
		b.want(one.name, one.want...)
	}
}

// TestUntouched compares output and input, both ways.
func TestUntouched(t *testing.T) {
	t.Parallel()
	b := setup(t)
	type seen struct {
		method, uri, body string
		header            http.Header
	}
	got := make(chan seen, 1)
	b.before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- seen{r.Method, r.RequestURI, string(body), r.Header}
		w.Header()["Content-Type"] = nil
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("Location", "/there")
		w.WriteHeader(http.StatusTemporaryRedirect)
		_, _ = io.WriteString(w, "\x00\xff bytes")
	}), false)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, b.url+"/a%2Fb/%E4%B8%AD?x=1;y=2&z", strings.NewReader("\xff{"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{"X-Forwarded-For": {"1.2.3.4"}, "Connection": {"X-Hop"}, "X-Hop": {"1"}, "User-Agent": {""}, "Accept-Encoding": {"br"}}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	in := <-got
	if in.method != "PATCH" || in.uri != "/a%2Fb/%E4%B8%AD?x=1;y=2&z" || in.body != "\xff{" {
		t.Errorf("the server got %q", in)
	}
	if h := in.header; h.Get("X-Forwarded-For") != "1.2.3.4" || h["X-Hop"] != nil || h["User-Agent"] != nil || h.Get("Accept-Encoding") != "br" {
		t.Errorf("the server got the headers %v", h)
	}
	if h := response.Header; response.StatusCode != 307 || string(body) != "\x00\xff bytes" || len(h["Set-Cookie"]) != 2 ||
		h.Get("Location") != "/there" || h["Content-Type"] != nil {
		t.Errorf("the caller got %d %q %v", response.StatusCode, body, h)
	}
}

// TestEnforce refuses requests in the document's words, and puts a failure in the
// place of replies that break it.
func TestEnforce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	asked := 0
	b.before(b.answering(func(_ context.Context, _ *route.Call, i *spec.Interface, _ []byte) ([]byte, error) {
		asked++
		if i.Cmd == "customer_get" {
			return []byte(`{"customer":[]}`), nil
		}
		return []byte(`{"cstGUID":7}`), nil
	}), true)
	for _, one := range []struct {
		system, cmd, payload, token, code string
		asked                             int
	}{
		{"lianfa", "cst_info_get", `{}`, "secret-token", "1001", 0},
		{"lianfa", "no_such", `{}`, "secret-token", "1008", 0},
		{"baas", "srv_baas_custinfo_sync", `{}`, "another", "BaaS-1009", 0},
		{"lianfa", "cst_info_get", `{"mobile":"13800138000"}`, "secret-token", "1005", 1},
		{"u8", "customer_get", `{"from_account":"a","to_account":"b","id":"7"}`, "secret-token", "99005", 2},
	} {
		reply, err := b.call(one.system, one.cmd, one.payload, one.token)
		if err != nil || reply.Code != one.code || asked != one.asked {
			t.Errorf("%s %s: %s, %v, want %s; the server was asked %d times", one.cmd, one.payload, reply.Plain, err, one.code, asked)
		}
	}
	var text strings.Builder
	if err := b.tally.Print(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text.String(), "5 exchanges, ") || !strings.Contains(text.String(), ", 5 refused\n") {
		t.Errorf("counts:\n%s", text.String())
	}
}

// TestNoServer wants a remark and a status where nobody answers.
func TestNoServer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.before(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), false)
	_, err := b.call("lianfa", "cst_info_get", `{"mobile":"13800138000"}`, "secret-token")
	if err == nil || !strings.Contains(err.Error(), "502") {
		t.Errorf("got %v, want HTTP 502", err)
	}
	b.want("no server", "remark lianfa cst_info_get response unanswered")
}

// TestLongBodies passes bodies that are too long to validate.
func TestLongBodies(t *testing.T) {
	t.Parallel()
	b := setup(t)
	long := strings.Repeat("x", proxy.MaxBody+5)
	b.before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}), false)
	response, err := http.Post(b.url+"/elsewhere", "text/plain", strings.NewReader(long)) //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != long {
		t.Errorf("%d bytes came back of %d, %v", len(body), len(long), err)
	}
}

// TestJSONLines holds the form of a finding in a report.
func TestJSONLines(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(proxy.Finding{Level: proxy.Remark, System: "u8", Direction: proxy.Request, Rule: "unknown", Field: "x", YAML: "a.yaml:1:2"})
	want := `{"time":"0001-01-01T00:00:00Z","level":"remark","system":"u8","direction":"request","rule":"unknown","field":"x","yaml":"a.yaml:1:2"}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
}

// TestNewRefuses holds the configurations that New refuses.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, to := range []*url.URL{nil, {Scheme: "ftp", Host: "x"}, {Scheme: "http"}} {
		if _, err := proxy.New(proxy.Config{To: to}); err == nil {
			t.Errorf("%v is taken", to)
		}
	}
}
