// Package tamper sends messages of a protocol that are wrong in one place and sound
// around it, and knows what a faultless receiver answers to them. Test cases are
// derived with it, and fired.
//
// A Tamper says what is wrong. It is carried out at one of three moments: before the
// message is made (who sends it, when, with which keys), while it is made (a value is
// another one, and everything that is made of it agrees), or after (a place of the
// message was changed on its way).
package tamper

// Tamper is one fault of a message.
type Tamper struct {
	What  string `json:"what"`            // one of the constants
	Part  string `json:"part,omitempty"`  // a key, a value or a place of the protocol, as What says
	Value string `json:"value,omitempty"` // depends on What
	// Variant is the variant of the message that is sent, counted from 1; 0: the one
	// that the interface has.
	Variant int `json:"variant,omitempty"`
}

// NeedsLimited reports whether an app that may call nothing is needed.
func (t *Tamper) NeedsLimited() bool {
	return t != nil && (t.What == Limited || t.What == Make+Alien)
}

// Faults of who sends, when and with what.
const (
	Sound      = "sound"  // nothing: another variant may be sent
	Limited    = "grant"  // it comes from an app that may call nothing
	UnknownApp = "app"    // it names an app that nobody knows: Value is its id
	OtherCmd   = "cmd"    // it names another interface: Value is its name
	OtherKey   = "key"    // the key Part is another one
	Shift      = "shift"  // it is made at another time: Value is a duration, such as -10m
	Old        = "old"    // its message id is of a time that nobody remembers
	Ended      = "ended"  // the token that it carries has ended
	Empty      = "empty"  // no payload at all
	Form       = "form"   // the value Part is made in an accepted form: Value counts them from 0
	Repeat     = "repeat" // it is sent twice; the second answer counts
	Resend     = "resend" // the same contents are made and sent a second time; the second answer counts
	// Corrected is a message that is refused, for its payload is Value, and then a sound one
	// with the same id.
	Corrected = "corrected"
	Reused    = "reused" // a sound message, and then one with the same id whose payload is Value; the second answer counts
)

// Together is the Value of Repeat and Resend where the two are sent at the same moment: one
// of them succeeds, and the answer to the other one counts.
const Together = "together"

// Faults of a value. With the prefix Make the value Part (or a place of the message) is
// another one while the message is made; without it, the place Part is changed after.
const (
	Make = "make-"

	Put   = "put"   // it is Value
	Flip  = "flip"  // one character in it is another one: first, middle, last or Value
	Case  = "case"  // its letters are capital, or small if they were capital
	Cut   = "cut"   // its end is missing
	Blank = "blank" // it is empty
	Alien = "alien" // it is that of a message of the limited app
)

// Faults of a place, or of the whole message, after it was made.
const (
	Drop     = "drop"     // the place Part is left out
	Twice    = "twice"    // the place Part comes twice
	Extra    = "extra"    // one more member: Part is a container, Value is name=value
	Append   = "append"   // one byte more behind the body
	Query    = "param"    // one more parameter in the query: Value is name=value; with Make, before it is made
	Body     = "body"     // the whole body: Value
	Mark     = "mark"     // a byte order mark before the body
	Pad      = "pad"      // white space behind the body, up to so many bytes: Value
	Method   = "method"   // the method of HTTP: Value
	Type     = "type"     // the Content-Type: Value
	Encoding = "encoding" // the Content-Encoding: Value
	Chunked  = "chunked"  // no Content-Length
)
