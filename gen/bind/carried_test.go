package bind_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// construct is a member of a shape that documents have, with a value of it.
type construct struct{ name, yaml, value string }

var constructs = []construct{
	{"text", `{type: string, length: 20, required: true, label: 件}`, `"中 a&b=1"`},
	{"number", `{type: int, required: true, label: 件}`, `12`},
	{"moment", `{type: datetime, required: true, label: 件}`, `"2026-11-30 08:00:00"`},
	{"object", `{type: object, required: true, label: 件, fields: {no: {type: string, length: 8, required: true, label: 号}, count: {type: int, label: 数}}}`, `{"no":"a","count":2}`},
	{"objects", `{type: array, required: true, label: 件, fields: {no: {type: string, length: 8, required: true, label: 号}}}`, `[{"no":"a"},{"no":"b"}]`},
	{"one object", `{type: array, required: true, label: 件, fields: {no: {type: string, length: 8, required: true, label: 号}}}`, `[{"no":"a"}]`},
	{"texts", `{type: array, of: string, required: true, label: 件}`, `["a","b"]`},
	{"one number", `{type: array, of: int, required: true, label: 件}`, `[1]`},
	{"map", `{type: map, required: true, label: 件, fields: {no: {type: string, length: 8, required: true, label: 号}}}`, `{"k":{"no":"a"}}`},
	{"packed", `{type: array, of: int, as: text, required: true, label: 件}`, `"[1,2]"`},
}

// carriers are ways in which a message has the members of an interface.
var carriers = map[string]string{
	"json":            `json: "{payload}"`,
	"json among":      `json: {a: "1", "*": "{payload}"}`,
	"json member":     `json: {data: "{payload}"}`,
	"json text":       `json: {data: "{payload|json}"}`,
	"json flat":       `json: {a: "1", "*": "{payload|flat .}"}`,
	"json list":       `json: {data: ["{payload}"]}`,
	"form":            `form: "{payload}"`,
	"form among":      `form: {a: "1", "*": "{payload}"}`,
	"form canonical":  `form: {a: "1", "*": "{payload|canonical}"}`,
	"form flat":       `form: {a: "1", "*": "{payload|flat .}"}`,
	"form member":     `form: {data: "{payload}"}`,
	"form value":      `{form: {a: "1", "*": "{data}"}, values: {data: "{payload}"}}`,
	"form flat value": `{form: {a: "1", "*": "{data}"}, values: {data: {of: "{payload}", by: [flat .]}}}`,
	"query":           `{query: "{payload}", json: {a: "1"}}`,
	"query among":     `{query: {a: "1", "*": "{payload}"}, json: {a: "1"}}`,
	"query flat":      `{query: {a: "1", "*": "{payload|flat [ ]}"}, json: {a: "1"}}`,
	"query member":    `{query: {data: "{payload}"}, json: {a: "1"}}`,
	"header":          `{header: {X-Data: "{payload|base64}"}, json: {a: "1"}}`,
	"multipart":       `multipart: "{payload}"`,
	"multipart among": `multipart: {a: "1", "*": "{payload}"}`,
	"multipart flat":  `multipart: {a: "1", "*": "{payload|flat .}"}`,
	"xml":             `xml: {r: {"*": "{payload}"}}`,
	"xml member":      `xml: {r: {data: "{payload}"}}`,
	"xml text":        `text: "<r a='1'>{payload|xml body}</r>"`,
	"text":            `text: "{payload|base64}"`,
	"pairs":           `{text: "{pairs}", values: {pairs: {of: {a: "1", "*": "{payload}"}, pair: "{name}={value}", join: "&"}}}`,
	"pairs flat":      `{text: "{pairs}", values: {pairs: {of: {a: "1", "*": "{payload|flat .}"}, pair: "{name}={value}", join: "&"}}}`,
	"tree":            `{json: {data: "{box|base64}"}, values: {box: {of: {a: "1", "*": "{payload}"}}}}`,
}

// TestCarried holds that a message that check lets pass can be sent and is taken, whatever
// the shape of its members and wherever the message has them.
func TestCarried(t *testing.T) {
	t.Parallel()
	for carrier, message := range carriers {
		for _, way := range []string{"request", "form request", "response", "push", "answer"} {
			reply := way == "response" || way == "answer"
			if reply && strings.Contains(message, "query:") || way == "form request" && !strings.HasPrefix(message, "form") {
				continue
			}
			t.Run(way+"/"+carrier, func(t *testing.T) {
				t.Parallel()
				for _, one := range constructs {
					d := &delivery{T: t, construct: one}
					d.declare(way, message)
					d.verdict()
				}
			})
		}
	}
}

