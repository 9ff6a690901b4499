package portal_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
)

// browser opens a site in a real browser, in a window of a width.
func browser(t *testing.T, width int64, o portal.Options) (ctx context.Context, root string) {
	t.Helper()
	ctx = browse.Open(t, width)
	server := httptest.NewServer(http.StripPrefix("/docs", site(t, sources(), o)))
	t.Cleanup(server.Close)
	return ctx, server.URL + "/docs/"
}

// TestBrowser reads, searches, folds, copies and switches as a partner does.
func TestBrowser(t *testing.T) {
	t.Parallel()
	ctx, root := browser(t, 1280, portal.Options{})
	var address, found, theme, language, shown, curl string
	var rows, hidden, tabs int
	browse.Do(ctx, t,
		chromedp.EmulateViewport(1280, 900),
		chromedp.Navigate(root+"custservice/customer_update.html"),
	)
	browse.Do(ctx, t,
		chromedp.SendKeys("#search", "anonymous"),
		chromedp.WaitVisible("#found a"),
		chromedp.Text("#found", &found),
		chromedp.SendKeys("#search", "\n"),
		chromedp.WaitVisible("tr:target"),
		chromedp.Location(&address),
	)
	if !strings.Contains(found, "anonymous") || !strings.Contains(address, "anonymous") {
		t.Errorf("search found %q and led to %s", found, address)
	}
	browse.Do(ctx, t,
		chromedp.Evaluate(`document.querySelectorAll("tr[hidden]").length`, &rows),
		chromedp.Click(".fold"),
		chromedp.Evaluate(`document.querySelectorAll("tr[hidden]").length`, &hidden),
		chromedp.Evaluate(`document.querySelectorAll(".tabbar button").length`, &tabs),
		chromedp.Evaluate(`[...document.querySelectorAll("code.sh")].map(e => e.textContent).join()`, &curl),
		chromedp.Click("#theme"),
		chromedp.Evaluate(`document.documentElement.dataset.theme`, &theme),
		chromedp.Evaluate(`document.documentElement.lang`, &language),
		chromedp.Click("#language"),
		chromedp.Text("#request span", &shown),
	)
	if rows != 0 || hidden == 0 {
		t.Errorf("folding hid %d rows, before %d", hidden, rows)
	}
	if tabs < 3 || !strings.Contains(curl, strings.TrimSuffix(root, "/docs/")) {
		t.Errorf("%d tabs, and the command %q", tabs, curl)
	}
	if theme == "" || language == "" || (shown != "Request") == (language == "zh-CN") {
		t.Errorf("theme %q, language %q, then %q", theme, language, shown)
	}
}

// TestSearchAll finds what is of any system, from the first page and from the page of another
// system, whose own entries come first.
func TestSearchAll(t *testing.T) {
	t.Parallel()
	ctx, root := browser(t, 1280, portal.Options{})
	for page, want := range map[string][2]string{
		"index.html":        {"cst_info_create interface · 联发地产开放接口规范说明书", "lianfa/cst_info_create.html"},
		"baas/errors.html":  {"cst_info_create interface · 联发地产开放接口规范说明书", "lianfa/cst_info_create.html"},
		"lianfa/index.html": {"cst_info_create interface", "lianfa/cst_info_create.html"},
	} {
		var first, address string
		browse.Do(ctx, t,
			chromedp.EmulateViewport(1280, 900),
			chromedp.Navigate(root+page),
			chromedp.Evaluate(`document.documentElement.lang === "en" || document.querySelector("#language").click()`, nil),
			chromedp.SendKeys("#search", "cst_info_create"),
			chromedp.WaitVisible("#found a"),
			chromedp.Evaluate(`[...document.querySelector("#found a").childNodes].slice(0, 2).map((n) => n.textContent).join("")`, &first),
			chromedp.Evaluate(`document.querySelector("#found a").href`, &address),
		)
		if first != want[0] || address != root+want[1] {
			t.Errorf("%s: found %q, which leads to %s", page, first, address)
		}
	}
}

