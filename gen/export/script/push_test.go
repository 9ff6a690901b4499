package script_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/gen/export/script"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// pushDriver takes notifications and answers each twice: as carried out, and as failed. One
// that is refused is answered as failed.
const pushDriver = `
const programs = new Map();
const load = (text) => {
  if (!programs.has(text)) programs.set(text, new Function("require", text + "\nreturn { takePush, answerPush };")(require));
  return programs.get(text);
};
const run = (t) => {
  const p = load(t.program);
  const out = { answers: [] };
  let taken;
  try {
    taken = p.takePush(t.message, t.keys, t.own);
    out.payload = decodeURIComponent(escape(taken.values.payload || ""));
  } catch (e) {
    if (!e.taken) throw e;
    taken = e.taken;
    out.error = e.message;
    out.refusal = e.refusal;
  }
  for (const o of t.outcomes) if (!out.error || !o.ok) out.answers.push(p.answerPush(taken, o, t.keys, t.own.now));
  return out;
};
console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0, "utf8")).map(run)));
`

type pushTask struct {
	Program  string            `json:"program"`
	Message  map[string]any    `json:"message"`
	Keys     map[string]string `json:"keys"`
	Own      map[string]any    `json:"own"`
	Outcomes []map[string]any  `json:"outcomes"`
}

type pushResult struct {
	Error, Payload string
	Refusal        string
	Answers        []*struct {
		Status  int
		Headers map[string]string
		Body    string
	}
}

// pushing are the files whose notifications a script can take, with the programs.
func pushing(t *testing.T) map[*file]string {
	t.Helper()
	all, err := filepath.Glob("../../../runtime/protocol/testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[*file]string{}
	for _, path := range all {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f := &file{name: strings.TrimSuffix(filepath.Base(path), ".yaml"), keys: map[string]string{}}
		if err := yaml.Unmarshal(raw, f); err != nil {
			t.Fatal(err)
		}
		d, problems := declare.Read(&f.Protocol)
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		if f.p, err = protocol.Compile(d); err != nil {
			t.Fatal(err)
		}
		if f.p.Push == nil {
			continue
		}
		program, err := script.Whole(f.p)
		if f.name == "fawry" && err != nil && err.Error() == "request.values.items: step member cannot be carried out by a script" {
			continue
		}
		if f.name == "qqbot" { // its pair is made of a secret
			if want := "push.variants[1].answer.values.echo: step ed25519-seed cannot be carried out by a script"; err == nil || err.Error() != want {
				t.Errorf("qqbot: %v, want %s", err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		for _, list := range []map[string]string{f.Keys, f.System} {
			for name, text := range list {
				if kind, ok := strings.CutPrefix(text, "generate "); ok {
					text = pairs(t, kind+name, kind)
				}
				f.keys[name] = text
			}
		}
		out[f] = program.All("")
	}
	return out
}

// TestPushes sends notifications with the server, takes and answers them with the
// script, and opens the answers with the server. A changed message is refused.
func TestPushes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	type round struct {
		f       *file
		one     *trip
		sent    *protocol.Sent
		changed bool
	}
	var rounds []round
	var tasks []pushTask
	for f, program := range pushing(t) {
		secrets := protocol.Secrets{}
		for name, text := range f.keys {
			secrets[name] = []string{text}
		}
		keys, err := f.p.Keys(f.App, secrets)
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Trips {
			one := &f.Trips[i]
			if !one.Push {
				continue
			}
			draft := &message.Message{Method: "POST", Path: "/", Header: http.Header{}, Scheme: "https", Host: "here.example"}
			if one.Draft != "" {
				draft = parse(t, one.Draft)
			}
			sent, err := f.p.Push.Send(keys, protocol.Outgoing{Interface: one.Interface, ID: "20261128062500000001", Payload: []byte(one.Payload), Draft: draft, Now: now, Values: one.Values})
			if err != nil {
				t.Fatal(f.name, err)
			}
			m := sent.Message
			headers := map[string]string{}
			for name := range m.Header {
				headers[name] = m.Header.Get(name)
			}
			url := m.Scheme + "://" + m.Host + m.Path
			if m.Query != "" {
				url += "?" + m.Query
			}
			for _, changed := range []bool{false, true} {
				body, url := bytes.Clone(m.Body), []byte(url)
				if changed {
					part := body[:max(0, len(body)-1)]
					if len(body) == 0 {
						part = url // all that it says is there
					}
					at := bytes.LastIndexAny(part, "0123456789abcdefABCDEF")
					if at < 0 || slices.Contains(f.Unsigned, "body") {
						continue
					}
					part[at] ^= 1
				}
				rounds = append(rounds, round{f, one, sent, changed})
				tasks = append(tasks, pushTask{
					Program: program, Keys: f.keys, Own: map[string]any{"app": f.App, "now": now.UnixMilli(), "interface": one.Interface},
					Message: map[string]any{"method": m.Method, "url": string(url), "headers": headers, "body": binary(body)},
					Outcomes: []map[string]any{
						{"ok": true, "code": one.Code, "text": "成功", "payload": one.Reply}, {"ok": false, "code": one.Failure, "text": "失败"},
					},
				})
			}
		}
	}
	if len(rounds) < 16 {
		t.Fatalf("only %d notifications", len(rounds))
	}
	var results []pushResult
	npm.Run(t, pushDriver, tasks, &results)
	for i, r := range results {
		f, one := rounds[i].f, rounds[i].one
		name := f.name + "/" + one.Name
		if rounds[i].changed {
			if r.Error == "" && f.p.Push.Verified() {
				t.Errorf("%s: a changed notification was taken", name)
			}
			continue
		}
		if r.Error != "" {
			t.Errorf("%s: %s (%s)", name, r.Error, r.Refusal)
			continue
		}
		if !same(one.Payload, r.Payload) {
			t.Errorf("%s: payload %s, want %s", name, r.Payload, one.Payload)
		}
		for n, a := range r.Answers {
			m := &message.Message{Status: a.Status, Header: http.Header{}, Body: fromBinary(a.Body)}
			for header, value := range a.Headers {
				m.Header.Set(header, value)
			}
			opened, err := f.p.Push.Open(t.Context(), rounds[i].sent, m)
			if err != nil {
				t.Errorf("%s: answer %d: %v\n%s", name, n, err, dump(m))
			} else if opened.OK != (n == 0) {
				t.Errorf("%s: answer %d is ok: %t\n%s", name, n, opened.OK, dump(m))
			}
		}
	}
}
