package spec

// Known is a known answer: a message as it is on the wire at a time, with what names of
// the protocol hold then, or the refusal that it meets. vectors.yaml has them; check
// carries them out, and pages show the ones that hold.
type Known struct {
	Places
	Name    string
	Section string // of the document that shows it; empty: none does
	Push    bool   // it is a notification
	At      string // time of the receiver's clock, RFC 3339

	App       string
	Keys      []Pair // of the app by name; "NAME 2" is the older edition of one that is rotated
	System    []Pair // keys that are the same for all apps
	Issued    string // token that was issued to the app
	Secret    string // that was issued with it
	Interface string // where neither the message nor its path says it

	Method  string
	URL     string // with scheme and host where they matter
	Header  []Pair
	Body    string
	Payload string // what the body holds; empty: nothing is said about it

	Values  []Pair // what names hold
	Texts   []Pair // texts of values before their steps, secrets as their names in brackets
	Refused string // code or rule; empty: it holds
	By      string // name that refuses
	Again   bool   // it came before; Refused is about the second time
	Answer  string // body of the reply to a handshake
	Only    bool   // it is read and never sent: a form that is accepted
}

// Holds reports whether the message is right.
func (k *Known) Holds() bool { return k.Refused == "" }
