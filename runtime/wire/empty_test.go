package wire_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Empty takes any object, and writes none of its members.
func TestEmpty(t *testing.T) {
	t.Parallel()
	for text, fine := range map[string]bool{`{}`: true, `{"a":[1],"b":{"c":2}}`: true, `[]`: false, `{"a":1,"a":2}`: false} {
		var e wire.Empty
		in := wire.NewReader([]byte(text), shanghai, wire.Limits{})
		e.Decode(in)
		err := in.Close()
		if got := err == nil && in.List.Len() == 0; got != fine {
			t.Errorf("%s: %v, %v", text, err, in.List.Err())
		}
	}
	out := wire.NewWriter(shanghai)
	out.Begin()
	new(wire.Empty).Encode(out)
	out.End()
	if got := string(out.Bytes()); got != "{}" {
		t.Errorf("wrote %s", got)
	}
}
