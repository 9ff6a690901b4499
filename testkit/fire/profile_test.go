package fire_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/power"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// profiled has a profile that only some apps have, or that all have: %s.
const profiled = `
keys: {secret: text}
%srequest:
  header: {X-App: "{app}", X-Id: "{sid}", X-Time: "{time}", X-Sign: "{sign}"}
  json: "{payload}"
  values:
    sid:  {send: "{id}"}
    time: {send: "{now|unix}"}
    sign: {of: "{sid}{time}{body}", by: [hmac-sha256 secret, hex]}
  guards: [{once: sid, with: effect}]
reply:
  json: {code: "{code}", msg: "{text}", data: "{payload}"}
  success: {code: "0"}
profiles:
  hardened:
    - {like: sid, pattern: "[0-9]{20}", else: sid}
    - {equal: sid, to: "{app}{made|time yyMMddHHmmss|fixed 12}{number}", else: sid}
    - {like: number, pattern: "[0-9]+", else: sid}
    - {window: made, within: 24h, else: sid}
    - {window: time, within: 5m}
`

// TestProfile fires the cases of a profile at a server where the app has it, and at one
// where it has not.
func TestProfile(t *testing.T) {
	t.Parallel()
	serve := func(usual string) (*spec.System, string) {
		text := fmt.Sprintf(profiled, usual)
		p, err := protocol.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s := drafted(t, fstest.MapFS{
			"spec/shop/system.yaml": {Data: []byte("system: shop\ntitle: 厂商\nversion: V1\ngroups: {order: {title: 订单, section: \"1\"}}\nprotocol:\n  " +
				strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n")},
			"spec/shop/errors.yaml": {Data: []byte(errorsOf(p, "0"))},
			"spec/shop/order/order_get.yaml": {Data: []byte("interface: order_get\ntitle: 查询\nsection: \"1.1\"\nkind: query\nmethod: POST\npath: /order/get\n" +
				"request:\n  number: {type: string, length: 20, required: true, label: 编号}\nresponse: {}\nanswer: {handler: true}\n")},
		})
		h, err := live.New(live.Config{
			Systems: []*spec.System{s}, Apps: []bind.App{{System: s.Name, ID: "300", Secrets: map[string]string{"secret": "one"}}},
			Answer: power.Answer(fixture.Derive(s)),
		})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return s, server.URL
	}
	for usual, passes := range map[string]bool{"profile: hardened\n": true, "": false} {
		s, url := serve(usual)
		system := bind.System(s)
		var err error
		if system.Protocol, err = tamper.Profiled(system.Protocol, "hardened"); err != nil {
			t.Fatal(err)
		}
		suite := fixture.DeriveFor(s, system.Protocol)
		report, err := fire.Run(t.Context(), fire.Config{
			System: system, Suite: suite, URL: url, App: fire.App{ID: "300", Secrets: map[string]string{"secret": "one"}}, Seed: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		var wrong []string
		for _, r := range report.Results {
			if r.Verdict == fire.Failed || r.Verdict == fire.Broken {
				wrong = append(wrong, r.Case.ID+" "+r.Why)
			}
		}
		if passes != (len(wrong) == 0) || len(report.Results) < 20 {
			t.Errorf("%q: %d cases, not passed: %v", usual, len(report.Results), wrong)
		}
		if !passes && !strings.Contains(strings.Join(wrong, " "), "sid-") {
			t.Errorf("a server without the profile takes what the profile refuses: %v", wrong)
		}
	}
	if _, err := tamper.Profiled(mustParse(t, fmt.Sprintf(profiled, "")), "soft"); err == nil || !strings.Contains(err.Error(), "hardened") {
		t.Error(err)
	}
}

func mustParse(t *testing.T, text string) *protocol.Protocol {
	t.Helper()
	p, err := protocol.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}
