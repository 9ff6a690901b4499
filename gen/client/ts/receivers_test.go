package ts_test

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/spec"
)

const receiving = `
const [dir, name, app, keys, noted, pushes] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = async () => {
  const m = await import("file://" + dir + "/index.js");
  const handlers = {}, out = [];
  let now = 0, fails = false, slow = false, handled = 0;
  for (const cmd of noted) handlers[cmd] = async () => {
    handled++;
    if (slow) await new Promise((done) => setTimeout(done, 4000));
    if (fails) throw new Error("not now");
  };
  const receiver = new m[name + "Receiver"]({ app, timeout: 2000, now: () => now }, keys, handlers);
  for (const p of pushes) {
    [now, fails, slow, handled] = [p.now, p.fails, p.slow, 0];
    const a = await receiver.handle({ method: p.method, url: p.url, headers: p.headers, body: Buffer.from(p.body, "base64") });
    out.push({ status: a.status, type: a.headers["Content-Type"], allow: a.headers["Allow"], body: Buffer.from(a.body).toString("base64"), handled });
  }
  return out;
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); }, (e) => { console.error(e); process.exit(1); });
`

const limiting = `
const [dir, name, app, keys, method, sample, urls] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = async () => {
  const m = await import("file://" + dir + "/index.js");
  const values = await import("file://" + dir + "/values.js");
  const out = [];
  for (const url of urls) {
    const client = new m[name + "Client"]({ url, app, timeout: url.endsWith("/drip") ? 1000 : undefined }, keys);
    const start = Date.now();
    const e = await client[method](values.decode(m[method + "Fields"], sample)).catch((one) => one);
    out.push({ error: e.name, message: e.message, took: Date.now() - start, shown: require("util").inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client) });
  }
  return out;
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); }, (e) => { console.error(e); process.exit(1); });
`

// holdLimits calls servers whose replies do not end, and looks at what is shown of a client.
func holdLimits(t *testing.T, s *spec.System, dir string) {
	t.Helper()
	slow := trial.Slow(t)
	i := s.Interfaces[0]
	keys := map[string]string{"class": "the-secret-key"}
	var out []struct {
		Error, Message, Shown string
		Took                  int
	}
	npm.Run(t, limiting, []any{dir, spec.GoName(s.Name), trial.App, keys, methodOf(i.Cmd), trial.Payload(t, i), []string{slow.URL + "/drip", slow.URL + "/huge"}}, &out)
	if out[0].Error != "NoReplyError" || out[0].Took > 15_000 {
		t.Errorf("a reply that does not end: %+v", out[0])
	}
	if kind, text := trial.Told(t, s, keys, slow.URL+"/huge", i.Cmd, trial.Payload(t, i)); out[1].Error != kind || out[1].Message != text {
		t.Errorf("a reply that is too large: %+v, want %s %s", out[1], kind, text)
	}
	if strings.Contains(out[0].Shown, keys["class"]) {
		t.Errorf("a client shows its keys: %s", out[0].Shown)
	}
}

// holdReceiver sends a receiver what its system's server, or somebody else, sends, and holds its
// answers to those of the receiver in Go.
func holdReceiver(t *testing.T, s *spec.System, dir string) {
	t.Helper()
	all := trial.Pushes(t, s)
	var pushes []map[string]any
	for _, p := range all {
		pushes = append(pushes, map[string]any{
			"method": p.Method, "url": p.URL, "headers": p.Headers, "body": p.Body, "fails": p.Fails, "slow": p.Slow, "now": p.Now.UnixMilli(),
		})
	}
	var got []trial.Answered
	npm.Run(t, receiving, []any{dir, spec.GoName(s.Name), trial.App, trial.PushKeys(), trial.Noted(s), pushes}, &got)
	for n, p := range all {
		if why := p.Differs(got[n]); why != "" {
			t.Error(why)
		}
	}
}
