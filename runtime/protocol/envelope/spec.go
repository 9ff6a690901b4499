// Package envelope seals and opens the messages of a system as its YAML
// declares it: which members the outer JSON has, which steps make the codes and
// in which order the values are joined.
//
// A Codec is made once per system, Keys once per app, a Message once per request or
// from a pool. A request goes through Parse (strict outer JSON), a look-up of Keys
// by App, and Open (verify, then decode, then decrypt). An answer goes through
// Seal. Codec and Keys are safe for concurrent use, a Message is not. If dst has
// room, none of these allocates.
//
// RC4 with a fixed key is an encoding, not confidentiality. Every message of an app
// is XORed with the same key stream, so that one known plaintext opens all others
// up to its length; SHA-1 over joined values without separators is no MAC of today
// either, and cmd, timestamp and version are not part of it. The documents ask for
// it, so it is done to the letter; TLS around it protects a message.
//
// No error of this package holds a value of a message or of a secret.
package envelope

// Spec is a declared envelope, made by the generator. The zero Spec is that of a
// signed system, which has no envelope; New refuses it.
type Spec struct {
	// Head and Data are the members of the outer JSON, for example "header" and
	// "data".
	Head, Data string
	Header     []HeaderField // in the order in which they are sent; at most 32

	App     string // value that names the calling app: "header.appid"
	Message string // value that names the message: "header.sid"; empty when there is none
	Sender  string // sent as App where Seal is given none
	Version string // sent as the header field "version" where Seal is given none

	Steps []Step // in the order of sealing; Open undoes them from the last to the first
}

// HeaderField is one field of the header.
type HeaderField struct {
	Name     string
	Number   bool   // a whole number of at most 19 digits, sent as a JSON number; else a string. Both forms are accepted.
	Required bool   // refused when absent, null or blank
	Length   int    // characters, 0: no limit
	Pattern  string // RE2 over the whole value; empty: anything
}

// Step is one operation of sealing. Names are of three kinds: "header.x" is a
// field of the header, the name of the Data member is the sealed text, and every
// other word is a secret of the app.
type Step struct {
	Op        string   // encrypt | encode | digest | compare
	Algorithm string   // rc4 | base64 | sha1; empty for compare
	Key       string   // encrypt: the secret that is the key, taken as raw bytes
	Over      []string // digest: the values that are joined, at most 8
	To        string   // encode: the Data member. digest: the header field for the code, which is then required
	Order     string   // of Over: listed (default) | sorted (by value, bytewise)
	Accept    []string // digest: further orders that Open accepts
	Value     string   // compare: the caller's value
	With      string   // compare: the secret that it must equal
	Else      string   // code of the refusal; empty: the rule auth, for encrypt and encode the rule json
}

// Header has the values that Seal puts into the header.
type Header struct {
	// Values in any order. Those that steps compute must not be given. App and
	// "version" have a default in Spec.
	Values []Value
	// Reply lets required fields be missing: the answer to an unverified message
	// repeats nothing of it.
	Reply bool
}

// Value is one header value. Name is written without "header.".
type Value struct{ Name, Text string }
