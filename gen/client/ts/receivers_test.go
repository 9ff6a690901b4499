package ts_test

import (
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
  let now = 0, fails = false, handled = 0;
  for (const cmd of noted) handlers[cmd] = async () => {
    handled++;
    if (fails) throw new Error("not now");
  };
  const receiver = new m[name + "Receiver"]({ app, now: () => now }, keys, handlers);
  for (const p of pushes) {
    [now, fails, handled] = [p.now, p.fails, 0];
    const a = await receiver.handle({ method: p.method, url: p.url, headers: p.headers, body: Buffer.from(p.body, "base64") });
    out.push({ status: a.status, type: a.headers["Content-Type"], allow: a.headers["Allow"], body: Buffer.from(a.body).toString("base64"), handled });
  }
  return out;
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); }, (e) => { console.error(e); process.exit(1); });
`

// holdReceiver sends a receiver what its system's server, or somebody else, sends, and holds its
// answers to those of the receiver in Go.
func holdReceiver(t *testing.T, s *spec.System, dir string) {
	t.Helper()
	all := trial.Pushes(t, s)
	var pushes []map[string]any
	for _, p := range all {
		pushes = append(pushes, map[string]any{
			"method": p.Method, "url": p.URL, "headers": p.Headers, "body": p.Body, "fails": p.Fails, "now": p.Now.UnixMilli(),
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
