package ts_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/client/ts"
	"github.com/jiekou-dev/jiekou/gen/disk"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

func loaded(t *testing.T) *spec.Set {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// compiled writes the clients of systems into folders of their names and compiles them
// with tsc, which must find nothing. It returns the folder of what tsc wrote.
func compiled(t *testing.T, systems []*spec.System) string {
	t.Helper()
	dir := t.TempDir()
	tsc := filepath.Join(npm.Modules(t), "typescript", "bin", "tsc")
	if _, err := os.Stat(tsc); err != nil {
		t.Skip("the npm package typescript is not here: make npm installs it")
	}
	for _, s := range systems {
		files, err := ts.Files(s)
		if err != nil {
			t.Fatal(err)
		}
		starts, err := ts.Starts(s, "./index.js")
		if err != nil {
			t.Fatal(err)
		}
		for cmd, start := range starts {
			files["start-"+cmd+".ts"] = []byte(start)
		}
		if err := disk.WriteAll(filepath.Join(dir, s.Name), files); err != nil {
			t.Fatal(err)
		}
		config := bytes.Replace(files["tsconfig.json"], []byte(`"*.ts"`), []byte(`"*/*.ts"`), 1) // all of them at once
		if err := disk.WriteAll(dir, map[string][]byte{"tsconfig.json": config, "package.json": files["package.json"]}); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "node", tsc, "-p", dir, "--rootDir", dir, "--noUnusedLocals", "--noUnusedParameters").CombinedOutput(); err != nil {
		t.Fatalf("tsc: %v\n%s", err, out)
	}
	return filepath.Join(dir, "dist")
}

// driver calls every interface with its sample, each once; then once where replies are
// changed on their way, once without what is required, and takes notifications.
const driver = `
const http = require("http");
const run = async (t) => {
  const m = await import("file://" + t.dir + "/index.js");
  const values = await import("file://" + t.dir + "/values.js");
  const out = { calls: {}, pushes: [] };
  const told = (e) => ({ error: e.name, message: e.message, problems: e.problems, code: e.code });
  const to = (url) => new m[t.name + "Client"]({ url, app: t.app, values: t.values }, t.keys);
  for (const [method, sample] of Object.entries(t.samples)) {
    const request = values.decode(m[method + "Fields"], sample);
    try {
      out.calls[method] = { reply: values.encode(m[method + "Reply"], await to(t.url)[method](request)) };
    } catch (e) {
      out.calls[method] = told(e);
    }
  }
  const [method, sample] = Object.entries(t.samples)[0];
  const request = values.decode(m[method + "Fields"], sample);
  out.changed = await to(t.changed)[method](request).then(() => ({}), told);
  out.lacking = await to(t.url)[method]({ [Object.keys(request)[0]]: " ".repeat(2), unheard: 1 }).then(() => ({}), told);
  out.based = await to(t.based)[method](request).then(() => ({}), told);
  out.aliens = [];
  for (const url of t.aliens) out.aliens.push(await to(url)[method](request).then(() => ({}), told));
  out.refused = await to(t.refusing)[method](request).then(() => ({}), told);
  if (t.pushes.length) {
    const handlers = {};
    for (const p of t.pushes) handlers[p.cmd] = (n, d) => void out.pushes.push({ cmd: d.cmd, id: d.id, payload: values.encode(m[p.method + "Fields"], n) });
    const server = http.createServer(new m[t.name + "Receiver"]({ app: t.app }, t.keys, handlers).listener());
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    for (const p of t.pushes) {
      p.answers = [];
      for (const body of [p.changed, p.body, p.body]) {
        const response = await fetch("http://127.0.0.1:" + server.address().port + "/", { method: "POST", headers: p.headers, body: Buffer.from(body, "base64") });
        p.answers.push({ status: response.status, body: Buffer.from(await response.arrayBuffer()).toString("base64") });
      }
    }
    server.close();
    out.answers = t.pushes.map((p) => p.answers);
  }
  return out;
};
run(JSON.parse(require("fs").readFileSync(0, "utf8"))).then((out) => {
  console.log(JSON.stringify(out));
  process.exit(0);
}, (e) => {
  console.error(e);
  process.exit(1);
});
`

type told struct {
	Reply, Error, Message, Code string
	Problems                    []struct{ Rule, Field, Code, Message string }
}

type results struct {
	Calls                     map[string]told
	Changed, Lacking, Refused told
	Based                     told
	Aliens                    []told
	Pushes                    []struct{ Cmd, ID, Payload string }
	Answers                   [][]struct {
		Status int
		Body   []byte
	}
}

type push struct {
	Cmd     string            `json:"cmd"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
	Body    []byte            `json:"body"`
	Changed []byte            `json:"changed"`
	sent    *protocol.Sent
	payload []byte
}

type job struct {
	Dir, Name, App, URL string
	Changed, Refusing   string
	Based               string
	Aliens              []string
	Keys, Values        map[string]string
	Samples             map[string]string
	Pushes              []*push
}

func (j *job) MarshalJSON() ([]byte, error) {
	if j.Pushes == nil {
		j.Pushes = []*push{}
	}
	return json.Marshal(map[string]any{
		"dir": j.Dir, "name": j.Name, "app": j.App, "url": j.URL, "changed": j.Changed, "based": j.Based, "aliens": j.Aliens, "refusing": j.Refusing,
		"keys": j.Keys, "values": j.Values, "samples": j.Samples, "pushes": j.Pushes,
	})
}

// serving is a server of a system that answers with samples, or refuses everything.
func serving(t *testing.T, s *spec.System, j *job, refuse bool) *httptest.Server {
	t.Helper()
	handler, err := live.New(live.Config{
		Systems: []*spec.System{s}, Apps: []bind.App{{System: s.Name, ID: j.App, Secrets: j.Keys}},
		Answer: func(_ context.Context, _ *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
			switch {
			case refuse:
				return nil, io.ErrUnexpectedEOF
			case i.Cmd == "order_query":
				return bytes.Clone(payload), nil
			}
			return json.Marshal(example.Object(i.Response))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// below is a server in front of another, which takes a path away.
func below(t *testing.T, of *httptest.Server) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/front/gate", of.Config.Handler))
	t.Cleanup(server.Close)
	return server
}

// methodOf is the method of the client for an interface.
func methodOf(cmd string) string {
	name := spec.GoName(cmd)
	return strings.ToLower(name[:1]) + name[1:]
}

// TestClients compiles the client of each system, calls each of its interfaces, takes its
// notifications, and refuses what was changed on its way.
func TestClients(t *testing.T) {
	t.Parallel()
	names := trial.Names(t).Systems
	systems := append(append(loaded(t).Systems, bare(t)), names...)
	shop, base, ruled := hostile(t, ""), trial.System(t, ""), trial.Ruled(t).Systems[0]
	pushed := trial.Pushed(t).Systems
	all := append(append(systems[:len(systems):len(systems)], shop, base, ruled), pushed...)
	others := vendors(t)
	for _, v := range others {
		all = append(all, v.s)
	}
	dist := compiled(t, all)
	t.Run("vendors", func(t *testing.T) {
		t.Parallel()
		for _, v := range others {
			holdVendor(t, v, filepath.Join(dist, v.s.Name))
		}
	})
	for _, s := range pushed {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			holdReceiver(t, s, filepath.Join(dist, s.Name))
		})
	}
	t.Run("hostile", func(t *testing.T) {
		t.Parallel()
		holdHostile(t, shop, filepath.Join(dist, shop.Name))
	})
	for _, s := range names {
		t.Run("names "+s.Name, func(t *testing.T) {
			t.Parallel()
			holdNames(t, s, filepath.Join(dist, s.Name))
		})
	}
	t.Run("rules", func(t *testing.T) {
		t.Parallel()
		holdRules(t, ruled, filepath.Join(dist, ruled.Name))
	})
	t.Run("trial", func(t *testing.T) {
		t.Parallel()
		holdTrial(t, base, filepath.Join(dist, base.Name))
		holdLimits(t, base, filepath.Join(dist, base.Name))
	})
	for _, s := range systems {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			j := &job{
				Name: spec.GoName(s.Name), App: "300", Samples: map[string]string{}, Values: map[string]string{},
				Keys: map[string]string{"token": "the-token-of-300", "appkey": "the-appkey-of-300", "secret": "the-secret-of-300"},
			}
			j.Dir = filepath.Join(dist, s.Name)
			server := serving(t, s, j, false)
			j.URL, j.Changed, j.Refusing = server.URL, trial.Changing(t, server).URL, serving(t, s, j, true).URL
			j.Based = below(t, server).URL + "/front/gate/"
			aliens := trial.Aliens(t)
			for n := range trial.Alien {
				j.Aliens = append(j.Aliens, fmt.Sprintf("%s/%d", aliens.URL, n))
			}
			j.Aliens = append(j.Aliens, trial.Silent(t))
			wanted := map[string]*spec.Interface{}
			for _, i := range s.Interfaces {
				switch {
				case i.Status == spec.Unimplemented:
				case i.Kind == spec.Notify:
					j.Pushes = append(j.Pushes, pushOf(t, s, i, j))
				default:
					j.Samples[methodOf(i.Cmd)], wanted[methodOf(i.Cmd)] = sampleOf(t, i), i
				}
			}
			var out results
			npm.Run(t, driver, j, &out)
			for method, i := range wanted {
				want, _ := json.Marshal(example.Object(i.Response))
				if got := out.Calls[method]; got.Error != "" || !same(got.Reply, string(want)) {
					t.Errorf("%s: %+v\nwant %s", method, got, want)
				}
			}
			p, err := bind.Protocol(s)
			if err != nil {
				t.Fatal(err)
			}
			if p.Call.Verified() && out.Changed.Error != "ForgedReplyError" {
				t.Errorf("a changed reply: %+v", out.Changed)
			}
			if out.Lacking.Error != "InvalidRequestError" || len(out.Lacking.Problems) == 0 {
				t.Errorf("a request that lacks all: %+v", out.Lacking)
			}
			if out.Refused.Error != "RefusedError" || out.Refused.Code != s.RuleCode("internal") {
				t.Errorf("a refusal: %+v", out.Refused)
			}
			holdAliens(t, s, j, wanted, &out)
			want := ""
			if s.Name == "custservice" || s.Name == "mini" || s.Name == "hard" {
				want = s.RuleCode("auth") // it signs the path, and the one that was sent is another
			}
			if out.Based.Code != want || want == "" && out.Based.Error != "" {
				t.Errorf("below a path of another server: %+v", out.Based)
			}
			holdPushes(t, s, p, j, &out)
		})
	}
}

// holdAliens holds what was made of answers that nobody of the system gives to what the client
// in Go makes of them. The driver makes the first call of those that are sorted by name.
func holdAliens(t *testing.T, s *spec.System, j *job, wanted map[string]*spec.Interface, out *results) {
	t.Helper()
	first := wanted[slices.Sorted(maps.Keys(wanted))[0]]
	silent := out.Aliens[len(trial.Alien)]
	if silent.Error != "NoReplyError" || !strings.HasPrefix(silent.Message, first.Cmd+": no reply: ") {
		t.Errorf("%s: without a server: %+v", first.Cmd, silent)
	}
	for n, url := range j.Aliens[:len(trial.Alien)] {
		kind, text := trial.Told(t, s, j.Keys, url, first.Cmd, sampleOf(t, first))
		if why := trial.Differs(kind, text, out.Aliens[n].Error, out.Aliens[n].Message); why != "" {
			t.Errorf("%s: the answer %+v: %s", first.Cmd, trial.Alien[n], why)
		}
	}
}

// sampleOf is a request with all fields, and the document's own values where it gives some.
func sampleOf(t *testing.T, i *spec.Interface) string {
	t.Helper()
	made, err := json.Marshal(example.Object(i.Request))
	if err != nil {
		t.Fatal(err)
	}
	documented, err := example.Payload(i)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]json.RawMessage{}
	for _, text := range [][]byte{made, documented} {
		if len(text) > 0 && json.Unmarshal(text, &all) != nil {
			t.Fatal(string(text))
		}
	}
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// pushOf is a notification as the server sends it.
func pushOf(t *testing.T, s *spec.System, i *spec.Interface, j *job) *push {
	t.Helper()
	p, err := bind.Protocol(s)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := p.Keys(j.App, protocol.Secrets{"token": {j.Keys["token"]}, "appkey": {j.Keys["appkey"]}, "secret": {j.Keys["secret"]}})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(example.Object(i.Request))
	if err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("100%017d", len(j.Pushes)+1) // as the sender has them
	sent, err := p.Push.Send(keys, protocol.Outgoing{Interface: i.Cmd, ID: id, Payload: payload, Draft: &message.Message{Method: "POST", Path: "/", Header: http.Header{}}, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string]string{}
	for name := range sent.Message.Header {
		headers[name] = sent.Message.Header.Get(name)
	}
	body := bytes.Clone(sent.Message.Body)
	return &push{Cmd: i.Cmd, Method: methodOf(i.Cmd), Headers: headers, Body: body, Changed: trial.Spoiled(body), sent: sent, payload: payload}
}

// holdPushes opens the answers with the server: the changed notification is refused, the
// good one carried out once, and the repeated one answered as done.
func holdPushes(t *testing.T, s *spec.System, p *protocol.Protocol, j *job, out *results) {
	t.Helper()
	if len(out.Pushes) != len(j.Pushes) {
		t.Errorf("%d notifications were carried out, want %d: %+v", len(out.Pushes), len(j.Pushes), out.Answers)
	}
	for n, one := range j.Pushes {
		if n < len(out.Pushes) && !same(out.Pushes[n].Payload, string(one.payload)) {
			t.Errorf("%s took %s, want %s", one.Cmd, out.Pushes[n].Payload, one.payload)
		}
		for k, a := range out.Answers[n] {
			opened, err := p.Push.Open(t.Context(), one.sent, &message.Message{Status: a.Status, Header: http.Header{}, Body: a.Body})
			want := []string{s.RuleCode("auth"), s.Reply.Success, s.RuleCode("repeated")}[k]
			if err != nil || opened.Code != want {
				t.Errorf("%s: answer %d is %s, want %s: %v", one.Cmd, k, a.Body, want, err)
			}
		}
	}
}

// same compares JSON, numbers by their digits.
func same(a, b string) bool {
	read := func(text string) (any, error) {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var v any
		err := dec.Decode(&v)
		return v, err
	}
	x, err1 := read(a)
	y, err2 := read(b)
	one, _ := json.Marshal(x)
	two, _ := json.Marshal(y)
	return err1 == nil && err2 == nil && bytes.Equal(one, two)
}

// TestManual holds the program of docs/clients.md to what is generated.
func TestManual(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range loaded(t).Systems {
		start, err := ts.Start(s, "./"+s.Name+"-client/dist/index.js")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), "```ts\n"+start+"```\n") {
			t.Errorf("docs/clients.md has not the program of %s:\n%s", s.Name, start)
		}
	}
}
