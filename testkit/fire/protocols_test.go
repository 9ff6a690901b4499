package fire_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/held"
	"github.com/jiekou-dev/jiekou/testkit/inbox"
	"github.com/jiekou-dev/jiekou/testkit/power"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// declared is a protocol of the engine's tests.
type declared struct {
	Protocol yaml.Node         `yaml:"protocol"`
	App      string            `yaml:"app"`
	Keys     map[string]string `yaml:"keys"`
	System   map[string]string `yaml:"system"`
	Token    string            `yaml:"token"`
	Prefix   string            `yaml:"prefix"`  // of the names of interfaces, which the protocol demands
	Members  map[string]string `yaml:"members"` // fields of requests and notifications that the protocol itself reads
	Trips    []struct {
		Push bool   `yaml:"push"`
		Code string `yaml:"code"`
	} `yaml:"trips"`
}

// TestProtocols serves a small system with each protocol of the engine's tests, and
// fires every case that follows from its declaration: a server without a fault passes
// all of them.
func TestProtocols(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../runtime/protocol/testdata/*.yaml")
	if err != nil || len(files) < 38 {
		t.Fatal(files, err)
	}
	for n, path := range files {
		if testing.Short() && n%4 != 0 {
			continue // under the race detector: the code is the same for all of them
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var d declared
		if err := yaml.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			t.Parallel()
			var text bytes.Buffer
			enc := yaml.NewEncoder(&text)
			enc.SetIndent(2)
			if err := enc.Encode(&d.Protocol); err != nil {
				t.Fatal(err)
			}
			p, err := protocol.Parse(text.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			s := around(t, &d, p, text.String())
			if p.Call != nil {
				d.fire(t, p, s)
			}
			if p.Push != nil {
				d.push(t, p, s)
			}
		})
	}
}

// around is a small system with a protocol: a report, a query and a notification.
func around(t *testing.T, d *declared, p *protocol.Protocol, text string) *spec.System {
	t.Helper()
	success := "0"
	if c := d.Trips[0].Code; c != "" {
		success = c
	}
	files := fstest.MapFS{
		"spec/shop/system.yaml": {Data: []byte("system: shop\ntitle: 厂商\nversion: V1\ngroups: {order: {title: 订单, section: \"1\"}}\n" +
			"protocol:\n  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n")},
		"spec/shop/errors.yaml": {Data: []byte(errorsOf(p, success))},
	}
	if p.Push != nil {
		files["spec/shop/order/"+d.Prefix+"order_paid.yaml"] = &fstest.MapFile{Data: []byte("interface: " + d.Prefix + "order_paid\ntitle: 通知\nsection: \"1.3\"\nkind: notify\n" +
			"request:\n  name: {type: string, length: 20, required: true, label: 名称}\n  note: {type: string, length: 40, label: 备注}\n" + d.Members["push"] + "response: {}\n")}
	}
	if p.Call == nil {
		return drafted(t, files)
	}
	onlyGET := !slices.ContainsFunc(p.Call.Doors(d.Prefix+"order_create", "", ""), func(d protocol.Door) bool { return d.Method != "GET" })
	for _, one := range []struct{ name, section, kind, fields string }{
		{"order_create", "1", "report", "  name: {type: string, length: 20, required: true, label: 名称}\n  note: {type: string, length: 40, label: 备注}\n"},
		{"order_get", "2", "query", "  number: {type: string, length: 20, required: true, label: 编号}\n"},
	} {
		one.name = d.Prefix + one.name
		switch {
		case one.kind == "query" && p.Call.HasPath() && !p.Call.NamesInterface():
			continue // one path, and nothing else that tells interfaces apart
		case onlyGET:
			one.kind = "query"
		}
		method := "POST"
		if p.Call.Shape(protocol.Outgoing{Interface: one.name}).Carrier == "" {
			method, one.fields = "GET", strings.ReplaceAll(one.fields, "{type", "{in: query, type")
		}
		at := "method: " + method + "\npath: /shop/" + one.name + "\n"
		if p.Call.HasPath() {
			at = ""
		}
		one.fields += d.Members["request"]
		files["spec/shop/order/"+one.name+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil,
			"interface: %s\ntitle: 接口\nsection: \"1.%s\"\nkind: %s\n%srequest:\n%sresponse: {}\nanswer: {handler: true}\n",
			one.name, one.section, one.kind, at, one.fields,
		)}
	}
	return drafted(t, files)
}

// drafted is the system of some files.
func drafted(t *testing.T, files fstest.MapFS) *spec.System {
	t.Helper()
	set, findings, err := load.Draft(files, "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if !slices.Contains([]string{"JK0504", "JK0506", "JK0510", "JK0530", "JK0604"}, f.ID) {
			t.Error(f)
		}
	}
	return set.Systems[0]
}

// errorsOf is the catalogue of a protocol's codes, with a number for each rule.
func errorsOf(p *protocol.Protocol, success string) string {
	codes := []string{success}
	if success != "1013" {
		codes = append(codes, "1013")
	}
	add := func(code string) {
		if !slices.Contains(codes, code) && !slices.Contains(problem.Rules(), problem.Rule(code)) {
			codes = append(codes, code)
		}
	}
	for _, x := range []*protocol.Exchange{p.Call, p.Push} {
		if x == nil {
			continue
		}
		calls, answers := x.Parts()
		for _, c := range slices.Concat(calls, answers) {
			for _, v := range c.Values {
				add(v.Code)
			}
			for _, g := range c.Guards {
				add(g.Code)
			}
		}
	}
	for _, m := range []*declare.Message{p.Declaration().Reply, answerOf(p)} {
		if m == nil {
			continue
		}
		for _, of := range m.Status {
			if of.Code != "success" && of.Code != "*" {
				add(of.Code)
			}
		}
		for _, c := range slices.Concat(m.Success, m.Failure, m.Final) {
			for _, text := range c.Texts {
				if c.Name == "code" && text.Source != "" {
					add(text.Source)
				}
			}
		}
	}
	var rules strings.Builder
	for i, r := range problem.Rules() {
		fmt.Fprintf(&rules, "  %s: \"%d\"\n", r, 8000+i)
		codes = append(codes, fmt.Sprint(8000+i))
	}
	var b strings.Builder
	b.WriteString("groups:\n  - title: 错误码\n    errors:\n")
	for _, c := range codes {
		fmt.Fprintf(&b, "      %q: {text: \"码%s\", ours: true}\n", c, c)
	}
	return b.String() + "rules:\n" + rules.String()
}

// answerOf is what answers the notifications of a protocol, nil where there is none.
func answerOf(p *protocol.Protocol) *declare.Message {
	if push := p.Declaration().Push; push != nil {
		return push.Answer
	}
	return nil
}

// push receives the notifications of a system and fires their cases.
func (d *declared) push(t *testing.T, p *protocol.Protocol, s *spec.System) {
	app, err := tamper.Example(p, "300", nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := tamper.Example(p, "301", &app)
	if err != nil {
		t.Fatal(err)
	}
	suite := fixture.Notifications(s)
	for _, skipped := range suite.Skipped {
		t.Errorf("%s: %v", skipped, skipped.Err)
	}
	asks := func(c *fixture.Case) bool { return strings.HasPrefix(c.Label(), "handshake") }
	if p.Push.HasHandshake() && !slices.ContainsFunc(suite.Cases, asks) {
		t.Error("no case is a handshake")
	}
	handler, err := inbox.New(inbox.Config{System: s, App: app.ID, Secrets: app.Texts(), Validate: true})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	limited := fire.App{ID: other.ID, Secrets: other.Texts()}
	config := fire.Config{
		System: bind.System(s), Suite: suite, URL: server.URL + "/{interface}", App: fire.App{ID: app.ID, Secrets: app.Texts()}, Limited: &limited, Seed: 1,
	}
	report, err := fire.Run(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	passed(t, suite, report)
	d.credulous(t, config, handler)
}

// credulous fires at a receiver that answers everything as the first message, which
// holds: no case that has to be refused passes, and no handshake does that has an answer of
// its own.
func (d *declared) credulous(t *testing.T, config fire.Config, sound http.Handler) {
	t.Helper()
	var first *held.Reply
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if first == nil {
			first = held.Serve(sound, r)
		}
		first.Send(w)
	}))
	defer server.Close()
	config.URL, config.Only = server.URL+"/{interface}", d.Prefix+"order_paid/documented/minimal"
	for _, phases := range [][]fixture.Phase{{fixture.Documented}, {fixture.Envelope}} {
		config.Phases = phases
		report, err := fire.Run(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range report.Results {
			same := first != nil && first.Body.Len() == 0 // a handshake may be answered by as little
			holds := r.Case.Accepted() && (same || r.Case.Label() != "handshake") || r.Case.Expect.Taken
			if r.Verdict == fire.Passed && !holds {
				t.Errorf("%s passed at a receiver that does not look", r.Case.ID)
			}
		}
		config.Only = ""
	}
}

// fire serves a system and fires its cases.
func (d *declared) fire(t *testing.T, p *protocol.Protocol, s *spec.System) {
	app, err := tamper.Example(p, "300", nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := tamper.Example(p, "301", &app)
	if err != nil {
		t.Fatal(err)
	}
	if d.Protocol.Kind == 0 {
		t.Fatal("no protocol")
	}
	suite := fixture.Derive(s)
	for _, skipped := range suite.Skipped {
		t.Errorf("%s: %v", skipped, skipped.Err)
	}
	secrets := app.Texts()
	secrets["token_ended"] = app.Ended
	apps := []bind.App{{System: s.Name, ID: app.ID, Secrets: secrets}}
	if p.Declaration().App != "given" {
		apps = append(apps, bind.App{System: s.Name, ID: other.ID, Secrets: other.Texts(), May: func(string) bool { return false }})
	}
	handler, err := live.New(live.Config{
		Systems: []*spec.System{s}, Apps: apps,
		Answer: power.Answer(suite),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	limited := fire.App{ID: other.ID, Secrets: other.Texts()}
	report, err := fire.Run(t.Context(), fire.Config{
		System: bind.System(s), Suite: suite, URL: server.URL, App: fire.App{ID: app.ID, Secrets: secrets}, Limited: &limited, Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	passed(t, suite, report)
}

// passed wants every case to have passed.
func passed(t *testing.T, suite *fixture.Suite, report *fire.Report) {
	t.Helper()
	around := 0
	for _, r := range report.Results {
		if r.Verdict != fire.Passed {
			t.Errorf("%s: %s: %s\n%+v\n%+v", r.Case.ID, r.Verdict, r.Why, r.Got, r.Sent)
		}
		if r.Case.Phase == fixture.Envelope {
			around++
		}
	}
	t.Logf("%d cases, %d about the message; %d cannot be sent", len(report.Results), around, suite.Unsaid)
}
