package caller_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// TestShown holds that a payload which only a cipher text has is shown, and no other one twice.
func TestShown(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		plain, payload string
		shown          int
	}{
		{`{"code":"0","data":"5f3a"}`, `{"number":"1","list":[1]}`, 2},
		{`{"code":"0","data":{"number":"1","more":2}}`, `{"number":"1"}`, 1},
		{`{"code":"0","number":"1"}`, `{"number":"1"}`, 1},
		{`{"list":[{"number":"1"}]}`, `{"number":1}`, 1},
		{`{"code":"0"}`, `{}`, 1},
		{`"OK"`, ``, 1},
	} {
		got := caller.Known(client.Reply{Plain: []byte(one.plain), Payload: []byte(one.payload)})
		if n := len(caller.Shown(client.Reply{Plain: []byte(one.plain), Payload: []byte(one.payload)})); n != one.shown || (got.Payload != nil) != (n > 1) {
			t.Errorf("%s with %s: %d, %s", one.plain, one.payload, n, got.Payload)
		}
	}
}
