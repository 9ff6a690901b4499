package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// ask makes a GET and returns status and body.
func ask(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

// Partners see what they need, operators all of it.
func TestListeners(t *testing.T) {
	t.Parallel()
	w := setup(t)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	operators := httptest.NewServer(w.Mount.Operate())
	t.Cleanup(operators.Close)
	c := w.App(t, "300")
	r := c.Call(t, "cst_info_get", c.Sid(), `{"mobile":"13800138000"}`)
	if r.Code(t) != 0 || r.HTTP.Get("Cache-Control") != "no-store" {
		t.Fatal(r.Plain, r.HTTP)
	}
	const nothing = "404 page not found\n"
	for _, tt := range []struct{ path, partners, operators string }{
		{"/livez", "ok\n", "ok\n"},
		{"/readyz", `{"ready":true}` + "\n", `{"ready":true}` + "\n"},
		{"/metrics", nothing, `jiekou_requests_total{cmd="cst_info_get",code="0",system="lianfa"} 1`},
		{"/metrics", nothing, `jiekou_admission_running{kind="query"} 0`},
		{"/metrics", nothing, `jiekou_admission_refused_total{why="busy"} 0`},
		{"/debug/pprof/cmdline", nothing, "server.test"},
		{"/docs/", "联发地产开放接口规范说明书", "联发地产开放接口规范说明书"},
		{"/docs/lianfa/", "联发地产", `<a href="testing.html" data-en="Test cases">测试用例</a>`},
		{"/docs/lianfa", "联发地产", "联发地产"},
		{"/docs/lianfa/cst_info_get", "客户资料查询", "客户资料查询"},
		{"/docs/lianfa/search.js", "cst_info_get.html#request.mobile", "cst_info_get.html#request.mobile"},
		{"/docs/lianfa/errata", "遵循：", "遵循："},
		{"/docs/lianfa/reasons", nothing, "原因"},
		{"/docs/lianfa/ledger", nothing, "条款落实表"},
		{"/docs/lianfa/testing.md", nothing, "测试用例"},
		{"/docs/u8/errors", "99012", "99012"},
		{"/nothing", nothing, nothing},
	} {
		for url, want := range map[string]string{w.URL: tt.partners, operators.URL: tt.operators} {
			status, got := ask(t, url+tt.path)
			if !strings.Contains(got, want) {
				t.Errorf("%s: HTTP %d %.300s, want %s", tt.path, status, got, want)
			}
			for _, ours := range []string{"条款落实表", "测试用例", "原因："} {
				if url == w.URL && strings.Contains(got, ours) {
					t.Errorf("%s: partners see %s", tt.path, ours)
				}
			}
		}
	}
	code := func() int {
		return run(t.Context(), []string{"ready", "--operate-listen", strings.TrimPrefix(operators.URL, "http://")}, io.Discard, io.Discard)
	}
	if got := code(); got != 0 {
		t.Errorf("jiekoud ready: exit code %d", got)
	}
	w.Mount.Drain()
	if got := code(); got != 1 {
		t.Errorf("jiekoud ready, of a server that stops: exit code %d", got)
	}
	if status, got := ask(t, w.URL+"/readyz"); status != http.StatusServiceUnavailable || got != `{"ready":false}`+"\n" {
		t.Errorf("partners of a server that stops: %d %s", status, got)
	}
	if status, got := ask(t, operators.URL+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(got, "stopping") {
		t.Errorf("operators of a server that stops: %d %s", status, got)
	}
}

// A request with both Transfer-Encoding and Content-Length is the last one of its
// connection: a proxy that counts by the other one sees another end.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, path := range []string{"PUT /basic/openapi/v1/customer?customerId=1", "POST /lianfa/api"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		one := path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
		fmt.Fprintf(conn, "%sContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", one)
		fmt.Fprintf(conn, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
		in := bufio.NewReader(conn)
		r, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil || !r.Close {
			t.Errorf("%s: %v, closes %v", path, err, r.Close)
		}
		if next, err := http.ReadResponse(in, nil); err == nil {
			t.Errorf("%s: what came behind it was answered with %d", path, next.StatusCode)
			_ = next.Body.Close()
		}
		_ = r.Body.Close()
		_ = conn.Close()
	}
}

// A caller that proves nothing cannot tell by the time whether an app is known.
func TestUnknownTakesAsLong(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.App(t, "300")
	took := map[string]time.Duration{}
	for _, id := range []string{"300", "999"} {
		c := *w.App(t, "3"+id)
		c.AppID, c.Token = id, "forged"
		body := c.Seal("cst_info_get", c.Sid(), `{}`).Body()
		c.Do(t, c.Request(body)) // opens the connection
		var all []time.Duration
		for range 9 {
			start := time.Now()
			c.Do(t, c.Request(body))
			all = append(all, time.Since(start))
		}
		slices.Sort(all)
		took[id] = all[len(all)/2]
	}
	if known, unknown := took["300"], took["999"]; known < unknown/2 || unknown < known/2 {
		t.Errorf("known %v, unknown %v", known, unknown)
	}
}
