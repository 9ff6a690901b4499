package plan_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// TestUnused: a reply to somebody who is not known needs no key of an app, though a
// value of it that no place has does.
func TestUnused(t *testing.T) {
	t.Parallel()
	d, err := declare.Parse([]byte(`
keys: {secret: text}
request: {header: {X-App: "{app}", X-Sign: "{sign}"}, json: "{payload}", values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}}
reply:
  header: {X-Sign: "{parts}"}
  json: {code: "{code}"}
  values:
    parts: {of: {v: "1", s: "{sign|url form}"}, pair: "{name}={value}", join: ","}
    sign: {of: "{body}", by: [hmac-sha256 secret, hex]}
  success: {code: "0"}
  variants: [{when: unknown, header: {}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Call.Replies {
		if !f.ForUnknown() {
			continue
		}
		for _, o := range f.Send {
			if o.Kind == plan.OpCompute && o.Item != nil && !f.Stands(o.Item) {
				t.Errorf("%s is made for nobody", o.Item.Name)
			}
		}
	}
}
