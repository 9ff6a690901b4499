package native

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/testkit/mock/mocktest"
)

const appID = "300"

// loaded are the four systems of the project.
func loaded(t *testing.T) []*spec.System {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set.Systems
}

// hostile is a system whose names are words of languages. before is what its signature
// does first.
func hostile(t *testing.T, before string) *spec.System {
	t.Helper()
	files := fstest.MapFS{
		"spec/shop/system.yaml": {Data: []byte("system: shop\ntitle: \"店 */ ''' \\\"\\\"\\\" ${x}\"\nversion: V1\ngroups: {order: {title: 订单, section: \"1\"}}\n" +
			"protocol:\n  keys: {class: text}\n  request:\n    header: {X-App: \"{app}\", X-Sign: \"{function}\"}\n    json: \"{payload}\"\n" +
			"    values: {function: {of: \"{body}\", by: [" + before + "hmac-sm3 class, hex]}}\n  reply: {json: {code: \"{code}\", msg: \"{text}\", data: \"{payload}\"}, success: {code: \"0\"}}\n")},
		"spec/shop/errors.yaml": {Data: []byte("groups:\n  - title: 码\n    errors:\n      \"0\": {text: 成功, ours: true}\nrules: {}\n")},
		"spec/shop/order/delete.yaml": {Data: []byte("interface: delete\ntitle: \"删 `x` */ ${y}\"\nsection: \"1.1\"\nkind: report\nmethod: POST\npath: /shop/delete\nrequest:\n" +
			"  class: {type: long, required: true, label: 长}\n  constructor: {type: decimal, length: \"18,4\", label: 数}\n  __proto__: {type: string, length: 20, label: 原型}\n" +
			"  toString: {type: string, length: 20, label: 文}\n  中文名: {type: string, length: 2, label: \"名 */\", required_with: [toString]}\n  utf: {type: string, length: 9, min_length: 3, length_in: bytes, label: 字节}\n  gbk: {type: string, length: 9, min_length: 3, length_in: gbk, label: 字节}\n  from: {type: string, length: 20, label: \"自 \\\\u0022\"}\n" +
			"  rows: {type: array, label: 行, fields: {sub: {type: string, required_if: {../class: 7}, label: 细}, in: {type: object, label: 内, fields: {no: {type: int, absent_with: ../../from, label: 号}}}}}\n" +
			"  mark: {type: string, length: 20, in: cookie, label: 标}\n  via: {type: string, length: 20, in: cookie, name: via-app, label: 经}\n  when: {type: string, length: 20, in: header, name: X-When, label: 时}\n" +
			"response:\n  class: {type: long, required: true, label: 长}\n  constructor: {type: decimal, length: \"18,4\", label: 数}\n  __proto__: {type: string, length: 20, label: 原型}\n" +
			"  中文名: {type: string, length: 20, label: 名}\n  list: {type: array, label: 表, fields: {id: {type: string, length: 2, required: true, label: 号}}}\nanswer: {handler: true}\n")},
	}
	set, _, err := load.Draft(files, "spec")
	if err != nil || len(set.Systems) != 1 || len(set.Systems[0].Interfaces) != 1 {
		t.Fatal("the system cannot be read", err)
	}
	return set.Systems[0]
}