// TestSearchByKeys goes to what was found by keys alone. Keys of an input method are not the
// search's: Enter ends a word then.
func TestSearchByKeys(t *testing.T) {
	t.Parallel()
	ctx, root := browser(t, 1280, portal.Options{})
	var marked bool
	browse.Do(ctx, t,
		chromedp.Navigate(root+"lianfa/cst_info_create.html"),
		chromedp.Focus("#search"),
		chromedp.KeyEvent("cst_info_"),
		chromedp.WaitVisible("#found a"),
		chromedp.Evaluate(`document.querySelector("#search").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", isComposing: true, bubbles: true }));
			document.querySelector("#found [aria-selected=true]") !== null`, &marked),
		chromedp.KeyEvent("get"), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter),
		chromedp.WaitReady(`.side [aria-current][href$="cst_info_get.html"]`),
	)
	if marked {
		t.Error("a key of an input method moves through what was found")
	}
}

// TestBlanks keeps the blank between a word of a list and a link in English.
func TestBlanks(t *testing.T) {
	t.Parallel()
	ctx, root := browser(t, 1280, portal.Options{})
	var cells []string
	browse.Do(ctx, t,
		chromedp.Navigate(root+"lianfa/index.html"),
		chromedp.Evaluate(`document.documentElement.lang === "en" || document.querySelector("#language").click()`, nil),
		chromedp.Evaluate(`[...document.querySelectorAll("tr.deprecated td:has(a)")].map((e) => e.innerText).filter((text) => text.startsWith("Deprecated"))`, &cells),
	)
	if len(cells) == 0 {
		t.Error("no deprecated interface with a successor")
	}
	for _, text := range cells {
		if !strings.HasPrefix(text, "Deprecated ") {
			t.Errorf("%q", text)
		}
	}
}

// TestCodeFound opens what a code comes from, as the page's own lookup does.
func TestCodeFound(t *testing.T) {
	t.Parallel()
	ctx, root := browser(t, 1280, portal.Options{})
	var open bool
	browse.Do(ctx, t,
		chromedp.Navigate(root+"lianfa/errors.html#code-4001"),
		chromedp.Evaluate(`document.querySelector("#code-4001 details").open`, &open),
	)
	if !open {
		t.Error("what the code comes from is folded")
	}
}

// TestPrint wants a printed page to be dark on white, whole, and to have what is folded.
func TestPrint(t *testing.T) {
	t.Parallel()
	ctx, root := browser(t, 1280, portal.Options{Send: portal.Own})
	var back, text, folded string
	var shown []string
	var cut int
	browse.Do(ctx, t,
		chromedp.Navigate(root+"lianfa/cst_info_create.html"),
		chromedp.Evaluate(`document.documentElement.dataset.theme = "dark"; 0`, nil),
		emulation.SetEmulatedMedia().WithMedia("print"),
		chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &back),
		chromedp.Evaluate(`getComputedStyle(document.body).color`, &text),
		chromedp.Evaluate(`getComputedStyle(document.querySelector("details.refused"), "::details-content").contentVisibility`, &folded),
		chromedp.Evaluate(`["#try", "#console", "#why", ".top", ".side", ".copy"].filter((one) => document.querySelector(one)?.getClientRects().length)`, &shown),
		chromedp.Evaluate(`[...document.querySelectorAll("pre")].filter((one) => one.scrollWidth > one.clientWidth).length`, &cut),
	)
	if cut > 0 {
		t.Errorf("%d blocks are cut off at the edge of the paper", cut)
	}
	if back != "rgb(255, 255, 255)" || text != "rgb(31, 35, 40)" || folded != "visible" || len(shown) > 0 {
		t.Errorf("%s on %s, what is folded is %s, and on paper are %q", text, back, folded, shown)
	}
}

