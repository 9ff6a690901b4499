package program_test

import (
	"errors"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// TestLabel: a client writes a member that is called like the interface, and a receiver, as
// the explanation of a request, reads it by what its name fits. What cannot be told that way
// is said before anything is generated.
func TestLabel(t *testing.T) {
	t.Parallel()
	const request = `keys: {secret: text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: {version: "1", "{interface}_request": {data: "{payload}"}}
  values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}
`
	for name, one := range map[string]struct{ push, place string }{
		"JSON": {`push:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: {"{interface}_event": "{payload}"}
  values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}
  answer: {json: {code: "{code}"}, success: {code: "0"}}
`, ""},
		"a star": {`push:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: {"*{interface}": "{payload}"}
  values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}
  answer: {json: {code: "{code}"}, success: {code: "0"}}
`, "push"},
		"XML": {`push:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  xml: {"{interface}": {data: "{payload}"}}
  values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}
  answer: {json: {code: "{code}"}, success: {code: "0"}}
`, ""},
		"a name that is fixed": {`push:
  header: {X-App: "{app}", X-Event: "{interface}", X-Sign: "{sign}"}
  json: {event: "{payload}"}
  values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}
  answer: {json: {code: "{code}"}, success: {code: "0"}}
`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := protocol.Parse([]byte(request + one.push))
			if err != nil {
				t.Fatal(err)
			}
			calls, err := program.Calls(p, program.Options{Trace: true, Explain: true})
			if err != nil || len(calls.Call.Requests) != 1 || calls.Explain == nil {
				t.Errorf("the calls: %v", err)
			}
			_, err = program.Whole(p, program.Options{})
			gap, told := errors.AsType[*program.Gap](err)
			switch {
			case one.place == "" && err == nil:
			case !told || gap.Place != one.place || gap.What != "a member with * or ? in its name":
				t.Errorf("the receiver: %v", err)
			}
		})
	}
}