// TestPlaced holds the same of members that have a place of their own.
func TestPlaced(t *testing.T) {
	t.Parallel()
	for _, place := range []string{"path", "query", "header", "cookie", "form", "multipart", "response header", "push header"} {
		for _, method := range []string{"POST", "GET"} {
			t.Run(place+"/"+method, func(t *testing.T) {
				t.Parallel()
				for _, one := range constructs {
					way, in, ok := strings.Cut(place, " ")
					if !ok {
						way, in = "request", place
					}
					one.yaml = strings.Replace(one.yaml, "{", "{in: "+in+", ", 1)
					d := &delivery{T: t, construct: one}
					d.declare(way, map[string]string{"form": `form: "{payload}"`, "multipart": `multipart: "{payload}"`}[in])
					d.replace("POST", method)
					if in == "path" {
						d.replace("path: /probe", "path: /probe/{p}")
					}
					if in == "form" {
						d.replace("kind: report", "kind: report\nbody: form")
					}
					d.verdict()
				}
			})
		}
	}
}

// replace changes a text of the interface.
func (d *delivery) replace(old, by string) {
	file := d.files["spec/probe/one/probe.yaml"]
	file.Data = []byte(strings.Replace(string(file.Data), old, by, 1))
}

// verdict compares what check says with what happens.
func (d *delivery) verdict() {
	d.Helper()
	refused := d.check()
	switch {
	case refused == "":
		if err := d.carry(); err != nil {
			d.Errorf("%s: check is clean, and %v", d.name, err)
		}
	case !strings.Contains(refused, "JK0539"):
		d.Logf("%s: %s", d.name, refused)
	case d.carry() == nil:
		d.Errorf("%s works, and check says %s", d.name, refused)
	}
}

// delivery is one member on its way.
type delivery struct {
	*testing.T
	construct
	files fstest.MapFS
	push  bool
	reply bool
	s     *spec.System
}

// declare writes a system whose one interface has the member.
func (d *delivery) declare(way, message string) {
	d.push, d.reply = way == "push" || way == "answer", way == "response" || way == "answer"
	words := strings.TrimSuffix(strings.TrimPrefix(message, "{"), "}")
	if !strings.HasPrefix(message, "{") {
		words = message
	}
	sent, answer := `json: "{payload}"`, `json: {code: "{code}", message?: "{text}"}`
	if message == "" && d.reply {
		words = `json: "{payload}"`
	}
	if d.reply {
		answer = strings.Replace(`header: {X-Code: "{code}", X-Text?: "{text}"}, `+words, `"}, header: {`, `", `, 1)
	} else if words != "" {
		sent = words
	}
	text := "keys: {secret: text}\nrequest: {" + proved(sent) + "}\nreply: {" + answer + ", success: {code: \"0\"}}\n"
	file := "interface: probe\ntitle: 探\nsection: \"1.1\"\n"
	if d.push {
		text += "push: {" + proved(sent) + ", answer: {" + answer + ", success: {code: \"0\"}}}\n"
		file += "kind: notify\n"
	} else {
		file += "kind: report\nmethod: POST\npath: /probe\nanswer: {handler: true}\n"
	}
	if way == "form request" {
		file += "body: form\n"
	}
	fields := [2]string{"  q: {type: string, length: 4, label: 问}\n", "  w: {type: string, length: 4, label: 答}\n"}
	if d.reply {
		fields[1] = "  p: " + d.yaml + "\n"
	} else {
		fields[0] = "  p: " + d.yaml + "\n"
	}
	if d.push && !d.reply || strings.Contains(answer, "message?") {
		fields[1] = "  {}\n"
	}
	d.files = fstest.MapFS{
		"spec/probe/system.yaml": {Data: []byte("system: probe\ntitle: 探测\nversion: V1\ngroups: {one: {title: 一, section: \"1\"}}\n" +
			"protocol:\n  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n")},
		"spec/probe/errors.yaml":    {Data: []byte(everyRule())},
		"spec/probe/one/probe.yaml": {Data: []byte(file + "request:\n" + fields[0] + "response:\n" + fields[1])},
	}
}

// proved is a message with an app and a signature.
func proved(words string) string {
	header, values := `X-App: "{app}", X-Sign: "{sign}"`, `sign: {of: "{body}{query}{header.X-Data}", by: [hmac-sha256 secret, hex]}`
	if strings.HasPrefix(words, "header: {") {
		words = strings.Replace(words, "header: {", "header: {"+header+", ", 1)
	} else {
		words, values = "header: {"+header+"}, "+words, strings.Replace(values, "{header.X-Data}", "", 1)
	}
	if strings.Contains(words, "values: {") {
		return strings.Replace(words, "values: {", "values: {"+values+", ", 1)
	}
	return words + ", values: {" + values + "}"
}

