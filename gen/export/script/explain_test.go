package script_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/gen/export/script"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

const explainDriver = `
const tasks = JSON.parse(require("fs").readFileSync(0, "utf8"));
const programs = new Map();
console.log(JSON.stringify(tasks.map((t) => {
  if (!programs.has(t.program)) programs.set(t.program, new Function("require", t.program + "\nreturn { seal, open, explain };")(require));
  try {
    const p = programs.get(t.program);
    let request = t.request;
    if (!request) {
      const m = p.seal(t.call, t.keys).message;
      request = { method: m.method, url: m.scheme + "://" + m.host + m.path + (m.query ? "?" + m.query : ""), headers: m.headers, body: m.body };
    }
    const m = p.explain(request, t.with, t.own);
    return { request, lost: m.lost || "", bad: m.explained.filter((one) => !one.holds && !one.only).map((one) => one.name + ": " + one.why), lines: m.explained.length };
  } catch (e) {
    return { error: e.stack };
  }
})));
`

// explained is a request with what the script says of it.
type explained struct {
	Error, Lost string
	Bad         []string
	Lines       int
	Request     struct {
		Method, URL, Body string
		Headers           map[string]string
	}
}

// TestExplain explains requests as the server does: those of every protocol as they were
// sealed, with another key, and with a body in which a byte was changed.
func TestExplain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	type round struct {
		f    *file
		one  *trip
		keys map[string]string
	}
	var rounds []round
	var tasks []map[string]any
	for _, f := range protocols(t) {
		p, err := script.Traced(f.p)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Explains() {
			t.Logf("%s cannot be explained by a script", f.name)
			continue
		}
		text := p.Both()
		for i := range f.Trips {
			one := &f.Trips[i]
			if one.Push {
				continue
			}
			values := map[string]string{}
			for name, text := range one.Values {
				values[name] = text
			}
			if f.program.Token != "" && f.Token != "" {
				values[f.program.Token] = f.Token
			}
			var draft *message.Message
			if one.Draft != "" {
				draft = parse(t, one.Draft)
			}
			own := map[string]any{"app": f.App, "interface": one.Interface, "now": now.UnixMilli()}
			sealed := f.sealing(one.Interface, "20261128062500000001", one.Payload, draft, now, values, f.keys)
			other := map[string]string{}
			for name, text := range f.keys {
				if !strings.Contains(text, "PRIVATE KEY") {
					text = strings.Map(func(r rune) rune { // of the same length and alphabet
						if r == 'a' || r == '1' {
							return r + 1
						}
						return r
					}, text)
				}
				other[name] = text
			}
			for n, keys := range []map[string]string{f.keys, other} {
				if n > 0 && i > 0 {
					continue
				}
				rounds = append(rounds, round{f, one, keys})
				tasks = append(tasks, map[string]any{"program": text, "call": sealed.Call, "keys": f.keys, "with": keys, "own": own})
			}
		}
	}
	if len(rounds) < 130 {
		t.Fatalf("only %d requests", len(rounds))
	}
	var list []explained
	npm.Run(t, explainDriver, tasks, &list)
	taken, refused := 0, 0
	for i, r := range list {
		f, one := rounds[i].f, rounds[i].one
		if r.Error != "" {
			t.Errorf("%s/%s: %s", f.name, one.Name, r.Error)
			continue
		}
		a, err := f.p.Call.Admit(t.Context(), protocol.Incoming{Message: r.message(t), Interface: one.Interface}, f.side(t, rounds[i].keys, now))
		if err == nil {
			a.Release()
			taken++
		} else {
			refused++
		}
		if holds := r.Lost == "" && len(r.Bad) == 0; holds != (err == nil) {
			t.Errorf("%s/%s: the script says %q %q, the server %v", f.name, one.Name, r.Lost, r.Bad, err)
		}
	}
	if taken < 100 || refused < 30 {
		t.Errorf("%d requests were taken and %d refused", taken, refused)
	}
}

// message is the request on the wire.
func (r *explained) message(t *testing.T) *message.Message {
	t.Helper()
	scheme, rest, _ := strings.Cut(r.Request.URL, "://")
	host, target, _ := strings.Cut(rest, "/")
	var head bytes.Buffer
	head.WriteString(r.Request.Method + " /" + target + "\nHost: " + host + "\n")
	for name, text := range r.Request.Headers {
		head.WriteString(name + ": " + string(fromBinary(text)) + "\n")
	}
	m := parse(t, head.String()+"\n")
	m.Scheme, m.Body = scheme, fromBinary(r.Request.Body)
	return m
}
