package fire_test

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
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
	for _, path := range files {
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
			if p.Call == nil {
				t.Skip("notifications alone: testkit/tamper tries those")
			}
			d.fire(t, p, around(t, &d, p, text.String()))
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
	onlyGET := !slices.ContainsFunc(p.Call.Doors("order_create", ""), func(d protocol.Door) bool { return d.Method != "GET" })
	for _, one := range []struct{ name, section, kind, fields string }{
		{"order_create", "1", "report", "  name: {type: string, length: 20, required: true, label: 名称}\n  note: {type: string, length: 40, label: 备注}\n"},
		{"order_get", "2", "query", "  number: {type: string, length: 20, required: true, label: 编号}\n"},
	} {
		switch {
		case one.kind == "query" && p.Call.HasPath() && !p.Call.NamesInterface():
			continue // one path, and nothing else that tells interfaces apart
		case onlyGET:
			one.kind = "query"
		}
		method := "POST"
		if p.Call.Carrier(protocol.Outgoing{Interface: one.name}) == "" {
			method, one.fields = "GET", strings.ReplaceAll(one.fields, "{type", "{in: query, type")
		}
		at := "method: " + method + "\npath: /shop/" + one.name + "\n"
		if p.Call.HasPath() {
			at = ""
		}
		files["spec/shop/order/"+one.name+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil,
			"interface: %s\ntitle: 接口\nsection: \"1.%s\"\nkind: %s\n%srequest:\n%sresponse: {}\nanswer: {handler: true}\n",
			one.name, one.section, one.kind, at, one.fields,
		)}
	}
	set, findings, err := load.Draft(files, "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if !slices.Contains([]string{"JK0215", "JK0504", "JK0506", "JK0510", "JK0530", "JK0604"}, f.ID) {
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
	calls, _ := p.Call.Parts()
	add := func(code string) {
		if !slices.Contains(codes, code) && !slices.Contains(problem.Rules(), problem.Rule(code)) {
			codes = append(codes, code)
		}
	}
	_, answers := p.Call.Parts()
	for _, c := range slices.Concat(calls, answers) {
		for _, v := range c.Values {
			add(v.Code)
		}
		for _, g := range c.Guards {
			add(g.Code)
		}
	}
	var rules strings.Builder
	if p.Push != nil {
		calls, _ = p.Push.Parts()
		for _, c := range calls {
			for _, v := range c.Values {
				add(v.Code)
			}
			for _, g := range c.Guards {
				add(g.Code)
			}
		}
	}
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
		t.Errorf("%s has no cases: %v", skipped.Cmd, skipped.Err)
	}
	apps := []bind.App{{System: s.Name, ID: app.ID, Secrets: app.Texts()}}
	if p.Declaration().App != "given" {
		apps = append(apps, bind.App{System: s.Name, ID: other.ID, Secrets: other.Texts(), May: func(string) bool { return false }})
	}
	handler, err := bind.New(bind.Config{
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
		System: bind.System(s), Suite: suite, URL: server.URL, App: fire.App{ID: app.ID, Secrets: app.Texts()}, Limited: &limited, Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	around := 0
	for _, r := range report.Results {
		if r.Verdict != fire.Passed {
			t.Errorf("%s: %s: %s\n%s\n%+v", r.Case.ID, r.Verdict, r.Why, r.Got.Plain, r.Sent)
		}
		if r.Case.Phase == fixture.Envelope {
			around++
		}
	}
	t.Logf("%d cases, %d about the message; %d cannot be sent", len(report.Results), around, suite.Unsaid)
}