// everyRule is a catalogue with a code for each rule.
func everyRule() string {
	codes, rules := "groups:\n  - title: 错误码\n    errors:\n      \"0\": {text: 成功, ours: true}\n", "rules:\n"
	for n, r := range problem.Rules() {
		codes += fmt.Sprintf("      \"%d\": {text: 错, ours: true}\n", 8000+n)
		rules += fmt.Sprintf("  %s: \"%d\"\n", r, 8000+n)
	}
	return codes + rules
}

// check returns the first finding.
func (d *delivery) check() string {
	d.Helper()
	set, findings, err := load.Draft(d.files, "spec")
	if err != nil {
		d.Fatal(err)
	}
	for _, f := range findings {
		if f.ID != "JK0604" && f.ID != "JK0608" {
			return f.ID + " " + f.Message
		}
	}
	d.s = set.Systems[0]
	if err := bind.Protocols(set); err != nil {
		return err.Error()
	}
	return ""
}

// carry sends the member and reads it at the other end.
func (d *delivery) carry() error {
	payload, reply := []byte(`{"q":"a"}`), []byte(`{}`)
	if member := []byte(`{"p":` + d.value + `}`); d.reply {
		reply = member
	} else {
		payload = member
	}
	if d.push {
		return d.notify(payload, reply)
	}
	handler, err := live.New(live.Config{
		Systems: []*spec.System{d.s}, Apps: []bind.App{{System: "probe", ID: "1", Secrets: map[string]string{"secret": "s"}}},
		Answer: func(context.Context, *route.Call, *spec.Interface, []byte) ([]byte, error) { return reply, nil },
	})
	if err != nil {
		return err
	}
	c, err := client.New(client.Config{
		System: bind.System(d.s), URL: "http://x", App: "1", Secrets: map[string]string{"secret": "s"}, Transport: within{handler},
	})
	if err != nil {
		return err
	}
	got, err := c.Call(d.Context(), "probe", payload)
	switch {
	case err != nil:
		return err
	case !got.OK:
		return fmt.Errorf("it is refused: %s %s", got.Code, got.Message)
	}
	return d.judge(d.s.Interfaces[0].Response, got.Payload)
}

// within calls a handler in place of a server.
type within struct{ http.Handler }

// RoundTrip serves a request.
func (w within) RoundTrip(r *http.Request) (*http.Response, error) {
	to := httptest.NewRecorder()
	r.RequestURI = r.URL.RequestURI()
	w.ServeHTTP(to, r)
	return to.Result(), nil
}

// notify sends a notification and reads its answer.
func (d *delivery) notify(payload, reply []byte) error {
	p, err := bind.Protocol(d.s)
	if err != nil {
		return err
	}
	keys, err := p.Keys("1", protocol.Secrets{"secret": {"s"}})
	if err != nil {
		return err
	}
	sent, err := p.Push.Send(keys, protocol.Outgoing{Interface: "probe", Payload: payload, Now: time.Now()})
	if err != nil {
		return err
	}
	side := protocol.NewSide(single{keys}, nil, nil, time.Now)
	a, err := p.Push.Admit(d.Context(), protocol.Incoming{Message: sent.Message, Interface: "probe"}, side)
	if err != nil {
		return err
	}
	if err := d.judge(d.s.Interfaces[0].Request, a.Payload()); err != nil {
		return err
	}
	answer, err := p.Push.Reply(a, protocol.Outcome{OK: true, Code: "0", Payload: reply, Now: time.Now()})
	if err != nil {
		return err
	}
	opened, err := p.Push.Open(d.Context(), sent, answer)
	if err != nil {
		return err
	}
	return d.judge(d.s.Interfaces[0].Response, opened.Payload)
}

// single is the only app.
type single struct{ keys *protocol.Keys }

// Keys are those of the app.
func (o single) Keys(context.Context, string) (*protocol.Keys, error) { return o.keys, nil }

// judge holds what came against the fields.
func (d *delivery) judge(fields spec.Fields, payload []byte) error {
	j, err := bind.NewJudge(d.s, fields)
	if err != nil {
		return err
	}
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	if err := j.Check(slices.Clone(payload)); err != nil {
		return fmt.Errorf("%s: %w", payload, err)
	}
	return nil
}
