package route_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// TestReceiver: the other end takes notifications, on any path, and nothing else.
func TestReceiver(t *testing.T) {
	t.Parallel()
	var config route.Config
	b := setup(t, func(c *route.Config) { config = *c })
	system := shop()
	system.Protocol = b.shop
	handler, err := route.NewReceiver(system, config)
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
		if got := b.push(t, cmd, `{"name":"a"}`); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", cmd, got, want)
		}
	}
	_, err = route.NewReceiver(kiosk(), config)
	if err == nil || err.Error() != "system kiosk: it declares no push" {
		t.Errorf("a system without notifications: %v", err)
	}
}

// push sends a notification to app 300, and opens the answer.
func (b *testBench) push(t *testing.T, cmd, payload string) string {
	t.Helper()
	sent, err := b.shop.Push.Send(b.keys["300"], protocol.Outgoing{Interface: cmd, ID: sid, Payload: []byte(payload), Now: epoch})
	if err != nil {
		t.Fatal(err)
	}
	status, _, body := do(t, request(t, "POST", b.url, sent.Message.Body))
	m := &message.Message{Status: status, Header: http.Header{}, Body: []byte(body)}
	opened, err := b.shop.Push.Open(t.Context(), sent, m)
	if err != nil {
		t.Errorf("%d %s: %v", status, body, err)
		return body
	}
	return opened.Value("answer")
}
