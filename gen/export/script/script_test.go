package script_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/gen/export/script"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// parse reads a message as it stands on the wire.
func parse(t *testing.T, text string) *message.Message {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimRight(head, "\n"), "\n")
	m := &message.Message{Header: http.Header{}, Scheme: "https", Body: []byte(body)}
	target := ""
	m.Method, target, _ = strings.Cut(lines[0], " ")
	m.Path, m.Query, _ = strings.Cut(target, "?")
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			m.Host = value
			continue
		}
		m.Header.Add(name, value)
	}
	return m
}

// dump is the reverse.
func dump(m *message.Message) string {
	var h bytes.Buffer
	_ = m.Header.Write(&h)
	target := m.Path
	if m.Query != "" {
		target += "?" + m.Query
	}
	return m.Method + " " + target + "\nHost: " + m.Host + "\n" + strings.ReplaceAll(h.String(), "\r\n", "\n") + "\n" + string(m.Body)
}

// task is one call of a program in node.
type task struct {
	Program string            `json:"program"`
	Call    map[string]any    `json:"call,omitempty"`
	Reply   map[string]any    `json:"reply,omitempty"`
	Sent    json.RawMessage   `json:"sent,omitempty"`
	Keys    map[string]string `json:"keys"`
	Now     int64             `json:"now"`
}

// result is what came of it. Bodies are byte strings, as characters.
type result struct {
	Error   string `json:"error"`
	Message struct {
		Method, Scheme, Host, Path, Query, Body string
		Headers                                 map[string]string
		Steps                                   []struct{ Name, What, Text string }
	} `json:"message"`
	Sent    json.RawMessage `json:"sent"`
	OK      bool            `json:"ok"`
	Code    string          `json:"code"`
	Payload string          `json:"payload"`
	Proved  bool            `json:"proved"`
}

const driver = `
const programs = new Map();
const load = (text) => {
  if (!programs.has(text)) programs.set(text, new Function("require", text + "\nreturn { seal, open };")(require));
  return programs.get(text);
};
const run = (t) => {
  try {
    const p = load(t.program);
    if (t.call) {
      const { message, sent } = p.seal(t.call, t.keys);
      const { method, scheme, host, path, query, headers, body, steps } = message;
      return { message: { method, scheme, host, path, query, headers, body, steps }, sent };
    }
    return p.open(t.reply, t.sent, t.keys, t.now);
  } catch (e) {
    return { error: e.stack };
  }
};
const tasks = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(tasks.map(run)));
`

// inNode runs tasks in one process of node.
func inNode(t *testing.T, tasks []task) []result {
	t.Helper()
	var list []result
	npm.Run(t, driver, tasks, &list)
	return list
}

// binary is bytes as a string of JavaScript, a character each.
func binary(b []byte) string {
	r := make([]rune, len(b))
	for i, one := range b {
		r[i] = rune(one)
	}
	return string(r)
}

// fromBinary is the reverse.
func fromBinary(s string) []byte {
	var out []byte
	for _, r := range s {
		out = append(out, byte(r))
	}
	return out
}

// came is the message of a result.
func (r *result) came() *message.Message {
	m := &message.Message{
		Method: r.Message.Method, Scheme: r.Message.Scheme, Host: r.Message.Host, Path: r.Message.Path, Query: r.Message.Query,
		Header: http.Header{}, Body: fromBinary(r.Message.Body),
	}
	for name, value := range r.Message.Headers {
		m.Header.Set(name, value)
	}
	return m
}

// sealing is the task that seals a call; a draft says what the interface does.
func (f *file) sealing(iface, id, payload string, draft *message.Message, now time.Time, values, keys map[string]string) task {
	call := map[string]any{"app": f.App, "interface": iface, "id": id, "payload": payload, "now": now.UnixMilli(), "values": values}
	if draft != nil {
		target := draft.Path
		if draft.Query != "" {
			target += "?" + draft.Query
		}
		headers := map[string]string{}
		for name := range draft.Header {
			headers[name] = draft.Header.Get(name)
		}
		call["method"], call["headers"], call["body"] = draft.Method, headers, string(draft.Body)
		call["url"] = draft.Scheme + "://" + draft.Host + target
	}
	return task{Program: f.both(), Call: call, Keys: keys}
}

