package fire_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
	"github.com/jiekou-dev/jiekou/runtime/speech"
	"github.com/jiekou-dev/jiekou/testkit/fire"
)

// paperOf is a report of four cases, "a" to "d", with a verdict each.
func paperOf(verdicts ...fire.Verdict) *fire.Paper {
	p := &fire.Paper{Language: speech.Chinese, System: "shop", Title: "商城", Docs: "https://docs.example.com/docs/"}
	for n, v := range verdicts {
		name := string(rune('a' + n))
		p.Cases = append(p.Cases, fire.Entry{
			ID: "order_" + name + "/boundary/items/sku", Cmd: "order_" + name, Field: "items/sku", Title: "条码 " + name, Section: "4." + name, Verdict: string(v),
		})
	}
	return p
}

// TestTrend compares a report with an earlier one, which was saved as a page.
func TestTrend(t *testing.T) {
	t.Parallel()
	earlier := filepath.Join(t.TempDir(), "earlier.html")
	if err := os.WriteFile(earlier, []byte(reports(t, paperOf(fire.Passed, fire.Failed, fire.Broken, fire.Skipped), "key")["HTML"]), 0o600); err != nil {
		t.Fatal(err)
	}
	old, err := fire.ReadPaper(earlier)
	if err != nil {
		t.Fatal(err)
	}
	now := paperOf(fire.Failed, fire.Passed, fire.Failed, fire.Passed)
	now.Since(old)
	got := [][]string{now.Trend.Broke, now.Trend.Mended, now.Trend.Still, now.Trend.Added, now.Trend.Gone}
	name := func(n string) []string { return []string{"order_" + n + "/boundary/items/sku"} }
	if want := [][]string{name("a"), name("b"), name("c"), name("d"), nil}; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the trend is %q, want %q", got, want)
	}
	app := filepath.Join(t.TempDir(), "app.json")
	if err := os.WriteFile(app, []byte(`{"system":"shop","app":"300"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"page.html", app} {
		if _, err := fire.ReadPaper(other); err == nil {
			t.Errorf("%s was read as a report", other)
		}
	}
}

// TestFilter searches a page in a real browser, whose policy lets its script run and no
// other, and follows nothing.
func TestFilter(t *testing.T) {
	t.Parallel()
	ctx := browse.Open(t, 1280)
	p := paperOf(fire.Failed, fire.Passed, fire.Broken, fire.Skipped)
	p.Since(paperOf(fire.Passed, fire.Passed))
	at := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(at, []byte(reports(t, p, "key")["HTML"]), 0o600); err != nil {
		t.Fatal(err)
	}
	const shown = `[...document.querySelectorAll("tr[data-verdict], details[data-verdict]")].filter(e => !e.hidden).map(e => e.tagName + " " + e.querySelector("code").textContent.slice(6, 7)).join()`
	var all, found, failed, link, trend string
	const find = `(text, verdict) => { for (const [id, value, event] of [["find", text, "input"], ["verdict", verdict, "change"]]) { const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event(event)); } }`
	browse.Do(ctx, t,
		chromedp.Navigate("file://"+at),
		chromedp.Evaluate(`!document.getElementById("filter").hidden && `+shown, &all),
		chromedp.Evaluate(`(`+find+`)("条码 C", ""); `+shown, &found),
		chromedp.Evaluate(`(`+find+`)("", "failed"); `+shown, &failed),
		chromedp.Evaluate(`document.querySelector("#all tr[data-verdict] a").href`, &link),
		chromedp.Evaluate(`document.querySelector("main").textContent`, &trend),
	)
	for _, one := range [][2]string{
		{all, "DETAILS a,DETAILS c,TR a,TR b,TR c,TR d"},
		{found, "DETAILS c,TR c"},
		{failed, "DETAILS a,TR a"},
		{link, "https://docs.example.com/docs/shop/order_a.html#request.items.sku"},
	} {
		if one[0] != one[1] {
			t.Errorf("got %q, want %q", one[0], one[1])
		}
	}
	if want := "新出现的问题 1 1 个用例: "; !strings.Contains(strings.Join(strings.Fields(trend), " "), want) {
		t.Errorf("the page does not say %q:\n%s", want, trend)
	}
}
