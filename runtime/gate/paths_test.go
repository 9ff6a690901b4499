package gate

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestPaths: of several patterns that fit a URL, the one counts that first has a part in
// letters.
func TestPaths(t *testing.T) {
	t.Parallel()
	p := echoing(t, []string{
		"/orders/{p0}/cancel", "/{p0}/orders/{p1}", "/{p0}/{p1}/cancel", "/orders/{p0}/{p1}", "/{p0}/orders", "/orders/{p0}", "/files/{p0...}", "/{p0}/{p1}/{$}", "/{p0}/list",
	})
	for url, want := range map[string]string{
		"/orders/1/cancel":      "/orders/{p0}/cancel",
		"/orders/orders/cancel": "/orders/{p0}/cancel",
		"/orders/orders/1":      "/orders/{p0}/{p1}",
		"/shop/orders/1":        "/{p0}/orders/{p1}",
		"/shop/orders/cancel":   "/{p0}/orders/{p1}",
		"/shop/1/cancel":        "/{p0}/{p1}/cancel",
		"/orders/orders":        "/orders/{p0}",
		"/shop/orders":          "/{p0}/orders",
		"/files/orders":         "/files/{p0...}",
		"/files/a/cancel":       "/files/{p0...}",
		"/files/a/":             "/files/{p0...}",
		"/shop/a/":              "/{p0}/{p1}/{$}",
		"/shop/a":               `<a href="/shop/a/">Temporary Redirect</a>.`,
		"/shop/list":            "/{p0}/list",
		"/shop":                 "404 page not found",
	} {
		if got := asked(p, url); got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
}

// TestPathsAtRandom holds many sets of patterns to what one pattern after the other says.
func TestPathsAtRandom(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	overlapped := 0
	for range 300 {
		var patterns []string
		for range 2 + r.IntN(7) {
			text := ""
			for n := range 1 + r.IntN(4) {
				text += "/" + []string{"a", "b", "c", "{p" + string(rune('0'+n)) + "}"}[r.IntN(4)]
			}
			if !slices.Contains(patterns, text) {
				patterns = append(patterns, text)
			}
		}
		p := echoing(t, patterns)
		overlapped += len(p.layers) - 1
		slices.SortFunc(patterns, byWeight)
		for range 30 {
			url := ""
			for range 1 + r.IntN(4) {
				url += "/" + []string{"a", "b", "c", "d"}[r.IntN(4)]
			}
			want := "404 page not found"
			if i := slices.IndexFunc(patterns, func(s string) bool { return fits(s, url) }); i >= 0 {
				want = patterns[i]
			}
			if got := asked(p, url); got != want {
				t.Fatalf("%v: %s: %s, want %s", patterns, url, got, want)
			}
		}
	}
	if overlapped < 30 {
		t.Errorf("%d patterns of 300 sets overlapped", overlapped)
	}
}

// fits says whether a pattern of parts fits a URL.
func fits(pattern, url string) bool {
	ps, us := strings.Split(pattern, "/"), strings.Split(url, "/")
	for i, p := range ps {
		if len(ps) != len(us) || !strings.HasPrefix(p, "{") && p != us[i] {
			return false
		}
	}
	return true
}

// echoing answers each pattern with itself.
func echoing(t *testing.T, patterns []string) *paths {
	t.Helper()
	handlers := map[string]http.Handler{}
	for _, pattern := range patterns {
		handlers[pattern] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, pattern) })
	}
	p, err := pathsOf(handlers)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// asked is what a GET of a URL gets.
func asked(p *paths, url string) string {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
	return strings.TrimSpace(w.Body.String())
}
