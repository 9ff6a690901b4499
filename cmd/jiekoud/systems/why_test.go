package systems_test

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
)

// why asks the page why a capture was refused and returns what it says.
func (v *visitor) why(capture string) string {
	v.Helper()
	var text string
	var width int
	browse.Do(v.ctx, v.T,
		chromedp.Evaluate(fmt.Sprintf(`document.querySelector('#why-box [name=capture]').value = %q`, capture), nil),
		chromedp.Click("#why-go", chromedp.ByQuery),
		chromedp.Evaluate(`document.querySelector("#why-box .result").textContent`, &text),
		chromedp.Evaluate(`document.documentElement.scrollWidth`, &width),
	)
	if width > 390 {
		v.Errorf("the page is %d px wide", width)
	}
	return text
}

// sealed is a message of the page's own script, as raw HTTP. edit may change its body.
func (v *visitor) sealed(call, keys map[string]any, edit func(body string) string) string {
	v.Helper()
	arguments, err := json.Marshal([]any{call, keys})
	if err != nil {
		v.Fatal(err)
	}
	var m struct {
		Method, Path, Query, Body string
		Headers                   map[string]string
	}
	browse.Do(v.ctx, v.T, chromedp.Evaluate(`{ const m = portalProtocol.seal(...`+string(arguments)+`).message; ({method: m.method, path: m.path, query: m.query, body: m.body, headers: m.headers}) }`, &m))
	out := m.Method + " " + m.Path + "?" + m.Query + " HTTP/1.1\n"
	for name, value := range m.Headers {
		out += name + ": " + value + "\n"
	}
	return out + "\n" + edit(m.Body)
}

// TestWhy asks the page why messages were refused, in a real browser on a phone.
func TestWhy(t *testing.T) {
	t.Parallel()
	v := visit(t)
	w := setup(t)
	caller := w.App(t, "300")
	v.open(w.URL+"/docs/lianfa/cst_info_get.html", "app", "300", "token", caller.Token, "appkey", caller.AppKey)
	call := map[string]any{"app": "300", "interface": "cst_info_get", "method": "POST", "url": w.URL + "/lianfa/api", "payload": `{"mobile":"13800138000"}`}
	keys := map[string]any{"token": caller.Token, "appkey": caller.AppKey}
	secret := []string{"!" + caller.Token, "!" + caller.AppKey}
	header := func(edit func(h map[string]any)) func(string) string {
		return func(body string) string {
			var m map[string]any
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				t.Fatal(err)
			}
			edit(m["header"].(map[string]any))
			out, _ := json.Marshal(m) // it was JSON
			return string(out)
		}
	}
	sign := func(parts ...string) string {
		slices.Sort(parts)
		sum := sha1.Sum([]byte(strings.Join(parts, "")))
		return hex.EncodeToString(sum[:])
	}
	for _, one := range []struct {
		what  string
		edit  func(string) string
		parts []string
	}{
		{"as it was sent", func(s string) string { return s }, []string{"能通过验证", "cst_info_get", "13800138000", "只有服务器知道", "!会被拒绝"}},
		{"a signature without dataCode", header(func(h map[string]any) {
			h["authCode"] = sign("300", h["sid"].(string), caller.Token)
		}), []string{"会被拒绝：authCode", "dataCode 没有参与（已验证", "‹token›"}},
		{"appkey in the place of the token", header(func(h map[string]any) {
			h["authCode"] = sign("300", h["sid"].(string), caller.AppKey, h["dataCode"].(string))
		}), []string{"token 的位置用了 appkey（已验证"}},
		{"another key", header(func(h map[string]any) { h["authCode"] = strings.Repeat("0", 40) }), []string{"会被拒绝：authCode", "先核对密钥"}},
		{"another app", header(func(h map[string]any) { h["appid"] = "301" }), []string{"会被拒绝：json.header.appid"}},
		{"a header without sid", header(func(h map[string]any) { delete(h, "sid") }), []string{"读不懂这份报文", "缺少 json.header.sid"}},
		{"an id of letters", header(func(h map[string]any) {
			h["sid"] = "abc"
			h["authCode"] = sign("300", "abc", caller.Token, h["dataCode"].(string))
		}), []string{"会被拒绝：sid", "格式不对"}},
	} {
		v.wants(one.what, v.why(v.sealed(call, keys, one.edit)), append(one.parts, secret...)...)
	}
	v.wants("no capture", v.why("hello"), "请粘贴 HTTP 原文")
	v.enter("appkey", "another key")
	v.wants("another key to decrypt with", v.why(v.sealed(call, keys, func(s string) string { return s })), "解密出来的不是文本")
	v.enter("token", "")
	v.wants("no token", v.why(v.sealed(call, keys, func(s string) string { return s })), "没有 token")

	p := w.Signer(t, "custservice", "401")
	v.open(w.URL+"/docs/custservice/customer_update.html", "app", "401", "appkey", p.AppKey)
	call = map[string]any{"app": "401", "interface": "customer_update", "method": "PUT", "url": w.URL + "/basic/openapi/v1/customer", "payload": `{"customerId":"c-0002"}`, "headers": map[string]any{"Content-Type": "application/json"}}
	raw := v.sealed(call, map[string]any{"appkey": p.AppKey}, func(s string) string { return s })
	v.wants("custservice", v.why(raw), "能通过验证", "!"+p.AppKey)
	head, body, _ := strings.Cut(raw, "\n\n")
	lines := strings.Split(head, "\n")
	command := "curl '" + w.URL + strings.Fields(lines[0])[1] + `' \` + "\n  -X PUT"
	for _, h := range lines[1:] {
		command += " -H $'" + h + "'"
	}
	v.wants("a curl command", v.why(command+" --data-raw '"+body+"'"), "能通过验证")
	v.wants("a curl command with another body", v.why(command+` --data-raw '{"customerId":"c-0003"}'`), "会被拒绝", "!"+p.AppKey)
	for _, fault := range v.faults {
		t.Error(fault)
	}
}
