package console_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
)

// TestLogin: a page gets the token that its call carries, uses it again, and gets another
// one when it is refused.
func TestLogin(t *testing.T) {
	t.Parallel()
	gate := trial.NewGate(t)
	ctx := browse.Open(t, 800)
	mux := http.NewServeMux()
	mux.Handle("/", gate.Handler)
	mux.Handle("/docs/", http.StripPrefix("/docs", siteOf(t, gate.System, portal.Options{Send: portal.Own})))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	open := func(page string) {
		browse.Do(ctx, t, chromedp.Navigate(server.URL+"/docs/gate/"+page), chromedp.WaitVisible("#try-send"),
			chromedp.SetValue(`#console [name="app"]`, trial.App), chromedp.SetValue(`#console [name="secret"]`, trial.Key))
	}
	press := func(what, wait string, logins, calls int) {
		t.Helper()
		browse.Do(ctx, t, chromedp.Click("#try-send"), chromedp.WaitVisible(wait))
		if l, c := gate.Count(); l != logins || c != calls {
			t.Errorf("%s: %d logins and %d calls, want %d and %d", what, l, c, logins, calls)
		}
	}
	const good = "#console .verdict strong.ok"
	open("pass_get")
	press("first", good, 1, 1)
	press("again", good, 0, 1)
	gate.End()
	press("ended", good, 1, 1)
	browse.Do(ctx, t, chromedp.Evaluate(`document.querySelector('#console [name="accessToken"]').value = ""`, nil), chromedp.SetValue(`#console [name="secret"]`, "another"))
	press("refused", "#console .verdict strong.bad", 0, 0)
	open("gate_list")
	press("without a token", good, 0, 1)
}
