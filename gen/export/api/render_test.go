package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/api"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/runtime/portal/browse"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// viewers are pages of others that draw an OpenAPI: their scripts, what starts them, and when
// which elements have the titles of operations. %q is the address of the description.
var viewers = map[string]struct{ script, style, start, titles string }{
	"Swagger UI": {
		script: "swagger-ui-dist/swagger-ui-bundle.js", style: "swagger-ui-dist/swagger-ui.css",
		start:  `SwaggerUIBundle({url: %q, dom_id: "#app", docExpansion: location.pathname === "/page/lianfa" ? "list" : "full", validatorUrl: null})`,
		titles: `.opblock-summary-description`,
	},
	"Scalar": {
		script: "scalar/standalone.js",
		start:  `Scalar.createApiReference("#app", {url: %q, withDefaultFonts: false, telemetry: false, defaultOpenAllTags: true, agent: {disabled: true}})`,
		titles: `h3, button`,
	},
}

// TestRender has the descriptions drawn by programs of others in a real browser, without the
// net: every operation is there, and neither the console nor the page has an error.
func TestRender(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := loadtest.Archive("../../testdata/whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	systems := map[string][]byte{}
	operations := map[string][]string{}
	for _, s := range slices.Concat(set.Systems, whole.Systems, trial.Names(t).Systems, vendors(t)) {
		text, err := api.OpenAPI(s)
		if err != nil {
			t.Fatal(err)
		}
		systems[s.Name] = text
		operations[s.Name] = named(t, text)
	}
	for name, v := range viewers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			modules := npm.Modules(t)
			if _, err := os.Stat(filepath.Join(modules, v.script)); err != nil {
				t.Skipf("%s is not here: make npm installs it", name)
			}
			mux := http.NewServeMux()
			mux.Handle("/npm/", http.StripPrefix("/npm/", http.FileServer(http.Dir(modules))))
			mux.HandleFunc("/openapi/{system}", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(systems[r.PathValue("system")])
			})
			mux.HandleFunc("/page/{system}", func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><link rel="stylesheet" href="/npm/%s"><div id="app"></div><script>
window.wrong = [];
addEventListener("error", (e) => wrong.push(e.message));
addEventListener("unhandledrejection", (e) => wrong.push(String(e.reason)));
const was = console.error;
console.error = (...list) => { wrong.push(list.map(String).join(" ")); was(...list); };
</script><script src="/npm/%s"></script><script>%s</script>`, v.style, v.script, fmt.Sprintf(v.start, "/openapi/"+r.PathValue("system")))
			})
			server := httptest.NewServer(mux)
			t.Cleanup(server.Close)
			ctx := browse.Open(t, 1280)
			for system, want := range operations {
				var lacks, wrong []string
				var text string
				titles, err := json.Marshal(want)
				if err != nil {
					t.Fatal(err)
				}
				missing := fmt.Sprintf(`((shown) => %s.filter((one) => !shown.some((text) => text.includes(one))))([...document.querySelectorAll(%q)].map((e) => e.textContent))`, titles, v.titles)
				browse.Do(ctx, t, chromedp.Navigate(server.URL+"/page/"+system))
				lost := chromedp.Run(ctx, chromedp.Poll(missing+".length === 0", nil, chromedp.WithPollingTimeout(time.Minute)))
				browse.Do(ctx, t, chromedp.Evaluate(missing, &lacks), chromedp.Evaluate(`window.wrong`, &wrong), chromedp.Evaluate(`document.body.innerText.slice(0, 1500)`, &text))
				if lost != nil || len(wrong) > 0 {
					t.Errorf("%s: %q are not drawn, errors %q:\n%s", system, lacks, wrong, text)
				}
			}
		})
	}
}

// named are the summaries of what a description has: its operations and webhooks.
func named(t *testing.T, text []byte) []string {
	t.Helper()
	doc := parsed(t, text)
	var out []string
	for _, items := range []map[string]*openapi3.PathItem{doc.Paths.Map(), doc.Webhooks} {
		for _, item := range items {
			for _, o := range item.Operations() {
				out = append(out, o.Summary)
			}
		}
	}
	return out
}
