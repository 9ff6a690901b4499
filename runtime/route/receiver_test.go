package route_test

import (
	"net/http/httptest"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/route"
)

// TestReceiver: the other end takes notifications, on any path, and nothing else.
func TestReceiver(t *testing.T) {
	t.Parallel()
	var config route.Config
	b := setup(t, func(c *route.Config) { config = *c })
	handler, err := route.NewReceiver(shop(), config)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(handler)
	t.Cleanup(web.Close)
	b.url = web.URL + "/somewhere//else"
	for cmd, want := range map[string]string{
		"thing_notify":    `{"errcode":0,"errmsg":"","content":{"echo":"a","app":"300","sid":"` + sid + `"}}`,
		"thing_create":    refused("1008", "不支持的接口请求"),
		"thing_list":      refused("1008", "不支持的接口请求"),
		"thing_described": refused("1008", "不支持的接口请求"),
	} {
		if got := b.call(t, "300", sid, cmd, `{"name":"a"}`); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", cmd, got, want)
		}
	}
	_, err = route.NewReceiver(kiosk(), config)
	if err == nil || err.Error() != "system kiosk: it declares no push" {
		t.Errorf("a system without notifications: %v", err)
	}
}