// TestSearchSpeed searches through a thousand interfaces of twenty fields in less than 50 ms:
// the quickest of twelve searches for each text, since others share the machine. A list of a thousand values
// is folded.
func TestSearchSpeed(t *testing.T) {
	t.Parallel()
	ctx := browse.Open(t, 390)
	server := httptest.NewServer(large(t, 20))
	t.Cleanup(server.Close)
	var took float64
	var hits, width int
	var open bool
	browse.Do(ctx, t,
		chromedp.EmulateViewport(390, 844),
		chromedp.Navigate(server.URL+"/large/opportunity_partner_cr_0999"),
		chromedp.WaitVisible("#search"),
		chromedp.Evaluate(`Math.max(...["门牌号", "field77", "partner_cr_05", "家庭 field999", "取值", "nothing"].map((q) => Math.min(...Array.from({ length: 12 }, () => {
			const box = document.querySelector("#search"), start = performance.now();
			box.value = q;
			box.dispatchEvent(new Event("input"));
			return performance.now() - start;
		}))))`, &took),
		chromedp.Evaluate(`{ const box = document.querySelector("#search"); box.value = "field77"; box.dispatchEvent(new Event("input")); } document.querySelectorAll("#found a").length`, &hits),
		chromedp.Evaluate(`document.documentElement.scrollWidth`, &width),
		chromedp.Evaluate(`[...document.querySelectorAll("details")].some((d) => d.open && d.querySelectorAll("li").length > 900)`, &open),
	)
	t.Logf("the slowest text took %.1f ms", took)
	if took >= 50 || hits != 40 {
		t.Errorf("a search took %.1f ms and found %d", took, hits)
	}
	if width > 390 || open {
		t.Errorf("a list of a thousand values: %d px wide, open %t", width, open)
	}
}

// unlikeHeads lists the words that cells have in front on a phone and that are not those of
// the heads of their columns.
const unlikeHeads = `[...new Set([...document.querySelectorAll("table")].flatMap((table) => {
  const heads = [...table.querySelectorAll("thead th")].map((th) => th.textContent.trim());
  return [...table.querySelectorAll("tbody tr")].flatMap((tr) => [...tr.children].map((td, n) => [td.dataset.label, heads[n]])
    .filter(([label, head]) => label !== undefined && head !== undefined && label !== head).map((pair) => pair.join(" for ")));
}))].slice(0, 5).join(", ")`

// TestPhone wants every page to fit a phone, and to be clean for those who cannot see
// it, by day and by night. The latter needs axe-core, which make npm installs.
func TestPhone(t *testing.T) {
	t.Parallel()
	ctx, root := browser(t, 390, portal.Options{Send: portal.Own})
	axe, err := os.ReadFile(filepath.Join(npm.Modules(t), "axe-core", "axe.min.js"))
	if err != nil {
		t.Logf("axe-core is not here, so nothing is said about who cannot see: make npm installs it")
	}
	for _, name := range []string{
		"", "lianfa/", "lianfa/cst_info_create.html", "lianfa/errors.html", "lianfa/errata.html", "lianfa/protocol.html",
		"custservice/customer_update.html", "baas/srv_baas_custinfo_sync.html",
	} {
		var width int
		var wide string
		browse.Do(ctx, t,
			chromedp.EmulateViewport(390, 844),
			chromedp.Navigate(root+name),
			chromedp.Evaluate(`document.documentElement.scrollWidth`, &width),
			chromedp.Evaluate(`[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > 391 && !e.closest("pre, .found, thead")).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join("\n")`, &wide),
		)
		for range 2 { // in the other language, and back
			var unlike string
			browse.Do(ctx, t, chromedp.Evaluate(`document.querySelector("#language").click()`, nil), chromedp.Evaluate(unlikeHeads, &unlike))
			if unlike != "" {
				t.Errorf("%s: cells say other words than the heads of their columns: %s", name, unlike)
			}
		}
		if width > 390 || wide != "" {
			t.Errorf("%s is %d px wide:\n%s", name, width, wide)
		}
		if err != nil {
			continue
		}
		browse.Do(ctx, t, chromedp.Evaluate(string(axe)+`;0`, nil))
		for range 2 { // in both languages
			browse.Do(ctx, t, chromedp.Evaluate(`document.querySelector("#language").click()`, nil))
			for _, theme := range []string{"light", "dark"} {
				var findings string
				browse.Do(ctx, t, chromedp.Evaluate(`document.documentElement.dataset.theme = "`+theme+`"; document.querySelectorAll("details").forEach(d => d.open = true)`, nil),
					chromedp.Evaluate(`axe.run().then(r => r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 150)).join(" || ")).join("\n"))`, &findings, awaited))
				if findings != "" {
					t.Errorf("%s, %s: axe finds\n%s", name, theme, findings)
				}
			}
		}
	}
}

// awaited waits for what a script promises.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
