package fire_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/gen/export/collection"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/mock/mocktest"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// newmanDriver runs collections one after the other and tells what came of each.
const newmanDriver = `
const newman = require("newman");
const runs = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = (one) => new Promise((done) => {
  const envVar = Object.entries(one.variables).map(([key, value]) => ({ key, value }));
  newman.run({ collection: JSON.parse(one.collection), envVar, timeoutRequest: 20000, timeoutScript: 20000 }, (error, summary) => {
    if (error) return done({ name: one.name, failures: [String(error)] });
    const failures = summary.run.failures.map((f) => f.source.name + ": " + f.error.message);
    done({ name: one.name, failures, requests: summary.run.stats.requests.total, assertions: summary.run.stats.assertions.total });
  });
});
(async () => {
  const out = [];
  for (const one of runs) out.push(await run(one));
  console.log(JSON.stringify(out));
})();
`

// newmanRun is a collection with what its variables hold.
type newmanRun struct {
	Name       string            `json:"name"`
	Collection string            `json:"collection"`
	Variables  map[string]string `json:"variables"`
	calls      int
	wrong      bool // its key is another one: nothing may pass
}

// collected is the collection of a system.
func collected(t *testing.T, s *spec.System, url string, app tamper.Caller) newmanRun {
	t.Helper()
	set, err := call.Of(s)
	if err != nil {
		t.Fatal(err)
	}
	if set.Gap != nil {
		t.Fatal(set.Gap)
	}
	text, err := collection.Postman(set)
	if err != nil {
		t.Fatal(err)
	}
	variables := app.Texts()
	variables["baseUrl"], variables["app"] = url, app.ID
	return newmanRun{Name: s.Name, Collection: string(text), Variables: variables, calls: len(set.Calls)}
}

// TestCollections runs the exported Postman collections with newman against mocks: those
// of the built-in systems, and of a small system with each of some protocols of the
// engine's tests. Every call is sealed by the collection's script, and its reply opened.
func TestCollections(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	var runs []newmanRun
	add := func(s *spec.System, p *protocol.Protocol, name string) {
		app, err := tamper.Example(p, "300", nil)
		if err != nil {
			t.Fatal(err)
		}
		one := collected(t, s, mocktest.URL(t, s, app.ID, app.Texts()), app)
		one.Name = name
		runs = append(runs, one)
	}
	for _, s := range append(set.Systems, trial.Names(t).Systems[0], trial.System(t, "")) {
		p, err := bind.Protocol(s)
		if err != nil {
			t.Fatal(err)
		}
		add(s, p, s.Name)
	}
	for _, name := range []string{
		"alipay", "aliyun-rpc", "aws-sigv4", "bank-sm", "des-field", "jwt-bearer", "oauth1", "rsa-blocks",
		"soap-token", "taobao-top", "tencent-tc3", "wechat-pay-v2", "wechat-pay-v3",
	} {
		s, p := vendor(t, name)
		add(s, p, name)
	}
	last := runs[0]
	last.Variables = map[string]string{}
	for name, text := range runs[0].Variables {
		last.Variables[name] = text
	}
	last.Variables["appkey"], last.Variables["expectSuccess"], last.wrong = "another", "true", true
	runs = append(runs, last)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was sent, though it could not be sealed", r.Method, r.URL)
	}))
	t.Cleanup(silent.Close)
	keyless := runs[0]
	keyless.Name, keyless.wrong, keyless.Variables = "without a key", true, map[string]string{"baseUrl": silent.URL, "app": "300"}
	runs = append(runs, keyless)
	gate := trial.NewGate(t)
	gated, err := call.Of(gate.System)
	if err != nil {
		t.Fatal(err)
	}
	text, err := collection.Postman(gated)
	if err != nil {
		t.Fatal(err)
	}
	runs = append(runs, newmanRun{
		Name: "with a login", Collection: string(text), Variables: map[string]string{"baseUrl": gate.URL, "app": trial.App, "secret": trial.Key, "expectSuccess": "true"}, calls: len(gated.Calls),
	})
	var results []struct {
		Name                 string
		Failures             []string
		Requests, Assertions int
	}
	npm.Run(t, newmanDriver, runs, &results, "newman")
	for i, r := range results {
		switch {
		case runs[i].wrong && len(r.Failures) == 0:
			t.Errorf("%s: all passes with another key", r.Name)
		case runs[i].wrong:
		case len(r.Failures) > 0:
			t.Errorf("%s: %q", r.Name, r.Failures)
		case r.Name == "with a login":
			if logins, calls := gate.Count(); logins != 2 || calls != len(gated.Calls)-1 || r.Assertions < 2*len(gated.Calls) {
				t.Errorf("%s: %d logins, %d calls, %d assertions; want that of the collection and that of its script", r.Name, logins, calls, r.Assertions)
			}
		case r.Requests != runs[i].calls || r.Assertions < 2*r.Requests:
			t.Errorf("%s: %d requests with %d assertions of %d calls", r.Name, r.Requests, r.Assertions, runs[i].calls)
		}
	}
}

// vendor is a small system with a protocol of the engine's tests.
func vendor(t *testing.T, name string) (*spec.System, *protocol.Protocol) {
	t.Helper()
	raw, err := os.ReadFile("../../runtime/protocol/testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var d declared
	if err := yaml.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	enc := yaml.NewEncoder(&text)
	enc.SetIndent(2)
	if err := enc.Encode(&d.Protocol); err != nil {
		t.Fatal(err)
	}
	p, err := protocol.Parse(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return around(t, &d, p, text.String()), p
}
