package ts_test

import (
	"path/filepath"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/spec"
)

// loginDriver calls at once and one after the other, with tokens that are good, ended and
// foreign, and tells how many logins and calls came.
const loginDriver = `
const run = async (t) => {
  const m = await import("file://" + t.dir + "/index.js");
  let now = Date.now();
  const out = {};
  const to = (keys) => new m.GateClient({ url: t.url, app: t.app, now: () => now }, { secret: t.key, ...keys });
  const count = async () => (await fetch(t.url + "/count")).text();
  const calls = async (name, client, times) => {
    const all = await Promise.all(Array.from({ length: times }, (_, n) => client.passGet({ id: String(n) })));
    out[name] = (await count()) + " " + all.map((one) => one.id).join("");
  };
  const client = to({});
  await calls("first", client, 5);
  await calls("good", client, 2);
  await fetch(t.url + "/end");
  await calls("ended", client, 5);
  now += 7141_000;
  await calls("over", client, 3);
  await calls("given", to({ accessToken: "old" }), 3);
  await client.gateList({ id: "1" });
  out.without = await count();
  out.wrong = await to({ secret: "another" }).passGet({ id: "1" }).then(() => "", (e) => e.name + " " + e.cmd + " " + e.code);
  return out;
};
run(JSON.parse(require("fs").readFileSync(0, "utf8"))).then((out) => console.log(JSON.stringify(out)), (e) => {
  console.error(e);
  process.exit(1);
});
`

// TestLogin: the client gets its token itself, once for all that wait.
func TestLogin(t *testing.T) {
	t.Parallel()
	gate := trial.NewGate(t)
	dir := filepath.Join(compiled(t, []*spec.System{gate.System}), gate.System.Name)
	got := map[string]string{}
	npm.Run(t, loginDriver, map[string]string{"dir": dir, "url": gate.URL, "app": trial.App, "key": trial.Key}, &got)
	for name, want := range map[string]string{
		"first": "1 5 01234", "good": "0 2 01", "ended": "1 5 01234", "over": "1 3 012", "given": "1 3 012", "without": "0 1", "wrong": "RefusedError auth_token 40100",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}
