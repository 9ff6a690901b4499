package ts_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/mock/mocktest"
)

// holdTrial calls everything of the system that is hard for languages, whose server gives
// back what it was sent, from a machine that is in another zone.
func holdTrial(t *testing.T, s *spec.System, dir string) {
	t.Helper()
	server := trial.Server(t, s)
	payloads := map[string]string{}
	for _, i := range s.Interfaces {
		payloads[methodOf(i.Cmd)] = trial.Payload(t, i)
	}
	var out struct{ Replies, Wrong map[string]string }
	npm.Run(t, `
const [dir, url, app, key, payloads] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = async () => {
  const m = await import("file://" + dir + "/index.js");
  const { decode, encode } = await import("file://" + dir + "/values.js");
  const out = { Replies: {}, Wrong: {} };
  for (const [method, payload] of Object.entries(payloads)) {
    const name = m[method + "CallFields"] ? method + "Call" : method; // what every object has
    const call = async (key) => (await new m.BaseClient({ url, app }, { class: key }))[name](decode(m[name + "Fields"], payload));
    out.Replies[method] = await call(key).then((reply) => encode(m[name + "Reply"], reply), String);
    out.Wrong[method] = await call("another").then(() => "", (e) => e.name);
  }
  return out;
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); }, (e) => { console.error(e); process.exit(1); });
`, []any{dir, server.URL, trial.App, trial.Key, payloads}, &out)
	for method, payload := range payloads {
		if out.Replies[method] != payload {
			t.Errorf("%s: sent %s\nread %s", method, payload, out.Replies[method])
		}
		if out.Wrong[method] != "RefusedError" && out.Wrong[method] != "ForgedReplyError" {
			t.Errorf("%s: with another key: %q", method, out.Wrong[method])
		}
	}
	holdTimes(t, dir, trial.Moments())
}

// holdTimes reads times in the zone of a system, and writes them, on a machine in another zone.
func holdTimes(t *testing.T, dir string, times map[string]string) {
	t.Helper()
	var out map[string]string
	npm.Run(t, `
process.env.TZ = "America/New_York";
const [dir, texts] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = async () => {
  const { timeOf, timeText } = await import("file://" + dir + "/index.js");
  const read = (text) => {
    try {
      return timeOf(text).getTime() + " " + timeText(timeOf(text), "yyyyMMddHHmmss");
    } catch (e) {
      return "";
    }
  };
  return Object.fromEntries(texts.map((text) => [text, read(text)]));
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); }, (e) => { console.error(e); process.exit(1); });
`, []any{dir, slices.Sorted(maps.Keys(times))}, &out)
	for text, want := range times {
		if out[text] != want {
			t.Errorf("%s is %q, want %q", text, out[text], want)
		}
	}
}

// holdNames sends every row of names that languages do not tell apart, and reads it back.
func holdNames(t *testing.T, s *spec.System, dir string) {
	t.Helper()
	var out struct{ Reply, Mock, Wrong string }
	npm.Run(t, `
const [dir, name, url, mock, app, keys, payload, long] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = async () => {
  const m = await import("file://" + dir + "/index.js");
  const { decode, encode } = await import("file://" + dir + "/values.js");
  const client = new m[name]({ url, app }, keys);
  const Reply = encode(m.orderAddReply, await client.orderAdd(decode(m.orderAddFields, payload)));
  const Mock = encode(m.orderAddReply, await new m[name]({ url: mock, app }, keys).orderAdd(decode(m.orderAddFields, payload)));
  const Wrong = await client.orderAdd(decode(m.orderAddFields, long)).then(String, (e) => e.problems.map((p) => p.field + " " + p.rule).join());
  return { Reply, Mock, Wrong };
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); }, (e) => { console.error(e, e.problems); process.exit(1); });
`, []any{dir, spec.GoName(s.Name) + "Client", trial.Server(t, s).URL, mocktest.URL(t, s, trial.App, trial.Keys(s)), trial.App, trial.Keys(s), trial.Echo, trial.Long}, &out)
	if !same(out.Reply, trial.Echo) {
		t.Errorf("sent %s\nread %s", trial.Echo, out.Reply)
	}
	if !json.Valid([]byte(out.Mock)) {
		t.Errorf("the mock answers %s", out.Mock)
	}
	if out.Wrong != "big length" {
		t.Errorf("%s: %s", trial.Long, out.Wrong)
	}
	if s.Zone == "America/St_Johns" {
		holdTimes(t, dir, trial.Skipped())
	}
}

// holdRules holds what a client finds wrong with requests to what the server finds.
func holdRules(t *testing.T, s *spec.System, dir string) {
	t.Helper()
	judged := trial.Judged(t, s)
	payloads := slices.Sorted(maps.Keys(judged))
	var out []string
	npm.Run(t, `
const [dir, payloads] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const run = async () => {
  const m = await import("file://" + dir + "/index.js");
  const { decode } = await import("file://" + dir + "/values.js");
  const { problemsOf } = await import("file://" + dir + "/client.js");
  return payloads.map((one) => problemsOf(m.putFields, decode(m.putFields, one)).map((p) => p.field + " " + p.rule).join(", "));
};
run().then((out) => { console.log(JSON.stringify(out)); process.exit(0); }, (e) => { console.error(e, e.problems); process.exit(1); });
`, []any{dir, payloads}, &out)
	for n, payload := range payloads {
		if out[n] != judged[payload] {
			t.Errorf("%s: %q, want %q", payload, out[n], judged[payload])
		}
	}
}