// TestTrips seals with the script, admits and replies with the server, and opens with
// the script: success, failure, and a reply in which a byte was changed.
func TestTrips(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	type round struct {
		f *file
		*trip
	}
	var rounds []round
	var tasks []task
	for _, f := range protocols(t) {
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
			rounds = append(rounds, round{f, one})
			tasks = append(tasks, f.sealing(one.Interface, "20261128062500000001", one.Payload, draft, now, values, f.keys))
			if one.File != "" {
				name := binary([]byte("图 \"1\".png"))
				tasks[len(tasks)-1].Call["files"] = []map[string]string{{"name": "file", "file": name, "type": "image/png", "body": binary([]byte(one.File + "\x00\xff\r\n--"))}}
			}
		}
	}
	if len(rounds) < 25 {
		t.Fatalf("only %d trips", len(rounds))
	}
	type opened struct {
		round
		ok, changed bool
		proved      bool
		body        string
	}
	var opens []opened
	var second []task
	early := 0
	for i, r := range inNode(t, tasks) {
		f, one := rounds[i].f, rounds[i].trip
		if r.Error != "" {
			t.Errorf("%s/%s: %s", f.name, one.Name, r.Error)
			continue
		}
		m := r.came()
		a, err := f.p.Call.Admit(t.Context(), protocol.Incoming{Message: m, Interface: one.Interface}, f.side(t, f.keys, now))
		if err != nil {
			t.Errorf("%s/%s: %v\n%s", f.name, one.Name, err, dump(m))
			continue
		}
		if one.Payload != "" && !same(one.Payload, string(a.Payload())) {
			t.Errorf("%s/%s: payload %s, want %s", f.name, one.Name, a.Payload(), one.Payload)
		}
		for _, o := range []protocol.Outcome{
			{OK: true, Code: one.Code, Text: "成功", Payload: []byte(one.Reply), ID: "log-1", Now: now},
			{Code: one.Failure, Text: "失败", ID: "log-2", Now: now},
		} {
			wire, err := f.p.Call.Reply(a, o)
			if err != nil {
				t.Fatal(err)
			}
			headers := map[string]string{}
			for name := range wire.Header {
				headers[name] = wire.Header.Get(name)
			}
			body := bytes.Clone(wire.Body)
			for _, change := range []bool{false, true} {
				if change && len(body) < 3 {
					continue
				}
				sentBody := bytes.Clone(body)
				if change {
					at := bytes.LastIndexAny(sentBody[:len(sentBody)-1], "0123456789abcdefABCDEF")
					if at < 0 {
						continue
					}
					sentBody[at] ^= 1
				}
				opens = append(opens, opened{rounds[i], o.OK, change, f.p.Call.Verified(), string(sentBody)})
				second = append(second, task{
					Program: f.both(), Sent: r.Sent, Keys: f.keys, Now: now.UnixMilli(),
					Reply: map[string]any{"status": wire.Status, "headers": headers, "body": binary(sentBody)},
				})
			}
		}
		a.Release()
		if wire := f.early(t, one, tasks[i], now); wire != nil {
			early++
			headers := map[string]string{}
			for name := range wire.Header {
				headers[name] = wire.Header.Get(name)
			}
			opens = append(opens, opened{rounds[i], false, false, f.p.Call.Verified(), string(wire.Body)})
			second = append(second, task{
				Program: f.both(), Sent: r.Sent, Keys: f.keys, Now: now.UnixMilli(),
				Reply: map[string]any{"status": wire.Status, "headers": headers, "body": binary(wire.Body)},
			})
		}
	}
	if early < 10 {
		t.Errorf("only %d early refusals", early)
	}
	for i, r := range inNode(t, second) {
		o := opens[i]
		switch {
		case o.changed && r.Error == "" && r.Proved:
			t.Errorf("%s/%s: a changed reply was taken: %s", o.f.name, o.Name, o.body)
		case o.changed:
		case r.Error != "":
			t.Errorf("%s/%s: %s\n%s", o.f.name, o.Name, r.Error, o.body)
		case r.OK != o.ok:
			t.Errorf("%s/%s: ok is %t, want %t: %s", o.f.name, o.Name, r.OK, o.ok, o.body)
		case o.ok && o.Reply != "" && !same(o.Reply, r.Payload):
			t.Errorf("%s/%s: payload %s, want %s", o.f.name, o.Name, r.Payload, o.Reply)
		}
	}
}

