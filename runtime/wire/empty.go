package wire

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

// Encode writes no member.
func (*Empty) Encode(*Writer) {}
