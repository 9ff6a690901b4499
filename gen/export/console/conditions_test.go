package console_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
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
	files := map[string][]byte{}
	for _, s := range set.Systems {
		if s.Name != "library" {
			continue
		}
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
			files[strings.TrimPrefix(name, "library/docs/")] = text
		}
	}
	site, err := portal.New([]portal.Source{{Name: "library", Read: func(page string) ([]byte, error) {
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
