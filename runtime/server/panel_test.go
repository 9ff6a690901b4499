package server_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
)

// An operator finds out in a browser why a partner is refused, grants what is missing, and
// has a dead letter sent again.
func TestPanel(t *testing.T) {
	t.Parallel()
	w := setup(t)
	operators := httptest.NewServer(w.Mount.Operate())
	t.Cleanup(operators.Close)
	ctx := browse.Open(t, 1200)
	c := w.App(t, "300", "base_*")
	if r := c.Call(t, "cst_info_get", c.Sid(), `{"mobile":"13800138000"}`); r.Code(t) == 0 {
		t.Fatal("it was granted")
	}
	w.Exec(t, `insert into jiekou.outbox (system, app, cmd, body, dead, reason) values ('lianfa', '300', 'notify_proj_publish', '{}', now(), 'HTTP 500')`)
	text := func(of *string) chromedp.Action { return chromedp.Text("main", of) }
	var overview, app, granted, dead, sent, audit string
	browse.Do(ctx, t,
		chromedp.Navigate(operators.URL+"/"), text(&overview), // led to the overview
		chromedp.Click(`.refusals a[href*="id=300"]`), chromedp.WaitVisible("#grant"), text(&app),
		chromedp.SendKeys(`#grant [name=patterns]`, "cst_*"), chromedp.Click(`#grant button`), chromedp.WaitVisible("#said"), text(&granted),
		chromedp.Click(`nav a[href$="state=dead"]`), chromedp.WaitVisible("#replay"), text(&dead),
		chromedp.Click(`#replay [name=ids]`), chromedp.Click(`#replay button:not([name])`), chromedp.WaitVisible("#said"), text(&sent),
		chromedp.Click(`nav a[href="/panel/audit"]`), chromedp.WaitVisible(".changes"), text(&audit),
	)
	for _, tt := range []struct{ what, text, want string }{
		{"overview", overview, "The app was not granted the interface."},
		{"overview", overview, "cst_info_get"},
		{"app", app, "base_*"},
		{"granted", granted, "lianfa 300: granted cst_*"},
		{"dead letters", dead, "HTTP 500"},
		{"sent", sent, "1 to be sent again"},
		{"audit", audit, "replay-deliveries"},
		{"audit", audit, "panel 127.0.0.1"},
	} {
		if !strings.Contains(tt.text, tt.want) {
			t.Errorf("%s: no %q in\n%s", tt.what, tt.want, tt.text)
		}
	}
	w.Eventually(t, `select array_to_string(grants, ' ') from jiekou.app where system = 'lianfa' and id = '300'`, "base_* cst_*")
}