// early is the refusal of a call that was changed on its way, where the server's own
// client reads it: whoever refuses before a call is proved repeats nothing of it.
func (f *file) early(t *testing.T, one *trip, sealed task, now time.Time) *message.Message {
	t.Helper()
	list := protocol.Secrets{}
	for name, text := range f.keys {
		list[name] = []string{text}
	}
	keys, err := f.p.Keys(f.App, list)
	if err != nil {
		t.Fatal(f.name, err)
	}
	out := protocol.Outgoing{Interface: one.Interface, ID: "20261128062500000001", Payload: []byte(one.Payload), Now: now}
	if out.Values, _ = sealed.Call["values"].(map[string]string); one.Draft != "" {
		out.Draft = parse(t, one.Draft)
	}
	sent, err := f.p.Call.Send(keys, out)
	if err != nil {
		t.Fatal(f.name, err)
	}
	m := *sent.Message
	m.Body = bytes.Clone(m.Body)
	at := bytes.LastIndexAny(m.Body[:max(0, len(m.Body)-1)], "0123456789abcdefABCDEF")
	if at < 0 {
		return nil
	}
	m.Body[at] ^= 1
	a, err := f.p.Call.Admit(t.Context(), protocol.Incoming{Message: &m, Interface: one.Interface}, f.side(t, f.keys, now))
	defer a.Release()
	if err == nil {
		return nil // nothing protects what was changed
	}
	wire, err := f.p.Call.Reply(a, protocol.Outcome{Code: one.Failure, Text: "失败", ID: "log-3", Now: now})
	if err != nil || wire == nil {
		return nil
	}
	if o, err := f.p.Call.Open(t.Context(), sent, wire); err != nil || o.OK {
		return nil
	}
	return &message.Message{Status: wire.Status, Header: wire.Header.Clone(), Body: bytes.Clone(wire.Body)}
}

// same compares JSON.
func same(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	one, _ := json.Marshal(x)
	two, _ := json.Marshal(y)
	return bytes.Equal(one, two)
}

// TestKnownAnswers seals the messages of the known answers: they are the same, byte for
// byte, of the program that notes its steps, too.
func TestKnownAnswers(t *testing.T) {
	t.Parallel()
	var want []string
	var names []string
	var tasks []task
	for _, f := range protocols(t) {
		for _, v := range f.Vectors {
			if v.Push || v.Send == nil {
				continue
			}
			keys := map[string]string{}
			for _, list := range []map[string]string{f.keys, v.Keys} {
				for name, text := range list {
					keys[name] = text
				}
			}
			own := *f
			if v.App != "" {
				own.App = v.App
			}
			var draft *message.Message
			if v.Send.Draft != "" {
				draft = parse(t, v.Send.Draft)
			}
			names = append(names, f.name+"/"+v.Name)
			want = append(want, dump(parse(t, v.Message)))
			tasks = append(tasks, own.sealing(v.Send.Interface, v.Send.ID, v.Send.Payload, draft, v.At, v.Send.Values, keys))
			program, err := script.Traced(f.p)
			if err != nil {
				t.Fatal(err)
			}
			own.text = program.Both()
			names, want = append(names, f.name+"/"+v.Name+", traced"), append(want, want[len(want)-1])
			tasks = append(tasks, own.sealing(v.Send.Interface, v.Send.ID, v.Send.Payload, draft, v.At, v.Send.Values, keys))
		}
	}
	if len(tasks) < 10 {
		t.Fatalf("only %d known answers", len(tasks))
	}
	steps := map[bool]int{}
	for i, r := range inNode(t, tasks) {
		steps[i%2 == 1] += len(r.Message.Steps)
		if r.Error != "" {
			t.Errorf("%s: %s", names[i], r.Error)
		} else if got := dump(r.came()); got != want[i] {
			t.Errorf("%s:\n%s\nwant\n%s", names[i], got, want[i])
		}
	}
	if steps[false] > 0 || steps[true] < len(tasks) {
		t.Errorf("steps noted: %v", steps)
	}
}
