package server_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestOperations(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	if r := c.Call(t, "cst_info_get", c.Sid(), `{"mobile":"13800138000"}`); r.Code(t) != 0 {
		t.Fatal(r.Plain)
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
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Do(t, r); !strings.Contains(got.Raw, want) {
			t.Errorf("%s: HTTP %d %.200s", path, got.Status, got.Raw)
		}
	}
}
