package program_test

import (
	"errors"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// TestLabel: a client writes a member that is called like the interface, in requests and in
// notifications. A receiver of another language cannot read one, and says so before
// anything is generated; the way to the explanation of a request is closed for the same reason.
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
`, "push"},
		"XML": {`push:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  xml: {"{interface}": {data: "{payload}"}}
  values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}
  answer: {json: {code: "{code}"}, success: {code: "0"}}
`, "push"},
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
			if err != nil || len(calls.Call.Requests) != 1 || calls.Explain != nil {
				t.Errorf("the calls: %v", err)
			}
			_, err = program.Whole(p, program.Options{})
			gap, told := errors.AsType[*program.Gap](err)
			switch {
			case one.place == "" && err == nil:
			case !told || gap.Place != one.place || gap.What != "a member whose name the message gives":
				t.Errorf("the receiver: %v", err)
			}
		})
	}
}
