package validate

// The keywords of generated schemas for rules that JSON Schema does not have. Other validators
// ignore them.
const (
	StartsWithKeyword = "x-starts-with" // a list of Beginnings of an object
	LengthInKeyword   = "x-length-in"   // a LengthIn of a text
)

// Beginning says that a member begins with the text of another, if that is present,
// and what may follow.
type Beginning struct {
	Names []string `json:"names"`          // of the member
	With  []string `json:"with"`           // names of the other
	Rest  string   `json:"rest,omitempty"` // pattern of the rest, anchored; empty: anything
}

// LengthIn says how long a text is in bytes.
type LengthIn struct {
	Unit string `json:"unit"` // bytes of UTF-8 or gbk
	Min  int    `json:"min,omitempty"`
	Max  int    `json:"max,omitempty"`
}