// bare is a system whose payloads are lists, texts, numbers and maps, and that has rows in
// headers of replies and notifications.
func bare(t *testing.T) *spec.System {
	t.Helper()
	set, err := loadtest.Archive("../../testdata/whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return set.Systems[0]
}

// parts is a system whose requests have several parts, with files.
func parts(t *testing.T) *spec.System {
	t.Helper()
	files := fstest.MapFS{
		"spec/parts/system.yaml": {Data: []byte("system: parts\ntitle: 上传\nversion: V1\ngroups: {file: {title: 文件, section: \"1\"}}\nprotocol:\n  keys: {secret: text}\n" +
			"  request:\n    method: POST\n    multipart: {app: \"{app}\", sign: \"{sign}\", \"*\": \"{payload}\"}\n    values:\n      params: {from: [multipart]}\n" +
			"      sign: {of: \"{params}\", by: [hmac-sha256 secret, hex], else: \"1\"}\n  reply: {json: {code: \"{code}\", msg: \"{text}\", data: \"{payload}\"}, success: {code: \"0\"}}\n")},
		"spec/parts/errors.yaml": {Data: []byte("groups:\n  - title: 码\n    errors:\n      \"0\": {text: 成功, ours: true}\n      \"1\": {text: 签名, ours: true}\n      \"2\": {text: 错, ours: true}\nrules: {auth: \"1\", internal: \"2\", required: \"2\", type: \"2\", length: \"2\"}\n")},
		"spec/parts/file/file_put.yaml": {Data: []byte("interface: file_put\ntitle: 上传\nsection: \"1.1\"\nkind: report\nmethod: POST\npath: /files\n" +
			"request:\n  name: {type: string, length: 20, required: true, label: 名}\n  说明: {type: string, length: 20, label: 文}\n  size: {type: long, label: 大小}\nresponse:\n  id: {type: string, length: 20, required: true, label: 号}\nanswer: {handler: true}\n")},
	}
	set, _, err := load.Draft(files, "spec")
	if err != nil || len(set.Systems) != 1 || len(set.Systems[0].Interfaces) != 1 {
		t.Fatal("the system cannot be read", err)
	}
	return set.Systems[0]
}

// serving is a server of a system that answers with samples, or refuses everything.
func serving(t *testing.T, s *spec.System, keys map[string]string, refuse bool) *httptest.Server {
	t.Helper()
	handler, err := live.New(live.Config{
		Systems: []*spec.System{s}, Apps: []bind.App{{System: s.Name, ID: appID, Secrets: keys}},
		Answer: func(_ context.Context, _ *route.Call, i *spec.Interface, _ []byte) ([]byte, error) {
			if refuse {
				return nil, io.ErrUnexpectedEOF
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

// tongue is how the clients of a language are built and asked.
type tongue struct {
	files func(*spec.System) (map[string][]byte, error)
	model func(*spec.System) (*system, error)
	build func(t *testing.T, all map[string]map[string][]byte) *process // files by system
	// named are the members of a task that name what it is about.
	named func(s *system, e *endpoint) map[string]any
}

type outcome struct {
	Payload, Error, Text, Code string
	Problems                   []string
	Status                     int
	Headers                    map[string]string
	Body                       []byte
	Pushes                     []struct{ Cmd, ID, Payload string }
}

func (p *process) outcome(t *testing.T, tasks ...map[string]any) *outcome {
	t.Helper()
	all := map[string]any{}
	for _, task := range tasks {
		for name, value := range task {
			all[name] = value
		}
	}
	line, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	answer, err := p.out.ReadBytes('\n')
	out := &outcome{}
	if err != nil || json.Unmarshal(answer, out) != nil {
		t.Fatal(err, string(answer))
	}
	return out
}

// holdClients generates and builds the client of each system, calls each of its
// interfaces, takes its notifications, and refuses what was changed on its way.
func holdClients(t *testing.T, l tongue) {
	t.Helper()
	systems := loaded(t)
	names := trial.Names(t).Systems
	systems = append(append(systems, bare(t), parts(t)), names...)
	shop, base, ruled, gate := hostile(t, ""), trial.System(t, ""), trial.Ruled(t).Systems[0], trial.NewGate(t)
	all := map[string]map[string][]byte{}
	pushed := trial.Pushed(t).Systems
	for _, s := range append(append(systems[:len(systems):len(systems)], shop, base, ruled, gate.System), pushed...) {
		files, err := l.files(s)
		if err != nil {
			t.Fatal(s.Name, err)
		}
		all[s.Name] = files
	}
	driver := l.build(t, all)
	for _, s := range pushed {
		made, err := l.model(s)
		if err != nil {
			t.Fatal(err)
		}
		holdReceiver(t, l, driver, made)
	}
	for _, s := range systems {
		made, err := l.model(s)
		if err != nil {
			t.Fatal(err)
		}
		holdCalls(t, l, driver, made)
		holdPushes(t, l, driver, made)
		if s.Name == "lianfa" {
			holdCases(t, l, driver, made)
		}
		if slices.Contains(names, s) {
			holdNames(t, l, driver, made)
		}
	}
	made, err := l.model(shop)
	if err != nil {
		t.Fatal(err)
	}
	holdHostile(t, l, driver, made)
	if made, err = l.model(base); err != nil {
		t.Fatal(err)
	}
	holdTrial(t, l, driver, made)
	holdLimits(t, l, driver, made)
	if made, err = l.model(gate.System); err != nil {
		t.Fatal(err)
	}
	holdLogin(t, l, driver, made, gate)
	if made, err = l.model(ruled); err != nil {
		t.Fatal(err)
	}
	holdRules(t, l, driver, made)
}

// holdRules holds what a client finds wrong with requests to what the server finds.
func holdRules(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	url := trial.Silent(t)
	for payload, want := range trial.Judged(t, s.System) {
		out := driver.outcome(t, l.named(s, s.calls[0]), map[string]any{
			"do": "call", "system": s.Name, "app": appID, "keys": trial.Keys(s.System), "url": url, "values": map[string]string{}, "payload": payload,
		})
		kind := map[bool]string{true: "NoReplyError", false: "InvalidRequestError"}[want == ""]
		if got := strings.Join(out.Problems, ", "); got != want || out.Error != kind {
			t.Errorf("%s: %q, want %q: %s %.300s", payload, got, want, out.Error, out.Text)
		}
	}
}

// holdTrial calls everything of the system that is hard for languages, whose server gives
// back what it was sent, from a machine that is in another zone.
func holdTrial(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	server := trial.Server(t, s.System)
	for _, e := range s.calls {
		payload := trial.Payload(t, e.Interface)
		task := map[string]any{
			"do": "call", "system": s.Name, "app": trial.App, "keys": map[string]string{"class": trial.Key}, "url": server.URL, "values": map[string]string{}, "payload": payload,
		}
		if out := driver.outcome(t, task, l.named(s, e)); out.Payload != payload {
			t.Errorf("%s: sent %s\nread %s %s %s", e.Cmd, payload, out.Payload, out.Error, out.Text)
		}
		another := map[string]string{"class": "another"}
		task["keys"] = another
		kind, text := trial.Told(t, s.System, another, server.URL, e.Cmd, payload)
		out := driver.outcome(t, task, l.named(s, e))
		if why := trial.Differs(kind, text, out.Error, out.Text); why != "" || kind == "" {
			t.Errorf("%s: with another key: %s", e.Cmd, why)
		}
	}
	holdTimes(t, l, driver, s, trial.Moments())
}

// holdTimes reads times in the zone of a system, and writes them.
func holdTimes(t *testing.T, l tongue, driver *process, s *system, times map[string]string) {
	t.Helper()
	for text, want := range times {
		out := driver.outcome(t, l.named(s, s.calls[0]), map[string]any{"do": "time", "text": text})
		if (out.Error != "") != (want == "") || want != "" && out.Text != want {
			t.Errorf("%s is %q %s, want %q", text, out.Text, out.Error, want)
		}
	}
}

// holdNames sends every row of names that languages do not tell apart, and reads it back.
func holdNames(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	e := s.calls[slices.IndexFunc(s.calls, func(e *endpoint) bool { return e.Cmd == "OrderAdd" })]
	task := map[string]any{
		"do": "call", "system": s.Name, "app": trial.App, "keys": trial.Keys(s.System), "url": trial.Server(t, s.System).URL, "values": map[string]string{}, "payload": trial.Echo,
	}
	if out := driver.outcome(t, task, l.named(s, e)); !same(out.Payload, trial.Echo) {
		t.Errorf("%s: sent %s\nread %s %s %s", e.Cmd, trial.Echo, out.Payload, out.Error, out.Text)
	}
	task["url"] = mocktest.URL(t, s.System, trial.App, trial.Keys(s.System))
	if out := driver.outcome(t, task, l.named(s, e)); out.Error != "" || !json.Valid([]byte(out.Payload)) {
		t.Errorf("%s: the mock: %s %s %s", e.Cmd, out.Payload, out.Error, out.Text)
	}
	task["payload"] = trial.Long
	if out := driver.outcome(t, task, l.named(s, e)); !slices.Equal(out.Problems, []string{"big length"}) {
		t.Errorf("%s: %s: %+v", e.Cmd, trial.Long, out)
	}
	if s.Zone == "America/St_Johns" {
		holdTimes(t, l, driver, s, trial.Skipped())
	}
}

func keysOf(s *system) map[string]string {
	names, _ := s.needs(true)
	out := map[string]string{}
	for _, name := range names {
		out[name] = "the-" + name + "-of-300"
	}
	return out
}

func holdCalls(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	keys := keysOf(s)
	server := serving(t, s.System, keys, false)
	common := map[string]any{"do": "call", "system": s.Name, "app": appID, "keys": keys, "url": server.URL, "values": map[string]string{}}
	for _, e := range s.calls {
		want, _ := json.Marshal(example.Object(e.Response))
		got := driver.outcome(t, common, l.named(s, e), map[string]any{"payload": sampleOf(t, e.Interface)})
		if got.Error != "" || !same(got.Payload, string(want)) {
			t.Errorf("%s: %s %s %s\nwant %s", e.Cmd, got.Error, got.Text, got.Payload, want)
		}
	}
	e := s.calls[0]
	for _, one := range s.calls {
		if !strings.Contains(one.Path, "{") && slices.ContainsFunc(one.request.fields, func(m *member) bool { return !m.optional && !m.Blank }) {
			e = one
		}
	}
	request := map[string]any{"payload": sampleOf(t, e.Interface)}
	named := l.named(s, e)
	holdBase(t, s, server, func(url string) *outcome {
		return driver.outcome(t, common, named, request, map[string]any{"url": url})
	}, e)
	changed := driver.outcome(t, common, named, request, map[string]any{"url": trial.Changing(t, server).URL})
	if s.p.Call.Verified() && changed.Error != "ForgedReplyError" {
		t.Errorf("%s: a changed reply: %+v", s.Name, changed)
	}
	refused := driver.outcome(t, common, named, request, map[string]any{"url": serving(t, s.System, keys, true).URL})
	if refused.Error != "RefusedError" || refused.Code != s.RuleCode("internal") || !strings.HasPrefix(refused.Text, e.Cmd+" was refused: "+refused.Code) {
		t.Errorf("%s: a refusal: %+v", s.Name, refused)
	}
	aliens := trial.Aliens(t)
	for n := range trial.Alien {
		url := fmt.Sprintf("%s/%d", aliens.URL, n)
		kind, text := trial.Told(t, s.System, keys, url, e.Cmd, sampleOf(t, e.Interface))
		got := driver.outcome(t, common, named, request, map[string]any{"url": url})
		if why := trial.Differs(kind, text, got.Error, got.Text); why != "" {
			t.Errorf("%s: the answer %+v: %s", e.Cmd, trial.Alien[n], why)
		}
	}
	silent := driver.outcome(t, common, named, request, map[string]any{"url": trial.Silent(t)})
	if silent.Error != "NoReplyError" || !strings.HasPrefix(silent.Text, e.Cmd+": no reply: ") {
		t.Errorf("%s: without a server: %s %s", e.Cmd, silent.Error, silent.Text)
	}
	if got := driver.outcome(t, common, named, request, map[string]any{"url": "127.0.0.1:8080"}); !strings.Contains(got.Text, "no URL of a server: 127.0.0.1:8080") {
		t.Errorf("%s: a URL without http: %s %s", s.Name, got.Error, got.Text)
	}
	lacking := driver.outcome(t, common, named, map[string]any{"payload": "{}"})
	if lacking.Error != "InvalidRequestError" || len(lacking.Problems) == 0 {
		t.Errorf("%s: a request that lacks all: %+v", s.Name, lacking)
	}
}

// holdBase calls a server that is below a path of another, which takes that path away. A
// system that signs its path refuses the call, since the client signs the path that it sends.
func holdBase(t *testing.T, s *system, server *httptest.Server, call func(url string) *outcome, e *endpoint) {
	t.Helper()
	var came []string
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came = append(came, r.URL.Path)
		http.StripPrefix("/front/gate", server.Config.Handler).ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	want := ""
	if s.Name == "custservice" || s.Name == "mini" || s.Name == "hard" {
		want = s.RuleCode("auth")
	}
	for _, path := range []string{"/front/gate", "/front/gate/", "/front/gate" + s.path(e)} {
		if got := call(front.URL + path); got.Code != want || got.Error != "" && want == "" {
			t.Errorf("%s: below %s: %s %s", s.Name, path, got.Error, got.Text)
		}
	}
	if len(came) != 3 || came[0] != "/front/gate"+s.path(e) || came[1] != came[0] || came[2] != came[0] {
		t.Errorf("%s: the calls came to %q", s.Name, came)
	}
}

func holdPushes(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	keys := keysOf(s)
	var notifications []map[string]any
	for _, e := range s.pushes {
		notifications = append(notifications, l.named(s, e))
	}
	secrets := protocol.Secrets{}
	for name, text := range keys {
		secrets[name] = []string{text}
	}
	for n, e := range s.pushes {
		own, err := s.p.Keys(appID, secrets)
		if err != nil {
			t.Fatal(err)
		}
		payload, _ := json.Marshal(example.Object(e.Request))
		sent, err := s.p.Push.Send(own, protocol.Outgoing{
			Interface: e.Cmd, ID: fmt.Sprintf("100%017d", n+1), Payload: payload, Now: time.Now(), Draft: &message.Message{Method: "POST", Path: "/", Header: http.Header{}},
		})
		if err != nil {
			t.Fatal(err)
		}
		body := bytes.Clone(sent.Message.Body)
		for k, one := range [][]byte{trial.Spoiled(body), body, body} {
			got := driver.outcome(t, l.named(s, e), map[string]any{
				"do": "handle", "system": s.Name, "app": appID, "keys": keys, "notifications": notifications,
				"message": map[string]any{"method": "POST", "url": "/", "headers": headersOf(sent.Message), "body": one},
			})
			want := []string{s.RuleCode("auth"), s.Reply.Success, s.RuleCode("repeated")}[k]
			opened, err := s.p.Push.Open(t.Context(), sent, &message.Message{Status: got.Status, Header: http.Header{}, Body: got.Body})
			if err != nil || opened.Code != want {
				t.Errorf("%s: answer %d is %s, want %s: %v %s", e.Cmd, k, got.Body, want, err, got.Text)
			}
			if handled := len(got.Pushes) > 0; handled != (k == 1) || handled && !same(got.Pushes[0].Payload, string(payload)) {
				t.Errorf("%s: time %d: the handler had %+v, want %s", e.Cmd, k, got.Pushes, payload)
			}
		}
	}
}

// holdHostile sends and reads long numbers, exact decimals and Chinese under names that the
// language has taken.
func holdHostile(t *testing.T, l tongue, driver *process, s *system) {
	t.Helper()
	var got []string
	var cookies string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, string(body))
		if r.Header.Get("Cookie") != "" {
			cookies = r.Header.Get("Cookie") + " " + r.Header.Get("X-When")
		}
		_, _ = io.WriteString(w, `{"code":"0","msg":"","data":`+strings.TrimSuffix(string(body), "}")+`,"list":{"id":"一"}}}`) // as XML has a list of one
	}))
	t.Cleanup(server.Close)
	e := s.calls[0]
	call := func(payload string) *outcome {
		return driver.outcome(t, l.named(s, e), map[string]any{
			"do": "call", "system": s.Name, "app": appID, "keys": map[string]string{"class": "k"}, "url": server.URL, "values": map[string]string{}, "payload": payload,
		})
	}
	sent := `{"class":9223372036854775807,"constructor":0.1000,"__proto__":"原型","中文名":"一二"}`
	want := strings.TrimSuffix(sent, "}") + `,"list":[{"id":"一"}]}`
	if out := call(sent); out.Payload != want || len(got) != 1 || got[0] != sent {
		t.Errorf("sent %q and read %q %s %s, want %s", got, out.Payload, out.Error, out.Text, want)
	}
	if call(`{"class":1,"mark":"一 ;+","via":"b","when":"now"}`); cookies != "mark=%E4%B8%80%20%3B%2B; via-app=b now" {
		t.Errorf("the cookies are %q", cookies)
	}
	for _, sound := range []string{`{"class":1,"utf":"鹭é1234","gbk":"鹭é12345"}`, `{"class":1,"utf":"鹭鹭鹭","gbk":"鹭鹭𠮷1"}`, `{"class":1,"utf":"鹭","gbk":"鹭1"}`} {
		if out := call(sound); out.Error != "" || !strings.HasPrefix(out.Payload, strings.TrimSuffix(`{"class":1`, "}")) {
			t.Errorf("%s: %+v", sound, out)
		}
	}
	for payload, want := range map[string]string{
		`{"class":1,"utf":"鹭é12345","gbk":"鹭é123456"}`: "utf length, gbk length", `{"class":1,"utf":"𠮷𠮷12","gbk":"𠮷𠮷12"}`: "utf length, gbk length", `{"class":1,"utf":"é","gbk":"鹭"}`: "utf length, gbk length",
		`{}`: "class required", `{"class":1,"constructor":1.23456,"中文名":"一二三"}`: "constructor length, 中文名 length", `{"class":1,"toString":"x"}`: "中文名 condition",
		`{"class":7,"rows":[{"sub":"x"},{}]}`: "rows/sub condition", `{"class":8,"constructor":1.23456,"rows":[{"in":{"no":1}},{}]}`: "constructor length", `{"class":8,"from":"x","rows":[{"in":{"no":1}}]}`: "rows/in/no condition",
	} {
		if out := call(payload); out.Error != "InvalidRequestError" || strings.Join(out.Problems, ", ") != want {
			t.Errorf("%s: %+v, want %s", payload, out, want)
		}
	}
}
