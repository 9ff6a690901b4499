package systems_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	devlog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
)

// visitor is a partner who calls an interface out of its page.
type visitor struct {
	*testing.T
	ctx context.Context

	mu     sync.Mutex
	faults []string // what the console of the browser said
}

// visit opens a browser on a phone and listens to its console.
func visit(t *testing.T) *visitor {
	t.Helper()
	v := &visitor{T: t, ctx: browse.Open(t, 390)}
	chromedp.ListenTarget(v.ctx, func(event any) {
		v.mu.Lock()
		defer v.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			v.faults = append(v.faults, e.ExceptionDetails.Error())
		case *devlog.EventEntryAdded:
			if e.Entry.Source != devlog.SourceNetwork { // a refusal may have HTTP 400
				v.faults = append(v.faults, e.Entry.Text)
			}
		}
	})
	return v
}

// open loads a page and enters name, value, name, value…
func (v *visitor) open(page string, pairs ...string) {
	v.Helper()
	browse.Do(v.ctx, v.T, chromedp.EmulateViewport(390, 844), chromedp.Navigate(page), chromedp.WaitVisible("#try-send"),
		chromedp.Evaluate(`document.documentElement.lang === "en" && document.querySelector("#language").click()`, nil))
	v.enter(pairs...)
}

func (v *visitor) enter(pairs ...string) {
	v.Helper()
	for n := 0; n < len(pairs); n += 2 {
		browse.Do(v.ctx, v.T, chromedp.Evaluate(fmt.Sprintf(`document.querySelector('#console [name=%q]').value = %q`, pairs[n], pairs[n+1]), nil))
	}
}

// send clicks, waits for what comes and returns it with the links that it has.
func (v *visitor) send() string {
	v.Helper()
	var text, links string
	var width int
	browse.Do(v.ctx, v.T,
		chromedp.Click("#try-send", chromedp.ByQuery),
		chromedp.Poll(`!document.querySelector("#try-send").disabled && document.querySelector(".result .verdict, .result > .warn") !== null`, nil),
		chromedp.Evaluate(`document.querySelector(".result").textContent`, &text),
		chromedp.Evaluate(`[...document.querySelectorAll(".result a")].map(a => a.getAttribute("href")).join(" ")`, &links),
		chromedp.Evaluate(`document.documentElement.scrollWidth`, &width),
	)
	if width > 390 {
		v.Errorf("the page is %d px wide", width)
	}
	return text + "\n" + links
}

// wants fails when a text lacks something, or has what follows "!".
func (v *visitor) wants(what, text string, parts ...string) {
	v.Helper()
	for _, part := range parts {
		word, not := strings.CutPrefix(part, "!")
		if strings.Contains(text, word) == not {
			v.Errorf("%s: %q is wrong in\n%s", what, part, text)
		}
	}
}

// TestConsole calls interfaces out of their pages, in a real browser on a phone.
func TestConsole(t *testing.T) {
	t.Parallel()
	v := visit(t)
	w := setup(t)
	caller := w.App(t, "300")
	page := w.URL + "/docs/lianfa/cst_info_get.html"
	lianfa := []string{"app", "300", "token", caller.Token, "appkey", caller.AppKey, "mobile", "13800138000"}

	v.open(page, lianfa...)
	v.wants("lianfa", v.send(), "成功", "应答已验证", customer1, "authCode", "sha1", "rc4 appkey", "‹token›", "!"+caller.Token, "!"+caller.AppKey)

	v.enter("mobile", "")
	v.wants("a field that is missing", v.send(), "被拒绝", "应答已验证", "mobile", "errors.html#code-", "必填：补上报文中指出的必填参数", "!本机时钟")

	var written string
	browse.Do(v.ctx, t, chromedp.Click("#try-raw", chromedp.ByQuery), chromedp.Value(`[name="JSON"]`, &written, chromedp.ByQuery))
	same(t, "the form as JSON", written, "{}")
	v.enter("JSON", `{"mobile":13800138000}`)
	v.wants("JSON", v.send(), "{\"mobile\":13800138000}")

	const dots = `{ const e = document.querySelector('#console [name="token"]'); e.focus(); getComputedStyle(e).webkitTextSecurity }`
	var typed, shown string
	browse.Do(v.ctx, t, chromedp.Evaluate(dots, &typed), chromedp.Click("#try-keys", chromedp.ByQuery), chromedp.Evaluate(dots, &shown), chromedp.Click("#try-keys", chromedp.ByQuery))
	same(t, "how a key is shown while it is typed, and when it is to be seen", typed+" "+shown, "disc none")

	v.enter("token", "wrong")
	v.wants("a wrong key", v.send(), "被拒绝", "1009", "应答没有签名", "errors.html#code-1009", "app、token、appkey 与这台服务器登记的逐字相同", "本机时钟")

	v.enter("app", "99999999")
	v.wants("an app that is not known", v.send(), "服务器不认识这个应用", "99999999", "errors.html#code-1011")

	for accept, want := range map[string]int{"*/*": http.StatusFound, "text/html,*/*": http.StatusFound, "application/json": http.StatusNotFound} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", accept)
		got, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		if got.StatusCode != want {
			t.Errorf("the root for %s: HTTP %d, want %d", accept, got.StatusCode, want)
		}
	}

	v.enter("app", "")
	v.wants("nobody", v.send(), "请先填写应用标识")

	v.open(page, lianfa...)
	browse.Do(v.ctx, t, chromedp.Evaluate(`{ const now = Date.now; Date.now = () => now() + 7200000; }`, nil))
	v.wants("a clock that is fast", v.send(), "本机时钟比服务器快 7")

	p := w.Signer(t, "custservice", "401")
	v.open(w.URL+"/docs/custservice/customer_update.html", "app", "401", "appkey", p.AppKey, "customerId", "c-0002")
	v.wants("custservice", v.send(), "成功", "10000", "hmac-sha256 appkey", "PUT\n/basic/openapi/v1/customer", "!"+p.AppKey)

	q := w.Signer(t, "u8", "501")
	v.open(w.URL+"/docs/u8/customer_get.html", "app", "501", "token", q.Token, "id", "0000000017")
	v.wants("u8", v.send(), "成功", "!"+q.Token)

	other := httptest.NewServer(w.Another(t, nil))
	defer other.Close()
	v.open(other.URL+"/docs/lianfa/cst_info_get.html", lianfa...)
	other.Close()
	v.wants("a server that is down", v.send(), "连不上 "+other.URL, "authCode")

	for _, fault := range v.faults {
		t.Error(fault)
	}
}
