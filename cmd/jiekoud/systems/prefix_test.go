package systems_test

import (
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

// below serves a server below a path of a proxy, which takes the path away, as partners
// reach it; everything else of the proxy is somebody else's.
func below(t *testing.T, w *world, prefix string) (address string) {
	t.Helper()
	proxy := httptest.NewUnstartedServer(nil)
	address = "http://" + proxy.Listener.Addr().String() + prefix
	to, err := url.Parse(w.Mounted(t, func(c *server.Config) { c.PublicURL = address }))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(prefix+"/", http.StripPrefix(prefix, httputil.NewSingleHostReverseProxy(to)))
	proxy.Config.Handler = mux
	proxy.Start()
	t.Cleanup(proxy.Close)
	return address
}

// TestPrefix reads, searches, downloads and calls where a proxy has the server below a path.
func TestPrefix(t *testing.T) {
	t.Parallel()
	v := visit(t)
	w := setup(t)
	address := below(t, w, "/partner/x")
	links := crawled(t, address+"/")
	if len(links) < 120 || !links[address+"/docs/lianfa/download/lianfa.openapi.json"] || !links[address+"/docs/lianfa/protocol.js"] {
		t.Errorf("%d pages and files were found", len(links))
	}
	for _, at := range []string{"/docs", "/docs/u8", "/docs/u8/customer_get/", "/favicon.ico"} {
		fetched(t, address, address+at)
	}

	var found, copied, line string
	browse.Do(v.ctx, t, chromedp.EmulateViewport(390, 844), chromedp.Navigate(address+"/docs/u8/"),
		chromedp.SendKeys("#search", "cst_info_get"), chromedp.WaitVisible("#found a"),
		chromedp.Evaluate(`document.querySelector("#found a").href`, &found),
	)
	browse.Do(v.ctx, t, chromedp.Navigate(found),
		chromedp.Evaluate(`document.querySelector(".address .copy").dataset.copy`, &copied),
		chromedp.Evaluate(`document.querySelector("code.sh").textContent`, &line),
	)
	same(t, "the first that a search finds", found, address+"/docs/lianfa/cst_info_get.html")
	same(t, "the address that is copied", copied, address+"/lianfa/api")
	v.wants("the command", line, address+"/lianfa/api")

	caller, cust, u8 := w.App(t, "300"), w.Signer(t, "custservice", "401"), w.Signer(t, "u8", "501")
	v.open(found, "app", "300", "token", caller.Token, "appkey", caller.AppKey, "mobile", "13800138000")
	v.wants("lianfa", v.send(), "成功", "应答已验证", customer1, "POST /partner/x/lianfa/api")
	v.open(address+"/docs/custservice/customer_update.html", "app", "401", "appkey", cust.AppKey, "customerId", "c-0002")
	v.wants("custservice, whose signature has the path", v.send(), "成功", "10000", "PUT\n/basic/openapi/v1/customer", "PUT /partner/x/basic")
	var captured string
	browse.Do(v.ctx, t, chromedp.Evaluate(`document.querySelector(".result .steps ~ pre").textContent`, &captured)) // the message as it was sent
	v.wants("why, of a message with the prefix", v.why(captured), "能通过验证")
	v.open(address+"/docs/u8/customer_get.html", "app", "501", "token", u8.Token, "id", "0000000017")
	v.wants("u8", v.send(), "成功")
	for _, fault := range v.faults {
		t.Error(fault)
	}
}

// linked are the addresses in a page.
var linked = regexp.MustCompile(` (?:href|src)="([^"#]*)(?:#[^"]*)?"`)

// crawled follows every link from an address, and wants each to be there, and to stay below it.
func crawled(t *testing.T, from string) (seen map[string]bool) {
	t.Helper()
	seen = map[string]bool{from: true}
	for next := []string{from}; len(next) > 0; next = next[1:] {
		at, text := fetched(t, from, next[0])
		for _, m := range linked.FindAllStringSubmatch(text, -1) {
			to, err := at.Parse(html.UnescapeString(m[1]))
			if err != nil {
				t.Fatal(err)
			}
			if one := to.String(); !seen[one] {
				seen[one] = true
				next = append(next, one)
			}
		}
	}
	return seen
}

// fetched is what is at an address, where it was redirected to, and its text where it is a page.
func fetched(t *testing.T, root, from string) (at *url.URL, page string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, from, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if at = got.Request.URL; err != nil || got.StatusCode != http.StatusOK || !strings.HasPrefix(at.String(), root) {
		t.Errorf("%s: HTTP %d at %s: %v", from, got.StatusCode, at, err)
	}
	if strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
		page = string(text)
	}
	return at, page
}
