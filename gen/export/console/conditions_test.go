package console_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/reference"
)

// library is the site of the example that has every condition.
func library(t *testing.T, o portal.Options) *portal.Site {
	t.Helper()
	set, err := load.Systems(reference.Own(), "example")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Systems {
		if s.Name == "library" {
			return siteOf(t, s, o)
		}
	}
	t.Fatal("no library")
	return nil
}

// siteOf is the site of one system.
func siteOf(t *testing.T, s *spec.System, o portal.Options) *portal.Site {
	t.Helper()
	files := map[string][]byte{}
	pages, err := docs.Pages(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		files[p.Name] = []byte(p.Text)
	}
	made, err := console.Generate("generated", s)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range made {
		files[strings.TrimPrefix(name, s.Name+"/docs/")] = text
	}
	site, err := portal.New([]portal.Source{{Name: s.Name, Read: func(page string) ([]byte, error) {
		if text, ok := files[page]; ok {
			return text, nil
		}
		return nil, fs.ErrNotExist
	}}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// TestConditions shows, hides and marks the fields of a form while others change, and leaves
// out what may not be there.
func TestConditions(t *testing.T) {
	t.Parallel()
	ctx := browse.Open(t, 390)
	server := httptest.NewServer(http.StripPrefix("/docs", library(t, portal.Options{Send: portal.Own})))
	t.Cleanup(server.Close)
	browse.Do(ctx, t, chromedp.Navigate(server.URL+"/docs/library/book_create"), chromedp.WaitVisible("#try-send"))
	state := func(what string, pairs ...string) string {
		t.Helper()
		var script strings.Builder
		for n := 0; n < len(pairs); n += 2 {
			script.WriteString(`{ const e = document.querySelector('#console [name="` + pairs[n] + `"]'); e.value = "` + pairs[n+1] + `"; e.dispatchEvent(new Event("input", { bubbles: true })); }`)
		}
		var got string
		browse.Do(ctx, t, chromedp.Evaluate(script.String()+what, &got))
		return got
	}
	const shown = `["isbn", "issn", "issue", "year", "loanNo", "email", "shelf", "store"].map((name) => {
		const row = document.querySelector('#console [name="' + name + '"]').closest(".entry");
		return row.hidden ? "" : name + (row.querySelector(".must").hidden ? "" : "!");
	}).filter(Boolean).join(" ")`
	const genres = `[...document.querySelector('#console [name="genre"]').options].map((o) => o.value).join(" ")`
	for _, c := range []struct {
		what  string
		pairs []string
		want  string
	}{
		{shown, []string{"kind", "1", "issn", "", "loanNo", "", "phone", "", "shelf", "", "store", ""}, "isbn issue year loanNo email! shelf! store!"},
		{genres, nil, " 11 12"},
		{shown, []string{"kind", "2"}, "issn issue year! loanNo email! shelf! store!"},
		{shown, []string{"issn", "12345678"}, "issn issue! year! email! shelf! store!"},
		{shown, []string{"shelf", "A1", "phone", "1"}, "issn issue! year! email shelf!"},
		{shown, []string{"kind", "1"}, "isbn issue year loanNo email shelf!"},
		{shown, []string{"shelf", ""}, "isbn issue year loanNo email shelf! store!"},
	} {
		if got := state(c.what, c.pairs...); got != c.want {
			t.Errorf("with %q: %q, want %q", c.pairs, got, c.want)
		}
	}
	browse.Do(ctx, t, chromedp.Click("#try-raw", chromedp.ByQuery))
	if got := state(`document.querySelector('#console [name="JSON"]').value`); strings.Contains(got, "issn") || !strings.Contains(got, `"isbn"`) {
		t.Errorf("what may not be there is sent: %s", got)
	}
}

// orders is a system with conditions in objects of objects and in lists of them.
const orders = `-- spec/shop/system.yaml --
system: shop
title: 店
version: V1
groups: {order: {title: 订单, section: "1"}}
protocol:
  request: {header: {X-App: "{app}"}, json: "{payload}"}
  reply: {json: {code: "{code}", msg: "{text}", data: "{payload}"}, success: {code: "0"}}
-- spec/shop/errors.yaml --
groups:
  - title: 码
    errors:
      "0": {text: 成功, ours: true}
rules: {}
-- spec/shop/order/order_add.yaml --
interface: order_add
title: 下单
section: "1.1"
kind: report
method: POST
path: /order
request:
  kind: {type: int, required: true, label: 类别, enum: {1: 自提, 2: 寄送}}
  ship:
    type: object
    label: 寄送
    absent_if: {kind: 1}
    fields:
      way:   {type: int, label: 方式, enum: {1: 陆, 2: 空}}
      plane: {type: string, length: 20, label: 航班, required: conditional, required_if: {way: 2}, absent_if: {way: 1}}
      seal:  {type: string, length: 20, label: 封条, required: conditional, required_if: {../kind: 2}}
  rows:
    type: array
    required: true
    label: 行
    fields:
      sku:  {type: string, length: 20, required: true, label: 货号}
      gift: {type: bool, label: 赠品}
      pay:  {type: decimal, length: "18,2", label: 价, absent_if: {gift: true}}
      parts:
        type: array
        label: 件
        fields:
          no:   {type: long, label: 号}
          card: {type: string, length: 20, label: 贺卡, present_if: {../gift: true}}
response: {}
answer: {handler: true}
`

// TestNested has the conditions carried out in objects of objects and in the items of lists,
// which come and go, and sends what they leave, with every digit.
func TestNested(t *testing.T) {
	t.Parallel()
	archive := txtar.Parse([]byte(orders))
	files := fstest.MapFS{}
	for _, f := range archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	set, _, err := load.Draft(files, "spec")
	if err != nil {
		t.Fatal(err)
	}
	ctx := browse.Open(t, 390)
	server := httptest.NewServer(http.StripPrefix("/docs", siteOf(t, set.Systems[0], portal.Options{Send: portal.Own})))
	t.Cleanup(server.Close)
	browse.Do(ctx, t, chromedp.EmulateViewport(390, 844), chromedp.Navigate(server.URL+"/docs/shop/order_add"), chromedp.WaitVisible("#try-send"))
	const helpers = `const enter = (name, value, n = 0) => { const e = document.querySelectorAll('#console [name="' + name + '"]')[n]; e.value = value; e.dispatchEvent(new Event("input", { bubbles: true })); };
		const press = (text, n = 0) => [...document.querySelectorAll("#console button")].filter((b) => b.textContent === text || b.dataset.en === text)[n].click();
		const shown = () => [...document.querySelectorAll("#console fieldset.group, #console .entry")].filter((e) => e.getClientRects().length)
			.map((e) => e.querySelector("code").textContent + (e.querySelector(".must").hidden ? "" : "!")).join(" ");
		const json = () => { const raw = document.querySelector("#try-raw"); raw.click(); const out = document.querySelector('#console [name="JSON"]').value.replace(/\s+/g, ""); raw.click(); return out; };`
	for _, c := range []struct{ what, does, want string }{
		{"at first", `shown()`, "app kind! rows! sku! gift parts no card"},
		{"a list of the sample", `json()`, `{"kind":1,"rows":[{"sku":"货号","gift":true,"parts":[{"no":1,"card":"贺卡"}]}]}`},
		{"no gift", `enter("gift", "false"); shown()`, "app kind! rows! sku! gift pay parts no"},
		{"sent by air", `enter("kind", "2"); enter("way", "2"); shown()`, "app kind! ship way plane! seal! rows! sku! gift pay parts no"},
		{"sent by land", `enter("way", "1"); shown()`, "app kind! ship way seal! rows! sku! gift pay parts no"},
		{
			"all of it", `enter("plane", "CA1"); enter("seal", "S"); enter("pay", "1.10"); enter("no", "9223372036854775807"); json()`,
			`{"kind":2,"ship":{"way":1,"seal":"S"},"rows":[{"sku":"货号","gift":false,"pay":1.10,"parts":[{"no":9223372036854775807}]}]}`,
		},
		{
			"a second row", `press("Add one", 1); enter("sku", "B", 1); enter("gift", "true", 1); shown()`,
			"app kind! ship way seal! rows! sku! gift pay parts no sku! gift parts",
		},
		{"both rows", `json()`, `{"kind":2,"ship":{"way":1,"seal":"S"},"rows":[{"sku":"货号","gift":false,"pay":1.10,"parts":[{"no":9223372036854775807}]},{"sku":"B","gift":true}]}`},
		{"the second alone", `press("Remove it", 1); json()`, `{"kind":2,"ship":{"way":1,"seal":"S"},"rows":[{"sku":"B","gift":true}]}`},
		{"fetched", `enter("kind", "1"); json()`, `{"kind":1,"rows":[{"sku":"B","gift":true}]}`},
		{"what is required", `press("Required only"); json()`, `{"kind":1,"rows":[{"sku":"B"}]}`},
	} {
		var got string
		browse.Do(ctx, t, chromedp.Evaluate("{"+helpers+c.does+"}", &got))
		if got != c.want {
			t.Errorf("%s: %s\nwant %s", c.what, got, c.want)
		}
	}
	var width int
	browse.Do(ctx, t, chromedp.Evaluate(`document.documentElement.scrollWidth`, &width))
	if width > 390 {
		t.Errorf("the form is %d px wide", width)
	}
}
