package wire

import "github.com/jiekou-dev/jiekou/runtime/problem"

// Empty is a request or response without fields. Members that are sent all the same
// are passed over.
type Empty struct{}

// Decode reads an object and keeps nothing of it.
func (*Empty) Decode(in *Reader) {
	o := in.Object(nil)
	for o.Next() {
		o.Skip()
	}
}

// Check finds nothing wrong.
func (*Empty) Check(*problem.List) {}

// Encode writes no member.
func (*Empty) Encode(*Writer) {}
