package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

// asked sends what a browser sends for a page of an origin; preflight asks before it.
func asked(t *testing.T, method, url, origin, preflight string) (status int, h http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	if preflight != "" {
		r.Header.Set("Access-Control-Request-Method", preflight)
		r.Header.Set("Access-Control-Request-Headers", "content-type,x-sign")
	}
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = got.Body.Close()
	return got.StatusCode, got.Header
}

// Pages of the origins that are named may call interfaces and read what they answer, a
// refusal too; those of any other may not, and nothing else is theirs to read.
func TestOrigins(t *testing.T) {
	t.Parallel()
	const docs, local = "https://docs.example.com", "http://127.0.0.1:8000"
	w := setup(t)
	mount := w.Another(t, func(c *server.Config) { c.Origins = []string{docs, local} })
	open := httptest.NewServer(mount)
	t.Cleanup(open.Close)
	operators := httptest.NewServer(mount.Operate())
	t.Cleanup(operators.Close)
	for _, origin := range []string{"", docs, local, "https://docs.example.com:8443", "http://docs.example.com", "https://a.docs.example.com", "https://docs.example.com.evil.example", "null", "*"} {
		named := origin == docs || origin == local
		for _, place := range []struct {
			url  string
			ours bool // interfaces
		}{
			{open.URL + "/lianfa/api", true},
			{open.URL + "/basic/openapi/v1/customer", true},
			{open.URL + "/nothing", true},
			{open.URL + "/docs/", false},
			{open.URL + "/readyz", false},
			{w.URL + "/lianfa/api", false},
			{operators.URL + "/metrics", false},
			{operators.URL + "/panel/", false},
			{operators.URL + "/readyz", false},
			{operators.URL + "/docs/", false},
		} {
			want := ""
			if named && place.ours {
				want = origin
			}
			_, got := asked(t, http.MethodGet, place.url, origin, "")
			same(t, origin+" reads "+place.url, got.Get("Access-Control-Allow-Origin"), want)
			same(t, origin+" reads headers of "+place.url, got.Get("Access-Control-Expose-Headers"), strings.Repeat("*", min(1, len(want))))
			if varies := got.Get("Vary") == "Origin"; varies != place.ours {
				t.Errorf("%s: Vary is %q", place.url, got.Get("Vary"))
			}
			if got.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s: what the browser holds is let through", place.url)
			}
			if !place.ours {
				continue
			}
			status, h := asked(t, http.MethodOptions, place.url, origin, http.MethodPut)
			if allowed := status == http.StatusNoContent; allowed != named || (h.Get("Access-Control-Allow-Methods") != "") != named {
				t.Errorf("%s asks whether it may send to %s: HTTP %d, %v", origin, place.url, status, h)
			} else if named {
				same(t, "what it may send", h.Get("Access-Control-Allow-Methods")+" "+h.Get("Access-Control-Allow-Headers"), "PUT content-type,x-sign")
			}
		}
	}
	if status, _ := asked(t, http.MethodOptions, open.URL+"/lianfa/api", docs, ""); status == http.StatusNoContent {
		t.Error("OPTIONS that asks for nothing is answered as if it did")
	}
}

// What no browser sends as an origin is refused at the start: it would let nobody in.
func TestOriginsWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, wrong := range []string{
		"*", "null", "docs.example.com", "https://docs.example.com/", "https://docs.example.com/docs", "https://*.example.com", "https://Docs.example.com",
		"https://docs.example.com:443", "http://docs.example.com:80", "ftp://docs.example.com", "https://u@docs.example.com", "https://文档.example.com",
		"https://docs.example.com?x", "https://docs.example.com:999999", "https://docs.example.com:",
	} {
		var errs bytes.Buffer
		code := run(t.Context(), []string{"--data-dir", dir, "serve", "--origins", "https://a.example.com, " + wrong}, io.Discard, &errs)
		if code != command.Usage || !strings.Contains(errs.String(), `--origins: `+`"`+wrong+`" is no origin`) {
			t.Errorf("%s: %d %s", wrong, code, errs.String())
		}
		if _, err := server.Handler(t.Context(), server.Config{Origins: []string{wrong}}); err == nil || !strings.Contains(err.Error(), "is no origin") {
			t.Errorf("%s in a Config: %v", wrong, err)
		}
	}
	for _, right := range []string{"https://docs.example.com", "http://127.0.0.1:8000", "http://[::1]:8000", "https://a-b.example:8443", "http://docs.example.com:443"} {
		var errs bytes.Buffer
		if run(t.Context(), []string{"--data-dir", dir, "serve", "--origins", right, "--retry", "soon"}, io.Discard, &errs); !strings.Contains(errs.String(), "--retry") {
			t.Errorf("%s: %s", right, errs.String())
		}
	}
}
