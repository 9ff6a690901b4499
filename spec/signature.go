package spec

import (
	"slices"
	"strings"
	"time"
)

// Signature says how the requests of a system are signed, and partly encrypted.
// Steps are listed in the order of sending; verification undoes them from the last
// to the first. runtime/protocol/signature says what values, templates and
// algorithms mean.
type Signature struct {
	Places
	Name    string     // of a further one, under signatures; empty: the system's own
	App     string     // value that names the calling app: "header.appId"
	Payload string     // value whose text is the JSON of the body's fields; empty: the body itself
	Time    *SignTime  // nil: requests do not grow old
	Nonce   *SignNonce // nil: requests may be repeated
	Steps   []*SignStep
	Vectors []*SignVector // known answers, run as tests
}

// SignTime bounds the age of a request.
type SignTime struct {
	Places
	Value  string        // its place: "header.timestamp"
	Unit   string        // s | ms | yyyyMMddHHmmss | yyyy-MM-dd HH:mm:ss | rfc3339
	Window time.Duration // before and after our own clock; 0: the runtime's default of 5 minutes
	Else   string        // code of the refusal; empty: the rule auth
}

// SignNonce is a value that each app may use once.
type SignNonce struct {
	Places
	Value string
	Else  string // code of the refusal; empty: the rule repeated
}

// SignStep is one operation of a signature: compare, token, encrypt or sign.
type SignStep struct {
	Places
	Op        string
	Value     string   // compare, token: the caller's value
	Accept    []string // compare, token: other places of the value; sign: other forms of Over
	With      string   // compare: the secret
	Algorithm string
	Key       string // secret of hmac-* and encrypt
	Derive    string // bytes of the key from the secret's text
	IV        string
	Over      string      // template of the string that is signed
	Params    *SignParams // how {params} is written
	To        string      // the place of the result
	Encoding  string      // of the result
	Else      string      // code of the refusal; empty: the rule auth, of encrypt json
}

// SignParams says how {params} of a template is written.
type SignParams struct {
	Places
	From       []string // query, form, body
	Except     []string // names left out
	Order      string   // sorted (default) | listed
	Pair, Join string   // empty: "=" and "&"; "-": nothing
	Values     bool     // only the values
	Empty      bool     // pairs without a value too
	URL        bool     // escaped
}

// SignVector is a known answer: a request at a time, with every intermediate
// result, or the refusal that it meets.
type SignVector struct {
	Places
	Name    string
	Now     string // RFC 3339
	App     string
	Secrets []Pair
	Method  string
	URL     string // path and query
	Header  []Pair
	Body    string
	Expect  []Pair // "sign, string to sign", "header.sign", …
	Again   bool   // it is sent twice; the expectation is about the second
	Refused *SignRefusal
}

// SignRefusal is the step that refuses a request, and the code.
type SignRefusal struct {
	Places
	Step, Code string
}

// Plain says whether each interface has a method and a path of its own, and not one URL
// for all of them.
func (s *System) Plain() bool {
	if s.Protocol == nil {
		return s.Signature != nil
	}
	return s.Endpoint.Path == "" && s.Endpoint.Dispatch != "path"
}

// AllSignatures lists the system's own signature and the further ones.
func (s *System) AllSignatures() []*Signature {
	if s.Signature == nil {
		return s.Signatures
	}
	return append([]*Signature{s.Signature}, s.Signatures...)
}

// Values lists every value that the signature itself puts into a request: the app,
// the time, the nonce, compared values, and the results of its steps.
func (g *Signature) Values() []string {
	list := []string{g.App}
	if g.Time != nil {
		list = append(list, g.Time.Value)
	}
	if g.Nonce != nil {
		list = append(list, g.Nonce.Value)
	}
	for _, s := range g.Steps {
		list = append(list, s.Value, s.To)
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// Value splits the name of a value into the place and the name within it:
// "header.appId" into "header" and "appId". A value without a dot is a whole
// part of the request, or a secret, and has no name.
func Value(value string) (in, name string) {
	in, name, _ = strings.Cut(value, ".")
	return in, name
}

// Apart returns the value that holds the JSON of the body's fields if that is not
// the body itself: Payload, or the result of encrypt. It is empty if the body holds
// them.
func (g *Signature) Apart() string {
	at := g.Payload
	for _, s := range g.Steps {
		if s.Op == "encrypt" {
			at = s.To
		}
	}
	if at == "body" {
		return ""
	}
	return at
}

// Holds says whether the signature puts a field of a request there itself.
// Names of headers are the same in any letter case.
func (g *Signature) Holds(in, name string) bool {
	return slices.ContainsFunc(g.Values(), func(v string) bool {
		place, n := Value(v)
		return place == in && (n == name || in == "header" && strings.EqualFold(n, name))
	})
}
