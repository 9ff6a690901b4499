package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/runtime/trace"
)

// spanned is a span as a collector gets it.
type spanned struct {
	TraceID, SpanID, ParentSpanID, Name string
	Status                              struct{ Code int }
	Attributes                          []struct {
		Key   string
		Value struct{ StringValue string }
	}
}

func (s spanned) attribute(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.StringValue
		}
	}
	return ""
}

// collector takes spans as OTLP over HTTP has them.
type collector struct {
	mu    sync.Mutex
	spans []spanned
}

func (c *collector) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var body struct {
		ResourceSpans []struct {
			ScopeSpans []struct{ Spans []spanned }
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.URL.Path != "/v1/traces" {
		panic(http.ErrAbortHandler)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range body.ResourceSpans {
		for _, s := range one.ScopeSpans {
			c.spans = append(c.spans, s.Spans...)
		}
	}
}

// A request has spans of its parts, below the span that its traceparent names, and without
// any value of it; a caller who wants no trace has none.
func TestTraces(t *testing.T) {
	t.Parallel()
	w := setup(t)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	got := &collector{}
	at := httptest.NewServer(got)
	t.Cleanup(at.Close)
	provider, end, err := trace.Export(at.URL, "jiekoud", "1", 1, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	c := w.App(t, "300")
	c.URL = w.Mounted(t, func(config *server.Config) { config.Tracer = provider }) + "/lianfa/api"
	const trace1, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	send := func(flags, cmd, data string) {
		t.Helper()
		r := c.Request(c.Seal(cmd, c.Sid(), data).Body())
		if flags != "" {
			r.Header.Set("traceparent", "00-"+trace1+"-"+parent+"-"+flags)
		}
		if reply := c.Open(t, c.Do(t, r)); reply.Code(t) != 0 {
			t.Fatal(cmd, reply.Plain)
		}
	}
	send("01", "cst_info_get", `{"mobile":"13800138000"}`)
	send("00", "base_city_list", `{}`)
	send("", "base_project_list", `{}`)
	if err := end(context.Background()); err != nil {
		t.Fatal(err)
	}
	var names []string
	root := ""
	for _, s := range got.spans {
		if s.TraceID == trace1 {
			names = append(names, s.Name)
		}
		if s.Name == "lianfa cst_info_get" {
			root = s.SpanID
			if s.ParentSpanID != parent || s.attribute("jiekou.app") != "300" || s.attribute("jiekou.code") != "0" {
				t.Errorf("%+v", s)
			}
		}
		if s.Name == "lianfa base_city_list" {
			t.Error("it was not to be traced")
		}
		for _, a := range s.Attributes {
			if strings.Contains(a.Value.StringValue, "13800138000") {
				t.Errorf("%+v has a value of the request", s)
			}
		}
	}
	slices.Sort(names)
	if want := "checks lianfa cst_info_get open seal statement"; strings.Join(names, " ") != want {
		t.Errorf("spans %q, want %q", names, want)
	}
	for _, s := range got.spans {
		if s.TraceID == trace1 && s.SpanID != root && s.ParentSpanID != root {
			t.Errorf("%s is not below its request", s.Name)
		}
	}
	if !slices.ContainsFunc(got.spans, func(s spanned) bool { return s.Name == "lianfa base_project_list" && s.ParentSpanID == "" }) {
		t.Error("a request without traceparent has no trace of its own")
	}
}
