package caller_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// TestPayload: members are written by the types of their fields.
func TestPayload(t *testing.T) {
	t.Parallel()
	rules := func(kind spec.Type) spec.Rules { return spec.Rules{Type: kind} }
	only := func(kind spec.Type, value string) spec.Rules {
		return spec.Rules{Type: kind, Required: spec.Yes, Enum: &spec.Enum{Values: []spec.EnumValue{{Value: value}}}}
	}
	one := &spec.Interface{Request: spec.Fields{
		{Name: "id", Rules: rules(spec.String)},
		{Name: "n", Rules: rules(spec.Int)},
		{Name: "price", Rules: rules(spec.Decimal)},
		{Name: "on", Rules: rules(spec.Bool)},
		{Name: "at", Rules: rules(spec.Datetime)},
		{Name: "ids", Of: spec.Int, Rules: rules(spec.Array)},
		{Name: "rows", Rules: rules(spec.Array), Fields: spec.Fields{{Name: "n", Rules: rules(spec.Int)}, {Name: "kind", Rules: only(spec.String, "row")}}},
		{Name: "any", Rules: rules(spec.Object)},
	}}
	for data, want := range map[string]string{
		`{"n":"5","id":17,"price":"1.50","on":"true"}`:                  `{"n":5,"id":"17","price":1.50,"on":true}`,
		`{"n":"five","id":null,"on":"yes","at":5}`:                      `{"n":"five","id":null,"on":"yes","at":5}`,
		`{"n":"05","price":"1e","id":true}`:                             `{"n":"05","price":"1e","id":"true"}`,
		`{"ids":["1",2],"rows":[{"n":"3"}],"any":{"n":"4"},"more":"5"}`: `{"ids":[1,2],"rows":[{"n":3,"kind":"row"}],"any":{"n":"4"},"more":"5"}`,
		` { "n" : 5 } `: ` { "n" : 5 } `,
		`[1]`:           `[1]`,
		`nonsense`:      `nonsense`,
		``:              ``,
	} {
		if got := string(caller.Payload(one, []byte(data))); got != want {
			t.Errorf("%s becomes %s, want %s", data, got, want)
		}
	}
	fixed := &spec.Interface{Request: spec.Fields{
		{Name: "service", Rules: only(spec.String, "pay")},
		{Name: "version", Rules: only(spec.Int, "2")},
		{Name: "open", Rules: spec.Rules{Type: spec.String, Required: spec.Yes, Enum: &spec.Enum{Open: true, Values: []spec.EnumValue{{Value: "1"}}}}},
	}}
	for data, want := range map[string]string{
		``:                       `{"service":"pay","version":2}`,
		`{"version":3}`:          `{"version":3,"service":"pay"}`,
		`{"service":"","a":"1"}`: `{"service":"","a":"1","version":2}`,
	} {
		if got := string(caller.Payload(fixed, []byte(data))); got != want {
			t.Errorf("%s becomes %s, want %s", data, got, want)
		}
	}
	if got := string(caller.Payload(nil, []byte("x"))); got != "x" {
		t.Errorf("no interface: %s", got)
	}
}
