package fire_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/call"
	"github.com/jiekou-dev/jiekou/gen/export/collection"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// brunoDriver runs the requests of folders of Bruno with their scripts, as Bruno does: what
// scripts see is as in its manual, and the header that is set last stands.
const brunoDriver = `
const vm = require("vm");
const runs = JSON.parse(require("fs").readFileSync(0, "utf8"));
const block = (text, name) => {
  const found = text.match(new RegExp("(?:^|\\n)" + name + " \\{\\n([\\s\\S]*?)\\n\\}"));
  return found ? found[1].replace(/^  /gm, "") : "";
};
async function send(one, file) {
  const name = file.match(/name: (.*)/)[1];
  const [, method, url] = file.match(/\n(get|post|put|delete|patch) \{\n  url: (.*)/);
  const lines = block(file, "headers").split("\n").filter(Boolean).map((line) => line.split(/: (.*)/));
  const own = { method: method.toUpperCase(), url, body: block(file, "body:json"), headers: Object.fromEntries(lines) };
  if (own.body) own.headers["content-type"] = "application/json";
  const bru = {
    getEnvVar: () => "", getCollectionVar: (key) => one.variables[key], getVar: (key) => one.variables[key],
    setVar: (key, value) => { one.variables[key] = value; }, interpolate: (text) => text.replace(/\{\{(\w+)\}\}/g, (_, key) => one.variables[key] || ""),
  };
  const req = {
    getName: () => name, getBody: () => own.body, getHeaders: () => own.headers, getMethod: () => own.method, getUrl: () => own.url,
    setMethod: (m) => { own.method = m; }, setUrl: (u) => { own.url = u; }, setBody: (b) => { own.body = b; }, disableParsingResponseJson() {},
    setHeader: (key, value) => {
      for (const other of Object.keys(own.headers)) if (other.toLowerCase() === key.toLowerCase()) delete own.headers[other];
      own.headers[key] = value;
    },
  };
  const sandbox = { bru, req, console: { log() {} }, Buffer, TextEncoder, TextDecoder, URL, crypto: globalThis.crypto };
  const run = (name) => vm.runInNewContext("(function () {" + block(one.files["collection.bru"], name) + "\n})()", sandbox);
  const failures = [];
  let passed = 0;
  try {
    run("script:pre-request");
    const reply = await fetch(own.url, { method: own.method, headers: own.headers, body: own.method === "GET" ? undefined : own.body || undefined });
    const text = await reply.text();
    sandbox.res = { getHeaders: () => Object.fromEntries(reply.headers), getBody: () => text, getStatus: () => reply.status };
    sandbox.test = (title, act) => { try { act(); passed++; } catch (e) { failures.push(name + ": " + title + ": " + e.message); } };
    run("tests");
  } catch (e) {
    failures.push(name + ": " + e.message);
  }
  return { failures, passed };
}
(async () => {
  const out = [];
  for (const one of runs) for (const name of one.order) out.push(await send(one, one.files[name]));
  console.log(JSON.stringify(out));
})();
`

// brunoRun is a folder of Bruno, what its variables hold, and the requests in their order.
type brunoRun struct {
	Files     map[string]string `json:"files"`
	Variables map[string]string `json:"variables"`
	Order     []string          `json:"order"`
}

// brunoOf is the folder of a system.
func brunoOf(t *testing.T, s *spec.System, variables map[string]string) brunoRun {
	t.Helper()
	set, err := call.Of(s)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := collection.Bruno(set)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	out := brunoRun{Files: map[string]string{}, Variables: variables}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out.Files[strings.TrimPrefix(f.Name, s.Name+"/")] = string(text)
	}
	for _, c := range set.Calls {
		out.Order = append(out.Order, c.Interface.Group.Name+"/"+c.Interface.Cmd+".bru")
	}
	return out
}

// TestBruno runs the requests of the exported folders for Bruno against mocks. Where calls
// carry a token, the login's script keeps it for those that come after; before it they say
// what to send first.
func TestBruno(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	gate := trial.NewGate(t)
	login := brunoOf(t, gate.System, map[string]string{"baseUrl": gate.URL, "app": trial.App, "secret": trial.Key})
	first := login.Order[0]
	login.Order = append([]string{"pass/pass_get.bru"}, login.Order...)
	runs := []brunoRun{login}
	for _, s := range set.Systems {
		p, err := bind.Protocol(s)
		if err != nil {
			t.Fatal(err)
		}
		app, err := tamper.Example(p, "300", nil)
		if err != nil {
			t.Fatal(err)
		}
		variables := app.Texts()
		variables["baseUrl"], variables["app"] = mocked(t, s, app), app.ID
		runs = append(runs, brunoOf(t, s, variables))
	}
	var results []struct {
		Failures []string
		Passed   int
	}
	npm.Run(t, brunoDriver, runs, &results)
	if early := results[0].Failures; first != "auth/auth_token.bru" || len(early) != 1 || !strings.Contains(early[0], "请先发送登录请求 auth_token") {
		t.Errorf("before the login, which is %s: %q", first, early)
	}
	for n, r := range results[1:] {
		if len(r.Failures) > 0 || r.Passed < 2 {
			t.Errorf("request %d: %d passed, %q", n, r.Passed, r.Failures)
		}
	}
}
